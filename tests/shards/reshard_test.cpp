#include <algorithm>
#include <array>
#include <cstdio>

#include "shards.hpp"
#include "support/catch.hpp"
#include "words/error.hpp"

using namespace ncc;
using shards::Move;
using shards::Node;
using shards::Place;
using shards::reshard;
using shards::Resharding;
using shards::Rules;
using shards::Shard;
using shards::Why;
using Counts = std::map<Shard, long>;

namespace {

Uuid uuid(int number) {
  std::array<char, 37> text{};
  std::snprintf(
      text.data(), text.size(), "%08x-0000-4000-8000-000000000000", static_cast<unsigned>(number));
  return Uuid(text.data());
}

/// Nodes of one shard, numbered on.
void add(std::vector<Node>& nodes,
         int count,
         const Shard& shard,
         const Node& like = {.uuid = uuid(0)}) {
  for (int i = 0; i < count; ++i) {
    Node node = like;
    node.uuid = uuid(static_cast<int>(nodes.size()));
    node.shard = shard;
    nodes.push_back(node);
  }
}

Node with_instance() {
  return {.uuid = uuid(0), .has_instance = true};
}

Node in_group(const std::string& group) {
  return {.uuid = uuid(0), .conductor_group = group};
}

const Rules balanced{.orphans_only = false};
const std::vector<Place> b_and_c{{.shard = "b"}, {.shard = "c"}};

}  // namespace

// Row 102 of the acceptance table.
TEST_CASE("survivors with 300 and 500 take 400 orphans as 300 and 100, and nothing else moves",
          "[shards][reshard]") {
  std::vector<Node> nodes;
  add(nodes, 300, "b");
  add(nodes, 500, "c");
  add(nodes, 400, "a");
  const std::vector<Place> places{{.shard = "b", .cap = 700}, {.shard = "c", .cap = 700}};

  const Resharding result = reshard(nodes, places, {});

  CHECK(result.counts == Counts{{"b", 600}, {"c", 600}});
  CHECK(result.moves.size() == 400);
  CHECK(std::all_of(
      result.moves.begin(), result.moves.end(), [](const Move& move) { return move.from == "a"; }));
  CHECK(result.too_full.empty());
  std::reverse(nodes.begin(), nodes.end());
  CHECK(reshard(nodes, places, {}).moves == result.moves);
}

// Row 87: which shards the 100 nodes of A get; row 88: without the database 60 of them.
TEST_CASE("a handover of 60 free nodes and 40 with an instance is 50 and 50, or 30 and 30",
          "[shards][reshard]") {
  std::vector<Node> nodes;
  add(nodes, 60, "a");
  add(nodes, 40, "a", with_instance());

  const Resharding all = reshard(nodes, b_and_c, {.move_instances = true});
  CHECK(all.counts == Counts{{"b", 50}, {"c", 50}});
  CHECK(all.orphaned.empty());

  const Resharding free = reshard(nodes, b_and_c, {});
  CHECK(free.counts == Counts{{"b", 30}, {"c", 30}});
  REQUIRE(free.orphaned.size() == 40);
  CHECK(std::all_of(free.orphaned.begin(), free.orphaned.end(), [](const shards::Stay& stay) {
    return stay.why == Why::has_instance;
  }));
}

TEST_CASE("balance moves the excess of the fullest only", "[shards][reshard]") {
  std::vector<Node> nodes;
  add(nodes, 7, "b");
  add(nodes, 2, "c");

  const Resharding result = reshard(nodes, b_and_c, balanced);

  // 9 on 2: 5 for the fuller one, so 2 moves; 4 would cost 3.
  CHECK(result.counts == Counts{{"b", 5}, {"c", 4}});
  CHECK(result.moves.size() == 2);
}

TEST_CASE("orphans go to the emptiest shards without levelling the others", "[shards][reshard]") {
  std::vector<Node> nodes;
  add(nodes, 9, "b");
  add(nodes, 1, "c");
  add(nodes, 3, "");

  const Resharding result = reshard(nodes, b_and_c, {});

  CHECK(result.counts == Counts{{"b", 9}, {"c", 4}});
  CHECK(result.moves.size() == 3);
}

TEST_CASE("nodes with an instance and nodes that must stay do not move for balance",
          "[shards][reshard]") {
  std::vector<Node> nodes;
  add(nodes, 6, "b", with_instance());
  add(nodes, 1, "b", {.uuid = uuid(0), .movable = false});
  add(nodes, 1, "b");
  add(nodes, 2, "c");

  const Resharding result = reshard(nodes, b_and_c, balanced);

  CHECK(result.counts == Counts{{"b", 7}, {"c", 3}});
  REQUIRE(result.moves.size() == 1);
  CHECK(result.moves.front().uuid == uuid(7));
}

TEST_CASE("an orphan in transition is left and named", "[shards][reshard]") {
  std::vector<Node> nodes;
  add(nodes, 1, "a", {.uuid = uuid(0), .movable = false});

  const Resharding result = reshard(nodes, b_and_c, {.move_instances = true});

  CHECK(result.moves.empty());
  CHECK(result.orphaned == std::vector<shards::Stay>{{uuid(0), Why::not_movable}});
}

TEST_CASE("a node goes only to shards of its conductor group", "[shards][reshard]") {
  std::vector<Node> nodes;
  add(nodes, 4, "", in_group("rack1"));
  add(nodes, 4, "", in_group("rack2"));  // no shard of its own: the unbound ones
  add(nodes, 4, "");
  add(nodes, 1, "plain1", in_group("rack1"));  // on a shard of others: an orphan
  const std::vector<Place> places{
      {.shard = "plain1"}, {.shard = "plain2"}, {.shard = "r1", .conductor_group = "rack1"}};

  const Resharding result = reshard(nodes, places, {});

  CHECK(result.counts == Counts{{"plain1", 4}, {"plain2", 4}, {"r1", 5}});
  for (const Move& move : result.moves) {
    const bool rack1 = move.uuid < uuid(4) || move.uuid == uuid(12);
    CHECK((move.to == "r1") == rack1);
  }
}

TEST_CASE("caps bound the shares, and what finds no room is counted", "[shards][reshard]") {
  std::vector<Node> nodes;
  add(nodes, 12, "b");
  add(nodes, 5, "");
  const std::vector<Place> places{{.shard = "b", .cap = 10}, {.shard = "c", .cap = 4}};

  const Resharding result = reshard(nodes, places, balanced);

  // 17 nodes, room for 14: the orphans take the four places of c; b cannot shed its two.
  CHECK(result.counts == Counts{{"b", 12}, {"c", 4}});
  REQUIRE(result.too_full.size() == 1);
  CHECK(result.too_full.front() ==
        shards::TooFull{.nodes = 17, .room = 14, .unplaced = 1, .over = 2});
  CHECK(to_text(result.too_full.front()) ==
        "shards without a conductor group: 17 nodes, room for 14: 1 have no shard, 2 are above a "
        "cap");
  CHECK(result.orphaned == std::vector<shards::Stay>{{uuid(16), Why::no_room}});
}

TEST_CASE("a shard above its cap sheds to where room is", "[shards][reshard]") {
  std::vector<Node> nodes;
  add(nodes, 12, "b");
  const std::vector<Place> places{{.shard = "b", .cap = 5}, {.shard = "c", .cap = 100}};

  CHECK(reshard(nodes, places, balanced).counts == Counts{{"b", 5}, {"c", 7}});
}

TEST_CASE("without shards every node is without a place", "[shards][reshard]") {
  std::vector<Node> nodes;
  add(nodes, 2, "a", in_group("rack1"));

  const Resharding result = reshard(nodes, {}, {});

  CHECK(result.moves.empty());
  CHECK(result.orphaned.size() == 2);
  REQUIRE(result.too_full.size() == 1);
  CHECK(result.too_full.front().unplaced == 2);
}

TEST_CASE("bad input is refused by name", "[shards][reshard]") {
  CHECK_THROWS_WITH(reshard({}, {{.shard = "b"}, {.shard = "b"}}, {}), "shards: b is there twice");
  CHECK_THROWS_WITH(reshard({}, {Place{}}, {}), "shards: a shard has no name");
  CHECK_THROWS_WITH(reshard({}, {{.shard = "b", .cap = -1}}, {}),
                    "shards: the cap of b is negative");
  CHECK_THROWS_WITH(reshard({{.uuid = uuid(1)}, {.uuid = uuid(1)}}, b_and_c, {}),
                    "nodes: 00000001-0000-4000-8000-000000000000 is there twice");
}
