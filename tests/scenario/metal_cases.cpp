// Two units that run the compute services of bare-metal nodes.

#include <stdexcept>

#include "scenario/cases.hpp"
#include "scenario/counterparts.hpp"

namespace ncc::scenario {

namespace {

const std::string leader = unit_name(0);
const std::string leaver = unit_name(1);
constexpr const char* nobodys_server = "aaaaaaaa-0000-4000-8000-000000000001";
const std::vector<std::string> shards{
    "nova-compute-0", "nova-compute-1", "nova-compute-2", "nova-compute-3"};

void control(World& world, const std::string& what, const Json& body) {
  const auto response = handle(
      world.stage.cloud, fake_cloud::make_request("POST /_emulator/" + what, {}, body.dump()));
  if (response.status >= 300) {
    throw std::runtime_error(what + ": " + response.body);
  }
}

Stage ready(World& world) {
  world.settle();
  for (const auto& [name, unit] : world.stage.units) {
    if (!unit.off && unit.status != "active Unit is ready") {
      throw std::runtime_error(name + " is not ready: " + unit.status);
    }
  }
  world.stage.cloud.log.clear();
  return world.stage;
}

Stage after(const Stage& start, const std::string& action, const Bag& parameters) {
  World world(start);
  const auto done = world.action(leader, action, parameters);
  if (!done || !done->failure.empty()) {
    throw std::runtime_error("a case cannot be prepared: " + (done ? done->failure : "killed"));
  }
  return ready(world);
}

Stage without_leaver(const Stage& start) {
  World world(start);
  world.power_off(leaver);
  world.settle();
  world.stage.cloud.log.clear();
  return world.stage;
}

Stage with_new_nodes(const Stage& start) {
  World world(start);
  control(world, "ironic/nodes", {{"count", 4}, {"prefix", "new"}, {"resource_class", "bm"}});
  return ready(world);
}

}  // namespace

Stage metal(const std::vector<std::string>& names, bool shared, int each) {
  Stage start;
  start.config = deployed_config();
  start.config["virt-type"] = "ironic";
  start.config["ironic-shard-cap"] = "500";
  if (shared) {
    start.config["ironic-shards"] = std::to_string(names.size());
  }
  World world(start);
  control(world,
          "ironic/nodes",
          {{"count", each * static_cast<int>(names.size())},
           {"shards", names},
           {"resource_class", "bm"}});
  for (int number = 0; number < 2; ++number) {
    world.add_unit(number, node_name(number));
  }
  world.settle();
  control(world, "discover", {{"by_service", true}});
  return ready(world);
}

std::vector<Case> metal_cases() {
  const Stage shared = metal(shards, true, 2);
  const Stage own = metal({node_name(0), node_name(1)}, false, 3);
  const Bag wish{{"name", "db1"}, {"resource-class", "bm"}, {"timeout", "60"}};
  const Bag short_run{{"timeout", "300"}};
  Bag left = wish;
  left["server"] = nobodys_server;
  const Bag fenced{{"units", leaver}, {"fenced", "true"}, {"timeout", "300"}};
  return {{"reserve", leader, "reserve", wish, shared},
          {"release", leader, "release", {{"name", "db1"}}, after(shared, "reserve", wish)},
          {"release left-over",
           leader,
           "release",
           {{"left-over", "true"}},
           after(shared, "reserve", left)},
          {"ironic-status", leader, "ironic-status", {}, after(shared, "reserve", wish)},
          {"reshard", leader, "reshard", short_run, with_new_nodes(shared)},
          {"handover of shards", leaver, "handover", {}, shared},
          {"handover of shards by the leader", leader, "handover", {{"units", leaver}}, shared},
          {"handover of a dead unit's shards", leader, "handover", fenced, without_leaver(shared)},
          {"handover of nodes", leaver, "handover", short_run, own},
          {"handover of a dead unit's nodes", leader, "handover", fenced, without_leaver(own)}};
}

}  // namespace ncc::scenario
