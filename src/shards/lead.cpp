#include <algorithm>

#include "shards.hpp"
#include "words/error.hpp"

namespace ncc::shards {
namespace {

const Claims* claims_of(const Leading& leading, const UnitName& unit) {
  const auto found = leading.units.find(unit);
  return found == leading.units.end() ? nullptr : &found->second;
}

bool ever_granted(const Assignment& assignment, const UnitName& unit) {
  return std::any_of(assignment.granted.begin(),
                     assignment.granted.end(),
                     [&unit](const auto& granted) { return granted.second.contains(unit); });
}

/// The fence of a present unit is above all that it has acknowledged.
int fence_number(const Leading& leading, const UnitName& unit) {
  if (const Claims* claims = claims_of(leading, unit)) {
    return claims->acknowledged < for_good ? claims->acknowledged + 1 : for_good;
  }
  if (!ever_granted(leading.previous, unit)) {
    throw ConfigError("unit", unit.str() + " is not there and was never given a shard");
  }
  return for_good;
}

std::map<UnitName, int> fenced_of(const Leading& leading) {
  Assignment next = leading.previous;
  for (const UnitName& unit : leading.fence) {
    int& number = next.fenced[unit];
    number = std::max(number, fence_number(leading, unit));
  }
  std::erase_if(next.fenced, [&](const auto& fence) {
    const bool gone = !leading.units.contains(fence.first);
    return !is_fenced(next, fence.first, claims_of(leading, fence.first)) ||
           (gone && !ever_granted(leading.previous, fence.first));
  });
  return next.fenced;
}

bool proven_stopped(const Leading& leading, const Shard& shard, const UnitName& unit) {
  return std::any_of(leading.units.begin(), leading.units.end(), [&](const auto& peer) {
    const auto found = peer.second.stopped.find(shard);
    return found != peer.second.stopped.end() && found->second.contains(unit);
  });
}

/// A present unit stays: it could be gone by the time a late write lands, with its process left.
std::map<Shard, std::set<UnitName>> granted_of(const Leading& leading, const Owners& owners) {
  std::map<Shard, std::set<UnitName>> granted = leading.previous.granted;
  for (auto& [shard, units] : granted) {
    std::erase_if(units, [&, &name = shard](const UnitName& unit) {
      return !leading.units.contains(unit) && proven_stopped(leading, name, unit);
    });
  }
  std::erase_if(granted, [](const auto& entry) { return entry.second.empty(); });
  for (const auto& [shard, owner] : owners) {
    granted[shard].insert(owner);
  }
  return granted;
}

}  // namespace

Assignment lead(const Leading& leading) {
  Assignment next = leading.previous;
  next.fenced = fenced_of(leading);
  std::set<UnitName> units;
  for (const auto& [unit, claims] : leading.units) {
    const bool has_held = !claims.boot.empty();
    if (has_held && !leading.leaving.contains(unit) && !is_fenced(next, unit, &claims)) {
      units.insert(unit);
    }
  }
  next.owners = assign(leading.shards, units, leading.previous.owners);
  next.granted = granted_of(leading, next.owners);
  return next;
}

}  // namespace ncc::shards
