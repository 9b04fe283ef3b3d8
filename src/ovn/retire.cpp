// The chassis goes. `stop` comes before `remove`: ovn-controller must have left, taking its rows
// out of the SB database, before its settings are taken away.

#include "ovn.hpp"
#include "ovn/chassis.hpp"

namespace ncc::ovn {
namespace {

/// external_ids:hostname stays (Open vSwitch's own start script keeps it), and so does the manager
/// on the loopback.
void add_removals(Plan& plan) {
  OvsPlan ovs;
  for (const char* key : {"system-id",
                          "ovn-encap-type",
                          "ovn-encap-ip",
                          "ovn-remote",
                          "ovn-match-northd-version",
                          "ovn-monitor-all",
                          "ovn-bridge-mappings",
                          "ovn-cms-options",
                          "charm-nova-compute-saved-ovn-cms-options"}) {
    ovs.external_ids[key] = std::nullopt;
  }
  ovs.owns_bridges = true;
  plan.ovs = ovs;
  for (const char* path : {key_path, certificate_path, ca_path, system_id_path}) {
    plan.absent_files.insert(path);
  }
}

}  // namespace

Plan plan_tombstone(const Model& model) {
  Plan plan;
  plan.ovs = OvsPlan{.tombstoned = is_tombstoned(model)};
  return plan;
}

/// ovn-host would start ovn-controller again at the next boot. A subordinate's agents are masked,
/// too: its chassis must not come back before the unit goes.
Plan plan_leave(const Model&) {
  Plan plan;
  for (const char* service : {"neutron-ovn-metadata-agent", "ovn-host", "ovn-controller"}) {
    plan.services[service] = ServiceState::masked;
  }
  return plan;
}

Plan plan_retire(const Model& model) {
  Plan plan;
  if (!ovn_built_in(model) || !is_stopping(model)) {
    return plan;
  }
  plan.services["neutron-ovn-metadata-agent"] = ServiceState::stopped;
  if (model.event == Event::remove) {
    for (const char* path : {agent_path, agent_key_path, agent_certificate_path, agent_ca_path}) {
      plan.absent_files.insert(path);
    }
  }
  if (has_guests(model)) {
    plan.notes.insert(
        "guests are (or may be) on this machine: OVN and Open vSwitch stay as they are");
    return plan;
  }
  // ovn-host would start ovn-controller again at the next boot.
  plan.services["ovn-host"] = ServiceState::stopped;
  plan.services["ovn-controller"] = ServiceState::stopped;
  if (model.event == Event::remove) {
    add_removals(plan);
  }
  return plan;
}

}  // namespace ncc::ovn
