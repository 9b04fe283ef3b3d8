#include "fleet.hpp"

#include <string>

namespace ncc {

namespace {

using openstack::Nova;
using openstack::Outcome;
using openstack::Session;

std::string to(const std::string& target) {
  return target.empty() ? " to a host that the scheduler chooses" : " to " + target;
}

std::string text_of(const DisableService& step) {
  return "disable compute service " + step.service + ": " + step.reason;
}

std::string text_of(const EnableService& step) {
  return "enable compute service " + step.service;
}

std::string text_of(const ForceDown& step) {
  return (step.down ? "declare compute service " : "no longer declare compute service ") +
         step.service + " dead";
}

std::string text_of(const DeleteService& step) {
  return "delete compute service " + step.service;
}

std::string text_of(const DeleteProvider& step) {
  return "delete resource provider " + step.provider;
}

std::string text_of(const DeleteAllocations& step) {
  return "delete the allocations of consumer " + step.consumer;
}

std::string text_of(const DeleteAgent& step) {
  return "delete network agent " + step.agent;
}

std::string text_of(const AddToAggregate& step) {
  return "add host " + step.host + " to aggregate " + std::to_string(step.aggregate);
}

std::string text_of(const LiveMigrate& step) {
  return "live migrate server " + step.server + to(step.target);
}

std::string text_of(const ColdMigrate& step) {
  return "cold migrate server " + step.server + to(step.target);
}

std::string text_of(const ConfirmResize& step) {
  return "confirm the resize of server " + step.server;
}

std::string text_of(const ShelveOffload& step) {
  return "offload shelved server " + step.server;
}

std::string text_of(const Evacuate& step) {
  return "evacuate server " + step.server + to(step.target);
}

std::string text_of(const SetShard& step) {
  return "give node " + step.node + " to shard " + step.shard;
}

Outcome act(const DisableService& step, Session& session) {
  return Nova(session).disable(step.service, step.reason);
}

Outcome act(const EnableService& step, Session& session) {
  return Nova(session).enable(step.service);
}

Outcome act(const ForceDown& step, Session& session) {
  return Nova(session).force_down(step.service, step.down);
}

Outcome act(const DeleteService& step, Session& session) {
  return Nova(session).delete_service(step.service);
}

Outcome act(const DeleteProvider& step, Session& session) {
  return openstack::Placement(session).delete_provider(step.provider);
}

Outcome act(const DeleteAllocations& step, Session& session) {
  return openstack::Placement(session).delete_allocations(step.consumer);
}

Outcome act(const DeleteAgent& step, Session& session) {
  return openstack::Neutron(session).delete_agent(step.agent);
}

Outcome act(const AddToAggregate& step, Session& session) {
  return Nova(session).add_to_aggregate(step.aggregate, step.host);
}

Outcome act(const LiveMigrate& step, Session& session) {
  return Nova(session).live_migrate(step.server, step.target);
}

Outcome act(const ColdMigrate& step, Session& session) {
  return Nova(session).cold_migrate(step.server, step.target);
}

Outcome act(const ConfirmResize& step, Session& session) {
  return Nova(session).confirm_resize(step.server);
}

Outcome act(const ShelveOffload& step, Session& session) {
  return Nova(session).shelve_offload(step.server);
}

Outcome act(const Evacuate& step, Session& session) {
  return Nova(session).evacuate(step.server, step.target);
}

Outcome act(const SetShard& step, Session& session) {
  return openstack::Ironic(session).set_shard(step.node, openstack::Shard{step.shard});
}

}  // namespace

std::string describe(const CloudStep& step) {
  return std::visit([](const auto& one) { return text_of(one); }, step);
}

Outcome perform(const CloudStep& step, Session& session) {
  return std::visit([&](const auto& one) { return act(one, session); }, step);
}

}  // namespace ncc
