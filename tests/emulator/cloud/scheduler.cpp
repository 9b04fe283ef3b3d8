// Where a server goes, how its build ends, and its end. Time and reads carry both on: settle() and
// count_read().
#include <algorithm>
#include <limits>
#include <unordered_map>

#include "cloud/moves.hpp"

namespace ncc::fake_cloud {

namespace {

bool is_disabled(const Provider& provider) {
  return std::count(provider.traits.begin(), provider.traits.end(), "COMPUTE_STATUS_DISABLED") != 0;
}

const ServerGroup* group_of(const State& state, const Server& server) {
  const auto& groups = state.server_groups;
  const auto found = std::find_if(groups.begin(), groups.end(), [&](const ServerGroup& g) {
    return std::count(g.members.begin(), g.members.end(), server.id) != 0;
  });
  return found == groups.end() ? nullptr : &*found;
}

// Host of each member that has one, the server itself too when it has.
std::vector<std::string> hosts_of(const State& state, const ServerGroup& group) {
  std::vector<std::string> hosts;
  for (const Server& server : state.servers) {
    if (server.host && std::count(group.members.begin(), group.members.end(), server.id) != 0) {
      hosts.push_back(*server.host);
    }
  }
  return hosts;
}

// nova/scheduler/filters/affinity_filter.py: a hard affinity group stays where it is, and counts
// the server itself.
bool group_allows(const State& state, const Server& server, const std::string& host) {
  const ServerGroup* group = group_of(state, server);
  if (group == nullptr) {
    return true;
  }
  const std::vector<std::string> hosts = hosts_of(state, *group);
  const auto there = std::count(hosts.begin(), hosts.end(), host);
  if (group->policy == "affinity") {
    return hosts.empty() || there != 0;
  }
  return group->policy != "anti-affinity" || there < group->max_server_per_host;
}

bool filters_pass(Cloud& cloud,
                  const Server& server,
                  const Hypervisor& node,
                  const Search& search) {
  const Service* service = find_compute(cloud.state, node.host);
  if (search.not_host == node.host || service == nullptr || !service->mapped ||
      !is_up(cloud, *service)) {
    return false;
  }
  const bool bound =
      !search.can_bind || !has_ports(cloud.state, server) || host_can_bind(cloud.state, node.host);
  return search.forced ||
         (service->enabled && bound && group_allows(cloud.state, server, node.host));
}

Number free_memory(const Provider& provider, const Resources& used) {
  const auto inventory = provider.inventories.find("MEMORY_MB");
  const auto sum = used.find("MEMORY_MB");
  return (inventory == provider.inventories.end() ? 0 : capacity(inventory->second)) -
         (sum == used.end() ? 0 : sum->second);
}

constexpr std::size_t most_attempts = 3;  // [scheduler] max_attempts

std::string exhausted(const Server& server) {
  return "Exceeded maximum number of retries. Exhausted all hosts available for retrying build "
         "failures for instance " +
         server.id + ".";
}

void place(Server& server, const Hypervisor& node) {
  server.host = node.host;
  server.node = node.hypervisor_hostname;
}

// The fault that the build on `host` will end with, nullopt when it succeeds.
MaybeText spawn_outcome(const State& state, const Server& server, const std::string& host) {
  const auto planned = state.settings.spawn_fails.find(host);
  if (planned != state.settings.spawn_fails.end()) {
    return planned->second.empty() ? exhausted(server) : planned->second;
  }
  return has_ports(state, server) && !host_can_bind(state, host) ? MaybeText(exhausted(server))
                                                                 : std::nullopt;
}

bool hangs(const State& state, const std::string& host) {
  const auto& hosts = state.settings.spawn_hangs;
  return std::count(hosts.begin(), hosts.end(), host) != 0;
}

void fail(Cloud& cloud, Server& server, const std::string& message) {
  State& state = cloud.state;
  server_is_gone(cloud, server);
  server.status = "ERROR";
  server.fault = message;
  server.host.reset();
  server.node.reset();
  server.task_state.reset();
  release(state, server.id);
  for (Port& port : state.ports) {
    if (port.device_id == server.id) {
      port.host.clear();
    }
  }
}

void finish_build(Cloud& cloud, Server& server) {
  server.updated_at = now(cloud);
  if (server.outcome) {
    fail(cloud, server, *server.outcome);
    server.outcome.reset();
    return;
  }
  server.status = "ACTIVE";
  server.task_state.reset();
  server_is_built(cloud, server);
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

void purge(Cloud& cloud, Server& server) {
  server_is_gone(cloud, server);
  release(cloud.state, server.id);
  end_moves_of(cloud, server);
  remove_ports(cloud.state, server);
  free_volumes_of(cloud.state, server.id);
  for (ServerGroup& group : cloud.state.server_groups) {
    auto& members = group.members;
    members.erase(std::remove(members.begin(), members.end(), server.id), members.end());
  }
  server.status = "DELETED";
}

bool is_due(const Cloud& cloud, const Server& server) {
  return server.reads_left <= 0 && server.ready_at <= now(cloud);
}

bool ends_now(const Cloud& cloud, const Server& server) {
  const bool reclaimed =
      is_soft_deleted(server) && cloud.state.settings.reclaim_instance_interval > 0;
  return (reclaimed || server.task_state == "deleting") && is_due(cloud, server);
}

bool is_built(const Cloud& cloud, const Server& server) {
  return server.status == "BUILD" && server.task_state != "deleting" && is_due(cloud, server) &&
         !(server.host && hangs(cloud.state, *server.host));
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

bool has_ports(const State& state, const Server& server) {
  return std::any_of(state.ports.begin(), state.ports.end(), [&](const Port& p) {
    return p.device_id == server.id;
  });
}

void bind_ports(State& state, const Server& server) {
  for (Port& port : state.ports) {
    if (port.device_id == server.id) {
      port.host = server.host.value_or("");
    }
  }
}

Server* find_server(State& state, const std::string& id) {
  const auto found = std::find_if(
      state.servers.begin(), state.servers.end(), [&](const Server& s) { return s.id == id; });
  return found == state.servers.end() ? nullptr : &*found;
}

std::string no_valid_host(const Verdict& verdict) {
  return "No valid host was found. " + verdict.reason;
}

// Among the hosts that pass, the one with the most free memory; of equals the first.
Verdict select_host(Cloud& cloud, const Server& server, const Search& search) {
  const Resources need = needs_of(cloud.state, server);
  std::map<std::string, Resources> used = usage(cloud.state);
  Verdict verdict;
  Number most = std::numeric_limits<Number>::min();
  std::unordered_map<std::string, const Provider*> providers;
  for (const Provider& provider : cloud.state.providers) {
    providers[provider.uuid] = &provider;
  }
  for (const Hypervisor& node : cloud.state.hypervisors) {
    const auto found = providers.find(node.id);
    const Provider* provider = found == providers.end() ? nullptr : found->second;
    const bool wanted =
        (!search.host || node.host == *search.host) && search.not_nodes.count(node.id) == 0;
    if (!wanted || provider == nullptr || (is_disabled(*provider) && !search.forced) ||
        !has_room(*provider, used[provider->uuid], need)) {
      continue;
    }
    const Number memory = free_memory(*provider, used[provider->uuid]);
    if (!filters_pass(cloud, server, node, search)) {
      verdict.reason = "There are not enough hosts available.";
    } else if (memory > most) {
      verdict.node = &node;
      most = memory;
    }
  }
  return verdict;
}

void schedule(Cloud& cloud, Server& server, const std::optional<std::string>& host) {
  const Settings& settings = cloud.state.settings;
  server.task_state = "scheduling";
  server.reads_left = settings.build_reads;
  server.ready_at = now(cloud) + settings.build_seconds;
  Search search;
  search.host = host;
  Verdict verdict = select_host(cloud, server, search);
  if (verdict.node == nullptr) {
    server.outcome = no_valid_host(verdict);
    return;
  }
  server.task_state = "spawning";
  place(server, *verdict.node);
  while (!take_ironic_node(cloud, server)) {
    search.not_nodes.insert(verdict.node->id);
    verdict = select_host(cloud, server, search);
    if (verdict.node == nullptr || search.not_nodes.size() == most_attempts) {
      server.outcome = exhausted(server);
      server.host.reset();
      server.node.reset();
      return;
    }
    place(server, *verdict.node);
  }
  server.outcome = spawn_outcome(cloud.state, server, *server.host);
  allocate(cloud.state, {server.id, verdict.node->id, needs_of(cloud.state, server)});
  bind_ports(cloud.state, server);
}

void begin_delete(Cloud& cloud, Server& server) {
  const Settings& settings = cloud.state.settings;
  if (server.task_state == "deleting") {
    return;
  }
  if (settings.reclaim_instance_interval > 0 && !is_soft_deleted(server) && server.host) {
    server.soft_deleted = true;
    server.task_state.reset();
    server.ready_at = now(cloud) + settings.reclaim_instance_interval;
    return;
  }
  server.task_state = "deleting";
  server.updated_at = now(cloud);
  server.reads_left = settings.delete_reads;
  server.ready_at = now(cloud) + settings.delete_seconds;
}

void settle(Cloud& cloud) {
  map_due_hosts(cloud);
  settle_moves(cloud);
  settle_ironic(cloud);
  settle_volumes(cloud);
  follow_gateways(cloud.state);
  auto& servers = cloud.state.servers;
  for (Server& server : servers) {
    if (ends_now(cloud, server)) {
      purge(cloud, server);
    } else if (is_built(cloud, server)) {
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
