#include "model.hpp"

#include <algorithm>
#include <ctime>

namespace local_juju {

bool is_down(const Model& model, const Unit& unit) {
  const auto machine = model.machines.find(unit.machine);
  return machine != model.machines.end() && machine->second.down;
}

std::string application_of(const std::string& unit) {
  return unit.substr(0, unit.find('/'));
}

std::string timestamp() {
  const std::time_t now = std::time(nullptr);
  std::tm parts{};
  gmtime_r(&now, &parts);
  char text[32];
  const std::size_t size = std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts);
  return {text, size};
}

bool takes_part(const Relation& relation, const std::string& app) {
  return std::any_of(relation.sides.begin(), relation.sides.end(), [&](const Side& side) {
    return side.app == app;
  });
}

const std::string& endpoint_of(const Relation& relation, const std::string& app) {
  for (const Side& side : relation.sides)
    if (side.app == app)
      return side.endpoint;
  throw std::out_of_range("application " + app + " is not in relation " +
                          std::to_string(relation.id));
}

const std::string& remote_app_of(const Relation& relation, const std::string& app) {
  for (const Side& side : relation.sides)
    if (side.app != app)
      return side.app;
  return relation.sides.front().app;
}

std::vector<std::string> visible_members(const Relation& relation, const Unit& unit) {
  std::vector<std::string> names;
  const std::string& remote = remote_app_of(relation, unit.app);
  for (const auto& [name, member] : relation.members) {
    if (!member.in_scope || name == unit.name || application_of(name) != remote)
      continue;
    if (relation.container && member.pair != unit.name)
      continue;
    names.push_back(name);
  }
  return names;
}

std::string relation_tag(const Relation& relation, const std::string& app) {
  return endpoint_of(relation, app) + ":" + std::to_string(relation.id);
}

std::string hook_name(const Model& model, const Unit& unit, const Event& event) {
  if (event.kind == "juju-exec")
    return "";
  if (event.kind == "action")
    return model.tasks.at(event.task).action;
  if (event.relation >= 0)
    return endpoint_of(model.relations.at(event.relation), unit.app) + "-" + event.kind;
  if (!event.storage.empty())
    return event.storage.substr(0, event.storage.rfind('/')) + "-" + event.kind;
  return event.kind;
}

Json effective_config(const Application& application) {
  Json values = Json::object();
  for (const auto& [name, option] : application.charm.options) {
    const auto set = application.config.find(name);
    const Json& value = set == application.config.end() ? option.value : set->second;
    if (!value.is_null())
      values[name] = value;
  }
  return values;
}

}  // namespace local_juju
