// Random shards, units and nodes: balance, the fewest moves, caps, groups, independence of order.

#include <algorithm>
#include <array>
#include <cstdio>
#include <string>
#include <vector>

#include <rapidcheck.h>

#include "shards.hpp"
#include "support/catch.hpp"

using namespace ncc;
using shards::assign;
using shards::Node;
using shards::Owners;
using shards::Place;
using shards::reshard;
using shards::Resharding;
using shards::Rules;
using shards::Shard;

namespace {

/// D.6 for counts without caps: forced + sum max(0, c_i - t_i), the fullest getting one more.
long fewest_moves(std::vector<long> counts, long orphans) {
  std::sort(counts.rbegin(), counts.rend());
  long total = orphans;
  for (const long count : counts) {
    total += count;
  }
  const long size = static_cast<long>(counts.size());
  long moves = orphans;
  for (long i = 0; i < size; ++i) {
    const long target = total / size + (i < total % size ? 1 : 0);
    moves += std::max(0L, counts[static_cast<std::size_t>(i)] - target);
  }
  return moves;
}

struct Fleet {
  std::set<Shard> shards = {};
  std::set<UnitName> units = {};
  Owners previous = {};
};

Fleet a_fleet() {
  Fleet fleet;
  for (int units = *rc::gen::inRange(1, 7); units > 0; --units) {
    fleet.units.insert(UnitName("ironic/" + std::to_string(*rc::gen::inRange(0, 12))));
  }
  for (int shards = *rc::gen::inRange(0, 30); shards > 0; --shards) {
    const Shard shard = "s" + std::to_string(shards);
    fleet.shards.insert(shard);
    const int owner = *rc::gen::inRange(0, 14);
    if (owner < 12) {
      fleet.previous.emplace(shard, UnitName("ironic/" + std::to_string(owner)));
    }
  }
  return fleet;
}

Uuid uuid(std::uint32_t high, std::uint32_t low) {
  std::array<char, 37> text{};
  std::snprintf(text.data(), text.size(), "%08x-0000-4000-8000-0000%08x", high, low);
  return Uuid(text.data());
}

struct Cloud {
  std::vector<Node> nodes = {};
  std::vector<Place> places = {};
};

const std::array<std::string, 3> groups{"", "rack1", "rack2"};

Cloud a_cloud(int kinds_of_group, int least_cap) {
  Cloud cloud;
  const int places = *rc::gen::inRange(1, 7);
  for (int i = 0; i < places; ++i) {
    cloud.places.push_back(
        {.shard = "s" + std::to_string(i),
         .conductor_group = groups[static_cast<std::size_t>(*rc::gen::inRange(0, kinds_of_group))],
         .cap = *rc::gen::inRange(least_cap, least_cap + 12)});
  }
  const int nodes = *rc::gen::inRange(0, 60);
  for (int i = 0; i < nodes; ++i) {
    const int shard = *rc::gen::inRange(0, 9);
    cloud.nodes.push_back(
        {.uuid = uuid(*rc::gen::arbitrary<std::uint32_t>(), static_cast<std::uint32_t>(i)),
         .shard = shard == 8 ? "" : "s" + std::to_string(shard),
         .conductor_group = groups[static_cast<std::size_t>(*rc::gen::inRange(0, kinds_of_group))],
         .has_instance = *rc::gen::inRange(0, 5) == 0,
         .movable = *rc::gen::inRange(0, 9) != 0});
  }
  return cloud;
}

Rules some_rules() {
  return {.orphans_only = *rc::gen::arbitrary<bool>(),
          .move_instances = *rc::gen::arbitrary<bool>()};
}

const Place* place_of(const Cloud& cloud, const Shard& shard) {
  const auto found = std::find_if(cloud.places.begin(),
                                  cloud.places.end(),
                                  [&](const Place& place) { return place.shard == shard; });
  return found == cloud.places.end() ? nullptr : &*found;
}

bool has_own_shard(const Cloud& cloud, const std::string& group) {
  return std::any_of(cloud.places.begin(), cloud.places.end(), [&](const Place& place) {
    return place.conductor_group == group;
  });
}

/// The group whose shards a node may have.
std::string home_of(const Cloud& cloud, const Node& node) {
  return has_own_shard(cloud, node.conductor_group) ? node.conductor_group : "";
}

bool at_home(const Cloud& cloud, const Node& node) {
  const Place* place = place_of(cloud, node.shard);
  return place != nullptr && place->conductor_group == home_of(cloud, node);
}

/// The cloud after the moves.
Cloud after(Cloud cloud, const Resharding& result) {
  std::map<Uuid, Shard> to;
  for (const shards::Move& move : result.moves) {
    to.emplace(move.uuid, move.to);
  }
  for (Node& node : cloud.nodes) {
    if (const auto found = to.find(node.uuid); found != to.end()) {
      node.shard = found->second;
    }
  }
  return cloud;
}

std::map<Shard, long> counts_of(const Cloud& cloud) {
  std::map<Shard, long> counts;
  for (const Place& place : cloud.places) {
    counts[place.shard] = 0;
  }
  for (const Node& node : cloud.nodes) {
    if (at_home(cloud, node)) {
      ++counts.at(node.shard);
    }
  }
  return counts;
}

}  // namespace

TEST_CASE("shards are spread within one with the fewest changes", "[shards][property]") {
  CHECK(rc::check("assign: balance and lower bound", [] {
    const Fleet fleet = a_fleet();
    const Owners owners = assign(fleet.shards, fleet.units, fleet.previous);

    std::map<UnitName, long> counts;
    std::map<UnitName, long> before;
    for (const UnitName& unit : fleet.units) {
      counts[unit] = before[unit] = 0;
    }
    long moves = 0;
    long forced = 0;
    for (const Shard& shard : fleet.shards) {
      ++counts.at(owners.at(shard));
      const auto was = fleet.previous.find(shard);
      const bool stays = was != fleet.previous.end() && fleet.units.contains(was->second);
      forced += stays ? 0 : 1;
      if (stays) {
        ++before.at(was->second);
      }
      moves += was != fleet.previous.end() && was->second == owners.at(shard) ? 0 : 1;
    }
    std::vector<long> had;
    long least = 1000;
    long most = 0;
    for (const auto& [unit, count] : counts) {
      had.push_back(before.at(unit));
      least = std::min(least, count);
      most = std::max(most, count);
    }
    RC_ASSERT(most - least <= 1);
    RC_ASSERT(moves == fewest_moves(had, forced));
    RC_ASSERT(assign(fleet.shards, fleet.units, owners) == owners);
  }));
}

TEST_CASE("free nodes of one group are spread within one with the fewest moves",
          "[shards][property]") {
  CHECK(rc::check("reshard: balance and lower bound", [] {
    Cloud cloud = a_cloud(1, 100);
    for (Node& node : cloud.nodes) {
      node.has_instance = false;
      node.movable = true;
    }
    const Resharding result = reshard(cloud.nodes, cloud.places, {.orphans_only = false});

    std::vector<long> had;
    long orphans = static_cast<long>(cloud.nodes.size());
    for (const auto& [shard, count] : counts_of(cloud)) {
      had.push_back(count);
      orphans -= count;
    }
    long least = 1000;
    long most = 0;
    for (const auto& [shard, count] : counts_of(after(cloud, result))) {
      least = std::min(least, count);
      most = std::max(most, count);
    }
    RC_ASSERT(most - least <= 1);
    RC_ASSERT(static_cast<long>(result.moves.size()) == fewest_moves(had, orphans));
  }));
}

TEST_CASE("caps, groups, instances and order are respected", "[shards][property]") {
  CHECK(rc::check("reshard: every move is allowed, every node accounted for", [] {
    const Cloud cloud = a_cloud(3, 0);
    const Rules rules = some_rules();
    const Resharding result = reshard(cloud.nodes, cloud.places, rules);
    const Cloud then = after(cloud, result);
    const auto before = counts_of(cloud);
    const auto counts = counts_of(then);

    RC_ASSERT(counts == result.counts);
    for (const Place& place : cloud.places) {
      const long bound = std::max<long>(place.cap, before.at(place.shard));
      RC_ASSERT(counts.at(place.shard) <= bound);
    }
    std::size_t homeless = 0;
    for (std::size_t i = 0; i < cloud.nodes.size(); ++i) {
      const Node& node = cloud.nodes[i];
      const bool moved = node.shard != then.nodes[i].shard;
      const bool orphan = !at_home(cloud, node);
      RC_ASSERT(!moved || (node.movable && at_home(then, then.nodes[i])));
      RC_ASSERT(!moved || !node.has_instance || (orphan && rules.move_instances));
      RC_ASSERT(!moved || orphan || !rules.orphans_only);
      homeless += at_home(then, then.nodes[i]) ? 0U : 1U;
    }
    RC_ASSERT(homeless == result.orphaned.size());
    // A node is without room only when every shard that it may have is full.
    for (const shards::TooFull& group : result.too_full) {
      for (const Place& place : cloud.places) {
        RC_ASSERT(place.conductor_group != group.conductor_group || group.unplaced == 0 ||
                  counts.at(place.shard) >= place.cap);
      }
    }
    Cloud reversed = cloud;
    std::reverse(reversed.nodes.begin(), reversed.nodes.end());
    std::reverse(reversed.places.begin(), reversed.places.end());
    RC_ASSERT(reshard(reversed.nodes, reversed.places, rules).moves == result.moves);
    RC_ASSERT(reshard(then.nodes, cloud.places, rules).moves.empty());
  }));
}

TEST_CASE("orphans alone widen no gap", "[shards][property]") {
  CHECK(rc::check("reshard: spread <= max(1, spread before)", [] {
    const Cloud cloud = a_cloud(1, 100);
    const auto spread = [](const std::map<Shard, long>& counts) {
      const auto [least, most] = std::minmax_element(
          counts.begin(), counts.end(), [](const auto& left, const auto& right) {
            return left.second < right.second;
          });
      return most->second - least->second;
    };
    const Resharding result = reshard(cloud.nodes, cloud.places, {.move_instances = true});
    RC_ASSERT(spread(result.counts) <= std::max(1L, spread(counts_of(cloud))));
  }));
}
