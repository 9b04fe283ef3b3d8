// Nova's server groups. Behaviour and texts: nova/api/openstack/compute/server_groups.py.
#include <algorithm>

#include "cloud/nova_actions.hpp"

namespace ncc::fake_cloud {

namespace {

const std::vector<std::string> policies = {
    "affinity", "anti-affinity", "soft-affinity", "soft-anti-affinity"};

Json view_of(const Call& call, const ServerGroup& group) {
  Json view = {{"id", group.id}, {"name", group.name}, {"members", group.members}};
  if (call.version >= Version{2, 13}) {
    view["project_id"] = id_of("project " + group.project);
    view["user_id"] = id_of("user " + group.user);
  }
  if (call.version < Version{2, 64}) {
    view["policies"] = Json::array({group.policy});
    view["metadata"] = Json::object();
    return view;
  }
  view["policy"] = group.policy;
  view["rules"] = Json::object();
  if (group.max_server_per_host != 1) {
    view["rules"]["max_server_per_host"] = group.max_server_per_host;
  }
  return view;
}

std::optional<Response> complaint_about_query(const Call& call) {
  for (const auto& [name, value] : call.query) {
    const bool number = name == "limit" || name == "offset";
    if (!number && name != "all_projects" && call.version >= Version{2, 75}) {
      return nova_error(400, unexpected_key(name));
    }
    if (number && (value.empty() || value.size() > 9 ||
                   !std::all_of(value.begin(), value.end(), [](unsigned char c) {
                     return std::isdigit(c) != 0;
                   }))) {
      return nova_error(400,
                        "Invalid input for query parameters " + name + ". Value: " + value + ". '" +
                            value + "' does not match '^[0-9]*$'");
    }
  }
  return std::nullopt;
}

Response list(const Call& call) {
  if (auto refusal = complaint_about_query(call)) {
    return *refusal;
  }
  const bool all = call.parameter("all_projects").has_value() && call.is_admin();
  const std::size_t limit = read_page(call).limit;
  std::size_t skip = std::stoul(call.parameter("offset").value_or("0"));
  Json views = Json::array();
  for (const ServerGroup& group : call.state().server_groups) {
    if (!all && group.project != call.token.project) {
      continue;
    }
    if (skip > 0) {
      --skip;
    } else if (views.size() < limit) {
      views.push_back(view_of(call, group));
    }
  }
  return json_response(200, {{"server_groups", views}});
}

Response create(const Call& call) {
  const Json document = Json::parse(call.request.body, nullptr, false);
  const Json asked = document.is_object() ? document.value("server_group", Json()) : Json();
  const bool one = call.version >= Version{2, 64};
  const Keys keys = one ? Keys{{"name", "policy"}, {"rules"}} : Keys{{"name", "policies"}, {}};
  if (auto complaint = complaint_about_keys("server_group", asked, keys)) {
    return nova_error(400, *complaint);
  }
  const Json policy = one ? asked["policy"] : asked["policies"].at(0);
  if (std::find(policies.begin(), policies.end(), policy) == policies.end()) {
    return nova_error(400, invalid_field("policy", policy, policy.dump() + " is not one of them"));
  }
  ServerGroup group;
  group.id = make_uuid(call.cloud);
  group.name = asked["name"].get<std::string>();
  group.policy = policy.get<std::string>();
  group.project = call.token.project;
  group.user = call.token.user;
  group.max_server_per_host =
      asked.value("rules", Json::object()).value("max_server_per_host", Number{1});
  call.state().server_groups.push_back(group);
  return json_response(200, {{"server_group", view_of(call, group)}});
}

std::optional<Response> on_one(const Call& call) {
  auto& all = call.state().server_groups;
  const auto found = std::find_if(
      all.begin(), all.end(), [&](const ServerGroup& g) { return g.id == call.path[1]; });
  if (found == all.end()) {
    return nova_error(404, "Instance group " + call.path[1] + " could not be found.");
  }
  if (call.method == "DELETE") {
    all.erase(found);
    return empty_response(204);
  }
  return json_response(200, {{"server_group", view_of(call, *found)}});
}

}  // namespace

std::optional<Response> nova_groups(const Call& call) {
  if (call.is("GET", "os-server-groups")) {
    return list(call);
  }
  if (call.is("POST", "os-server-groups")) {
    return create(call);
  }
  if (call.is("GET", "os-server-groups/*") || call.is("DELETE", "os-server-groups/*")) {
    return on_one(call);
  }
  return std::nullopt;
}

}  // namespace ncc::fake_cloud
