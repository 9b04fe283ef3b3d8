// The process dies at any of its effects, or a request fails; the next run ends as if nothing had
// been.

#include <map>
#include <string>

#include "handover/bed.hpp"
#include "support/catch.hpp"

using namespace ncc;
using namespace ncc::handover;
using namespace ncc::handover::test;

namespace {

/// Free nodes, one of them locked, and one with an instance.
std::vector<std::string> fill(Bed& bed) {
  std::vector<std::string> nodes = bed.add_nodes(4, "a");
  bed.node(nodes[0]).locked_changes = 1;
  nodes.push_back(bed.add_served(1, "a").front());
  return nodes;
}

/// By node: how often its shard was changed.
std::map<std::string, int> changes(const Bed& bed) {
  std::map<std::string, int> changes;
  for (const fake_cloud::LogEntry& entry : bed.cloud.log) {
    if (entry.method == "PATCH" && entry.status == 200) {
      ++changes[entry.path.substr(entry.path.rfind('/') + 1)];
    }
  }
  return changes;
}

void check_end(Bed& bed, const std::vector<std::string>& nodes, int unseen = 0) {
  CHECK(!bed.has_service("a"));
  CHECK(bed.by_shard()["b"] + bed.by_shard()["c"] == 7);
  CHECK(std::abs(bed.by_shard()["b"] - bed.by_shard()["c"]) == 1);
  for (const std::string& uuid : nodes) {
    CHECK(bed.row(uuid) == bed.node(uuid).shard);
    CHECK(bed.has_provider(uuid));
  }
  int given = 0;
  for (const auto& [uuid, times] : changes(bed)) {
    CHECK(times == 1);
    given += times;
  }
  CHECK(given + unseen == static_cast<int>(nodes.size()));
  CHECK(bed.journal.facts.empty());
}

/// Runs, moves what nova-manage must move, and runs again.
void finish(Bed& bed) {
  for (const std::string& command : bed.run().last.commands) {
    bed.run_command(command);
  }
  CHECK(bed.run().last.done);
}

}  // namespace

TEST_CASE("row 96: killed at any effect, run again, each node is given and moved once",
          "[handover][cloud]") {
  const int pause = GENERATE(0, 600);
  int point = 1;
  for (bool killed = true; killed; ++point) {
    Bed bed;
    const auto nodes = fill(bed);
    bed.reaper.die_at(point);
    INFO("killed at point " << point << ", started again after " << pause << " s");

    killed = is_killed(bed);
    bed.reaper.die_at(0);
    bed.clock.sleep(std::chrono::seconds(pause));
    finish(bed);

    check_end(bed, nodes);
  }
  WARN("points at which it was killed: " << point - 2);
  CHECK(point > 15);
}

TEST_CASE("killed at the end, run again, the service is gone and so is the plan",
          "[handover][cloud]") {
  int point = 1;
  for (bool killed = true; killed; ++point) {
    Bed bed;
    const auto nodes = fill(bed);
    const Result first = bed.run();
    REQUIRE(first.last.commands.size() == 1);
    bed.run_command(first.last.commands[0]);
    bed.reaper.die_at(bed.reaper.passed + point);
    INFO("killed at point " << point);

    killed = is_killed(bed);
    bed.reaper.die_at(0);
    const Result last = bed.run();

    CHECK(last.last.done);
    check_end(bed, nodes);
  }
  CHECK(point > 4);
}

TEST_CASE("any request may fail once, and the handover ends well", "[handover][cloud]") {
  const auto [method, path] =
      GENERATE(table<std::string, std::string>({{"GET", "/baremetal/"},
                                                {"GET", "/baremetal/v1/nodes"},
                                                {"PATCH", "/baremetal/v1/nodes"},
                                                {"GET", "/compute/v2.1/os-services"},
                                                {"PUT", "/compute/v2.1/os-services"},
                                                {"DELETE", "/compute/v2.1/os-services"},
                                                {"GET", "/compute/v2.1/os-hypervisors"},
                                                {"GET", "/compute/v2.1/servers"},
                                                {"GET", "/placement/resource_providers"},
                                                {"POST", "/v3/auth/tokens"}}));
  const json trouble = GENERATE(json{{"status", 500}},
                                json{{"status", 500}, {"process", true}},
                                json{{"status", 503}},
                                json{{"drop", "before"}},
                                json{{"drop", "after"}});
  INFO(method << " " << path << " " << trouble.dump());
  Bed bed;
  const auto nodes = fill(bed);
  json fault = trouble;
  fault["method"] = method;
  fault["path"] = path;
  bed.fault(fault);

  finish(bed);

  // The cloud's log has no success of a change whose answer was lost.
  const bool is_hidden = trouble.contains("process") || trouble.value("drop", "") == "after";
  check_end(bed, nodes, method == "PATCH" && is_hidden ? 1 : 0);
}

TEST_CASE("a refused log-in and a forbidden change end it", "[handover][cloud]") {
  Bed bed;
  const auto nodes = fill(bed);

  SECTION("wrong password: one log-in") {
    bed.credentials.password = Secret("wrong");
    const Result result = bed.run();
    CHECK(!result.stopped.empty());
    CHECK(bed.count("POST", "/auth/tokens") == 1);
  }
  SECTION("the token does not hold: one more log-in, and no third") {
    bed.fault({{"method", "GET"}, {"path", "/baremetal/v1/nodes"}, {"status", 401}, {"count", 9}});
    const Result result = bed.run();
    CHECK(!result.stopped.empty());
    CHECK(bed.count("GET", "/baremetal/v1/nodes") == 2);
  }
  SECTION("policy forbids") {
    bed.fault(
        {{"method", "PATCH"}, {"path", "/baremetal/v1/nodes"}, {"status", 403}, {"count", 9}});
    bed.job.options.parallel = 2;
    const Result result = bed.run();
    CHECK_THAT(result.stopped, Catch::Contains("give node"));
    CHECK(bed.patches() == 2);
  }

  CHECK(bed.has_service("a"));
}
