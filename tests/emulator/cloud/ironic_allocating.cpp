// What a conductor does about allocations: finds a node for one, gives it back. Behaviour and
// texts: ironic/conductor/allocations.py, db/sqlalchemy/api.py.
#include <algorithm>

#include "cloud/ironic.hpp"

namespace ncc::fake_cloud {

namespace {

bool has_traits(const IronicNode& node, const std::vector<Text>& traits) {
  return std::all_of(traits.begin(), traits.end(), [&](const Text& trait) {
    return std::count(node.traits.begin(), node.traits.end(), trait) != 0;
  });
}

bool is_suitable(const IronicNode& node, const IronicAllocation& allocation) {
  const auto& candidates = allocation.candidate_nodes;
  const bool candidate =
      candidates.empty() || std::count(candidates.begin(), candidates.end(), node.uuid) != 0;
  return candidate && node.provision_state == "available" && !node.maintenance &&
         node.power_state && !node.instance_uuid &&
         node.resource_class == allocation.resource_class &&
         (!allocation.owner || node.owner == allocation.owner || node.lessee == allocation.owner);
}

void fail(IronicAllocation& allocation, const std::string& error) {
  allocation.state = "error";
  allocation.node_uuid.reset();
  allocation.last_error = "Failed to process allocation " + allocation.uuid + ": " + error + ".";
}

void take(IronicAllocation& allocation, IronicNode& node) {
  allocation.state = "active";
  allocation.node_uuid = node.uuid;
  node.allocation_uuid = allocation.uuid;
  node.instance_uuid = allocation.uuid;
}

// The suitable nodes, from a place that differs by allocation, as Ironic shuffles them; one of the
// allocation's name is first.
std::vector<IronicNode*> candidates(State& state, IronicAllocation& allocation) {
  std::vector<IronicNode*> nodes;
  for (IronicNode& node : state.ironic_nodes) {
    if (is_suitable(node, allocation)) {
      nodes.push_back(&node);
    }
  }
  if (nodes.empty()) {
    fail(allocation,
         allocation.candidate_nodes.empty()
             ? "no available nodes match the resource class " +
                   allocation.resource_class.value_or("")
             : "none of the requested nodes are available and match the resource class " +
                   allocation.resource_class.value_or(""));
    return {};
  }
  nodes.erase(
      std::remove_if(nodes.begin(),
                     nodes.end(),
                     [&](const IronicNode* node) { return !has_traits(*node, allocation.traits); }),
      nodes.end());
  if (nodes.empty()) {
    fail(allocation, "no suitable nodes have the requested traits " + allocation.traits.front());
    return {};
  }
  const std::size_t first = std::stoul(id_of(allocation.uuid).substr(0, 6), nullptr, 16);
  std::rotate(nodes.begin(),
              nodes.begin() + static_cast<std::ptrdiff_t>(first % nodes.size()),
              nodes.end());
  std::stable_partition(nodes.begin(), nodes.end(), [&](const IronicNode* node) {
    return allocation.name && node->name == allocation.name;
  });
  return nodes;
}

void allocate_node(State& state, IronicAllocation& allocation) {
  const std::vector<IronicNode*> nodes = candidates(state, allocation);
  for (IronicNode* node : nodes) {
    if (!locked(*node)) {
      take(allocation, *node);
      return;
    }
  }
  if (!nodes.empty()) {
    fail(allocation,
         "could not reserve any of " + std::to_string(nodes.size()) + " suitable nodes");
  }
}

}  // namespace

std::optional<Response> backfill(IronicAllocation& allocation, IronicNode& node) {
  std::string error;
  if (node.provision_state != "active") {
    error = "Node must be in the \"active\" state, but the current state is \"" +
            node.provision_state + "\"";
  } else if (node.resource_class != allocation.resource_class) {
    error = "Resource class " + node.resource_class +
            " does not match the requested resource class " +
            allocation.resource_class.value_or("");
  }
  if (!error.empty()) {
    fail(allocation, "Cannot backfill an allocation for node " + node.uuid + ": " + error);
    return ironic_error(500, *allocation.last_error);
  }
  if (node.instance_uuid && *node.instance_uuid != allocation.uuid) {
    fail(allocation, "associated");
    return ironic_error(
        409, "Node " + node.uuid + " is associated with instance " + *node.instance_uuid + ".");
  }
  if (const auto refusal = locked(node)) {
    return *refusal;
  }
  take(allocation, node);
  return std::nullopt;
}

void destroy_allocation(Cloud& cloud, const std::string& uuid) {
  for (IronicNode& node : cloud.state.ironic_nodes) {
    if (node.allocation_uuid == uuid) {
      node.allocation_uuid.reset();
      node.instance_uuid.reset();
    }
  }
  auto& all = cloud.state.ironic_allocations;
  all.erase(std::remove_if(
                all.begin(), all.end(), [&](const IronicAllocation& a) { return a.uuid == uuid; }),
            all.end());
}

void settle_allocations(Cloud& cloud) {
  for (IronicAllocation& allocation : cloud.state.ironic_allocations) {
    if (allocation.state == "allocating") {
      allocate_node(cloud.state, allocation);
    }
  }
}

}  // namespace ncc::fake_cloud
