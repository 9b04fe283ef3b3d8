#pragma once
// Cinder: volumes of the account's project. Part of the door openstack.hpp. Catalog type
// block-storage, or its older name volumev3. What is asked here is in every 3.x, so no microversion
// is sent.

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "openstack.hpp"

namespace ncc::openstack {

struct Volume {
  std::string id = {};
  std::string name = {};
  /// creating, available, reserved, attaching, in-use, detaching, deleting, error, error_deleting
  /// ..
  std::string status = {};
  std::string type = {};
  long long size_gib = 0;
  std::map<std::string, std::string> metadata = {};
  std::vector<std::string> servers = {};  // ids of those it is attached to
  friend bool operator==(const Volume&, const Volume&) = default;
};

struct VolumeRequest {
  std::string name = {};
  long long size_gib = 1;
  std::string type = {};  // name or id; empty: the cloud's default
  std::map<std::string, std::string> metadata = {};
};

class Cinder {
 public:
  explicit Cinder(Session& session) : session_(session) {}

  /// Whether the cloud has one.
  [[nodiscard]] bool offered();
  /// POST /volumes; accepted with status creating. HttpError: 404 for an unknown type, 413 for a
  /// quota that is used up. When the answer was lost, look for the name or the metadata.
  [[nodiscard]] Volume create(const VolumeRequest& request);
  [[nodiscard]] std::optional<Volume> volume(const std::string& id);         // nullopt after 404
  [[nodiscard]] std::vector<Volume> volumes_named(const std::string& name);  // exact name
  /// Those whose metadata has this value under that key.
  [[nodiscard]] std::vector<Volume> volumes_marked(const std::string& key,
                                                   const std::string& value);
  /// DELETE /volumes/{id}: missing counts as gone; refused (400) while it is attached or being
  /// deleted already.
  [[nodiscard]] Outcome remove(const std::string& id);

 private:
  [[nodiscard]] std::vector<Volume> list(const std::string& filter);

  Session& session_;
};

}  // namespace ncc::openstack
