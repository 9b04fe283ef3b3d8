// What can be taken out of Placement. Behaviour and texts: placement/handlers/resource_provider.py,
// allocation.py, placement/errors.py.
#include <algorithm>

#include "cloud/placement_parts.hpp"

namespace ncc::fake_cloud {

namespace {

// Somebody else wrote at the same time (Settings::placement_conflicts).
std::optional<Response> concurrent_update(const Call& call) {
  Number& conflicts = call.state().settings.placement_conflicts;
  if (conflicts == 0) {
    return std::nullopt;
  }
  --conflicts;
  return placement_error(call,
                         409,
                         "There was a conflict when trying to complete your request.",
                         "placement.concurrent_update");
}

}  // namespace

Response delete_provider(const Call& call) {
  State& state = call.state();
  const std::string uuid = call.path[1];
  if (find_provider(state, uuid) == nullptr) {
    return placement_error(
        call, 404, "No resource provider with uuid " + uuid + " found for delete");
  }
  if (auto refusal = concurrent_update(call)) {
    return *refusal;
  }
  if (std::any_of(state.providers.begin(), state.providers.end(), [&](const Provider& p) {
        return p.parent == uuid;
      })) {
    return placement_error(
        call,
        409,
        "Unable to delete parent resource provider " + uuid + ": It has child resource providers.",
        "placement.resource_provider.cannot_delete_parent");
  }
  if (std::any_of(state.allocations.begin(), state.allocations.end(), [&](const Allocation& a) {
        return a.provider == uuid;
      })) {
    return placement_error(
        call,
        409,
        "Unable to delete resource provider " + uuid + ": Resource provider has allocations.",
        "placement.resource_provider.inuse");
  }
  auto& all = state.providers;
  all.erase(
      std::find_if(all.begin(), all.end(), [&](const Provider& p) { return p.uuid == uuid; }));
  return empty_response(204);
}

Response delete_allocations(const Call& call) {
  if (auto refusal = concurrent_update(call)) {
    return *refusal;
  }
  return release(call.state(), call.path[1]) > 0
             ? empty_response(204)
             : placement_error(call, 404, "No allocations for consumer '" + call.path[1] + "'");
}

}  // namespace ncc::fake_cloud
