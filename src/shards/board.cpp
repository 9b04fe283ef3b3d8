// Sorts nodes and shards into pools.

#include <algorithm>

#include "shards/pool.hpp"
#include "words/error.hpp"

namespace ncc::shards {
namespace {

std::vector<Place> sorted_places(std::vector<Place> places) {
  std::sort(places.begin(), places.end(), [](const Place& left, const Place& right) {
    return left.shard < right.shard;
  });
  for (std::size_t i = 0; i < places.size(); ++i) {
    if (places[i].shard.empty()) {
      throw ConfigError("shards", "a shard has no name");
    }
    if (places[i].cap < 0) {
      throw ConfigError("shards", "the cap of " + places[i].shard + " is negative");
    }
    if (i > 0 && places[i].shard == places[i - 1].shard) {
      throw ConfigError("shards", places[i].shard + " is there twice");
    }
  }
  return places;
}

std::vector<const Node*> sorted_nodes(const std::vector<Node>& nodes) {
  std::vector<const Node*> sorted;
  sorted.reserve(nodes.size());
  for (const Node& node : nodes) {
    sorted.push_back(&node);
  }
  std::sort(sorted.begin(), sorted.end(), [](const Node* left, const Node* right) {
    return left->uuid < right->uuid;
  });
  const auto twice =
      std::adjacent_find(sorted.begin(), sorted.end(), [](const Node* left, const Node* right) {
        return left->uuid == right->uuid;
      });
  if (twice != sorted.end()) {
    throw ConfigError("nodes", (*twice)->uuid.str() + " is there twice");
  }
  return sorted;
}

}  // namespace

Board board_of(const std::vector<Node>& nodes, const std::vector<Place>& places) {
  Board board{.places = sorted_places(places), .nodes = sorted_nodes(nodes)};
  for (std::size_t i = 0; i < board.places.size(); ++i) {
    board.pools[board.places[i].conductor_group].places.push_back(i);
  }
  for (std::size_t i = 0; i < board.nodes.size(); ++i) {
    const std::string& group = board.nodes[i]->conductor_group;
    board.pools[board.pools.contains(group) ? group : std::string()].nodes.push_back(i);
  }
  return board;
}

}  // namespace ncc::shards
