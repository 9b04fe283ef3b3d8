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
                                             "REBUILD",
                                             "RESCUE",
                                             "RESIZE",
                                             "SHELVED",
                                             "SHELVED_OFFLOADED",
                                             "SHUTOFF",
                                             "SOFT_DELETED",
                                             "SUSPENDED",
                                             "UNKNOWN",
                                             "VERIFY_RESIZE"};

const std::set<std::string> without_host = {
    "BUILD", "DELETED", "ERROR", "SHELVED_OFFLOADED", "SOFT_DELETED", "UNKNOWN"};
const std::set<std::string> vm_states = {"",
                                         "active",
                                         "building",
                                         "paused",
                                         "suspended",
                                         "stopped",
                                         "rescued",
                                         "resized",
                                         "soft-delete",
                                         "error",
                                         "shelved",
                                         "shelved_offloaded"};
const std::set<std::string> volume_states = {"available",
                                             "creating",
                                             "reserved",
                                             "in-use",
                                             "detaching",
                                             "deleting",
                                             "error",
                                             "error_deleting"};
const std::set<std::string> volume_steps = {"create", "attach", "detach", "delete"};
const std::set<std::string> features = {"vtpm_user", "sev", "vdpa", "accelerator", "share", "pci"};
const std::set<std::string> migration_types = {
    "live-migration", "migration", "resize", "evacuation"};
const std::set<std::string> policies = {
    "affinity", "anti-affinity", "soft-affinity", "soft-anti-affinity"};
const std::set<std::string> move_ends = {
    "error", "failed", "cancelled", "hang", "lost", "unconfirmed"};

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
  require_unique(
      state.keypairs, "keypair", [](const Keypair& k) { return k.name + " of " + k.user; });
  require_unique(
      state.security_groups, "security group", [](const SecurityGroup& g) { return g.id; });
  require_unique(state.migrations, "migration", [](const Migration& m) { return m.uuid; });
  require_unique(
      state.migrations, "migration", [](const Migration& m) { return std::to_string(m.id); });
  require_unique(state.server_groups, "server group", [](const ServerGroup& g) { return g.id; });
  require_unique(state.aggregates, "aggregate", [](const Aggregate& a) { return a.name; });
  require_unique(state.routers, "router", [](const Router& r) { return r.id; });
  require_unique(state.ironic_nodes, "Ironic node", [](const IronicNode& n) { return n.uuid; });
  require_unique(
      state.ironic_allocations, "allocation", [](const IronicAllocation& a) { return a.uuid; });
  require_unique(state.routers, "gateway port", [](const Router& r) { return r.port; });
}

void check_server(const State& state, const Server& server) {
  const std::string name = "server " + server.id;
  require(!server.host || has_compute(state, *server.host),
          name + " on unknown host " + server.host.value_or(""));
  require(server_states.count(server.status) == 1, name + " with status " + server.status);
  require(server.host || without_host.count(server.status) == 1,
          name + " " + server.status + " nowhere");
  require(!server.host || server.status != "SHELVED_OFFLOADED",
          name + " SHELVED_OFFLOADED on " + server.host.value_or(""));
  require(vm_states.count(server.vm_state) == 1, name + " with vm_state " + server.vm_state);
  require(server.old_status == "ACTIVE" || server.old_status == "SHUTOFF",
          name + " with old_status " + server.old_status);
  require(any(state.flavors, [&](const Flavor& f) { return f.id == server.flavor; }),
          name + " of unknown flavor " + server.flavor);
  for (const std::string& feature : server.features) {
    require(features.count(feature) == 1, name + " with feature " + feature);
  }
}

void check_volumes(const State& state) {
  require_unique(state.volumes, "volume", [](const Volume& v) { return v.id; });
  for (const Volume& volume : state.volumes) {
    const std::string name = "volume " + volume.id;
    const auto& types = state.settings.volume_types;
    const bool attached =
        volume.status == "in-use" || volume.status == "reserved" || volume.status == "detaching";
    require(volume_states.count(volume.status) == 1, name + " with status " + volume.status);
    require(attached == volume.server.has_value(), name + " " + volume.status + " and its server");
    require(!attached || any(state.servers, [&](const Server& s) { return s.id == volume.server; }),
            name + " of unknown server " + volume.server.value_or(""));
    require(std::count(types.begin(), types.end(), volume.type) != 0,
            name + " of unknown type " + volume.type);
  }
  for (const auto& [step, count] : state.settings.volume_fails) {
    require(volume_steps.count(step) == 1 && count >= 0, "volume_fails " + step);
  }
}

void check_moves(const State& state) {
  for (const Migration& migration : state.migrations) {
    require(migration_types.count(migration.migration_type) == 1,
            "migration " + migration.uuid + " of type " + migration.migration_type);
    require(!migration.source_compute.empty(), "migration " + migration.uuid + " from nowhere");
  }
  std::set<std::string> grouped;
  for (const ServerGroup& group : state.server_groups) {
    require(policies.count(group.policy) == 1,
            "server group " + group.id + " with policy " + group.policy);
    for (const std::string& member : group.members) {
      require(grouped.insert(member).second, "server " + member + " twice in server groups");
    }
  }
  for (const auto& [server, plan] : state.settings.move_plans) {
    require(move_ends.count(plan.end) == 1, "a move plan that ends with " + plan.end);
    require(plan.count >= 0, "a move plan for a negative number of moves");
  }
}

void check_routers(const State& state) {
  for (const Router& router : state.routers) {
    require(
        any(state.networks, [&](const Network& n) { return n.id == router.network && n.external; }),
        "router " + router.id + " with a gateway in no external network");
  }
}

void check_hosts(const State& state) {
  for (const Hypervisor& node : state.hypervisors) {
    require(has_compute(state, node.host),
            "hypervisor " + node.hypervisor_hostname + " on a host without nova-compute");
  }
  for (const Server& server : state.servers) {
    check_server(state, server);
  }
  for (const Aggregate& aggregate : state.aggregates) {
    for (const std::string& host : aggregate.hosts) {
      require(has_compute(state, host),
              "aggregate " + aggregate.name + " with unknown host " + host);
    }
  }
}

// Ironic's data base has name and instance_uuid unique, too.
void check_ironic(const State& state) {
  std::set<std::string> names;
  std::set<std::string> instances;
  for (const IronicNode& node : state.ironic_nodes) {
    require(!node.uuid.empty(), "an Ironic node without uuid");
    require(!node.name || names.insert(*node.name).second,
            "two Ironic nodes called " + node.name.value_or(""));
    require(!node.instance_uuid || instances.insert(*node.instance_uuid).second,
            "instance " + node.instance_uuid.value_or("") + " on two Ironic nodes");
  }
  require(read_version(state.settings.ironic_max).has_value(),
          "ironic_max " + state.settings.ironic_max);
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
  require(
      settings.live_seconds >= 0 && settings.cold_seconds >= 0 && settings.evacuate_seconds >= 0,
      "a move that takes negative time");
  require(!settings.volume_types.empty() && settings.volume_seconds >= 0,
          "no type of volumes, or negative volume_seconds");
  require(settings.max_concurrent_live_migrations > 0,
          "max_concurrent_live_migrations that is not positive");
  require(read_version(settings.compute_max).has_value(), "compute_max " + settings.compute_max);
  require(read_version(settings.placement_max).has_value(),
          "placement_max " + settings.placement_max);
}

}  // namespace

void check_possible(const State& state) {
  check_names(state);
  check_hosts(state);
  check_references(state);
  check_volumes(state);
  check_moves(state);
  check_routers(state);
  check_ironic(state);
  check_settings(state.settings);
}

}  // namespace ncc::fake_cloud
