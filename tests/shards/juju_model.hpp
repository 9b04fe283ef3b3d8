#pragma once
// A small Juju with machines, units, databags, leadership and Nova's view, driven step by step. A
// hook is many steps: reads in any order, each at its own moment, then stops and starts that work
// at once, then a flush of everything or nothing. Between two steps anything may happen.

#include <algorithm>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "shards.hpp"
#include "words/error.hpp"

namespace ncc::testing {

using shards::Assignment;
using shards::Claims;
using shards::Holding;
using shards::HoldStep;
using shards::Shard;

/// What is under test, or a broken one.
struct Charm {
  std::function<HoldStep(const Holding&)> hold = shards::hold;
  std::function<Assignment(const shards::Leading&)> lead = shards::lead;
  bool goal_state = true;  // false: members from relation-list, as of the last joined hook
};

struct Hook {
  enum class Read { assignment, members, bag, config, leadership, running };

  struct Look {
    Read read = Read::assignment;
    std::optional<UnitName> of = std::nullopt;
  };

  struct Act {
    bool start = false;
    Shard shard = {};
  };

  Holding seen;
  std::vector<Look> looks = {};  // still to be done, the last one first
  bool leads = false;
  std::set<Shard> configured = {};
  std::set<UnitName> leaving = {};
  std::set<UnitName> fence = {};
  bool decided = false;
  Assignment word = {};
  HoldStep step = {};
  std::vector<Act> acts = {};  // still to be done, the last one first
  bool slow = false;
};

struct Unit {
  bool present = true;  // in Juju; a unit removed by force may leave a machine that runs on
  bool leaving = false;
  bool on = true;
  int boot = 1;
  Claims bag = {};
  std::set<UnitName> listed = {};  // by relation-list
  std::set<Shard> running = {};
  std::optional<Hook> hook = std::nullopt;
  long removed = 0;  // by force, at this time; its last hook may go on
};

class JujuModel {
 public:
  // In seconds, which are steps here.
  static constexpr long nova_lag = 60;    // until Nova calls a silent host down
  static constexpr long first_beat = 15;  // until it has heard of a process that started
  static constexpr long last_hook = 90;   // until the hook of a removed unit has ended

  JujuModel(Charm charm, std::function<int(int)> below)
      : charm_(std::move(charm)), below_(std::move(below)) {}

  std::map<UnitName, Unit> units = {};  // removed ones stay, for their machines
  std::set<Shard> configured = {};
  Assignment application = {};
  std::optional<UnitName> leader = std::nullopt;
  std::set<UnitName> words = {};  // a person's fences that no leader has taken up yet
  long now = 0;
  long starts = 0;     // of processes, for the report
  int slow_hooks = 8;  // one of so many

  void add_unit() { units.emplace(UnitName("ironic/" + std::to_string(units.size())), Unit()); }

  template <typename Predicate>
  std::vector<UnitName> those(Predicate predicate) const {
    std::vector<UnitName> found;
    for (const auto& [name, unit] : units) {
      if (predicate(unit)) {
        found.push_back(name);
      }
    }
    return found;
  }

  /// True while a leader's hook has taken up a person's word and not yet read the unit's bag.
  bool word_is_open(const UnitName& name) const {
    return words.contains(name) || std::any_of(units.begin(), units.end(), [&](const auto& entry) {
             const auto& hook = entry.second.hook;
             return hook && !hook->decided && hook->fence.contains(name);
           });
  }

  void begin(const UnitName& name) {
    Unit& unit = units.at(name);
    Hook hook{.seen = {.me = name}};
    hook.seen.boot = "boot " + std::to_string(unit.boot);
    hook.seen.now = now;
    hook.seen.leaving = unit.leaving;
    hook.seen.mine = unit.bag;
    for (const auto read : {Hook::Read::assignment,
                            Hook::Read::members,
                            Hook::Read::config,
                            Hook::Read::leadership,
                            Hook::Read::running}) {
      put_anywhere(hook.looks, {read});
    }
    if (leader == name) {
      hook.fence = std::exchange(words, {});
    }
    hook.slow = below_(slow_hooks) == 0;
    unit.hook = std::move(hook);
  }

  /// One step of the unit's hook.
  void advance(const UnitName& name) {
    Unit& unit = units.at(name);
    Hook& hook = *unit.hook;
    if (!hook.looks.empty()) {
      const Hook::Look look = hook.looks.back();
      hook.looks.pop_back();
      perform(hook, look);
    } else if (!hook.decided) {
      decide(unit);
    } else if (!hook.acts.empty()) {
      act(unit, hook.acts.back());
      hook.acts.pop_back();
    } else {
      flush(name);
      unit.hook.reset();
    }
  }

  void run_whole_hook(const UnitName& name) {
    begin(name);
    while (units.at(name).hook) {
      advance(name);
    }
  }

  void lose_processes(Unit& unit) {
    for (const Shard& shard : unit.running) {
      last_seen_[shard] = now;
    }
    unit.running.clear();
  }

  void switch_off(Unit& unit) {
    lose_processes(unit);
    unit.hook.reset();
    unit.on = false;
  }

  void boot(Unit& unit) {
    lose_processes(unit);
    unit.hook.reset();
    unit.on = true;
    ++unit.boot;
  }

  int processes_of(const Shard& shard) const {
    return static_cast<int>(std::count_if(units.begin(), units.end(), [&](const auto& entry) {
      return entry.second.running.contains(shard);
    }));
  }

 private:
  Charm charm_;
  std::function<int(int)> below_;
  std::map<Shard, long> last_seen_ = {};
  std::map<Shard, long> started_ = {};

  void put_anywhere(std::vector<Hook::Look>& looks, const Hook::Look& look) {
    const int place = below_(static_cast<int>(looks.size()) + 1);
    looks.insert(looks.begin() + place, look);
  }

  void perform(Hook& hook, const Hook::Look& look) {
    switch (look.read) {
      case Hook::Read::assignment:
        hook.seen.assignment = application;
        break;
      case Hook::Read::members:
        look_at_members(hook);
        break;
      case Hook::Read::bag:
        look_at_bag(hook, *look.of);
        break;
      case Hook::Read::config:
        hook.configured = configured;
        break;
      case Hook::Read::leadership:
        hook.leads = leader == hook.seen.me;
        break;
      case Hook::Read::running:
        hook.seen.running = units.at(hook.seen.me).running;
        break;
    }
  }

  void look_at_members(Hook& hook) {
    Unit& me = units.at(hook.seen.me);
    if (charm_.goal_state || below_(3) == 0) {
      const auto present = those([](const Unit& unit) { return unit.present; });
      me.listed = {present.begin(), present.end()};
    }
    for (const UnitName& name : me.listed) {
      if (units.at(name).leaving) {
        hook.leaving.insert(name);
      }
      if (name != hook.seen.me) {
        put_anywhere(hook.looks, {Hook::Read::bag, name});
      }
    }
  }

  /// The bag of a unit that went meanwhile may still be readable.
  void look_at_bag(Hook& hook, const UnitName& name) {
    const Unit& unit = units.at(name);
    if (unit.present || below_(2) == 0) {
      hook.seen.peers[name] = unit.bag;
    }
  }

  shards::NovaSays nova_says(const Shard& shard) const {
    const auto started = started_.find(shard);
    if (processes_of(shard) > 0 && now - started->second >= first_beat) {
      return shards::NovaSays::up;
    }
    const auto seen = last_seen_.find(shard);
    if (seen == last_seen_.end()) {
      return shards::NovaSays::absent;
    }
    return now - seen->second < nova_lag ? shards::NovaSays::up : shards::NovaSays::down;
  }

  void decide(Unit& unit) {
    Hook& hook = *unit.hook;
    hook.step = charm_.hold(hook.seen);
    bool asked = false;
    for (const Shard& shard : hook.step.ask) {
      hook.seen.nova[shard] = nova_says(shard);
      asked = true;
    }
    if (asked) {
      return;  // and decides anew in its next step
    }
    try {
      hook.word = word_of(hook);
    } catch (const ConfigError&) {
      unit.hook.reset();
      return;
    }
    hook.decided = true;
    for (const Shard& shard : hook.step.start) {
      hook.acts.push_back({true, shard});
    }
    for (const Shard& shard : hook.step.stop) {
      hook.acts.push_back({false, shard});
    }
  }

  Assignment word_of(const Hook& hook) const {
    if (!hook.leads) {
      return {};
    }
    shards::Leading leading{.shards = hook.configured,
                            .units = hook.seen.peers,
                            .leaving = hook.leaving,
                            .previous = hook.seen.assignment,
                            .fence = hook.fence};
    leading.units.emplace(hook.seen.me, hook.seen.mine);
    return charm_.lead(leading);
  }

  void act(Unit& unit, const Hook::Act& act) {
    if (act.start) {
      unit.running.insert(act.shard);
      started_[act.shard] = now;
      ++starts;
    } else {
      unit.running.erase(act.shard);
      last_seen_[act.shard] = now;
    }
  }

  /// Juju checks here, and only here, that who writes the application's bag leads.
  void flush(const UnitName& name) {
    Unit& unit = units.at(name);
    const Hook& hook = *unit.hook;
    if (!unit.present || (hook.leads && leader != name)) {
      return;
    }
    unit.bag = hook.step.publish;
    if (hook.leads) {
      write_application(hook.seen.assignment, hook.word);
    }
  }

  /// Keys as they were read are written back even if another leader deleted them since; keys that
  /// were not there when read stay.
  void write_application(const Assignment& read, const Assignment& word) {
    application.owners = word.owners;
    for (const auto& [shard, names] : read.granted) {
      for (const UnitName& name : names) {
        application.granted[shard].erase(name);
      }
    }
    for (const auto& [shard, names] : word.granted) {
      application.granted[shard].insert(names.begin(), names.end());
    }
    for (const auto& [name, number] : read.fenced) {
      application.fenced.erase(name);
    }
    for (const auto& [name, number] : word.fenced) {
      application.fenced[name] = number;
    }
  }
};

}  // namespace ncc::testing
