#include "units.hpp"

#include <csignal>

#include <unistd.h>

#include "packages.hpp"
#include "processes.hpp"
#include "service_effects.hpp"

namespace emulated {

namespace {

bool contains(const Words& words, const std::string& word) {
  for (const std::string& one : words)
    if (one == word)
      return true;
  return false;
}

/// Active units that go down with `unit`, nearest first.
Words active_dependents(const World& world, const std::string& unit) {
  Words names;
  for (const auto& [name, state] : world.data.at("units").items()) {
    const UnitSpec* spec = find_unit_spec(name);
    if (spec != nullptr && state.at("active") == "active" &&
        (contains(spec->needs, unit) || contains(spec->part_of, unit)))
      names.push_back(name);
  }
  return names;
}

bool has_file(const Json& state) {
  return state.contains("text");
}

bool is_idle(const World& world, const std::string& unit) {
  const Json& units = world.data.at("units");
  const Json active = units.contains(unit) ? units.at(unit).at("active") : Json("inactive");
  return active == "inactive" || active == "failed";
}

/// Its file is gone: once it has ended, nobody knows it any more.
void forget_unit(World& world, const std::string& unit) {
  Json& units = world.data["units"];
  if (units.contains(unit) && has_file(units[unit]) && is_idle(world, unit))
    units.erase(unit);
}

/// It runs on, but cannot be started again.
void lose_file(World& world, const std::string& unit) {
  Json& units = world.data["units"];
  if (units.contains(unit) && has_file(units[unit]))
    units[unit]["gone"] = true;
}

void load_unit(World& world, const std::string& unit) {
  Json& units = world.data["units"];
  const std::string text = read_text(world, unit_file_path(world, unit));
  const UnitFile file = parse_unit_file(text, unit);
  if (!units.contains(unit))
    units[unit] = {{"file", file.installable ? "disabled" : "static"},
                   {"masked", false},
                   {"active", "inactive"},
                   {"starts", 0}};
  units[unit]["text"] = text;
  units[unit].erase("gone");
  if (is_played(file))
    units[unit]["played"] = true;
}

/// A supervisor that somebody killed says nothing.
void settle_process_unit(Json& state) {
  if (birth_of(state.value("supervisor", 0)) == state.value("born", 0L))
    return;
  state["active"] = "failed";
  state["result"] = "signal";
  state["main_pid"] = 0;
}

void settle_played_unit(Json& state) {
  if (state["active"] != "deactivating" || now_ms() < state.value("stops_at", std::int64_t{0}))
    return;
  state["active"] = "failed";
  state["result"] = "timeout";
  state["killed"] = true;
}

bool is_stopping(const World& world, const std::string& unit) {
  const Json& units = world.data.at("units");
  return units.contains(unit) && units.at(unit).at("active") == "deactivating";
}

void await_stop(World& world, const std::string& unit) {
  wait_for(world, [&](const World& now) {
    World settled{.data = now.data, .root = now.root};
    settle_units(settled);
    return !is_stopping(settled, unit);
  });
  settle_units(world);
}

[[noreturn]] void fail_job(const std::string& unit) {
  throw JobFailed("Job for " + unit +
                  " failed because the control process exited with error code.\nSee \"systemctl "
                  "status " +
                  unit + "\" and \"journalctl -xeu " + unit + "\" for details.\n");
}

void start_process_unit(World& world, const std::string& unit) {
  const UnitFile file = parse_unit_file(world.data["units"][unit]["text"].get<std::string>(), unit);
  save_world(world);
  const Launched launched = launch(world, unit);
  Json& state = world.data["units"][unit];
  const bool failed = launched.error != 0 && file.type != "simple";
  state["supervisor"] = launched.supervisor;
  state["born"] = launched.born;
  state["main_pid"] = launched.error == 0 ? launched.main : 0;
  state["active"] = file.type == "oneshot" ? "activating" : "active";
  state["result"] = "success";
  if (!failed && file.type != "oneshot")
    return;
  wait_for(world, [&](const World& now) {
    const Json& seen = now.data.at("units").at(unit).at("active");
    return seen == "inactive" || seen == "failed" || (seen == "activating" && failed);
  });
  if (failed || world.data["units"][unit]["active"] == "failed")
    fail_job(unit);
}

/// SIGTERM, then waits; the supervisor sends SIGKILL when it takes too long. One that waits to be
/// started again has only its supervisor.
void stop_process_unit(World& world, const std::string& unit) {
  Json& state = world.data["units"][unit];
  const int main = state.value("main_pid", 0);
  if (state["active"] == "activating" && main == 0) {
    ::kill(state.value("supervisor", 0), SIGKILL);
    state["active"] = "inactive";
    return;
  }
  if (!is_stopping(world, unit)) {
    state["active"] = "deactivating";
    state["stops_at"] = now_ms() + parse_unit_file(state["text"].get<std::string>(), unit).stop_ms;
    save_world(world);
    signal_session(main, SIGTERM);
  }
  await_stop(world, unit);
}

/// What a played service does that was killed: Restart=on-failure in the packages' unit files.
bool is_restarted(const Json& state, const std::string& unit) {
  return !has_file(state) ||
         parse_unit_file(state.at("text").get<std::string>(), unit).restart != "no";
}

/// A played service that hangs ends killed; others end at once.
void stop_played_unit(World& world, const std::string& unit) {
  Json& state = world.data["units"][unit];
  if (is_stopping(world, unit)) {
    await_stop(world, unit);
  } else if (state.value("hangs_on_stop_ms", 0) > 0) {
    state["active"] = "deactivating";
    state["stops_at"] = now_ms() + state.value("hangs_on_stop_ms", 0);
    await_stop(world, unit);
  } else {
    state["active"] = "inactive";
  }
}

}  // namespace

std::string unit_name(const std::string& word) {
  for (const std::string type : {".service", ".socket", ".target", ".timer", ".mount"})
    if (word.size() > type.size() &&
        word.compare(word.size() - type.size(), type.size(), type) == 0)
      return word;
  return word + ".service";
}

bool has_process(const Json& state) {
  return has_file(state) && !state.value("played", false);
}

bool is_loaded(const World& world, const std::string& unit) {
  const Json& units = world.data.at("units");
  return units.contains(unit) && !units.at(unit).value("gone", false);
}

bool is_active(const World& world, const std::string& unit) {
  const Json& units = world.data.at("units");
  return units.contains(unit) && units.at(unit).at("active") == "active";
}

void add_unit(World& world, const UnitSpec& spec) {
  Json& units = world.data["units"];
  if (!units.contains(spec.name))
    units[spec.name] = {
        {"file", spec.file}, {"masked", false}, {"active", "inactive"}, {"starts", 0}};
  if (units[spec.name]["file"] == "")
    units[spec.name]["file"] = spec.file;
  if (spec.file != "enabled")
    return;
  World next = world;
  try {
    start_unit(next, spec.name);
    world = std::move(next);
  } catch (const Refused&) {  // masked: the maintainer scripts go on without it
    return;
  }
}

void remove_unit(World& world, const std::string& unit) {
  if (!world.data["units"].contains(unit))
    return;
  stop_unit(world, unit);
  if (world.data["units"][unit].value("masked", false))
    world.data["units"][unit] = {
        {"file", ""}, {"masked", true}, {"active", "inactive"}, {"starts", 0}};
  else
    world.data["units"].erase(unit);
}

void discover_units(World& world, const Words& named, bool reload) {
  Words names = local_units(world);
  names.insert(names.end(), named.begin(), named.end());
  for (const auto& [name, state] : world.data["units"].items())
    if (has_file(state))
      names.push_back(name);
  for (const std::string& name : names) {
    if (is_template(name))
      continue;
    if (unit_file_path(world, name).empty()) {
      forget_unit(world, name);
      if (reload)
        lose_file(world, name);
    } else if (reload || is_idle(world, name)) {
      load_unit(world, name);
    }
  }
}

bool is_stale(const World& world, const std::string& unit) {
  const Json& units = world.data.at("units");
  return is_loaded(world, unit) && has_file(units.at(unit)) &&
         units.at(unit).at("text") != read_text(world, unit_file_path(world, unit));
}

void settle_units(World& world) {
  for (auto& [name, state] : world.data["units"].items())
    if (!is_idle(world, name))
      has_process(state) ? settle_process_unit(state) : settle_played_unit(state);
}

void start_unit(World& world, const std::string& unit) {
  Json& units = world.data["units"];
  if (!is_loaded(world, unit))
    throw Refused(5, "Unit " + unit + " not found.");
  if (units[unit].value("masked", false))
    throw Refused(1, "Unit " + unit + " is masked.");
  if (is_stopping(world, unit))
    await_stop(world, unit);
  if (is_active(world, unit))
    return;
  if (const UnitSpec* spec = find_unit_spec(unit))
    for (const std::string& need : spec->needs)
      start_unit(world, need);
  Json& state = world.data["units"][unit];
  state["starts"] = state.value("starts", 0) + 1;
  if (has_process(state)) {
    if (state["active"] == "activating")
      stop_process_unit(world, unit);
    start_process_unit(world, unit);
    return;
  }
  state["active"] = "active";
  state.erase("killed");
  after_start(world, unit);
}

void stop_unit(World& world, const std::string& unit) {
  Json& units = world.data["units"];
  if (!units.contains(unit))
    throw Refused(5, "Unit " + unit + " not loaded.");
  if (units[unit]["active"] == "failed" || units[unit]["active"] == "inactive")
    return;
  if (has_process(units[unit]))
    stop_process_unit(world, unit);
  else
    stop_played_unit(world, unit);
  for (const std::string& dependent : active_dependents(world, unit))
    stop_unit(world, dependent);
}

void restart_unit(World& world, const std::string& unit) {
  const Json before = world.data.at("units");
  if (before.contains(unit) && before.at(unit).value("masked", false))
    throw Refused(1, "Unit " + unit + " is masked.");
  if (is_loaded(world, unit))
    stop_unit(world, unit);
  start_unit(world, unit);
  for (const auto& [name, state] : before.items())
    if (state.at("active") == "active" && !is_active(world, name))
      start_unit(world, name);
}

void kill_unit(World& world, const std::string& unit, int signal) {
  Json& units = world.data["units"];
  if (!units.contains(unit))
    throw Refused(1, "Unit " + unit + " not loaded.");
  if (units[unit]["active"] != "active")
    throw Refused(1, "No process to kill");
  if (has_process(units[unit])) {
    signal_session(units[unit].value("main_pid", 0), signal);
  } else if (signal == SIGTERM) {
    stop_unit(world, unit);
  } else if (is_restarted(units[unit], unit)) {
    units[unit]["starts"] = units[unit].value("starts", 0) + 1;
    after_start(world, unit);
  } else {
    units[unit]["active"] = "failed";
    units[unit]["result"] = "signal";
  }
}

}  // namespace emulated
