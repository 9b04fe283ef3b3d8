// POST /servers/{id}/action: which action, who may, in which state. The moves are in
// nova_move_actions.cpp. Behaviour: nova/compute/api.py (check_instance_state),
// nova/api/openstack/compute/.
#include <algorithm>

#include "cloud/nova_actions.hpp"

namespace ncc::fake_cloud {

namespace {

// Actions that are done at once by the server's host. While its nova-compute does not run they are
// accepted and the task stays.
struct SimpleAction {
  std::string record = {};             // its name in os-instance-actions
  std::vector<std::string> from = {};  // vm_states; none: any
  std::string task = {}, status = {};  // what it leads through and to
};

const std::map<std::string, SimpleAction>& simple_actions() {
  static const std::map<std::string, SimpleAction> actions = {
      {"os-stop", {"stop", {"active", "error"}, "powering-off", "SHUTOFF"}},
      {"os-start", {"start", {"stopped"}, "powering-on", "ACTIVE"}},
      {"pause", {"pause", {"active"}, "pausing", "PAUSED"}},
      {"unpause", {"unpause", {"paused"}, "unpausing", "ACTIVE"}},
      {"suspend", {"suspend", {"active"}, "suspending", "SUSPENDED"}},
      {"resume", {"resume", {"suspended"}, "resuming", "ACTIVE"}},
      {"rescue", {"rescue", {"active", "stopped", "error"}, "rescuing", "RESCUE"}},
      {"unrescue", {"unrescue", {"rescued"}, "unrescuing", "ACTIVE"}},
      {"shelve", {"shelve", {"active", "stopped", "paused", "suspended"}, "shelving", "SHELVED"}},
      {"shelveOffload",
       {"shelveOffload", {"shelved"}, "shelving_offloading", "SHELVED_OFFLOADED"}}};
  return actions;
}

void offload(Cloud& cloud, Server& server) {
  server.status = "SHELVED_OFFLOADED";
  server.host.reset();
  server.node.reset();
  release(cloud.state, server.id);
  bind_ports(cloud.state, server);
}

Response act_simply(const Call& call, Server& server, const SimpleAction& action) {
  record_action(call, server, action.record);
  server.updated_at = now(call.cloud);
  server.task_state = action.task;
  const Service* service = find_compute(call.state(), server.host.value_or(""));
  if (service == nullptr || !service->running) {
    return empty_response(202);
  }
  server.task_state.reset();
  server.vm_state.clear();
  server.power_state = -1;
  server.status = action.status;
  const bool leaves = call.state().settings.shelved_offload_time == 0 || server.image.empty();
  if (action.status == "SHELVED_OFFLOADED" || (action.status == "SHELVED" && leaves)) {
    offload(call.cloud, server);
  }
  return empty_response(202);
}

Response unshelve(const Call& call, Server& server, const Json& /*body*/) {
  if (auto refusal = refuse_state(server, "unshelve", {"shelved", "shelved_offloaded"})) {
    return *refusal;
  }
  record_action(call, server, "unshelve");
  if (server.status == "SHELVED_OFFLOADED") {
    const Verdict verdict = select_host(call.cloud, server, {});
    if (verdict.node == nullptr) {
      return empty_response(202);  // found out later; the server stays as it is
    }
    server.host = verdict.node->host;
    server.node = verdict.node->hypervisor_hostname;
    allocate(call.state(), {server.id, verdict.node->id, needs_of(call.state(), server)});
    bind_ports(call.state(), server);
  }
  server.status = "ACTIVE";
  return empty_response(202);
}

Response reset_state(const Call& call, Server& server, const Json& body) {
  if (auto complaint = complaint_about_keys("os-resetState", body, {{"state"}, {}})) {
    return nova_error(400, *complaint);
  }
  const Json& state = body["state"];
  if (state != "active" && state != "error") {
    return nova_error(
        400, invalid_field("state", state, state.dump() + " is not one of ['active', 'error']"));
  }
  server.power_state = power_state(server);  // not changed by this
  server.status = state == "active" ? "ACTIVE" : "ERROR";
  server.vm_state.clear();
  server.task_state.reset();
  server.updated_at = now(call.cloud);
  return empty_response(202);
}

Response lock(const Call& call, Server& server, const Json& body) {
  server.locked = true;
  server.locked_reason.reset();
  if (body.is_object() && call.version >= Version{2, 73} && body.contains("locked_reason")) {
    server.locked_reason = body["locked_reason"].get<std::string>();
  }
  return empty_response(202);
}

Response unlock(const Call& /*call*/, Server& server, const Json& /*body*/) {
  server.locked = false;
  server.locked_reason.reset();
  return empty_response(202);
}

Response restore(const Call& /*call*/, Server& server, const Json& /*body*/) {
  if (auto refusal = refuse_state(server, "restore", {"soft-delete"})) {
    return *refusal;
  }
  server.status = server.status == "SOFT_DELETED" ? "ACTIVE" : server.status;
  server.soft_deleted = false;
  server.ready_at = 0;
  return empty_response(202);
}

Response force_delete(const Call& call, Server& server, const Json& /*body*/) {
  server.task_state = "deleting";
  server.reads_left = call.state().settings.delete_reads;
  server.ready_at = now(call.cloud) + call.state().settings.delete_seconds;
  return empty_response(202);
}

using Handler = Response (*)(const Call&, Server&, const Json&);

const std::map<std::string, Handler>& handlers() {
  static const std::map<std::string, Handler> all = {{"os-migrateLive", migrate_live},
                                                     {"migrate", migrate},
                                                     {"resize", resize},
                                                     {"os-getConsoleOutput", console_output},
                                                     {"confirmResize", confirm_resize},
                                                     {"revertResize", revert_resize},
                                                     {"evacuate", evacuate},
                                                     {"unshelve", unshelve},
                                                     {"os-resetState", reset_state},
                                                     {"lock", lock},
                                                     {"unlock", unlock},
                                                     {"restore", restore},
                                                     {"forceDelete", force_delete}};
  return all;
}

std::optional<Response> forbidden(const Call& call, const Server& server, const std::string& name) {
  static const std::map<std::string, std::string> for_admins = {
      {"os-migrateLive", "os-migrate-server:migrate_live"},
      {"migrate", "os-migrate-server:migrate"},
      {"evacuate", "os-evacuate"},
      {"os-resetState", "os-admin-actions:reset_state"},
      {"shelveOffload", "os-shelve:shelve_offload"}};
  const auto policy = for_admins.find(name);
  if (call.is_admin()) {
    return std::nullopt;  // and a lock does not hold admins
  }
  if (policy != for_admins.end()) {
    return nova_forbidden(policy->second);
  }
  if (server.locked && name != "unlock" && name != "lock") {
    return nova_error(409, "Instance " + server.id + " is locked");
  }
  return std::nullopt;
}

Response act(const Call& call, Server& server, const std::string& name, const Json& body) {
  const auto handler = handlers().find(name);
  const auto simple = simple_actions().find(name);
  if (handler == handlers().end() && simple == simple_actions().end()) {
    return nova_error(400, "There is no such action: " + name);
  }
  if (auto refusal = forbidden(call, server, name)) {
    return *refusal;
  }
  if (handler != handlers().end()) {
    return handler->second(call, server, body);
  }
  if (auto refusal = refuse_state(server, name, simple->second.from)) {
    return *refusal;
  }
  return act_simply(call, server, simple->second);
}

}  // namespace

std::optional<Response> refuse_state(const Server& server,
                                     const std::string& action,
                                     const std::vector<std::string>& vm_states) {
  const std::string vm = vm_state(server);
  const std::string beginning =
      "Cannot '" + action + "' instance " + server.id + " while it is in ";
  if (std::find(vm_states.begin(), vm_states.end(), vm) == vm_states.end()) {
    return nova_error(409, beginning + "vm_state " + vm);
  }
  if (server.task_state) {
    return nova_error(409, beginning + "task_state " + *server.task_state);
  }
  return std::nullopt;
}

std::optional<std::string> complaint_about_keys(const std::string& field,
                                                const Json& body,
                                                const Keys& keys) {
  if (!body.is_object()) {
    return invalid_field(field, body, body.dump() + " is not of type 'object'");
  }
  for (const std::string& key : keys.required) {
    if (!body.contains(key)) {
      return invalid_field(field, body, "'" + key + "' is a required property");
    }
  }
  for (const auto& [key, value] : body.items()) {
    if (std::count(keys.required.begin(), keys.required.end(), key) == 0 &&
        std::count(keys.optional.begin(), keys.optional.end(), key) == 0) {
      return invalid_field(field, body, unexpected_key(key));
    }
  }
  return std::nullopt;
}

std::optional<Response> nova_server_actions(const Call& call) {
  if (!call.is("POST", "servers/*/action")) {
    return std::nullopt;
  }
  const Json body = Json::parse(call.request.body, nullptr, false);
  if (!body.is_object() || body.empty()) {
    return nova_error(400, "Malformed request body");
  }
  Server* server = server_of(call);
  if (server == nullptr) {
    return no_such_server(call);
  }
  const std::string name = body.begin().key();
  if (body.size() > 1) {
    return nova_error(400, unexpected_key(std::next(body.begin()).key()));
  }
  return act(call, *server, name, body.begin().value());
}

}  // namespace ncc::fake_cloud
