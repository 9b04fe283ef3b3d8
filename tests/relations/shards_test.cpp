// compute-peer with ironic-shards: the leader's assignment and a unit's claims as databags.

#include "bags.hpp"
#include "support/catch.hpp"

using namespace ncc;
using namespace ncc::bags;
using shards::Assignment;
using shards::Claims;

namespace {

const UnitName u0{"nova-compute/0"};
const UnitName u1{"nova-compute/1"};

Assignment an_assignment() {
  return {.owners = {{"rack1", u0}, {"rack2", u1}},
          .granted = {{"rack1", {u0, u1}}, {"rack2", {u1}}},
          .fenced = {{u1, 3}, {UnitName("nova-compute/7"), shards::for_good}}};
}

}  // namespace

TEST_CASE("an assignment has one key for all owners and one for each grant and fence",
          "[relations][unit]") {
  CHECK(changes({}, an_assignment()) ==
        Databag{{"shards", R"({"rack1":"nova-compute/0","rack2":"nova-compute/1"})"},
                {"shard-granted/rack1/nova-compute/0", "true"},
                {"shard-granted/rack1/nova-compute/1", "true"},
                {"shard-granted/rack2/nova-compute/1", "true"},
                {"shard-fenced/nova-compute/1", "3"},
                {"shard-fenced/nova-compute/7", "for-good"}});
}

TEST_CASE("an assignment that was written is read as it was", "[relations][unit]") {
  CHECK(read_assignment(changes({}, an_assignment())) == an_assignment());
  CHECK(read_assignment({}) == Assignment{});
  CHECK(read_assignment({{"scale-in", "{}"}}) == Assignment{});
}

TEST_CASE("only what changed is written, and what is over is taken away", "[relations][unit]") {
  Assignment next = an_assignment();
  next.owners.at("rack1") = u1;
  next.fenced.erase(u1);
  next.granted["rack1"].erase(u0);

  CHECK(changes(an_assignment(), next) ==
        Databag{{"shards", R"({"rack1":"nova-compute/1","rack2":"nova-compute/1"})"},
                {"shard-granted/rack1/nova-compute/0", ""},
                {"shard-fenced/nova-compute/1", ""}});
  CHECK(changes(next, next).empty());
}

TEST_CASE("claims that were written are read as they were", "[relations][unit]") {
  const Claims claims{.shards = {"rack1", "rack2"},
                      .acknowledged = 2,
                      .boot = "6a2d",
                      .stopped = {{"rack1", {u0, u1}}},
                      .gone = {{u1, 1'790'000'000}}};

  CHECK(read_claims({{"shards", to_text(claims)}}) == claims);
  CHECK(read_claims({}) == Claims{});
  CHECK(read_claims({{"shards", ""}}) == Claims{});
}

TEST_CASE("a wrong form is named by its key", "[relations][unit]") {
  const auto assignment = [](const std::string& key, const std::string& value) {
    return wrong_key([&] { static_cast<void>(read_assignment({{key, value}})); });
  };
  CHECK(assignment("shards", "[]") == "compute-peer: shards");
  CHECK(assignment("shards", R"({"rack1": 3})") == "compute-peer: shards");
  CHECK(assignment("shards", R"({"rack1": "rack1"})") == "unit name");
  CHECK(assignment("shard-granted/rack1", "true") == "compute-peer: shard-granted/rack1");
  CHECK(assignment("shard-fenced/nova-compute/1", "soon") ==
        "compute-peer: shard-fenced/nova-compute/1");
  CHECK(wrong_key([] {
          static_cast<void>(read_claims({{"shards", R"({"claimed": 1})"}}));
        }) == "compute-peer: shards");
}
