// Where a server goes, how its build ends, and its end. Time and reads carry both on: settle() and
// count_read().
#include <algorithm>

#include "cloud/internal.hpp"

namespace ncc::fake_cloud {

namespace {

const Flavor* flavor_of(const State& state, const Server& server) {
  const auto found = std::find_if(state.flavors.begin(), state.flavors.end(), [&](const Flavor& f) {
    return f.id == server.flavor;
  });
  return found == state.flavors.end() ? nullptr : &*found;
}

std::map<std::string, Number> needs_of(const Flavor& flavor) {
  return {{"VCPU", flavor.vcpus}, {"MEMORY_MB", flavor.ram}, {"DISK_GB", flavor.disk}};
}

Number used(const State& state, const std::string& provider, const std::string& resource) {
  Number sum = 0;
  for (const Allocation& allocation : state.allocations) {
    const auto found = allocation.resources.find(resource);
    if (allocation.provider == provider && found != allocation.resources.end()) {
      sum += found->second;
    }
  }
  return sum;
}

// Placement's part: the provider is not disabled and has room for the flavor.
bool is_candidate(const State& state, const Provider& provider, const Flavor& flavor) {
  if (std::count(provider.traits.begin(), provider.traits.end(), "COMPUTE_STATUS_DISABLED") != 0) {
    return false;
  }
  for (const auto& [resource, amount] : needs_of(flavor)) {
    const auto inventory = provider.inventories.find(resource);
    if (amount > 0 && inventory == provider.inventories.end()) {
      return false;
    }
    if (amount > 0) {
      const double capacity =
          static_cast<double>(inventory->second.total - inventory->second.reserved) *
          inventory->second.allocation_ratio;
      if (static_cast<double>(used(state, provider.uuid, resource) + amount) > capacity) {
        return false;
      }
    }
  }
  return true;
}

// What the scheduler makes of one host: "" = takes it, else the reason in the end result.
struct Verdict {
  const Hypervisor* node = nullptr;
  std::string reason = {};  // Nova's NoValidHost has no reason when Placement finds nothing, one
                            // when filters reject all
};

Verdict select_host(Cloud& cloud, const Flavor& flavor, const std::optional<std::string>& wanted) {
  Verdict verdict;
  for (const Hypervisor& node : cloud.state.hypervisors) {
    const Provider* provider = find_provider(cloud.state, node.id);
    const Service* service = find_compute(cloud.state, node.host);
    if ((wanted && node.host != *wanted) || provider == nullptr ||
        !is_candidate(cloud.state, *provider, flavor)) {
      continue;
    }
    if (service->mapped && service->enabled && is_up(cloud, *service)) {
      return {&node, ""};
    }
    verdict.reason = "There are not enough hosts available.";
  }
  return verdict;
}

bool has_ports(const State& state, const Server& server) {
  return std::any_of(state.ports.begin(), state.ports.end(), [&](const Port& p) {
    return p.device_id == server.id;
  });
}

// The fault that the build on `host` will end with, nullopt when it succeeds.
MaybeText spawn_outcome(const State& state, const Server& server, const std::string& host) {
  const std::string exhausted =
      "Exceeded maximum number of retries. Exhausted all hosts available for retrying build "
      "failures for instance " +
      server.id + ".";
  const auto planned = state.settings.spawn_fails.find(host);
  if (planned != state.settings.spawn_fails.end()) {
    return planned->second.empty() ? exhausted : planned->second;
  }
  return has_ports(state, server) && !host_can_bind(state, host) ? MaybeText(exhausted)
                                                                 : std::nullopt;
}

bool hangs(const State& state, const std::string& host) {
  const auto& hosts = state.settings.spawn_hangs;
  return std::count(hosts.begin(), hosts.end(), host) != 0;
}

void release(State& state, const Server& server) {
  auto& allocations = state.allocations;
  allocations.erase(std::remove_if(allocations.begin(),
                                   allocations.end(),
                                   [&](const Allocation& a) { return a.consumer == server.id; }),
                    allocations.end());
}

void fail(State& state, Server& server, const std::string& message) {
  server.status = "ERROR";
  server.fault = message;
  server.host.reset();
  server.node.reset();
  server.task_state.reset();
  release(state, server);
  for (Port& port : state.ports) {
    if (port.device_id == server.id) {
      port.host.clear();
    }
  }
}

void finish_build(Cloud& cloud, Server& server) {
  server.updated_at = now(cloud);
  if (server.outcome) {
    fail(cloud.state, server, *server.outcome);
    server.outcome.reset();
    return;
  }
  server.status = "ACTIVE";
  server.task_state.reset();
  for (Port& port : cloud.state.ports) {
    if (port.device_id == server.id) {
      port.status = "ACTIVE";
    }
  }
}

void remove_ports(State& state, const Server& server) {
  auto& ports = state.ports;
  ports.erase(
      std::remove_if(
          ports.begin(), ports.end(), [&](const Port& p) { return p.device_id == server.id; }),
      ports.end());
}

bool is_due(const Cloud& cloud, const Server& server) {
  return server.reads_left <= 0 && server.ready_at <= now(cloud);
}

void map_due_hosts(Cloud& cloud) {
  const Number wait = cloud.state.settings.discover_seconds;
  for (Service& service : cloud.state.services) {
    if (wait >= 0 && service.binary == "nova-compute" && !service.mapped && service.found_by_node &&
        service.created_at + wait <= now(cloud)) {
      service.mapped = true;
    }
  }
}

}  // namespace

void schedule(Cloud& cloud, Server& server, const std::optional<std::string>& host) {
  const Flavor& flavor = *flavor_of(cloud.state, server);
  const Settings& settings = cloud.state.settings;
  server.task_state = "scheduling";
  server.reads_left = settings.build_reads;
  server.ready_at = now(cloud) + settings.build_seconds;
  const Verdict verdict = select_host(cloud, flavor, host);
  if (verdict.node == nullptr) {
    server.outcome = "No valid host was found. " + verdict.reason;
    return;
  }
  server.task_state = "spawning";
  server.host = verdict.node->host;
  server.node = verdict.node->hypervisor_hostname;
  server.outcome = spawn_outcome(cloud.state, server, *server.host);
  cloud.state.allocations.push_back({server.id, verdict.node->id, needs_of(flavor)});
  for (Port& port : cloud.state.ports) {
    if (port.device_id == server.id) {
      port.host = *server.host;
    }
  }
}

void begin_delete(Cloud& cloud, Server& server) {
  const Settings& settings = cloud.state.settings;
  if (server.task_state == "deleting") {
    return;
  }
  server.task_state = "deleting";
  server.updated_at = now(cloud);
  server.reads_left = settings.delete_reads;
  server.ready_at = now(cloud) + settings.delete_seconds;
}

void settle(Cloud& cloud) {
  map_due_hosts(cloud);
  auto& servers = cloud.state.servers;
  for (Server& server : servers) {
    if (server.task_state == "deleting" && is_due(cloud, server)) {
      release(cloud.state, server);
      remove_ports(cloud.state, server);
      server.status = "DELETED";
    } else if (server.status == "BUILD" && server.task_state != "deleting" &&
               is_due(cloud, server) && !(server.host && hangs(cloud.state, *server.host))) {
      finish_build(cloud, server);
    }
  }
  servers.erase(
      std::remove_if(
          servers.begin(), servers.end(), [](const Server& s) { return s.status == "DELETED"; }),
      servers.end());
}

void count_read(Server& server) {
  if (server.reads_left > 0) {
    --server.reads_left;
  }
}

}  // namespace ncc::fake_cloud
