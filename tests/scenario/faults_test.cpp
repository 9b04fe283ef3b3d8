// Proof: whatever one API call answers, once or for ever, an action ends in time and says what is
// wrong, and the same action brings the usual end when the cloud answers again. Every call that an
// undisturbed case makes is spoilt in every way. NCC_SCENARIO_FAULT_STEP=n tries every n-th.

#include <cstdlib>
#include <iostream>
#include <regex>

#include "scenario/cases.hpp"
#include "scenario/portrait.hpp"
#include "support/catch.hpp"

using namespace ncc::scenario;

namespace {

using ncc::fake_cloud::Fault;

constexpr std::chrono::seconds run_deadline{900};  // timeout=300, and what is around the run
constexpr std::chrono::seconds deadline{600};
constexpr int spoilt_turns = 8;  // hooks and services while the cloud stays spoilt

struct Kind {
  std::string name = {};
  Fault fault = {};
  std::vector<std::string> words = {};  // one of them tells of it
};

std::vector<Kind> kinds() {
  std::vector<Kind> all;
  const std::map<int, std::string> statuses{{500, "Internal Server Error"},
                                            {503, "Service Unavailable"},
                                            {409, "Conflict"},
                                            {403, "Forbidden"},
                                            {401, "Unauthorized"}};
  for (const auto& [status, title] : statuses) {
    const std::string code = std::to_string(status);
    all.push_back({code, {.status = status}, {code, title}});
  }
  all.push_back({"dropped before", {.drop = "before"}, {"connection closed"}});
  all.push_back({"dropped after", {.drop = "after"}, {"connection closed"}});
  all.push_back({"truncated", {.truncate = true}, {"connection closed"}});
  all.push_back({"HTML", {.status = 503, .html = true}, {"503", "Service Unavailable"}});
  return all;
}

struct Call {
  std::string method = {};
  std::string path = {};
  int nth = 1;
  bool last = false;  // of these
};

/// One call spoilt in one way, once or from there on.
struct Trial {
  Call call = {};
  Kind kind = {};
  bool ever = false;
};

struct Story {
  std::string first = {};  // what the action says at first
  std::string last = {};   // and once everything is over
  Json portrait = {};
  std::vector<Call> calls = {};
};

Story undisturbed(const Case& one) {
  World world(one.start);
  Story story;
  story.first = outcome_of(act(world, one).value());
  world.settle();
  std::map<std::string, int> seen;
  for (const auto& entry : world.stage.cloud.log) {
    const int nth = ++seen[entry.method + entry.path];
    story.calls.push_back({entry.method, entry.path, nth});
  }
  for (Call& call : story.calls) {
    call.last = call.nth == seen[call.method + call.path];
  }
  story.last = outcome_of(act(world, one).value());
  story.portrait = portrait(world.stage, source_host());
  return story;
}

Fault fault_of(const Trial& trial) {
  Fault fault = trial.kind.fault;
  fault.method = trial.call.method;
  fault.path = "^" + std::regex_replace(trial.call.path, std::regex("\\."), "\\.") + "$";
  fault.nth = trial.call.nth;
  fault.count = trial.ever ? 0 : 1;
  return fault;
}

std::string name_of(const Trial& trial) {
  return trial.kind.name + (trial.ever ? " for ever from " : " at ") + trial.call.method + " " +
         trial.call.path + " number " + std::to_string(trial.call.nth);
}

std::string text_of(const ActionResult& result) {
  return result.failure + "\n" + Json(result.results).dump();
}

bool says_one_of(const std::string& text, const std::vector<std::string>& words) {
  return std::any_of(words.begin(), words.end(), [&](const std::string& word) {
    return text.find(word) != std::string::npos;
  });
}

/// The action under the fault: in time, and telling if it did not come to its usual result.
std::string spoilt(World& world, const Case& one, const Story& story, const Kind& kind) {
  const auto result = act(world, one);
  std::string wrong;
  const bool runs = one.action == "migrate" || one.action == "scale-in" || one.action == "handover";
  if (world.last_duration > (runs ? run_deadline : deadline)) {
    wrong += "it took " + std::to_string(world.last_duration.count() / 1000) + " s\n";
  }
  if (outcome_of(*result) != story.first && !says_one_of(text_of(*result), kind.words)) {
    wrong += "it does not say what failed: " + text_of(*result) + "\n";
  }
  for (int i = 0; i < spoilt_turns; ++i) {
    world.turn();
  }
  return wrong;
}

/// Without the fault: the operator runs the action again.
std::string healed(World& world, const Case& one, const Story& story) {
  world.stage.cloud.faults.clear();
  act(world, one);
  world.settle();
  const std::string last = outcome_of(act(world, one).value());
  std::string wrong = difference(story.portrait, portrait(world.stage, source_host()));
  if (last != story.last) {
    wrong += "it says: " + last + "\n";
  }
  return wrong;
}

std::string try_fault(const Case& one, const Story& story, const Trial& trial) {
  World world(one.start);
  world.stage.cloud.faults.push_back(fault_of(trial));
  std::string wrong;
  try {
    wrong = spoilt(world, one, story, trial.kind);
    wrong += healed(world, one, story);
  } catch (const std::exception& error) {
    wrong += error.what();
  }
  return wrong.empty() ? "" : name_of(trial) + ":\n" + wrong;
}

/// A poll is one call made again and again: its first ones and its last one stand for all. What is
/// spoilt for ever is so from its first or its last call on.
std::vector<Trial> trials(const Story& story) {
  constexpr int first_ones = 2;
  std::vector<Trial> all;
  for (const Call& call : story.calls) {
    for (const Kind& kind : kinds()) {
      if (call.nth <= first_ones || call.last) {
        all.push_back({call, kind, false});
      }
      if (call.nth == 1 || call.last) {
        all.push_back({call, kind, true});
      }
    }
  }
  return all;
}

int step() {
  const char* text = std::getenv("NCC_SCENARIO_FAULT_STEP");
  return text ? std::max(1, std::atoi(text)) : 1;
}

/// Every fault of every case, or each step()-th.
int spoil_everywhere(const std::vector<Case>& all) {
  int met = 0;
  int tried = 0;
  for (const Case& one : all) {
    const Story story = undisturbed(one);
    std::vector<std::string> wrong;
    for (const Trial& trial : trials(story)) {
      if (met++ % step() == 0) {
        ++tried;
        wrong.push_back(try_fault(one, story, trial));
      }
    }
    std::erase(wrong, "");
    INFO(one.name);
    CAPTURE(wrong.size());
    CHECK((wrong.empty() ? "" : wrong.front()) == "");
  }
  std::cout << tried << " of " << met << " faults tried\n";
  return tried;
}

}  // namespace

TEST_CASE("an action under a fault ends in time, tells it, and can be finished later",
          "[scenario][faults]") {
  CHECK(spoil_everywhere(cases()) > 0);
}

TEST_CASE("an action on bare-metal nodes under a fault ends in time, tells it, and can be finished",
          "[scenario][faults][metal]") {
  CHECK(spoil_everywhere(metal_cases()) > 0);
}
