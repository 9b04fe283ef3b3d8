// os-migrateLive, migrate, confirmResize, revertResize, evacuate. Behaviour and texts:
// nova/api/openstack/compute/migrate_server.py, evacuate.py, servers.py and their schemas,
// nova/compute/api.py.
#include <algorithm>

#include "cloud/nova_actions.hpp"

namespace ncc::fake_cloud {

namespace {

// The keys that a body may have change with the microversion.
Keys live_keys(const Version& version) {
  if (version < Version{2, 25}) {
    return {{"host", "block_migration", "disk_over_commit"}, {}};
  }
  const bool forceable = version >= Version{2, 30} && version < Version{2, 68};
  return {{"host", "block_migration"},
          forceable ? std::vector<std::string>{"force"} : std::vector<std::string>{}};
}

Keys evacuate_keys(const Version& version) {
  Keys keys{{}, {"host", "adminPass"}};
  if (version < Version{2, 14}) {
    keys.required.emplace_back("onSharedStorage");
  }
  if (version >= Version{2, 29} && version < Version{2, 68}) {
    keys.optional.emplace_back("force");
  }
  return keys;
}

std::optional<std::string> complaint_about_values(const Call& call, const Json& body) {
  const Json host = body.value("host", Json());
  if (!host.is_null() && !host.is_string()) {
    return invalid_field("host", host, host.dump() + " is not of type 'string', 'null'");
  }
  const Json block = body.value("block_migration", Json(false));
  const bool automatic = block == "auto" && call.version >= Version{2, 25};
  if (!block.is_boolean() && !automatic &&
      !(block.is_string() && read_bool(block.get<std::string>()))) {
    return invalid_field("block_migration", block, block.dump() + " is not valid");
  }
  const Json force = body.value("force", Json(false));
  if (!force.is_boolean()) {
    return invalid_field("force", force, force.dump() + " is not valid");
  }
  return force == true && host.is_null()
             ? std::optional<std::string>("Can't force to a non-provided destination")
             : std::nullopt;
}

MaybeText host_in(const Json& body) {
  return body.is_object() && body.contains("host") && body["host"].is_string()
             ? MaybeText(body["host"].get<std::string>())
             : std::nullopt;
}

std::optional<Response> refuse_features(const Server& server, const std::string& operation) {
  const bool live = operation == "live-migration";
  for (const char* feature : {"vtpm_user", "sev", "vdpa", "accelerator"}) {
    if (has_feature(server, feature) && (live || std::string(feature) == "vtpm_user")) {
      return nova_error(400,
                        "Operation '" + operation + "' not supported for instance " + server.id +
                            " with " + feature + ".");
    }
  }
  return live && has_feature(server, "share")
             ? std::optional(
                   nova_error(409, "Feature not supported with instances that have shares."))
             : std::nullopt;
}

std::optional<Response> refuse_source_down(const Call& call, const std::string& host) {
  const Service* source = find_compute(call.state(), host);
  return source != nullptr && is_up(call.cloud, *source)
             ? std::nullopt
             : std::optional(nova_error(409, "Service is unavailable at this time."));
}

Migration* finished_migration(State& state, const Server& server) {
  for (Migration& migration : state.migrations) {
    if (migration.instance_uuid == server.id && migration.status == "finished") {
      return &migration;
    }
  }
  return nullptr;
}

std::optional<Response> refuse_unknown(const Call& call, const MaybeText& host) {
  return host && find_hypervisor(call.state(), *host) == nullptr
             ? std::optional(nova_error(400, "Compute host " + *host + " could not be found."))
             : std::nullopt;
}

std::optional<Response> refuse_live(const Call& call, const Server& server, const Json& body) {
  auto complaint = complaint_about_keys("os-migrateLive", body, live_keys(call.version));
  complaint = complaint ? complaint : complaint_about_values(call, body);
  if (complaint) {
    return nova_error(400, *complaint);
  }
  if (auto refusal = refuse_features(server, "live-migration")) {
    return refusal;
  }
  if (auto refusal = refuse_state(server, "os-migrateLive", {"active", "paused"})) {
    return refusal;
  }
  return refuse_unknown(call, host_in(body));
}

std::optional<Response> refuse_migrate(const Call& call, const Server& server, const Json& body) {
  if (call.version >= Version{2, 56} && !body.is_null()) {
    auto complaint = complaint_about_keys("migrate", body, {{}, {"host"}});
    complaint = complaint ? complaint : complaint_about_values(call, body);
    if (complaint) {
      return nova_error(400, *complaint);
    }
  }
  if (auto refusal = refuse_state(server, "migrate", {"active", "stopped"})) {
    return refusal;
  }
  return refuse_source_down(call, server.host.value_or(""));
}

// Before 2.34 the caller waits for the conductor.
std::optional<Response> result_of_conductor(const Call& call, const Migration& migration) {
  settle_moves(call.cloud);
  const auto& actions = call.state().actions;
  if (migration.status != "error" || actions.empty() || actions.back().events.empty()) {
    return std::nullopt;
  }
  return nova_error(400, actions.back().events.back().details.value_or(""));
}

}  // namespace

Response migrate_live(const Call& call, Server& server, const Json& body) {
  if (auto refusal = refuse_live(call, server, body)) {
    return *refusal;
  }
  Migration draft;
  draft.migration_type = "live-migration";
  draft.request_id = call.request_id;
  draft.wanted_host = host_in(body);
  const bool always = call.version < Version{2, 30} && draft.wanted_host;
  draft.forced = always || body.value("force", false);
  record_action(call, server, "live-migration");
  const Migration* migration = begin_move(call.cloud, server, draft);
  if (migration != nullptr && call.version < Version{2, 34}) {
    if (auto refusal = result_of_conductor(call, *migration)) {
      return *refusal;
    }
  }
  return empty_response(202);
}

Response migrate(const Call& call, Server& server, const Json& body) {
  const MaybeText host = call.version >= Version{2, 56} ? host_in(body) : std::nullopt;
  if (auto refusal = refuse_migrate(call, server, body)) {
    return *refusal;
  }
  if (host && host == server.host) {
    return nova_error(400, "Cannot cold migrate to same host.");
  }
  if (auto refusal = refuse_unknown(call, host)) {
    return *refusal;
  }
  Migration draft;
  draft.migration_type = "migration";
  draft.request_id = call.request_id;
  draft.wanted_host = host;
  record_action(call, server, "migrate");
  begin_move(call.cloud, server, draft);
  return empty_response(202);
}

// nova/compute/api.py (resize); a host is chosen later, by the conductor.
Response resize(const Call& call, Server& server, const Json& body) {
  if (auto complaint =
          complaint_about_keys("resize", body, {{"flavorRef"}, {"OS-DCF:diskConfig"}})) {
    return nova_error(400, *complaint);
  }
  const std::string flavor = body["flavorRef"];
  const auto& flavors = call.state().flavors;
  if (std::none_of(flavors.begin(), flavors.end(), [&](const Flavor& f) {
        return f.id == flavor && !f.deleted;
      })) {
    return nova_error(400, "Flavor " + flavor + " could not be found.");
  }
  if (auto refusal = refuse_state(server, "resize", {"active", "stopped"})) {
    return *refusal;
  }
  if (flavor == server.flavor) {
    return nova_error(400, "When resizing, instances must change flavor!");
  }
  if (auto refusal = refuse_source_down(call, server.host.value_or(""))) {
    return *refusal;
  }
  Migration draft;
  draft.migration_type = "resize";
  draft.request_id = call.request_id;
  draft.old_flavor = server.flavor;
  draft.new_flavor = flavor;
  record_action(call, server, "resize");
  begin_move(call.cloud, server, draft);
  return empty_response(202);
}

Response confirm_resize(const Call& call, Server& server, const Json& /*body*/) {
  if (auto refusal = refuse_state(server, "confirmResize", {"resized"})) {
    return *refusal;
  }
  Migration* migration = finished_migration(call.state(), server);
  if (migration == nullptr) {
    return nova_error(400, "Instance has not been resized.");
  }
  if (auto refusal = refuse_source_down(call, migration->source_compute)) {
    return *refusal;
  }
  record_action(call, server, "confirmResize");
  migration->request_id = call.request_id;
  migration->began_ms = now_ms(call.cloud);
  migration->plan = take_plan(call.state(), server.id, {"unconfirmed"});
  set_status(call.cloud, *migration, "confirming");
  return empty_response(204);
}

Response revert_resize(const Call& call, Server& server, const Json& /*body*/) {
  if (auto refusal = refuse_state(server, "revertResize", {"resized"})) {
    return *refusal;
  }
  Migration* migration = finished_migration(call.state(), server);
  if (migration == nullptr) {
    return nova_error(400, "Instance has not been resized.");
  }
  record_action(call, server, "revertResize");
  migration->request_id = call.request_id;
  migration->began_ms = now_ms(call.cloud);
  server.task_state = "resize_reverting";
  set_status(call.cloud, *migration, "reverting");
  return empty_response(202);
}

namespace {

std::optional<Response> refuse_target(const Call& call, const Server& server, const Json& body) {
  const MaybeText host = host_in(body);
  if (host && find_hypervisor(call.state(), *host) == nullptr) {
    return nova_error(404, "Compute host " + *host + " not found.");
  }
  return host && host == server.host
             ? std::optional(nova_error(400, "The target host can't be the same one."))
             : std::nullopt;
}

// Whatever the server's task_state is.
std::optional<Response> refuse_to_leave(const Call& call, const Server& server) {
  const std::string vm = vm_state(server);
  if (vm != "active" && vm != "stopped" && vm != "error") {
    return nova_error(409,
                      "Cannot 'evacuate' instance " + server.id + " while it is in vm_state " + vm);
  }
  const Service* source = find_compute(call.state(), server.host.value_or(""));
  return source != nullptr && is_up(call.cloud, *source)
             ? std::optional(
                   nova_error(400, "Compute service of " + source->host + " is still in use."))
             : std::nullopt;
}

std::optional<Response> refuse_evacuation(const Call& call,
                                          const Server& server,
                                          const Json& body) {
  auto complaint = complaint_about_keys("evacuate", body, evacuate_keys(call.version));
  complaint = complaint ? complaint : complaint_about_values(call, body);
  if (complaint) {
    return nova_error(400, *complaint);
  }
  if (auto refusal = refuse_target(call, server, body)) {
    return refusal;
  }
  if (auto refusal = refuse_features(server, "evacuate")) {
    return refusal;
  }
  return refuse_to_leave(call, server);
}

}  // namespace

Response evacuate(const Call& call, Server& server, const Json& body) {
  if (auto refusal = refuse_evacuation(call, server, body)) {
    return *refusal;
  }
  Migration draft;
  draft.migration_type = "evacuation";
  draft.request_id = call.request_id;
  draft.wanted_host = host_in(body);
  draft.forced = body.value("force", false) ||
                 (call.version < Version{2, 29} && draft.wanted_host.has_value());
  draft.stops = call.version >= Version{2, 95};
  record_action(call, server, "evacuate");
  begin_move(call.cloud, server, draft);
  return call.version < Version{2, 14}
             ? json_response(200, {{"adminPass", id_of(server.id).substr(0, 12)}})
             : empty_response(200);
}

}  // namespace ncc::fake_cloud
