#pragma once
// The shards of one conductor group with the nodes that belong to it: planned on its own.

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "shards.hpp"

namespace ncc::shards {

struct Pool {
  std::vector<std::size_t> places = {};  // indices of the shards, by name
  std::vector<std::size_t> nodes = {};   // indices of the nodes, by uuid
};

/// Everything is by index into these: both sorted, without doubles.
struct Board {
  std::vector<Place> places = {};
  std::vector<const Node*> nodes = {};
  std::map<std::string, Pool> pools = {};  // by conductor group; empty: the unbound shards
};

/// Throws ConfigError naming `shards` or `nodes`.
[[nodiscard]] Board board_of(const std::vector<Node>& nodes, const std::vector<Place>& places);

/// Adds the moves of one pool to the result.
void plan_pool(const Board& board, const std::string& group, const Rules& rules, Resharding& into);

}  // namespace ncc::shards
