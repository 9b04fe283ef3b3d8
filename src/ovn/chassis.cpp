// This machine as an OVN chassis: what Open vSwitch is told and the files that TLS to the SB
// database needs.
//
// One name everywhere: system-id = external_ids:hostname = common name of the certificate, because
// the SB database lets a chassis change only the rows that carry the name in its certificate (role
// ovn-controller).

#include "ovn/chassis.hpp"

#include "ovn.hpp"
#include "words/text.hpp"

namespace ncc::ovn {
namespace {

/// On bridges and ports that are ours; charm-ovn-chassis' own mark, so that a refreshed unit
/// recognises its bridges.
constexpr const char* mark = "charm-ovn-chassis";

using Options = std::map<std::string, std::optional<std::string>>;

/// The interface that an option names, by name or by MAC; nullopt when this machine has none such.
std::optional<std::string> interface_of(const Machine& machine, const std::string& name_or_mac) {
  if (machine.interfaces.contains(name_or_mac)) {
    return name_or_mac;
  }
  const auto found = machine.interfaces_by_mac.find(name_or_mac);
  return found == machine.interfaces_by_mac.end() ? std::nullopt
                                                  : std::optional<std::string>(found->second);
}

/// Bridge -> interfaces of this machine, of the bridges that a provider network is mapped to. One
/// charm configuration serves machines with different cards: an interface that is not here is no
/// error, but a bridge without any is left out.
std::map<std::string, std::vector<std::string>> provider_bridges(const Model& model) {
  std::set<std::string> mapped;
  for (const auto& [network, bridge] : model.config.ovn_bridge_mappings) {
    mapped.insert(bridge);
  }
  std::map<std::string, std::vector<std::string>> bridges;
  for (const auto& [bridge, name_or_mac] : model.config.bridge_interface_mappings) {
    const std::optional<std::string> interface = interface_of(model.machine, name_or_mac);
    if (interface && mapped.contains(bridge)) {
      bridges[bridge].push_back(*interface);
    }
  }
  return bridges;
}

std::optional<std::string> text_or_absent(const std::vector<std::string>& parts) {
  return parts.empty() ? std::nullopt : std::optional<std::string>(join(parts, ","));
}

/// physnet1:br-ex,physnet2:br-data, in the option's order.
std::optional<std::string> bridge_mappings(const Model& model) {
  const auto bridges = provider_bridges(model);
  std::vector<std::string> mappings;
  for (const auto& [network, bridge] : model.config.ovn_bridge_mappings) {
    if (bridges.contains(bridge)) {
      mappings.push_back(network + ':' + bridge);
    }
  }
  return text_or_absent(mappings);
}

/// The tunnel's address is written without brackets, also for IPv6: Open vSwitch takes remote_ip as
/// a bare address.
void add_external_ids(Options& ids, const Model& model) {
  const Config& config = model.config;
  const std::string host = completed_record(model).host;
  ids["system-id"] = host;
  ids["hostname"] = host;
  ids["ovn-encap-type"] = "geneve";
  if (!model.data_address.empty()) {
    ids["ovn-encap-ip"] = model.data_address;
  }
  // With `ovsdb` gone the last ovn-remote stays: taking it away would cut off guests that still
  // run.
  if (is_configurable(model)) {
    ids["ovn-remote"] = connections(*model.southbound.value);
  }
  ids["ovn-match-northd-version"] = config.enable_version_pinning ? "true" : "false";
  ids["ovn-monitor-all"] = config.ovn_monitor_all ? "true" : "false";
  ids["ovn-bridge-mappings"] = bridge_mappings(model);
  ids["ovn-cms-options"] = config.prefer_chassis_as_gw
                               ? std::optional<std::string>("enable-chassis-as-gw")
                               : std::nullopt;
}

/// datapath_type is left alone: Open vSwitch's default is right, and a machine set up otherwise has
/// its reasons.
void add_bridges(OvsPlan& ovs, const Model& model) {
  ovs.owns_bridges = true;
  ovs.bridges["br-int"] = {.external_ids = {{mark, "managed"}},
                           .other_config = {{"disable-in-band", "true"}},
                           .protocols = {"OpenFlow13", "OpenFlow15"},
                           .fail_mode = "secure"};
  for (const auto& [name, interfaces] : provider_bridges(model)) {
    OvsPlan::Bridge bridge = {.external_ids = {{mark, "managed"}}, .fail_mode = "standalone"};
    for (const std::string& interface : interfaces) {
      bridge.ports[interface] = {{mark, name}};
    }
    ovs.bridges[name] = bridge;
  }
}

void add_notes(Plan& plan, const Model& model) {
  const auto bridges = provider_bridges(model);
  for (const auto& [bridge, name_or_mac] : model.config.bridge_interface_mappings) {
    if (!interface_of(model.machine, name_or_mac)) {
      plan.notes.insert("bridge-interface-mappings: this machine has no interface " + name_or_mac +
                        " for " + bridge);
    }
  }
  for (const auto& [network, bridge] : model.config.ovn_bridge_mappings) {
    if (!bridges.contains(bridge)) {
      plan.notes.insert("ovn-bridge-mappings: " + network + " is left out: " + bridge +
                        " has no interface here");
    }
  }
}

/// The files belong to root: ovn-controller and ovsdb-server run as root. Both read them again by
/// themselves when they change.
void add_certificates(Plan& plan, const Certificates& certificates) {
  plan.files[key_path] = {.content = certificates.key.reveal(),
                          .shown = "*** (certificates: server.key)\n",
                          .mode = 0600};
  plan.files[certificate_path] = {.content = certificates.certificate};
  plan.files[ca_path] = {.content = certificates.ca};
}

/// Read at the start of Open vSwitch only. A restart interrupts the machine's network for a moment,
/// so only switching memory locking off (it fails in containers) is worth one; switching it on
/// again waits for the next start.
void add_defaults(Plan& plan, const Model& model) {
  const bool disabled = model.config.disable_mlockall.value_or(model.machine.container);
  File file = {.content = "# Managed by the nova-compute charm: changes made here are lost.\n"};
  if (disabled) {
    file.content += "OVS_CTL_OPTS='--no-mlockall'\n";
    file.restarts = {"openvswitch-switch"};
  }
  plan.files["/etc/default/openvswitch-switch"] = file;
}

}  // namespace

bool is_configurable(const Model& model) {
  return ovn_built_in(model) && model.southbound.value && model.certificates.value &&
         !model.data_address.empty();
}

Plan plan_packages(const Model& model) {
  Plan plan;
  if (ovn_built_in(model)) {
    // haproxy: what the agent runs for each network; only Ubuntu's package depends on it.
    plan.packages = {"ovn-host", "openvswitch-switch", "neutron-ovn-metadata-agent", "haproxy"};
  }
  return plan;
}

Plan plan_chassis(const Model& model) {
  Plan plan;
  if (!ovn_built_in(model) || is_stopping(model)) {
    return plan;
  }
  OvsPlan ovs;
  add_external_ids(ovs.external_ids, model);
  add_bridges(ovs, model);
  ovs.managers = {
      "ptcp:6640:127.0.0.1"};  // os-vif in nova-compute and the metadata agent come in here
  ovs.tombstoned = is_tombstoned(model);
  if (model.certificates.value) {
    add_certificates(plan, *model.certificates.value);
    ovs.ssl = {.private_key = key_path, .certificate = certificate_path, .ca_cert = ca_path};
  }
  plan.ovs = ovs;
  // Open vSwitch sets system-id from this file at every start, so the database alone would not keep
  // it.
  plan.files[system_id_path] = {.content = completed_record(model).host + '\n'};
  add_defaults(plan, model);
  add_notes(plan, model);
  for (const char* service : {"openvswitch-switch", "ovn-host", "ovn-controller"}) {
    plan.services[service] = ServiceState::running;
  }
  return plan;
}

}  // namespace ncc::ovn
