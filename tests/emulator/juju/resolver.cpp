#include "resolver.hpp"

#include <algorithm>
#include <functional>
#include <random>

namespace local_juju {
namespace {

using Next = std::optional<Event>;

Event plain(const char* kind) {
  return Event{.kind = kind};
}

Event relation_event(const char* kind, const Relation& relation, const Unit& unit) {
  return Event{
      .kind = kind, .relation = relation.id, .remote_app = remote_app_of(relation, unit.app)};
}

Next next_created(const Model& model, const Unit& unit, const std::vector<int>& order) {
  for (const int id : order) {
    const Relation& relation = model.relations.at(id);
    const auto local = unit.relations.find(id);
    const bool created = local != unit.relations.end() && local->second.created;
    if (!created && !relation.dying && !relation.suspended)
      return relation_event("relation-created", relation, unit);
  }
  return std::nullopt;
}

Next next_leadership(const Model& model, const Unit& unit) {
  const Application& application = model.applications.at(unit.app);
  if (application.leader == unit.name)
    return unit.leader_hook_ran ? Next{} : plain("leader-elected");
  if (!model.is_40() && unit.leader_settings_seen != application.leader_settings_version)
    return plain("leader-settings-changed");
  return std::nullopt;
}

bool manages(const Model& model, const Unit& unit, const Secret& secret) {
  return secret.owner == unit.name ||
         (secret.owner == unit.app && model.applications.at(unit.app).leader == unit.name);
}

Next next_unused_revision(const Secret& secret) {
  for (const auto& [revision, content] : secret.revisions) {
    const bool used = std::any_of(secret.uses.begin(), secret.uses.end(), [&](const auto& use) {
      return use.second.tracked == revision;
    });
    if (revision < secret.latest && !used && !secret.unused_told.contains(revision))
      return Event{.kind = "secret-remove", .secret = secret.id, .revision = revision};
  }
  return std::nullopt;
}

Next next_secret(const Model& model, const Unit& unit) {
  for (const auto& [id, secret] : model.secrets)
    if (manages(model, unit, secret) && !secret.expired.empty())
      return Event{.kind = "secret-expired", .secret = id, .revision = *secret.expired.begin()};
  for (const auto& [id, secret] : model.secrets)
    if (manages(model, unit, secret) && secret.rotate_due)
      return Event{.kind = "secret-rotate", .secret = id};
  for (const auto& [id, secret] : model.secrets) {
    const auto use = secret.uses.find(unit.name);
    if (use != secret.uses.end() && std::max(use->second.tracked, use->second.told) < secret.latest)
      return Event{.kind = "secret-changed", .secret = id};
  }
  for (const auto& [id, secret] : model.secrets)
    if (manages(model, unit, secret))
      if (Next event = next_unused_revision(secret))
        return event;
  return std::nullopt;
}

Next next_task(const Model& model, const Unit& unit, bool commands) {
  for (const auto& [id, task] : model.tasks)
    if (task.unit == unit.name && task.status == "pending" &&
        (task.action == "juju-exec") == commands)
      return Event{.kind = commands ? "juju-exec" : "action", .task = id};
  return std::nullopt;
}

Next next_storage(const Model& model, const Unit& unit) {
  for (const auto& [id, storage] : model.storage) {
    if (storage.unit != unit.name)
      continue;
    const bool going = storage.dying || unit.dying;
    if (going && storage.attached)
      return Event{.kind = "storage-detaching", .storage = id};
    if (!going && !storage.attached)
      return Event{.kind = "storage-attached", .storage = id};
  }
  return std::nullopt;
}

Next next_departure(const Model& model, const Unit& unit, const Relation& relation, bool leaving) {
  const LocalRelation& local = unit.relations.at(relation.id);
  const std::vector<std::string> visible = visible_members(relation, unit);
  for (const auto& [member, version] : local.members) {
    if (!leaving && std::binary_search(visible.begin(), visible.end(), member))
      continue;
    Event event = relation_event("relation-departed", relation, unit);
    event.remote_unit = member;
    event.departing = unit.dying || model.applications.at(unit.app).dying ? unit.name : member;
    return event;
  }
  return std::nullopt;
}

Next next_arrival(const Unit& unit, const Relation& relation) {
  const LocalRelation& local = unit.relations.at(relation.id);
  const auto bag = relation.apps.find(remote_app_of(relation, unit.app));
  if (bag != relation.apps.end() && bag->second.version != 0 &&
      bag->second.version != local.app_version)
    return relation_event("relation-changed", relation, unit);
  Next changed;
  for (const std::string& member : visible_members(relation, unit)) {
    const auto known = local.members.find(member);
    const bool fresh = known == local.members.end();
    if (!fresh && (changed || known->second == relation.members.at(member).version))
      continue;
    Event event = relation_event(fresh ? "relation-joined" : "relation-changed", relation, unit);
    event.remote_unit = member;
    if (fresh)
      return event;
    changed = event;
  }
  return changed;
}

Next next_in_relation(const Model& model, const Unit& unit, const Relation& relation) {
  const auto found = unit.relations.find(relation.id);
  if (found == unit.relations.end() || !found->second.created || found->second.broken)
    return std::nullopt;
  if (!found->second.changed_pending.empty()) {
    Event event = relation_event("relation-changed", relation, unit);
    event.remote_unit = found->second.changed_pending;
    return event;
  }
  const bool leaving = unit.dying || relation.dying || relation.suspended;
  if (Next event = next_departure(model, unit, relation, leaving))
    return event;
  if (leaving)
    return is_peer(relation) ? Next{} : relation_event("relation-broken", relation, unit);
  return next_arrival(unit, relation);
}

Next next_relation(const Model& model, const Unit& unit, const std::vector<int>& order) {
  for (const int id : order)
    if (Next event = next_in_relation(model, unit, model.relations.at(id)))
      return event;
  return std::nullopt;
}

Next next_of_dying(const Model& model, const Unit& unit, const std::vector<int>& order) {
  if (!unit.installed)
    return std::nullopt;
  if (Next event = next_relation(model, unit, order))
    return event;
  if (unit.started && !unit.stopped)
    return plain("stop");
  return plain("remove");
}

Next next_while_idle(const Model& model, const Unit& unit, const std::vector<int>& order) {
  if (unit.rebooted && unit.started && !unit.dying)
    return plain("start");
  if (unit.installed && !unit.dying) {
    if (Next event = next_created(model, unit, order))
      return event;
    if (Next event = next_leadership(model, unit))
      return event;
    if (Next event = next_secret(model, unit))
      return event;
  }
  if (Next event = next_task(model, unit, false); event && unit.installed)
    return event;
  if (Next event = next_task(model, unit, true); event && unit.installed)
    return event;
  if (unit.installed || !unit.dying)
    if (Next event = next_storage(model, unit))
      return event;
  if (unit.dying)
    return next_of_dying(model, unit, order);
  if (!unit.installed)
    return plain("install");
  const Application& application = model.applications.at(unit.app);
  int resources = 0;
  for (const auto& [name, resource] : application.resources)
    resources += resource.revision;
  if (unit.charm_revision != application.charm.revision || unit.resources_seen != resources)
    return plain("upgrade-charm");
  if (unit.config_seen != config_fingerprint(model, unit))
    return plain("config-changed");
  if (Next event = next_relation(model, unit, order))
    return event;
  return unit.update_status_due ? Next(plain("update-status")) : std::nullopt;
}

}  // namespace

std::vector<int> relation_order(const Model& model, const Unit& unit, unsigned shuffle) {
  std::vector<int> order;
  for (const auto& [id, relation] : model.relations)
    if (takes_part(relation, unit.app))
      order.push_back(id);
  if (shuffle != 0) {
    std::minstd_rand random(shuffle);
    std::shuffle(order.begin(), order.end(), random);
  }
  std::stable_partition(
      order.begin(), order.end(), [&](int id) { return !is_peer(model.relations.at(id)); });
  return order;
}

Next next_event(const Model& model, const Unit& unit, const std::vector<int>& order) {
  if (unit.played || unit.dead)
    return std::nullopt;
  if (unit.step == Step::idle)
    return next_while_idle(model, unit, order);
  if (unit.error)
    if (Next event = next_task(model, unit, false))
      return event;
  if (Next event = next_task(model, unit, true))
    return event;
  if (unit.error && !unit.retry && !unit.skip)
    return std::nullopt;
  return unit.event;
}

std::string config_fingerprint(const Model& model, const Unit& unit) {
  const Application& application = model.applications.at(unit.app);
  const auto machine = model.machines.find(unit.machine);
  const int network = machine == model.machines.end() ? 0 : machine->second.network_version;
  const std::string text = effective_config(application).dump() + (application.trusted ? "t" : "") +
                           std::to_string(network);
  return std::to_string(std::hash<std::string>{}(text));
}

}  // namespace local_juju
