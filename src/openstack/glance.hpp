#pragma once
// Glance: images to boot from. Part of the door openstack.hpp.

#include <optional>
#include <string>
#include <vector>

#include "openstack.hpp"

namespace ncc::openstack {

class Glance {
 public:
  explicit Glance(Session& session) : session_(session) {}

  /// The smallest active image that a server can boot from (no bare kernel or ramdisk); nullopt
  /// when there is none.
  [[nodiscard]] std::optional<std::string> smallest_image_id();
  /// An active image by exact name or id.
  [[nodiscard]] std::optional<std::string> image_id(const std::string& name_or_id);
  /// Ids of the active images of exactly that name, the newest first.
  [[nodiscard]] std::vector<std::string> images_named(const std::string& name);

 private:
  Session& session_;
};

}  // namespace ncc::openstack
