// Actions of units with bare-metal nodes, beside what kills and faults show of them.

#include "scenario/cases.hpp"
#include "support/catch.hpp"

using namespace ncc::scenario;

namespace {

const std::string leader = unit_name(0);
const std::string dead = unit_name(1);
const Bag fenced{{"units", dead + ",nova-compute/9"}, {"fenced", "true"}};

Stage with_dead_unit() {
  World world(metal({"nova-compute-0", "nova-compute-1"}, true, 2));
  world.power_off(dead);
  world.settle();
  return world.stage;
}

std::map<std::string, std::string> results_of(const ActionResult& result) {
  std::map<std::string, std::string> results;
  for (const Json& row : Json::parse(result.results.at("units"))) {
    results[row.at("unit")] = row.at("result");
  }
  return results;
}

/// Every node of that shard gets a server of its own.
void serve(ncc::fake_cloud::Cloud& cloud, const std::string& host) {
  for (ncc::fake_cloud::IronicNode& node : cloud.state.ironic_nodes) {
    if (node.shard != host) {
      continue;
    }
    ncc::fake_cloud::Server server;
    server.id = "5e000000" + node.uuid.substr(8);
    server.name = "on-" + node.uuid;
    server.status = "ACTIVE";
    server.flavor = cloud.state.flavors.at(0).id;
    server.image = cloud.state.images.at(0).id;
    server.host = host;
    server.node = node.uuid;
    cloud.state.servers.push_back(server);
    node.instance_uuid = server.id;
    node.provision_state = "active";
  }
}

}  // namespace

TEST_CASE("a unit about which Nova does not answer is unknown, and a second run finishes",
          "[scenario][metal]") {
  World world(with_dead_unit());
  world.stage.cloud.faults.push_back(
      {.method = "GET", .path = "/os-services", .count = 0, .status = 500});

  const auto silent = world.action(leader, "handover", fenced);
  world.stage.cloud.faults.clear();
  const auto taken = world.action(leader, "handover", fenced);
  world.settle();
  const auto done = world.action(leader, "handover", fenced);

  using Results = std::map<std::string, std::string>;
  REQUIRE((silent && taken && done));
  CHECK(results_of(*silent) == Results{{dead, "unknown"}, {"nova-compute/9", "unknown"}});
  CHECK(results_of(*taken) == Results{{dead, "in-progress"}, {"nova-compute/9", "unknown"}});
  CHECK(results_of(*done) == Results{{dead, "done"}, {"nova-compute/9", "unknown"}});
  for (const auto& service : world.stage.cloud.state.services) {
    CHECK((service.host.find("nova-compute-") != 0 || service.running));
  }
}

TEST_CASE("more nodes than a result can list are counted", "[scenario][metal]") {
  World world(metal({node_name(0), node_name(1)}, false, 400));
  serve(world.stage.cloud, node_name(1));

  const auto result = world.action(dead, "handover", {{"timeout", "300"}, {"force", "true"}});

  REQUIRE(result);
  CHECK(result->results.at("result") == "in-progress");
  CHECK(result->results.at("commands-count") == "400");
  CHECK(Json::parse(result->results.at("commands")).size() == 300);
  CHECK(result->results.at("pending-count") == "400");
  CHECK(Json::parse(result->results.at("pending")).size() == 100);
}
