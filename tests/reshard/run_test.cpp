// run() against the emulated Ironic: what is moved, and what is in the way.

#include <string>

#include "reshard/bed.hpp"
#include "support/catch.hpp"
#include "words/error.hpp"

using namespace ncc;
using namespace ncc::reshard;
using namespace ncc::reshard::test;
using Catch::Contains;

namespace {

const std::string instance = "00000000-0000-4000-8000-0000000c0001";

}  // namespace

TEST_CASE("row 89: nodes of many pages are read and each gets a shard", "[reshard][cloud]") {
  Bed bed;
  bed.request.places = {{.shard = "b", .cap = 1250}, {.shard = "c", .cap = 1250}};
  bed.add(2500, "");

  const Result result = bed.run();

  CHECK(bed.counts() == Counts{{"b", 1250}, {"c", 1250}});
  CHECK(result.moved == 2500);
  CHECK(summary_of(result) == "done");
  CHECK(bed.requests("GET") == 3);
  CHECK(bed.patches() == 2500);
  CHECK(bed.told.front() == "2500 nodes, 2500 to move");
  CHECK(bed.told.back() == "moved 2500 of 2500 nodes");
  CHECK(bed.told.size() == 21);
}

TEST_CASE("row 92: a lock that is held for three tries is waited for", "[reshard][cloud]") {
  Bed bed;
  bed.add(3, "");
  bed.nth(1).locked_changes = 3;

  const Result result = bed.run();

  CHECK(summary_of(result) == "done");
  CHECK(result.moved == 3);
  CHECK(bed.patches() == 6);
  CHECK(bed.clock.seconds() == 7);  // 1, 2 and 4 s
}

TEST_CASE("row 92: a lock that stays is left to the next run", "[reshard][cloud]") {
  Bed bed;
  bed.add(3, "");
  bed.nth(1).reservation = "conductor-1";

  const Result result = bed.run();

  CHECK(summary_of(result) == "in-progress");
  CHECK(failure_of(result).empty());
  CHECK(result.moved == 2);
  REQUIRE(result.deferred.size() == 1);
  CHECK(result.deferred.front().node == bed.nth(1).uuid);
  CHECK_THAT(result.deferred.front().reason, Contains("locked by host conductor-1"));
  bed.nth(1).reservation = std::nullopt;
  CHECK(summary_of(bed.run()) == "done");
  CHECK(bed.idle_patches == 0);
}

TEST_CASE("row 93: a node that is being cleaned is deferred, not failed", "[reshard][cloud]") {
  const bool already = GENERATE(true, false);
  Bed bed;
  bed.add(3, "");
  const auto clean = [](IronicNode& node) {
    node.provision_state = "cleaning";
    node.target_provision_state = "available";
  };
  if (already) {
    clean(bed.nth(0));
  } else {
    once(bed, clean);
  }

  const Result result = bed.run();

  CHECK(summary_of(result) == "in-progress");
  CHECK(failure_of(result).empty());
  CHECK(result.deferred.size() == 1);
  CHECK(result.moved == 2);
  CHECK(bed.patches() == (already ? 2 : 7));
  CHECK(bed.counts()[""] == 1);
}

TEST_CASE("row 94: a node that is deleted meanwhile is dropped and reported", "[reshard][cloud]") {
  Bed bed;
  bed.add(3, "");
  std::string gone;
  once(bed, [&](IronicNode& node) {
    gone = node.uuid;
    bed.remove(gone);
  });

  const Result result = bed.run();

  CHECK(result.gone == std::vector<std::string>{gone});
  CHECK(result.moved == 2);
  CHECK(summary_of(result) == "done");
}

TEST_CASE("row 96: what is right already is not changed again", "[reshard][cloud]") {
  Bed bed;
  bed.request.orphans_only = GENERATE(true, false);
  bed.add(5, "");
  bed.add(4, "b");
  CHECK(bed.run().moved >= 5);
  const long before = bed.patches();

  const Result again = bed.run();

  CHECK(again.plan.empty());
  CHECK(summary_of(again) == "done");
  CHECK(bed.patches() == before);
}

TEST_CASE("row 101: an Ironic without shards is refused before anything is read",
          "[reshard][cloud]") {
  Bed bed;
  bed.add(3, "");
  bed.cloud.state.settings.ironic_max = "1.81";

  CHECK_THROWS_WITH(bed.run(),
                    "Ironic: its newest API version is 1.81, shards need 1.82; until then nodes "
                    "are split by conductor_group");
  CHECK(bed.patches() == 0);
  CHECK(bed.requests("GET") == 0);
}

TEST_CASE("row 102: a plan shows 300 and 500 becoming 600 and 600, and changes nothing",
          "[reshard][cloud]") {
  Bed bed;
  bed.request.places = {{.shard = "b", .cap = 700}, {.shard = "c", .cap = 700}};
  bed.add(300, "b");
  bed.add(500, "c");
  bed.add(400, "");
  bed.request.plan = true;

  const Result plan = bed.run();
  CHECK(bed.patches() == 0);
  CHECK(plan.shards == std::map<Shard, Count>{{"b", {300, 600}}, {"c", {500, 600}}});
  bed.request.plan = false;
  const Result result = bed.run();

  CHECK(result.plan == plan.plan);
  CHECK(result.shards == plan.shards);
  CHECK(bed.counts() == Counts{{"b", 600}, {"c", 600}});
  CHECK(bed.patches() == 400);
}

TEST_CASE("row 103: a node that is scheduled to while it moves is put back", "[reshard][cloud]") {
  Bed bed;
  bed.request.orphans_only = false;
  bed.add(4, "b");
  std::string taken;
  once(bed, [&](IronicNode& node) {
    taken = node.uuid;
    node.instance_uuid = instance;
  });

  const Result result = bed.run();

  CHECK(bed.node(taken).shard == "b");
  CHECK(bed.node(taken).instance_uuid == instance);
  CHECK(result.returned == std::vector<std::string>{taken});
  CHECK(result.moved == 1);
  CHECK(result.shards == std::map<Shard, Count>{{"b", {4, 3}}, {"c", {0, 1}}});
  CHECK(bed.counts() == Counts{{"b", 3}, {"c", 1}});
}

TEST_CASE("row 103: a node that cannot be put back is named", "[reshard][cloud]") {
  Bed bed;
  bed.request.orphans_only = false;
  bed.add(2, "b");
  int patch = 0;
  bed.meanwhile = [&](IronicNode& node) {
    if (++patch == 1) {
      node.instance_uuid = instance;
    } else {
      node.provision_state = "deploying";
      node.target_provision_state = "active";
    }
  };

  const Result result = bed.run();

  CHECK(summary_of(result) == "in-progress");
  REQUIRE(result.deferred.size() == 1);
  CHECK_THAT(result.deferred.front().reason,
             Contains("got an instance while it moved and belongs back on shard b: "));
}

TEST_CASE("nodes with an instance stay and are counted", "[reshard][cloud]") {
  Bed bed;
  bed.add(2, "", {{"conductor_group", "rack1"}, {"instance_uuid", instance}});
  bed.nth(1).instance_uuid = instance + "1";
  bed.add(1, "");

  const Result result = bed.run();

  CHECK(result.moved == 1);
  CHECK(result.unplaced == std::map<std::string, Unplaced>{{"rack1", {.with_instance = 2}}});
}

TEST_CASE("nodes on shards of others are left alone, on given-up ones they are not",
          "[reshard][cloud]") {
  Bed bed;
  bed.add(3, "theirs");
  bed.add(2, "old");

  CHECK(bed.run().plan.empty());
  bed.request.given_up = {"old"};
  CHECK(bed.run().moved == 2);

  CHECK(bed.counts() == Counts{{"b", 1}, {"c", 1}, {"theirs", 3}});
}

TEST_CASE("nodes without room fail the run with the numbers, and the others get theirs",
          "[reshard][cloud]") {
  Bed bed;
  bed.request.places = {{.shard = "b", .cap = 2}, {.shard = "c", .cap = 1}};
  bed.add(5, "");

  const Result result = bed.run();

  CHECK(bed.counts() == Counts{{"", 2}, {"b", 2}, {"c", 1}});
  CHECK(summary_of(result) == "failed");
  CHECK_THAT(failure_of(result), Contains("room for 3: 2 have no shard"));
  CHECK_THAT(failure_of(result), Contains("ironic-shard-cap"));
}

TEST_CASE("a limit bounds the nodes that are moved", "[reshard][cloud]") {
  Bed bed;
  bed.add(5, "");
  bed.request.limit = 3;

  const Result result = bed.run();

  CHECK(result.moved == 3);
  CHECK(result.not_reached == 2);
  CHECK(summary_of(result) == "in-progress");
  CHECK(bed.patches() == 3);
}

TEST_CASE("when the time is over nothing more is begun", "[reshard][cloud]") {
  Bed bed;
  bed.add(5, "");
  bed.fault({{"method", "PATCH"}, {"path", "/nodes/"}, {"count", 0}, {"delay_ms", 4000}});
  bed.request.timeout = std::chrono::seconds(10);

  const Result result = bed.run();

  CHECK(result.moved == 3);
  CHECK(result.not_reached == 2);
  CHECK(summary_of(result) == "in-progress");
}

TEST_CASE("a leader that is one no more stops", "[reshard][cloud]") {
  Bed bed;
  bed.add(20, "");
  bed.fault({{"method", "PATCH"}, {"path", "/nodes/"}, {"count", 0}, {"delay_ms", 4000}});
  bed.is_writer = false;

  const Result result = bed.run();

  CHECK(result.moved == 5);  // those of the first 20 s
  CHECK(result.not_reached == 15);
  CHECK(failure_of(result) == "this unit is the leader no more");
}
