#include <optional>
#include <string>
#include <vector>

#include "openstack.hpp"
#include "openstack/answer.hpp"
#include "words/text.hpp"

namespace ncc::openstack {

namespace {

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

std::vector<Agent> Neutron::agents(const std::string& host) {
  std::vector<Agent> agents;
  for_each(session_,
           {.service = "network", .path = "/agents?host=" + percent_encode(host)},
           "agents",
           [&](const Answer& answer, const json& row) {
             Agent agent{.id = answer.text(row, "id"),
                         .type = answer.text(row, "agent_type"),
                         .host = answer.text(row, "host"),
                         .alive = answer.flag(row, "alive")};
             if (agent.host == host) {
               agents.push_back(std::move(agent));
             }
           });
  return agents;
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
