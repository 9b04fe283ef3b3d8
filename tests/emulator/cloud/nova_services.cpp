// Nova's os-services: list, update (2.53 and later: by uuid), delete. Behaviour and texts:
// nova/api/openstack/compute/services.py and its schemas.
#include <algorithm>
#include <set>

#include "cloud/moves.hpp"

namespace ncc::fake_cloud {

namespace {

Json service_view(const Call& call, const Service& service) {
  const State& state = call.state();
  const std::string seen =
      iso_time(service.running ? now(call.cloud) : service.last_seen, "%Y-%m-%dT%H:%M:%S.000000");
  Json view = {{"binary", service.binary},
               {"host", service.host},
               {"zone", service.zone},
               {"status", service.enabled ? "enabled" : "disabled"},
               {"state", is_up(call.cloud, service) ? "up" : "down"},
               {"updated_at", seen},
               {"disabled_reason",
                service.disabled_reason ? Json(*service.disabled_reason) : Json(nullptr)}};
  if (call.version >= Version{2, 53}) {
    view["id"] = service.id;
  } else {
    view["id"] = 1 + (&service - state.services.data());
  }
  if (call.version >= Version{2, 11}) {
    view["forced_down"] = service.forced_down;
  }
  return view;
}

Response list(const Call& call) {
  if (!call.is_admin()) {
    return nova_forbidden("os-services:list");
  }
  if (call.version >= Version{2, 75}) {
    for (const auto& [name, value] : call.query) {
      if (name != "host" && name != "binary") {
        return nova_error(400, unexpected_key(name));
      }
    }
  }
  const std::string host = call.parameter("host").value_or("");
  const std::string binary = call.parameter("binary").value_or("");
  Json services = Json::array();
  for (const Service& service : call.state().services) {
    if ((!host.empty() && service.host != host) || (!binary.empty() && service.binary != binary)) {
      continue;
    }
    if (!is_down_cell(call.state(), service.host)) {
      services.push_back(service_view(call, service));
    } else if (call.version >= Version{2, 69}) {
      services.push_back(
          {{"binary", service.binary}, {"host", service.host}, {"status", "UNKNOWN"}});
    }
  }
  return json_response(200, {{"services", services}});
}

std::optional<std::string> complaint_about_value(const std::string& key, const Json& value) {
  const std::string quoted =
      value.is_string() ? "'" + value.get<std::string>() + "'" : value.dump();
  if (key == "status" && value != "enabled" && value != "disabled") {
    return invalid_field(key, value, quoted + " is not one of ['enabled', 'disabled']");
  }
  if (key == "disabled_reason") {
    if (!value.is_string()) {
      return invalid_field(key, value, quoted + " is not of type 'string'");
    }
    const std::size_t length = value.get_ref<const std::string&>().size();
    if (length == 0 || length > 255) {
      return invalid_field(
          key, value, quoted + (length == 0 ? " should be non-empty" : " is too long"));
    }
  }
  if (key == "forced_down" && !value.is_boolean() &&
      !(value.is_string() && read_bool(value.get<std::string>()))) {
    return invalid_field(key,
                         value,
                         quoted +
                             " is not one of [True, 'True', 'TRUE', 'true', '1', 'ON', 'On', 'on', "
                             "'YES', 'Yes', 'yes', "
                             "'y', 't', False, 'False', 'FALSE', 'false', '0', 'OFF', 'Off', "
                             "'off', 'NO', 'No', 'no', 'n', 'f']");
  }
  return std::nullopt;
}

// The schema of the body (service_update_v2_53).
std::optional<std::string> complaint_about(const Json& body) {
  static const std::set<std::string> known = {"status", "disabled_reason", "forced_down"};
  if (!body.is_object()) {
    return "Malformed request body";
  }
  for (const auto& [key, value] : body.items()) {
    if (known.count(key) == 0) {
      return unexpected_key(key);
    }
  }
  for (const auto& [key, value] : body.items()) {
    if (auto complaint = complaint_about_value(key, value)) {
      return complaint;
    }
  }
  return std::nullopt;
}

bool wants_true(const Json& value) {
  return value.is_boolean() ? value.get<bool>()
                            : read_bool(value.get<std::string>()).value_or(false);
}

bool has_done_evacuations(const State& state, const std::string& host) {
  return std::any_of(state.migrations.begin(), state.migrations.end(), [&](const Migration& m) {
    return m.source_compute == host && m.status == "done" && m.migration_type == "evacuation";
  });
}

Service* find_service(const Call& call) {
  for (Service& service : call.state().services) {
    if (service.id == call.path[1] && !is_down_cell(call.state(), service.host)) {
      return &service;
    }
  }
  return nullptr;
}

Response change(const Call& call, Service& service, const Json& body) {
  if (body.value("status", "") == "enabled" && body.contains("disabled_reason")) {
    return nova_error(400, "Specifying 'disabled_reason' with status 'enabled' is invalid.");
  }
  if (body.contains("forced_down") && !wants_true(body["forced_down"]) &&
      has_done_evacuations(call.state(), service.host)) {
    return nova_error(400,
                      "Unable to force up host " + service.host +
                          " as `done` evacuation migration records remain associated with the "
                          "host. Ensure the compute service has "
                          "been restarted, allowing these records to move to `completed` before "
                          "retrying this request.");
  }
  if (!body.contains("status") && !body.contains("forced_down")) {
    return nova_error(
        400, "No updates were requested. Fields 'status' or 'forced_down' should be specified.");
  }
  if (body.contains("status")) {
    service.enabled = body["status"] == "enabled";
    service.disabled_reason.reset();
    if (!service.enabled && body.contains("disabled_reason")) {
      service.disabled_reason = body["disabled_reason"].get<std::string>();
    }
  }
  if (body.contains("forced_down")) {
    service.forced_down = wants_true(body["forced_down"]);
  }
  sync_disabled_trait(call.cloud, service);
  return json_response(200, {{"service", service_view(call, service)}});
}

Response update(const Call& call) {
  if (call.version < Version{2, 53}) {
    const bool by_name = call.path[1] == "enable" || call.path[1] == "disable" ||
                         call.path[1] == "disable-log-reason" || call.path[1] == "force-down";
    return by_name ? not_emulated(call.request) : nova_error(404, "Unknown action");
  }
  const Json body = Json::parse(call.request.body, nullptr, false);
  if (const auto complaint = complaint_about(body)) {
    return nova_error(400, *complaint);
  }
  if (!looks_like_uuid(call.path[1])) {
    return nova_error(400, "Invalid uuid " + call.path[1]);
  }
  if (!call.is_admin()) {
    return nova_forbidden("os-services:update");
  }
  Service* service = find_service(call);
  if (service == nullptr) {
    return nova_error(404, "Service " + call.path[1] + " could not be found.");
  }
  if (service->binary != "nova-compute") {
    return nova_error(400,
                      "Updating a " + service->binary +
                          " service is not supported. Only nova-compute services can be updated.");
  }
  return change(call, *service, body);
}

bool hosts_instances(const State& state, const std::string& host) {
  return std::any_of(
      state.servers.begin(), state.servers.end(), [&](const Server& s) { return s.host == host; });
}

bool has_running_migrations(const State& state, const std::string& host) {
  return std::any_of(state.migrations.begin(), state.migrations.end(), [&](const Migration& m) {
    return (m.source_compute == host || m.dest_compute == host) && is_open(m);
  });
}

Response remove(const Call& call) {
  if (!call.is_admin()) {
    return nova_forbidden("os-services:delete");
  }
  if (call.version < Version{2, 53}) {
    return not_emulated(call.request);
  }
  if (!looks_like_uuid(call.path[1])) {
    return nova_error(400, "Invalid uuid " + call.path[1]);
  }
  const Service* service = find_service(call);
  if (service == nullptr) {
    return nova_error(404, "Service " + call.path[1] + " not found.");
  }
  const std::string host = service->host;
  if (service->binary != "nova-compute") {
    auto& services = call.state().services;
    services.erase(services.begin() + (service - services.data()));
    return empty_response(204);
  }
  if (hosts_instances(call.state(), host)) {
    return nova_error(409,
                      "Unable to delete compute service that is hosting instances. Migrate or "
                      "delete the instances first.");
  }
  if (has_running_migrations(call.state(), host)) {
    return nova_error(409,
                      "Unable to delete compute service that has in-progress migrations. Complete "
                      "the migrations or delete the "
                      "instances first.");
  }
  delete_compute(call.cloud, host);
  return empty_response(204);
}

}  // namespace

std::optional<Response> nova_services(const Call& call) {
  if (call.is("GET", "os-services")) {
    return list(call);
  }
  if (call.is("PUT", "os-services/*")) {
    return update(call);
  }
  if (call.is("DELETE", "os-services/*")) {
    return remove(call);
  }
  return std::nullopt;
}

}  // namespace ncc::fake_cloud
