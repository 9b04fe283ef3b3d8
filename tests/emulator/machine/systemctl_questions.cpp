#include "systemctl_questions.hpp"

#include <algorithm>

#include "unit_files.hpp"
#include "units.hpp"

namespace emulated {

namespace {

std::string sub_state(const Json& state) {
  static const std::map<std::string, std::string> names = {{"active", "running"},
                                                           {"failed", "failed"},
                                                           {"deactivating", "stop-sigterm"},
                                                           {"activating", "start"}};
  const std::string active = state.value("active", "inactive");
  if (active == "activating" && state.value("main_pid", 0) == 0)
    return "auto-restart";
  const auto found = names.find(active);
  return found == names.end() ? "dead" : found->second;
}

/// Only services with a process have one; what is played must not look so.
std::string process_fact(const Json& state, const std::string& key, const std::string& name) {
  if (!has_process(state) && state.value("active", "") == "active")
    throw Refused(1, "emulated systemctl: a played service has no " + name);
  return std::to_string(state.value(key, 0));
}

/// Loaded from a file that is not there any more.
bool lacks_file(const World& world, const std::string& unit) {
  const Json& units = world.data.at("units");
  return units.contains(unit) && units.at(unit).contains("text") &&
         unit_file_path(world, unit).empty();
}

std::string property(const World& world, const std::string& unit, const std::string& name) {
  const Json& units = world.data.at("units");
  const Json state = units.contains(unit) ? units.at(unit) : Json::object();
  if (name == "MainPID")
    return process_fact(state, "main_pid", name);
  if (name == "NRestarts")
    return process_fact(state, "restarts", name);
  if (name == "ExecMainStatus")
    return process_fact(state, "exit_status", name);
  if (name == "Result")
    return state.value("result", "success");
  if (name == "Id")
    return unit;
  if (name == "LoadState")
    return state.value("masked", false) ? "masked"
           : is_loaded(world, unit)     ? "loaded"
                                        : "not-found";
  if (name == "ActiveState")
    return state.value("active", "inactive");
  if (name == "SubState")
    return sub_state(state);
  if (state.value("gone", false))
    return "";
  return lacks_file(world, unit) ? "bad" : file_state(state);
}

/// The name of a template is nobody's.
std::string not_a_unit(const std::string& unit) {
  return "Unit name " + unit + " is neither a valid invocation ID nor unit name.";
}

}  // namespace

std::string file_state(const Json& state) {
  return state.value("masked", false) ? "masked" : state.value("file", "");
}

Outcome show_units(const World& world, const Options& options) {
  std::map<std::string, bool> asked;
  for (const std::string& list :
       options.values.count("property") ? options.values.at("property") : Words())
    for (const std::string& name : split(list, ','))
      asked[name] = true;
  const Words order = {"MainPID",
                       "Result",
                       "NRestarts",
                       "ExecMainStatus",
                       "Id",
                       "LoadState",
                       "ActiveState",
                       "SubState",
                       "UnitFileState"};
  for (const auto& [name, wanted] : asked)
    if (std::find(order.begin(), order.end(), name) == order.end())
      throw Refused(1, "emulated systemctl: no property " + name);
  if (asked.empty() || options.words.empty())
    throw Refused(1, "emulated systemctl: show needs --property and units");
  Outcome outcome;
  for (const std::string& word : options.words) {
    if (is_template(unit_name(word))) {
      outcome.exit = 1;
      outcome.error = "Failed to get properties: " + not_a_unit(unit_name(word)) + "\n";
      return outcome;
    }
    outcome.output += outcome.output.empty() ? "" : "\n";
    for (const std::string& name : order)
      if (asked.count(name))
        outcome.output += (options.has("value") ? "" : name + "=") +
                          property(world, unit_name(word), name) + "\n";
  }
  return outcome;
}

Outcome ask_units(const World& world, const std::string& verb, const Options& options) {
  Outcome outcome{.exit = verb == "is-active" ? 3 : 1};
  bool known = false;
  for (const std::string& word : options.words) {
    const std::string unit = unit_name(word);
    if (is_template(unit))
      throw Refused(1, "Failed to retrieve unit state: " + not_a_unit(unit));
    const bool exists =
        world.data.at("units").contains(unit) && (verb != "is-enabled" || !lacks_file(world, unit));
    known = known || exists;
    const std::string state = verb != "is-enabled" ? property(world, unit, "ActiveState")
                              : exists             ? property(world, unit, "UnitFileState")
                                                   : "not-found";
    const bool yes = verb == "is-active"   ? state == "active"
                     : verb == "is-failed" ? state == "failed"
                                           : state == "enabled" || state == "static";
    outcome.exit = yes ? 0 : outcome.exit;
    outcome.output += options.has("quiet") ? "" : state + "\n";
  }
  if (!known && verb != "is-failed")
    outcome.exit = 4;
  return outcome;
}

}  // namespace emulated
