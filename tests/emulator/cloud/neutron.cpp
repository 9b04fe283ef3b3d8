// Neutron: agents, networks, ports, routers (gateways.cpp). Behaviour:
// neutron/plugins/ml2/drivers/ovn/agent/neutron_agent.py, api/v2/base.py (what a user may not see
// is not there).
#include <algorithm>

#include "cloud/internal.hpp"

namespace ncc::fake_cloud {

namespace {

Json agent_view(const Call& call, const Agent& agent) {
  const bool metadata = agent.kind == "metadata";
  const std::string type = metadata                  ? "OVN Metadata agent"
                           : agent.kind == "gateway" ? "OVN Controller Gateway agent"
                                                     : "OVN Controller agent";
  // The agent outlives its chassis in Neutron's memory.
  const std::string gone = "(\"Chassis\" register deleted)";
  return {{"id", agent.id},
          {"host", agent.chassis_gone ? gone : agent.host},
          {"agent_type", type},
          {"binary", metadata ? "neutron-ovn-metadata-agent" : "ovn-controller"},
          {"alive", agent_alive(call.state(), agent)},
          {"admin_state_up", true},
          {"availability_zone", agent.availability_zone},
          {"topic", "n/a"},
          {"description", ""},
          {"configurations",
           {{"chassis_name", agent.chassis_gone ? gone : chassis_of(call.state(), agent)},
            {"bridge-mappings", agent.bridge_mappings}}},
          {"heartbeat_timestamp", iso_time(now(call.cloud), "%Y-%m-%d %H:%M:%S")}};
}

Json network_view(const Network& network) {
  const bool tunnelled = network.physical_network.empty();
  return {{"id", network.id},
          {"name", network.name},
          {"subnets", network.subnets},
          {"status", "ACTIVE"},
          {"admin_state_up", true},
          {"shared", true},
          {"router:external", network.external},
          {"mtu", tunnelled ? 1442 : 1500},
          {"provider:network_type", tunnelled ? "geneve" : "flat"},
          {"provider:physical_network", tunnelled ? Json(nullptr) : Json(network.physical_network)},
          {"provider:segmentation_id", nullptr},
          {"port_security_enabled", true}};
}

Json fixed_ips(const State& state, const Port& port) {
  Json addresses = Json::array();
  for (const Network& network : state.networks) {
    if (network.id == port.network_id && !network.subnets.empty() && !port.address.empty()) {
      addresses.push_back({{"subnet_id", network.subnets.front()}, {"ip_address", port.address}});
    }
  }
  return addresses;
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
          {"fixed_ips", fixed_ips(state, port)},
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

Response remove_agent(const Call& call) {
  const auto& agents = call.state().agents;
  if (std::none_of(
          agents.begin(), agents.end(), [&](const Agent& a) { return a.id == call.path[2]; })) {
    return neutron_error(404, "AgentNotFound", "Agent " + call.path[2] + " could not be found.");
  }
  if (!call.is_admin()) {
    return neutron_error(404, "HTTPNotFound", "The resource could not be found.");
  }
  delete_agent(call.cloud, call.path[2]);
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
  const auto add = [&](const Port& port) {
    const Json view = port_view(call.state(), port);
    if (matches(call, view)) {
      ports.push_back(selected(call, view));
    }
  };
  for (const Port& port : call.state().ports) {
    add(port);
  }
  for (const Router& router : call.state().routers) {
    add(gateway_port(call.state(), router));
  }
  return json_response(200, {{"ports", ports}});
}

Response list_routers(const Call& call) {
  Json routers = Json::array();
  for (const Router& router : call.state().routers) {
    const Json view = router_view(call.state(), router);
    if (matches(call, view)) {
      routers.push_back(selected(call, view));
    }
  }
  return json_response(200, {{"routers", routers}});
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

Response neutron_error(int status, const std::string& type, const std::string& message) {
  return json_response(status,
                       {{"NeutronError", {{"type", type}, {"message", message}, {"detail", ""}}}});
}

Response neutron(Call call) {
  if (call.is("GET", "")) {
    return versions(call);
  }
  const std::optional<Token> token = valid_token(call.cloud, call.request);
  if (!token) {
    return unauthorized(call.cloud);
  }
  call.token = *token;
  const bool of_agents = call.path.size() >= 2 && call.path[1] == "agents";
  if (of_agents && !call.state().settings.has_agents_api) {
    return neutron_error(404, "HTTPNotFound", "The resource could not be found.");
  }
  if (auto response = neutron_groups(call)) {
    return *response;
  }
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
  if (call.is("GET", "v2.0/routers")) {
    return list_routers(call);
  }
  if (call.is("DELETE", "v2.0/ports/*")) {
    return remove_port(call);
  }
  return not_emulated(call.request);
}

}  // namespace ncc::fake_cloud
