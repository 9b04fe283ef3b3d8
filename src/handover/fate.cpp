// The table of states: shard, host of the compute node, instance, host of the instance. A is the
// source, B where it is to go.
//
//   shard  compute node  instance        its host   next
//   A      A or none     -                          shard
//   B      A or none     -                          adoption
//   B      B             -                          done
//   A      B             -                          shard: until then B stops reporting it
//   other  any           -                          foreign
//   A      A             server          A          shard
//   B      A             server          A          move
//   B      B             server          A          half moved
//   A      B             server          B or A     shard
//   B      B             server          B          done
//   any    any           unknown to Nova            dangling
//   A      any           allocation                 shard
//   B      any           allocation                 parked
//   -      any           (no such node)             gone

#include "handover/fate.hpp"

namespace ncc::handover {

namespace {

bool is_ours(const std::string& shard, const std::string& source, const View& view) {
  return shard.empty() || shard == source || view.targets.contains(shard);
}

Fate of_free(const NodeState& node,
             const std::string& source,
             const std::string& planned,
             const View& view) {
  if (!is_ours(node.shard, source, view)) {
    return {Need::foreign, "", "its shard is " + node.shard + " now"};
  }
  if (planned.empty()) {
    return {Need::place, "", "no target has room for it"};
  }
  if (node.shard != planned) {
    return {Need::shard, planned, "its shard is still " + node.shard};
  }
  if (node.row != planned) {
    return {Need::adoption, planned, "nova-compute of " + planned + " has not taken it yet"};
  }
  if (!node.has_provider) {
    return {Need::adoption, planned, "its resource provider is not there again yet"};
  }
  return {Need::done, planned, ""};
}

Fate of_allocated(const NodeState& node, const std::string& planned) {
  if (planned.empty()) {
    return {Need::place, "", "no target has room for it"};
  }
  return node.shard == planned ? Fate{Need::parked, planned, "an allocation of Ironic has it"}
                               : Fate{Need::shard, planned, "its shard is still " + node.shard};
}

/// Its compute node has left the source: that host has it, whatever was planned.
Fate of_moved(const NodeState& node, const std::string& source) {
  if (node.server_host != node.row && node.server_host != source) {
    return {Need::stray,
            node.row,
            "its compute node is of " + node.row + ", its server on " + node.server_host};
  }
  if (node.shard != node.row) {
    return {Need::shard, node.row, "its shard is still " + node.shard};
  }
  if (node.server_host == source) {
    return {Need::half_moved,
            node.row,
            "ALARM: half moved: its compute node is of " + node.row + ", its server still on " +
                source + ", and no nova-compute manages it"};
  }
  return {Need::done, node.row, ""};
}

Fate of_served(const NodeState& node, const std::string& source, const std::string& planned) {
  if (node.server_host.empty()) {
    return {Need::dangling,
            planned,
            "Nova knows no server " + node.instance +
                ": undeploy the node, or put it into maintenance and clear its instance_uuid"};
  }
  if (node.row.empty()) {
    return {Need::stray,
            planned,
            "its server is on " + node.server_host + ", and Nova lists no compute node of it"};
  }
  if (node.row != source) {
    return of_moved(node, source);
  }
  if (node.server_host != source) {
    return {Need::stray,
            planned,
            "its compute node is of " + source + ", its server on " + node.server_host};
  }
  if (planned.empty()) {
    return {Need::place, "", "no target has room for it"};
  }
  return node.shard == planned
             ? Fate{Need::move, planned, "nova-manage must move its compute node and server"}
             : Fate{Need::shard, planned, "its shard is still " + node.shard};
}

}  // namespace

Fate fate_of(const NodeState& node,
             const std::string& source,
             const std::string& planned,
             const View& view) {
  if (node.gone) {
    return {Need::gone, "", "Ironic has no such node any more"};
  }
  if (node.instance.empty()) {
    return of_free(node, source, planned, view);
  }
  return node.allocated ? of_allocated(node, planned) : of_served(node, source, planned);
}

std::string move_command(const std::string& node, const std::string& host) {
  return "nova-manage db ironic_compute_node_move --ironic-node-uuid " + node +
         " --destination-host " + host;
}

std::vector<std::string> repair_commands(const std::string& node,
                                         const std::string& source,
                                         const std::string& host) {
  const auto set = [](const char* how, const std::string& name) {
    return std::string("openstack --os-compute-api-version 2.11 compute service set --") + how +
           " " + name + " nova-compute";
  };
  return {set("down", host),
          set("up", source),
          move_command(node, source),
          set("down", source),
          set("up", host),
          move_command(node, host)};
}

}  // namespace ncc::handover
