// nova-compute with the Ironic driver: which nodes it takes for its own, what it makes of them in
// Nova and Placement, and what a server does to its node. Behaviour: nova/virt/ironic/driver.py
// (_refresh_cache, update_provider_tree, prepare_for_spawn), compute/resource_tracker.py,
// compute/manager.py (update_available_resource).
#include <algorithm>
#include <unordered_map>

#include "cloud/ironic.hpp"
#include "cloud/moves.hpp"

namespace ncc::fake_cloud {

namespace {

template <class Item>
using ByUuid = std::unordered_map<std::string, Item>;

// utils.normalize_rc_name: bm.large is CUSTOM_BM_LARGE.
std::string class_of(const IronicNode& node) {
  std::string name = "CUSTOM_";
  for (const char letter : node.resource_class) {
    const auto plain = static_cast<unsigned char>(letter);
    name += std::isalnum(plain) != 0 ? static_cast<char>(std::toupper(plain)) : '_';
  }
  return name;
}

bool is_available(const IronicNode& node) {
  return !node.maintenance && node.power_state && node.power_state != "error" &&
         node.provision_state == "available";
}

Inventory inventory_of(const IronicNode& node) {
  return {1, !is_available(node) || node.instance_uuid ? 1 : 0, 1, 1, 1, 1.0};
}

Number property(const IronicNode& node, const char* name) {
  const auto found = node.properties.find(name);
  return found == node.properties.end() ? 0 : std::atoll(found->second.c_str());
}

bool is_filtered_in(const Service& service, const IronicNode& node) {
  const bool group =
      !service.ironic_conductor_group || node.conductor_group == *service.ironic_conductor_group;
  return group && (service.ironic_shard->empty() || node.shard == *service.ironic_shard);
}

// One run of every service's periodic task.
class Report {
 public:
  explicit Report(Cloud& cloud) : cloud_(cloud), state_(cloud.state) {
    for (std::size_t i = 0; i < state_.hypervisors.size(); ++i) {
      rows_[state_.hypervisors[i].id] = i;
    }
    for (std::size_t i = 0; i < state_.providers.size(); ++i) {
      providers_[state_.providers[i].uuid] = i;
    }
    for (const Server& server : state_.servers) {
      hosts_[server.id] = server.host.value_or("");
    }
    for (const Service& service : state_.services) {
      if (service.ironic_shard && service.ironic_shard->empty() && is_up(cloud, service)) {
        ring_.push_back(service.host);
      }
    }
  }

  void run() {
    for (Service& service : state_.services) {
      if (service.ironic_shard && service.running) {
        for (const IronicNode& node : state_.ironic_nodes) {
          if (is_filtered_in(service, node) && is_managed(service, node)) {
            take(service, node);
          }
        }
      }
    }
    forget_deleted();
  }

 private:
  // A node with the instance of another service, or of nobody, is managed by none.
  [[nodiscard]] bool is_managed(const Service& service, const IronicNode& node) const {
    if (node.instance_uuid) {
      const auto found = hosts_.find(*node.instance_uuid);
      return found != hosts_.end() && found->second == service.host;
    }
    if (!service.ironic_shard->empty() || ring_.empty()) {
      return true;
    }
    const std::size_t point = std::stoul(id_of(node.uuid).substr(0, 8), nullptr, 16);
    return ring_[point % ring_.size()] == service.host;
  }

  // The row is made, or taken over from whoever had it; the provider is brought up to date.
  void take(Service& service, const IronicNode& node) {
    const auto row = rows_.find(node.uuid);
    if (row != rows_.end()) {
      state_.hypervisors[row->second].host = service.host;
    } else {
      rows_[node.uuid] = state_.hypervisors.size();
      state_.hypervisors.push_back({node.uuid,
                                    node.uuid,
                                    service.host,
                                    "127.0.0.1",
                                    property(node, "cpus"),
                                    property(node, "memory_mb"),
                                    property(node, "local_gb")});
      service.found_by_node = true;
    }
    report(provider_of(node), service, node);
  }

  Provider& provider_of(const IronicNode& node) {
    const auto known = providers_.find(node.uuid);
    if (known != providers_.end()) {
      return state_.providers[known->second];
    }
    providers_[node.uuid] = state_.providers.size();
    Provider& provider = state_.providers.emplace_back();
    provider.uuid = node.uuid;
    provider.name = node.uuid;
    return provider;
  }

  static void report(Provider& provider, const Service& service, const IronicNode& node) {
    std::vector<Text> traits = {"COMPUTE_NODE"};
    traits.insert(traits.end(), node.traits.begin(), node.traits.end());
    if (!service.enabled) {
      traits.emplace_back("COMPUTE_STATUS_DISABLED");
    }
    const Inventory inventory = inventory_of(node);
    const std::string name = class_of(node);
    const auto old = provider.inventories.find(name);
    const bool same = old != provider.inventories.end() && provider.inventories.size() == 1 &&
                      old->second.reserved == inventory.reserved && provider.traits == traits;
    if (!same) {
      ++provider.generation;
      provider.inventories = {{name, inventory}};
      provider.traits = traits;
    }
  }

  // A service that runs drops the rows of nodes that Ironic no longer has; other rows stay.
  void forget_deleted() {
    std::vector<Hypervisor> gone;
    for (const Hypervisor& row : state_.hypervisors) {
      const Service* service = find_compute(state_, row.host);
      if (service != nullptr && service->ironic_shard && service->running &&
          find_ironic_node(cloud_, row.id, true) == nullptr) {
        gone.push_back(row);
      }
    }
    for (const Hypervisor& row : gone) {
      forget_node(state_, row);
    }
  }

  Cloud& cloud_;
  State& state_;
  ByUuid<std::size_t> rows_ = {}, providers_ = {};  // places in the world's lists
  ByUuid<std::string> hosts_ = {};                  // of servers
  std::vector<std::string> ring_ = {};              // services that share all nodes
};

// Transitions that time alone carries on.
struct Step {
  const char* from;
  const char* to;
};

const std::vector<Step> steps = {{"verifying", "manageable"},
                                 {"deleting", "cleaning"},
                                 {"cleaning", "available"},
                                 {"deploying", "active"}};

void finish_transition(IronicNode& node) {
  node.target_provision_state.reset();
  node.ready_at = 0;
}

void go_on(Cloud& cloud, IronicNode& node) {
  const auto step = std::find_if(
      steps.begin(), steps.end(), [&](const Step& s) { return node.provision_state == s.from; });
  if (step == steps.end()) {
    finish_transition(node);
    return;
  }
  node.provision_state = step->to;
  if (node.provision_state == "cleaning") {
    node.instance_uuid.reset();
    node.ready_at = now(cloud) + cloud.state.settings.ironic_clean_seconds;
  } else {
    finish_transition(node);
  }
}

bool is_due(const Cloud& cloud, const IronicNode& node) {
  return node.ready_at != 0 && node.ready_at <= now(cloud);
}

Service* ironic_service_of(State& state, const Server& server) {
  Service* service = server.host ? find_compute(state, *server.host) : nullptr;
  return service != nullptr && service->ironic_shard ? service : nullptr;
}

IronicNode* node_with(Cloud& cloud, const Server& server) {
  IronicNode* node = server.node ? find_ironic_node(cloud, *server.node, true) : nullptr;
  return node != nullptr && node->instance_uuid == server.id ? node : nullptr;
}

}  // namespace

void expect_ironic_work(Cloud& cloud) {
  cloud.ironic.in_transition = true;
  cloud.ironic.unreported = true;
}

void report_ironic_nodes(Cloud& cloud) {
  const Number since = now(cloud) - cloud.ironic.reported_at;
  if (!cloud.state.settings.ironic || !cloud.ironic.unreported ||
      since < cloud.state.settings.ironic_report_seconds) {
    return;
  }
  cloud.ironic.unreported = false;
  cloud.ironic.reported_at = now(cloud);
  Report(cloud).run();
}

void settle_ironic(Cloud& cloud) {
  if (!cloud.ironic.in_transition) {
    return;
  }
  cloud.ironic.in_transition = false;
  for (IronicNode& node : cloud.state.ironic_nodes) {
    while (is_due(cloud, node)) {
      go_on(cloud, node);
      cloud.ironic.unreported = true;
    }
    cloud.ironic.in_transition = cloud.ironic.in_transition || node.ready_at != 0;
  }
  settle_allocations(cloud);
}

bool take_ironic_node(Cloud& cloud, const Server& server) {
  if (ironic_service_of(cloud.state, server) == nullptr) {
    return true;
  }
  IronicNode* node = find_ironic_node(cloud, *server.node, true);
  if (node == nullptr || node->instance_uuid || !is_available(*node) || locked(*node)) {
    return false;
  }
  node->instance_uuid = server.id;
  node->provision_state = "deploying";
  node->target_provision_state = "active";
  node->power_state = "power on";
  return true;
}

void server_is_built(Cloud& cloud, const Server& server) {
  if (IronicNode* node = node_with(cloud, server)) {
    node->provision_state = "active";
    finish_transition(*node);
    cloud.ironic.unreported = true;
  }
}

void server_is_gone(Cloud& cloud, const Server& server) {
  const Service* service = ironic_service_of(cloud.state, server);
  IronicNode* node = node_with(cloud, server);
  if (service == nullptr || node == nullptr || !is_up(cloud, *service)) {
    return;
  }
  node->instance_uuid.reset();
  node->provision_state = "cleaning";
  node->target_provision_state = "available";
  node->power_state = "power off";
  node->ready_at = now(cloud) + cloud.state.settings.ironic_clean_seconds;
  expect_ironic_work(cloud);
}

void move_ironic_node(Cloud& cloud, const Json& description) {
  State& state = cloud.state;
  const std::string uuid = description.at("node");
  const std::string host = description.at("destination");
  const Service* destination = find_compute(state, host);
  if (destination == nullptr) {
    throw StateError("Compute host " + host + " could not be found.");
  }
  if (destination->forced_down) {
    throw StateError("Destination compute is forced down!");
  }
  const auto row = std::find_if(state.hypervisors.begin(),
                                state.hypervisors.end(),
                                [&](const Hypervisor& h) { return h.id == uuid; });
  if (row == state.hypervisors.end()) {
    throw StateError("Compute host " + uuid + " could not be found.");
  }
  const Service* source = find_compute(state, row->host);
  if (source == nullptr || !source->forced_down) {
    throw StateError("Source service is not yet forced down!");
  }
  std::vector<Server*> servers;
  for (Server& server : state.servers) {
    if (server.host == row->host && server.node == row->hypervisor_hostname) {
      servers.push_back(&server);
    }
  }
  if (servers.size() > 1) {
    throw StateError(
        "Found an ironic host with more than one instance! Please delete all Nova instances that "
        "do not match the instance uuid recorded on the Ironic node.");
  }
  row->host = host;
  if (description.value("dies_between", false)) {
    throw StateError("nova-manage was killed between its two saves");
  }
  for (Server* server : servers) {
    server->host = host;
  }
}

}  // namespace ncc::fake_cloud
