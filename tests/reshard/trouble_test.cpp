// run() when Ironic or the network fails, or the process dies: the next run ends it, and no node is
// given the shard that it has.

#include <string>

#include "reshard/bed.hpp"
#include "support/catch.hpp"
#include "words/error.hpp"

using namespace ncc;
using namespace ncc::reshard;
using namespace ncc::reshard::test;
using Catch::Contains;

namespace {

/// Eight nodes that must move, two of them from a shard that is given up.
void fill(Bed& bed) {
  bed.request.orphans_only = false;
  bed.request.given_up = {"old"};
  bed.add(6, "");
  bed.add(2, "old");
  bed.add(8, "b");
}

void check_end(Bed& bed) {
  CHECK(bed.counts() == Counts{{"b", 8}, {"c", 8}});
  CHECK(bed.idle_patches == 0);
}

/// False when the run was broken off by an error.
bool runs(Bed& bed) {
  try {
    (void)bed.run();
    return true;
  } catch (const HttpError&) {
    return false;
  }
}

}  // namespace

TEST_CASE("rows 75, 76: killed before and after each change, run again, each node is moved once",
          "[reshard][cloud]") {
  int point = 1;
  for (bool killed = true; killed; ++point) {
    Bed bed;
    fill(bed);
    bed.reaper.die_at(point);
    INFO("killed at point " << point);

    killed = is_killed(bed);
    bed.reaper.die_at(0);
    const Result result = bed.run();

    CHECK(summary_of(result) == "done");
    check_end(bed);
    CHECK(bed.patches() == 8);
  }
  CHECK(point - 2 == 16);
}

TEST_CASE("row 68: whatever goes wrong once, the next run ends it", "[reshard][cloud]") {
  const std::string method = GENERATE("PATCH", "GET");
  const json what = GENERATE(json{{"status", 500}},
                             json{{"status", 500}, {"process", true}},
                             json{{"status", 502}, {"html", true}},
                             json{{"status", 503}},
                             json{{"status", 429}, {"headers", {{"Retry-After", "3"}}}},
                             json{{"status", 403}},
                             json{{"status", 401}},
                             json{{"truncate", true}},
                             json{{"drop", "before"}},
                             json{{"drop", "after"}});
  const int nth = GENERATE(1, 4, 8);
  Bed bed;
  fill(bed);
  bed.cloud.state.settings.max_limit = 3;
  json fault = what;
  fault.update(json{{"method", method},
                    {"path", "/v1/nodes"},
                    {"nth", method == "GET" ? std::min(nth, 6) : nth}});
  bed.fault(fault);
  INFO(fault.dump());

  (void)runs(bed);
  CHECK(bed.cloud.faults.at(0).met == 1);
  const Result result = bed.run();

  CHECK(summary_of(result) == "done");
  check_end(bed);
}

TEST_CASE("row 61: a token that expires is renewed once", "[reshard][cloud]") {
  Bed bed;
  bed.add(8, "");
  int patch = 0;
  bed.meanwhile = [&](IronicNode&) {
    if (++patch == 4) {
      bed.cloud.tokens.clear();
    }
  };

  const Result result = bed.run();

  CHECK(result.moved == 8);
  CHECK(bed.requests("POST", "/auth/tokens") == 2);
}

TEST_CASE("row 62: credentials that are revoked end the run, and what was done is told",
          "[reshard][cloud]") {
  Bed bed;
  bed.add(8, "");
  int patch = 0;
  bed.meanwhile = [&](IronicNode&) {
    if (++patch == 4) {
      bed.cloud.state.users[0].password = "changed";
      bed.cloud.tokens.clear();
    }
  };

  const Result result = bed.run();

  CHECK(result.moved == 3);
  CHECK(summary_of(result) == "failed");
  CHECK_THAT(failure_of(result), Contains("401"));
  CHECK_THAT(failure_of(result), !Contains("cloud-secret"));
  CHECK(result.deferred.size() + result.not_reached == 5);
}

TEST_CASE("row 59: an account that may not change shards ends the run at once",
          "[reshard][cloud]") {
  Bed bed;
  bed.add(8, "");
  bed.fault({{"method", "PATCH"}, {"path", "/nodes/"}, {"status", 403}, {"count", 0}});

  const Result result = bed.run();

  CHECK(bed.patches() == 1);
  CHECK(summary_of(result) == "failed");
  CHECK_THAT(failure_of(result), Contains("Ironic lets this account change no shards"));
}

TEST_CASE("an Ironic that fails again and again is left alone", "[reshard][cloud]") {
  Bed bed;
  bed.add(1000, "");
  bed.fault({{"method", "PATCH"}, {"path", "/nodes/"}, {"status", 500}, {"count", 0}});

  const Result result = bed.run();

  CHECK(bed.patches() == 100);
  CHECK(summary_of(result) == "failed");
  CHECK_THAT(failure_of(result), Contains("Ironic fails"));
  CHECK(result.deferred.size() == 100);
  CHECK(result.not_reached == 900);
}

TEST_CASE("a node that Ironic refuses is named, and the others are moved", "[reshard][cloud]") {
  Bed bed;
  bed.add(3, "");
  bed.fault({{"method", "PATCH"}, {"path", "/nodes/"}, {"status", 400}, {"nth", 2}});

  const Result result = bed.run();

  CHECK(result.moved == 2);
  REQUIRE(result.refused.size() == 1);
  CHECK(summary_of(result) == "failed");
  CHECK_THAT(failure_of(result), Contains("1 nodes were refused, the first: "));
}
