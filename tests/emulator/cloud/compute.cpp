// Hosts and their nova-compute: starting one makes its service, compute node and resource provider;
// stopping it makes the service go down after Nova's service_down_time.
#include <algorithm>

#include "cloud/fields.hpp"
#include "cloud/moves.hpp"

namespace ncc::fake_cloud {

namespace {

Provider provider_for(const Hypervisor& node) {
  Provider provider;
  provider.uuid = node.id;
  provider.name = node.hypervisor_hostname;
  provider.traits = {"COMPUTE_NODE", "COMPUTE_TRUSTED_CERTS", "HW_CPU_X86_SSE2"};
  provider.inventories["VCPU"] = {node.vcpus, 0, 1, node.vcpus, 1, 4.0};
  provider.inventories["MEMORY_MB"] = {node.memory_mb, 512, 1, node.memory_mb, 1, 1.0};
  provider.inventories["DISK_GB"] = {node.local_gb, 0, 1, node.local_gb, 1, 1.0};
  return provider;
}

Service new_service(Cloud& cloud, const std::string& host, const std::string& compute_id) {
  Service service;
  service.id = make_uuid(cloud);
  service.host = host;
  service.created_at = now(cloud);
  service.mapped = false;
  const auto former = cloud.state.former_nodes.find(host);
  // Without an id the node of a host that was there before is taken for the same one.
  service.found_by_node = former == cloud.state.former_nodes.end() ||
                          (!compute_id.empty() && compute_id != former->second);
  if (!cloud.state.settings.enable_new_services) {
    service.enabled = false;
    service.disabled_reason = "New compute service disabled due to config option.";
  }
  return service;
}

template <class Items, class Match>
void erase_if(Items& items, Match match) {
  items.erase(std::remove_if(items.begin(), items.end(), match), items.end());
}

// nova/compute/manager.py (init_host), nova/virt/node.py: when nova-compute refuses to start.
void refuse_bad_start(const State& state, const std::string& host, const std::string& id) {
  const auto& services = state.services;
  const bool known = std::any_of(services.begin(), services.end(), [&](const Service& s) {
    return s.binary == "nova-compute" && s.host == host;
  });
  if (!known && state.left_guests.count(host) != 0) {
    throw StateError("nova-compute on " + host +
                     " does not start: it has existing instances but a new service");
  }
  for (const Hypervisor& node : state.hypervisors) {
    if (!id.empty() && (node.host == host) != (node.id == id)) {
      throw StateError("nova-compute on " + host + " does not start: its compute_id " + id +
                       " is not the one of compute node " + node.hypervisor_hostname);
    }
  }
}

// The node's provider and what is below it, leaves first.
std::vector<std::string> tree_of(const State& state, const std::string& uuid) {
  std::vector<std::string> tree;
  for (const Provider& provider : state.providers) {
    if (provider.parent == uuid) {
      const std::vector<std::string> below = tree_of(state, provider.uuid);
      tree.insert(tree.end(), below.begin(), below.end());
    }
  }
  tree.push_back(uuid);
  return tree;
}

bool was_evacuated(const State& state, const std::string& server, const std::string& host) {
  return std::any_of(state.migrations.begin(), state.migrations.end(), [&](const Migration& m) {
    return m.instance_uuid == server && m.source_compute == host && m.status == "done" &&
           m.migration_type == "evacuation";
  });
}

// Nova's cascade: allocations of the servers that were evacuated from the host, and of those on it,
// go with the provider. One that something else holds stays, and nobody is told.
void delete_provider_tree(State& state, const Hypervisor& node) {
  for (const std::string& uuid : tree_of(state, node.id)) {
    erase_if(state.allocations, [&](const Allocation& a) {
      const Server* server = find_server(state, a.consumer);
      return a.provider == uuid && server != nullptr &&
             (server->host == node.host || was_evacuated(state, a.consumer, node.host));
    });
    const auto& allocations = state.allocations;
    if (std::none_of(allocations.begin(), allocations.end(), [&](const Allocation& a) {
          return a.provider == uuid;
        })) {
      erase_if(state.providers, [&](const Provider& p) { return p.uuid == uuid; });
    }
  }
}

}  // namespace

bool is_down_cell(const State& state, const std::string& host) {
  const auto& cells = state.settings.down_cells;
  return std::count(cells.begin(), cells.end(), host) != 0;
}

bool is_up(const Cloud& cloud, const Service& service) {
  const bool reports =
      service.running || now(cloud) - service.last_seen <= cloud.state.settings.service_down_time;
  return reports && !service.forced_down;
}

Service* find_compute(State& state, const std::string& host) {
  const auto found =
      std::find_if(state.services.begin(), state.services.end(), [&](const Service& s) {
        return s.binary == "nova-compute" && s.host == host;
      });
  return found == state.services.end() ? nullptr : &*found;
}

Hypervisor* find_hypervisor(State& state, const std::string& host) {
  const auto found = std::find_if(state.hypervisors.begin(),
                                  state.hypervisors.end(),
                                  [&](const Hypervisor& h) { return h.host == host; });
  return found == state.hypervisors.end() ? nullptr : &*found;
}

Provider* find_provider(State& state, const std::string& uuid) {
  const auto found = std::find_if(state.providers.begin(),
                                  state.providers.end(),
                                  [&](const Provider& p) { return p.uuid == uuid; });
  return found == state.providers.end() ? nullptr : &*found;
}

namespace {

void add_node(Cloud& cloud, const Json& description) {
  State& state = cloud.state;
  const std::string host = description.at("host");
  const auto former = state.former_nodes.find(host);
  Hypervisor node;
  node.id = description.value(
      "id", former == state.former_nodes.end() ? make_uuid(cloud) : former->second);
  node.host = host;
  node.hypervisor_hostname = description.value("hypervisor_hostname", host);
  node.host_ip = description.value("host_ip", node.host_ip);
  node.vcpus = description.value("vcpus", node.vcpus);
  node.memory_mb = description.value("memory_mb", node.memory_mb);
  node.local_gb = description.value("local_gb", node.local_gb);
  state.hypervisors.push_back(node);
  // A provider of that name left behind by another node keeps Nova from making this one's.
  const auto same_name = [&](const Provider& p) { return p.name == node.hypervisor_hostname; };
  if (std::none_of(state.providers.begin(), state.providers.end(), same_name)) {
    state.providers.push_back(provider_for(node));
  }
}

}  // namespace

// `description`: host; optional hypervisor_hostname, id (compute_id), host_ip, vcpus, memory_mb,
// local_gb; or ironic_shard, ironic_conductor_group.
void start_compute(Cloud& cloud, const Json& description) {
  State& state = cloud.state;
  const std::string host = description.at("host");
  const bool ironic = description.contains("ironic_shard");
  Service* service = find_compute(state, host);
  if (!ironic && (service == nullptr || !service->ironic_shard)) {
    refuse_bad_start(state, host, description.value("id", ""));
  }
  if (service == nullptr) {
    state.services.push_back(new_service(cloud, host, description.value("id", "")));
    service = &state.services.back();
  }
  service->running = true;
  if (ironic) {
    service->ironic_shard = description["ironic_shard"].get<std::string>();
    service->ironic_conductor_group.reset();
    service->found_by_node = find_hypervisor(state, host) != nullptr && service->found_by_node;
  }
  if (description.contains("ironic_conductor_group")) {
    service->ironic_conductor_group = description["ironic_conductor_group"].get<std::string>();
  }
  if (!service->ironic_shard && find_hypervisor(state, host) == nullptr) {
    add_node(cloud, description);
  }
  moves_of_started_host(cloud, host);
  sync_disabled_trait(cloud, *service);
}

void stop_compute(Cloud& cloud, const std::string& host) {
  Service* service = find_compute(cloud.state, host);
  if (service == nullptr) {
    throw StateError("no nova-compute on " + host);
  }
  if (service->running) {
    service->last_seen = now(cloud);
  }
  service->running = false;
  moves_of_stopped_host(cloud, host);
}

void forget_node(State& state, const Hypervisor& node) {
  const Hypervisor gone = node;
  const auto& failing = state.settings.provider_deletes_fail;
  if (std::count(failing.begin(), failing.end(), gone.host) == 0) {
    delete_provider_tree(state, gone);
  }
  erase_if(state.hypervisors, [&](const Hypervisor& h) { return h.id == gone.id; });
}

void delete_compute(Cloud& cloud, const std::string& host) {
  State& state = cloud.state;
  const Service* service = find_compute(state, host);
  const bool ironic = service != nullptr && service->ironic_shard;
  while (const Hypervisor* node = find_hypervisor(state, host)) {
    if (!ironic) {
      state.former_nodes[host] = node->id;
    }
    forget_node(state, *node);
  }
  for (Aggregate& aggregate : state.aggregates) {
    erase_if(aggregate.hosts, [&](const std::string& h) { return h == host; });
  }
  erase_if(state.services,
           [&](const Service& s) { return s.binary == "nova-compute" && s.host == host; });
}

void discover_hosts(Cloud& cloud, bool by_service) {
  for (Service& service : cloud.state.services) {
    if (service.binary == "nova-compute" && (service.found_by_node || by_service)) {
      service.mapped = true;
    }
  }
}

void sync_disabled_trait(Cloud& cloud, const Service& service) {
  if (service.ironic_shard) {
    return;  // with the next report of its nodes
  }
  const Hypervisor* node = find_hypervisor(cloud.state, service.host);
  Provider* provider = node == nullptr ? nullptr : find_provider(cloud.state, node->id);
  if (provider == nullptr || !is_up(cloud, service)) {
    return;
  }
  auto& traits = provider->traits;
  const bool has = std::count(traits.begin(), traits.end(), "COMPUTE_STATUS_DISABLED") != 0;
  if (has == !service.enabled) {
    return;
  }
  ++provider->generation;
  erase_if(traits, [](const std::string& trait) { return trait == "COMPUTE_STATUS_DISABLED"; });
  if (!service.enabled) {
    traits.emplace_back("COMPUTE_STATUS_DISABLED");
  }
}

}  // namespace ncc::fake_cloud
