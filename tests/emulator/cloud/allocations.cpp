// What servers take of a provider. Every change of a provider's allocations raises its generation.
#include <algorithm>

#include "cloud/moves.hpp"

namespace ncc::fake_cloud {

namespace {

const std::string override_prefix = "resources:";

Resources needs_of(const Flavor& flavor, bool from_volume) {
  Resources need = {
      {"VCPU", flavor.vcpus},
      {"MEMORY_MB", flavor.ram},
      {"DISK_GB",
       (from_volume ? 0 : flavor.disk) + flavor.ephemeral + (flavor.swap + 1023) / 1024}};
  for (const auto& [key, value] : flavor.extra_specs) {
    if (key.rfind(override_prefix, 0) == 0) {
      need[key.substr(override_prefix.size())] = std::atoll(value.c_str());
    }
  }
  for (auto item = need.begin(); item != need.end();) {
    item = item->second == 0 ? need.erase(item) : std::next(item);
  }
  return need;
}

void raise_generation(State& state, const std::string& provider) {
  if (Provider* found = find_provider(state, provider)) {
    ++found->generation;
  }
}

}  // namespace

Resources needs_of(const State& state, const Server& server) {
  const auto found = std::find_if(state.flavors.begin(), state.flavors.end(), [&](const Flavor& f) {
    return f.id == server.flavor;
  });
  return found == state.flavors.end() ? Resources{} : needs_of(*found, server.image.empty());
}

std::map<std::string, Resources> usage(const State& state) {
  std::map<std::string, Resources> sums;
  for (const Allocation& allocation : state.allocations) {
    Resources& sum = sums[allocation.provider];
    for (const auto& [resource, amount] : allocation.resources) {
      sum[resource] += amount;
    }
  }
  return sums;
}

Number capacity(const Inventory& inventory) {
  return static_cast<Number>(static_cast<double>(inventory.total - inventory.reserved) *
                             inventory.allocation_ratio);
}

bool has_room(const Provider& provider, const Resources& used, const Resources& need) {
  return std::all_of(need.begin(), need.end(), [&](const auto& item) {
    const auto& [resource, amount] = item;
    const auto found = provider.inventories.find(resource);
    if (found == provider.inventories.end()) {
      return false;
    }
    const Inventory& inventory = found->second;
    const auto sum = used.find(resource);
    return (sum == used.end() ? 0 : sum->second) + amount <= capacity(inventory) &&
           amount >= inventory.min_unit && amount <= inventory.max_unit &&
           amount % std::max(Number{1}, inventory.step_size) == 0;
  });
}

void allocate(State& state, const Allocation& allocation) {
  if (!allocation.resources.empty()) {
    state.allocations.push_back(allocation);
    raise_generation(state, allocation.provider);
  }
}

std::size_t release(State& state, const std::string& consumer) {
  auto& all = state.allocations;
  const auto rest = std::stable_partition(
      all.begin(), all.end(), [&](const Allocation& a) { return a.consumer != consumer; });
  const auto count = static_cast<std::size_t>(all.end() - rest);
  for (auto each = rest; each != all.end(); ++each) {
    raise_generation(state, each->provider);
  }
  all.erase(rest, all.end());
  return count;
}

void hand_over(State& state, const std::string& from, const std::string& to) {
  for (Allocation& allocation : state.allocations) {
    if (allocation.consumer == from) {
      allocation.consumer = to;
      raise_generation(state, allocation.provider);
    }
  }
}

}  // namespace ncc::fake_cloud
