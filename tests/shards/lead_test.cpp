#include "shards.hpp"
#include "support/catch.hpp"
#include "words/error.hpp"

using namespace ncc;
using shards::Assignment;
using shards::Claims;
using shards::Leading;
using shards::Owners;

namespace {

const UnitName a("nova-compute/0");
const UnitName b("nova-compute/1");
const UnitName gone("nova-compute/7");
using Units = std::set<UnitName>;

/// Two units; s1 is the first one's, s2 the second one's.
Leading a_leading() {
  return {.shards = {"s1", "s2"},
          .units = {{a, {.shards = {"s1"}, .boot = "x"}}, {b, {.shards = {"s2"}, .boot = "y"}}},
          .previous = {.owners = {{"s1", a}, {"s2", b}}, .granted = {{"s1", {a}}, {"s2", {b}}}}};
}

}  // namespace

TEST_CASE("the leader changes nothing when nothing changed", "[shards][lead]") {
  CHECK(lead(a_leading()) == a_leading().previous);
}

TEST_CASE("who is named owner is remembered, and so is who was", "[shards][lead]") {
  Leading leading = a_leading();
  leading.leaving = {b};

  const Assignment next = lead(leading);

  CHECK(next.owners == Owners{{"s1", a}, {"s2", a}});
  CHECK(next.granted.at("s2") == Units{a, b});
}

TEST_CASE("the shards of a unit that is gone are given away at once, its name stays",
          "[shards][lead]") {
  Leading leading = a_leading();
  leading.previous.owners.at("s2") = gone;
  leading.previous.granted.at("s2") = {gone};

  const Assignment next = lead(leading);

  CHECK(next.owners == Owners{{"s1", a}, {"s2", b}});
  CHECK(next.granted.at("s2") == Units{b, gone});
}

TEST_CASE("a claim of the next owner does not make the leader forget who is gone",
          "[shards][lead]") {
  Leading leading = a_leading();
  leading.previous.granted.at("s2") = {b, gone};

  CHECK(lead(leading).granted.at("s2") == Units{b, gone});
}

TEST_CASE("a unit that is gone is forgotten when someone has seen its process stopped",
          "[shards][lead]") {
  Leading leading = a_leading();
  leading.previous.granted = {{"s1", {a, gone}}, {"s2", {b, gone}}};
  leading.units.at(b).stopped = {{"s2", {gone}}};

  const Assignment next = lead(leading);

  CHECK(next.granted.at("s2") == Units{b});
  CHECK(next.granted.at("s1") == Units{a, gone});
}

TEST_CASE("a unit that is there is never forgotten, whatever a bag says", "[shards][lead]") {
  Leading leading = a_leading();
  leading.previous.granted.at("s2") = {a, b};
  leading.units.at(b).stopped = {{"s2", {a}}};

  CHECK(lead(leading).granted.at("s2") == Units{a, b});
}

TEST_CASE("a shard that left the configuration has no owner, but keeps who may run it",
          "[shards][lead]") {
  Leading leading = a_leading();
  leading.shards = {"s1"};

  const Assignment next = lead(leading);

  CHECK_FALSE(next.owners.contains("s2"));
  CHECK(next.granted.at("s2") == Units{b});
}

TEST_CASE("a unit that has not held yet has no share", "[shards][lead]") {
  Leading leading = a_leading();
  leading.shards = {"s1", "s2", "s3"};
  leading.units.emplace(UnitName("nova-compute/2"), Claims{});

  for (const auto& [shard, owner] : lead(leading).owners) {
    CHECK(owner != UnitName("nova-compute/2"));
  }
}

TEST_CASE("a fence is numbered above what the unit has acknowledged, and takes its shards",
          "[shards][lead]") {
  Leading leading = a_leading();
  leading.units.at(b).acknowledged = 6;
  leading.fence = {b};

  const Assignment next = lead(leading);

  CHECK(next.fenced == std::map<UnitName, int>{{b, 7}});
  CHECK(next.owners == Owners{{"s1", a}, {"s2", a}});
}

TEST_CASE("a fence stays until the unit has acknowledged it", "[shards][lead]") {
  Leading leading = a_leading();
  leading.previous.fenced = {{b, 7}};

  leading.units.at(b).acknowledged = 6;
  CHECK(lead(leading).fenced == std::map<UnitName, int>{{b, 7}});
  CHECK(lead(leading).owners.at("s2") == a);

  leading.units.at(b).acknowledged = 7;
  CHECK(lead(leading).fenced.empty());
  CHECK(lead(leading).owners.at("s2") == b);
}

TEST_CASE("a unit that is gone is fenced for good, as long as someone may fear it",
          "[shards][lead]") {
  Leading leading = a_leading();
  leading.previous.granted.at("s2") = {b, gone};
  leading.fence = {gone};

  Assignment next = lead(leading);
  CHECK(next.fenced == std::map<UnitName, int>{{gone, shards::for_good}});

  leading.fence.clear();
  leading.previous = next;
  leading.previous.granted.at("s2") = {b};
  next = lead(leading);
  CHECK(next.fenced.empty());
}

TEST_CASE("a fence on an unknown unit is refused by name", "[shards][lead]") {
  Leading leading = a_leading();
  leading.fence = {gone};

  CHECK_THROWS_WITH(lead(leading), "unit: nova-compute/7 is not there and was never given a shard");
}
