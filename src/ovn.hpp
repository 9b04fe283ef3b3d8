#pragma once
// Band 6: the OVN chassis on this machine, as plans. Pure. Only when OVN is built in: with a
// subordinate on neutron-plugin every plan here is empty.

#include "ini.hpp"
#include "model.hpp"

namespace ncc::ovn {

/// The SB database, our certificate and the tunnel address are known.
[[nodiscard]] bool is_configurable(const Model& model);
/// ovn-host, openvswitch-switch, neutron-ovn-metadata-agent, haproxy.
[[nodiscard]] Plan plan_packages(const Model& model);
/// key_host, cert_host and ovn-chassis.crt in /etc/ovn, system-id.conf, external_ids, SSL table,
/// bridges, manager, and the services that use them. What does not depend on `ovsdb` and
/// `certificates` is planned without them.
[[nodiscard]] Plan plan_chassis(const Model& model);
/// The tombstone alone, for a chassis that a subordinate configures.
[[nodiscard]] Plan plan_tombstone(const Model& model);
/// The OVN agents stay stopped, over a reboot, too.
[[nodiscard]] Plan plan_leave(const Model& model);
/// Needs is_configurable() and a complete record (metadata secret).
[[nodiscard]] Ini metadata_agent_conf(const Model& model);
/// The agent's file, its own copies of key and certificates, and the agent running.
[[nodiscard]] Plan plan_metadata_agent(const Model& model);
/// stop: agents stopped (ovn-controller takes its chassis away). remove: our external_ids, marked
/// bridges and keys, too. While guests are on the machine ovn-controller, its settings and keys
/// stay: it holds their network together.
[[nodiscard]] Plan plan_retire(const Model& model);

}  // namespace ncc::ovn
