#pragma once
// Neutron with ML2/OVN: agents (chassis), gateways. Part of the door openstack.hpp.

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "openstack.hpp"

namespace ncc::openstack {

struct Agent {
  std::string id = {};  // of a controller agent: the name of its chassis
  std::string type =
      {};  // "OVN Controller agent", "OVN Controller Gateway agent", "OVN Metadata agent"
  std::string host = {};
  bool alive = false;
  std::string zone = {};                                    // availability_zone
  std::map<std::string, std::string> bridge_mappings = {};  // physical network -> bridge
  friend bool operator==(const Agent&, const Agent&) = default;
};

/// Its chassis may be given gateways (ovn-cms-options has enable-chassis-as-gw).
[[nodiscard]] bool is_gateway(const Agent& agent);

/// A router's port in an external network; `host` is where OVN has it active.
struct GatewayPort {
  std::string id = {};
  std::string router = {};
  std::string network = {};
  std::string host = {};
  friend bool operator==(const GatewayPort&, const GatewayPort&) = default;
};

/// A port of a server.
struct ServerPort {
  std::string id = {};
  std::string network = {};
  std::string status = {};                  // ACTIVE, DOWN, BUILD ..
  std::vector<std::string> addresses = {};  // fixed, IPv4 and IPv6
  friend bool operator==(const ServerPort&, const ServerPort&) = default;
};

struct SecurityGroup {
  std::string id = {};  // Neutron gives it
  std::string name = {};
  std::string description = {};
  friend bool operator==(const SecurityGroup&, const SecurityGroup&) = default;
};

class Neutron {
 public:
  explicit Neutron(Session& session) : session_(session) {}

  /// GET /agents[?host=..]; an empty host: of all hosts.
  [[nodiscard]] std::vector<Agent> agents(const std::string& host = {});
  /// The row with this id (GET /agents?id=..); an agent whose chassis is gone has no host any more.
  [[nodiscard]] std::optional<Agent> agent(const std::string& id);
  [[nodiscard]] Outcome delete_agent(const std::string& id);
  /// GET /ports?device_owner=network:router_gateway, all of the cloud.
  [[nodiscard]] std::vector<GatewayPort> gateway_ports();
  /// GET /ports?device_id=.., in the order of their ids.
  [[nodiscard]] std::vector<ServerPort> ports_of_server(const std::string& server);
  /// Network id -> its physical network; tunnelled ones are left out.
  [[nodiscard]] std::map<std::string, std::string> physical_networks();
  [[nodiscard]] std::optional<std::string> network_id(const std::string& name_or_id);
  /// POST /security-groups in the account's project, then a rule that lets ICMP in; the id.
  [[nodiscard]] std::string create_security_group(const SecurityGroup& group);
  /// Those with exactly this description.
  [[nodiscard]] std::vector<SecurityGroup> security_groups(const std::string& description);
  /// DELETE; conflict while a port has it.
  [[nodiscard]] Outcome delete_security_group(const std::string& id);

 private:
  Session& session_;
};

}  // namespace ncc::openstack
