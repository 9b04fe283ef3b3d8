// Worlds that no cloud can be in, refused by name.
#include <algorithm>
#include <set>

#include "cloud/internal.hpp"

namespace ncc::fake_cloud {

namespace {

const std::set<std::string> server_states = {"ACTIVE",
                                             "BUILD",
                                             "DELETED",
                                             "ERROR",
                                             "MIGRATING",
                                             "PAUSED",
                                             "RESCUE",
                                             "RESIZE",
                                             "SHELVED",
                                             "SHELVED_OFFLOADED",
                                             "SHUTOFF",
                                             "SOFT_DELETED",
                                             "SUSPENDED",
                                             "UNKNOWN",
                                             "VERIFY_RESIZE"};

void require(bool holds, const std::string& complaint) {
  if (!holds) {
    throw StateError("impossible world: " + complaint);
  }
}

template <class Items, class Key>
void require_unique(const Items& items, const std::string& kind, Key key) {
  std::set<std::string> seen;
  for (const auto& item : items) {
    const std::string name = key(item);
    require(!name.empty(), "a " + kind + " without an identity");
    require(seen.insert(name).second, "two of the " + kind + " " + name);
  }
}

template <class Items, class Same>
bool any(const Items& items, Same same) {
  return std::any_of(items.begin(), items.end(), same);
}

bool has_compute(const State& state, const std::string& host) {
  return any(state.services,
             [&](const Service& s) { return s.binary == "nova-compute" && s.host == host; });
}

void check_names(const State& state) {
  require_unique(state.users, "user", [](const User& u) { return u.name + "@" + u.domain; });
  std::vector<Flavor> flavors = state.flavors;
  flavors.erase(
      std::remove_if(flavors.begin(), flavors.end(), [](const Flavor& f) { return f.deleted; }),
      flavors.end());
  require_unique(flavors, "flavor", [](const Flavor& f) { return f.id; });
  require_unique(flavors, "flavor", [](const Flavor& f) { return f.name; });
  require_unique(state.images, "image", [](const Image& i) { return i.id; });
  require_unique(state.networks, "network", [](const Network& n) { return n.id; });
  require_unique(state.ports, "port", [](const Port& p) { return p.id; });
  require_unique(state.agents, "agent", [](const Agent& a) { return a.id; });
  require_unique(state.services, "service", [](const Service& s) { return s.id; });
  require_unique(
      state.services, "service", [](const Service& s) { return s.binary + " on " + s.host; });
  require_unique(state.hypervisors, "hypervisor", [](const Hypervisor& h) { return h.id; });
  require_unique(
      state.hypervisors, "hypervisor", [](const Hypervisor& h) { return h.hypervisor_hostname; });
  require_unique(state.providers, "provider", [](const Provider& p) { return p.uuid; });
  require_unique(state.providers, "provider", [](const Provider& p) { return p.name; });
  require_unique(state.servers, "server", [](const Server& s) { return s.id; });
  require_unique(state.migrations, "migration", [](const Migration& m) { return m.uuid; });
}

void check_hosts(const State& state) {
  for (const Hypervisor& node : state.hypervisors) {
    require(has_compute(state, node.host),
            "hypervisor " + node.hypervisor_hostname + " on a host without nova-compute");
  }
  for (const Server& server : state.servers) {
    require(!server.host || has_compute(state, *server.host),
            "server " + server.id + " on unknown host " + server.host.value_or(""));
    require(server_states.count(server.status) == 1,
            "server " + server.id + " with status " + server.status);
    require(server.status != "ACTIVE" || server.host, "server " + server.id + " ACTIVE nowhere");
    require(any(state.flavors, [&](const Flavor& f) { return f.id == server.flavor; }),
            "server " + server.id + " of unknown flavor " + server.flavor);
  }
  for (const Aggregate& aggregate : state.aggregates) {
    for (const std::string& host : aggregate.hosts) {
      require(has_compute(state, host),
              "aggregate " + aggregate.name + " with unknown host " + host);
    }
  }
}

void check_references(const State& state) {
  for (const Port& port : state.ports) {
    require(any(state.networks, [&](const Network& n) { return n.id == port.network_id; }),
            "port " + port.id + " on unknown network " + port.network_id);
  }
  for (const Agent& agent : state.agents) {
    require(agent.kind == "controller" || agent.kind == "gateway" || agent.kind == "metadata",
            "agent " + agent.id + " of kind " + agent.kind);
  }
  for (const Allocation& allocation : state.allocations) {
    require(
        any(state.providers, [&](const Provider& p) { return p.uuid == allocation.provider; }),
        "allocation of " + allocation.consumer + " from unknown provider " + allocation.provider);
  }
  for (const Service& service : state.services) {
    require(!service.enabled || !service.disabled_reason,
            "service " + service.id + " enabled with a disabled_reason");
  }
}

void check_settings(const Settings& settings) {
  require(settings.token_lifetime > 0 && settings.service_down_time > 0,
          "a lifetime that is not positive");
  require(settings.max_limit > 0, "max_limit that is not positive");
  require(read_version(settings.compute_max).has_value(), "compute_max " + settings.compute_max);
  require(read_version(settings.placement_max).has_value(),
          "placement_max " + settings.placement_max);
}

}  // namespace

void check_possible(const State& state) {
  check_names(state);
  check_hosts(state);
  check_references(state);
  check_settings(state.settings);
}

}  // namespace ncc::fake_cloud
