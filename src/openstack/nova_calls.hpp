#pragma once
// What the parts of the Nova client share: how its calls look.

#include <string>

#include "openstack/answer.hpp"

namespace ncc::openstack {

/// Services and hypervisors by uuid, flavors embedded in servers: the oldest microversion we need
/// of every cloud.
inline constexpr const char* base_version = "2.53";

[[nodiscard]] inline Session::Call nova_get(const std::string& path,
                                            const std::string& microversion = base_version) {
  return {.service = "compute", .path = path, .microversion = microversion};
}

[[nodiscard]] inline Session::Call nova_post(const std::string& path,
                                             const json& body,
                                             const std::string& microversion = base_version) {
  return {.service = "compute",
          .method = "POST",
          .path = path,
          .body = text_of(body),
          .microversion = microversion};
}

[[nodiscard]] inline Session::Call nova_delete(const std::string& path,
                                               const std::string& microversion = base_version) {
  return {.service = "compute", .method = "DELETE", .path = path, .microversion = microversion};
}

/// A flavor as it is embedded in a server (key original_name) or listed (key name). Extra specs are
/// shown to those alone whom Nova's policy lets see them.
[[nodiscard]] Flavor read_flavor(const Answer& answer, const json& flavor, const char* name_key);

}  // namespace ncc::openstack
