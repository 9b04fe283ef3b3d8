#pragma once
// Looks at small clouds, as values: hosts of 8 VCPU, 16384 MiB and 100 GiB, of which servers use
// some.

#include <string>

#include "capacity.hpp"

namespace ncc::testing {

using capacity::HostState;
using openstack::Resources;
using openstack::Room;

struct Use {
  long long vcpus = 0;
  long long memory = 0;
  long long disk = 0;
};

/// A host whose provider has room, with 512 MiB reserved.
inline void add_host(capacity::Look& look,
                     const std::string& name,
                     const Use& use,
                     HostState state = HostState::serving) {
  const std::string uuid = "uuid-" + name;
  look.hosts[name] = state;
  look.nodes.push_back(
      {.hypervisor = {.id = uuid, .name = name, .host = name, .type = "QEMU"},
       .hardware = {
           .total = {{"VCPU", 8}, {"MEMORY_MB", 16384}, {"DISK_GB", 100}},
           .used = {{"VCPU", use.vcpus}, {"MEMORY_MB", use.memory + 512}, {"DISK_GB", use.disk}}}});
  look.providers[uuid] = {.root = uuid,
                          .room = {{"VCPU", {.capacity = 32, .used = use.vcpus}},
                                   {"MEMORY_MB", {.capacity = 15872, .used = use.memory}},
                                   {"DISK_GB", {.capacity = 100, .used = use.disk}}}};
}

/// A flavor that every provider with room for one would take.
inline void ask(capacity::Look& look, const std::string& name, const Resources& need) {
  capacity::Asked asked{.name = name, .need = need};
  for (const auto& [uuid, summary] : look.providers) {
    bool fits = true;
    for (const auto& [resource, amount] : need) {
      const auto room = summary.room.find(resource);
      fits =
          fits && room != summary.room.end() && room->second.capacity - room->second.used >= amount;
    }
    if (fits) {
      asked.able.insert(uuid);
    }
  }
  look.flavors.push_back(asked);
}

inline const Resources large{{"VCPU", 4}, {"MEMORY_MB", 4096}, {"DISK_GB", 10}};

}  // namespace ncc::testing
