#include <algorithm>
#include <vector>

#include "shards.hpp"
#include "support/catch.hpp"

using namespace ncc;
using shards::assign;
using shards::Owners;
using shards::Shard;

namespace {

const UnitName a("ironic/0");
const UnitName b("ironic/1");
const UnitName c("ironic/2");

std::size_t count(const Owners& owners, const UnitName& unit) {
  std::size_t sum = 0;
  for (const auto& [shard, owner] : owners) {
    sum += owner == unit ? 1U : 0U;
  }
  return sum;
}

std::size_t changes(const Owners& before, const Owners& after) {
  std::size_t sum = 0;
  for (const auto& [shard, owner] : after) {
    const auto found = before.find(shard);
    sum += found == before.end() || found->second != owner ? 1U : 0U;
  }
  return sum;
}

}  // namespace

TEST_CASE("seven shards on three units are 3, 2 and 2", "[shards][assign]") {
  const Owners owners = assign({"s1", "s2", "s3", "s4", "s5", "s6", "s7"}, {a, b, c}, {});

  std::vector<std::size_t> counts{count(owners, a), count(owners, b), count(owners, c)};
  std::sort(counts.begin(), counts.end());
  CHECK(counts == std::vector<std::size_t>{2, 2, 3});
}

TEST_CASE("when nothing changed, nothing moves", "[shards][assign]") {
  const std::set<Shard> shards{"s1", "s2", "s3", "s4"};
  const Owners owners{{"s1", b}, {"s2", a}, {"s3", b}, {"s4", a}};

  CHECK(assign(shards, {a, b}, owners) == owners);
}

TEST_CASE("a unit that goes hands over its shards and no other moves", "[shards][assign]") {
  const Owners before{{"s1", a}, {"s2", a}, {"s3", b}, {"s4", b}, {"s5", c}, {"s6", c}};

  const Owners after = assign({"s1", "s2", "s3", "s4", "s5", "s6"}, {a, b}, before);

  CHECK(changes(before, after) == 2);
  CHECK(count(after, a) == 3);
  CHECK(count(after, b) == 3);
}

TEST_CASE("a unit that comes takes its share and no more", "[shards][assign]") {
  const Owners before{{"s1", a}, {"s2", a}, {"s3", a}, {"s4", b}, {"s5", b}};

  const Owners after = assign({"s1", "s2", "s3", "s4", "s5"}, {a, b, c}, before);

  // 5 on 3 units: 2, 2, 1; the newcomer needs one only, and the fullest gives it.
  CHECK(changes(before, after) == 1);
  CHECK(count(after, a) == 2);
  CHECK(count(after, b) == 2);
  CHECK(count(after, c) == 1);
}

TEST_CASE("without units the previous owners stay", "[shards][assign]") {
  const Owners before{{"s1", a}, {"s2", b}};

  CHECK(assign({"s1", "s2", "s3"}, {}, before) == before);
}

TEST_CASE("a shard that is configured no more has no owner", "[shards][assign]") {
  CHECK(assign({"s1"}, {a}, {{"s1", a}, {"s2", a}}) == Owners{{"s1", a}});
  CHECK(assign({"s1"}, {}, {{"s1", a}, {"s2", a}}) == Owners{{"s1", a}});
}

TEST_CASE("more units than shards: some have none", "[shards][assign]") {
  const Owners owners = assign({"s1"}, {a, b, c}, {{"s1", c}});

  CHECK(owners == Owners{{"s1", c}});
}
