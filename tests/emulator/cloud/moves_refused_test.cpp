// Live migrations that Nova refuses, at once or later.
#include "cloud/moves_world.hpp"
#include "support/catch.hpp"

using namespace ncc::fake_cloud::test;

TEST_CASE("the body of os-migrateLive changes with the version", "[cloud][moves]") {
  World world;
  using Row = std::tuple<std::string, std::string, int>;
  const auto [version, body, status] = GENERATE(values<Row>(
      {{"2.24", R"({"host":null,"block_migration":false,"disk_over_commit":false})", 202},
       {"2.24", R"({"host":null,"block_migration":false})", 400},
       {"2.24", R"({"host":null,"block_migration":"auto","disk_over_commit":false})", 400},
       {"2.25", R"({"host":null,"block_migration":"auto"})", 202},
       {"2.25", R"({"host":null,"block_migration":"auto","force":false})", 400},
       {"2.30", R"({"host":"n2","block_migration":"auto","force":true})", 202},
       {"2.30", R"({"host":null,"block_migration":"auto","force":true})", 400},
       {"2.68", R"({"host":null,"block_migration":"auto"})", 202},
       {"2.68", R"({"block_migration":"auto"})", 400},
       {"2.68", R"({"host":"n2","block_migration":"auto","force":false})", 400},
       {"2.68", R"({"host":"ghost","block_migration":"auto"})", 400},
       {"2.68", R"({"host":7,"block_migration":"auto"})", 400}}));
  const std::string id = world.running("n1");

  const Answer answer = world.act(id, {{"os-migrateLive", Json::parse(body)}}, version);

  INFO(version << " " << body << " " << answer.response.body);
  CHECK(answer.status() == status);
}

TEST_CASE("a forced destination is not asked of the scheduler, but must be up", "[cloud][moves]") {
  World world;
  const std::string id = world.running("n1");
  world.nova("PUT /os-services/" + world.service_id("n2"), {{"status", "disabled"}});
  const Json there = {{"host", "n2"}, {"block_migration", "auto"}};

  world.act(id, {{"os-migrateLive", there}}, "2.68");
  CHECK(world.server(id)[host_field] == "n1");
  world.act(id, {{"os-migrateLive", there}}, "2.25");
  CHECK(world.server(id)[host_field] == "n2");
}

TEST_CASE("only active and paused servers without a task move live", "[cloud][moves]") {
  World world;
  world.cloud.state.settings.live_seconds = 10;
  const std::string id = world.running("n1");

  CHECK(world.act(id, {{"os-stop", nullptr}}).status() == 202);
  const Answer stopped = world.live(id);
  world.act(id, {{"os-start", nullptr}});
  world.live(id);
  const Answer moving = world.live(id);

  CHECK(stopped.status() == 409);
  CHECK(complaint(stopped) ==
        "Cannot 'os-migrateLive' instance " + id + " while it is in vm_state stopped");
  CHECK(moving.status() == 409);
  CHECK(complaint(moving) ==
        "Cannot 'os-migrateLive' instance " + id + " while it is in task_state migrating");
}

TEST_CASE("a paused server arrives paused", "[cloud][moves]") {
  World world;
  const std::string id = world.running("n1");
  world.act(id, {{"pause", nullptr}});

  world.live(id);

  CHECK(world.server(id)[host_field] == "n2");
  CHECK(world.server(id)["status"] == "PAUSED");
  CHECK(world.server(id)["OS-EXT-STS:power_state"] == 3);
}

TEST_CASE("features decide about a live migration", "[cloud][moves]") {
  World world;
  const auto [feature, status, end] = GENERATE(table<std::string, int, std::string>(
      {{"vtpm_user", 400, ""}, {"sev", 400, ""}, {"share", 409, ""}, {"pci", 202, "error"}}));
  const std::string id = world.running("n1");
  world.cloud.state.servers[0].features = {feature};

  const Answer answer = world.live(id);

  CHECK(answer.status() == status);
  CHECK(world.moves(id).size() == (end.empty() ? 0 : 1));
  CHECK(world.server(id)[host_field] == "n1");
}

TEST_CASE("an active server whose guest does not run does not move live", "[cloud][moves]") {
  World world;
  const std::string id = world.running("n1");
  world.cloud.state.servers[0].power_state = 4;

  const Answer posted = world.live(id);

  CHECK(posted.status() == 202);
  CHECK(world.moves(id)[0]["status"] == "error");
  CHECK(failure_of(world, id, posted).find("power_state 4") != std::string::npos);
}

TEST_CASE("a source that is forced down sends nothing", "[cloud][moves]") {
  World world;
  const std::string id = world.running("n1");
  world.nova("PUT /os-services/" + world.service_id("n1"), {{"forced_down", true}});

  const Answer posted = world.live(id);

  CHECK(posted.status() == 202);
  CHECK(failure_of(world, id, posted) ==
        "conductor_live_migrate_instance: Compute service of n1 is unavailable at this time.");
}
