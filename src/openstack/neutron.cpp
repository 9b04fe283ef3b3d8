#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "openstack.hpp"
#include "openstack/answer.hpp"
#include "words/text.hpp"

namespace ncc::openstack {

namespace {

/// What Neutron shows as host once the Chassis row of an agent is gone.
constexpr const char* vanished_chassis = "(\"Chassis\" register deleted)";
constexpr const char* physical_network = "provider:physical_network";

/// configurations["bridge-mappings"]: "physnet1:br-ex,physnet2:br-two" in ML2/OVN, an object in
/// other drivers (there as bridge_mappings).
std::map<std::string, std::string> mappings_of(const Answer& answer, const json& agent) {
  std::map<std::string, std::string> mappings;
  if (!agent.contains("configurations")) {
    return mappings;
  }
  const json& configurations = answer.object(agent, "configurations");
  const char* key =
      configurations.contains("bridge_mappings") ? "bridge_mappings" : "bridge-mappings";
  if (!configurations.contains(key)) {
    return mappings;
  }
  if (configurations[key].is_object()) {
    for (const auto& [network, bridge] : configurations[key].items()) {
      mappings[network] = answer.text(configurations[key], network.c_str());
    }
    return mappings;
  }
  for (const std::string& mapping : split(answer.text(configurations, key), ",")) {
    const std::size_t colon = mapping.find(':');
    if (colon != std::string::npos) {
      mappings[trim(mapping.substr(0, colon))] = trim(mapping.substr(colon + 1));
    }
  }
  return mappings;
}

Agent read_agent(const Answer& answer, const json& row) {
  Agent agent{.id = answer.text(row, "id"),
              .type = answer.text(row, "agent_type"),
              .host = answer.text(row, "host"),
              .alive = answer.flag(row, "alive"),
              .zone = answer.optional_text(row, "availability_zone"),
              .bridge_mappings = mappings_of(answer, row)};
  if (agent.host == vanished_chassis) {
    agent.host.clear();
  }
  return agent;
}

std::vector<Agent> list_agents(Session& session, const std::string& filter) {
  std::vector<Agent> agents;
  for_each(
      session,
      {.service = "network", .path = "/agents" + filter},
      "agents",
      [&](const Answer& answer, const json& row) { agents.push_back(read_agent(answer, row)); });
  return agents;
}

/// Of a network with several segments: that of the first segment which has one.
std::string physical_network_of(const Answer& answer, const json& network) {
  if (!network.contains("segments")) {
    return answer.text(network, physical_network);
  }
  for (const json& segment : answer.list(network, "segments")) {
    if (std::string name = answer.text(segment, physical_network); !name.empty()) {
      return name;
    }
  }
  return {};
}

std::optional<std::string> network_by(Session& session, const char* key, const std::string& value) {
  std::optional<std::string> id;
  for_each(
      session,
      {.service = "network", .path = std::string("/networks?") + key + "=" + percent_encode(value)},
      "networks",
      [&](const Answer& answer, const json& network) {
        if (!id && answer.text(network, key) == value) {
          id = answer.text(network, "id");
        }
      });
  return id;
}

}  // namespace

bool is_gateway(const Agent& agent) {
  return agent.type == "OVN Controller Gateway agent";
}

std::vector<Agent> Neutron::agents(const std::string& host) {
  std::vector<Agent> agents =
      list_agents(session_, host.empty() ? "" : "?host=" + percent_encode(host));
  if (!host.empty()) {
    std::erase_if(agents, [&](const Agent& agent) { return agent.host != host; });
  }
  return agents;
}

std::optional<Agent> Neutron::agent(const std::string& id) {
  for (const Agent& agent : list_agents(session_, "?id=" + percent_encode(id))) {
    if (agent.id == id) {
      return agent;
    }
  }
  return std::nullopt;
}

Outcome Neutron::delete_agent(const std::string& id) {
  return session_.change(
      {.service = "network", .method = "DELETE", .path = "/agents/" + percent_encode(id)});
}

std::vector<GatewayPort> Neutron::gateway_ports() {
  std::vector<GatewayPort> ports;
  for_each(session_,
           {.service = "network", .path = "/ports?device_owner=network:router_gateway"},
           "ports",
           [&](const Answer& answer, const json& row) {
             ports.push_back({.id = answer.text(row, "id"),
                              .router = answer.text(row, "device_id"),
                              .network = answer.text(row, "network_id"),
                              .host = answer.text(row, "binding:host_id")});
           });
  return ports;
}

std::vector<ServerPort> Neutron::ports_of_server(const std::string& server) {
  std::vector<ServerPort> ports;
  for_each(session_,
           {.service = "network", .path = "/ports?device_id=" + percent_encode(server)},
           "ports",
           [&](const Answer& answer, const json& row) {
             if (answer.text(row, "device_id") != server) {
               return;
             }
             ServerPort port{.id = answer.text(row, "id"),
                             .network = answer.text(row, "network_id"),
                             .status = answer.text(row, "status")};
             for (const json& address : answer.list(row, "fixed_ips")) {
               port.addresses.push_back(answer.text(address, "ip_address"));
             }
             ports.push_back(std::move(port));
           });
  std::sort(ports.begin(), ports.end(), [](const ServerPort& left, const ServerPort& right) {
    return left.id < right.id;
  });
  return ports;
}

std::map<std::string, std::string> Neutron::physical_networks() {
  std::map<std::string, std::string> networks;
  for_each(session_,
           {.service = "network", .path = "/networks"},
           "networks",
           [&](const Answer& answer, const json& row) {
             const std::string name = physical_network_of(answer, row);
             if (!name.empty()) {
               networks[answer.text(row, "id")] = name;
             }
           });
  return networks;
}

std::string Neutron::create_security_group(const SecurityGroup& group) {
  const json body{{"name", group.name}, {"description", group.description}};
  const Session::Call call{.service = "network",
                           .method = "POST",
                           .path = "/security-groups",
                           .body = text_of({{"security_group", body}})};
  const Answer answer(call, session_.send(call));
  const std::string id = answer.text(answer.object(answer.document(), "security_group"), "id");
  const json rule{{"security_group_id", id},
                  {"direction", "ingress"},
                  {"ethertype", "IPv4"},
                  {"protocol", "icmp"}};
  session_.send({.service = "network",
                 .method = "POST",
                 .path = "/security-group-rules",
                 .body = text_of({{"security_group_rule", rule}})});
  return id;
}

std::vector<SecurityGroup> Neutron::security_groups(const std::string& description) {
  std::vector<SecurityGroup> groups;
  for_each(
      session_,
      {.service = "network", .path = "/security-groups?description=" + percent_encode(description)},
      "security_groups",
      [&](const Answer& answer, const json& row) {
        if (answer.text(row, "description") == description) {
          groups.push_back({.id = answer.text(row, "id"),
                            .name = answer.text(row, "name"),
                            .description = description});
        }
      });
  return groups;
}

Outcome Neutron::delete_security_group(const std::string& id) {
  return session_.change(
      {.service = "network", .method = "DELETE", .path = "/security-groups/" + percent_encode(id)});
}

std::optional<std::string> Neutron::network_id(const std::string& name_or_id) {
  if (UuidKind::valid(name_or_id)) {
    if (auto id = network_by(session_, "id", name_or_id)) {
      return id;
    }
  }
  return network_by(session_, "name", name_or_id);
}

}  // namespace ncc::openstack
