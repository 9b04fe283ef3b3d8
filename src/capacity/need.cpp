// What servers need, as Nova asks Placement for it (nova/scheduler/utils.py, ResourceRequest).

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "capacity.hpp"
#include "words/text.hpp"

namespace ncc::capacity {
namespace {

using openstack::Flavor;

constexpr long long mib_per_gib = 1024;

/// Extra specs `resources:CLASS`. Like Nova, passes over an amount that is no number or negative.
Resources asked_by_class(const std::map<std::string, std::string>& extra_specs) {
  constexpr std::string_view prefix = "resources:";
  Resources asked;
  for (const auto& [name, value] : extra_specs) {
    const auto amount = to_integer(value);
    if (name.starts_with(prefix) && amount && *amount >= 0) {
      asked[name.substr(prefix.size())] = *amount;
    }
  }
  return asked;
}

bool is_pinned(const Flavor& flavor) {
  const auto policy = flavor.extra_specs.find("hw:cpu_policy");
  return policy != flavor.extra_specs.end() && policy->second == "dedicated";
}

long long disk_of(const Flavor& flavor, bool from_volume) {
  const long long swap_gib = (flavor.swap_mib + mib_per_gib - 1) / mib_per_gib;
  return (from_volume ? 0 : flavor.disk_gib) + flavor.ephemeral_gib + swap_gib;
}

}  // namespace

Resources need_of(const Flavor& flavor, bool from_volume) {
  Resources need = asked_by_class(flavor.extra_specs);
  if (is_pinned(flavor)) {
    need.try_emplace("PCPU", flavor.vcpus);
  } else if (!need.contains("PCPU")) {
    need.try_emplace("VCPU", flavor.vcpus);
  }
  need.try_emplace("MEMORY_MB", flavor.ram_mib);
  need.try_emplace("DISK_GB", disk_of(flavor, from_volume));
  std::erase_if(need, [](const auto& each) { return each.second == 0; });
  return need;
}

std::vector<Load> loads_of(const std::vector<openstack::Server>& servers) {
  struct Group {
    std::set<std::string> flavors = {};
    int count = 0;
  };

  std::map<Resources, Group> groups;
  for (const openstack::Server& server : servers) {
    Group& group = groups[need_of(server.flavor, server.from_volume)];
    group.flavors.insert(server.flavor.name);
    ++group.count;
  }

  std::vector<Load> loads;
  for (const auto& [need, group] : groups) {
    const std::vector<std::string> names(group.flavors.begin(), group.flavors.end());
    loads.push_back({.name = join(names, ", "), .need = need, .count = group.count});
  }
  return loads;
}

}  // namespace ncc::capacity
