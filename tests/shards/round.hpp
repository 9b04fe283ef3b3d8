#pragma once
// One random round of the model: noise, in which everything happens to hooks, machines and people,
// and calm, in which hooks run to their end.
//   NCC_SHARD_SEED    the first seed (1)
//   NCC_SHARD_ROUNDS  how many seeds (10000)

#include <cstdlib>
#include <random>

#include "shards/juju_model.hpp"
#include "words/text.hpp"

namespace ncc::testing {

inline long long number_from(const char* variable, long long otherwise) {
  const char* text = std::getenv(variable);  // NOLINT(concurrency-mt-unsafe)
  return text == nullptr ? otherwise : to_integer(text).value();
}

class Round {
 public:
  Round(long long seed, const Charm& charm)
      : random_(static_cast<std::uint64_t>(seed)),
        model_(charm, [this](int limit) { return below(limit); }) {
    calmness_ = 4 + below(40);
    model_.slow_hooks = 1 + below(8);
    const int quarters = below(5);
    if (quarters == 0) {
      accidents_ = {
          leader_moves, leader_moves, machine_off, machine_back, machine_back, fence, unit_leaves};
    }
    for (int kind = 0; kind < kinds_of_accident; ++kind) {
      if (below(4) < quarters) {
        accidents_.push_back(kind);
      }
    }
    for (int units = 3 + below(3); units > 0; --units) {
      model_.add_unit();
    }
    for (int shard = 0; shard < 4; ++shard) {
      model_.configured.insert("s" + std::to_string(shard));
    }
    model_.leader = any(present()).value();
  }

  /// What went wrong, with the last events; empty: nothing did.
  std::string noise(int steps) {
    for (int step = 0; step < steps; ++step) {
      ++model_.now;
      one_step();
      for (const char* shard : {"s0", "s1", "s2", "s3", "s4", "s5"}) {
        if (model_.processes_of(shard) > 1) {
          return std::string(shard) + " runs twice after:\n" + tail();
        }
      }
    }
    return "";
  }

  long starts() const { return model_.starts; }

  /// What is not as it should be: for people.
  std::string state() const {
    std::string text = "leader " + (model_.leader ? model_.leader->str() : "nobody") + ", shards " +
                       join({model_.configured.begin(), model_.configured.end()}, " ") + "\n";
    for (const auto& [name, unit] : model_.units) {
      text += name.str() + (unit.present ? "" : " gone") + (unit.on ? "" : " off") +
              (unit.leaving ? " leaving" : "") + ": claims " +
              join({unit.bag.shards.begin(), unit.bag.shards.end()}, " ") + "; acknowledged " +
              std::to_string(unit.bag.acknowledged) + "; runs " +
              join({unit.running.begin(), unit.running.end()}, " ") + "\n";
    }
    for (const auto& [shard, owner] : model_.application.owners) {
      text += shard + " belongs to " + owner.str() + "\n";
    }
    for (const auto& [name, number] : model_.application.fenced) {
      text += name.str() + " is fenced: " + std::to_string(number) + "\n";
    }
    return text;
  }

  /// Rounds of hooks until all is as it should be; nullopt: not within `most`.
  std::optional<int> calm(int most) {
    end_of_noise();
    for (int rounds = 1; rounds <= most; ++rounds) {
      std::vector<UnitName> names = alive();
      std::shuffle(names.begin(), names.end(), random_);
      for (const UnitName& name : names) {
        model_.now += JujuModel::nova_lag;
        model_.run_whole_hook(name);
      }
      if (all_is_well()) {
        return rounds;
      }
    }
    return std::nullopt;
  }

 private:
  std::mt19937_64 random_;
  JujuModel model_;
  std::vector<std::string> events_ = {};
  // Each round has its own temper: many rare sequences need some accidents to be missing.
  static constexpr int kinds_of_accident = 11;
  static constexpr int leader_moves = 0;
  static constexpr int machine_off = 2;
  static constexpr int machine_back = 4;
  static constexpr int fence = 5;
  static constexpr int unit_leaves = 7;
  int calmness_ = 0;
  std::vector<int> accidents_ = {};

  int below(int limit) { return static_cast<int>(random_() % static_cast<std::uint64_t>(limit)); }

  std::optional<UnitName> any(const std::vector<UnitName>& names) {
    if (names.empty()) {
      return std::nullopt;
    }
    return names[static_cast<std::size_t>(below(static_cast<int>(names.size())))];
  }

  std::vector<UnitName> present() const {
    return model_.those([](const Unit& unit) { return unit.present; });
  }

  std::vector<UnitName> alive() const {
    return model_.those([](const Unit& unit) { return unit.present && unit.on; });
  }

  void note(const std::string& event, const UnitName& name) {
    events_.push_back(name.str() + " " + event);
  }

  std::string tail() const {
    std::string text;
    for (std::size_t i = events_.size() > 60 ? events_.size() - 60 : 0; i < events_.size(); ++i) {
      text += events_[i] + "\n";
    }
    return text;
  }

  void one_step() {
    if (accidents_.empty() || below(calmness_) != 0) {
      if (const auto name = any(model_.those([](const Unit& unit) {
            return unit.on && (unit.present || unit.hook.has_value());
          }))) {
        hook_step(*name);
      }
      return;
    }
    accident(accidents_[static_cast<std::size_t>(below(static_cast<int>(accidents_.size())))]);
  }

  void hook_step(const UnitName& name) {
    Unit& unit = model_.units.at(name);
    if (!unit.present && model_.now - unit.removed > JujuModel::last_hook) {
      unit.hook.reset();
    } else if (!unit.hook) {
      note("begins a hook", name);
      model_.begin(name);
    } else if (!unit.hook->slow || below(6) == 0) {
      const auto before = unit.running;
      model_.advance(name);
      if (unit.running != before) {
        note("runs " + join({unit.running.begin(), unit.running.end()}, ","), name);
      } else if (!unit.hook) {
        note("has flushed", name);
      }
    }
  }

  void accident(int kind) {
    switch (kind) {
      case 0:
        return lead_moves();
      case 1:
        return flush_refused_or_agent_restart();
      case 2:
        return machine_goes(false);
      case 3:
        return machine_goes(true);
      case 4:
        return machine_returns();
      case 5:
        return person_fences();
      case 6:
        return removed_by_force();
      case 7:
        return leaves_or_stays();
      case 8:
        return unit_is_added();
      case 9:
        return shards_change();
      default:
        return process_dies_or_ghost_is_switched_off();
    }
  }

  void lead_moves() {
    if (const auto name = any(present())) {
      note("leads", *name);
      model_.leader = *name;
    }
  }

  void flush_refused_or_agent_restart() {
    if (const auto name = any(alive())) {
      note("loses its hook", *name);
      model_.units.at(*name).hook.reset();
    }
  }

  void machine_goes(bool comes_back_at_once) {
    if (const auto name = any(alive())) {
      note(comes_back_at_once ? "reboots" : "goes off", *name);
      Unit& unit = model_.units.at(*name);
      model_.switch_off(unit);
      if (comes_back_at_once) {
        model_.boot(unit);
      }
    }
  }

  /// A person switches no machine on while its fence is being taken up.
  void machine_returns() {
    const auto name = any(model_.those([](const Unit& unit) { return unit.present && !unit.on; }));
    if (name && !model_.word_is_open(*name)) {
      note("comes back", *name);
      model_.boot(model_.units.at(*name));
    }
  }

  void person_fences() {
    const bool gone = below(4) == 0;
    const auto name =
        any(model_.those([gone](const Unit& unit) { return !unit.on && unit.present != gone; }));
    if (name) {
      note("is fenced by a person", *name);
      model_.words.insert(*name);
    }
  }

  void removed_by_force() {
    const auto names = present();
    if (names.size() < 3) {
      return;
    }
    const UnitName name = any(names).value();
    note("is removed by force", name);
    take_out(name);
  }

  void take_out(const UnitName& name) {
    Unit& unit = model_.units.at(name);
    unit.present = false;
    unit.removed = model_.now;
    if (model_.leader == name) {
      model_.leader = any(present());
    }
  }

  void leaves_or_stays() {
    const auto name = any(alive());
    if (!name) {
      return;
    }
    Unit& unit = model_.units.at(*name);
    if (unit.leaving && unit.bag.shards.empty() && unit.running.empty() && present().size() > 3) {
      note("has left", *name);
      unit.hook.reset();
      take_out(*name);
    } else {
      unit.leaving = !unit.leaving;
      note(unit.leaving ? "wants to leave" : "wants to stay", *name);
    }
  }

  void unit_is_added() {
    if (present().size() < 5) {
      model_.add_unit();
    }
  }

  void shards_change() {
    const Shard shard = "s" + std::to_string(below(6));
    if (model_.configured.erase(shard) == 0 || model_.configured.size() < 2) {
      model_.configured.insert(shard);
    }
  }

  void process_dies_or_ghost_is_switched_off() {
    const auto name = any(model_.those([](const Unit& unit) { return !unit.running.empty(); }));
    if (!name) {
      return;
    }
    Unit& unit = model_.units.at(*name);
    if (unit.present) {
      note("loses its processes", *name);
      model_.lose_processes(unit);
    } else {
      note("is switched off", *name);
      model_.switch_off(unit);
    }
  }

  /// Dead machines come back or are fenced; ghosts are switched off; somebody living leads and
  /// somebody stays.
  void end_of_noise() {
    model_.words.clear();
    for (auto& [name, unit] : model_.units) {
      unit.hook.reset();
      if (!unit.present) {
        model_.switch_off(unit);
      } else if (!unit.on && !alive().empty() && below(2) == 0) {
        model_.words.insert(name);
      } else if (!unit.on) {
        model_.boot(unit);
      }
    }
    model_.leader = any(alive()).value();
    if (model_.those([](const Unit& unit) { return unit.present && unit.on && !unit.leaving; })
            .empty()) {
      model_.units.at(*model_.leader).leaving = false;
    }
  }

  bool all_is_well() const {
    std::map<UnitName, std::size_t> counts;
    for (const UnitName& name : alive()) {
      if (!model_.units.at(name).leaving) {
        counts[name] = 0;
      }
    }
    for (const Shard& shard : model_.configured) {
      const auto owner = model_.application.owners.find(shard);
      if (owner == model_.application.owners.end() || !counts.contains(owner->second) ||
          !model_.units.at(owner->second).running.contains(shard)) {
        return false;
      }
      ++counts.at(owner->second);
    }
    std::size_t running = 0;
    std::size_t least = model_.configured.size();
    std::size_t most = 0;
    for (const auto& [name, unit] : model_.units) {
      running += unit.running.size();
    }
    for (const auto& [name, count] : counts) {
      least = std::min(least, count);
      most = std::max(most, count);
    }
    return running == model_.configured.size() && most - least <= 1;
  }
};

constexpr int steps_of_noise = 1500;
constexpr int most_rounds_of_hooks = 8;

/// The seeds needed until two processes ran; nullopt: none of them did.
inline std::optional<long long> found_after(const Charm& broken) {
  const long long first = number_from("NCC_SHARD_SEED", 1);
  for (long long i = 0; i < 20000; ++i) {
    if (!Round(first + i, broken).noise(steps_of_noise).empty()) {
      return i + 1;
    }
  }
  return std::nullopt;
}

}  // namespace ncc::testing
