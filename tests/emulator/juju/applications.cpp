// Deploying, adding units, configuring, upgrading.
#include <algorithm>

#include <unistd.h>

#include "archive.hpp"
#include "charm.hpp"
#include "counterpart.hpp"
#include "machine.hpp"
#include "names.hpp"
#include "text.hpp"
#include "tools.hpp"
#include "unit_exec.hpp"
#include "world.hpp"

namespace local_juju {
namespace {

namespace fs = std::filesystem;

fs::path hook_tool_program() {
  return fs::read_symlink("/proc/self/exe").parent_path() / "hook-tool";
}

void link_tools(const Model& model, const Unit& unit) {
  const fs::path folder = shared_folder_host(model, unit);
  fs::create_directories(folder);
  fs::copy_file(hook_tool_program(), folder / "hook-tool", fs::copy_options::overwrite_existing);
  for (const std::string& name : tool_names(model.juju)) {
    fs::remove(folder / name);
    fs::create_symlink("hook-tool", folder / name);
  }
  const Machine& machine = model.machines.at(unit.machine);
  if (machine.command.empty()) {  // no /usr/bin of its own
    fs::remove(folder / "juju-exec");
    fs::create_symlink("../juju-exec", folder / "juju-exec");
  }
  const std::string inside = tool_folder(model, unit);
  if (machine.command.empty() || inside == shared_folder_inside(model, unit))
    return;
  const fs::path link = machine.root + inside;
  fs::create_directories(link.parent_path());
  fs::remove(link);
  fs::create_symlink(shared_folder_inside(model, unit), link);
}

fs::path charm_folder(const Model& model, const Unit& unit) {
  const Machine& machine = model.machines.at(unit.machine);
  return (machine.command.empty() ? "" : machine.root) + agent_folder(model, unit) + "/charm";
}

void add_storage(Model& model, const Unit& unit) {
  for (const auto& [name, spec] : model.applications.at(unit.app).charm.storage)
    for (int i = 0; i < spec.minimum; ++i) {
      const Storage storage = new_storage(model, unit, name, spec);
      model.storage[storage.id] = storage;
    }
}

void add_real_unit(Model& model, const Store& store, Application& application) {
  const std::string name = application.name + "/" + std::to_string(application.next_unit++);
  const std::string machine = std::to_string(model.next_machine++);
  model.machines[machine] = create_machine(machine, application.machine_command, store.folder());
  Unit& unit = model.units[name];
  unit = Unit{.name = name, .app = application.name, .machine = machine};
  unit.charm_revision = application.charm.revision;
  unit.agent = {"allocating", "", timestamp()};
  link_tools(model, unit);
  install_juju_exec(model.machines.at(machine), store.folder());
  unit.created_files = unpack_archive(application.charm.archive, charm_folder(model, unit), {});
  add_storage(model, unit);
  if (application.leader.empty())
    move_leadership(model, application.name, "");
}

/// Into all relations of a played application; of a real one only among its peers.
void add_played_unit(Model& model, Application& application, bool only_peers) {
  const std::string name = application.name + "/" + std::to_string(application.next_unit++);
  Unit& unit = model.units[name];
  unit = Unit{.name = name, .app = application.name, .played = true};
  unit.workload = {"active", "", timestamp()};
  for (auto& [id, relation] : model.relations)
    if (takes_part(relation, application.name) && !relation.container && !relation.dying &&
        (is_peer(relation) || !only_peers))
      enter_scope(model, relation, unit);
}

void add_peer_relations(Model& model, const Application& application) {
  for (const auto& [endpoint, facts] : application.charm.endpoints) {
    if (facts.role != "peers")
      continue;
    const int id = model.next_relation++;
    model.relations[id] = Relation{.id = id,
                                   .sides = {{application.name, endpoint}},
                                   .interface = facts.interface,
                                   .container = facts.scope == "container"};
  }
}

std::string keep_archive(const Store& store,
                         const std::string& archive,
                         const std::string& app,
                         int revision) {
  const fs::path kept =
      fs::absolute(store.folder()) / "charms" / (app + "-" + std::to_string(revision) + ".charm");
  fs::create_directories(kept.parent_path());
  fs::copy_file(archive, kept, fs::copy_options::overwrite_existing);
  return kept;
}

std::string chosen_base(const Charm& charm, const std::string& asked) {
  if (asked.empty())
    return charm.bases.empty() ? "ubuntu@24.04" : charm.bases.front();
  const auto found = std::find(charm.bases.begin(), charm.bases.end(), asked);
  if (!charm.bases.empty() && found == charm.bases.end())
    throw Refused("base " + go_quoted(asked) + " not supported by charm " + go_quoted(charm.name));
  return asked;
}

void set_resources(const Deployment& deployment, Application& application) {
  for (const auto& [name, file] : deployment.resources) {
    if (!application.charm.resources.contains(name))
      throw Refused("unrecognized resource " + go_quoted(name));
    application.resources[name] = {fs::absolute(file), 1};
  }
}

}  // namespace

Application& find_application(Model& model, const std::string& name) {
  const auto found = model.applications.find(name);
  if (found == model.applications.end())
    throw Refused("application " + go_quoted(name) + " not found");
  return found->second;
}

Unit& find_unit(Model& model, const std::string& name) {
  std::string resolved = name;
  if (name.size() > 7 && name.substr(name.size() - 7) == "/leader") {
    resolved = find_application(model, application_of(name)).leader;
    if (resolved.empty())
      throw Refused("could not determine leader for " + go_quoted(application_of(name)));
  }
  const auto found = model.units.find(resolved);
  if (found == model.units.end())
    throw Refused("unit " + go_quoted(resolved) + " not found");
  return found->second;
}

void deploy(Model& model, const Store& store, const Deployment& deployment) {
  if (deployment.archive.empty() || (deployment.archive[0] != '.' && deployment.archive[0] != '/'))
    throw Refused("charm or bundle " + go_quoted(deployment.archive) +
                  " not found: a local charm's path begins with ./ or /");
  if (!fs::exists(deployment.archive))
    throw Refused("no charm was found at " + go_quoted(deployment.archive));
  Application application{.charm = read_charm(deployment.archive, model.juju)};
  application.name = deployment.app.empty() ? application.charm.name : deployment.app;
  if (!is_application_name(application.name))
    throw Refused("invalid application name " + go_quoted(application.name));
  if (model.applications.contains(application.name))
    throw Refused("cannot add application " + go_quoted(application.name) +
                  ": application already exists");
  if (application.charm.subordinate)
    throw Refused("subordinate charms are only played by counterparts in the local model");
  application.base = chosen_base(application.charm, deployment.base);
  application.machine_command = deployment.machine_command;
  application.trusted = deployment.trust;
  set_resources(deployment, application);
  application.charm.archive = keep_archive(store, deployment.archive, application.name, 0);
  const std::string name = application.name;
  model.applications[name] = application;
  set_config(model, name, deployment.config);
  add_peer_relations(model, application);
  add_units(model, store, name, deployment.units);
}

void add_units(Model& model, const Store& store, const std::string& app, int count) {
  Application& application = find_application(model, app);
  if (application.dying)
    throw Refused("application " + go_quoted(app) + " is not alive");
  for (int i = 0; i < count; ++i) {
    if (application.spec.empty())
      add_real_unit(model, store, application);
    else
      add_played_unit(model, application, false);
  }
}

void add_played_units(
    Model& model, const std::string& app, int count, const std::string& spec, bool joined) {
  Application& application = find_application(model, app);
  if (!spec.empty())
    application.spec = fs::absolute(spec);
  for (int i = 0; i < count; ++i)
    add_played_unit(model, application, true);
  for (auto& [id, relation] : model.relations) {
    if (!takes_part(relation, app) || !is_peer(relation))
      continue;
    play(model, relation);
    for (auto& [name, unit] : model.units)
      if (joined && unit.app == app && unit.relations.contains(id) && !unit.played)
        for (const std::string& member : visible_members(relation, unit))
          unit.relations[id].members[member] = relation.members[member].version;
  }
  if (!spec.empty())
    application.spec.clear();
}

void set_config(Model& model, const std::string& app, const std::map<std::string, Json>& values) {
  Application& application = find_application(model, app);
  std::map<std::string, Json> checked;
  for (const auto& [name, value] : values) {
    const auto option = application.charm.options.find(name);
    if (option == application.charm.options.end())
      throw Refused("unknown option " + go_quoted(name));
    checked[name] = checked_option(name, option->second, value);
  }
  for (const auto& [name, value] : checked)
    application.config[name] = value;
}

void reset_config(Model& model, const std::string& app, const std::vector<std::string>& names) {
  Application& application = find_application(model, app);
  for (const std::string& name : names) {
    if (!application.charm.options.contains(name))
      throw Refused("unknown option " + go_quoted(name));
    application.config.erase(name);
  }
}

namespace {

/// Options and relations of the old revision must fit the new one.
void fit_to_new_charm(const Model& model, Application& application, const Charm& fresh) {
  for (const auto& [id, relation] : model.relations)
    if (takes_part(relation, application.name) &&
        !fresh.endpoints.contains(endpoint_of(relation, application.name)))
      throw Refused("cannot upgrade application " + go_quoted(application.name) +
                    ": would break relation " +
                    go_quoted(relation_tag(relation, application.name)));
  std::erase_if(application.config, [&](const auto& item) {
    const auto option = fresh.options.find(item.first);
    if (option == fresh.options.end())
      return true;
    try {
      return checked_option(item.first, option->second, item.second) != item.second;
    } catch (const Refused&) {
      return true;
    }
  });
}

}  // namespace

void unpack_charm(const Model& model, Unit& unit) {
  unit.created_files = unpack_archive(
      model.applications.at(unit.app).charm.archive, charm_folder(model, unit), unit.created_files);
}

void refresh(Model& model,
             const Store& store,
             const std::string& app,
             const std::string& archive,
             bool force) {
  Application& application = find_application(model, app);
  Charm fresh = read_charm(archive, model.juju);
  if (fresh.name != application.charm.name)
    throw Refused("cannot upgrade " + go_quoted(application.charm.name) + " to " +
                  go_quoted(fresh.name));
  fit_to_new_charm(model, application, fresh);
  fresh.revision = application.charm.revision + 1;
  fresh.archive = keep_archive(store, archive, app, fresh.revision);
  std::set<std::string> peers;
  for (const auto& [id, relation] : model.relations)
    if (takes_part(relation, app))
      peers.insert(endpoint_of(relation, app));
  application.charm = fresh;
  Application fresh_peers = application;
  std::erase_if(fresh_peers.charm.endpoints,
                [&](const auto& item) { return peers.contains(item.first); });
  add_peer_relations(model, fresh_peers);
  for (auto& [name, unit] : model.units) {
    if (!force || unit.app != app || !unit.error)
      continue;
    unpack_charm(model, unit);
    unit.charm_revision = fresh.revision;
    unit.retry = true;
  }
}

}  // namespace local_juju
