// What speaks against letting hosts go, each with its numbers. Pure.

#include <algorithm>

#include "scalein.hpp"
#include "words/text.hpp"

namespace ncc::scalein {
namespace {

bool contains(const std::vector<Member>& batch, const std::string& host) {
  return std::any_of(
      batch.begin(), batch.end(), [&](const Member& member) { return member.host.str() == host; });
}

bool is_marked(const std::vector<openstack::Service>& services, const std::string& host) {
  return std::any_of(services.begin(), services.end(), [&](const openstack::Service& service) {
    return service.host == host && !service.enabled && read_mark(service.disabled_reason);
  });
}

std::optional<Refusal> about_service(const Survey& survey, const Member& member) {
  const std::string& host = member.host.str();
  const auto count = std::count_if(survey.services.begin(),
                                   survey.services.end(),
                                   [&](const auto& service) { return service.host == host; });
  if (count != 1) {
    return Refusal{.unit = member.unit.str(),
                   .guard = "service",
                   .text = count == 0 ? "service not found for host " + host
                                      : std::to_string(count) + " services found for host " + host};
  }
  const openstack::Service& service = *service_of(survey.services, member.host);
  if (service.unknown) {
    return Refusal{.unit = member.unit.str(),
                   .guard = "cell",
                   .text = "the cell of " + host + " does not answer: its servers are not known"};
  }
  if (service.enabled) {
    return std::nullopt;
  }
  const std::optional<Mark> mark = read_mark(service.disabled_reason);
  if (mark && mark->unit != member.unit) {
    return Refusal{.unit = member.unit.str(),
                   .guard = "lease",
                   .text = host + " is held by run " + mark->run + " of " + mark->unit.str()};
  }
  if (!mark) {
    return Refusal{.unit = member.unit.str(),
                   .guard = "foreign",
                   .text = host + " is disabled already: \"" + service.disabled_reason + "\"",
                   .forcible = true};
  }
  return std::nullopt;
}

/// Servers of a hard affinity group that are all on one leaving host: Nova can place none of them
/// elsewhere.
void add_affinity(std::vector<Refusal>& refusals, const Survey& survey, const Member& member) {
  const auto found = survey.servers.find(member.host.str());
  if (found == survey.servers.end()) {
    return;
  }
  for (const openstack::ServerGroup& group : survey.groups) {
    const auto here =
        std::count_if(group.members.begin(), group.members.end(), [&](const std::string& id) {
          return std::any_of(found->second.begin(),
                             found->second.end(),
                             [&](const openstack::Server& server) { return server.id == id; });
        });
    if (group.policy == "affinity" && here > 0) {
      refusals.push_back({.unit = member.unit.str(),
                          .guard = "affinity",
                          .text = "server group " + group.id + " keeps " + std::to_string(here) +
                                  " of its servers together on " + member.host.str(),
                          .forcible = true});
    }
  }
}

/// All services down at once: messages do not arrive, the hosts are not dead.
bool nobody_reports(const std::vector<openstack::Service>& services) {
  return !services.empty() &&
         std::none_of(services.begin(), services.end(), [](const auto& one) { return one.up; });
}

void add_computes(std::vector<Refusal>& refusals,
                  const Survey& survey,
                  const std::vector<Member>& batch,
                  const Limits& limits) {
  const long long serving = serving_outside(survey.services, batch);
  if (serving >= limits.min_computes) {
    return;
  }
  const char* outage = nobody_reports(survey.services)
                           ? "; no compute service reports: is the message queue down?"
                           : "";
  refusals.push_back({.guard = "min-computes",
                      .text = std::to_string(serving) + " of " +
                              std::to_string(survey.services.size()) +
                              " compute services would be left up and enabled, min-computes is " +
                              std::to_string(limits.min_computes) + outage,
                      .forcible = true});
}

using Place = std::pair<std::string, std::string>;  // physical network, availability zone

std::string to_text(const Place& place) {
  return "physical network " + place.first +
         (place.second.empty() ? "" : ", availability zone " + place.second);
}

/// Living gateways by place: those that stay, and those of the batch.
std::map<Place, std::pair<long long, long long>> gateways_by_place(
    const Survey& survey, const std::vector<Member>& batch) {
  std::map<Place, std::pair<long long, long long>> places;
  for (const openstack::Agent& agent : survey.agents) {
    if (!agent.alive || !openstack::is_gateway(agent)) {
      continue;
    }
    for (const auto& [network, bridge] : agent.bridge_mappings) {
      auto& [staying, leaving] = places[{network, agent.zone}];
      if (contains(batch, agent.host)) {
        ++leaving;
      } else if (!is_marked(survey.services, agent.host)) {
        ++staying;
      }
    }
  }
  return places;
}

/// Routers whose active gateway is on the batch, in an external network on `physical`.
long long routers_on(const Survey& survey,
                     const std::vector<Member>& batch,
                     const std::string& physical) {
  return std::count_if(
      survey.gateways.begin(), survey.gateways.end(), [&](const openstack::GatewayPort& port) {
        const auto network = survey.physical.find(port.network);
        return contains(batch, port.host) && network != survey.physical.end() &&
               network->second == physical;
      });
}

void add_gateways(std::vector<Refusal>& refusals,
                  const Survey& survey,
                  const std::vector<Member>& batch,
                  const Limits& limits) {
  for (const auto& [place, counts] : gateways_by_place(survey, batch)) {
    const auto [staying, leaving] = counts;
    if (leaving == 0 || staying >= limits.min_gateways) {
      continue;
    }
    const long long routers = routers_on(survey, batch, place.first);
    refusals.push_back({.guard = staying == 0 ? "last-gateway" : "min-gateways",
                        .text = to_text(place) + ": " + std::to_string(staying) + " of " +
                                std::to_string(staying + leaving) +
                                " gateways would be left, min-gateways is " +
                                std::to_string(limits.min_gateways) +
                                "; routers active on the leaving ones: " + std::to_string(routers),
                        .forcible = true});
  }
}

}  // namespace

const openstack::Service* service_of(const std::vector<openstack::Service>& services,
                                     const HostName& host) {
  const auto found = std::find_if(services.begin(), services.end(), [&](const auto& service) {
    return service.host == host.str();
  });
  return found == services.end() ? nullptr : &*found;
}

long long serving_outside(const std::vector<openstack::Service>& services,
                          const std::vector<Member>& batch) {
  return std::count_if(services.begin(), services.end(), [&](const openstack::Service& service) {
    return service.enabled && service.up && !service.forced_down && !contains(batch, service.host);
  });
}

std::vector<Refusal> guards(const Survey& survey,
                            const std::vector<Member>& batch,
                            const Limits& limits) {
  std::vector<Refusal> refusals;
  for (const Member& member : batch) {
    if (const auto refusal = about_service(survey, member)) {
      refusals.push_back(*refusal);
    }
    add_affinity(refusals, survey, member);
  }
  add_computes(refusals, survey, batch, limits);
  add_gateways(refusals, survey, batch, limits);
  for (const capacity::Shortage& shortage : survey.shortages) {
    refusals.push_back(
        {.guard = "capacity", .text = capacity::to_text(shortage), .forcible = true});
  }
  return refusals;
}

}  // namespace ncc::scalein
