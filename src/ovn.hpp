#pragma once
// Band 6: the OVN chassis on this machine, as plans. Pure. Only when OVN is built in (no neutron-plugin relation).

#include "ini.hpp"
#include "model.hpp"

namespace ncc::ovn {

/// ovn-host, openvswitch-switch, neutron-ovn-metadata-agent.
[[nodiscard]] Plan plan_packages(const Model& model);
/// key_host, cert_host and ovn-chassis.crt in /etc/ovn, system-id.conf, external_ids, SSL table, bridges, manager.
[[nodiscard]] Plan plan_chassis(const Model& model);
[[nodiscard]] Ini metadata_agent_conf(const Model& model);
[[nodiscard]] Plan plan_metadata_agent(const Model& model);
/// stop and remove: agents stopped (ovn-controller takes its chassis away), our external_ids and marked bridges removed.
[[nodiscard]] Plan plan_retire(const Model& model);

}  // namespace ncc::ovn
