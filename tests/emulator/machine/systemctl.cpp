// systemctl (systemd 255) as far as it is used: verbs on services, `show` and the questions. Texts
// and exit statuses are its own.
#include <csignal>
#include <filesystem>

#include "options.hpp"
#include "processes.hpp"
#include "programs.hpp"
#include "systemctl_questions.hpp"
#include "unit_files.hpp"
#include "units.hpp"

namespace emulated {

namespace {

Json& known_unit(World& world, const std::string& unit) {
  Json& units = world.data["units"];
  if (!units.contains(unit))
    throw Refused(1, "Unit file " + unit + " does not exist.");
  return units[unit];
}

/// Jobs are for instances, not for their template.
void require_instance(const std::string& unit) {
  if (is_template(unit))
    throw Refused(1,
                  "Unit name " + unit +
                      " is missing the instance name.\nSee system logs and 'systemctl status " +
                      unit + "' for details.");
}

/// enable and disable of units none of which can be, and that is no error.
const char* const not_installable =
    "The unit files have no installation config (WantedBy=, RequiredBy=, UpheldBy=,\n"
    "Also=, or Alias= settings in the [Install] section, and DefaultInstance= for\n"
    "template units). This means they are not meant to be enabled or disabled using systemctl.\n"
    " \n"
    "Possible reasons for having these kinds of units are:\n"
    "• A unit may be statically enabled by being symlinked from another unit's\n"
    "  .wants/, .requires/, or .upholds/ directory.\n"
    "• A unit's purpose may be to act as a helper for some other unit which has\n"
    "  a requirement dependency on it.\n"
    "• A unit may be started when needed via activation (socket, path, timer,\n"
    "  D-Bus, udev, scripted systemctl call, ...).\n"
    "• In case of template units, the unit is meant to be enabled with some\n"
    "  instance name specified.\n";

using Change = void (*)(World&, const std::string&);

/// One verb on several units: like systemctl, goes on after a failure and ends with the last
/// failure's status.
Outcome change_units(World& world, const std::string& verb, const Words& names, Change change) {
  Outcome outcome;
  for (const std::string& name : names) {
    World next = world;
    if (is_stale(world, unit_name(name)))
      outcome.error += "Warning: The unit file, source configuration file or drop-ins of " +
                       unit_name(name) +
                       " changed on disk. Run 'systemctl daemon-reload' to reload units.\n";
    try {
      require_instance(unit_name(name));
      change(next, unit_name(name));
      world = std::move(next);
    } catch (const JobFailed& failed) {
      world = std::move(next);
      outcome.exit = 1;
      outcome.error += failed.what();
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

/// enable, disable: all or nothing, as the unit files are looked up first.
Outcome set_enabled(World& world, const std::string& verb, const Options& options) {
  Outcome outcome;
  bool all_static = true;
  const std::string wanted = verb == "enable" ? "enabled" : "disabled";
  for (const std::string& name : options.words) {
    const std::string unit = unit_name(name);
    if (is_template(unit))
      throw Refused(1, "emulated systemctl: no " + verb + " of a template");
    if (!is_loaded(world, unit))
      throw Refused(1, "Failed to " + verb + " unit: Unit file " + unit + " does not exist.");
    Json& state = known_unit(world, unit);
    if (verb == "enable" && file_state(state) == "masked")
      throw Refused(1,
                    "Failed to enable unit: Unit file /etc/systemd/system/" + unit + " is masked.");
    all_static = all_static && state["file"] == "static";
    if (state["file"] == "static" || state["file"] == wanted)
      continue;
    state["file"] = wanted;
    const std::string link = "/etc/systemd/system/multi-user.target.wants/" + unit;
    if (!options.has("quiet"))
      outcome.error +=
          verb == "enable"
              ? "Created symlink " + link + " → " +
                    (state.contains("text") ? "/etc/systemd/system/" : "/usr/lib/systemd/system/") +
                    unit + ".\n"
              : "Removed \"" + link + "\".\n";
  }
  if (all_static && !options.has("quiet"))
    outcome.error += not_installable;
  if (options.has("now")) {
    const Outcome now = verb == "enable" ? change_units(world, "start", options.words, start_unit)
                                         : change_units(world, "stop", options.words, stop_unit);
    outcome.exit = now.exit;
    outcome.error += now.error;
  }
  return outcome;
}

/// One unit of mask or unmask; its line for stderr.
std::string set_mask(World& world, const std::string& unit, bool masked) {
  Json& units = world.data["units"];
  if (masked && std::filesystem::exists(world.root + "/etc/systemd/system/" + unit))
    throw Refused(1, "Failed to mask unit: File /etc/systemd/system/" + unit + " already exists.");
  if (is_template(unit))
    throw Refused(1, "emulated systemctl: no mask of a template");
  std::string line;
  if (!units.contains(unit)) {
    line = "Unit " + unit + " does not exist, proceeding anyway.\n";
    if (!masked)
      return line;
    units[unit] = {{"file", ""}, {"active", "inactive"}, {"starts", 0}};
  }
  if (units[unit].value("masked", false) == masked)
    return line;
  units[unit]["masked"] = masked;
  if (!masked && units[unit]["file"] == "")
    units.erase(unit);
  return line + (masked ? "Created symlink /etc/systemd/system/" + unit + " → /dev/null.\n"
                        : "Removed \"/etc/systemd/system/" + unit + "\".\n");
}

/// mask takes unknown units too; a running service goes on running unless --now.
Outcome set_masked(World& world, const std::string& verb, const Options& options) {
  Outcome outcome;
  for (const std::string& name : options.words)
    outcome.error += set_mask(world, unit_name(name), verb == "mask");
  if (options.has("quiet"))
    outcome.error.clear();
  if (verb == "unmask" || !options.has("now"))
    return outcome;
  const Outcome now = change_units(world, "stop", options.words, stop_unit);
  outcome.exit = now.exit;
  outcome.error += now.error;
  return outcome;
}

int signal_number(const std::string& name) {
  const std::map<std::string, int> numbers = {{"TERM", SIGTERM},
                                              {"KILL", SIGKILL},
                                              {"HUP", SIGHUP},
                                              {"INT", SIGINT},
                                              {"USR1", SIGUSR1},
                                              {"USR2", SIGUSR2}};
  const auto found = numbers.find(starts_with(name, "SIG") ? name.substr(3) : name);
  if (found == numbers.end())
    throw Refused(1, "Failed to parse signal string \"" + name + "\".");
  return found->second;
}

Outcome kill_units(World& world, const Options& options) {
  const int signal = signal_number(options.get("signal", "SIGTERM"));
  Outcome outcome;
  for (const std::string& name : options.words) {
    try {
      kill_unit(world, unit_name(name), signal);
    } catch (const Refused& refused) {
      outcome.exit = refused.exit();
      outcome.error += "Failed to kill unit " + unit_name(name) + ": " + refused.what() + "\n";
    }
  }
  return outcome;
}

void reset_failed_unit(World& world, const std::string& unit) {
  if (!world.data["units"].contains(unit))
    throw Refused(1, "Unit " + unit + " not loaded.");
  if (world.data["units"][unit]["active"] == "failed")
    world.data["units"][unit]["active"] = "inactive";
}

/// --no-block: the job is queued and goes on when systemctl has ended.
Outcome queue_job(const World& world, const std::string& verb, const Words& names) {
  for (const std::string& name : names) {
    const Json& units = world.data.at("units");
    const std::string unit = unit_name(name);
    require_instance(unit);
    const std::string failed = "Failed to " + verb + " " + unit + ": Unit " + unit;
    if (!units.contains(unit))
      throw Refused(5, failed + (verb == "stop" ? " not loaded." : " not found."));
    if (verb != "stop" && units.at(unit).value("masked", false))
      throw Refused(1, failed + " is masked.");
  }
  Words words = {"/usr/bin/systemctl", verb, "--"};
  words.insert(words.end(), names.begin(), names.end());
  run_detached(world, words);
  return {};
}

Options read_options(const Words& arguments) {
  return parse_options(arguments,
                       {{"property=", 'p'},
                        {"value"},
                        {"quiet", 'q'},
                        {"now"},
                        {"no-pager"},
                        {"no-block"},
                        {"signal=", 's'},
                        {"system"}},
                       [](const std::string& option) {
                         return Refused(1, "systemctl: unrecognized option '" + option + "'");
                       });
}

Outcome run_job(World& world, const std::string& verb, const Options& options) {
  static const std::map<std::string, Change> changes = {{"start", start_unit},
                                                        {"stop", stop_unit},
                                                        {"restart", restart_unit},
                                                        {"reload", reload_unit},
                                                        {"reset-failed", reset_failed_unit},
                                                        {"try-restart", try_restart_unit}};
  const auto change = changes.find(verb);
  if (change == changes.end())
    throw Refused(1, "Unknown command verb " + verb + ".");
  return options.has("no-block") ? queue_job(world, verb, options.words)
                                 : change_units(world, verb, options.words, change->second);
}

Outcome nothing_to_do(World&, const std::string&, const Options&) {
  return {};
}

using Verb = Outcome (*)(World&, const std::string&, const Options&);

/// Verbs that are no jobs.
const std::map<std::string, Verb>& verbs() {
  static const Verb ask = [](World& world, const std::string& verb, const Options& options) {
    return ask_units(world, verb, options);
  };
  static const std::map<std::string, Verb> table = {
      {"disable", set_enabled},
      {"enable", set_enabled},
      {"is-active", ask},
      {"is-enabled", ask},
      {"is-failed", ask},
      {"kill",
       [](World& world, const std::string&, const Options& options) {
         return kill_units(world, options);
       }},
      {"mask", set_masked},
      {"unmask", set_masked}};
  return table;
}

Verb verb_for(const std::string& verb, bool without_units) {
  if (verb == "show")
    return [](World& world, const std::string&, const Options& options) {
      return show_units(world, options);
    };
  if (verb == "daemon-reload" || (verb == "reset-failed" && without_units))
    return nothing_to_do;
  if (without_units)
    throw Refused(1, "Too few arguments.");
  const auto found = verbs().find(verb);
  return found == verbs().end() ? run_job : found->second;
}

}  // namespace

Outcome systemctl(World& world, const Words& arguments) {
  Options options = read_options(arguments);
  if (options.words.empty())
    throw Refused(1, "emulated systemctl: a verb is needed");
  const std::string verb = options.words.front();
  options.words.erase(options.words.begin());
  Words named;
  for (const std::string& word : options.words)
    named.push_back(unit_name(word));
  discover_units(world, named, verb == "daemon-reload");
  return verb_for(verb, named.empty())(world, verb, options);
}

}  // namespace emulated
