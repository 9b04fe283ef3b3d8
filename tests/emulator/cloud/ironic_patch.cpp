// PATCH of a node: what may be changed, when, and by whom. Behaviour and texts:
// ironic/api/controllers/v1/node.py (patch), conductor/manager.py (update_node), common/args.py.
#include <algorithm>
#include <functional>
#include <set>

#include "cloud/ironic.hpp"

namespace ncc::fake_cloud {

namespace {

// Those of Ironic's list that the emulated node has.
const std::vector<std::string> patchable = {"conductor_group",
                                            "driver",
                                            "extra",
                                            "instance_uuid",
                                            "lessee",
                                            "maintenance",
                                            "name",
                                            "owner",
                                            "properties",
                                            "resource_class",
                                            "shard"};

const std::set<std::string> class_may_change_in = {
    "enroll", "inspecting", "inspect wait", "manageable", "available"};

bool is_one_of(const std::string& word, const std::vector<std::string>& words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

std::string field_of(const Json& operation) {
  return split(operation["path"].get<std::string>(), '/').at(0);
}

bool is_path(const std::string& path) {
  return path.size() > 1 && path.front() == '/' && path.back() != '/' &&
         path.find("//") == std::string::npos &&
         std::all_of(path.begin(), path.end(), [](unsigned char c) {
           return std::isalnum(c) != 0 || c == '_' || c == '-' || c == '/';
         });
}

bool is_operation(const Json& operation) {
  if (!operation.is_object() || !operation.contains("op") || !operation.contains("path")) {
    return false;
  }
  const bool known =
      std::all_of(operation.items().begin(), operation.items().end(), [](const auto& item) {
        return is_one_of(item.key(), {"op", "path", "value"});
      });
  const Json& op = operation["op"];
  const Json& path = operation["path"];
  return known && (op == "add" || op == "replace" || op == "remove") && path.is_string() &&
         is_path(path.get<std::string>());
}

// The body's schema, then what no version or node could make right.
std::optional<Response> complaint_about_patch(const Call& call, const Json& patch) {
  if (!patch.is_array() || !std::all_of(patch.begin(), patch.end(), is_operation)) {
    return ironic_error(400, "Schema error for patch: " + patch.dump() + " is not valid");
  }
  for (const Json& operation : patch) {
    const std::string field = field_of(operation);
    if (!is_one_of(field, patchable)) {
      std::string known;
      for (const std::string& one : patchable) {
        known += (known.empty() ? "" : ", ") + one;
      }
      return ironic_error(400,
                          "Cannot patch " + operation["path"].get<std::string>() +
                              ". Only the following can be updated: " + known);
    }
  }
  for (const Json& operation : patch) {
    const bool known = is_since(call, version_of_field(field_of(operation)).value_or(1));
    if (!known && operation["op"] != "remove") {
      return not_acceptable();
    }
  }
  return std::nullopt;
}

std::optional<Response> complaint_about_caller(const Call& call,
                                               const IronicNode& node,
                                               const Json& patch) {
  const bool owns = node.owner && *node.owner == project_id(call.token);
  for (const Json& operation : patch) {
    const std::string field = field_of(operation);
    const bool may = field == "shard"             ? is_system_admin(call)
                     : field == "conductor_group" ? is_system_member(call)
                                                  : is_system_member(call) || owns;
    if (!may) {
      return ironic_forbidden("node:update:" + field);
    }
  }
  return std::nullopt;
}

std::optional<Response> complaint_about_state(const Call& call,
                                              const IronicNode& node,
                                              const Json& patch) {
  const Json clear = Json::array({{{"op", "remove"}, {"path", "/instance_uuid"}}});
  if (node.maintenance && patch == clear) {
    return std::nullopt;
  }
  if (is_in_transition(node)) {
    return ironic_error(
        409,
        "Node " + call.path[1] + " can not be updated while a state transition is in progress.");
  }
  if (node.provision_state == "inspecting" && is_since(call, 39)) {
    return ironic_error(
        409, "Cannot update node \"" + node.uuid + "\" while it is in state \"inspecting\".");
  }
  return std::nullopt;
}

void set_text(MaybeText& member, const Json& value) {
  member = value.is_null() ? MaybeText() : MaybeText(value.get<std::string>());
}

MaybeText* text_of(IronicNode& node, const std::string& field) {
  const std::map<std::string, MaybeText*> texts = {{"instance_uuid", &node.instance_uuid},
                                                   {"lessee", &node.lessee},
                                                   {"name", &node.name},
                                                   {"owner", &node.owner},
                                                   {"shard", &node.shard}};
  const auto found = texts.find(field);
  return found == texts.end() ? nullptr : found->second;
}

// 400, as the schema of a node or jsonpatch say it; nullopt when the field has its new value.
std::optional<Response> apply(IronicNode& node, const Json& operation) {
  const std::string field = field_of(operation);
  const bool removes = operation["op"] == "remove";
  if (!removes && !operation.contains("value")) {
    return ironic_error(400,
                        "Couldn't apply patch '" + operation.dump() +
                            "'. Reason: The operation does not contain a 'value' member.");
  }
  const Json value = removes ? Json(nullptr) : operation["value"];
  const auto wrong = [&](const std::string& type) {
    return ironic_error(400, "Schema error for patch: " + value.dump() + " is not of type " + type);
  };
  if (MaybeText* text = text_of(node, field)) {
    if (!value.is_null() && !value.is_string()) {
      return wrong("'string', 'null'");
    }
    if (field == "instance_uuid" && value.is_string() &&
        !looks_like_uuid(value.get<std::string>())) {
      return ironic_error(400, "Expected UUID for instance_uuid: " + value.get<std::string>());
    }
    set_text(*text, value);
  } else if (field == "maintenance") {
    if (!value.is_boolean() && !value.is_null()) {
      return wrong("'string', 'boolean', 'null'");
    }
    node.maintenance = value.is_boolean() && value.get<bool>();
  } else if (field == "resource_class" || field == "conductor_group" || field == "driver") {
    if (!value.is_string()) {
      return wrong("'string'");
    }
    (field == "resource_class"    ? node.resource_class
     : field == "conductor_group" ? node.conductor_group
                                  : node.driver) = value.get<std::string>();
  } else {
    return ironic_error(501, "cloud-emulator does not patch " + field);
  }
  return std::nullopt;
}

bool is_taken(const State& state,
              const IronicNode& changed,
              const std::function<MaybeText(const IronicNode&)>& of) {
  return std::any_of(
      state.ironic_nodes.begin(), state.ironic_nodes.end(), [&](const IronicNode& node) {
        return node.uuid != changed.uuid && of(node) && of(node) == of(changed);
      });
}

// What the conductor refuses once it holds the lock.
std::optional<Response> complaint_of_conductor(const State& state,
                                               const IronicNode& node,
                                               const IronicNode& changed) {
  const bool sets_instance = changed.instance_uuid && changed.instance_uuid != node.instance_uuid;
  if (sets_instance && node.instance_uuid) {
    return ironic_error(
        409, "Node " + node.uuid + " is associated with instance " + *node.instance_uuid + ".");
  }
  if (changed.resource_class != node.resource_class &&
      class_may_change_in.count(node.provision_state) == 0) {
    return ironic_error(409,
                        "Node " + node.uuid +
                            " can not have resource_class updated unless it is in one of allowed "
                            "(enroll, inspecting, inspect wait, manageable, available) states.");
  }
  if (node.allocation_uuid && !changed.instance_uuid && !node.maintenance &&
      class_may_change_in.count(node.provision_state) == 0) {
    return ironic_error(409,
                        "Node " + node.uuid +
                            " with an allocation can not have instance_uuid removed unless it is "
                            "in one of allowed (enroll, inspecting, inspect wait, manageable, "
                            "available) states or in maintenance mode.");
  }
  if (sets_instance &&
      is_taken(state, changed, [](const IronicNode& n) { return n.instance_uuid; })) {
    return ironic_error(409,
                        "Instance " + *changed.instance_uuid +
                            " is already associated with a node, it cannot be associated with "
                            "this other node " +
                            node.uuid);
  }
  if (changed.name != node.name &&
      is_taken(state, changed, [](const IronicNode& n) { return n.name; })) {
    return ironic_error(409, "A node with name " + changed.name.value_or("") + " already exists.");
  }
  return std::nullopt;
}

Response commit(const Call& call, IronicNode& node, IronicNode changed) {
  if (const auto refusal = locked(node)) {
    return *refusal;
  }
  if (const auto refusal = complaint_of_conductor(call.state(), node, changed)) {
    return *refusal;
  }
  if (node.allocation_uuid && node.instance_uuid && !changed.instance_uuid) {
    destroy_allocation(call.cloud, *node.allocation_uuid);
    changed.allocation_uuid.reset();
  }
  changed.maintenance_reason = changed.maintenance ? changed.maintenance_reason : std::nullopt;
  std::transform(changed.conductor_group.begin(),
                 changed.conductor_group.end(),
                 changed.conductor_group.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  changed.updated_at = now(call.cloud);
  node = std::move(changed);
  return json_response(200, full_node_view(call, node));
}

}  // namespace

Response patch_node(const Call& call) {
  const Json patch = ironic_body(call);
  if (const auto refusal = complaint_about_patch(call, patch)) {
    return *refusal;
  }
  IronicNode* node = node_of(call);
  if (node == nullptr) {
    return no_such_node(call.path[1]);
  }
  if (const auto refusal = complaint_about_caller(call, *node, patch)) {
    return *refusal;
  }
  if (const auto refusal = complaint_about_state(call, *node, patch)) {
    return *refusal;
  }
  IronicNode changed = *node;
  for (const Json& operation : patch) {
    if (const auto refusal = apply(changed, operation)) {
      return *refusal;
    }
  }
  return commit(call, *node, changed);
}

}  // namespace ncc::fake_cloud
