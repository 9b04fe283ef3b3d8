// OVN agents as Neutron knows them: one controller (or gateway) and one metadata agent per host.
#include <algorithm>

#include "cloud/internal.hpp"

namespace ncc::fake_cloud {

namespace {

bool is_controller(const Agent& agent) {
  return agent.kind == "controller" || agent.kind == "gateway";
}

const Agent* controller_of(const State& state, const std::string& host) {
  const auto found = std::find_if(state.agents.begin(), state.agents.end(), [&](const Agent& a) {
    return a.host == host && is_controller(a) && !a.chassis_gone;
  });
  return found == state.agents.end() ? nullptr : &*found;
}

// What a chassis is to the choice of gateways.
std::string gateway_traits(const Agent& agent) {
  return agent.chassis_gone ? ""
                            : agent.id + "|" + agent.kind + "|" + agent.bridge_mappings + "|" +
                                  agent.availability_zone;
}

Agent described(const Json& description, const Agent& known) {
  Agent wanted = known;
  wanted.host = description.at("host");
  wanted.kind = description.at("kind");
  wanted.alive = description.value("alive", true);
  wanted.id = description.value("id", known.id);
  wanted.bridge_mappings = description.value("bridge_mappings", known.bridge_mappings);
  wanted.availability_zone = description.value("availability_zone", known.availability_zone);
  wanted.chassis_gone = known.chassis_gone && !wanted.alive;
  if (!is_controller(wanted) && wanted.kind != "metadata") {
    throw StateError("agent of kind " + wanted.kind);
  }
  return wanted;
}

// The southbound rows of the host's chassis go. Agents that Neutron still has lose their host.
void remove_chassis(State& state, const std::string& host) {
  for (Agent& agent : state.agents) {
    agent.chassis_gone = agent.chassis_gone || agent.host == host;
  }
  elect_gateways(state);
}

}  // namespace

// Neutron calls a metadata agent dead when the controller of its chassis is.
bool agent_alive(const State& state, const Agent& agent) {
  const Agent* controller = controller_of(state, agent.host);
  return agent.alive && !agent.chassis_gone &&
         (is_controller(agent) || (controller != nullptr && controller->alive));
}

std::string chassis_of(const State& state, const Agent& agent) {
  const Agent* controller = controller_of(state, agent.host);
  return controller == nullptr ? agent.host : controller->id;
}

bool host_can_bind(const State& state, const std::string& host) {
  const Agent* controller = controller_of(state, host);
  return controller != nullptr && controller->alive;
}

void delete_agent(Cloud& cloud, const std::string& id) {
  auto& agents = cloud.state.agents;
  const auto with_id = [&](const Agent& a) { return a.id == id; };
  const Agent deleted = *std::find_if(agents.begin(), agents.end(), with_id);
  const Agent* controller = controller_of(cloud.state, deleted.host);
  const bool reports = controller != nullptr && controller->alive;
  if (!agent_alive(cloud.state, deleted)) {
    agents.erase(std::find_if(agents.begin(), agents.end(), with_id));
  }
  if (deleted.chassis_gone) {
    return;
  }
  remove_chassis(cloud.state, deleted.host);
  if (reports) {  // ovn-controller writes its rows again at once
    for (Agent& agent : agents) {
      agent.chassis_gone = agent.chassis_gone && agent.host != deleted.host;
    }
    elect_gateways(cloud.state);
  }
}

// `description`: host, kind; optional alive (true), id (the chassis name for a controller; the host
// if absent), bridge_mappings, availability_zone (what they were if absent), remove (for a
// controller: it ended in good order and took its chassis along). A controller that becomes a
// gateway stays the same agent.
void report_agent(Cloud& cloud, const Json& description) {
  State& state = cloud.state;
  Agent wanted = described(description, Agent{});
  auto& agents = state.agents;
  const auto same = std::find_if(agents.begin(), agents.end(), [&](const Agent& a) {
    return a.host == wanted.host && is_controller(a) == is_controller(wanted);
  });
  if (description.value("remove", false)) {
    if (same != agents.end()) {
      agents.erase(same);
      elect_gateways(state);
    }
    return;
  }
  if (same != agents.end()) {
    wanted = described(description, *same);
    const std::string before = gateway_traits(*same);
    *same = wanted;
    if (gateway_traits(wanted) != before) {
      elect_gateways(state);
    }
    return;
  }
  wanted.id = description.value("id", is_controller(wanted) ? wanted.host : make_uuid(cloud));
  agents.push_back(wanted);
  elect_gateways(state);
}

}  // namespace ncc::fake_cloud
