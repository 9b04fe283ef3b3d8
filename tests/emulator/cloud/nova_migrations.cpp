// Nova's migrations: all of them (os-migrations), and the live ones of a server in progress, which
// can be aborted or forced to complete. Behaviour and texts:
// nova/api/openstack/compute/migrations.py, server_migrations.py.
#include <algorithm>
#include <ctime>
#include <iomanip>
#include <set>
#include <sstream>

#include "cloud/moves.hpp"

namespace ncc::fake_cloud {

namespace {

const std::set<std::string> in_progress = {"queued", "preparing", "running", "post-migrating"};

std::string time_of(Number seconds) {
  return iso_time(seconds, "%Y-%m-%dT%H:%M:%S.000000");
}

Json or_null(const std::string& text) {
  return text.empty() ? Json(nullptr) : Json(text);
}

bool is_in_progress(const Migration& migration) {
  return migration.migration_type == "live-migration" && in_progress.count(migration.status) == 1;
}

Json view_of(const Call& call, const Migration& migration) {
  Json out = {{"id", migration.id},
              {"instance_uuid", migration.instance_uuid},
              {"source_compute", migration.source_compute},
              {"source_node", migration.source_node},
              {"dest_compute", or_null(migration.dest_compute)},
              {"dest_host", nullptr},
              {"dest_node", or_null(migration.dest_node)},
              {"status", migration.status},
              {"old_instance_type_id", nullptr},
              {"new_instance_type_id", nullptr},
              {"created_at", time_of(migration.created_at)},
              {"updated_at",
               migration.updated_at == 0 ? Json(nullptr) : Json(time_of(migration.updated_at))}};
  if (call.version >= Version{2, 23}) {
    out["migration_type"] = migration.migration_type;
  }
  if (call.version >= Version{2, 23} && is_in_progress(migration)) {
    const std::string tail =
        "/servers/" + migration.instance_uuid + "/migrations/" + std::to_string(migration.id);
    out["links"] =
        Json::array({{{"rel", "self"}, {"href", nova_url(call, tail)}},
                     {{"rel", "bookmark"}, {"href", call.cloud.base_url + "/compute" + tail}}});
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

// ISO 8601 to the second, with or without a fraction, in UTC.
std::optional<Number> read_time(const std::string& text) {
  std::tm parts{};
  std::istringstream in(text);
  in.imbue(std::locale::classic());
  in >>
      std::get_time(
          &parts, text.find('T') == std::string::npos ? "%Y-%m-%d %H:%M:%S" : "%Y-%m-%dT%H:%M:%S");
  return in.fail() ? std::nullopt : std::optional<Number>(timegm(&parts));
}

std::optional<Response> complaint_about_query(const Call& call) {
  const std::vector<std::pair<std::string, Version>> known = {{"hidden", {2, 1}},
                                                              {"host", {2, 1}},
                                                              {"instance_uuid", {2, 1}},
                                                              {"source_compute", {2, 1}},
                                                              {"status", {2, 1}},
                                                              {"migration_type", {2, 1}},
                                                              {"limit", {2, 59}},
                                                              {"marker", {2, 59}},
                                                              {"changes-since", {2, 59}},
                                                              {"changes-before", {2, 66}},
                                                              {"user_id", {2, 80}},
                                                              {"project_id", {2, 80}}};
  if (call.version < Version{2, 59}) {
    return std::nullopt;
  }
  for (const auto& [name, value] : call.query) {
    const std::string& key = name;
    if (std::none_of(known.begin(), known.end(), [&](const auto& item) {
          return item.first == key && item.second <= call.version;
        })) {
      return nova_error(400, unexpected_key(name));
    }
    if (name.rfind("changes-", 0) == 0 && !read_time(value)) {
      return nova_error(400,
                        "Invalid input for query parameters " + name + ". Value: " + value + ". '" +
                            value + "' is not a 'date-time'");
    }
  }
  return std::nullopt;
}

// As in SQL, a record that was never updated is neither before nor after a time.
bool changed_in_time(const Call& call, const Migration& migration) {
  const Number changed = migration.updated_at;
  const auto since = call.parameter("changes-since");
  const auto before = call.parameter("changes-before");
  return (!since || (changed != 0 && changed >= read_time(*since).value_or(0))) &&
         (!before || (changed != 0 && changed <= read_time(*before).value_or(0)));
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
         (!host || *host == migration.source_compute || *host == migration.dest_compute) &&
         changed_in_time(call, migration) && !is_down_cell(call.state(), migration.source_compute);
}

std::vector<const Migration*> newest_first(const Call& call) {
  std::vector<const Migration*> found;
  for (const Migration& migration : call.state().migrations) {
    if (matches(call, migration)) {
      found.push_back(&migration);
    }
  }
  std::sort(found.begin(), found.end(), [](const Migration* left, const Migration* right) {
    return std::pair(left->created_at, left->id) > std::pair(right->created_at, right->id);
  });
  return found;
}

Json links_to_next(const Call& call, const Json& migrations) {
  return Json::array(
      {{{"rel", "next"}, {"href", next_page(call, migrations.back()["uuid"].get<std::string>())}}});
}

Response list_page(const Call& call, const Page& page) {
  Json migrations = Json::array();
  bool begun = !page.marker;
  for (const Migration* migration : newest_first(call)) {
    if (begun && migrations.size() < page.limit) {
      migrations.push_back(view_of(call, *migration));
    }
    begun = begun || migration->uuid == page.marker;
  }
  if (!begun) {
    return nova_error(400, "Marker " + page.marker.value_or("") + " could not be found.");
  }
  Json body = {{"migrations", migrations}};
  if (call.version >= Version{2, 59} && page.limit > 0 && migrations.size() == page.limit) {
    body["migrations_links"] = links_to_next(call, migrations);
  }
  return json_response(200, body);
}

Response list(const Call& call) {
  if (!call.is_admin()) {
    return nova_forbidden("os-migrations:index");
  }
  if (auto refusal = complaint_about_query(call)) {
    return *refusal;
  }
  const Page page =
      call.version >= Version{2, 59} ? read_page(call) : Page{call.state().migrations.size()};
  return page.refusal ? *page.refusal : list_page(call, page);
}

Json progress_view(const Call& call, const Migration& migration) {
  Json out = view_of(call, migration);
  for (const char* other : {"instance_uuid",
                            "old_instance_type_id",
                            "new_instance_type_id",
                            "migration_type",
                            "links"}) {
    out.erase(other);
  }
  out["server_uuid"] = migration.instance_uuid;
  for (const char* kind : {"disk", "memory"}) {
    for (const char* what : {"_total_bytes", "_processed_bytes", "_remaining_bytes"}) {
      out[std::string(kind) + what] = 0;
    }
  }
  return out;
}

Response of_server(const Call& call) {
  Json migrations = Json::array();
  for (const Migration& migration : call.state().migrations) {
    if (migration.instance_uuid == call.path[1] && is_in_progress(migration)) {
      migrations.push_back(progress_view(call, migration));
    }
  }
  return json_response(200, {{"migrations", migrations}});
}

Migration* find_migration(const Call& call) {
  for (Migration& migration : call.state().migrations) {
    if (migration.instance_uuid == call.path[1] && std::to_string(migration.id) == call.path[3]) {
      return &migration;
    }
  }
  return nullptr;
}

// What both abort and force_complete ask first; `states` are those of the migration.
std::optional<Response> refuse(const Call& call,
                               const Migration* migration,
                               const std::string& method,
                               const std::set<std::string>& states) {
  const Server& server = *server_of(call);
  if (!call.is_admin()) {
    return nova_forbidden("servers:migrations:delete");
  }
  if (server.task_state != "migrating") {
    return nova_error(409,
                      "Cannot '" + method + "' instance " + server.id +
                          " while it is in task_state " + server.task_state.value_or("None"));
  }
  if (migration == nullptr) {
    return nova_error(404, "Migration " + call.path[3] + " not found for instance " + call.path[1]);
  }
  if (states.count(migration->status) == 0) {
    return nova_error(400,
                      "Migration " + call.path[3] + " state of instance " + call.path[1] + " is " +
                          migration->status + ". Cannot " + method +
                          " while the migration is in this state.");
  }
  return std::nullopt;
}

Response abort(const Call& call) {
  Migration* migration = find_migration(call);
  const std::set<std::string> states = call.version >= Version{2, 65}
                                           ? std::set<std::string>{"queued", "preparing", "running"}
                                           : std::set<std::string>{"running"};
  if (auto refusal = refuse(call, migration, "abort live migration", states)) {
    return *refusal;
  }
  record_action(call, *server_of(call), "live_migration_cancel");
  give_up(call.cloud, *migration, "cancelled");
  return empty_response(202);
}

Response force_complete(const Call& call) {
  Migration* migration = find_migration(call);
  if (auto refusal = refuse(call, migration, "force_complete", {"running"})) {
    return *refusal;
  }
  record_action(call, *server_of(call), "live_migration_force_complete");
  migration->plan.clear();
  migration->began_ms = now_ms(call.cloud) - milliseconds(call.state().settings.live_seconds);
  return empty_response(202);
}

Response show(const Call& call) {
  const Migration* migration = find_migration(call);
  if (migration == nullptr) {
    return nova_error(
        404, "Migration " + call.path[3] + " for server " + call.path[1] + " could not be found.");
  }
  return is_in_progress(*migration)
             ? json_response(200, {{"migration", progress_view(call, *migration)}})
             : nova_error(404,
                          "Live Migration " + call.path[3] + " for server " + call.path[1] +
                              " is not in progress.");
}

std::optional<Response> below_server(const Call& call) {
  if (call.is("GET", "servers/*/migrations")) {
    return of_server(call);
  }
  if (call.is("GET", "servers/*/migrations/*")) {
    return show(call);
  }
  if (call.is("DELETE", "servers/*/migrations/*") && call.version >= Version{2, 24}) {
    return abort(call);
  }
  if (call.is("POST", "servers/*/migrations/*/action")) {
    return force_complete(call);
  }
  return std::nullopt;
}

}  // namespace

std::optional<Response> nova_migrations(const Call& call) {
  if (call.is("GET", "os-migrations")) {
    return list(call);
  }
  if (call.path.size() < 3 || call.path[0] != "servers" || call.path[2] != "migrations" ||
      call.version < Version{2, 23}) {
    return std::nullopt;
  }
  return server_of(call) == nullptr ? no_such_server(call) : below_server(call);
}

}  // namespace ncc::fake_cloud
