#include "reshard/nodes.hpp"

namespace ncc::reshard {
namespace {

/// Changes are refused in such a state. A lock (`reservation`) is not looked at: conductors hold it
/// for seconds only. (ironic/common/states.py, UPDATE_ALLOWED_STATES)
bool is_in_transition(const openstack::Node& node) {
  const std::string& state = node.provision_state;
  return !node.target_provision_state.empty() && !state.ends_with(" failed") && state != "error";
}

std::set<Shard> shards_concerned(const Request& request) {
  std::set<Shard> concerned = request.given_up;
  concerned.insert("");
  for (const shards::Place& place : request.places) {
    concerned.insert(place.shard);
  }
  return concerned;
}

}  // namespace

Nodes observe_nodes(openstack::Ironic& ironic, const Request& request) {
  const std::set<Shard> concerned = shards_concerned(request);
  Nodes nodes;
  ironic.for_each_node({}, [&](const openstack::Node& node) {
    if (!concerned.contains(node.shard)) {
      return;
    }
    const bool held = is_in_transition(node);
    if (held) {
      nodes.held[node.uuid] = "in state " + node.provision_state;
    }
    nodes.nodes.push_back({.uuid = Uuid(node.uuid),
                           .shard = node.shard,
                           .conductor_group = node.conductor_group,
                           .has_instance = !node.instance_uuid.empty(),
                           .movable = !held});
  });
  return nodes;
}

std::map<Shard, Count> counts_of(const Nodes& nodes, const Request& request) {
  std::map<Shard, Count> counts;
  for (const shards::Place& place : request.places) {
    counts[place.shard] = {};
  }
  for (const shards::Node& node : nodes.nodes) {
    if (const auto count = counts.find(node.shard); count != counts.end()) {
      ++count->second.before;
      ++count->second.after;
    }
  }
  return counts;
}

std::map<std::string, Unplaced> unplaced_of(const Nodes& nodes, const shards::Resharding& plan) {
  std::map<Uuid, shards::Why> reasons;
  for (const shards::Stay& stay : plan.orphaned) {
    reasons[stay.uuid] = stay.why;
  }
  std::map<std::string, Unplaced> unplaced;
  for (const shards::Node& node : nodes.nodes) {
    const auto reason = reasons.find(node.uuid);
    if (reason == reasons.end()) {
      continue;
    }
    Unplaced& group = unplaced[node.conductor_group];
    group.with_instance += reason->second == shards::Why::has_instance ? 1 : 0;
    group.in_transition += reason->second == shards::Why::not_movable ? 1 : 0;
    group.without_room += reason->second == shards::Why::no_room ? 1 : 0;
  }
  return unplaced;
}

std::vector<Left> deferred_of(const Nodes& nodes, const shards::Resharding& plan) {
  std::vector<Left> deferred;
  for (const shards::Stay& stay : plan.orphaned) {
    if (stay.why == shards::Why::not_movable) {
      deferred.push_back({stay.uuid.str(), nodes.held.at(stay.uuid.str())});
    }
  }
  return deferred;
}

}  // namespace ncc::reshard
