// The search of two_owners_test.cpp is worth something: it finds each rule when it is broken.

#include <iostream>

#include "shards/round.hpp"
#include "support/catch.hpp"

using namespace ncc;
using shards::Assignment;
using shards::Leading;
using shards::Shard;
using testing::Charm;
using testing::Holding;
using testing::HoldStep;

namespace {

/// One hook: claim and start at once.
HoldStep starts_what_it_only_claims(Holding holding) {
  for (const auto& [shard, owner] : holding.assignment.owners) {
    if (owner == holding.me) {
      holding.mine.shards.insert(shard);
    }
  }
  return shards::hold(holding);
}

HoldStep ignores_claims(Holding holding) {
  for (auto& [peer, claims] : holding.peers) {
    claims.shards.clear();
  }
  return shards::hold(holding);
}

/// Takes the claim back in this hook and stops the process in the next.
HoldStep withdraws_before_it_stops(const Holding& holding) {
  HoldStep step = shards::hold(holding);
  std::erase_if(step.stop, [&](const Shard& shard) { return holding.mine.shards.contains(shard); });
  return step;
}

HoldStep forgets_units_that_are_gone(Holding holding) {
  for (auto& [shard, units] : holding.assignment.granted) {
    units = {holding.me};
  }
  return shards::hold(holding);
}

HoldStep asks_nova_at_once(Holding holding) {
  for (const auto& [shard, units] : holding.assignment.granted) {
    for (const UnitName& unit : units) {
      holding.mine.gone[unit] = holding.now - shards::grace.count();
    }
  }
  return shards::hold(holding);
}

/// The usual single "previous owner": who owned it before is forgotten when it moves on.
Assignment remembers_one_owner_only(const Leading& leading) {
  Assignment next = shards::lead(leading);
  for (auto& [shard, units] : next.granted) {
    const auto before = leading.previous.owners.find(shard);
    const auto owner = next.owners.find(shard);
    std::erase_if(units, [&](const UnitName& unit) {
      return (before == leading.previous.owners.end() || before->second != unit) &&
             (owner == next.owners.end() || owner->second != unit);
    });
  }
  return next;
}

/// Takes a unit that is gone for stopped.
Assignment forgets_who_is_gone(const Leading& leading) {
  Assignment next = shards::lead(leading);
  for (auto& [shard, units] : next.granted) {
    std::erase_if(units, [&](const UnitName& unit) { return !leading.units.contains(unit); });
  }
  return next;
}

}  // namespace

TEST_CASE("the search finds each broken rule", "[shards][model]") {
  const auto [name, broken] = GENERATE(table<std::string, Charm>({
      {"starts what it only claims", {.hold = starts_what_it_only_claims}},
      {"ignores claims", {.hold = ignores_claims}},
      {"withdraws before it stops", {.hold = withdraws_before_it_stops}},
      {"forgets units that are gone", {.hold = forgets_units_that_are_gone}},
      {"asks Nova at once", {.hold = asks_nova_at_once}},
      {"remembers one owner only", {.lead = remembers_one_owner_only}},
      {"takes who is gone for stopped", {.lead = forgets_who_is_gone}},
      {"believes relation-list", {.goal_state = false}},
  }));

  const auto after = testing::found_after(broken);

  INFO(name);
  CHECK(after.has_value());
  std::cout << "two owners: a charm that " << name << " is found after " << after.value_or(-1)
            << " rounds\n";
}
