// Neutron: agents, networks, ports. Behaviour:
// neutron/plugins/ml2/drivers/ovn/agent/neutron_agent.py, api/v2/base.py (what a user may not see
// is not there).
#include <algorithm>

#include "cloud/internal.hpp"

namespace ncc::fake_cloud {

namespace {

Response neutron_error(int status, const std::string& type, const std::string& message) {
  return json_response(status,
                       {{"NeutronError", {{"type", type}, {"message", message}, {"detail", ""}}}});
}

Json agent_view(const Call& call, const Agent& agent) {
  const bool metadata = agent.kind == "metadata";
  const std::string type = metadata                  ? "OVN Metadata agent"
                           : agent.kind == "gateway" ? "OVN Controller Gateway agent"
                                                     : "OVN Controller agent";
  return {{"id", agent.id},
          {"host", agent.host},
          {"agent_type", type},
          {"binary", metadata ? "neutron-ovn-metadata-agent" : "ovn-controller"},
          {"alive", agent_alive(call.state(), agent)},
          {"admin_state_up", true},
          {"availability_zone", ""},
          {"topic", "n/a"},
          {"description", ""},
          {"configurations",
           {{"chassis_name", chassis_of(call.state(), agent)}, {"bridge-mappings", ""}}},
          {"heartbeat_timestamp", iso_time(now(call.cloud), "%Y-%m-%d %H:%M:%S")}};
}

Json network_view(const Network& network) {
  return {{"id", network.id},
          {"name", network.name},
          {"subnets", network.subnets},
          {"status", "ACTIVE"},
          {"admin_state_up", true},
          {"shared", true},
          {"router:external", false},
          {"mtu", 1442},
          {"provider:network_type", "geneve"},
          {"port_security_enabled", true}};
}

Json port_view(const State& state, const Port& port) {
  const bool bound = !port.host.empty() && host_can_bind(state, port.host);
  return {{"id", port.id},
          {"name", port.name},
          {"network_id", port.network_id},
          {"device_id", port.device_id},
          {"device_owner", port.device_owner},
          {"status", port.status},
          {"admin_state_up", true},
          {"mac_address",
           "fa:16:3e:" + port.id.substr(0, 2) + ":" + port.id.substr(2, 2) + ":" +
               port.id.substr(4, 2)},
          {"fixed_ips", Json::array()},
          {"binding:host_id", port.host},
          {"binding:vnic_type", "normal"},
          {"binding:vif_type",
           port.host.empty() ? "unbound"
           : bound           ? "ovs"
                             : "binding_failed"}};
}

// Equality filters on any field, repeated values mean "one of"; `fields` selects what is shown.
bool matches(const Call& call, const Json& view) {
  for (const auto& [name, value] : call.query) {
    if (!view.contains(name)) {
      continue;
    }
    const Json& field = view[name];
    bool found = false;
    for (const auto& [other, wanted] : call.query) {
      const bool same =
          field.is_boolean() ? read_bool(wanted) == field.get<bool>() : field == wanted;
      found = found || (other == name && same);
    }
    if (!found) {
      return false;
    }
  }
  return true;
}

Json selected(const Call& call, const Json& view) {
  if (!call.parameter("fields")) {
    return view;
  }
  Json some = Json::object();
  for (const auto& [name, value] : call.query) {
    if (name == "fields" && view.contains(value)) {
      some[value] = view[value];
    }
  }
  return some;
}

Response list_agents(const Call& call) {
  Json agents = Json::array();
  for (const Agent& agent : call.state().agents) {
    const Json view = agent_view(call, agent);
    if (call.is_admin() && matches(call, view)) {
      agents.push_back(selected(call, view));
    }
  }
  return json_response(200, {{"agents", agents}});
}

// A chassis that still reports is there again at once.
Response remove_agent(const Call& call) {
  auto& agents = call.state().agents;
  const auto found = std::find_if(
      agents.begin(), agents.end(), [&](const Agent& a) { return a.id == call.path[2]; });
  if (found == agents.end()) {
    return neutron_error(404, "AgentNotFound", "Agent " + call.path[2] + " could not be found.");
  }
  if (!call.is_admin()) {
    return neutron_error(404, "HTTPNotFound", "The resource could not be found.");
  }
  if (!agent_alive(call.state(), *found)) {
    agents.erase(found);
  }
  return empty_response(204);
}

Response list_networks(const Call& call) {
  Json networks = Json::array();
  for (const Network& network : call.state().networks) {
    const Json view = network_view(network);
    if (matches(call, view)) {
      networks.push_back(selected(call, view));
    }
  }
  return json_response(200, {{"networks", networks}});
}

Response list_ports(const Call& call) {
  Json ports = Json::array();
  for (const Port& port : call.state().ports) {
    const Json view = port_view(call.state(), port);
    if (matches(call, view)) {
      ports.push_back(selected(call, view));
    }
  }
  return json_response(200, {{"ports", ports}});
}

Response remove_port(const Call& call) {
  auto& ports = call.state().ports;
  const auto found =
      std::find_if(ports.begin(), ports.end(), [&](const Port& p) { return p.id == call.path[2]; });
  if (found == ports.end()) {
    return neutron_error(404, "PortNotFound", "Port " + call.path[2] + " could not be found.");
  }
  ports.erase(found);
  return empty_response(204);
}

Response versions(const Call& call) {
  const std::string href = call.cloud.base_url + "/network/v2.0/";
  return json_response(
      200,
      {{"versions",
        Json::array({{{"id", "v2.0"},
                      {"status", "CURRENT"},
                      {"links", Json::array({{{"rel", "self"}, {"href", href}}})}}})}});
}

}  // namespace

Response neutron(Call call) {
  if (call.is("GET", "")) {
    return versions(call);
  }
  const std::optional<Token> token = valid_token(call.cloud, call.request);
  if (!token) {
    return unauthorized(call.cloud);
  }
  call.token = *token;
  if (call.is("GET", "v2.0/agents")) {
    return list_agents(call);
  }
  if (call.is("DELETE", "v2.0/agents/*")) {
    return remove_agent(call);
  }
  if (call.is("GET", "v2.0/networks")) {
    return list_networks(call);
  }
  if (call.is("GET", "v2.0/ports")) {
    return list_ports(call);
  }
  if (call.is("DELETE", "v2.0/ports/*")) {
    return remove_port(call);
  }
  return not_emulated(call.request);
}

}  // namespace ncc::fake_cloud
