#include "cloud/world.hpp"
#include "support/catch.hpp"

using namespace ncc::fake_cloud::test;

namespace {

Answer set_fault(World& world, const Json& fault) {
  return world.control("POST /_emulator/faults", fault);
}

}  // namespace

TEST_CASE("a fault meets the n-th matching request, and as many as it counts", "[cloud][faults]") {
  World world;
  set_fault(
      world,
      {{"method", "GET"}, {"path", "/os-services$"}, {"nth", 2}, {"count", 2}, {"status", 503}});

  std::vector<int> seen;
  for (int i = 0; i < 5; ++i) {
    seen.push_back(world.nova("GET /os-services").status());
    CHECK(world.nova("GET /os-hypervisors").status() == 200);
  }

  CHECK(seen == std::vector<int>{200, 503, 503, 200, 200});
}

TEST_CASE("a count of 0 is for ever, until faults are forgotten", "[cloud][faults]") {
  World world;
  set_fault(world, {{"path", "agents"}, {"count", 0}, {"status", 500}});

  CHECK(world.call("GET /network/v2.0/agents").status() == 500);
  CHECK(world.call("GET /network/v2.0/agents").status() == 500);
  world.control("DELETE /_emulator/faults");
  CHECK(world.call("GET /network/v2.0/agents").status() == 200);
}

TEST_CASE("a status comes with headers and a body of one's own", "[cloud][faults]") {
  World world;
  set_fault(world, {{"path", "servers"}, {"status", 429}, {"headers", {{"Retry-After", "7"}}}});

  const Answer answer = world.nova("GET /servers");

  CHECK(answer.status() == 429);
  CHECK(answer.header("Retry-After") == "7");
  CHECK(answer.json()["overLimit"]["code"] == 429);
}

TEST_CASE("an HTML fault looks like a proxy's", "[cloud][faults]") {
  World world;
  set_fault(world, {{"path", "placement"}, {"html", true}});

  const Answer answer = world.call("GET /placement/resource_providers");

  CHECK(answer.status() == 503);
  CHECK(answer.header("Content-Type") == "text/html");
  CHECK(answer.response.body.rfind("<html><body><h1>503 Service Unavailable</h1>", 0) == 0);
}

TEST_CASE("a lost answer was carried out, a lost request was not", "[cloud][faults]") {
  World world;
  const std::string path = "PUT /os-services/" + world.service_id("n1");
  set_fault(world, {{"method", "PUT"}, {"path", "os-services"}, {"drop", "before"}});

  CHECK(world.nova(path, {{"status", "disabled"}}).response.delivery.drop);
  CHECK(world.service("n1")["status"] == "enabled");
  set_fault(world, {{"method", "PUT"}, {"path", "os-services"}, {"drop", "after"}});
  CHECK(world.nova(path, {{"status", "disabled"}}).response.delivery.drop);
  CHECK(world.service("n1")["status"] == "disabled");
}

TEST_CASE("a status can hide a request that was carried out", "[cloud][faults]") {
  World world;
  set_fault(world,
            {{"method", "POST"},
             {"path", "servers"},
             {"status", 504},
             {"html", true},
             {"process", true}});

  CHECK(world.boot({{"host", "n1"}}).status() == 504);
  CHECK(world.nova("GET /servers?all_tenants=1").json()["servers"].size() == 1);
}

TEST_CASE("a truncated body keeps its status", "[cloud][faults]") {
  World world;
  set_fault(world, {{"path", "images"}, {"truncate", true}, {"delay_ms", 250}});

  const Answer answer = world.call("GET /image/v2/images");

  CHECK(answer.status() == 200);
  CHECK(answer.response.delivery.cut_after == answer.response.body.size() / 2);
  CHECK(answer.response.delivery.delay == std::chrono::milliseconds(250));
}

TEST_CASE("a fault that makes no sense is refused", "[cloud][faults]") {
  World world;
  using Row = std::tuple<std::string, std::string>;
  const auto [fault, message] = GENERATE(values<Row>(
      {{R"({"path":"x"})", "fault: it does nothing"},
       {R"({"status":500})", "fault: path is missing"},
       {R"({"path":"(","status":500})", "fault: path is not a regular expression: ("},
       {R"({"path":"x","drop":"later"})", "fault: drop is \"before\" or \"after\", not later"},
       {R"({"path":"x","status":42})", "fault: status is not an HTTP status"},
       {R"({"path":"x","code":500})", "fault: unknown key code"}}));

  const Answer answer = set_fault(world, Json::parse(fault));

  CHECK(answer.status() == 400);
  CHECK(answer.json()["error"] == message);
}
