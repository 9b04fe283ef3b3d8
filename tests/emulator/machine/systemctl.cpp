// systemctl (systemd 255) as far as it is used: verbs on services, `show` and the questions. Texts
// and exit statuses are its own.
#include "options.hpp"
#include "programs.hpp"
#include "units.hpp"

namespace emulated {

namespace {

Json& known_unit(World& world, const std::string& unit) {
  Json& units = world.data["units"];
  if (!units.contains(unit))
    throw Refused(1, "Unit file " + unit + " does not exist.");
  return units[unit];
}

using Change = void (*)(World&, const std::string&);

/// One verb on several units: like systemctl, goes on after a failure and ends with the last
/// failure's status.
Outcome change_units(World& world, const std::string& verb, const Words& names, Change change) {
  Outcome outcome;
  for (const std::string& name : names) {
    World next = world;
    try {
      change(next, unit_name(name));
      world = std::move(next);
    } catch (const Refused& refused) {
      outcome.exit = refused.exit();
      outcome.error += "Failed to " + verb + " " + unit_name(name) + ": " + refused.what() + "\n";
    }
  }
  return outcome;
}

void reload_unit(World& world, const std::string& unit) {
  if (!world.data["units"].contains(unit))
    throw Refused(5, "Unit " + unit + " not found.");
  if (!is_active(world, unit))
    throw Refused(1, "Unit " + unit + " is not active, cannot reload.");
}

void try_restart_unit(World& world, const std::string& unit) {
  if (is_active(world, unit))
    restart_unit(world, unit);
}

std::string file_state(const Json& state) {
  return state.value("masked", false) ? "masked" : state.value("file", "");
}

/// enable, disable: all or nothing, as the unit files are looked up first.
Outcome set_enabled(World& world, const std::string& verb, const Options& options) {
  Outcome outcome;
  const std::string wanted = verb == "enable" ? "enabled" : "disabled";
  for (const std::string& name : options.words) {
    const std::string unit = unit_name(name);
    if (!world.data["units"].contains(unit))
      throw Refused(1, "Failed to " + verb + " unit: Unit file " + unit + " does not exist.");
    Json& state = known_unit(world, unit);
    if (verb == "enable" && file_state(state) == "masked")
      throw Refused(1,
                    "Failed to enable unit: Unit file /etc/systemd/system/" + unit + " is masked.");
    if (state["file"] == "static" || state["file"] == wanted)
      continue;
    state["file"] = wanted;
    const std::string link = "/etc/systemd/system/multi-user.target.wants/" + unit;
    if (!options.has("quiet"))
      outcome.error += verb == "enable" ? "Created symlink " + link +
                                              " → /usr/lib/systemd/system/" + unit + ".\n"
                                        : "Removed \"" + link + "\".\n";
  }
  if (options.has("now")) {
    const Outcome now = verb == "enable" ? change_units(world, "start", options.words, start_unit)
                                         : change_units(world, "stop", options.words, stop_unit);
    outcome.exit = now.exit;
    outcome.error += now.error;
  }
  return outcome;
}

/// mask takes unknown units too; a running service goes on running unless --now.
Outcome set_masked(World& world, const std::string& verb, const Options& options) {
  Outcome outcome;
  const bool masked = verb == "mask";
  for (const std::string& name : options.words) {
    const std::string unit = unit_name(name);
    Json& units = world.data["units"];
    if (!units.contains(unit)) {
      outcome.error += "Unit " + unit + " does not exist, proceeding anyway.\n";
      if (!masked)
        continue;
      units[unit] = {{"file", ""}, {"active", "inactive"}, {"starts", 0}};
    }
    if (units[unit].value("masked", false) == masked)
      continue;
    units[unit]["masked"] = masked;
    outcome.error += masked ? "Created symlink /etc/systemd/system/" + unit + " → /dev/null.\n"
                            : "Removed \"/etc/systemd/system/" + unit + "\".\n";
    if (!masked && units[unit]["file"] == "")
      units.erase(unit);
    else if (masked && options.has("now"))
      stop_unit(world, unit);
  }
  return outcome;
}

std::string property(const World& world, const std::string& unit, const std::string& name) {
  const Json& units = world.data.at("units");
  const Json state = units.contains(unit) ? units.at(unit) : Json::object();
  if (name == "Id")
    return unit;
  if (name == "LoadState")
    return state.value("masked", false) ? "masked" : units.contains(unit) ? "loaded" : "not-found";
  if (name == "ActiveState")
    return state.value("active", "inactive");
  if (name == "SubState")
    return state.value("active", "") == "active"   ? "running"
           : state.value("active", "") == "failed" ? "failed"
                                                   : "dead";
  return file_state(state);
}

/// Properties come in systemd's own order, whatever the order asked for; units are separated by an
/// empty line.
Outcome show(World& world, const Options& options) {
  std::map<std::string, bool> asked;
  for (const std::string& list :
       options.values.count("property") ? options.values.at("property") : Words())
    for (const std::string& name : split(list, ','))
      asked[name] = true;
  const Words order = {"Id", "LoadState", "ActiveState", "SubState", "UnitFileState"};
  for (const auto& [name, wanted] : asked)
    if (std::find(order.begin(), order.end(), name) == order.end())
      throw Refused(1, "emulated systemctl: no property " + name);
  if (asked.empty() || options.words.empty())
    throw Refused(1, "emulated systemctl: show needs --property and units");
  Outcome outcome;
  for (const std::string& word : options.words) {
    outcome.output += outcome.output.empty() ? "" : "\n";
    for (const std::string& name : order)
      if (asked.count(name))
        outcome.output += (options.has("value") ? "" : name + "=") +
                          property(world, unit_name(word), name) + "\n";
  }
  return outcome;
}

/// is-active: 0 when one is active, 3 otherwise, 4 when none is known. is-enabled: 0, 1, 4.
/// is-failed: 0, 1.
Outcome ask(World& world, const std::string& verb, const Options& options) {
  Outcome outcome{.exit = verb == "is-active" ? 3 : 1};
  bool known = false;
  for (const std::string& word : options.words) {
    const std::string unit = unit_name(word);
    const bool exists = world.data["units"].contains(unit);
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

}  // namespace

Outcome systemctl(World& world, const Words& arguments) {
  Options options =
      parse_options(arguments,
                    {{"property=", 'p'},
                     {"value"},
                     {"quiet", 'q'},
                     {"now"},
                     {"no-pager"},
                     {"no-block"},
                     {"system"}},
                    [](const std::string& option) {
                      return Refused(1, "systemctl: unrecognized option '" + option + "'");
                    });
  if (options.words.empty())
    throw Refused(1, "emulated systemctl: a verb is needed");
  const std::string verb = options.words.front();
  options.words.erase(options.words.begin());
  if (verb == "daemon-reload" || verb == "reset-failed")
    return {};
  if (verb == "show")
    return show(world, options);
  if (options.words.empty())
    throw Refused(1, "Too few arguments.");
  const std::map<std::string, Change> changes = {{"start", start_unit},
                                                 {"stop", stop_unit},
                                                 {"restart", restart_unit},
                                                 {"reload", reload_unit},
                                                 {"try-restart", try_restart_unit}};
  if (const auto change = changes.find(verb); change != changes.end())
    return change_units(world, verb, options.words, change->second);
  if (verb == "enable" || verb == "disable")
    return set_enabled(world, verb, options);
  if (verb == "mask" || verb == "unmask")
    return set_masked(world, verb, options);
  if (verb == "is-active" || verb == "is-enabled" || verb == "is-failed")
    return ask(world, verb, options);
  throw Refused(1, "Unknown command verb " + verb + ".");
}

}  // namespace emulated
