// Moving servers off a host, and what Nova notes about it.

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "openstack.hpp"
#include "openstack/answer.hpp"
#include "openstack/nova_calls.hpp"
#include "openstack/times.hpp"
#include "words/text.hpp"

namespace ncc::openstack {

namespace {

/// 2.68 forbids `force`, below it false is the default: then a host named is checked by the
/// scheduler. From 2.34 on the checks of the move itself come after the answer.
constexpr const char* live_version = "2.68";
constexpr const char* live_least = "2.34";
constexpr const char* cold_version = "2.56";  // migrate with a host
/// From 2.95 on the guest is left stopped; below 2.14 the body is another one.
constexpr const char* evacuate_version = "2.95";
constexpr const char* evacuate_least = "2.14";
constexpr const char* abort_version = "2.65";       // also while queued or preparing
constexpr const char* migrations_version = "2.59";  // uuids, pages, changes-since
/// From 2.84 on events have details; from 2.51 on there are events for others than admins.
constexpr const char* actions_version = "2.84";
constexpr const char* actions_least = "2.51";

json host_or_null(const std::string& host) {
  return host.empty() ? json(nullptr) : json(host);
}

/// {"host": HOST}, or `otherwise` when the scheduler chooses.
json host_object(const std::string& host, const json& otherwise) {
  return host.empty() ? otherwise : json{{"host", host}};
}

Migration read_migration(const Answer& answer, const json& row) {
  Migration migration{.id = answer.number(row, "id"),
                      .uuid = answer.text(row, "uuid"),
                      .server = answer.text(row, "instance_uuid"),
                      .type = answer.text(row, "migration_type"),
                      .status = answer.text(row, "status"),
                      .source = answer.text(row, "source_compute"),
                      .destination = answer.text(row, "dest_compute"),
                      .created_at = answer.time(row, "created_at")};
  const bool updated = !answer.text(row, "updated_at").empty();
  migration.updated_at = updated ? answer.time(row, "updated_at") : migration.created_at;
  return migration;
}

std::string query_of(const Nova::MigrationFilter& filter) {
  std::vector<std::string> parts;
  if (!filter.host.empty()) {
    parts.push_back("host=" + percent_encode(filter.host));
  }
  if (!filter.server.empty()) {
    parts.push_back("instance_uuid=" + percent_encode(filter.server));
  }
  if (filter.changed_since > 0) {
    parts.push_back("changes-since=" + percent_encode(write_time(filter.changed_since)));
  }
  return parts.empty() ? "" : "?" + join(parts, "&");
}

struct Event {
  std::string started = {};
  std::string text = {};
};

/// The failed events of an action, Nova's newest first.
std::vector<Event> failed_events(const Answer& answer, const json& action) {
  std::vector<Event> failed;
  if (!action.contains("events")) {
    return failed;
  }
  for (const json& event : answer.list(action, "events")) {
    const std::string details = answer.optional_text(event, "details");
    if (answer.text(event, "result") == "Error") {
      failed.push_back({answer.text(event, "start_time"),
                        answer.text(event, "event") + (details.empty() ? " failed" : ": ") +
                            join(split(details), " ")});
    }
  }
  return failed;
}

}  // namespace

bool is_open(const Migration& migration) {
  static constexpr std::array<const char*, 7> closed{
      "confirmed", "reverted", "error", "failed", "completed", "cancelled", "done"};
  return std::find(closed.begin(), closed.end(), migration.status) == closed.end();
}

bool is_in_flight(const Migration& migration) {
  return is_open(migration) && migration.status != "finished";
}

Outcome Nova::act(const std::string& server,
                  const std::string& body,
                  const std::string& microversion) {
  return session_.change({.service = "compute",
                          .method = "POST",
                          .path = "/servers/" + percent_encode(server) + "/action",
                          .body = body,
                          .microversion = microversion});
}

Outcome Nova::live_migrate(const std::string& server, const std::string& host) {
  const json body{{"os-migrateLive", {{"host", host_or_null(host)}, {"block_migration", "auto"}}}};
  return act(server, text_of(body), version(live_version, live_least));
}

Outcome Nova::cold_migrate(const std::string& server, const std::string& host) {
  return act(server, text_of({{"migrate", host_object(host, nullptr)}}), cold_version);
}

Outcome Nova::resize(const std::string& server, const std::string& flavor_id) {
  return act(server, text_of({{"resize", {{"flavorRef", flavor_id}}}}), base_version);
}

Outcome Nova::revert_resize(const std::string& server) {
  return act(server, text_of({{"revertResize", nullptr}}), base_version);
}

Outcome Nova::confirm_resize(const std::string& server) {
  return act(server, text_of({{"confirmResize", nullptr}}), base_version);
}

Outcome Nova::shelve_offload(const std::string& server) {
  return act(server, text_of({{"shelveOffload", nullptr}}), base_version);
}

Outcome Nova::evacuate(const std::string& server, const std::string& host) {
  return act(server,
             text_of({{"evacuate", host_object(host, json::object())}}),
             version(evacuate_version, evacuate_least));
}

Outcome Nova::abort_migration(const std::string& server, long long migration) {
  return session_.change(
      nova_delete("/servers/" + percent_encode(server) + "/migrations/" + std::to_string(migration),
                  abort_version));
}

std::vector<Migration> Nova::migrations(const MigrationFilter& filter) {
  std::vector<Migration> migrations;
  for_each(session_,
           nova_get("/os-migrations" + query_of(filter), migrations_version),
           "migrations",
           [&](const Answer& answer, const json& row) {
             migrations.push_back(read_migration(answer, row));
           });
  return migrations;
}

std::string Nova::action_failure(const std::string& server, const std::string& request_id) {
  const auto answer = get_one(session_,
                              nova_get("/servers/" + percent_encode(server) +
                                           "/os-instance-actions/" + percent_encode(request_id),
                                       version(actions_version, actions_least)));
  if (!answer) {
    return {};
  }
  const json& action = answer->object(answer->document(), "instanceAction");
  const std::vector<Event> failed = failed_events(*answer, action);
  if (failed.empty()) {
    return answer->text(action, "message");
  }
  return std::min_element(
             failed.rbegin(),
             failed.rend(),
             [](const Event& left, const Event& right) { return left.started < right.started; })
      ->text;
}

}  // namespace ncc::openstack
