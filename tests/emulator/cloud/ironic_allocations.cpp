// Ironic's allocations: a reservation of one node, made at once in the data base and carried out by
// a conductor afterwards (ironic_allocating.cpp). Behaviour and texts:
// ironic/api/controllers/v1/allocation.py.
#include <algorithm>
#include <set>

#include "cloud/ironic.hpp"

namespace ncc::fake_cloud {

namespace {

const std::vector<std::string> allocation_fields = {"uuid",
                                                    "name",
                                                    "state",
                                                    "node_uuid",
                                                    "resource_class",
                                                    "owner",
                                                    "last_error",
                                                    "traits",
                                                    "candidate_nodes",
                                                    "extra"};

Json shown(const MaybeText& text) {
  return text ? Json(*text) : Json(nullptr);
}

Json view(const Call& call, const IronicAllocation& allocation, std::vector<std::string> fields) {
  const Json all = {{"uuid", allocation.uuid},
                    {"name", shown(allocation.name)},
                    {"state", allocation.state},
                    {"node_uuid", shown(allocation.node_uuid)},
                    {"resource_class", shown(allocation.resource_class)},
                    {"owner", shown(allocation.owner)},
                    {"last_error", shown(allocation.last_error)},
                    {"traits", allocation.traits},
                    {"candidate_nodes", allocation.candidate_nodes},
                    {"extra", allocation.extra}};
  Json view = {
      {"links",
       Json::array({{{"href", call.cloud.base_url + "/baremetal/v1/allocations/" + allocation.uuid},
                     {"rel", "self"}}})}};
  for (const std::string& field : fields.empty() ? allocation_fields : fields) {
    if (field != "owner" || is_since(call, 60)) {
      view[field] = all.at(field);
    }
  }
  return view;
}

std::optional<Response> complaint_about_fields(const Call& call,
                                               const std::vector<std::string>& fields) {
  for (const std::string& field : fields) {
    if (std::count(allocation_fields.begin(), allocation_fields.end(), field) == 0) {
      return ironic_error(400, "Field(s) \"" + field + "\" are not valid");
    }
    if (field == "owner" && !is_since(call, 60)) {
      return not_acceptable();
    }
  }
  return std::nullopt;
}

IronicAllocation* find_allocation(State& state, const std::string& ident) {
  auto& all = state.ironic_allocations;
  const auto found = std::find_if(all.begin(), all.end(), [&](const IronicAllocation& a) {
    return a.uuid == ident || a.name == ident;
  });
  return found == all.end() ? nullptr : &*found;
}

Response no_such_allocation(const std::string& ident) {
  return ironic_error(404, "Allocation " + ident + " could not be found.");
}

std::optional<Response> complaint_about_new(const Call& call, const Json& body) {
  static const std::set<std::string> known = {
      "candidate_nodes", "extra", "name", "node", "owner", "resource_class", "traits", "uuid"};
  if (!body.is_object()) {
    return ironic_error(400, "Schema error for allocation: not of type 'object'");
  }
  for (const auto& [key, value] : body.items()) {
    if (known.count(key) == 0) {
      return ironic_error(400,
                          "Schema error for allocation: Additional properties are not allowed ('" +
                              key + "' was unexpected)");
    }
  }
  if (body.contains("uuid") && !looks_like_uuid(body.value("uuid", ""))) {
    return ironic_error(400, "Expected UUID for uuid: " + body["uuid"].dump());
  }
  if (body.contains("owner") && !is_since(call, 60)) {
    return not_acceptable();
  }
  if (body.contains("node") && !is_since(call, 58)) {
    return ironic_error(400, "Cannot set node when creating an allocation in this API version");
  }
  if (!body.contains("resource_class") && !body.contains("node")) {
    return ironic_error(400, "The resource_class field is mandatory when not backfilling");
  }
  return std::nullopt;
}

MaybeText text_at(const Json& body, const char* key) {
  return body.contains(key) && body[key].is_string() ? MaybeText(body[key].get<std::string>())
                                                     : std::nullopt;
}

IronicAllocation read_allocation(const Call& call, const Json& body) {
  IronicAllocation allocation;
  allocation.uuid = text_at(body, "uuid").value_or("");
  allocation.name = text_at(body, "name");
  allocation.owner = text_at(body, "owner");
  allocation.resource_class = text_at(body, "resource_class");
  allocation.traits = body.value("traits", std::vector<Text>{});
  allocation.extra = body.value("extra", std::map<Text, Text>{});
  allocation.created_at = now(call.cloud);
  return allocation;
}

// 400 for a node or candidate that is not there.
std::optional<Response> complaint_about_nodes(const Call& call,
                                              const Json& body,
                                              IronicAllocation& allocation) {
  for (const std::string& ident : body.value("candidate_nodes", std::vector<Text>{})) {
    const IronicNode* node = find_ironic_node(call.cloud, ident);
    if (node == nullptr) {
      return ironic_error(400, "Nodes cannot be found: " + ident);
    }
    allocation.candidate_nodes.push_back(node->uuid);
  }
  const auto backfilled = text_at(body, "node");
  if (backfilled && find_ironic_node(call.cloud, *backfilled) == nullptr) {
    return ironic_error(400, "Node " + *backfilled + " could not be found.");
  }
  return std::nullopt;
}

Response create(const Call& call) {
  const Json body = ironic_body(call);
  if (const auto refusal = complaint_about_new(call, body)) {
    return *refusal;
  }
  if (!is_system_member(call)) {
    return ironic_forbidden("allocation:create");
  }
  IronicAllocation allocation = read_allocation(call, body);
  if (const auto refusal = complaint_about_nodes(call, body, allocation)) {
    return *refusal;
  }
  IronicNode* node =
      body.contains("node") ? find_ironic_node(call.cloud, body.value("node", "")) : nullptr;
  if (node != nullptr && !allocation.resource_class) {
    allocation.resource_class = node->resource_class;
  }
  if (allocation.uuid.empty()) {
    allocation.uuid =
        node != nullptr && node->instance_uuid ? *node->instance_uuid : make_uuid(call.cloud);
  }
  State& state = call.state();
  if (find_allocation(state, allocation.uuid) != nullptr) {
    return ironic_error(409, "An allocation with UUID " + allocation.uuid + " already exists.");
  }
  if (allocation.name && find_allocation(state, *allocation.name) != nullptr) {
    return ironic_error(409, "An allocation with name " + *allocation.name + " already exists.");
  }
  state.ironic_allocations.push_back(allocation);
  IronicAllocation& stored = state.ironic_allocations.back();
  const auto refusal = node != nullptr ? backfill(stored, *node) : std::nullopt;
  return refusal ? *refusal : json_response(201, view(call, stored, {}));
}

bool is_wanted(const Call& call, const IronicAllocation& allocation) {
  const auto is = [&](const char* name, const MaybeText& value) {
    const auto wanted = call.parameter(name);
    return !wanted || value == *wanted;
  };
  // In system scope Ironic 29.0 loses the filter `node`.
  const bool by_node = call.token.system || is("node", allocation.node_uuid);
  const bool visible = is_system_reader(call) || allocation.owner == project_id(call.token);
  return visible && by_node && is("resource_class", allocation.resource_class) &&
         is("state", allocation.state) && is("owner", allocation.owner);
}

Response list(const Call& call) {
  const IronicPage page = read_ironic_page(call);
  if (page.refusal) {
    return *page.refusal;
  }
  if (const auto refusal = complaint_about_fields(call, page.fields)) {
    return *refusal;
  }
  bool begun = page.marker.empty();
  std::string last;
  Json views = Json::array();
  for (const IronicAllocation& allocation : call.state().ironic_allocations) {
    if (begun && views.size() < page.limit && is_wanted(call, allocation)) {
      views.push_back(view(call, allocation, page.fields));
      last = allocation.uuid;
    }
    begun = begun || allocation.uuid == page.marker;
  }
  if (!begun) {
    return no_such_allocation(page.marker);
  }
  Json body = Json::object();
  if (views.size() == page.limit) {
    body["next"] = next_link(call, page, last);
  }
  body["allocations"] = std::move(views);
  return json_response(200, body);
}

Response remove(const Call& call, const IronicAllocation& allocation) {
  const IronicNode* node =
      allocation.node_uuid ? find_ironic_node(call.cloud, *allocation.node_uuid, true) : nullptr;
  const std::string begin = "Cannot remove allocation " + allocation.uuid + " for node " +
                            allocation.node_uuid.value_or("") + ", because the node is ";
  if (node != nullptr && !node->maintenance && is_in_transition(*node)) {
    return ironic_error(409,
                        begin + "in state " + node->provision_state +
                            " where updates are not allowed (and maintenance mode is off)");
  }
  if (node != nullptr && !node->maintenance && node->provision_state == "active") {
    return ironic_error(409, begin + "active (and maintenance mode is off)");
  }
  destroy_allocation(call.cloud, allocation.uuid);
  return empty_response(204);
}

Response of_node(const Call& call) {
  const IronicNode* node = node_of(call);
  if (node == nullptr) {
    return no_such_node(call.path[1]);
  }
  const IronicAllocation* found =
      node->allocation_uuid ? find_allocation(call.state(), *node->allocation_uuid) : nullptr;
  if (found == nullptr) {
    return ironic_error(404, "Allocation for node " + call.path[1] + " was not found");
  }
  return call.method == "GET"
             ? json_response(200, view(call, *found, read_ironic_page(call).fields))
             : remove(call, *found);
}

Response one(const Call& call) {
  const IronicAllocation* found = find_allocation(call.state(), call.path[1]);
  if (found == nullptr || !(is_system_reader(call) || found->owner == project_id(call.token))) {
    return no_such_allocation(call.path[1]);
  }
  if (call.method == "DELETE") {
    return is_system_member(call) ? remove(call, *found) : ironic_forbidden("allocation:delete");
  }
  const std::vector<std::string> fields = read_ironic_page(call).fields;
  const auto refusal = complaint_about_fields(call, fields);
  return refusal ? *refusal : json_response(200, view(call, *found, fields));
}

}  // namespace

std::optional<Response> ironic_allocations(const Call& call) {
  const bool of_a_node =
      call.path.size() == 3 && call.path[0] == "nodes" && call.path[2] == "allocation";
  const bool theirs = !call.path.empty() && call.path[0] == "allocations";
  if (!theirs && !of_a_node) {
    return std::nullopt;
  }
  if (!is_since(call, 52)) {
    return ironic_error(call.method == "GET" ? 404 : 405,
                        "The API version does not allow allocations");
  }
  if (of_a_node && (call.method == "GET" || call.method == "DELETE")) {
    return of_node(call);
  }
  if (call.is("GET", "allocations")) {
    return list(call);
  }
  if (call.is("POST", "allocations")) {
    return create(call);
  }
  if (call.is("GET", "allocations/*") || call.is("DELETE", "allocations/*")) {
    return one(call);
  }
  return std::nullopt;
}

}  // namespace ncc::fake_cloud
