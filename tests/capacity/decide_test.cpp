// Thresholds, hysteresis, cool-down, doubt. The reports are written by hand.

#include "capacity.hpp"
#include "support/catch.hpp"
#include "words/error.hpp"

using namespace ncc;
using capacity::Decision;
using capacity::HostState;
using capacity::Level;
using capacity::Profile;
using capacity::Report;
using capacity::State;
using capacity::Thresholds;

namespace {

/// Three serving nodes, each takes 4 servers when it is empty; `left` more fit.
Report with_left(long long left) {
  Report report;
  report.hosts[HostState::serving] = {"a", "b", "c"};
  report.profiles.push_back({.name = "m1.large", .left = left, .per_node = 4});
  return report;
}

Report with_used(long long percent) {
  Report report;
  report.hosts[HostState::serving] = {"a", "b"};
  report.classes["VCPU"] = {.capacity = 200, .used = 2 * percent};
  return report;
}

constexpr const char* flavor = "flavor m1.large";
const Thresholds servers{.up = 4, .down = 10, .size = 5, .cooldown = 600};
const Thresholds percent{.used_up = 80, .used_down = 60, .cooldown = 600};

/// Looks one after the other, a minute apart, with three units.
struct Leader {
  Thresholds thresholds = servers;
  State state = {};
  long long units = 3;
  std::int64_t now = 1000;

  Decision look(const Report& report) {
    now += 60;
    Decision decision = capacity::decide(report, thresholds, state, {.now = now, .units = units});
    state = decision.state;
    return decision;
  }

  [[nodiscard]] Level level() const { return state.standings.at(flavor).level; }
};

}  // namespace

TEST_CASE("as many nodes are wanted as the larger of size and what is missing needs",
          "[capacity][decide]") {
  // up 4: at 3 left size (5) counts, at none 5 > 4, with up 20 and 3 left 17 are missing.
  const auto [up, left, wanted] = GENERATE(
      table<long long, long long, long long>({{4, 3, 2}, {4, 0, 2}, {20, 3, 5}, {20, 19, 2}}));
  Leader leader{.thresholds = {.up = up, .down = 40, .size = 5}};

  CHECK(leader.look(with_left(left)).wanted == wanted);
}

TEST_CASE("nothing is said while enough is left", "[capacity][decide]") {
  const Decision decision = Leader().look(with_left(4));

  CHECK(decision.text.empty());
  CHECK(decision.wanted == 0);
  CHECK(decision.spare == 0);
}

TEST_CASE("row 104: low begins below the up value and ends at the down value",
          "[capacity][decide]") {
  Leader leader;

  CHECK(leader.look(with_left(3)).text == "Capacity low: m1.large 3 left, 2 nodes wanted");
  CHECK(leader.look(with_left(9)).text == "Capacity low: m1.large 9 left, 2 nodes wanted");
  CHECK(leader.level() == Level::low);
  CHECK(leader.look(with_left(10)).text.empty());
  CHECK(leader.level() == Level::normal);
  CHECK(leader.look(with_left(4)).text.empty());
}

TEST_CASE("row 104: a class is low from its percentage on until it is below the other",
          "[capacity][decide]") {
  Leader leader{.thresholds = percent, .units = 2};

  // 170 of 200 used; below 60 % needs a capacity of 284: one node of 100.
  CHECK(leader.look(with_used(85)).text ==
        "Capacity low: VCPU 85 % used (170 of 200), 1 node wanted");
  CHECK(leader.look(with_used(60)).text ==
        "Capacity low: VCPU 60 % used (120 of 200), 1 node wanted");
  CHECK(leader.look(with_used(59)).text.empty());
  CHECK(leader.look(with_used(79)).text.empty());
  CHECK(leader.look(with_used(80)).text.starts_with("Capacity low"));
}

TEST_CASE("nodes are asked for once: units on their way and nodes that serve count",
          "[capacity][decide]") {
  Leader leader;
  CHECK(leader.look(with_left(3)).wanted == 2);

  leader.units = 4;
  CHECK(leader.look(with_left(3)).wanted == 1);
  leader.units = 5;
  CHECK(leader.look(with_left(3)).wanted == 0);

  leader.units = 3;  // nodes of another kind
  Report report = with_left(3);
  report.hosts[HostState::serving].emplace_back("d");
  CHECK(leader.look(report).wanted == 1);
}

TEST_CASE("what is still missing after the cool-down is asked for anew", "[capacity][decide]") {
  Leader leader;
  CHECK(leader.look(with_left(3)).wanted == 2);
  leader.units = 5;  // two units were added, and never came to serve
  CHECK(leader.look(with_left(3)).wanted == 0);

  leader.now += 600;

  CHECK(leader.look(with_left(3)).wanted == 2);
}

TEST_CASE("between the thresholds nothing is decided anew", "[capacity][decide]") {
  Leader leader;
  CHECK(leader.look(with_left(3)).wanted == 2);
  leader.units = 5;
  leader.now += 6000;

  CHECK(leader.look(with_left(5)).wanted == 0);
}

TEST_CASE("a level changes once enough looks in a row agree", "[capacity][decide]") {
  Leader leader;
  leader.thresholds.looks = 3;

  CHECK(leader.look(with_left(3)).text.empty());
  CHECK(leader.look(with_left(3)).text.empty());
  CHECK(leader.look(with_left(6)).text.empty());  // begun anew
  CHECK(leader.look(with_left(3)).text.empty());
  CHECK(leader.look(with_left(3)).text.empty());
  CHECK_FALSE(leader.look(with_left(3)).text.empty());
  CHECK_FALSE(leader.look(with_left(12)).text.empty());
}

TEST_CASE("nodes may go as long as the down value stays", "[capacity][decide]") {
  Leader leader;

  CHECK(leader.look(with_left(13)).spare == 0);
  CHECK(leader.look(with_left(14)).spare == 1);
  CHECK(leader.look(with_left(21)).spare == 2);
  CHECK(leader.level() == Level::ample);
}

TEST_CASE("no node may go for one flavor that another still needs", "[capacity][decide]") {
  Report report = with_left(40);
  report.profiles.push_back({.name = "m1.small", .left = 11, .per_node = 4});
  report.profiles.push_back({.name = "m1.tiny", .left = 30, .per_node = 4});

  CHECK(Leader().look(report).spare == 0);
}

TEST_CASE("row 106: while a host is down nothing is decided, and the status names it",
          "[capacity][decide]") {
  Report report = with_left(3);
  report.hosts[HostState::down] = {"compute-7"};

  const Decision fresh = Leader().look(report);
  CHECK(fresh.text == "Capacity not judged: compute-7 is down");
  CHECK(fresh.wanted == 0);
  CHECK(fresh.state.standings.empty());

  Leader leader;
  (void)leader.look(with_left(2));
  const Decision later = leader.look(report);
  CHECK(later.text ==
        "Capacity low: m1.large 3 left, 2 nodes wanted; not judged anew: compute-7 is down");
}

TEST_CASE("row 106: a cell that does not answer leaves everything as it was",
          "[capacity][decide]") {
  Report report = with_left(50);
  report.hosts[HostState::unknown] = {"x1", "x2", "x3", "x4", "x5"};
  Leader leader;
  (void)leader.look(with_left(3));

  const Decision decision = leader.look(report);

  CHECK(decision.doubt == "the cell of x1, x2, x3 and 2 more does not answer");
  CHECK(leader.level() == Level::low);
}

TEST_CASE("a part of the candidates is no ground for a decision", "[capacity][decide]") {
  Report report = with_left(0);
  report.truncated = true;

  CHECK(Leader().look(report).wanted == 0);
}

TEST_CASE("bare metal may be low, but no units are wanted for it", "[capacity][decide]") {
  Report report = with_left(3);
  report.profiles.front().bare_metal = true;

  CHECK(Leader().look(report).text == "Capacity low: m1.large 3 left");
}

TEST_CASE("standings and streaks come back as they went", "[capacity][decide]") {
  const capacity::Standings standings{
      {flavor, {.level = Level::low, .nodes = 5, .units = 4, .decided_at = 1700000000}}};
  const capacity::Streaks streaks{{"class VCPU", {.level = Level::normal, .looks = 1}}};

  CHECK(capacity::read_standings(capacity::to_text(standings)) == standings);
  CHECK(capacity::read_streaks(capacity::to_text(streaks)) == streaks);
  CHECK(capacity::read_standings("").empty());
  CHECK_THROWS_AS(capacity::read_standings("[]"), ConfigError);
  CHECK_THROWS_AS(capacity::read_standings(R"({"x": {"level": "odd"}})"), ConfigError);
  CHECK_THROWS_AS(capacity::read_standings(R"({"x": 1})"), ConfigError);
}
