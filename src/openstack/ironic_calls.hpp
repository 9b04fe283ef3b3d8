#pragma once
// What the parts of the Ironic client share: how its calls look, and a node in an answer.

#include <string>

#include "openstack/answer.hpp"

namespace ncc::openstack {

/// Not allocation_uuid: a list that is asked for it is 500, as it is no column of Ironic's.
inline constexpr const char* node_fields =
    "uuid,name,shard,instance_uuid,provision_state,target_provision_state,maintenance,"
    "conductor_group,resource_class,owner,lessee,reservation";

[[nodiscard]] Session::Call ironic_call(const std::string& method,
                                        const std::string& path,
                                        const json& body = nullptr);
/// /nodes/{node}, encoded.
[[nodiscard]] std::string node_path(const std::string& node);
/// GET of one node in all fields that Node has.
[[nodiscard]] Session::Call node_call(const std::string& node);
[[nodiscard]] Node read_node(const Answer& answer, const json& row);

}  // namespace ncc::openstack
