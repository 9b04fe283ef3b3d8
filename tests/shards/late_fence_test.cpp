// Fences that land late, told step by step: rules whose absence the random search meets too seldom.

#include "shards/juju_model.hpp"
#include "support/catch.hpp"

using namespace ncc;
using shards::Shard;
using testing::Charm;
using testing::Holding;
using testing::HoldStep;
using testing::JujuModel;

namespace {

const UnitName first("ironic/0");
const UnitName second("ironic/1");
const UnitName third("ironic/2");

int zero(int) {
  return 0;
}

/// Three units with one shard each, all at rest; the first one leads.
JujuModel at_rest(const Charm& charm) {
  JujuModel model(charm, zero);
  for (int unit = 0; unit < 3; ++unit) {
    model.add_unit();
  }
  model.configured = {"s0", "s1", "s2"};
  model.leader = first;
  for (int round = 0; round < 4; ++round) {
    for (const UnitName& unit : {first, second, third}) {
      model.run_whole_hook(unit);
    }
  }
  return model;
}

void run_hooks(JujuModel& model, const std::vector<UnitName>& units) {
  for (int round = 0; round < 3; ++round) {
    for (const UnitName& unit : units) {
      model.run_whole_hook(unit);
    }
  }
}

/// A hook that has read and decided all, and waits.
void begin_and_decide(JujuModel& model, const UnitName& unit) {
  model.begin(unit);
  while (!model.units.at(unit).hook->decided) {
    model.advance(unit);
  }
}

void finish(JujuModel& model, const UnitName& unit) {
  while (model.units.at(unit).hook) {
    model.advance(unit);
  }
}

bool any_runs_twice(const JujuModel& model) {
  return std::any_of(model.configured.begin(), model.configured.end(), [&](const Shard& shard) {
    return model.processes_of(shard) > 1;
  });
}

HoldStep trusts_claims_of_an_earlier_boot(Holding holding) {
  holding.boot = "always the same";
  return shards::hold(holding);
}

HoldStep overlooks_acknowledgements(Holding holding) {
  for (auto& [peer, claims] : holding.peers) {
    claims.acknowledged = 0;
  }
  return shards::hold(holding);
}

/// A person fences the dead second unit; it comes back before the leader's write lands.
bool twice_when_the_unit_is_back_before_its_fence(const Charm& charm) {
  JujuModel model = at_rest(charm);
  REQUIRE(model.units.at(second).running.size() == 1);

  model.switch_off(model.units.at(second));
  model.words = {second};
  begin_and_decide(model, first);
  model.boot(model.units.at(second));
  for (int hooks = 0; hooks < 2; ++hooks) {
    model.run_whole_hook(second);
  }
  REQUIRE(model.units.at(second).running.size() == 1);
  finish(model, first);
  REQUIRE(model.application.fenced.contains(second));
  run_hooks(model, {first, third});
  return any_runs_twice(model);
}

/// A fence that is over is written again by an old leader, whose hook took very long.
bool twice_when_an_old_leader_repeats_the_fence(const Charm& charm) {
  JujuModel model = at_rest(charm);
  model.switch_off(model.units.at(second));
  model.words = {second};
  run_hooks(model, {first, third});
  REQUIRE(model.application.fenced.contains(second));

  model.leader = third;
  begin_and_decide(model, third);
  model.leader = first;
  model.boot(model.units.at(second));
  model.run_whole_hook(second);
  model.run_whole_hook(first);
  REQUIRE(model.application.fenced.empty());
  // The first unit has two shards by now; one of them goes back to the second.
  run_hooks(model, {second, first});
  REQUIRE_FALSE(model.units.at(second).running.empty());
  model.leader = third;
  finish(model, third);
  REQUIRE(model.application.fenced.contains(second));
  model.leader.reset();
  run_hooks(model, {first, third});
  return any_runs_twice(model);
}

}  // namespace

TEST_CASE("a fence that lands after the unit came back ends nothing that runs", "[shards][model]") {
  CHECK_FALSE(twice_when_the_unit_is_back_before_its_fence({}));
  CHECK(twice_when_the_unit_is_back_before_its_fence({.hold = trusts_claims_of_an_earlier_boot}));
}

TEST_CASE("a fence that is over stays over when an old leader writes it again", "[shards][model]") {
  CHECK_FALSE(twice_when_an_old_leader_repeats_the_fence({}));
  CHECK(twice_when_an_old_leader_repeats_the_fence({.hold = overlooks_acknowledgements}));
}
