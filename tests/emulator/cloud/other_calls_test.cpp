// Flavors, aggregates, migrations, Placement, Neutron and Glance.
#include "cloud/world.hpp"
#include "support/catch.hpp"

using namespace ncc::fake_cloud::test;

namespace {

const std::string unknown_id = "00000000-0000-4000-8000-000000000000";

std::string provider_of(World& world, const std::string& host) {
  return world.call("GET /placement/resource_providers?name=" + host, "placement 1.39")
      .json()["resource_providers"][0]["uuid"];
}

}  // namespace

TEST_CASE("flavors are made, listed and removed", "[cloud][flavors]") {
  World world;
  const Json flavor = {{"name", "probe"},
                       {"ram", 64},
                       {"vcpus", 1},
                       {"disk", 0},
                       {"id", "p"},
                       {"os-flavor-access:is_public", false}};

  const Answer made = world.nova("POST /flavors", {{"flavor", flavor}});
  const Answer again = world.nova("POST /flavors", {{"flavor", flavor}});
  const Json listed = world.nova("GET /flavors/detail").json()["flavors"];
  const Answer removed = world.nova("DELETE /flavors/p");

  CHECK(made.status() == 200);
  CHECK(made.json()["flavor"]["os-flavor-access:is_public"] == false);
  CHECK(again.status() == 409);
  CHECK(again.json()["conflictingRequest"]["message"] == "Flavor with name probe already exists.");
  CHECK(listed.size() == 2);
  CHECK(listed[0]["name"] == "m1.tiny");
  CHECK(listed[0]["ram"] == 512);
  CHECK(removed.status() == 202);
  CHECK(world.nova("DELETE /flavors/p").status() == 404);
  CHECK(world.nova("GET /flavors").json()["flavors"].size() == 1);
}

TEST_CASE("a flavor of a server that was deleted leaves a world that can be read back",
          "[cloud][flavors]") {
  World world;
  world.boot({{"host", "n1"}});

  world.nova("DELETE /flavors/1");

  const Json state = world.control("GET /_emulator/state").json();
  CHECK(world.control("PUT /_emulator/state", state).status() == 200);
}

TEST_CASE("migrations are filtered by host and status", "[cloud][migrations]") {
  World world;
  world.cloud.state.migrations = {
      {1, "a", "i1", "n1", "n1", "n2", "n2", "running", "live-migration", 0},
      {2, "b", "i2", "n2", "n2", "n3", "n3", "completed", "live-migration", 0}};

  const Json of_n1 = world.nova("GET /os-migrations?host=n1").json()["migrations"];

  REQUIRE(of_n1.size() == 1);
  CHECK(of_n1[0]["uuid"] == "a");
  CHECK(of_n1[0]["source_compute"] == "n1");
  CHECK(of_n1[0]["migration_type"] == "live-migration");
  CHECK(world.nova("GET /os-migrations?host=n2").json()["migrations"].size() == 2);
  CHECK(world.nova("GET /os-migrations?status=completed").json()["migrations"].size() == 1);
}

TEST_CASE("the live migration of a server shows its progress", "[cloud][migrations]") {
  World world;
  const std::string id = world.boot({{"host", "n1"}}).json()["server"]["id"];
  world.cloud.state.migrations = {
      {7, "a", id, "n1", "n1", "n2", "n2", "running", "live-migration", 0}};

  const Json migrations = world.nova("GET /servers/" + id + "/migrations").json()["migrations"];

  REQUIRE(migrations.size() == 1);
  CHECK(migrations[0]["id"] == 7);
  CHECK(migrations[0]["server_uuid"] == id);
  CHECK(migrations[0]["memory_remaining_bytes"] == 0);
  CHECK(world.nova("GET /servers/" + unknown_id + "/migrations").status() == 404);
}

TEST_CASE("aggregates are listed", "[cloud][aggregates]") {
  World world;
  world.cloud.state.aggregates = {{1, "u", "rack1", "az1", {"n1"}, {{"availability_zone", "az1"}}}};

  const Json aggregates = world.nova("GET /os-aggregates").json()["aggregates"];

  CHECK(aggregates[0]["name"] == "rack1");
  CHECK(aggregates[0]["hosts"] == Json::array({"n1"}));
  CHECK(aggregates[0]["availability_zone"] == "az1");
}

TEST_CASE("Placement's root needs no token and tells its versions", "[cloud][placement]") {
  World world;
  world.token.clear();

  const Json version = world.call("GET /placement/").json()["versions"][0];

  CHECK(version["min_version"] == "1.0");
  CHECK(version["max_version"] == "1.39");
}

TEST_CASE("a Placement version out of range is 406 with the range", "[cloud][placement]") {
  World world;

  const Answer answer = world.call("GET /placement/resource_providers", "placement 1.999");

  CHECK(answer.status() == 406);
  const Json error = answer.json()["errors"][0];
  CHECK(error["status"] == 406);
  CHECK(error["title"] == "Not Acceptable");
  CHECK(error["min_version"] == "1.0");
  CHECK(error["max_version"] == "1.39");
  CHECK(error["detail"].get<std::string>().find("Unacceptable version header: 1.999") !=
        std::string::npos);
  CHECK(world.call("GET /placement/resource_providers", "placement one").status() == 400);
}

TEST_CASE("a host's provider is found by name and has inventory", "[cloud][placement]") {
  World world;
  const std::string id = provider_of(world, "n1");

  const Json inventories =
      world.call("GET /placement/resource_providers/" + id + "/inventories").json();

  CHECK(id == world.nova("GET /os-hypervisors").json()["hypervisors"][0]["id"]);
  CHECK(inventories["inventories"]["VCPU"]["total"] == 8);
  CHECK(inventories["inventories"]["MEMORY_MB"]["total"] == 16384);
  CHECK(inventories["inventories"]["MEMORY_MB"]["reserved"] == 512);
  CHECK(inventories["inventories"]["DISK_GB"]["total"] == 100);
  CHECK(inventories["resource_provider_generation"] == 1);
  CHECK(world.call("GET /placement/resource_providers?name=ghost").json() ==
        Json{{"resource_providers", Json::array()}});
  CHECK(world.call("GET /placement/resource_providers?uuid=ghost").status() == 400);
  CHECK(world.call("GET /placement/resource_providers?in_tree=" + id, "placement 1.13").status() ==
        400);
}

TEST_CASE("usages and allocations follow the servers", "[cloud][placement]") {
  World world;
  const std::string id = provider_of(world, "n1");
  const std::string server = world.boot({{"host", "n1"}}).json()["server"]["id"];

  CHECK(world.call("GET /placement/resource_providers/" + id + "/usages").json()["usages"] ==
        Json{{"VCPU", 1}, {"MEMORY_MB", 512}, {"DISK_GB", 1}});
  CHECK(world.call("GET /placement/resource_providers/" + id + "/allocations")
            .json()["allocations"]
            .contains(server));
  const Json allocations =
      world.call("GET /placement/allocations/" + server, "placement 1.38").json();
  CHECK(allocations["allocations"][id]["resources"]["MEMORY_MB"] == 512);
  CHECK(allocations["consumer_type"] == "INSTANCE");
}

TEST_CASE("an unknown provider is 404 with a code from 1.23 on", "[cloud][placement]") {
  World world;

  const Answer answer = world.call(
      "GET /placement/resource_providers/" + unknown_id + "/inventories", "placement 1.23");

  CHECK(answer.status() == 404);
  CHECK(answer.json()["errors"][0]["title"] == "Not Found");
  CHECK(answer.json()["errors"][0]["code"] == "placement.undefined_code");
  CHECK(!world.call("GET /placement/resource_providers/" + unknown_id + "/usages", "placement 1.22")
             .json()["errors"][0]
             .contains("code"));
}

TEST_CASE("a disabled service shows as a trait, unless its process is down", "[cloud][placement]") {
  World world;
  const auto traits = [&](const std::string& host) {
    return world
        .call("GET /placement/resource_providers/" + provider_of(world, host) + "/traits",
              "placement 1.6")
        .json()["traits"]
        .dump();
  };
  world.control("POST /_emulator/compute", {{"host", "n2"}, {"action", "stop"}});
  world.advance(61);

  world.nova("PUT /os-services/" + world.service_id("n1"), {{"status", "disabled"}});
  world.nova("PUT /os-services/" + world.service_id("n2"), {{"status", "disabled"}});

  CHECK(traits("n1").find("COMPUTE_STATUS_DISABLED") != std::string::npos);
  CHECK(traits("n2").find("COMPUTE_STATUS_DISABLED") == std::string::npos);
  world.control("POST /_emulator/compute", {{"host", "n2"}, {"action", "start"}});
  CHECK(traits("n2").find("COMPUTE_STATUS_DISABLED") != std::string::npos);
}

TEST_CASE("agents of a host are listed by type, dead with their controller", "[cloud][neutron]") {
  World world;

  const Json agents = world.call("GET /network/v2.0/agents?host=n1").json()["agents"];
  world.control("POST /_emulator/agents",
                {{"host", "n1"}, {"kind", "controller"}, {"alive", false}});
  const Json after =
      world.call("GET /network/v2.0/agents?host=n1&agent_type=OVN%20Metadata%20agent")
          .json()["agents"];

  REQUIRE(agents.size() == 2);
  CHECK(agents[0]["agent_type"] == "OVN Controller agent");
  CHECK(agents[0]["binary"] == "ovn-controller");
  CHECK(agents[1]["configurations"]["chassis_name"] == agents[0]["id"]);
  CHECK(agents[0]["alive"] == true);
  CHECK(agents[1]["agent_type"] == "OVN Metadata agent");
  CHECK(agents[1]["binary"] == "neutron-ovn-metadata-agent");
  REQUIRE(after.size() == 1);
  CHECK(after[0]["alive"] == false);
}

TEST_CASE("a controller that becomes a gateway stays the same agent", "[cloud][neutron]") {
  World world;

  world.control("POST /_emulator/agents", {{"host", "n1"}, {"kind", "gateway"}});

  const Json agents = world.call("GET /network/v2.0/agents?host=n1").json()["agents"];
  CHECK(agents[0]["id"] == "n1");
  CHECK(agents[0]["agent_type"] == "OVN Controller Gateway agent");
}

TEST_CASE("a dead agent is deleted, a live one is there again, an unknown one is 404",
          "[cloud][neutron]") {
  World world;
  world.control("POST /_emulator/agents",
                {{"host", "n1"}, {"kind", "controller"}, {"alive", false}});

  CHECK(world.call("DELETE /network/v2.0/agents/n1").status() == 204);
  CHECK(world.call("DELETE /network/v2.0/agents/n2").status() == 204);
  const Answer again = world.call("DELETE /network/v2.0/agents/n1");

  CHECK(again.status() == 404);
  CHECK(again.json() == Json{{"NeutronError",
                              {{"type", "AgentNotFound"},
                               {"message", "Agent n1 could not be found."},
                               {"detail", ""}}}});
  CHECK(world.call("GET /network/v2.0/agents?host=n2&binary=ovn-controller")
            .json()["agents"]
            .size() == 1);
}

TEST_CASE("networks and ports are filtered and can be cut to some fields", "[cloud][neutron]") {
  World world;
  world.boot({{"host", "n1"}, {"networks", "auto"}});

  CHECK(world.call("GET /network/v2.0/networks?name=net&fields=name").json() ==
        Json{{"networks", {{{"name", "net"}}}}});
  CHECK(world.call("GET /network/v2.0/networks?name=other").json()["networks"].empty());
  const std::string port =
      world.call("GET /network/v2.0/ports?binding:host_id=n1").json()["ports"][0]["id"];
  CHECK(world.call("DELETE /network/v2.0/ports/" + port).status() == 204);
  CHECK(world.call("DELETE /network/v2.0/ports/" + port).json()["NeutronError"]["type"] ==
        "PortNotFound");
}

TEST_CASE("images are filtered by name and status, newest first", "[cloud][glance]") {
  World world;
  world.cloud.state.images.push_back(
      {"11111111-0000-4000-8000-000000000000", "cirros", "active", 1650000000});
  world.cloud.state.images.push_back(
      {"22222222-0000-4000-8000-000000000000", "cirros", "queued", 1660000000});

  const Json images = world.call("GET /image/v2/images?name=cirros&status=active").json()["images"];

  REQUIRE(images.size() == 2);
  CHECK(images[0]["id"] == "11111111-0000-4000-8000-000000000000");
  CHECK(images[0]["status"] == "active");
  CHECK(images[0]["created_at"] == "2022-04-15T05:20:00Z");
  CHECK(world.call("GET /image/v2/images?name=none").json()["images"].empty());
}

TEST_CASE("Glance's errors are HTML unless JSON is asked for", "[cloud][glance]") {
  World world;

  const Answer html = world.call("GET /image/v2/images/" + unknown_id);

  CHECK(html.status() == 404);
  CHECK(html.header("Content-Type") == "text/html; charset=UTF-8");
  CHECK(html.response.body.find("<h1>404 Not Found</h1>") != std::string::npos);
}

TEST_CASE("a call that is not emulated says so", "[cloud]") {
  World world;

  const Answer answer = world.nova("GET /os-tenant-networks");

  CHECK(answer.status() == 501);
  CHECK(answer.response.body == "cloud-emulator does not have GET /compute/v2.1/os-tenant-networks\n");
}
