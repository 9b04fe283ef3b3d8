// What no cloud has: looking into the world, changing it, and making it misbehave. Errors are
// {"error": "..."} with 400.
//
//   GET, PUT /_emulator/state     the whole world (state.hpp); PUT replaces it, what is left out is
//                                 the default
//   POST /_emulator/state         what is in these lists is added to the world: servers, routers
//   ...;
//                                 settings and other objects are merged into what there is
//   POST /_emulator/compute       {"host", "action": start | stop | delete-record,
//                                 "hypervisor_hostname"?, "id"?, ...}; each start is a new process;
//                                 with "ironic_shard" ("" for none) and "ironic_conductor_group"?
//                                 it has the Ironic driver, and keeps it when started without them
//   POST /_emulator/discover      {"by_service"?: true}  maps new hosts, as nova-manage cell_v2
//                                 discover_hosts
//   POST /_emulator/agents        {"host", "kind": controller | gateway | metadata, "alive"?,
//   "id"?,
//                                 "bridge_mappings"?, "availability_zone"?, "remove"?} (agents.cpp)
//   GET, POST, DELETE /_emulator/faults   list; add one or a list (faults.hpp); forget all
//   GET, DELETE /_emulator/requests       what was asked, from ?since=N; forget it
//   POST /_emulator/clock         {"advance": seconds}; GET: {"now": seconds}
//   POST /_emulator/tokens/expire all tokens end now
//   /_emulator/ironic/...         ironic_control.cpp
#include <exception>
#include <set>

#include "cloud/ironic.hpp"

namespace ncc::fake_cloud {

namespace {

Json body_of(const Call& call) {
  Json body = Json::parse(call.request.body.empty() ? "{}" : call.request.body, nullptr, false);
  if (body.is_discarded()) {
    throw StateError("the body is not JSON");
  }
  return body;
}

void allow_only(const Json& body, const std::set<std::string>& known) {
  for (const auto& [key, value] : body.items()) {
    if (known.count(key) == 0) {
      throw StateError("unknown key " + key);
    }
  }
}

Response done() {
  return json_response(200, {{"ok", true}});
}

Response change_compute(const Call& call) {
  const Json body = body_of(call);
  allow_only(body,
             {"host",
              "action",
              "hypervisor_hostname",
              "id",
              "host_ip",
              "vcpus",
              "memory_mb",
              "local_gb",
              "ironic_shard",
              "ironic_conductor_group"});
  const std::string action = body.at("action");
  const std::string host = body.at("host");
  if (action == "start") {
    start_compute(call.cloud, body);
  } else if (action == "stop") {
    stop_compute(call.cloud, host);
  } else if (action == "delete-record") {
    delete_compute(call.cloud, host);
  } else {
    throw StateError("action is start, stop or delete-record, not " + action);
  }
  settle(call.cloud);
  return done();
}

Response change_agents(const Call& call) {
  const Json body = body_of(call);
  allow_only(body,
             {"host", "kind", "alive", "id", "bridge_mappings", "availability_zone", "remove"});
  report_agent(call.cloud, body);
  return done();
}

Response change_faults(const Call& call) {
  if (call.method == "DELETE") {
    call.cloud.faults.clear();
  } else if (call.method == "POST") {
    const Json body = body_of(call);
    std::vector<Fault> added;
    for (const Json& one : body.is_array() ? body : Json::array({body})) {
      added.push_back(read_fault(one));
    }
    call.cloud.faults.insert(call.cloud.faults.end(), added.begin(), added.end());
  }
  Json list = Json::array();
  for (const Fault& fault : call.cloud.faults) {
    list.push_back(write_fault(fault));
  }
  return json_response(200, {{"faults", list}});
}

Response requests(const Call& call) {
  if (call.method == "DELETE") {
    call.cloud.log.clear();
  }
  const std::size_t since = std::stoul(call.parameter("since").value_or("0"));
  Json list = Json::array();
  for (std::size_t i = since; i < call.cloud.log.size(); ++i) {
    const LogEntry& entry = call.cloud.log[i];
    list.push_back({{"method", entry.method},
                    {"path", entry.path},
                    {"query", entry.query},
                    {"microversion", entry.microversion},
                    {"status", entry.status},
                    {"headers", entry.headers},
                    {"body", entry.body}});
  }
  return json_response(200, {{"requests", list}});
}

Response clock(const Call& call) {
  if (call.method == "POST") {
    const Json body = body_of(call);
    allow_only(body, {"advance"});
    const Number seconds = body.at("advance");
    if (seconds < 0) {
      throw StateError("time goes forward only");
    }
    call.cloud.advanced += seconds;
  }
  settle(call.cloud);
  return json_response(200, {{"now", now(call.cloud)}});
}

void set_state(const Call& call, const Json& document) {
  call.state() = read_state(document);
  elect_new_gateways(call.state());
}

Response add_to_state(const Call& call) {
  Json document = write_state(call.state());
  const Json body = body_of(call);
  for (const auto& [key, value] : body.items()) {
    Json& part = document[key];
    if (part.is_array() && value.is_array()) {
      part.insert(part.end(), value.begin(), value.end());
    } else if (part.is_object() && value.is_object()) {
      part.merge_patch(value);
    } else {
      part = value;
    }
  }
  set_state(call, document);
  return done();
}

Response answer(const Call& call) {
  if (call.is("GET", "state")) {
    settle(call.cloud);
    report_ironic_nodes(call.cloud);
    return json_response(200, write_state(call.state()));
  }
  if (call.is("PUT", "state")) {
    set_state(call, body_of(call));
    return json_response(200, write_state(call.state()));
  }
  if (call.is("POST", "state")) {
    return add_to_state(call);
  }
  if (call.is("POST", "compute")) {
    return change_compute(call);
  }
  if (call.is("POST", "discover")) {
    discover_hosts(call.cloud, body_of(call).value("by_service", false));
    return done();
  }
  if (call.is("POST", "agents")) {
    return change_agents(call);
  }
  if (call.path == std::vector<std::string>{"faults"}) {
    return change_faults(call);
  }
  if (call.path == std::vector<std::string>{"requests"}) {
    return requests(call);
  }
  if (call.path == std::vector<std::string>{"clock"}) {
    return clock(call);
  }
  if (call.is("POST", "tokens/expire")) {
    call.cloud.tokens.clear();
    return done();
  }
  const std::optional<Response> response = ironic_control(call);
  return response ? *response : json_response(404, {{"error", "no such control call"}});
}

}  // namespace

Response control(Call call) {
  try {
    return answer(call);
  } catch (const StateError& error) {
    return json_response(400, {{"error", error.what()}});
  } catch (const Json::exception& error) {
    return json_response(400, {{"error", error.what()}});
  }
}

}  // namespace ncc::fake_cloud
