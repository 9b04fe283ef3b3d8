#pragma once
// Band 6: reserving a bare-metal node for somebody, as an allocation of Ironic's. A request names a
// resource class, or a size and properties; which of the free nodes could be had for it is decided
// here. Which one it becomes is Ironic's choice, under its own locks.

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "openstack.hpp"

namespace ncc::reservation {

struct Request {
  std::string name = {};            // of the allocation; a second request of that name finds it
  std::string resource_class = {};  // as Ironic has it (bm); empty: chosen by size
  long long memory_mb = 0;          // at least; 0: any
  long long vcpus = 0;
  long long root_gb = 0;
  std::vector<std::string> traits = {};
  std::map<std::string, std::string> capabilities = {};  // as in a node's properties
  std::vector<std::string> candidates = {};              // uuids or names; empty: all
  std::string owner = {};                                // project
  std::string server = {};  // uuid in Nova that it is made for; it goes with that one
  std::chrono::seconds timeout{60};
  bool plan = false;
};

/// From an action's parameters (actions.yaml, reserve). Throws ConfigError naming the parameter.
[[nodiscard]] Request read_request(const std::map<std::string, std::string>& parameters);

/// What Ironic is asked for. `reason` says why there is nothing to ask for; else it is empty.
struct Choice {
  std::string resource_class = {};
  std::vector<std::string> candidates = {};  // uuids, the least waste first
  std::string reason = {};
  friend bool operator==(const Choice&, const Choice&) = default;
};

/// The nodes of one resource class that fit: of the class whose smallest fitting node is the
/// smallest. At most a hundred, so that Ironic tries the best ones. Pure.
[[nodiscard]] Choice choose(const Request& request,
                            const std::vector<openstack::SizedNode>& free_nodes);

/// Key of an allocation's `extra` that names the server it is made for.
inline constexpr const char* server_key = "server";

/// An allocation made for a server that Nova does not have any more. `servers`: those that are
/// there.
[[nodiscard]] bool is_left_over(const openstack::NodeAllocation& allocation,
                                const std::vector<std::string>& servers);
/// The server an allocation was made for; empty when it names none.
[[nodiscard]] std::string server_of(const openstack::NodeAllocation& allocation);

}  // namespace ncc::reservation
