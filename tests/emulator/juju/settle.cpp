// How the model comes to rest, and tasks.
#include <algorithm>
#include <random>

#include "charm.hpp"
#include "counterpart.hpp"
#include "machine.hpp"
#include "resolver.hpp"
#include "text.hpp"
#include "world.hpp"

namespace local_juju {
namespace {

namespace fs = std::filesystem;

/// A dying leader resigns; an application with a living unit and no leader elects one.
void settle_leadership(Model& model) {
  for (auto& [name, application] : model.applications) {
    const auto leader = model.units.find(application.leader);
    const bool gone = leader == model.units.end() || leader->second.dying;
    if (!application.leader.empty() && gone)
      move_leadership(model, name, application.leader);
  }
}

void bury_unit(Model& model, const std::string& name) {
  const Unit unit = model.units.at(name);
  for (auto& [id, relation] : model.relations)
    leave_scope(model, relation, name);
  const Machine machine = model.machines.at(unit.machine);
  const std::string root = machine.command.empty() ? "" : machine.root;
  fs::remove_all(root + agent_folder(model, unit));
  fs::remove_all(shared_folder_host(model, unit));
  fs::remove(root + tool_folder(model, unit));
  std::erase_if(model.storage, [&](const auto& item) { return item.second.unit == name; });
  std::erase_if(model.secrets, [&](const auto& item) { return item.second.owner == name; });
  for (auto& [id, secret] : model.secrets)
    secret.uses.erase(name);
  for (auto& [id, task] : model.tasks)
    if (task.unit == name && task.status == "pending")
      task.status = "cancelled";
  model.units.erase(name);
  destroy_machine(machine);
  model.machines.erase(unit.machine);
}

void bury_dead_units(Model& model) {
  std::vector<std::string> dead;
  for (const auto& [name, unit] : model.units)
    if (unit.dead || (unit.dying && !unit.installed && !unit.played && unit.step == Step::idle))
      dead.push_back(name);
  for (const std::string& name : dead)
    bury_unit(model, name);
}

bool holds(const Model& model, const Relation& relation) {
  return std::any_of(model.units.begin(), model.units.end(), [&](const auto& item) {
    const auto local = item.second.relations.find(relation.id);
    return !item.second.played && local != item.second.relations.end() && local->second.created &&
           !local->second.broken;
  });
}

void bury_relations(Model& model) {
  std::vector<int> gone;
  for (const auto& [id, relation] : model.relations)
    if (relation.dying && !holds(model, relation))
      gone.push_back(id);
  for (const int id : gone) {
    for (auto& [name, unit] : model.units)
      unit.relations.erase(id);
    const Relation relation = model.relations.at(id);
    for (const auto& [name, member] : relation.members)
      if (relation.container && model.units.contains(name) && model.units.at(name).played)
        model.units.erase(name);
    model.relations.erase(id);
    for (auto& [secret_id, secret] : model.secrets)
      std::erase_if(secret.grants, [&](const Grant& grant) { return grant.relation == id; });
  }
}

void bury_applications(Model& model) {
  std::vector<std::string> gone;
  for (const auto& [name, application] : model.applications) {
    const bool related =
        std::any_of(model.relations.begin(), model.relations.end(), [&](const auto& item) {
          return takes_part(item.second, name) && !is_peer(item.second);
        });
    const bool populated =
        std::any_of(model.units.begin(), model.units.end(), [&](const auto& item) {
          return item.second.app == name && !item.second.played;
        });
    if (application.dying && !related && !populated)
      gone.push_back(name);
  }
  for (const std::string& name : gone) {
    std::erase_if(model.units, [&](const auto& item) { return item.second.app == name; });
    std::erase_if(model.relations, [&](const auto& item) { return takes_part(item.second, name); });
    std::erase_if(model.secrets, [&](const auto& item) { return item.second.owner == name; });
    model.applications.erase(name);
  }
}

/// Grows with every change that a played unit could answer.
std::uint64_t fingerprint(const Relation& relation) {
  std::uint64_t sum = relation.members.size();
  for (const auto& [name, member] : relation.members)
    sum = sum * 31 + static_cast<std::uint64_t>(member.version) * 2 + (member.in_scope ? 1 : 0);
  for (const auto& [name, app] : relation.apps)
    sum = sum * 31 + static_cast<std::uint64_t>(app.version);
  return sum;
}

using Played = std::map<int, std::uint64_t>;  // relation -> fingerprint after its last play

void tidy(Model& model, Played& played) {
  settle_leadership(model);
  bury_dead_units(model);
  bury_relations(model);
  bury_applications(model);
  for (auto& [id, relation] : model.relations) {
    if (played.contains(id) && played[id] == fingerprint(relation))
      continue;
    play(model, relation);
    played[id] = fingerprint(relation);
  }
}

struct Turn {
  std::string unit = {};
  Event event = {};
};

/// The next unit after `last` (round robin; in a shuffled model any unit) that has an event.
std::optional<Turn> next_turn(const Model& model,
                              const std::string& last,
                              std::minstd_rand& random) {
  std::vector<std::string> names;
  for (const auto& [name, unit] : model.units)
    if (!unit.played && !is_down(model, unit))
      names.push_back(name);
  if (model.shuffle)
    std::shuffle(names.begin(), names.end(), random);
  else
    std::rotate(names.begin(), std::upper_bound(names.begin(), names.end(), last), names.end());
  for (const std::string& name : names) {
    const Unit& unit = model.units.at(name);
    const unsigned seed = model.shuffle ? static_cast<unsigned>(random()) : 0;
    if (const auto event = next_event(model, unit, relation_order(model, unit, seed)))
      return Turn{name, *event};
  }
  return std::nullopt;
}

Task& new_task(Model& model, const std::string& unit, const std::string& action, int operation) {
  const int id = model.next_task++;
  Task& task = model.tasks[id];
  task =
      Task{.id = id, .operation = operation, .unit = find_unit(model, unit).name, .action = action};
  task.enqueued = timestamp();
  return task;
}

}  // namespace

void unpack_charm(const Model& model, Unit& unit);

int enqueue(Model& model,
            const std::string& unit,
            const std::string& action,
            const Json& params,
            int operation) {
  const Unit& receiver = find_unit(model, unit);
  if (receiver.played)
    throw Refused("unit " + go_quoted(receiver.name) + " is played: it runs nothing");
  const Charm& charm = model.applications.at(receiver.app).charm;
  const Json checked = checked_params(charm, action, params, model.juju);
  Task& task = new_task(model, unit, action, operation);
  task.params = checked;
  return task.id;
}

int enqueue_commands(Model& model,
                     const std::string& unit,
                     const std::string& commands,
                     int operation) {
  Task& task = new_task(model, unit, "juju-exec", operation);
  task.command = commands;
  return task.id;
}

void resolve_unit(Model& model, const std::string& name, bool retry) {
  Unit& unit = find_unit(model, name);
  if (!unit.error)
    throw Refused("unit " + go_quoted(unit.name) + " is not in an error state");
  unit.retry = retry;
  unit.skip = !retry;
}

void settle(Model& model, const Store& store, bool verbose, int most) {
  Agent agent(model, store, verbose);
  std::minstd_rand random(model.shuffle.value_or(1));
  std::string last;
  Played played;
  tidy(model, played);
  for (int events = 0; const auto turn = next_turn(model, last, random); ++events) {
    if (events == most)
      throw Refused("the model does not come to rest: " + std::to_string(events) +
                    " events, next " + turn->event.kind + " of " + turn->unit);
    Unit& unit = model.units.at(turn->unit);
    if (turn->event.kind == "upgrade-charm" &&
        unit.charm_revision != model.applications.at(unit.app).charm.revision)
      unpack_charm(model, unit);
    agent.run(unit, turn->event);
    last = turn->unit;
    tidy(model, played);
  }
  store.save(model);
}

void recover(Model& model) {
  for (auto& [name, unit] : model.units)
    if (unit.step == Step::pending && !unit.error)
      unit.error = true;
  for (auto& [id, task] : model.tasks) {
    if (task.status != "running" && task.status != "aborting")
      continue;
    task.status = "failed";
    task.message = "action terminated";
    task.completed = timestamp();
  }
}

}  // namespace local_juju
