#pragma once
// Designate: A records. Catalog type dns, API v2. Part of the door openstack.hpp.

#include <optional>
#include <string>
#include <vector>

#include "openstack.hpp"

namespace ncc::openstack {

/// An A record set.
struct Record {
  std::string id = {};
  std::string name = {};                    // FQDN with its trailing dot
  std::vector<std::string> addresses = {};  // sorted
  std::string status = {};                  // PENDING, ACTIVE, ERROR
  std::string action = {};                  // CREATE, UPDATE, DELETE, NONE: what it is pending on
  std::string description = {};             // at most 160 characters
  friend bool operator==(const Record&, const Record&) = default;
};

struct RecordRequest {
  std::string name = {};  // FQDN with its trailing dot
  std::string address = {};
  std::string description = {};
};

class Designate {
 public:
  explicit Designate(Session& session) : session_(session) {}

  /// GET /zones?name=..; `name` with its trailing dot.
  [[nodiscard]] std::optional<std::string> zone_id(const std::string& name);
  /// The A record set of that name; one in the making or being deleted is there, too.
  [[nodiscard]] std::optional<Record> record(const std::string& zone, const std::string& name);
  /// POST /zones/{zone}/recordsets: accepted. conflict (409 duplicate_recordset): there is an A
  /// record of that name.
  [[nodiscard]] Outcome create(const std::string& zone, const RecordRequest& request);
  /// DELETE /zones/{zone}/recordsets/{id}: accepted; missing: it is gone.
  [[nodiscard]] Outcome remove(const std::string& zone, const std::string& id);

 private:
  Session& session_;
};

}  // namespace ncc::openstack
