// Ironic's nodes as they are shown and listed, and its shards. Behaviour and texts:
// ironic/api/controllers/v1/node.py (get_all, get_one), shard.py, db/sqlalchemy/api.py.
#include <algorithm>
#include <functional>

#include "cloud/ironic.hpp"

namespace ncc::fake_cloud {

namespace {

Json shown(const MaybeText& text) {
  return text ? Json(*text) : Json(nullptr);
}

Json shown_time(Number seconds) {
  return seconds == 0 ? Json(nullptr) : Json(iso_time(seconds, "%Y-%m-%dT%H:%M:%S+00:00"));
}

struct Field {
  int since = 1;  // minor version
  std::function<Json(const IronicNode&)> show = {};
};

const std::map<std::string, Field>& fields() {
  using Node = IronicNode;
  static const std::map<std::string, Field> all = {
      {"uuid", {1, [](const Node& n) { return Json(n.uuid); }}},
      {"instance_uuid", {1, [](const Node& n) { return shown(n.instance_uuid); }}},
      {"provision_state", {1, [](const Node& n) { return Json(n.provision_state); }}},
      {"target_provision_state",
       {1, [](const Node& n) { return shown(n.target_provision_state); }}},
      {"power_state", {1, [](const Node& n) { return shown(n.power_state); }}},
      {"target_power_state", {1, [](const Node&) { return Json(nullptr); }}},
      {"maintenance", {1, [](const Node& n) { return Json(n.maintenance); }}},
      {"maintenance_reason", {1, [](const Node& n) { return shown(n.maintenance_reason); }}},
      {"reservation", {1, [](const Node& n) { return shown(n.reservation); }}},
      {"driver", {1, [](const Node& n) { return Json(n.driver); }}},
      {"properties", {1, [](const Node& n) { return Json(n.properties); }}},
      {"extra", {1, [](const Node& n) { return Json(n.extra); }}},
      {"last_error", {1, [](const Node&) { return Json(nullptr); }}},
      {"created_at", {1, [](const Node& n) { return shown_time(n.created_at); }}},
      {"updated_at", {1, [](const Node& n) { return shown_time(n.updated_at); }}},
      {"name", {5, [](const Node& n) { return shown(n.name); }}},
      {"resource_class", {21, [](const Node& n) { return Json(n.resource_class); }}},
      {"traits", {37, [](const Node& n) { return Json(n.traits); }}},
      {"conductor_group", {46, [](const Node& n) { return Json(n.conductor_group); }}},
      {"owner", {50, [](const Node& n) { return shown(n.owner); }}},
      {"allocation_uuid", {52, [](const Node& n) { return shown(n.allocation_uuid); }}},
      {"lessee", {65, [](const Node& n) { return shown(n.lessee); }}},
      {"shard", {82, [](const Node& n) { return shown(n.shard); }}}};
  return all;
}

const std::vector<std::string> listed_by_default = {
    "instance_uuid", "maintenance", "power_state", "provision_state", "uuid", "name"};

Json links_of(const Call& call, const IronicNode& node) {
  const std::string root = call.cloud.base_url + "/baremetal/";
  return Json::array({{{"href", root + "v1/nodes/" + node.uuid}, {"rel", "self"}},
                      {{"href", root + "nodes/" + node.uuid}, {"rel", "bookmark"}}});
}

Response no_attribute(const std::string& name) {
  return ironic_error(500, "type object 'Node' has no attribute '" + name + "'");
}

std::optional<Response> complaint_about_fields(const Call& call,
                                               const std::vector<std::string>& wanted) {
  std::string unknown;
  for (const std::string& field : wanted) {
    const auto since = version_of_field(field);
    if (since && !is_since(call, *since)) {
      return not_acceptable();
    }
    unknown += since ? "" : (unknown.empty() ? "" : ", ") + field;
  }
  return unknown.empty() ? std::nullopt : std::optional(no_attribute(unknown));
}

// Filters and the version that has each.
const std::map<std::string, int> filters = {{"associated", 1},
                                            {"instance_uuid", 1},
                                            {"maintenance", 1},
                                            {"driver", 16},
                                            {"provision_state", 9},
                                            {"resource_class", 21},
                                            {"conductor_group", 46},
                                            {"owner", 50},
                                            {"lessee", 65},
                                            {"shard", 82},
                                            {"sharded", 82}};

std::optional<Response> complaint_about_filters(const Call& call) {
  for (const auto& [name, value] : call.query) {
    const auto filter = filters.find(name);
    if (name == "limit" || name == "marker" || name == "fields" ||
        (name == "sort_key" && value == "id") || (name == "sort_dir" && value == "asc")) {
      continue;
    }
    if (name == "sort_key" || name == "sort_dir" || name == "detail") {
      return not_emulated(call.request);
    }
    if (filter == filters.end()) {
      return ironic_error(400, "Unexpected arguments: " + name);
    }
    if (!is_since(call, filter->second)) {
      return not_acceptable();
    }
    const bool is_flag = name == "associated" || name == "maintenance" || name == "sharded";
    if (is_flag && !read_bool(value)) {
      return ironic_error(400, "Invalid " + name + ": Unrecognized value '" + value + "'");
    }
  }
  return std::nullopt;
}

bool has_value(const IronicNode& node, const std::string& name, const std::string& value) {
  const auto flag = [&] { return read_bool(value).value_or(false); };
  if (name == "shard") {
    const std::vector<std::string> shards = split(value, ',');
    return node.shard && std::find(shards.begin(), shards.end(), *node.shard) != shards.end();
  }
  if (name == "sharded") {
    return node.shard.has_value() == flag();
  }
  if (name == "associated") {
    return node.instance_uuid.has_value() == flag();
  }
  if (name == "maintenance") {
    return node.maintenance == flag();
  }
  return fields().at(name).show(node) == value;
}

bool is_wanted(const Call& call, const IronicNode& node) {
  return std::all_of(call.query.begin(),
                     call.query.end(),
                     [&](const auto& item) {
                       return filters.count(item.first) == 0 ||
                              has_value(node, item.first, item.second);
                     }) &&
         may_see(call, node);
}

Response list(const Call& call) {
  IronicPage page = read_ironic_page(call);
  if (page.refusal) {
    return *page.refusal;
  }
  if (const auto refusal = complaint_about_filters(call)) {
    return *refusal;
  }
  if (page.fields.empty()) {
    page.fields = listed_by_default;
  }
  if (const auto refusal = complaint_about_fields(call, page.fields)) {
    return *refusal;
  }
  if (std::count(page.fields.begin(), page.fields.end(), "allocation_uuid") > 0) {
    return no_attribute("allocation_uuid");  // no column: only a single node can be asked for it
  }
  const auto& nodes = call.state().ironic_nodes;
  auto node = nodes.cbegin();
  if (!page.marker.empty()) {
    const IronicNode* marker = find_ironic_node(call.cloud, page.marker, true);
    if (marker == nullptr) {
      return no_such_node(page.marker);
    }
    node += marker - nodes.data() + 1;
  }
  Json views = Json::array();
  for (; node != nodes.cend() && views.size() < page.limit; ++node) {
    if (is_wanted(call, *node)) {
      views.push_back(node_view(call, *node, page.fields));
    }
  }
  Json body = Json::object();
  if (views.size() == page.limit && !call.parameter("instance_uuid")) {
    body["next"] = next_link(call, page, std::prev(node)->uuid);
  }
  body["nodes"] = std::move(views);
  return json_response(200, body);
}

Response show(const Call& call) {
  const IronicNode* node = node_of(call);
  if (node == nullptr) {
    return no_such_node(call.path[1]);
  }
  const IronicPage page = read_ironic_page(call);
  if (page.refusal) {
    return *page.refusal;
  }
  if (const auto refusal = complaint_about_fields(call, page.fields)) {
    return *refusal;
  }
  return json_response(
      200, page.fields.empty() ? full_node_view(call, *node) : node_view(call, *node, page.fields));
}

Response shards(const Call& call) {
  if (!is_since(call, 82)) {
    return ironic_error(404, "The API version does not allow shards");
  }
  if (!is_system_reader(call)) {
    return ironic_forbidden("shards:get");
  }
  std::map<std::string, Number> counts;
  for (const IronicNode& node : call.state().ironic_nodes) {
    ++counts[node.shard.value_or("None")];
  }
  std::vector<std::pair<std::string, Number>> sorted(counts.begin(), counts.end());
  std::stable_sort(sorted.begin(), sorted.end(), [](const auto& left, const auto& right) {
    return left.second > right.second;
  });
  Json list = Json::array();
  for (const auto& [name, count] : sorted) {
    list.push_back({{"name", name}, {"count", count}});
  }
  return json_response(200, {{"shards", list}});
}

}  // namespace

IronicNode* find_ironic_node(Cloud& cloud, const std::string& ident, bool only_uuid) {
  auto& nodes = cloud.state.ironic_nodes;
  auto& index = cloud.ironic.index;
  const auto place = [&] {
    const auto found = index.find(ident);
    const bool right =
        found != index.end() && found->second < nodes.size() && nodes[found->second].uuid == ident;
    return right ? &nodes[found->second] : nullptr;
  };
  IronicNode* node = place();
  if (node == nullptr && looks_like_uuid(ident)) {
    index.clear();
    for (std::size_t i = 0; i < nodes.size(); ++i) {
      index[nodes[i].uuid] = i;
    }
    node = place();
  }
  if (node != nullptr || only_uuid) {
    return node;
  }
  const auto named = std::find_if(
      nodes.begin(), nodes.end(), [&](const IronicNode& n) { return n.name == ident; });
  return named == nodes.end() ? nullptr : &*named;
}

IronicNode* node_of(const Call& call) {
  IronicNode* node = find_ironic_node(call.cloud, call.path[1]);
  return node != nullptr && may_see(call, *node) ? node : nullptr;
}

std::optional<int> version_of_field(const std::string& field) {
  const auto found = fields().find(field);
  return found == fields().end() ? std::nullopt : std::optional(found->second.since);
}

Json node_view(const Call& call, const IronicNode& node, const std::vector<std::string>& wanted) {
  Json view = {{"links", links_of(call, node)}};
  for (const std::string& field : wanted) {
    view[field] = fields().at(field).show(node);
  }
  return view;
}

Json full_node_view(const Call& call, const IronicNode& node) {
  std::vector<std::string> known;
  for (const auto& [name, field] : fields()) {
    if (is_since(call, field.since)) {
      known.push_back(name);
    }
  }
  return node_view(call, node, known);
}

std::optional<Response> ironic_nodes(const Call& call) {
  if (call.is("GET", "nodes")) {
    return list(call);
  }
  if (call.is("GET", "nodes/*") && call.path[1] != "detail") {
    return show(call);
  }
  if (call.is("GET", "shards")) {
    return shards(call);
  }
  return std::nullopt;
}

}  // namespace ncc::fake_cloud
