#include <algorithm>
#include <optional>

#include "shards.hpp"
#include "shards/spread.hpp"

namespace ncc::shards {
namespace {

/// Takes away what is above the target, least liked first; what is left keeps its owner.
void shrink(std::vector<Shard>& held, long target, const UnitName& unit) {
  const auto keep = static_cast<std::size_t>(target);
  if (held.size() <= keep) {
    return;
  }
  const std::uint64_t place = hash(unit.str());
  std::stable_sort(held.begin(), held.end(), [place](const Shard& left, const Shard& right) {
    return liking(place, hash(left)) > liking(place, hash(right));
  });
  held.resize(keep);
}

/// What each unit holds of the shards, by name.
using Held = std::map<UnitName, std::vector<Shard>>;

Held held_by(const std::set<UnitName>& units, const Owners& owners) {
  Held held;
  for (const UnitName& unit : units) {
    held[unit];
  }
  for (const auto& [shard, unit] : owners) {
    if (const auto found = held.find(unit); found != held.end()) {
      found->second.push_back(shard);
    }
  }
  return held;
}

std::vector<Bin> bins_of(const Held& held, long total) {
  std::vector<Bin> bins;
  bins.reserve(held.size());
  for (const auto& [unit, its] : held) {
    bins.push_back({.count = static_cast<long>(its.size()), .lower = 0, .upper = total});
  }
  return bins;
}

}  // namespace

Owners assign(const std::set<Shard>& shards,
              const std::set<UnitName>& units,
              const Owners& previous) {
  Owners owners = previous;
  std::erase_if(owners, [&shards](const auto& owner) { return !shards.contains(owner.first); });
  if (units.empty()) {
    return owners;
  }
  Held held = held_by(units, owners);
  const std::vector<Bin> bins = bins_of(held, static_cast<long>(shards.size()));
  const std::vector<long> target = targets(bins, static_cast<long>(shards.size()));

  owners.clear();
  const std::vector<UnitName> names(units.begin(), units.end());
  Rooms rooms;
  for (std::size_t i = 0; i < names.size(); ++i) {
    shrink(held.at(names[i]), target[i], names[i]);
    for (const Shard& shard : held.at(names[i])) {
      owners.emplace(shard, names[i]);
    }
    rooms.add(i, hash(names[i].str()), target[i] - bins[i].count);
  }
  for (const Shard& shard : shards) {
    if (!owners.contains(shard)) {
      owners.emplace(shard, names[rooms.take(hash(shard))]);
    }
  }
  return owners;
}

}  // namespace ncc::shards
