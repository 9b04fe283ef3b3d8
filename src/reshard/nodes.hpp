#pragma once
// Inside reshard: Ironic's nodes as far as planning needs them.

#include <map>
#include <string>
#include <vector>

#include "reshard.hpp"

namespace ncc::reshard {

struct Nodes {
  std::vector<shards::Node> nodes = {};          // without those of other people's shards
  std::map<std::string, std::string> held = {};  // uuid -> why it cannot be changed now
};

/// Page by page; what planning does not need is dropped at once.
[[nodiscard]] Nodes observe_nodes(openstack::Ironic& ironic, const Request& request);

/// Nodes of each of our shards.
[[nodiscard]] std::map<Shard, Count> counts_of(const Nodes& nodes, const Request& request);

/// What the plan leaves without a shard, by conductor group.
[[nodiscard]] std::map<std::string, Unplaced> unplaced_of(const Nodes& nodes,
                                                          const shards::Resharding& plan);
/// Nodes that need a shard and are in transition.
[[nodiscard]] std::vector<Left> deferred_of(const Nodes& nodes, const shards::Resharding& plan);

}  // namespace ncc::reshard
