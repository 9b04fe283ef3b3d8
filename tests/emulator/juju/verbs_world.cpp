// world ...: what only the emulator can do. This file: time, leaders, counterparts' databags,
// peers, faults, reboot, addresses, settings. verbs_world_things.cpp: secrets, storage, resources.
#include <memory>

#include "archive.hpp"
#include "counterpart.hpp"
#include "machine.hpp"
#include "session.hpp"
#include "text.hpp"

namespace local_juju {
namespace {

using Words = std::vector<std::string>;

/// k=v words (empty value deletes) or a JSON file.
std::map<std::string, std::optional<std::string>> read_said(const Words& words, std::size_t from) {
  std::map<std::string, std::optional<std::string>> said;
  for (std::size_t i = from; i < words.size(); ++i) {
    const std::size_t equals = words[i].find('=');
    if (equals == std::string::npos) {
      const Json document = parse_yaml(read_file(words[i]));
      for (const auto& [key, value] : document.items())
        said[key] = value.is_null() ? std::nullopt
                                    : std::optional(value.is_string() ? value.get<std::string>()
                                                                      : value.dump());
      continue;
    }
    const std::string value = words[i].substr(equals + 1);
    said[words[i].substr(0, equals)] = value.empty() ? std::nullopt : std::optional(value);
  }
  return said;
}

void say(Model& model, const Words& words) {
  const std::string& speaker = words[0];
  const std::string app = application_of(speaker);
  const auto said = read_said(words, 2);
  bool found = false;
  for (auto& [id, relation] : model.relations) {
    if (!takes_part(relation, app))
      continue;
    const std::string& remote = remote_app_of(relation, app);
    if (endpoint_of(relation, app) != words[1] && endpoint_of(relation, remote) != words[1])
      continue;
    if (speaker != app && !relation.members.contains(speaker))
      continue;
    auto& target = speaker == app ? relation.apps[app].said : relation.members[speaker].said;
    for (const auto& [key, value] : said)
      target[key] = value;
    found = true;
  }
  if (speaker != app && found && !find_unit(model, speaker).played)
    throw Refused(speaker + " speaks for itself: only played units' databags can be set");
  if (!found)
    throw Refused(go_quoted(speaker) + " is in no relation of endpoint " + go_quoted(words[1]));
}

void tick(Model& model) {
  for (auto& [name, unit] : model.units)
    unit.update_status_due = !unit.played && unit.started && !unit.error && !unit.dying;
}

void set_leader(Model& model, const std::string& name) {
  Application& application = find_application(model, application_of(name));
  if (name == application.name + "/none") {
    move_leadership(model, application.name, application.leader);
    application.leader.clear();
    return;
  }
  const Unit& unit = find_unit(model, name);
  if (application.leader == unit.name)
    return;
  move_leadership(model, application.name, application.leader);
  application.leader = unit.name;
}

void reboot(Model& model, const Store& store, const std::string& name) {
  const std::string machine = find_unit(model, name).machine;
  if (model.machines.at(machine).down)
    throw Refused("machine " + machine + " is powered off");
  tell_driver(model.machines.at(machine), "reboot");
  refresh_machine(model.machines.at(machine), store.folder());
  for (auto& [other, unit] : model.units)
    if (unit.machine == machine && !unit.played)
      unit.rebooted = unit.started;
}

/// Off: hooks and actions of its units wait, and they lead no more. On: as after a reboot.
void set_power(Model& model, const Store& store, const Words& words) {
  if (words[1] != "on" && words[1] != "off")
    throw Refused("world power: UNIT on|off");
  const std::string name = find_unit(model, words[0]).machine;
  Machine& machine = model.machines.at(name);
  if (machine.down == (words[1] == "off"))
    return;
  tell_driver(machine, "power", words[1]);
  machine.down = words[1] == "off";
  if (!machine.down)
    refresh_machine(machine, store.folder());
  for (auto& [other, unit] : model.units) {
    if (unit.machine != name || unit.played)
      continue;
    Application& application = model.applications.at(unit.app);
    unit.rebooted = !machine.down && unit.started;
    if (machine.down ? application.leader == other : application.leader.empty())
      move_leadership(model, unit.app, application.leader);
  }
}

void set_address(Model& model, const Words& words) {
  Machine& machine = model.machines.at(find_unit(model, words[0]).machine);
  const std::string interface = words.size() > 3 ? words[3] : "eth0";
  machine.network[words[1] == "juju-info" ? "" : words[1]] =
      network_entry(words[2], interface, words.size() > 4 ? words[4] : "52:54:00:00:00:01");
  ++machine.network_version;
}

void apply_setting(Model& model, const std::string& word) {
  const std::string key = word.substr(0, word.find('='));
  const std::string value = word.substr(std::min(word.size(), key.size() + 1));
  if (key == "juju" && (value == "3.6" || value == "4.0"))
    model.juju = value;
  else if (key == "agent-path")
    model.agent_path = value;
  else if (key == "name")
    model.name = value;
  else if (key == "shuffle")
    model.shuffle =
        value.empty() ? std::nullopt : std::optional(static_cast<std::uint32_t>(std::stoul(value)));
  else
    throw Refused("unknown setting " + go_quoted(word));
}

/// A sub-verb with `least` or more words.
template <typename Action>
void add_verb(CLI::App& world,
              Settings& settings,
              const char* name,
              const char* help,
              int least,
              Action action) {
  auto words = std::make_shared<Words>();
  CLI::App* verb = world.add_subcommand(name, help);
  CLI::Option* option = verb->add_option("words", *words, help);
  if (least > 0)
    option->required();
  verb->callback([&settings, words, action, least, name] {
    if (static_cast<int>(words->size()) < least)
      throw Refused(std::string("world ") + name + ": too few words");
    Session session(settings);
    action(session, *words);
    session.finish();
  });
}

void add_settle(CLI::App& world, Settings& settings) {
  auto retry = std::make_shared<bool>(false);
  CLI::App* verb = world.add_subcommand("settle", "Run what is to be done");
  verb->add_flag("--retry", *retry, "Let the retry timers of failed hooks fire");
  verb->callback([&settings, retry] {
    Session session(settings);
    for (auto& [name, unit] : session.model().units)
      unit.retry = unit.retry || (*retry && unit.error);
    session.finish();
  });
}

void add_peers(CLI::App& world, Settings& settings) {
  struct PeerWords {
    std::string app = {};
    int count = 0;
    std::string spec = {};
    bool joined = false;
  };

  auto words = std::make_shared<PeerWords>();
  CLI::App* verb =
      world.add_subcommand("peers", "Add played peers: APP COUNT [--spec FILE] [--joined]");
  verb->add_option("application", words->app)->required();
  verb->add_option("count", words->count)->required();
  verb->add_option("--spec", words->spec, "A counterpart file whose endpoint is the peer endpoint");
  verb->add_flag("--joined", words->joined, "Our units know them already: no hooks");
  verb->callback([&settings, words] {
    Session session(settings);
    add_played_units(session.model(), words->app, words->count, words->spec, words->joined);
    session.finish();
  });
}

}  // namespace

void add_world_verbs(CLI::App& app, Settings& settings) {
  CLI::App* world = app.add_subcommand("world", "What only the emulator can do");
  world->require_subcommand(1);
  add_settle(*world, settings);
  add_peers(*world, settings);
  add_verb(*world,
           settings,
           "tick",
           "update-status on all units",
           0,
           [](Session& session, const Words&) { tick(session.model()); });
  add_verb(*world,
           settings,
           "leader",
           "APP/N, or APP/none",
           1,
           [](Session& session, const Words& words) { set_leader(session.model(), words[0]); });
  add_verb(*world,
           settings,
           "databag",
           "APP/N|APP ENDPOINT k=v...|FILE.json",
           3,
           [](Session& session, const Words& words) { say(session.model(), words); });
  add_verb(*world, settings, "reboot", "UNIT", 1, [](Session& session, const Words& words) {
    reboot(session.model(), session.store(), words[0]);
  });
  add_verb(*world, settings, "power", "UNIT on|off", 2, [](Session& session, const Words& words) {
    set_power(session.model(), session.store(), words);
  });
  add_verb(*world,
           settings,
           "address",
           "UNIT BINDING IP[/PREFIX] [INTERFACE [MAC]]",
           3,
           [](Session& session, const Words& words) { set_address(session.model(), words); });
  add_verb(*world,
           settings,
           "fault",
           "UNIT [event=HOOK] tool=T nth=N exit=N|slow=S|lose-leadership | kill-hook-at-tool=N "
           "[signal=TERM] | flush=refused|leadership-lost|quota|port-conflict [always]; or: clear",
           1,
           [](Session& session, const Words& words) {
             if (words[0] == "clear")
               session.model().faults.clear();
             else
               session.model().faults.push_back(parse_fault(
                   find_unit(session.model(), words[0]).name, {words.begin() + 1, words.end()}));
           });
  add_verb(*world,
           settings,
           "set",
           "juju=3.6|4.0, agent-path=PATH, name=NAME, shuffle=SEED",
           1,
           [](Session& session, const Words& words) {
             for (const std::string& word : words)
               apply_setting(session.model(), word);
           });
  add_world_thing_verbs(*world, settings);
}

}  // namespace local_juju
