#pragma once
// What the other charms of the deployment publish to a unit.

#include "scenario/stage.hpp"

namespace ncc::scenario {

inline constexpr const char* peer_relation = "compute-peer:6";

/// Endpoint of ours -> relation id, as the virt-type needs them. Endpoints that are not here are
/// not related.
[[nodiscard]] const std::map<std::string, std::string>& relation_ids(const Bag& config);
/// The one remote unit of a relation, but for our peers.
[[nodiscard]] std::string counterpart_of(const std::string& relation_id);
/// What that unit publishes to our unit `unit` on the machine `fqdn`.
[[nodiscard]] Bag counterpart_bag(const std::string& relation_id,
                                  const std::string& unit,
                                  const std::string& fqdn);
/// The options of an application as these tests deploy it.
[[nodiscard]] Bag deployed_config();

}  // namespace ncc::scenario
