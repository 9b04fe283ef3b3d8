// Gateways of routers and the agents of the hosts that may have them.
#include "cloud/world.hpp"
#include "support/catch.hpp"

using namespace ncc::fake_cloud::test;

namespace {

const Json external = {
    {"id", "ext"}, {"name", "ext"}, {"external", true}, {"physical_network", "physnet1"}};

// n1 and n2 map physnet1; the first `gateways` of them are gateways.
class GatewayWorld : public World {
 public:
  explicit GatewayWorld(int gateways) {
    report("n1", gateways > 0);
    report("n2", gateways > 1);
    control("POST /_emulator/state", {{"networks", Json::array({external})}});
  }

  void report(const std::string& host, bool gateway, bool alive = true) {
    control("POST /_emulator/agents",
            {{"host", host},
             {"kind", gateway ? "gateway" : "controller"},
             {"alive", alive},
             {"bridge_mappings", "physnet1:br-ex"}});
  }

  void add_router(const std::string& id) {
    const Json router = {{"id", id}, {"name", id}, {"network", "ext"}, {"port", id + "-port"}};
    CHECK(control("POST /_emulator/state", {{"routers", Json::array({router})}}).status() == 200);
  }

  /// Where the gateway of a router is bound.
  std::string host_of(const std::string& router) {
    const Json ports =
        call("GET /network/v2.0/ports?device_owner=network:router_gateway&device_id=" + router)
            .json()["ports"];
    return ports.at(0)["binding:host_id"];
  }

  Json agent(const std::string& id) {
    return call("GET /network/v2.0/agents?id=" + id).json()["agents"].at(0);
  }
};

}  // namespace

TEST_CASE("routers are spread over the gateways", "[cloud][gateways]") {
  GatewayWorld world(2);
  world.add_router("r1");
  world.add_router("r2");

  CHECK(world.host_of("r1") == "n1");
  CHECK(world.host_of("r2") == "n2");
  const Json router = world.call("GET /network/v2.0/routers?id=r1").json()["routers"][0];
  CHECK(router["external_gateway_info"]["network_id"] == "ext");
  const Json network = world.call("GET /network/v2.0/networks?router:external=true").json();
  CHECK(network["networks"][0]["provider:physical_network"] == "physnet1");
}

TEST_CASE("a gateway that loses its token hands over, and does not get back what it had",
          "[cloud][gateways]") {
  GatewayWorld world(2);
  world.add_router("r1");

  world.report("n1", false);
  CHECK(world.host_of("r1") == "n2");
  world.add_router("r2");
  CHECK(world.host_of("r2") == "n2");
  world.report("n1", true);

  CHECK(world.host_of("r1") == "n2");
  CHECK(world.host_of("r2") == "n2");
}

TEST_CASE("the last gateway that loses its token keeps its routers", "[cloud][gateways]") {
  GatewayWorld world(1);
  world.add_router("r1");

  world.report("n1", false);

  CHECK(world.host_of("r1") == "n1");
}

TEST_CASE("a gateway of another physical network does not help", "[cloud][gateways]") {
  GatewayWorld world(1);
  world.add_router("r1");
  world.control("POST /_emulator/agents",
                {{"host", "n2"}, {"kind", "gateway"}, {"bridge_mappings", "physnet2:br-ex"}});

  world.report("n1", false);

  CHECK(world.host_of("r1") == "n1");
}

TEST_CASE("a gateway that dies is replaced while it is dead", "[cloud][gateways]") {
  GatewayWorld world(2);
  world.add_router("r1");

  world.report("n1", true, false);
  CHECK(world.host_of("r1") == "n2");
  world.report("n1", true);
  CHECK(world.host_of("r1") == "n1");
}

TEST_CASE("a chassis that is deleted gives its gateways away, the last one not",
          "[cloud][gateways]") {
  const int gateways = GENERATE(1, 2);
  GatewayWorld world(gateways);
  world.add_router("r1");
  world.report("n1", true, false);

  CHECK(world.call("DELETE /network/v2.0/agents/n1").status() == 204);

  CHECK(world.host_of("r1") == (gateways == 2 ? "n2" : "n1"));
  const Json port = world.call("GET /network/v2.0/ports?device_id=r1").json()["ports"][0];
  CHECK(port["status"] == (gateways == 2 ? "ACTIVE" : "DOWN"));
}

TEST_CASE("the chassis of a live agent is there again, at the end of the gateways",
          "[cloud][gateways]") {
  GatewayWorld world(2);
  world.add_router("r1");

  CHECK(world.call("DELETE /network/v2.0/agents/n1").status() == 204);

  CHECK(world.agent("n1")["alive"] == true);
  CHECK(world.agent("n1")["host"] == "n1");
  CHECK(world.host_of("r1") == "n2");
}

TEST_CASE("an agent whose chassis is gone has no host and is deleted by its id",
          "[cloud][gateways]") {
  GatewayWorld world(0);
  const std::string metadata =
      world.call("GET /network/v2.0/agents?host=n1&binary=neutron-ovn-metadata-agent")
          .json()["agents"][0]["id"];
  world.report("n1", false, false);

  CHECK(world.call("DELETE /network/v2.0/agents/n1").status() == 204);
  CHECK(world.agent(metadata)["host"] == "(\"Chassis\" register deleted)");
  CHECK(world.call("GET /network/v2.0/agents?host=n1").json()["agents"].empty());
  CHECK(world.call("DELETE /network/v2.0/agents/" + metadata).status() == 204);
  CHECK(world.call("DELETE /network/v2.0/agents/" + metadata).status() == 404);
}

TEST_CASE("an agent tells its bridge mappings and zones, and keeps them when not told others",
          "[cloud][neutron]") {
  GatewayWorld world(1);
  world.control("POST /_emulator/agents",
                {{"host", "n1"}, {"kind", "gateway"}, {"availability_zone", "az1"}});

  const Json agent = world.agent("n1");

  CHECK(agent["configurations"]["bridge-mappings"] == "physnet1:br-ex");
  CHECK(agent["availability_zone"] == "az1");
  CHECK(agent["agent_type"] == "OVN Controller Gateway agent");
}

TEST_CASE("a world with all its parts written and read back is the same", "[cloud][state]") {
  GatewayWorld world(2);
  world.add_router("r1");
  world.cloud.state.settings.live_seconds = 2.5;
  const std::string id = world.running("n1");
  world.plan(id, "hang");
  world.live(id);
  world.server(id);
  world.control("POST /_emulator/state",
                {{"server_groups", Json::array({{{"id", "g"}, {"policy", "affinity"}}})},
                 {"settings", {{"down_cells", {"n9"}}}}});

  const Json first = world.control("GET /_emulator/state").json();
  const Json second = world.control("PUT /_emulator/state", first).json();

  CHECK(second == first);
  CHECK(first["settings"]["move_plans"][id]["end"] == "hang");
  CHECK(first["routers"][0]["chassis"].size() == 2);
  CHECK(first["actions"].size() == 2);
  CHECK(first["migrations"][0]["plan"] == "hang");
}
