#pragma once
// Placement's errors and its parts, for its files.

#include "cloud/moves.hpp"

namespace ncc::fake_cloud {

/// {"errors": [...]}; `code` is shown from 1.23 on.
[[nodiscard]] Response placement_error(const Call& call,
                                       int status,
                                       const std::string& detail,
                                       const std::string& code = "placement.undefined_code");

/// A `required` of a query: traits that must be there, and (1.22) those after a ! that must not.
struct Traits {
  std::vector<std::string> wanted = {}, forbidden = {};
};

[[nodiscard]] std::optional<Response> read_traits(const Call& call, Traits& traits);
[[nodiscard]] bool fits(const Provider& provider, const Traits& traits);
/// VCPU:1,MEMORY_MB:512 of the query's `resources`.
[[nodiscard]] std::optional<Response> read_resources(const Call& call, Resources& resources);
[[nodiscard]] Json root_of(const State& state, const Provider& provider);

// placement_candidates.cpp, placement_deletes.cpp, placement_writes.cpp
[[nodiscard]] Response allocation_candidates(const Call& call);
[[nodiscard]] Response resource_classes(const Call& call);
[[nodiscard]] Response create_provider(const Call& call);
[[nodiscard]] Response put_inventories(const Call& call);
[[nodiscard]] Response post_allocations(const Call& call);
[[nodiscard]] Response delete_provider(const Call& call);
[[nodiscard]] Response delete_allocations(const Call& call);

}  // namespace ncc::fake_cloud
