// What a look at the cloud asks for.

#include "capacity.hpp"

namespace ncc::capacity {
namespace {

using openstack::Candidates;

constexpr const char* ironic_type = "ironic";

HostState state_of(const openstack::Service& service, const Wish& wish) {
  if (service.unknown) {
    return HostState::unknown;
  }
  if (!service.enabled) {
    return wish.is_tombstone && wish.is_tombstone(service.disabled_reason) ? HostState::tombstoned
                                                                           : HostState::disabled;
  }
  return service.up && !service.forced_down ? HostState::serving : HostState::down;
}

/// Asks who has room for one `need` and keeps what is said of their trees.
Candidates ask(openstack::Placement& placement, const Resources& need, Look& look) {
  Candidates candidates = placement.trees_with_room(need);
  look.providers.insert(candidates.providers.begin(), candidates.providers.end());
  look.truncated = look.truncated || candidates.truncated;
  return candidates;
}

void ask_about_flavors(openstack::Session& session, const Wish& wish, Look& look) {
  if (wish.flavors.empty()) {
    return;
  }
  openstack::Placement placement(session);
  std::set<std::string> missing = wish.flavors;
  for (const auto& [id, flavor] : openstack::Nova(session).flavors()) {
    if (!wish.flavors.contains(flavor.name)) {
      continue;
    }
    missing.erase(flavor.name);
    Asked asked{.name = flavor.name, .need = need_of(flavor, false)};
    if (!asked.need.empty()) {
      asked.able = ask(placement, asked.need, look).able;
    }
    look.flavors.push_back(std::move(asked));
  }
  look.missing_flavors.assign(missing.begin(), missing.end());
}

/// Ironic calls a class what it likes; Placement has it in capitals with a prefix
/// (os_resource_classes .normalize_name).
std::string placement_name(const std::string& resource_class) {
  std::string name = "CUSTOM_";
  for (const char c : resource_class) {
    const bool letter = (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    const bool small = c >= 'a' && c <= 'z';
    name += small ? static_cast<char>(c - 'a' + 'A') : letter ? c : '_';
  }
  return name;
}

void count_bare_metal(openstack::Session& session, Look& look) {
  openstack::Ironic(session).for_each_node({}, [&](const openstack::Node& node) {
    BareMetal& count = look.bare_metal[placement_name(node.resource_class)];
    ++count.nodes;
    count.with_server += node.instance_uuid.empty() ? 0 : 1;
  });
}

}  // namespace

Look observe_look(openstack::Session& session, const Wish& wish) {
  Look look;
  openstack::Nova nova(session);
  for (const openstack::Service& service : nova.compute_services()) {
    look.hosts[service.host] = state_of(service, wish);
  }
  bool ironic = false;
  nova.for_each_hypervisor(
      [&](const openstack::Hypervisor& hypervisor, const openstack::Hardware& hardware) {
        ironic = ironic || hypervisor.type == ironic_type;
        look.nodes.push_back({hypervisor, hardware});
      });

  openstack::Placement placement(session);
  std::vector<std::string> classes{"VCPU", "MEMORY_MB", "DISK_GB"};
  if (ironic) {
    const std::vector<std::string> custom = placement.custom_classes();
    classes.insert(classes.end(), custom.begin(), custom.end());
  }
  for (const std::string& name : classes) {
    ask(placement, {{name, 1}}, look);
  }
  ask_about_flavors(session, wish, look);
  if (wish.bare_metal != nullptr) {
    count_bare_metal(*wish.bare_metal, look);
  }
  return look;
}

}  // namespace ncc::capacity
