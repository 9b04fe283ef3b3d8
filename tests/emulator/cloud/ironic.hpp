#pragma once
// The emulated Ironic: what its files share. Behaviour and texts: ironic/api/controllers/v1,
// conductor/manager.py, conductor/allocations.py of 29.0.
//
//   ironic.cpp              versions, errors, who may do what
//   ironic_nodes.cpp        nodes as they are shown and listed; shards
//   ironic_changes.cpp      nodes made, patched, put into maintenance, provisioned, deleted
//   ironic_patch.cpp        the rules of PATCH
//   ironic_allocations.cpp  allocations
//   ironic_allocating.cpp   how they find a node
//   ironic_computes.cpp     nova-compute with the Ironic driver
//   ironic_control.cpp      many nodes at once, and what no API can do

#include <optional>
#include <string>
#include <vector>

#include "cloud/internal.hpp"

namespace ncc::fake_cloud {

// ironic.cpp
/// {"error_message": "<JSON text with faultcode, faultstring, debuginfo>"}: from within a call.
[[nodiscard]] Response ironic_error(int status, const std::string& fault);
/// 406 of a call that the version asked for does not have.
[[nodiscard]] Response not_acceptable();
[[nodiscard]] Response no_such_node(const std::string& ident);
[[nodiscard]] Response ironic_forbidden(const std::string& policy);
[[nodiscard]] bool is_since(const Call& call, int minor);
/// The roles of the three kinds that Ironic's policy asks for; see ironic/common/policy.py.
[[nodiscard]] bool is_system_admin(const Call& call);
[[nodiscard]] bool is_system_member(const Call& call);
[[nodiscard]] bool is_system_reader(const Call& call);
/// The node belongs to the caller's project, or is leased to it, or the caller may see all.
[[nodiscard]] bool may_see(const Call& call, const IronicNode& node);
/// The body as JSON; null when there is none or it is not JSON.
[[nodiscard]] Json ironic_body(const Call& call);

/// limit, marker and fields of a list. `refusal` is the 400 or 406 that they deserve.
struct IronicPage {
  std::size_t limit = 0;
  std::string marker = {};
  std::vector<std::string> fields = {};
  std::optional<Response> refusal = {};
};

[[nodiscard]] IronicPage read_ironic_page(const Call& call);
/// `next` as Ironic writes it, which is without most filters.
[[nodiscard]] std::string next_link(const Call& call,
                                    const IronicPage& page,
                                    const std::string& last);

// ironic_nodes.cpp
/// By uuid or, unless only_uuid, by name; nullptr when there is none.
[[nodiscard]] IronicNode* find_ironic_node(Cloud& cloud,
                                           const std::string& ident,
                                           bool only_uuid = false);
/// The node of nodes/{ident}/..., if the caller may see it.
[[nodiscard]] IronicNode* node_of(const Call& call);
[[nodiscard]] Json node_view(const Call& call,
                             const IronicNode& node,
                             const std::vector<std::string>& fields);
/// Every field that the version has.
[[nodiscard]] Json full_node_view(const Call& call, const IronicNode& node);
/// The version that has a field; nullopt for no field at all.
[[nodiscard]] std::optional<int> version_of_field(const std::string& field);
[[nodiscard]] std::optional<Response> ironic_nodes(const Call& call);

// ironic_changes.cpp
[[nodiscard]] std::optional<Response> ironic_changes(const Call& call);
/// The 409 of a change while a conductor holds the lock, counted down where it is counted.
[[nodiscard]] std::optional<Response> locked(IronicNode& node);
/// Updates are refused in such a state while there is a target.
[[nodiscard]] bool is_in_transition(const IronicNode& node);

// ironic_patch.cpp
[[nodiscard]] Response patch_node(const Call& call);

// ironic_allocations.cpp
[[nodiscard]] std::optional<Response> ironic_allocations(const Call& call);

// ironic_allocating.cpp
/// An active node gets the allocation that it could have had; or why not.
[[nodiscard]] std::optional<Response> backfill(IronicAllocation& allocation, IronicNode& node);
/// Allocations that are waiting find a node, or do not.
void settle_allocations(Cloud& cloud);
/// Its node is free again.
void destroy_allocation(Cloud& cloud, const std::string& uuid);

// ironic_computes.cpp
/// Moves a compute node and its instance as nova-manage db ironic_compute_node_move does: two saves
/// without a transaction around them. Throws StateError with nova-manage's message. `dies_between`:
/// the process is killed between the saves.
void move_ironic_node(Cloud& cloud, const Json& description);

// ironic_control.cpp
[[nodiscard]] std::optional<Response> ironic_control(const Call& call);

}  // namespace ncc::fake_cloud
