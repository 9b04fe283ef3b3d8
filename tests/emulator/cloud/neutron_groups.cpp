// Neutron's security groups of the caller's project, with their rules. Behaviour and texts:
// neutron/db/securitygroups_db.py, neutron/extensions/securitygroup.py.
#include <algorithm>

#include "cloud/internal.hpp"

namespace ncc::fake_cloud {

namespace {

Json rule_view(const SecurityGroup& group, const SecurityRule& rule) {
  return {{"id", rule.id},
          {"security_group_id", group.id},
          {"direction", rule.direction},
          {"ethertype", rule.ethertype},
          {"protocol", rule.protocol.empty() ? Json(nullptr) : Json(rule.protocol)},
          {"port_range_min", nullptr},
          {"port_range_max", nullptr},
          {"remote_ip_prefix", nullptr},
          {"remote_group_id", nullptr},
          {"description", ""}};
}

Json view_of(const SecurityGroup& group) {
  Json rules = Json::array();
  for (const SecurityRule& rule : group.rules) {
    rules.push_back(rule_view(group, rule));
  }
  return {{"id", group.id},
          {"name", group.name},
          {"description", group.description},
          {"project_id", id_of("project " + group.project)},
          {"stateful", true},
          {"security_group_rules", rules}};
}

bool is_used(const State& state, const SecurityGroup& group) {
  return std::any_of(state.servers.begin(), state.servers.end(), [&](const Server& server) {
    const bool has =
        std::count(server.security_groups.begin(), server.security_groups.end(), group.id) != 0;
    return has && std::any_of(state.ports.begin(), state.ports.end(), [&](const Port& port) {
             return port.device_id == server.id;
           });
  });
}

SecurityGroup* find(const Call& call, const std::string& id) {
  auto& all = call.state().security_groups;
  const auto found = std::find_if(all.begin(), all.end(), [&](const SecurityGroup& group) {
    return group.id == id && group.project == call.token.project;
  });
  return found == all.end() ? nullptr : &*found;
}

Response no_such_group(const std::string& id) {
  return neutron_error(404, "SecurityGroupNotFound", "Security group " + id + " does not exist");
}

// Each new group lets everything out.
Response create(const Call& call) {
  const Json document = Json::parse(call.request.body, nullptr, false);
  const Json asked = document.is_object() ? document.value("security_group", Json()) : Json();
  if (!asked.is_object()) {
    return neutron_error(400, "HTTPBadRequest", "Unable to find 'security_group' in request body");
  }
  SecurityGroup group{make_uuid(call.cloud),
                      asked.value("name", ""),
                      asked.value("description", ""),
                      call.token.project};
  for (const char* ethertype : {"IPv4", "IPv6"}) {
    group.rules.push_back({make_uuid(call.cloud), "egress", ethertype, ""});
  }
  call.state().security_groups.push_back(group);
  return json_response(201, {{"security_group", view_of(group)}});
}

Response create_rule(const Call& call) {
  const Json document = Json::parse(call.request.body, nullptr, false);
  const Json asked = document.is_object() ? document.value("security_group_rule", Json()) : Json();
  if (!asked.is_object() || !asked.contains("direction") || !asked.contains("security_group_id")) {
    return neutron_error(400,
                         "HTTPBadRequest",
                         "Failed to parse request. Required attribute 'direction' not specified");
  }
  SecurityGroup* group = find(call, asked["security_group_id"]);
  if (group == nullptr) {
    return no_such_group(asked["security_group_id"]);
  }
  const SecurityRule rule{make_uuid(call.cloud),
                          asked["direction"],
                          asked.value("ethertype", "IPv4"),
                          asked.value("protocol", "")};
  for (const SecurityRule& other : group->rules) {
    if (other.direction == rule.direction && other.ethertype == rule.ethertype &&
        other.protocol == rule.protocol) {
      return neutron_error(409,
                           "SecurityGroupRuleExists",
                           "Security group rule already exists. Rule id is " + other.id + ".");
    }
  }
  group->rules.push_back(rule);
  return json_response(201, {{"security_group_rule", rule_view(*group, rule)}});
}

Response list(const Call& call) {
  Json all = Json::array();
  for (const SecurityGroup& group : call.state().security_groups) {
    const auto name = call.parameter("name");
    const auto description = call.parameter("description");
    const bool visible = call.is_admin() || group.project == call.token.project;
    if (visible && (!name || group.name == *name) &&
        (!description || group.description == *description)) {
      all.push_back(view_of(group));
    }
  }
  return json_response(200, {{"security_groups", all}});
}

Response remove(const Call& call, const std::string& id) {
  const SecurityGroup* group = find(call, id);
  if (group == nullptr) {
    return no_such_group(id);
  }
  if (is_used(call.state(), *group)) {
    return neutron_error(409, "SecurityGroupInUse", "Security Group " + id + " in use.");
  }
  auto& all = call.state().security_groups;
  all.erase(all.begin() + (group - all.data()));
  return empty_response(204);
}

}  // namespace

std::optional<Response> neutron_groups(const Call& call) {
  if (call.is("GET", "v2.0/security-groups")) {
    return list(call);
  }
  if (call.is("POST", "v2.0/security-groups")) {
    return create(call);
  }
  if (call.is("POST", "v2.0/security-group-rules")) {
    return create_rule(call);
  }
  if (call.is("DELETE", "v2.0/security-groups/*")) {
    return remove(call, call.path[2]);
  }
  return std::nullopt;
}

}  // namespace ncc::fake_cloud
