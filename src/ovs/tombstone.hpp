#pragma once
// Inside ovs: the part of changes() that is about Settings::tombstoned.

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "ovs.hpp"

namespace ncc::ovs {

using ExternalIds = std::map<std::string, std::optional<std::string>>;  // nullopt: to be removed

/// What must change in external_ids of the switch; empty when it is as wished.
[[nodiscard]] ExternalIds tombstone_external_ids(const Settings& current, bool tombstoned);
/// Other wishes for ovn-cms-options have to wait: a tombstone is set, or its old value comes back
/// in this very transaction.
[[nodiscard]] bool owns_cms_options(const Settings& current, const Settings& wanted);
/// Sets or removes the mark on br-int; empty when it is as wished.
[[nodiscard]] std::vector<std::string> mark_command(const Settings& current,
                                                    const Settings& wanted);

}  // namespace ncc::ovs
