// neutron-ovn-metadata-agent: gives guests the metadata service at 169.254.169.254, from
// nova-api-metadata on this machine.

#include "ovn.hpp"
#include "ovn/chassis.hpp"

namespace ncc::ovn {
namespace {

constexpr const char* agent = "neutron-ovn-metadata-agent";

/// The agent has its own copies: it runs as neutron on Ubuntu (as root on Debian), which may not
/// read the chassis' key.
File copy_of(const std::string& pem) {
  return {.content = pem, .mode = 0640, .owner = "root:neutron", .restarts = {agent}};
}

}  // namespace

Ini metadata_agent_conf(const Model& model) {
  const Source constant = from("constant");
  const Source certificates = from("certificates: server.cert, server.key, ca");
  Ini ini;
  ini.comment("Managed by the nova-compute charm: changes made here are lost.");
  ini.section("DEFAULT")
      .set("debug", model.config.debug, from("config: debug"))
      .set("state_path", "/var/lib/neutron", constant)
      .set("nova_metadata_host", "127.0.0.1", constant)
      .set("metadata_proxy_shared_secret",
           metadata_secret_of(model),
           from("made by this unit at install"))
      .set("metadata_workers",
           model.config.openstack_metadata_workers,
           from("config: openstack-metadata-workers"));
  ini.section("agent").set(
      "root_helper", "sudo neutron-rootwrap /etc/neutron/rootwrap.conf", constant);
  ini.section("ovs").set("ovsdb_connection", "tcp:127.0.0.1:6640", constant);
  ini.section("ovn")
      .set("ovn_sb_connection", connections(*model.southbound.value), from("ovsdb: bound-address"))
      .set("ovn_sb_private_key", agent_key_path, certificates)
      .set("ovn_sb_certificate", agent_certificate_path, certificates)
      .set("ovn_sb_ca_cert", agent_ca_path, certificates);
  return ini;
}

Plan plan_metadata_agent(const Model& model) {
  Plan plan;
  if (!is_configurable(model) || is_stopping(model)) {
    return plan;
  }
  const Ini conf = metadata_agent_conf(model);
  plan.files[agent_path] = {.content = conf.render(),
                            .shown = conf.render_shown(),
                            .mode = 0640,
                            .owner = "root:neutron",
                            .restarts = {agent}};
  const Certificates& certificates = *model.certificates.value;
  plan.files[agent_key_path] = copy_of(certificates.key.reveal());
  plan.files[agent_key_path].shown = "*** (certificates: server.key)\n";
  plan.files[agent_certificate_path] = copy_of(certificates.certificate);
  plan.files[agent_ca_path] = copy_of(certificates.ca);
  plan.services[agent] = ServiceState::running;
  return plan;
}

}  // namespace ncc::ovn
