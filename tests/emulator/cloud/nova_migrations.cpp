// Nova's migrations, to read: all (os-migrations) and the live ones of a server in progress.
// Behaviour: nova/api/openstack/compute/migrations.py, server_migrations.py.
#include <algorithm>
#include <set>

#include "cloud/internal.hpp"

namespace ncc::fake_cloud {

namespace {

const std::set<std::string> in_progress = {"queued", "preparing", "running", "post-migrating"};

std::string time_of(const Migration& migration) {
  return iso_time(migration.created_at, "%Y-%m-%dT%H:%M:%S.000000");
}

Json view(const Call& call, const Migration& migration) {
  Json out = {{"id", migration.id},
              {"instance_uuid", migration.instance_uuid},
              {"source_compute", migration.source_compute},
              {"source_node", migration.source_node},
              {"dest_compute", migration.dest_compute},
              {"dest_host", nullptr},
              {"dest_node", migration.dest_node},
              {"status", migration.status},
              {"old_instance_type_id", nullptr},
              {"new_instance_type_id", nullptr},
              {"created_at", time_of(migration)},
              {"updated_at", nullptr}};
  if (call.version >= Version{2, 23}) {
    out["migration_type"] = migration.migration_type;
  }
  if (call.version >= Version{2, 59}) {
    out["uuid"] = migration.uuid;
  }
  if (call.version >= Version{2, 80}) {
    out["user_id"] = nullptr;
    out["project_id"] = nullptr;
  }
  return out;
}

bool matches(const Call& call, const Migration& migration) {
  const auto is = [&](const std::string& name, const std::string& value) {
    const auto wanted = call.parameter(name);
    return !wanted || *wanted == value;
  };
  const auto host = call.parameter("host");
  return is("status", migration.status) && is("instance_uuid", migration.instance_uuid) &&
         is("migration_type", migration.migration_type) &&
         is("source_compute", migration.source_compute) &&
         (!host || *host == migration.source_compute || *host == migration.dest_compute);
}

Response list(const Call& call) {
  if (!call.is_admin()) {
    return nova_forbidden("os-migrations:index");
  }
  Json migrations = Json::array();
  for (const Migration& migration : call.state().migrations) {
    if (matches(call, migration)) {
      migrations.push_back(view(call, migration));
    }
  }
  return json_response(200, {{"migrations", migrations}});
}

Response of_server(const Call& call) {
  const auto& servers = call.state().servers;
  if (std::none_of(
          servers.begin(), servers.end(), [&](const Server& s) { return s.id == call.path[1]; })) {
    return nova_error(404, "Instance " + call.path[1] + " could not be found.");
  }
  Json migrations = Json::array();
  for (const Migration& migration : call.state().migrations) {
    if (migration.instance_uuid == call.path[1] && migration.migration_type == "live-migration" &&
        in_progress.count(migration.status) == 1) {
      Json out = view(call, migration);
      for (const char* other :
           {"instance_uuid", "old_instance_type_id", "new_instance_type_id", "migration_type"}) {
        out.erase(other);
      }
      out["server_uuid"] = migration.instance_uuid;
      for (const char* kind : {"disk", "memory"}) {
        for (const char* what : {"_total_bytes", "_processed_bytes", "_remaining_bytes"}) {
          out[std::string(kind) + what] = 0;
        }
      }
      migrations.push_back(out);
    }
  }
  return json_response(200, {{"migrations", migrations}});
}

}  // namespace

std::optional<Response> nova_migrations(const Call& call) {
  if (call.is("GET", "os-migrations")) {
    return list(call);
  }
  if (call.is("GET", "servers/*/migrations") && call.version >= Version{2, 23}) {
    return of_server(call);
  }
  return std::nullopt;
}

}  // namespace ncc::fake_cloud
