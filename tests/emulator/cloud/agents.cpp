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
    return a.host == host && is_controller(a);
  });
  return found == state.agents.end() ? nullptr : &*found;
}

}  // namespace

// Neutron calls a metadata agent dead when the controller of its chassis is.
bool agent_alive(const State& state, const Agent& agent) {
  const Agent* controller = controller_of(state, agent.host);
  return agent.alive && (is_controller(agent) || (controller != nullptr && controller->alive));
}

std::string chassis_of(const State& state, const Agent& agent) {
  const Agent* controller = controller_of(state, agent.host);
  return controller == nullptr ? agent.host : controller->id;
}

bool host_can_bind(const State& state, const std::string& host) {
  const Agent* controller = controller_of(state, host);
  return controller != nullptr && controller->alive;
}

// `description`: host, kind; optional alive (true), id (the chassis name for a controller; the host
// if absent), remove. A controller that becomes a gateway stays the same agent.
void report_agent(Cloud& cloud, const Json& description) {
  Agent wanted;
  wanted.host = description.at("host");
  wanted.kind = description.at("kind");
  wanted.alive = description.value("alive", true);
  if (!is_controller(wanted) && wanted.kind != "metadata") {
    throw StateError("agent of kind " + wanted.kind);
  }
  auto& agents = cloud.state.agents;
  const auto same = std::find_if(agents.begin(), agents.end(), [&](const Agent& a) {
    return a.host == wanted.host && is_controller(a) == is_controller(wanted);
  });
  if (description.value("remove", false)) {
    if (same != agents.end()) {
      agents.erase(same);
    }
    return;
  }
  if (same != agents.end()) {
    wanted.id = description.value("id", same->id);
    *same = wanted;
    return;
  }
  wanted.id = description.value("id", is_controller(wanted) ? wanted.host : make_uuid(cloud));
  agents.push_back(wanted);
}

}  // namespace ncc::fake_cloud
