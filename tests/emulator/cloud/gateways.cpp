// Gateways of routers. Neutron chooses up to five chassis for each (services/ovn_l3/plugin.py,
// scheduler/l3_ovn_scheduler.py), OVN binds the gateway port to the first of them that lives.
//
//   a chassis may have a gateway      its row exists, it is a gateway (enable-chassis-as-gw) and
//                                     maps the network's physical network
//   one that has a gateway keeps it   its row exists, it maps the physical network, and it is a
//                                     gateway or there is none at all
//   routers that are looked at        those with fewer than five valid ones, where the possible
//                                     ones are some, and others than those they have
//   result                            the valid ones as they are, then the others, least loaded
//                                     first
#include <algorithm>
#include <set>

#include "cloud/internal.hpp"

namespace ncc::fake_cloud {

namespace {

constexpr std::size_t most_chassis = 5;

bool is_chassis(const Agent& agent) {
  return agent.kind != "metadata" && !agent.chassis_gone;
}

const Agent* find_chassis(const State& state, const std::string& name) {
  const auto found = std::find_if(state.agents.begin(), state.agents.end(), [&](const Agent& a) {
    return a.id == name && is_chassis(a);
  });
  return found == state.agents.end() ? nullptr : &*found;
}

std::string physical_network(const State& state, const Router& router) {
  for (const Network& network : state.networks) {
    if (network.id == router.network) {
      return network.physical_network;
    }
  }
  return "";
}

bool maps(const Agent& agent, const std::string& physical) {
  for (const std::string& mapping : split(agent.bridge_mappings, ',')) {
    if (!physical.empty() && mapping.substr(0, mapping.find(':')) == physical) {
      return true;
    }
  }
  return false;
}

bool has_gateways(const State& state) {
  return std::any_of(state.agents.begin(), state.agents.end(), [](const Agent& a) {
    return is_chassis(a) && a.kind == "gateway";
  });
}

std::size_t load_of(const State& state, const std::string& chassis) {
  return static_cast<std::size_t>(
      std::count_if(state.routers.begin(), state.routers.end(), [&](const Router& r) {
        return !r.chassis.empty() && r.chassis.front() == chassis;
      }));
}

std::vector<std::string> candidates(const State& state, const std::string& physical) {
  std::vector<std::string> names;
  for (const Agent& agent : state.agents) {
    if (is_chassis(agent) && agent.kind == "gateway" && maps(agent, physical)) {
      names.push_back(agent.id);
    }
  }
  std::stable_sort(names.begin(), names.end(), [&](const auto& left, const auto& right) {
    return load_of(state, left) < load_of(state, right);
  });
  return names;
}

std::vector<std::string> valid_ones(const State& state, const Router& router) {
  const std::string physical = physical_network(state, router);
  const bool any = has_gateways(state);
  std::vector<std::string> valid;
  for (const std::string& name : router.chassis) {
    const Agent* agent = find_chassis(state, name);
    if (agent != nullptr && maps(*agent, physical) && (!any || agent->kind == "gateway")) {
      valid.push_back(name);
    }
  }
  return valid;
}

void elect(const State& state, Router& router) {
  const std::vector<std::string> possible = candidates(state, physical_network(state, router));
  std::vector<std::string> chosen = valid_ones(state, router);
  const std::set<std::string> before(router.chassis.begin(), router.chassis.end());
  if (chosen.size() >= most_chassis || possible.empty() ||
      std::set<std::string>(possible.begin(), possible.end()) == before) {
    return;
  }
  for (const std::string& name : possible) {
    if (chosen.size() < most_chassis &&
        std::find(chosen.begin(), chosen.end(), name) == chosen.end()) {
      chosen.push_back(name);
    }
  }
  router.chassis = chosen;
}

const Agent* active_chassis(const State& state, const Router& router) {
  for (const std::string& name : router.chassis) {
    const Agent* agent = find_chassis(state, name);
    if (agent != nullptr && agent->alive) {
      return agent;
    }
  }
  return nullptr;
}

}  // namespace

void elect_gateways(State& state) {
  for (Router& router : state.routers) {
    elect(state, router);
  }
  follow_gateways(state);
}

void elect_new_gateways(State& state) {
  for (Router& router : state.routers) {
    if (router.chassis.empty()) {
      elect(state, router);
    }
  }
  follow_gateways(state);
}

// Nobody tells Neutron of a port that is bound nowhere: it keeps the last host.
void follow_gateways(State& state) {
  for (Router& router : state.routers) {
    if (const Agent* agent = active_chassis(state, router)) {
      router.host = agent->host;
    }
  }
}

Port gateway_port(const State& state, const Router& router) {
  Port port;
  port.id = router.port;
  port.network_id = router.network;
  port.device_id = router.id;
  port.device_owner = "network:router_gateway";
  port.host = router.host;
  port.status = active_chassis(state, router) != nullptr ? "ACTIVE" : "DOWN";
  return port;
}

Json router_view(const State& state, const Router& router) {
  const bool bound = active_chassis(state, router) != nullptr;
  return {{"id", router.id},
          {"name", router.name},
          {"status", bound ? "ACTIVE" : "DOWN"},
          {"admin_state_up", true},
          {"external_gateway_info",
           {{"network_id", router.network},
            {"enable_snat", true},
            {"external_fixed_ips", Json::array()}}},
          {"routes", Json::array()},
          {"availability_zone_hints", Json::array()},
          {"ha", true},
          {"distributed", false}};
}

}  // namespace ncc::fake_cloud
