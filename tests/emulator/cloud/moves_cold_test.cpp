// Cold migrations and evacuations.
#include "cloud/moves_world.hpp"
#include "support/catch.hpp"

using namespace ncc::fake_cloud::test;

namespace {

void kill(World& world, const std::string& host) {
  world.control("POST /_emulator/compute", {{"host", host}, {"action", "stop"}});
  world.advance(61);
}

Answer evacuate(World& world, const std::string& id, const std::string& version = "2.95") {
  return world.act(id, {{"evacuate", Json::object()}}, version);
}

}  // namespace

TEST_CASE("a stopped server migrates cold, waits, is confirmed and is stopped again",
          "[cloud][moves]") {
  World world;
  const std::string id = world.running("n1");
  world.act(id, {{"os-stop", nullptr}});

  CHECK(world.cold(id).status() == 202);
  const Json moved = world.server(id);
  const Json waiting = world.moves(id)[0];
  const Answer confirmed = world.act(id, {{"confirmResize", nullptr}});

  CHECK(moved["status"] == "VERIFY_RESIZE");
  CHECK(moved["OS-EXT-STS:vm_state"] == "resized");
  CHECK(moved[host_field] == "n2");
  CHECK(waiting["status"] == "finished");
  CHECK(waiting["migration_type"] == "migration");
  CHECK(world.used("n1") == nothing);
  CHECK(confirmed.status() == 204);
  CHECK(world.server(id)["status"] == "SHUTOFF");
  CHECK(world.server(id)["OS-EXT-STS:power_state"] == 4);
  CHECK(world.moves(id)[0]["status"] == "confirmed");
}

TEST_CASE("a cold migration goes through its states in its time", "[cloud][moves]") {
  World world;
  world.cloud.state.settings.cold_seconds = 100;
  const std::string id = world.running("n1");
  world.cold(id);
  using Row = std::tuple<int, std::string, std::string, std::string>;
  const std::vector<Row> rows = {{0, "pre-migrating", "resize_prep", "n1"},
                                 {10, "migrating", "resize_migrating", "n1"},
                                 {70, "post-migrating", "resize_migrated", "n2"}};

  for (const auto& [seconds, status, task, host] : rows) {
    world.advance(seconds);
    CHECK(world.moves(id)[0]["status"] == status);
    CHECK(world.server(id)[task_field] == task);
    CHECK(world.server(id)[host_field] == host);
    CHECK(world.server(id)["status"] == "RESIZE");
    CHECK(world.used("n1") == one_tiny);
  }
  world.advance(20);
  CHECK(world.moves(id)[0]["status"] == "finished");
  CHECK(world.used("n1") == one_tiny);  // held for a reversal
}

TEST_CASE("a cold migration is reverted to where it came from", "[cloud][moves]") {
  World world;
  const std::string id = world.running("n1");
  world.cold(id);
  world.server(id);

  CHECK(world.act(id, {{"revertResize", nullptr}}).status() == 202);

  CHECK(world.server(id)[host_field] == "n1");
  CHECK(world.server(id)["status"] == "ACTIVE");
  CHECK(world.moves(id)[0]["status"] == "reverted");
  CHECK(world.used("n1") == one_tiny);
  CHECK(world.used("n2") == nothing);
}

TEST_CASE("a cold migration without a host ends in error and changes nothing", "[cloud][moves]") {
  World world;
  const std::string id = world.running("n1");
  world.nova("PUT /os-services/" + world.service_id("n2"), {{"status", "disabled"}});

  CHECK(world.cold(id).status() == 202);

  CHECK(world.server(id)["status"] == "ACTIVE");
  CHECK(world.server(id)[host_field] == "n1");
  CHECK(world.moves(id)[0]["status"] == "error");
  CHECK(world.used("n1") == one_tiny);
}

TEST_CASE("a cold migration is refused at once", "[cloud][moves]") {
  World world;
  const std::string id = world.running("n1");
  const auto to = [&](const std::string& host) {
    return world.act(id, {{"migrate", {{"host", host}}}}).status();
  };

  CHECK(to("ghost") == 400);
  CHECK(to("n1") == 400);
  CHECK(world.act(id, {{"migrate", {{"where", "n2"}}}}).status() == 400);
  kill(world, "n1");
  CHECK(world.cold(id).status() == 409);
}

TEST_CASE("a confirmation needs a finished migration and the source", "[cloud][moves]") {
  World world;
  const std::string id = world.running("n1");

  CHECK(world.act(id, {{"confirmResize", nullptr}}).status() == 409);
  world.cold(id);
  world.server(id);
  kill(world, "n1");
  CHECK(world.act(id, {{"confirmResize", nullptr}}).status() == 409);
  world.control("POST /_emulator/compute", {{"host", "n1"}, {"action", "start"}});
  CHECK(world.act(id, {{"confirmResize", nullptr}}).status() == 204);
  CHECK(world.server(id)["status"] == "ACTIVE");

  world.cloud.state.servers[0].status = "VERIFY_RESIZE";
  CHECK(world.act(id, {{"confirmResize", nullptr}}).json()["badRequest"]["message"] ==
        "Instance has not been resized.");
}

TEST_CASE("a lost confirmation stays confirming until the server is gone", "[cloud][moves]") {
  World world;
  const std::string id = world.running("n1");
  world.plan(id, "unconfirmed");
  world.cold(id);
  world.server(id);

  CHECK(world.act(id, {{"confirmResize", nullptr}}).status() == 204);
  world.advance(1'000);
  CHECK(world.moves(id)[0]["status"] == "confirming");
  CHECK(world.act(id, {{"confirmResize", nullptr}}).status() == 400);
  world.nova("DELETE /servers/" + id);
  CHECK(world.moves(id)[0]["status"] == "confirmed");
  CHECK(world.used("n1") == nothing);
}

TEST_CASE("a cold migration to a host that cannot bind its ports leaves an error",
          "[cloud][moves]") {
  World world;
  const std::string id = world.running("n1", {{"networks", "auto"}});
  world.control("POST /_emulator/agents",
                {{"host", "n2"}, {"kind", "controller"}, {"alive", false}});

  world.cold(id);

  CHECK(world.server(id)["status"] == "ERROR");
  CHECK(world.moves(id)[0]["status"] == "error");
}

TEST_CASE("a server is evacuated only from a host that is down", "[cloud][moves]") {
  World world;
  const std::string id = world.running("n1");

  CHECK(evacuate(world, id).status() == 400);
  kill(world, "n1");
  const Answer accepted = evacuate(world, id);

  CHECK(accepted.status() == 200);
  CHECK(accepted.response.body.empty());
  CHECK(world.server(id)[host_field] == "n2");
  CHECK(world.server(id)["status"] == "SHUTOFF");
  CHECK(world.moves(id)[0]["status"] == "done");
  CHECK(world.moves(id)[0]["migration_type"] == "evacuation");
  CHECK(world.used("n1") == one_tiny);  // until the source is back
  CHECK(world.used("n2") == one_tiny);
  world.control("POST /_emulator/compute", {{"host", "n1"}, {"action", "start"}});
  CHECK(world.moves(id)[0]["status"] == "completed");
  CHECK(world.used("n1") == nothing);
}

TEST_CASE("before 2.95 an evacuated server runs again", "[cloud][moves]") {
  World world;
  const std::string id = world.running("n1");
  kill(world, "n1");

  const Answer old = world.act(id, {{"evacuate", {{"onSharedStorage", false}}}}, "2.13");

  CHECK(old.status() == 200);
  CHECK(old.json().contains("adminPass"));
  CHECK(world.server(id)["status"] == "ACTIVE");
}

TEST_CASE("a server stuck in a task on a dead host can be evacuated", "[cloud][moves]") {
  World world;
  const std::string id = world.running("n1");
  kill(world, "n1");
  world.act(id, {{"os-stop", nullptr}});
  CHECK(world.server(id)[task_field] == "powering-off");

  CHECK(evacuate(world, id).status() == 200);

  CHECK(world.server(id)[host_field] == "n2");
  CHECK(world.server(id)[task_field].is_null());
}

TEST_CASE("an evacuation without a host leaves the server in ERROR", "[cloud][moves]") {
  World world;
  const std::string id = world.running("n1");
  kill(world, "n1");
  world.nova("PUT /os-services/" + world.service_id("n2"), {{"status", "disabled"}});

  CHECK(evacuate(world, id).status() == 200);

  CHECK(world.server(id)["status"] == "ERROR");
  CHECK(world.server(id)[host_field] == "n1");
  CHECK(world.server(id)["fault"]["message"] ==
        "No valid host was found. There are not enough hosts available.");
  CHECK(world.moves(id)[0]["status"] == "error");
}

TEST_CASE("an evacuation is refused by host, state and body", "[cloud][moves]") {
  World world;
  const std::string id = world.running("n1");
  kill(world, "n1");
  const auto with = [&](const Json& body, const std::string& version) {
    return world.act(id, {{"evacuate", body}}, version).status();
  };

  CHECK(with({{"host", "ghost"}}, "2.68") == 404);
  CHECK(with({{"host", "n1"}}, "2.68") == 400);
  CHECK(with({{"force", true}, {"host", "n2"}}, "2.68") == 400);
  CHECK(with({{"force", true}}, "2.29") == 400);
  CHECK(with(Json::object(), "2.13") == 400);
  world.cloud.state.servers[0].status = "PAUSED";
  CHECK(with(Json::object(), "2.68") == 409);
}

TEST_CASE("a host with evacuated guests and no service does not start", "[cloud][moves]") {
  World world;
  const std::string id = world.running("n1");
  kill(world, "n1");
  evacuate(world, id);
  world.server(id);
  CHECK(world.nova("DELETE /os-services/" + world.service_id("n1")).status() == 204);

  const Answer started =
      world.control("POST /_emulator/compute", {{"host", "n1"}, {"action", "start"}});

  CHECK(started.status() == 400);
  CHECK(started.json()["error"] ==
        "nova-compute on n1 does not start: it has existing instances but a new service");
}
