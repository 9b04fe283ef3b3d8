// Ironic's nodes made, put into maintenance, powered, provisioned and deleted; PATCH is in
// ironic_patch.cpp. Behaviour and texts: ironic/api/controllers/v1/node.py, conductor/manager.py.
#include <algorithm>
#include <set>

#include "cloud/ironic.hpp"

namespace ncc::fake_cloud {

namespace {

const std::set<std::string> changeable_in_transition = {"deploy failed",
                                                        "inspecting",
                                                        "inspect failed",
                                                        "inspect wait",
                                                        "clean failed",
                                                        "error",
                                                        "verifying",
                                                        "adopt failed",
                                                        "rescue failed",
                                                        "unrescue failed"};
const std::set<std::string> deletable = {"manageable", "enroll", "adopt failed", "available"};

Response conflict_with(const std::string& what) {
  return ironic_error(409, "A node with " + what + " already exists.");
}

MaybeText text_at(const Json& body, const char* key) {
  const auto found = body.find(key);
  return found != body.end() && found->is_string() ? MaybeText(found->get<std::string>())
                                                   : std::nullopt;
}

std::optional<Response> complaint_about_new(const Call& call, const Json& body) {
  static const std::set<std::string> known = {"uuid",
                                              "name",
                                              "driver",
                                              "resource_class",
                                              "shard",
                                              "owner",
                                              "lessee",
                                              "conductor_group",
                                              "properties",
                                              "driver_info",
                                              "extra"};
  if (!body.is_object() || !text_at(body, "driver")) {
    return ironic_error(400, "Schema error for node: 'driver' is a required property");
  }
  for (const auto& [key, value] : body.items()) {
    if (known.count(key) == 0) {
      return ironic_error(400,
                          "Schema error for node: Additional properties are not allowed ('" + key +
                              "' was unexpected)");
    }
    if (!is_since(call, version_of_field(key).value_or(1))) {
      return not_acceptable();
    }
  }
  if (!is_system_member(call)) {
    return ironic_forbidden("node:create");
  }
  return std::nullopt;
}

void read_texts(const Json& body, const char* key, std::map<Text, Text>& into) {
  const Json texts = body.value(key, Json::object());
  for (const auto& [name, value] : texts.items()) {
    into[name] = value.is_string() ? value.get<std::string>() : value.dump();
  }
}

Response create(const Call& call) {
  const Json body = ironic_body(call);
  if (const auto refusal = complaint_about_new(call, body)) {
    return *refusal;
  }
  IronicNode node;
  node.uuid = text_at(body, "uuid").value_or("");
  node.uuid = node.uuid.empty() ? make_uuid(call.cloud) : node.uuid;
  node.name = text_at(body, "name");
  node.driver = body["driver"];
  node.resource_class = text_at(body, "resource_class").value_or(node.resource_class);
  node.shard = text_at(body, "shard");
  node.owner = text_at(body, "owner");
  node.lessee = text_at(body, "lessee");
  node.conductor_group = text_at(body, "conductor_group").value_or("");
  read_texts(body, "properties", node.properties);
  read_texts(body, "extra", node.extra);
  node.provision_state = is_since(call, 11) ? "enroll" : "available";
  node.power_state.reset();
  node.created_at = now(call.cloud);
  if (find_ironic_node(call.cloud, node.uuid, true) != nullptr) {
    return conflict_with("UUID " + node.uuid);
  }
  if (node.name && find_ironic_node(call.cloud, *node.name) != nullptr) {
    return conflict_with("name " + *node.name);
  }
  call.state().ironic_nodes.push_back(node);
  return json_response(201, full_node_view(call, node));
}

Response remove(const Call& call, IronicNode& node) {
  if (const auto refusal = locked(node)) {
    return *refusal;
  }
  if (!node.maintenance && node.instance_uuid) {
    return ironic_error(
        409, "Node " + node.uuid + " is associated with instance " + *node.instance_uuid + ".");
  }
  if (!node.maintenance && deletable.count(node.provision_state) == 0) {
    return ironic_error(409,
                        "Can not delete node \"" + node.uuid +
                            "\" while it is in provision state \"" + node.provision_state +
                            "\". Valid provision states to perform deletion are: \"('manageable', "
                            "'enroll', 'adopt failed', 'available')\", or set the node into "
                            "maintenance mode");
  }
  auto& nodes = call.state().ironic_nodes;
  nodes.erase(nodes.begin() + (&node - nodes.data()));
  return empty_response(204);
}

Response set_maintenance(const Call& call, IronicNode& node) {
  if (const auto refusal = locked(node)) {
    return *refusal;
  }
  node.maintenance = call.method == "PUT";
  const Json body = ironic_body(call);
  node.maintenance_reason =
      node.maintenance && body.is_object() ? text_at(body, "reason") : std::nullopt;
  return empty_response(202);
}

struct Verb {
  const char* name;
  std::set<std::string> from;
  const char* by;
  const char* target;
};

// A verb puts the node into `by` on its way to `target`.
Response provision(const Call& call, IronicNode& node) {
  static const std::vector<Verb> verbs = {
      {"manage", {"enroll", "available", "clean failed"}, "verifying", "manageable"},
      {"provide", {"manageable"}, "cleaning", "available"},
      {"active", {"available", "deploy failed"}, "deploying", "active"},
      {"deleted", {"active", "deploy failed", "error"}, "deleting", "available"}};
  const std::string wanted = ironic_body(call).value("target", "");
  const auto verb =
      std::find_if(verbs.begin(), verbs.end(), [&](const Verb& v) { return wanted == v.name; });
  if (verb == verbs.end()) {
    return not_emulated(call.request);
  }
  if (is_in_transition(node)) {
    return ironic_error(
        409, "Node " + node.uuid + " can not be updated while a state transition is in progress.");
  }
  if (const auto refusal = locked(node)) {
    return *refusal;
  }
  if (verb->from.count(node.provision_state) == 0) {
    return ironic_error(400,
                        "The requested action \"" + wanted + "\" can not be performed on node \"" +
                            node.uuid + "\" while it is in state \"" + node.provision_state +
                            "\".");
  }
  node.provision_state = verb->by;
  node.target_provision_state = verb->target;
  node.ready_at = now(call.cloud);
  return empty_response(202);
}

Response set_power(const Call& call, IronicNode& node) {
  const std::string wanted = ironic_body(call).value("target", "");
  if (wanted != "power on" && wanted != "power off") {
    return not_emulated(call.request);
  }
  if (const auto refusal = locked(node)) {
    return *refusal;
  }
  node.power_state = wanted;
  return empty_response(202);
}

}  // namespace

bool is_in_transition(const IronicNode& node) {
  return node.target_provision_state && changeable_in_transition.count(node.provision_state) == 0;
}

std::optional<Response> locked(IronicNode& node) {
  if (!node.reservation && node.locked_changes <= 0) {
    return std::nullopt;
  }
  node.locked_changes -= node.reservation ? 0 : 1;
  return ironic_error(409,
                      "Node " + node.uuid + " is locked by host " +
                          node.reservation.value_or("conductor-1") +
                          ", please retry after the current operation is completed.");
}

std::optional<Response> ironic_changes(const Call& call) {
  if (call.is("POST", "nodes")) {
    return create(call);
  }
  if (call.is("PATCH", "nodes/*")) {
    return patch_node(call);
  }
  const std::map<std::string, Response (*)(const Call&, IronicNode&)> changes = {
      {"DELETE nodes/*", remove},
      {"PUT nodes/*/maintenance", set_maintenance},
      {"DELETE nodes/*/maintenance", set_maintenance},
      {"PUT nodes/*/states/provision", provision},
      {"PUT nodes/*/states/power", set_power}};
  for (const auto& [line, change] : changes) {
    const std::size_t space = line.find(' ');
    if (!call.is(line.substr(0, space), line.substr(space + 1))) {
      continue;
    }
    IronicNode* node = node_of(call);
    if (node == nullptr) {
      return no_such_node(call.path[1]);
    }
    return is_system_member(call) ? change(call, *node) : ironic_forbidden("node:update");
  }
  return std::nullopt;
}

}  // namespace ncc::fake_cloud
