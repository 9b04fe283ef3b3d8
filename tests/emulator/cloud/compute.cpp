// Hosts and their nova-compute: starting one makes its service, compute node and resource provider;
// stopping it makes the service go down after Nova's service_down_time.
#include <algorithm>

#include "cloud/fields.hpp"
#include "cloud/internal.hpp"

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

Service new_service(Cloud& cloud, const std::string& host) {
  Service service;
  service.id = make_uuid(cloud);
  service.host = host;
  service.created_at = now(cloud);
  service.mapped = false;
  service.found_by_node = cloud.state.former_nodes.count(host) == 0;
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

}  // namespace

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

// `description`: host; optional hypervisor_hostname, id (compute_id), host_ip, vcpus, memory_mb,
// local_gb.
void start_compute(Cloud& cloud, const Json& description) {
  State& state = cloud.state;
  const std::string host = description.at("host");
  Service* service = find_compute(state, host);
  if (service == nullptr) {
    state.services.push_back(new_service(cloud, host));
    service = &state.services.back();
  }
  service->running = true;
  if (find_hypervisor(state, host) == nullptr) {
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
}

void delete_compute(Cloud& cloud, const std::string& host) {
  State& state = cloud.state;
  if (const Hypervisor* node = find_hypervisor(state, host)) {
    const std::string id = node->id;
    state.former_nodes[host] = id;
    erase_if(state.allocations, [&](const Allocation& a) { return a.provider == id; });
    erase_if(state.providers, [&](const Provider& p) { return p.uuid == id; });
    erase_if(state.hypervisors, [&](const Hypervisor& h) { return h.id == id; });
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
