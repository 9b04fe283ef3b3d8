#include "cloud/world.hpp"
#include "support/catch.hpp"

using namespace ncc::fake_cloud::test;

namespace {

const std::string unknown_id = "00000000-0000-4000-8000-000000000000";

std::string refusal(const Answer& answer, const std::string& name) {
  const Json body = answer.json();
  return body.contains(name) ? body[name]["message"].get<std::string>()
                             : "no " + name + " in " + body.dump();
}

}  // namespace

TEST_CASE("a microversion out of range is 406, a malformed one 400", "[cloud][nova]") {
  World world;

  const Answer too_new = world.call("GET /compute/v2.1/os-services", "compute 2.999");
  const Answer malformed = world.call("GET /compute/v2.1/os-services", "compute 2.x");

  CHECK(too_new.status() == 406);
  CHECK(refusal(too_new, "computeFault") ==
        "Version 2.999 is not supported by the API. Minimum is 2.1 and maximum is 2.100.");
  CHECK(malformed.status() == 400);
  CHECK(refusal(malformed, "badRequest") ==
        "API Version String 2.x is of invalid format. Must be of format MajorNum.MinorNum.");
}

TEST_CASE("without a header the version is 2.1, and the answer says which it was",
          "[cloud][nova]") {
  World world;

  const Answer oldest = world.call("GET /compute/v2.1/os-services");
  const Answer asked = world.call("GET /compute/v2.1/os-services", "compute 2.53");

  CHECK(oldest.header("OpenStack-API-Version") == "compute 2.1");
  CHECK(oldest.json()["services"][0]["id"] == 1);
  CHECK(!oldest.json()["services"][0].contains("forced_down"));
  CHECK(asked.header("OpenStack-API-Version") == "compute 2.53");
  CHECK(asked.header("X-OpenStack-Nova-API-Version") == "2.53");
}

TEST_CASE("the version documents give the newest version", "[cloud][nova]") {
  World world;
  world.cloud.state.settings.compute_max = "2.90";

  CHECK(world.call("GET /compute/").json()["versions"][1]["version"] == "2.90");
  CHECK(world.call("GET /compute/v2.1/").json()["version"]["version"] == "2.90");
  CHECK(world.call("GET /compute/v2.1/").json()["version"]["min_version"] == "2.1");
  CHECK(world.call("GET /compute/v2.1/os-services", "compute 2.91").status() == 406);
}

TEST_CASE("services are listed by binary and exact host", "[cloud][nova]") {
  World world;

  const Json services =
      world.nova("GET /os-services?binary=nova-compute&host=n1").json()["services"];

  REQUIRE(services.size() == 1);
  CHECK(services[0]["host"] == "n1");
  CHECK(services[0]["binary"] == "nova-compute");
  CHECK(services[0]["status"] == "enabled");
  CHECK(services[0]["state"] == "up");
  CHECK(services[0]["disabled_reason"].is_null());
  CHECK(services[0]["forced_down"] == false);
  CHECK(services[0]["updated_at"] == "2023-11-14T22:13:20.000000");
  CHECK(world.nova("GET /os-services?host=n").json()["services"].empty());
  CHECK(world.nova("GET /os-services?binary=nova-compute").json()["services"].size() == 2);
}

TEST_CASE("an unknown filter is 400 from 2.75 on", "[cloud][nova]") {
  World world;

  CHECK(world.call("GET /compute/v2.1/os-services?foo=1", "compute 2.74").status() == 200);
  CHECK(world.call("GET /compute/v2.1/os-services?foo=1", "compute 2.75").status() == 400);
}

TEST_CASE("disabling with a reason shows it and enabling clears it", "[cloud][nova]") {
  World world;
  const std::string path = "PUT /os-services/" + world.service_id("n1");

  const Answer disabled =
      world.nova(path, {{"status", "disabled"}, {"disabled_reason", "not ready"}});
  const Answer enabled = world.nova(path, {{"status", "enabled"}});

  CHECK(disabled.status() == 200);
  CHECK(disabled.json()["service"]["status"] == "disabled");
  CHECK(disabled.json()["service"]["disabled_reason"] == "not ready");
  CHECK(enabled.json()["service"]["status"] == "enabled");
  CHECK(enabled.json()["service"]["disabled_reason"].is_null());
}

TEST_CASE("a bad update of a service is 400 and changes nothing", "[cloud][nova]") {
  World world;
  using Row = std::tuple<std::string, std::string>;
  const auto [body, message] = GENERATE(values<Row>(
      {{R"({"status":"enabled","disabled_reason":"x"})",
        "Specifying 'disabled_reason' with status 'enabled' is invalid."},
       {R"({"status":"disabled","host":"n1"})",
        "Additional properties are not allowed ('host' was unexpected)"},
       {R"({"status":"off"})",
        "Invalid input for field/attribute status. Value: off. 'off' is not one of ['enabled', "
        "'disabled']"},
       {R"({"status":"disabled","disabled_reason":""})",
        "Invalid input for field/attribute disabled_reason. Value: . '' should be non-empty"},
       {R"({})",
        "No updates were requested. Fields 'status' or 'forced_down' should be specified."}}));

  const Answer answer = world.nova("PUT /os-services/" + world.service_id("n1"), Json::parse(body));

  CHECK(answer.status() == 400);
  CHECK(refusal(answer, "badRequest") == message);
  CHECK(world.service("n1")["status"] == "enabled");
}

TEST_CASE("a reason longer than 255 characters is 400", "[cloud][nova]") {
  World world;
  const std::string path = "PUT /os-services/" + world.service_id("n1");

  CHECK(world.nova(path, {{"status", "disabled"}, {"disabled_reason", std::string(255, 'x')}})
            .status() == 200);
  CHECK(world.nova(path, {{"status", "disabled"}, {"disabled_reason", std::string(256, 'x')}})
            .status() == 400);
}

TEST_CASE("an unknown service is 404 and an id that is no uuid 400", "[cloud][nova]") {
  World world;

  const Answer unknown = world.nova("PUT /os-services/" + unknown_id, {{"status", "disabled"}});
  const Answer deleted = world.nova("DELETE /os-services/" + unknown_id);
  const Answer malformed = world.nova("PUT /os-services/n1", {{"status", "disabled"}});

  CHECK(unknown.status() == 404);
  CHECK(refusal(unknown, "itemNotFound") == "Service " + unknown_id + " could not be found.");
  CHECK(refusal(deleted, "itemNotFound") == "Service " + unknown_id + " not found.");
  CHECK(malformed.status() == 400);
  CHECK(refusal(malformed, "badRequest") == "Invalid uuid n1");
}

TEST_CASE("only nova-compute services can be updated", "[cloud][nova]") {
  World world;
  const std::string id =
      world.nova("GET /os-services?binary=nova-scheduler").json()["services"][0]["id"];

  const Answer answer = world.nova("PUT /os-services/" + id, {{"status", "disabled"}});

  CHECK(answer.status() == 400);
  CHECK(refusal(answer, "badRequest") ==
        "Updating a nova-scheduler service is not supported. Only nova-compute services can be "
        "updated.");
}

TEST_CASE("before 2.53 the id in an update is taken for an action", "[cloud][nova]") {
  World world;
  const std::string id = world.service_id("n1");

  const Answer answer =
      world.call("PUT /compute/v2.1/os-services/" + id, "compute 2.52", {{"status", "disabled"}});

  CHECK(answer.status() == 404);
  CHECK(refusal(answer, "itemNotFound") == "Unknown action");
}

TEST_CASE("a stopped nova-compute is up for another minute", "[cloud][nova]") {
  World world;

  world.control("POST /_emulator/compute", {{"host", "n1"}, {"action", "stop"}});

  world.advance(60);
  CHECK(world.service("n1")["state"] == "up");
  world.advance(1);
  CHECK(world.service("n1")["state"] == "down");
  CHECK(world.service("n1")["updated_at"] == "2023-11-14T22:13:20.000000");
  world.control("POST /_emulator/compute", {{"host", "n1"}, {"action", "start"}});
  CHECK(world.service("n1")["state"] == "up");
}

TEST_CASE("forced_down takes a service down at once", "[cloud][nova]") {
  World world;
  const std::string path = "PUT /os-services/" + world.service_id("n1");

  CHECK(world.nova(path, {{"forced_down", true}}).json()["service"]["state"] == "down");
  CHECK(world.nova(path, {{"forced_down", "false"}}).json()["service"]["state"] == "up");
}

TEST_CASE("done evacuations keep a service forced down", "[cloud][nova]") {
  World world;
  const std::string path = "PUT /os-services/" + world.service_id("n1");
  CHECK(world.nova(path, {{"forced_down", true}}).status() == 200);
  world.cloud.state.migrations.push_back(
      {1, "m", "i", "n1", "n1", "n2", "n2", "done", "evacuation", 0});

  const Answer answer = world.nova(path, {{"forced_down", false}});

  CHECK(answer.status() == 400);
  CHECK(refusal(answer, "badRequest").find("`done` evacuation migration records remain") !=
        std::string::npos);
}

TEST_CASE("deleting a service takes its node, provider and mapping along", "[cloud][nova]") {
  World world;

  const Answer answer = world.nova("DELETE /os-services/" + world.service_id("n1"));

  CHECK(answer.status() == 204);
  CHECK(answer.response.body.empty());
  CHECK(world.nova("GET /os-services?host=n1").json()["services"].empty());
  CHECK(world.nova("GET /os-hypervisors").json()["hypervisors"].size() == 1);
  CHECK(
      world.call("GET /placement/resource_providers?name=n1").json()["resource_providers"].empty());
  CHECK(world.boot({{"host", "n1"}}).status() == 400);
}

TEST_CASE("a service with instances or migrations in progress cannot be deleted", "[cloud][nova]") {
  World world;
  const std::string path = "DELETE /os-services/" + world.service_id("n1");
  world.cloud.state.migrations.push_back(
      {1, "m", "i", "n2", "n2", "n1", "n1", "finished", "resize", 0});

  const Answer migrating = world.nova(path);
  CHECK(world.boot({{"host", "n1"}}).status() == 202);
  const Answer hosting = world.nova(path);

  CHECK(migrating.status() == 409);
  CHECK(refusal(migrating, "conflictingRequest") ==
        "Unable to delete compute service that has in-progress migrations. Complete the migrations "
        "or delete the instances "
        "first.");
  CHECK(hosting.status() == 409);
  CHECK(refusal(hosting, "conflictingRequest") ==
        "Unable to delete compute service that is hosting instances. Migrate or delete the "
        "instances first.");
}

TEST_CASE("new services start disabled when Nova is told so", "[cloud][nova]") {
  World world;
  world.cloud.state.settings.enable_new_services = false;

  world.control("POST /_emulator/compute", {{"host", "n3"}, {"action", "start"}});

  CHECK(world.service("n3")["status"] == "disabled");
  CHECK(world.service("n3")["disabled_reason"] ==
        "New compute service disabled due to config option.");
}

TEST_CASE("a new host is mapped after the discovery interval or by hand", "[cloud][nova]") {
  World world;
  world.cloud.state.settings.discover_seconds = 30;
  world.control("POST /_emulator/compute", {{"host", "n3"}, {"action", "start"}});

  CHECK(world.service("n3")["state"] == "up");
  CHECK(world.boot({{"host", "n3"}}).status() == 400);
  CHECK(world.nova("GET /os-hypervisors").json()["hypervisors"].size() == 2);
  world.advance(30);
  CHECK(world.nova("GET /os-hypervisors").json()["hypervisors"].size() == 3);
  CHECK(world.boot({{"host", "n3"}}).status() == 202);

  world.cloud.state.settings.discover_seconds = -1;
  world.control("POST /_emulator/compute", {{"host", "n4"}, {"action", "start"}});
  world.advance(3'000);
  CHECK(world.boot({{"host", "n4"}}).status() == 400);
  world.control("POST /_emulator/discover");
  CHECK(world.boot({{"host", "n4"}}).status() == 202);
}

TEST_CASE("a deleted host that comes back needs discovery by service", "[cloud][nova]") {
  World world;
  const std::string node = world.nova("GET /os-hypervisors").json()["hypervisors"][0]["id"];
  CHECK(world.nova("DELETE /os-services/" + world.service_id("n1")).status() == 204);

  world.control("POST /_emulator/compute", {{"host", "n1"}, {"action", "start"}});
  world.control("POST /_emulator/discover");
  CHECK(world.boot({{"host", "n1"}}).status() == 400);
  world.control("POST /_emulator/discover", {{"by_service", true}});

  CHECK(world.boot({{"host", "n1"}}).status() == 202);
  CHECK(world.call("GET /placement/resource_providers?uuid=" + node)
            .json()["resource_providers"]
            .size() == 1);
}
