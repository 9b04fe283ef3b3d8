// Proof: wherever a process is killed, the same action and the hooks that Juju runs anyway bring
// the same end as if nothing had happened, and no server is asked to move twice. The n-th effect of
// a case (of its action, of the drain service, of the hooks that follow) is where the process dies,
// for n = 1, 2, ... until nothing dies any more.

#include <iostream>

#include "scenario/cases.hpp"
#include "scenario/portrait.hpp"
#include "support/catch.hpp"

using namespace ncc::scenario;

namespace {

/// What an operator does after a killed action: the same again, at once or after Juju's hooks.
enum class Patience { none, hooks_first };

struct Ending {
  Json portrait = {};
  std::string outcome = {};  // of the action, run once more when everything is over
};

Ending ending_of(World& world, const Case& one) {
  world.settle();
  world.reaper.rest();
  const auto last = act(world, one);
  world.settle();
  return {portrait(world.stage, source_host()), last ? outcome_of(*last) : "killed"};
}

void run_with_kill(World& world, const Case& one, Patience patience) {
  if (act(world, one)) {
    return;
  }
  if (patience == Patience::hooks_first) {
    world.settle();
  }
  act(world, one);
}

std::string moved_twice(const Stage& stage) {
  for (const auto& [server, count] : moves_asked(stage)) {
    if (count > 1) {
      return server + " was asked to move " + std::to_string(count) + " times\n";
    }
  }
  return "";
}

/// Empty, or what is wrong after a kill at `point`; nullopt: nothing was killed.
std::optional<std::string> try_point(const Case& one,
                                     const Ending& expected,
                                     int point,
                                     Patience patience) {
  World world(one.start);
  world.reaper.die_at(point);
  std::string wrong;
  try {
    run_with_kill(world, one, patience);
    const Ending ending = ending_of(world, one);
    wrong = difference(expected.portrait, ending.portrait) + moved_twice(world.stage);
    if (ending.outcome != expected.outcome) {
      wrong += "it says: " + ending.outcome;
    }
  } catch (const std::exception& error) {
    wrong = error.what();
  }
  if (world.reaper.where.empty()) {
    return std::nullopt;
  }
  const std::string when = patience == Patience::none ? ", at once again" : ", hooks first";
  return wrong.empty()
             ? ""
             : "point " + std::to_string(point) + ", " + world.reaper.where + when + ":\n" + wrong;
}

/// Every point of every case; how many were tried.
int kill_everywhere(const std::vector<Case>& all) {
  int tried = 0;
  for (const Case& one : all) {
    World undisturbed(one.start);
    act(undisturbed, one);
    const Ending expected = ending_of(undisturbed, one);
    INFO(one.name);
    CHECK(moved_twice(undisturbed.stage) == "");
    std::vector<std::string> wrong;
    for (int point = 1;; ++point) {
      const auto at_once = try_point(one, expected, point, Patience::none);
      if (!at_once) {
        break;
      }
      const auto later = try_point(one, expected, point, Patience::hooks_first);
      tried += 2;
      for (const auto& complaint : {at_once, later}) {
        if (complaint && !complaint->empty()) {
          wrong.push_back(*complaint);
        }
      }
    }
    CAPTURE(wrong.size());
    CHECK((wrong.empty() ? "" : wrong.front()) == "");
  }
  std::cout << tried << " crash points tried\n";
  return tried;
}

}  // namespace

TEST_CASE("a killed action comes to the same end when it is run again", "[scenario][crash]") {
  CHECK(kill_everywhere(cases()) > 1000);
}

TEST_CASE("a killed action on bare-metal nodes comes to the same end when it is run again",
          "[scenario][crash][metal]") {
  CHECK(kill_everywhere(metal_cases()) > 300);
}

namespace {

/// The unit is to serve again, whatever was going on when the process died. Empty, or what is
/// wrong; nullopt: nothing was killed.
std::optional<std::string> try_recovery(const Case& one, int point, Patience patience) {
  World world(one.start);
  world.reaper.die_at(point);
  std::string wrong;
  try {
    if (act(world, one) || patience == Patience::hooks_first) {
      world.settle();
    }
    world.reaper.rest();
    const Bag units{{"units", unit_name(1)}};
    world.action(one.unit, "scalein-recover", one.unit == unit_name(1) ? Bag() : units);
    world.settle();
    const std::string status = world.stage.units.at(unit_name(1)).status;
    wrong = status == "active Unit is ready" ? "" : status;
  } catch (const std::exception& error) {
    wrong = error.what();
  }
  if (world.reaper.where.empty()) {
    return std::nullopt;
  }
  return wrong.empty()
             ? ""
             : "point " + std::to_string(point) + ", " + world.reaper.where + ": " + wrong;
}

}  // namespace

TEST_CASE("a unit whose way out died can be put back into service", "[scenario][crash]") {
  int tried = 0;
  for (const Case& one : cases()) {
    std::vector<std::string> wrong;
    std::optional<std::string> complaint;
    for (int point = 1; (complaint = try_recovery(one, point, Patience::none)); ++point) {
      tried += 2;
      wrong.push_back(*complaint);
      wrong.push_back(try_recovery(one, point, Patience::hooks_first).value_or(""));
    }
    std::erase(wrong, "");
    INFO(one.name);
    CAPTURE(wrong.size());
    CHECK((wrong.empty() ? "" : wrong.front()) == "");
  }
  std::cout << tried << " recoveries tried\n";
  CHECK(tried > 1000);
}
