// What can be put into Placement: providers, their inventories, allocations of several consumers in
// one request. Behaviour: placement/handlers/resource_provider.py, inventory.py, allocation.py,
// placement/objects/allocation.py (_check_capacity_exceeded).
#include <algorithm>

#include "cloud/placement_parts.hpp"

namespace ncc::fake_cloud {

namespace {

std::optional<Json> body_of(const Call& call) {
  Json body = Json::parse(call.request.body, nullptr, false);
  return body.is_object() ? std::optional(std::move(body)) : std::nullopt;
}

Response bad_body(const Call& call) {
  return placement_error(call, 400, "JSON does not validate");
}

Inventory read_inventory(const Json& row) {
  Inventory inventory;
  inventory.total = row.at("total");
  inventory.reserved = row.value("reserved", Number{0});
  inventory.min_unit = row.value("min_unit", Number{1});
  inventory.max_unit = row.value("max_unit", Number{2147483647});
  inventory.step_size = row.value("step_size", Number{1});
  inventory.allocation_ratio = row.value("allocation_ratio", 1.0);
  return inventory;
}

// One class of one provider in a request, with what the request took before.
std::optional<std::string> complaint(const Provider& provider,
                                     const std::string& resource,
                                     Number amount,
                                     Number used) {
  const auto found = provider.inventories.find(resource);
  if (found == provider.inventories.end()) {
    return "Allocation for resource provider '" + provider.uuid + "' that does not exist.";
  }
  const Inventory& inventory = found->second;
  if (amount < inventory.min_unit || amount > inventory.max_unit ||
      amount % inventory.step_size != 0) {
    return "Unable to create allocation for '" + resource + "' on resource provider '" +
           provider.uuid + "'. The requested amount would violate inventory constraints.";
  }
  const double room =
      static_cast<double>(inventory.total - inventory.reserved) * inventory.allocation_ratio;
  if (room < static_cast<double>(used + amount)) {
    return "Unable to create allocation for '" + resource + "' on resource provider '" +
           provider.uuid + "'. The requested amount would exceed the capacity.";
  }
  return std::nullopt;
}

std::vector<Allocation> read_allocations(const Json& body) {
  std::vector<Allocation> all;
  for (const auto& [consumer, wanted] : body.items()) {
    for (const auto& [provider, share] : wanted.at("allocations").items()) {
      all.push_back({consumer, provider, share.at("resources").get<Resources>()});
    }
  }
  return all;
}

}  // namespace

Response create_provider(const Call& call) {
  const auto body = body_of(call);
  if (!body || !body->contains("name")) {
    return bad_body(call);
  }
  Provider provider;
  provider.name = body->at("name");
  provider.uuid = body->value("uuid", make_uuid(call.cloud));
  for (const Provider& other : call.state().providers) {
    if (other.name == provider.name || other.uuid == provider.uuid) {
      return placement_error(call,
                             409,
                             "Conflicting resource provider " + provider.name + " already exists.",
                             "placement.duplicate_name");
    }
  }
  call.state().providers.push_back(provider);
  return json_response(200, {{"uuid", provider.uuid}, {"name", provider.name}, {"generation", 1}});
}

Response put_inventories(const Call& call) {
  Provider* provider = find_provider(call.state(), call.path[1]);
  const auto body = body_of(call);
  if (provider == nullptr) {
    return placement_error(call, 404, "No resource provider with uuid " + call.path[1] + " found ");
  }
  if (!body || !body->contains("inventories") || !body->contains("resource_provider_generation")) {
    return bad_body(call);
  }
  if (body->at("resource_provider_generation") != provider->generation) {
    return placement_error(
        call, 409, "resource provider generation conflict", "placement.concurrent_update");
  }
  std::map<Text, Inventory> inventories;
  for (const auto& [name, row] : body->at("inventories").items()) {
    inventories[name] = read_inventory(row);
  }
  provider->inventories = std::move(inventories);
  ++provider->generation;
  return json_response(200,
                       {{"inventories", body->at("inventories")},
                        {"resource_provider_generation", provider->generation}});
}

Response post_allocations(const Call& call) {
  const auto body = body_of(call);
  if (!body) {
    return bad_body(call);
  }
  State& state = call.state();
  std::map<std::string, Resources> used = usage(state);
  const std::vector<Allocation> wanted = read_allocations(*body);
  for (const Allocation& allocation : wanted) {
    const Provider* provider = find_provider(state, allocation.provider);
    if (provider == nullptr) {
      return placement_error(call, 400, "No such resource provider " + allocation.provider);
    }
    for (const auto& [resource, amount] : allocation.resources) {
      Number& sum = used[allocation.provider][resource];
      if (const auto why = complaint(*provider, resource, amount, sum)) {
        return placement_error(call, 409, "Unable to allocate inventory: " + *why);
      }
      sum += amount;
    }
  }
  for (const Allocation& allocation : wanted) {
    allocate(state, allocation);
  }
  return empty_response(204);
}

}  // namespace ncc::fake_cloud
