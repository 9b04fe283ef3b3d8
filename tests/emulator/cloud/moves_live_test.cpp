// Live migrations: paths, places in the queue, failures, aborts.
#include "cloud/moves_world.hpp"
#include "support/catch.hpp"

using namespace ncc::fake_cloud::test;

TEST_CASE("a live migration that takes no time is done at the next request", "[cloud][moves]") {
  World world;
  const std::string id = world.running("n1");

  const Answer posted = world.live(id);
  const Json server = world.server(id);

  CHECK(posted.status() == 202);
  CHECK(server[host_field] == "n2");
  CHECK(server["OS-EXT-SRV-ATTR:hypervisor_hostname"] == "n2");
  CHECK(server["status"] == "ACTIVE");
  CHECK(server[task_field].is_null());
  CHECK(world.moves(id)[0]["status"] == "completed");
  CHECK(world.used("n1") == nothing);
  CHECK(world.used("n2") == one_tiny);
}

TEST_CASE("a live migration is prepared, runs and completes in its time", "[cloud][moves]") {
  World world;
  world.cloud.state.settings.live_seconds = 100;
  const std::string id = world.running("n1");
  world.live(id);

  const Json begun = world.moves(id)[0];
  const Json server = world.server(id);
  world.advance(10);
  const Json running = world.moves(id)[0];
  world.advance(89);
  const Json nearly = world.moves(id)[0];
  world.advance(1);
  const Json done = world.moves(id)[0];

  CHECK(begun["status"] == "preparing");
  CHECK(begun["source_compute"] == "n1");
  CHECK(begun["dest_compute"] == "n2");
  CHECK(begun["created_at"] == "2023-11-14T22:13:20.000000");
  CHECK(server["status"] == "MIGRATING");
  CHECK(server["OS-EXT-STS:vm_state"] == "active");
  CHECK(server[task_field] == "migrating");
  CHECK(server[host_field] == "n1");
  CHECK(running["status"] == "running");
  CHECK(nearly["status"] == "running");
  CHECK(done["status"] == "completed");
  CHECK(done["updated_at"] == "2023-11-14T22:15:00.000000");
}

TEST_CASE("while it runs the migration holds the source and the server the destination",
          "[cloud][moves]") {
  World world;
  world.cloud.state.settings.live_seconds = 100;
  const std::string id = world.running("n1");
  world.live(id);
  const std::string migration = world.moves(id)[0]["uuid"];

  const auto consumer = [&](const std::string& uuid) {
    return world.call("GET /placement/allocations/" + uuid, "placement 1.38").json();
  };
  const std::string source = world.nova("GET /os-hypervisors").json()["hypervisors"][0]["id"];

  CHECK(consumer(migration)["allocations"].contains(source));
  CHECK(consumer(migration)["consumer_type"] == "MIGRATION");
  CHECK(!consumer(id)["allocations"].contains(source));
  CHECK(consumer(id)["allocations"].size() == 1);
  CHECK(world.used("n1") == one_tiny);
  CHECK(world.used("n2") == one_tiny);
  world.advance(100);
  CHECK(consumer(migration)["allocations"].empty());
}

TEST_CASE("one live migration of a host runs at a time, the others are queued", "[cloud][moves]") {
  World world;
  world.cloud.state.settings.live_seconds = 10;
  const std::string first = world.running("n1");
  const std::string second = world.running("n1");
  const std::string elsewhere = world.running("n2");
  for (const std::string& id : {first, second, elsewhere}) {
    world.live(id);
  }
  const auto status = [&](const std::string& id) { return world.moves(id)[0]["status"]; };

  CHECK(status(first) == "preparing");
  CHECK(status(second) == "queued");
  CHECK(status(elsewhere) == "preparing");
  world.advance(15);
  CHECK(status(first) == "completed");
  CHECK(status(second) == "running");  // since the end of the first
  world.advance(5);
  CHECK(status(second) == "completed");
}

TEST_CASE("parts of a second count", "[cloud][moves]") {
  World world;
  world.cloud.state.settings.live_seconds = 1.5;
  const std::string id = world.running("n1");
  world.live(id);

  world.advance(1);
  CHECK(world.moves(id)[0]["status"] == "running");
  world.advance(1);
  CHECK(world.moves(id)[0]["status"] == "completed");
}

TEST_CASE("a live migration that finds no host is accepted and ends in error", "[cloud][moves]") {
  World world;
  const std::string id = world.running("n1");
  world.nova("PUT /os-services/" + world.service_id("n2"), {{"status", "disabled"}});

  const Answer posted = world.live(id);
  const Json server = world.server(id);

  CHECK(posted.status() == 202);
  CHECK(world.moves(id)[0]["status"] == "error");
  CHECK(world.moves(id)[0]["dest_compute"].is_null());
  CHECK(server["status"] == "ACTIVE");
  CHECK(server[task_field].is_null());
  CHECK(server[host_field] == "n1");
  CHECK(!server.contains("fault"));
  CHECK(failure_of(world, id, posted) ==
        "conductor_live_migrate_instance: No valid host was found. There are not enough hosts "
        "available.");
  CHECK(world.used("n1") == one_tiny);
  CHECK(world.used("n2") == nothing);
}

TEST_CASE("where Placement has no candidate the scheduler has no reason", "[cloud][moves]") {
  World world;
  const std::string id = world.running("n1");
  for (const std::string host : {"n1", "n2"}) {
    world.nova("PUT /os-services/" + world.service_id(host), {{"status", "disabled"}});
  }

  const Answer posted = world.live(id);

  CHECK(failure_of(world, id, posted) ==
        "conductor_live_migrate_instance: No valid host was found. ");
}

TEST_CASE("before 2.34 the caller is told at once", "[cloud][moves]") {
  World world;
  const std::string id = world.running("n1");
  world.nova("PUT /os-services/" + world.service_id("n2"), {{"status", "disabled"}});
  const Json body = {{"os-migrateLive", {{"host", nullptr}, {"block_migration", "auto"}}}};

  const Answer posted = world.act(id, body, "2.33");

  CHECK(posted.status() == 400);
  CHECK(complaint(posted) == "No valid host was found. There are not enough hosts available.");
}

TEST_CASE("a live migration ends as it was planned and the server stays", "[cloud][moves]") {
  World world;
  world.cloud.state.settings.live_seconds = 10;
  const auto [plan, status] = GENERATE(table<std::string, std::string>(
      {{"error", "error"}, {"failed", "failed"}, {"cancelled", "cancelled"}, {"hang", "running"}}));
  const std::string id = world.running("n1");
  world.plan(id, plan);

  world.live(id);
  world.nova("GET /servers");
  world.advance(1'000);
  const Json server = world.server(id);

  CHECK(world.moves(id)[0]["status"] == status);
  CHECK(server[host_field] == "n1");
  CHECK(server["status"] == (plan == "hang" ? "MIGRATING" : "ACTIVE"));
  CHECK(world.used("n1") == one_tiny);
  CHECK(world.used("n2") == (plan == "hang" ? one_tiny : nothing));
}

TEST_CASE("a plan holds for so many moves", "[cloud][moves]") {
  World world;
  const std::string id = world.running("n1");
  world.cloud.state.settings.move_plans[""] = {"failed", 1};

  world.live(id);
  CHECK(world.server(id)[host_field] == "n1");
  world.live(id);
  CHECK(world.server(id)[host_field] == "n2");
}

TEST_CASE("a lost request leaves a task and no migration until the state is reset",
          "[cloud][moves]") {
  World world;
  const std::string id = world.running("n1");
  world.plan(id, "lost");

  CHECK(world.live(id).status() == 202);
  world.advance(1'000);
  CHECK(world.server(id)[task_field] == "migrating");
  CHECK(world.moves(id).empty());
  CHECK(world.live(id).status() == 409);
  CHECK(world.act(id, {{"os-resetState", {{"state", "active"}}}}).status() == 202);

  CHECK(world.server(id)["status"] == "ACTIVE");
  CHECK(world.server(id)[task_field].is_null());
}

TEST_CASE("a live migration is aborted while it waits or runs", "[cloud][moves]") {
  World world;
  world.cloud.state.settings.live_seconds = 10;
  const std::string first = world.running("n1");
  const std::string second = world.running("n1");
  world.live(first);
  world.live(second);
  const auto abort = [&](const std::string& id, const std::string& version) {
    const std::string number = world.moves(id)[0]["id"].dump();
    return world
        .call("DELETE /compute/v2.1/servers/" + id + "/migrations/" + number, "compute " + version)
        .status();
  };

  CHECK(abort(second, "2.64") == 400);
  CHECK(abort(second, "2.65") == 202);
  world.advance(5);
  CHECK(abort(first, "2.24") == 202);

  CHECK(world.moves(first)[0]["status"] == "cancelled");
  CHECK(world.moves(second)[0]["status"] == "cancelled");
  CHECK(world.server(first)[task_field].is_null());
  CHECK(world.used("n2") == nothing);
  CHECK(abort(first, "2.65") == 409);
  CHECK(world.nova("DELETE /servers/" + first + "/migrations/99").status() == 409);
}

TEST_CASE("nova-compute that restarts ends what ran and leaves what was prepared",
          "[cloud][moves]") {
  World world;
  world.cloud.state.settings.live_seconds = 100;
  world.cloud.state.settings.max_concurrent_live_migrations = 2;
  const std::string first = world.running("n1");
  world.live(first);
  world.advance(50);
  const std::string second = world.running("n1");
  world.live(second);
  CHECK(world.moves(first)[0]["status"] == "running");
  CHECK(world.moves(second)[0]["status"] == "preparing");

  world.control("POST /_emulator/compute", {{"host", "n1"}, {"action", "stop"}});
  world.advance(200);
  CHECK(world.moves(first)[0]["status"] == "running");  // nobody carries it on
  world.control("POST /_emulator/compute", {{"host", "n1"}, {"action", "start"}});

  CHECK(world.moves(first)[0]["status"] == "error");
  CHECK(world.server(first)[task_field].is_null());
}

TEST_CASE("ports bind at the destination, and where they cannot the host is passed over",
          "[cloud][moves]") {
  World world;
  const std::string id = world.running("n1", {{"networks", "auto"}});
  world.control("POST /_emulator/agents",
                {{"host", "n2"}, {"kind", "controller"}, {"alive", false}});

  world.live(id);
  CHECK(world.moves(id)[0]["status"] == "error");
  world.control("POST /_emulator/agents", {{"host", "n2"}, {"kind", "controller"}});
  world.live(id);

  CHECK(world.server(id)[host_field] == "n2");
  CHECK(
      world.call("GET /network/v2.0/ports?device_id=" + id).json()["ports"][0]["binding:host_id"] ==
      "n2");
}

TEST_CASE("hard groups keep their servers together or apart", "[cloud][moves]") {
  World world;
  const std::string one = world.running("n1");
  const std::string other = world.running(GENERATE(as<std::string>{}, "n1", "n2"));
  const bool together = world.server(other)[host_field] == "n1";
  world.cloud.state.server_groups = {{"g",
                                      "g",
                                      together ? "affinity" : "anti-affinity",
                                      "services",
                                      "nova_compute",
                                      {one, other}}};

  const Answer posted = world.live(one);

  CHECK(world.server(one)[host_field] == "n1");
  CHECK(failure_of(world, one, posted) ==
        "conductor_live_migrate_instance: No valid host was found. There are not enough hosts "
        "available.");
}
