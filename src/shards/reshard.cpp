#include <algorithm>

#include "shards.hpp"
#include "shards/pool.hpp"

namespace ncc::shards {

Resharding reshard(const std::vector<Node>& nodes,
                   const std::vector<Place>& places,
                   const Rules& rules) {
  const Board board = board_of(nodes, places);
  Resharding result;
  for (const auto& [group, pool] : board.pools) {
    plan_pool(board, group, rules, result);
  }
  const auto by_uuid = [](const auto& left, const auto& right) { return left.uuid < right.uuid; };
  std::sort(result.moves.begin(), result.moves.end(), by_uuid);
  std::sort(result.orphaned.begin(), result.orphaned.end(), by_uuid);
  return result;
}

std::string to_text(const TooFull& too_full) {
  const std::string group = too_full.conductor_group.empty()
                                ? "shards without a conductor group"
                                : "conductor group " + too_full.conductor_group;
  return group + ": " + std::to_string(too_full.nodes) + " nodes, room for " +
         std::to_string(too_full.room) + ": " + std::to_string(too_full.unplaced) +
         " have no shard, " + std::to_string(too_full.over) + " are above a cap";
}

}  // namespace ncc::shards
