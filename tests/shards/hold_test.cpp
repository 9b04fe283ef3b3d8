#include "shards.hpp"
#include "support/catch.hpp"
#include "words/error.hpp"

using namespace ncc;
using shards::Claims;
using shards::Holding;
using shards::HoldStep;
using shards::NovaSays;
using shards::Shard;
using Shards = std::set<Shard>;

namespace {

const UnitName me("nova-compute/0");
const UnitName peer("nova-compute/1");
const UnitName ghost("nova-compute/7");

/// s3 is this unit's, claimed by an earlier hook, and the peer that had it has let go.
Holding a_holding() {
  Holding holding{.me = me};
  holding.boot = "boot-1";
  holding.assignment.owners = {{"s3", me}};
  holding.assignment.granted = {{"s3", {me, peer}}};
  holding.mine = {.shards = {"s3"}, .boot = "boot-1"};
  holding.peers = {{peer, {.boot = "boot-p"}}};
  return holding;
}

/// s3 was last run by a unit that is gone, missed two minutes ago.
Holding after_a_ghost() {
  Holding holding = a_holding();
  holding.assignment.granted = {{"s3", {me, ghost}}};
  holding.now = 1120;
  holding.mine.gone = {{ghost, 1000}};
  return holding;
}

}  // namespace

TEST_CASE("a claimed shard that nobody else claims starts", "[shards][hold]") {
  const HoldStep step = hold(a_holding());

  CHECK(step.start == Shards{"s3"});
  CHECK(step.stop.empty());
  CHECK(step.publish.shards == Shards{"s3"});
  CHECK(step.waits.empty());
  CHECK_FALSE(step.again);
}

TEST_CASE("the hook that claims a shard does not start it, and asks for another",
          "[shards][hold]") {
  Holding holding = a_holding();
  holding.mine.shards.clear();

  const HoldStep step = hold(holding);

  CHECK(step.start.empty());
  CHECK(step.publish.shards == Shards{"s3"});
  CHECK(step.waits.at("s3") == "shard s3: claimed by this hook, the next one starts it");
  CHECK(step.again);
}

TEST_CASE("a shard waits for the peer that claims it; the peer's change brings the next hook",
          "[shards][hold]") {
  Holding holding = a_holding();
  holding.peers.at(peer).shards = {"s3"};

  const HoldStep step = hold(holding);

  CHECK(step.start.empty());
  CHECK(step.publish.shards == Shards{"s3"});
  CHECK(step.waits.at("s3") == "shard s3: nova-compute/1 has not let go of it yet");
  CHECK_FALSE(step.again);
}

TEST_CASE("a running shard goes on while a peer claims it and waits", "[shards][hold]") {
  Holding holding = a_holding();
  holding.running = {"s3"};
  holding.peers.at(peer).shards = {"s3"};

  const HoldStep step = hold(holding);

  CHECK(step.stop.empty());
  CHECK(step.start.empty());
  CHECK(step.waits.empty());
}

TEST_CASE("a shard that is another's stops, and its claim goes in the same flush",
          "[shards][hold]") {
  Holding holding = a_holding();
  holding.assignment.owners = {{"s3", peer}};
  holding.running = {"s3"};

  const HoldStep step = hold(holding);

  CHECK(step.stop == Shards{"s3"});
  CHECK(step.publish.shards.empty());
}

TEST_CASE("what runs without a claim stops even when it is wanted", "[shards][hold]") {
  Holding holding = a_holding();
  holding.mine.shards.clear();
  holding.running = {"s3"};

  const HoldStep step = hold(holding);

  CHECK(step.stop == Shards{"s3"});
  CHECK(step.start.empty());
  CHECK(step.publish.shards == Shards{"s3"});
  CHECK(step.again);
}

TEST_CASE("a unit that leaves stops everything and claims nothing", "[shards][hold]") {
  Holding holding = a_holding();
  holding.leaving = true;
  holding.running = {"s3"};

  const HoldStep step = hold(holding);

  CHECK(step.stop == Shards{"s3"});
  CHECK(step.publish.shards.empty());
  CHECK(step.waits.empty());
}

TEST_CASE("a fenced peer's claim does not hold a shard back", "[shards][hold]") {
  Holding holding = a_holding();
  holding.peers.at(peer) = {.shards = {"s3"}, .acknowledged = 4, .boot = "boot-p"};
  holding.assignment.fenced = {{peer, 5}};

  CHECK(hold(holding).start == Shards{"s3"});
}

TEST_CASE("a fence that the peer has acknowledged is over, even if it is still listed",
          "[shards][hold]") {
  Holding holding = a_holding();
  holding.peers.at(peer) = {.shards = {"s3"}, .acknowledged = 5, .boot = "boot-p"};
  holding.assignment.fenced = {{peer, 5}};

  CHECK(hold(holding).start.empty());
}

TEST_CASE("a fenced unit stops all, claims nothing and acknowledges the number", "[shards][hold]") {
  Holding holding = a_holding();
  holding.running = {"s3"};
  holding.assignment.fenced = {{me, 3}};

  const HoldStep step = hold(holding);

  CHECK(step.stop == Shards{"s3"});
  CHECK(step.start.empty());
  CHECK(step.publish == Claims{.acknowledged = 3, .boot = "boot-1"});
}

TEST_CASE("after a reboot the old claim starts nothing: it is claimed anew, above any late fence",
          "[shards][hold]") {
  Holding holding = a_holding();
  holding.boot = "boot-2";
  holding.mine.acknowledged = 2;

  const HoldStep step = hold(holding);

  CHECK(step.start.empty());
  CHECK(step.publish == Claims{.shards = {"s3"}, .acknowledged = 3, .boot = "boot-2"});
  CHECK(step.again);
}

TEST_CASE("a unit that was removed may still run its shard: Nova is asked first",
          "[shards][hold]") {
  Holding holding = after_a_ghost();

  const HoldStep step = hold(holding);

  CHECK(step.start.empty());
  CHECK(step.ask == Shards{"s3"});
  CHECK(step.again);
}

TEST_CASE("a unit that has just gone may still start something: Nova is asked two minutes later",
          "[shards][hold]") {
  Holding holding = after_a_ghost();
  holding.nova = {{"s3", NovaSays::absent}};

  holding.now = 1119;
  HoldStep step = hold(holding);
  CHECK(step.start.empty());
  CHECK(step.publish.stopped.empty());
  CHECK(step.publish.gone == std::map<UnitName, std::int64_t>{{ghost, 1000}});
  CHECK(step.again);

  holding.now = 1120;
  CHECK(hold(holding).start == Shards{"s3"});

  holding.mine.gone.clear();
  step = hold(holding);
  CHECK(step.start.empty());
  CHECK(step.publish.gone == std::map<UnitName, std::int64_t>{{ghost, 1120}});
}

TEST_CASE("a clock that was set back begins the two minutes anew", "[shards][hold]") {
  Holding holding = after_a_ghost();
  holding.now = 10;

  const HoldStep step = hold(holding);

  CHECK(step.ask.empty());
  CHECK(step.publish.gone == std::map<UnitName, std::int64_t>{{ghost, 10}});
}

TEST_CASE("Nova's answer about a unit that is gone decides", "[shards][hold]") {
  const auto [says, starts] = GENERATE(table<NovaSays, bool>(
      {{NovaSays::up, false}, {NovaSays::down, true}, {NovaSays::absent, true}}));
  Holding holding = after_a_ghost();
  holding.nova = {{"s3", says}};

  const HoldStep step = hold(holding);

  CHECK(step.start == (starts ? Shards{"s3"} : Shards{}));
  CHECK(step.ask.empty());
  CHECK(step.again == !starts);
  CHECK(step.publish.stopped.contains("s3") == starts);
}

TEST_CASE("the reason names the unit that is gone and what to do", "[shards][hold]") {
  Holding holding = after_a_ghost();
  holding.nova = {{"s3", NovaSays::up}};

  CHECK(hold(holding).waits.at("s3") ==
        "shard s3: nova-compute/7 is gone, but Nova sees the shard's host up: switch its machine "
        "off");
}

TEST_CASE("a person's word for a unit that is gone replaces Nova's", "[shards][hold]") {
  Holding holding = after_a_ghost();
  holding.assignment.fenced = {{ghost, shards::for_good}};

  CHECK(hold(holding).start == Shards{"s3"});
}

TEST_CASE("a fence of the time when a unit was present says nothing once it is gone",
          "[shards][hold]") {
  Holding holding = after_a_ghost();
  holding.assignment.fenced = {{ghost, 4}};

  CHECK(hold(holding).start.empty());
}

TEST_CASE("a proof that a unit is stopped is kept while the leader names it", "[shards][hold]") {
  Holding holding = after_a_ghost();
  holding.mine.stopped = {{"s3", {ghost}}, {"s9", {ghost}}};

  const HoldStep step = hold(holding);

  CHECK(step.start == Shards{"s3"});
  CHECK(step.publish.stopped == std::map<Shard, std::set<UnitName>>{{"s3", {ghost}}});
}

TEST_CASE("a shard without the leader's grant does not start", "[shards][hold]") {
  Holding holding = a_holding();
  holding.assignment.granted.clear();

  CHECK(hold(holding).start.empty());
}

TEST_CASE("a machine without a boot id is refused", "[shards][hold]") {
  Holding holding = a_holding();
  holding.boot.clear();

  CHECK_THROWS_AS(hold(holding), ConfigError);
}
