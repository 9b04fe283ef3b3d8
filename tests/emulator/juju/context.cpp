#include "context.hpp"

namespace local_juju {

bool is_leader(Context& context) {
  if (context.not_leader)
    return false;
  context.not_leader = context.application().leader != context.unit.name;
  return !context.not_leader;
}

Bag& own_bag(Context& context, int relation) {
  const auto known = context.unit_bags.find(relation);
  if (known != context.unit_bags.end())
    return known->second;
  return context.unit_bags[relation] =
             context.model.relations.at(relation).members[context.unit.name].bag;
}

Bag& own_app_bag(Context& context, int relation) {
  const auto known = context.app_bags.find(relation);
  if (known != context.app_bags.end())
    return known->second;
  return context.app_bags[relation] =
             context.model.relations.at(relation).apps[context.unit.app].bag;
}

Bag& charm_state(Context& context) {
  if (!context.state)
    context.state = context.unit.state;
  return *context.state;
}

PortRanges opened_ports(const Context& context) {
  PortRanges ranges = context.unit.ports;
  for (const auto& [endpoint, opened] : context.open)
    ranges[endpoint].insert(opened.begin(), opened.end());
  for (const auto& [endpoint, closed] : context.close)
    for (const std::string& range : closed)
      ranges[endpoint].erase(range);
  std::erase_if(ranges, [](const auto& item) { return item.second.empty(); });
  return ranges;
}

const Secret* find_secret(const Context& context, const std::string& id) {
  const auto touched = context.secrets.find(id);
  if (touched != context.secrets.end())
    return touched->second ? &*touched->second : nullptr;
  const auto stored = context.model.secrets.find(id);
  return stored == context.model.secrets.end() ? nullptr : &stored->second;
}

Secret& changed_secret(Context& context, const std::string& id) {
  auto& copy = context.secrets[id];
  if (!copy)
    copy = context.model.secrets.at(id);
  return *copy;
}

}  // namespace local_juju
