// The process dies at any of its effects; the next one ends as if nothing had been.

#include <map>
#include <string>

#include "drain/bed.hpp"
#include "support/catch.hpp"

using namespace ncc;
using namespace ncc::drain;
using namespace ncc::drain::test;

namespace {

/// One server of each way, and one whose first move fails.
void fill(Bed& bed) {
  bed.add_server(1, "ACTIVE");
  bed.add_server(2, "SHUTOFF");
  bed.add_server(3, "SHELVED");
  bed.add_server(4, "ACTIVE");
  bed.cloud.state.settings.live_seconds = 10;
  bed.cloud.state.settings.cold_seconds = 10;
  bed.cloud.state.settings.move_plans[Bed::id(4)] = {"failed", 1};
  bed.options.parallel_per_host = 2;
}

/// By server: how often Nova began to move it.
std::map<std::string, int> moves(const Bed& bed) {
  std::map<std::string, int> moves;
  for (const fake_cloud::Migration& migration : bed.cloud.state.migrations) {
    ++moves[migration.instance_uuid];
  }
  return moves;
}

void check_end(Bed& bed, const Result& result) {
  CHECK(result.stopped.empty());
  CHECK(result.left.at("n1").empty());
  CHECK(bed.server(1).status == "ACTIVE");
  CHECK(bed.server(2).status == "SHUTOFF");
  CHECK(bed.server(3).status == "SHELVED_OFFLOADED");
  CHECK(bed.server(4).status == "ACTIVE");
  CHECK(moves(bed) ==
        std::map<std::string, int>{{Bed::id(1), 1}, {Bed::id(2), 1}, {Bed::id(4), 2}});
  CHECK(bed.posts("os-migrateLive")[Bed::id(1)] == 1);
  CHECK(bed.posts("migrate")[Bed::id(2)] == 1);
  CHECK(bed.posts("shelveOffload")[Bed::id(3)] == 1);
  CHECK(bed.journal.facts.empty());
}

}  // namespace

TEST_CASE("rows 75, 76, 77: killed at any effect, run again, each server moves once",
          "[drain][cloud]") {
  const int pause = GENERATE(0, 30, 600);
  int point = 1;
  for (bool killed = true; killed; ++point) {
    Bed bed;
    fill(bed);
    bed.reaper.die_at(point);
    INFO("killed at point " << point << ", started again after " << pause << " s");

    killed = is_killed(bed);
    bed.reaper.die_at(0);
    bed.clock.sleep(std::chrono::seconds(pause));
    const Result result = bed.run();

    check_end(bed, result);
  }
  WARN("points at which it was killed: " << point - 2);
  CHECK(point > 20);
}
