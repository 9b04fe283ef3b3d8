#include "commit.hpp"

#include "counterpart.hpp"
#include "machine.hpp"
#include "resolver.hpp"

namespace local_juju {
namespace {

int resource_revisions(const Application& application) {
  int sum = 0;
  for (const auto& [name, resource] : application.resources)
    sum += resource.revision;
  return sum;
}

int bag_version(const Relation& relation, const Unit& unit, const Event& event) {
  if (!event.remote_unit.empty()) {
    const auto member = relation.members.find(event.remote_unit);
    return member == relation.members.end() ? 0 : member->second.version;
  }
  const auto app = relation.apps.find(remote_app_of(relation, unit.app));
  return app == relation.apps.end() ? 0 : app->second.version;
}

void set_workload(Unit& unit, const std::string& value, const std::string& message) {
  unit.workload = {value, message, timestamp()};
}

void begin_relation_hook(Model& model, Unit& unit, const Event& event) {
  Relation& relation = model.relations.at(event.relation);
  if (event.kind == "relation-created")
    enter_scope(model, relation, unit);
  LocalRelation& local = unit.relations[event.relation];
  if (!event.remote_unit.empty())
    local.cache.erase(event.remote_unit);
  if (event.kind == "relation-joined")
    local.members.emplace(event.remote_unit, bag_version(relation, unit, event));
  if (event.kind == "relation-departed")
    local.members.erase(event.remote_unit);
}

void begin_status(Unit& unit, const Event& event) {
  const bool unset = unit.workload.value.empty();
  if (event.kind == "install" && unset)
    set_workload(unit, "maintenance", "installing charm software");
  else if (event.kind == "stop")
    set_workload(unit, "maintenance", "stopping charm software");
  else if (event.kind == "remove")
    set_workload(unit, "maintenance", "cleaning up prior to charm deletion");
}

void commit_relation_hook(Model& model, Unit& unit, const Event& event, const Seen& seen) {
  Relation& relation = model.relations.at(event.relation);
  LocalRelation& local = unit.relations[event.relation];
  if (event.kind == "relation-created")
    local.created = true;
  if (event.kind == "relation-joined")
    local.changed_pending = event.remote_unit;
  if (event.kind == "relation-departed" && local.changed_pending == event.remote_unit)
    local.changed_pending.clear();
  if (event.kind == "relation-changed" && event.remote_unit.empty())
    local.app_version = seen.bag_version;
  if (event.kind == "relation-changed" && !event.remote_unit.empty()) {
    if (local.changed_pending == event.remote_unit)
      local.changed_pending.clear();
    if (local.members.contains(event.remote_unit))
      local.members[event.remote_unit] = seen.bag_version;
  }
  if (event.kind == "relation-broken") {
    leave_scope(model, relation, unit.name);
    local.broken = true;
    if (relation.suspended)
      unit.relations.erase(relation.id);
  }
}

void commit_secret_hook(Model& model, const Unit& unit, const Event& event) {
  const auto found = model.secrets.find(event.secret);
  if (found == model.secrets.end())
    return;  // the hook removed it
  Secret& secret = found->second;
  if (event.kind == "secret-changed")
    secret.uses[unit.name].told = secret.latest;
  if (event.kind == "secret-rotate")
    secret.rotate_due = false;
  if (event.kind == "secret-expired")
    secret.expired.erase(event.revision);
  if (event.kind == "secret-remove")
    secret.unused_told.insert(event.revision);
}

void queue(Unit& unit, const char* kind) {
  unit.step = Step::queued;
  unit.event = Event{.kind = kind};
}

void commit_life_hook(Model& model, Unit& unit, const Event& event, const Seen& seen) {
  const Application& application = model.applications.at(unit.app);
  if (event.kind == "install") {
    unit.installed = true;
    unit.resources_seen = seen.resources;
  } else if (event.kind == "config-changed") {
    unit.config_seen = seen.config;
    if (!unit.started)
      queue(unit, "start");
  } else if (event.kind == "upgrade-charm") {
    unit.charm_revision = application.charm.revision;
    unit.resources_seen = seen.resources;
    queue(unit, "config-changed");
  } else if (event.kind == "start") {
    unit.started = true;
    unit.rebooted = false;
    if (unit.workload.message == "installing charm software")
      set_workload(unit, "unknown", "");
  } else if (event.kind == "leader-elected") {
    unit.leader_hook_ran = true;
    unit.leader_settings_seen = application.leader_settings_version;
  } else if (event.kind == "leader-settings-changed") {
    unit.leader_settings_seen = application.leader_settings_version;
  } else if (event.kind == "stop") {
    unit.stopped = true;
    if (unit.workload.message == "stopping charm software")
      set_workload(unit, "maintenance", "");
  } else if (event.kind == "remove") {
    set_workload(unit, "terminated", "");
    unit.dead = true;
  }
}

}  // namespace

void enter_scope(Model& model, Relation& relation, Unit& unit) {
  unit.relations.try_emplace(relation.id);
  Member& member = relation.members[unit.name];
  if (member.in_scope)
    return;
  const std::string address =
      unit.played
          ? played_address(unit.name)
          : network_of(model, unit, endpoint_of(relation, unit.app))["address"].get<std::string>();
  member.in_scope = true;
  member.bag = prefilled_bag(model, address);
  ++member.version;
  Application& other = model.applications.at(remote_app_of(relation, unit.app));
  if (!relation.container || unit.played || other.spec.empty())
    return;
  const std::string name = other.name + "/" + std::to_string(other.next_unit++);
  Unit& subordinate = model.units[name];
  subordinate = Unit{.name = name, .app = other.name, .machine = unit.machine, .played = true};
  relation.members[unit.name].pair = name;
  relation.members[name].pair = unit.name;
  enter_scope(model, relation, subordinate);
}

void leave_scope(Model& model, Relation& relation, const std::string& unit) {
  const auto found = relation.members.find(unit);
  if (found == relation.members.end() || !found->second.in_scope)
    return;
  found->second.in_scope = false;
  const std::string pair = found->second.pair;
  if (relation.container && model.units.contains(pair) && model.units.at(pair).played) {
    relation.members[pair].in_scope = false;
    model.units.erase(pair);
  }
}

Seen begin_hook(Model& model, Unit& unit, const Event& event) {
  Seen seen{.config = config_fingerprint(model, unit),
            .resources = resource_revisions(model.applications.at(unit.app))};
  unit.error = unit.retry = false;
  unit.step = Step::pending;
  unit.event = event;
  unit.agent = {
      "executing",
      event.kind == "update-status" ? "" : "running " + hook_name(model, unit, event) + " hook",
      timestamp()};
  if (event.kind == "update-status")
    unit.agent.value = "idle";
  if (event.relation >= 0) {
    begin_relation_hook(model, unit, event);
    seen.bag_version = bag_version(model.relations.at(event.relation), unit, event);
  }
  begin_status(unit, event);
  return seen;
}

void commit_hook(Model& model, Unit& unit, const Event& event, const Seen& seen) {
  unit.step = Step::idle;
  unit.event = {};
  unit.error = unit.retry = unit.skip = false;
  unit.update_status_due = false;
  unit.agent = {"idle", "", timestamp()};
  if (event.relation >= 0)
    commit_relation_hook(model, unit, event, seen);
  else if (!event.secret.empty())
    commit_secret_hook(model, unit, event);
  else if (event.kind == "storage-attached")
    model.storage.at(event.storage).attached = true;
  else if (event.kind == "storage-detaching")
    model.storage.erase(event.storage);
  else
    commit_life_hook(model, unit, event, seen);
}

}  // namespace local_juju
