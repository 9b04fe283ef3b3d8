// The look at the cloud that the guards judge.

#include <algorithm>

#include "scalein.hpp"

namespace ncc::scalein {
namespace {

/// Servers that need a place elsewhere: a deleted or shelved one needs none.
bool must_move(const openstack::Server& server) {
  return server.status != "SOFT_DELETED" && server.status != "SHELVED";
}

std::vector<capacity::Shortage> observe_shortages(openstack::Session& session,
                                                  const std::vector<Member>& batch,
                                                  const Survey& survey) {
  std::vector<openstack::Server> moving;
  for (const auto& [host, servers] : survey.servers) {
    std::copy_if(servers.begin(), servers.end(), std::back_inserter(moving), must_move);
  }
  if (moving.empty()) {
    return {};
  }
  std::set<std::string> leaving;
  openstack::Nova nova(session);
  for (const Member& member : batch) {
    for (const openstack::Hypervisor& hypervisor : nova.hypervisors(member.host.str())) {
      leaving.insert(hypervisor.id);
    }
  }
  const std::vector<capacity::Load> loads = capacity::loads_of(moving);
  return capacity::shortages(loads, capacity::observe_rooms(session, loads, leaving));
}

/// A start goes on without Neutron: that keeps new servers off at once, and the result tells that
/// gateways are still to be looked at.
void observe_gateways(openstack::Session& session, Survey& survey) {
  try {
    openstack::Neutron neutron(session);
    survey.agents = neutron.agents();
    survey.gateways = neutron.gateway_ports();
    if (!survey.gateways.empty()) {
      survey.physical = neutron.physical_networks();
    }
  } catch (const HttpError& error) {
    survey.neutron_error = error.what();
  }
}

}  // namespace

Survey observe_survey(openstack::Session& session, const std::vector<Member>& batch) {
  openstack::Nova nova(session);
  Survey survey;
  survey.services = nova.compute_services();
  observe_gateways(session, survey);
  for (const Member& member : batch) {
    survey.servers[member.host.str()] = nova.servers_on(member.host.str());
  }
  survey.groups = nova.server_groups();
  survey.shortages = observe_shortages(session, batch, survey);
  return survey;
}

}  // namespace ncc::scalein
