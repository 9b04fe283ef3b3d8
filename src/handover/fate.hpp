#pragma once
// Inside handover: what becomes of one node next, the table of states. Pure.

#include <string>
#include <vector>

#include "handover.hpp"

namespace ncc::handover {

enum class Need {
  done,        // its new host has it
  gone,        // Ironic does not know it any more
  foreign,     // free, and in the shard of somebody else, who takes it
  parked,      // in its new shard, and reserved by an allocation: adopted when that ends
  place,       // no target has room for it
  shard,       // its shard must be changed to `to`
  adoption,    // its new host must take it
  move,        // nova-manage must move its compute node and instance to `to`
  half_moved,  // nova-manage died between its two saves: a person must repair it
  dangling,    // Ironic has an instance that Nova does not know
  stray,       // anything that should not be
};

struct Fate {
  Need need = Need::done;
  std::string to = {};  // host and shard
  std::string reason = {};
};

/// `planned`: the node's target; empty: it has none.
[[nodiscard]] Fate fate_of(const NodeState& node,
                           const std::string& source,
                           const std::string& planned,
                           const View& view);

/// nova-manage db ironic_compute_node_move; it refuses unless the service of the old host is forced
/// down, and a second run is refused, too.
[[nodiscard]] std::string move_command(const std::string& node, const std::string& host);
/// Takes the compute node back to `source`, where its instance is, and moves both.
[[nodiscard]] std::vector<std::string> repair_commands(const std::string& node,
                                                       const std::string& source,
                                                       const std::string& host);

/// The plan with a place for every node that has none, or whose target is lost; unchanged when
/// there is nothing to change. Pure.
[[nodiscard]] Plan planned_anew(const View& view,
                                const std::string& source,
                                const Plan& plan,
                                const Options& options);
/// Hosts that may be given nodes now.
[[nodiscard]] bool is_usable(const TargetState& target, const Options& options);

}  // namespace ncc::handover
