// The process dies at any of its effects, or any request fails: in the end there is exactly the one
// node, or nothing.

#include "node/bed.hpp"
#include "support/catch.hpp"

using namespace ncc;
using namespace ncc::node;
using namespace ncc::node::test;
using Catch::Contains;

namespace {

std::vector<json> troubles() {
  return {{{"status", 500}},
          {{"status", 500}, {"process", true}},
          {{"status", 502}, {"html", true}},
          {{"status", 503}},
          {{"status", 401}},
          {{"status", 403}},
          {{"status", 404}},
          {{"status", 409}},
          {{"status", 429}, {"headers", {{"Retry-After", "3"}}}},
          {{"truncate", true}},
          {{"drop", "before"}},
          {{"drop", "after"}}};
}

/// Runs to the end once, and says how many requests that were.
std::size_t requests_of(bool fails) {
  Bed bed;
  bed.cloud.state.settings.spawn_fails = fails
                                             ? std::map<std::string, std::string>{{"host-1", "no"}}
                                             : std::map<std::string, std::string>{};
  (void)bed.run();
  return bed.cloud.log.size();
}

}  // namespace

TEST_CASE("row 118: killed at any effect, run again, there is the one node", "[node][cloud]") {
  int point = 1;
  for (bool killed = true; killed; ++point) {
    Bed bed;
    bed.reaper.die_at(point);
    INFO("killed at point " << point);

    killed = is_killed(bed);
    bed.reaper.die_at(0);
    const Result result = bed.run();

    CHECK(result.failure.empty());
    CHECK(result.names.server == "compute_1");
    CHECK(bed.things() == one_node);
    CHECK(bed.count("POST", "/servers") == 1);
    CHECK(bed.count("POST", "/volumes") == 1);
  }
  WARN("points at which it was killed: " << point - 2);
  CHECK(point > 20);
}

TEST_CASE("row 118: killed while a failed run is taken away, run again, nothing is left",
          "[node][cloud]") {
  int point = 1;
  for (bool killed = true; killed; ++point) {
    Bed bed;
    bed.registers = false;
    bed.request.timeout = std::chrono::seconds(30);
    bed.reaper.die_at(point);
    INFO("killed at point " << point);

    killed = is_killed(bed);
    bed.reaper.die_at(0);
    const Result result = bed.run();

    CHECK_THAT(result.failure, Contains("out of time"));
    CHECK(bed.things() == nothing);
  }
  CHECK(point > 30);
}

TEST_CASE("whatever answer goes wrong once, there is the one node or nothing", "[node][cloud]") {
  const bool fails = GENERATE(false, true);
  const std::size_t requests = requests_of(fails);
  CHECK(requests > 15);
  std::size_t nodes = 0;
  for (const json& trouble : troubles()) {
    for (std::size_t nth = 1; nth <= requests; ++nth) {
      Bed bed;
      if (fails) {
        bed.cloud.state.settings.spawn_fails = {{"host-1", "no"}};
      }
      json fault = trouble;
      fault["path"] = ".";
      fault["nth"] = nth;
      bed.fault(fault);
      INFO(fault.dump());

      const Result result = bed.run();

      CHECK(bed.cloud.faults.at(0).met == 1);
      CHECK(bed.things() == (result.failure.empty() ? one_node : nothing));
      CHECK(result.left.empty());
      CHECK(!(fails && result.failure.empty()));
      nodes += result.failure.empty() ? 1U : 0U;
    }
  }
  WARN("requests: " << requests << ", nodes made in spite of a fault: " << nodes);
}

TEST_CASE(
    "a service that is out for long ends the run in time, and what was made goes when it is "
    "back",
    "[node][cloud]") {
  Bed bed;
  bed.fault({{"path", "/compute/v2.1/servers/detail"}, {"nth", 5}, {"count", 60}, {"status", 500}});

  const Result result = bed.run();

  CHECK(bed.things() == (result.failure.empty() ? one_node : nothing));
}

TEST_CASE("row 122: a wrong password is one log-in", "[node][cloud]") {
  Bed bed;
  bed.credentials.password = Secret("wrong");

  const Result result = bed.run();

  CHECK_THAT(result.failure, Contains("401"));
  CHECK(bed.count("POST", "/auth/tokens") == 1);
}

TEST_CASE("an account that is locked out tells what it leaves, and a later run takes it away",
          "[node][cloud]") {
  Bed bed;
  bed.fault({{"path", "/compute/v2.1/servers/detail"}, {"nth", 6}, {"count", 2}, {"status", 401}});

  const Result result = bed.run();
  CHECK_FALSE(result.failure.empty());
  CHECK(result.left.size() >= 1);
  const Result again = bed.run();

  CHECK(again.failure == result.failure);
  CHECK(again.left.empty());
  CHECK(bed.things() == nothing);
}

TEST_CASE("a POST without answer is asked again at most twice", "[node][cloud]") {
  Bed bed;
  bed.fault({{"method", "POST"}, {"path", "/servers$"}, {"count", 0}, {"status", 503}});

  CHECK_THAT(bed.run().failure, Contains("did not answer 3 requests"));
  CHECK(bed.count("POST", "/servers") == 3);
  CHECK(bed.things() == nothing);
}

TEST_CASE("a node is taken away with its record and volume; nothing else is", "[node][cloud]") {
  Bed bed;
  CHECK(bed.run().failure.empty());
  bed.registers = false;
  bed.add_server("compute_2");
  bed.cloud.state.records.push_back({.id = "11111111-0043-4cc6-a1bb-69d5e86f3ca3",
                                     .zone = bed.cloud.state.zones[0].id,
                                     .name = "compute-2.example.org.",
                                     .records = {"10.0.0.9"}});

  SECTION("while its nova-compute is in Nova, the command that ends it is told") {
    CHECK_THROWS_WITH(bed.remove(1), Contains("Run scale-in of compute-1.example.org"));
    CHECK(bed.things() == Things{2, 1, 2, 1});
  }
  SECTION("afterwards it goes, and again is told that there is none") {
    bed.control("POST /_emulator/compute",
                {{"action", "delete-record"}, {"host", "compute-1.example.org"}});
    const Result result = bed.remove(1);
    CHECK(result.failure.empty());
    CHECK(bed.things() == Things{1, 0, 1, 0});
    CHECK_THROWS_WITH(bed.remove(1), Contains("create-node has made no compute_1"));
  }
  SECTION("a server that create-node did not make stays") {
    CHECK_THROWS_WITH(bed.remove(2), Contains("create-node has made no compute_2"));
  }
}

TEST_CASE("delete-node killed at any effect, run again, nothing is left", "[node][cloud]") {
  int point = 1;
  for (bool killed = true; killed; ++point) {
    Bed bed;
    REQUIRE(bed.run().failure.empty());
    bed.registers = false;
    bed.control("POST /_emulator/compute",
                {{"action", "delete-record"}, {"host", "compute-1.example.org"}});
    bed.reaper.die_at(bed.reaper.passed + point);
    INFO("killed at point " << point);

    try {
      (void)bed.remove(1);
      killed = false;
    } catch (const Killed&) {
      bed.reaper.die_at(0);
      try {
        (void)bed.remove(1);
      } catch (const ConfigError& error) {  // the last effect was done
        CHECK_THAT(error.what(), Contains("create-node has made no"));
      }
    }

    CHECK(bed.things() == nothing);
  }
  CHECK(point > 5);
}
