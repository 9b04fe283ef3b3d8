#include "shards/pool.hpp"

#include <algorithm>
#include <numeric>
#include <optional>
#include <unordered_map>
#include <utility>

#include "shards/spread.hpp"

namespace ncc::shards {
namespace {

bool is_free(const Node& node) {
  return node.movable && !node.has_instance;
}

/// One pool while it is planned. `held`: the free nodes of each shard.
struct Work {
  std::vector<Bin> bins = {};
  std::vector<std::vector<const Node*>> held = {};
  std::vector<const Node*> orphans = {};  // may move
  std::vector<std::uint64_t> hashes = {};
};

/// nullopt: an orphan that may move.
std::optional<Why> kept_by(const Node& node, const Rules& rules) {
  if (!node.movable) {
    return Why::not_movable;
  }
  if (node.has_instance && !rules.move_instances) {
    return Why::has_instance;
  }
  return std::nullopt;
}

void seat(Work& work, std::size_t bin, const Node& node) {
  ++work.bins[bin].count;
  if (is_free(node)) {
    work.held[bin].push_back(&node);
  } else {
    ++work.bins[bin].lower;
  }
}

Work work_of(const Board& board, const Pool& pool, const Rules& rules, Resharding& into) {
  Work work;
  work.bins.resize(pool.places.size());
  work.held.resize(pool.places.size());
  std::unordered_map<Shard, std::size_t> bin_of;
  for (std::size_t i = 0; i < pool.places.size(); ++i) {
    const Shard& shard = board.places[pool.places[i]].shard;
    bin_of.emplace(shard, i);
    work.hashes.push_back(hash(shard));
  }
  for (const std::size_t index : pool.nodes) {
    const Node& node = *board.nodes[index];
    if (const auto bin = bin_of.find(node.shard); bin != bin_of.end()) {
      seat(work, bin->second, node);
    } else if (const auto why = kept_by(node, rules)) {
      into.orphaned.push_back({node.uuid, *why});
    } else {
      work.orphans.push_back(&node);
    }
  }
  for (std::size_t i = 0; i < pool.places.size(); ++i) {
    Bin& bin = work.bins[i];
    bin.lower = rules.orphans_only ? bin.count : bin.lower;
    bin.upper = std::max<long>(board.places[pool.places[i]].cap, bin.lower);
  }
  return work;
}

/// The nodes above the shard's target: those that like it least.
std::vector<const Node*> surplus_of(std::vector<const Node*> held,
                                    long surplus,
                                    std::uint64_t place) {
  std::vector<std::pair<std::uint64_t, const Node*>> scored;
  scored.reserve(held.size());
  for (const Node* node : held) {
    scored.emplace_back(liking(place, hash(node->uuid.str())), node);
  }
  std::stable_sort(scored.begin(), scored.end(), [](const auto& left, const auto& right) {
    return left.first < right.first;
  });
  held.clear();
  for (long i = 0; i < surplus; ++i) {
    held.push_back(scored[static_cast<std::size_t>(i)].second);
  }
  return held;
}

void report_room(const Board& board, const std::string& group, long unplaced, Resharding& into) {
  TooFull report{.conductor_group = group, .unplaced = unplaced};
  report.nodes = unplaced;
  for (const std::size_t place : board.pools.at(group).places) {
    const long count = into.counts.at(board.places[place].shard);
    const long cap = board.places[place].cap;
    report.nodes += count;
    report.room += cap;
    report.over += std::max(0L, count - cap);
  }
  if (report.unplaced > 0 || report.over > 0) {
    into.too_full.push_back(report);
  }
}

}  // namespace

void plan_pool(const Board& board, const std::string& group, const Rules& rules, Resharding& into) {
  const Pool& pool = board.pools.at(group);
  const Work work = work_of(board, pool, rules, into);
  const long seated =
      std::accumulate(work.bins.begin(), work.bins.end(), 0L, [](long sum, const Bin& bin) {
        return sum + bin.count;
      });
  const std::vector<long> target =
      targets(work.bins, seated + static_cast<long>(work.orphans.size()));

  Rooms rooms;
  std::vector<const Node*> surplus;
  for (std::size_t i = 0; i < work.bins.size(); ++i) {
    const long above = work.bins[i].count - target[i];
    const auto leaving = surplus_of(work.held[i], std::max(0L, above), work.hashes[i]);
    surplus.insert(surplus.end(), leaving.begin(), leaving.end());
    rooms.add(i, work.hashes[i], -above);
    into.counts[board.places[pool.places[i]].shard] = work.bins[i].count;
  }
  const auto move = [&](const Node& node) {
    const Shard& to = board.places[pool.places[rooms.take(hash(node.uuid.str()))]].shard;
    into.moves.push_back({node.uuid, node.shard, to});
    ++into.counts[to];
  };
  long unplaced = 0;
  for (const Node* node : work.orphans) {  // first: nobody serves them
    if (rooms.empty()) {
      into.orphaned.push_back({node->uuid, Why::no_room});
      ++unplaced;
    } else {
      move(*node);
    }
  }
  for (const Node* node : surplus) {  // these stay where they are when all are full
    if (!rooms.empty()) {
      move(*node);
      --into.counts[node->shard];
    }
  }
  report_room(board, group, unplaced, into);
}

}  // namespace ncc::shards
