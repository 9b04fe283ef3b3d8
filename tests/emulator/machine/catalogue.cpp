// The catalogue: see packages.hpp. Versions are those of Ubuntu 24.04 (noble).
#include "packages.hpp"

namespace emulated {

namespace {

const std::string nova_version = "3:29.2.0-0ubuntu1";
const std::string neutron_version = "2:24.0.1-0ubuntu1";
const std::string ovs_version = "3.3.0-1ubuntu3.2";
const std::string ovn_version = "24.03.2-0ubuntu0.24.04.1";
const std::string libvirt_version = "10.0.0-2ubuntu8.4";
const std::string qemu_version = "1:8.2.2+ds-0ubuntu1.4";

std::vector<PackageSpec> switch_packages() {
  return {
      {.name = "openvswitch-common", .version = ovs_version},
      {.name = "openvswitch-switch",
       .version = ovs_version,
       .depends = {"openvswitch-common"},
       .directories = {{.path = "/etc/openvswitch"},
                       {.path = "/var/log/openvswitch"},
                       {.path = "/var/run/openvswitch"}},
       .files = {{.path = "/etc/default/openvswitch-switch", .content = "# OVS_CTL_OPTS=\n"}},
       .units = {{.name = "ovsdb-server.service",
                  .file = "static",
                  .part_of = {"openvswitch-switch.service"}},
                 {.name = "ovs-vswitchd.service",
                  .file = "static",
                  .needs = {"ovsdb-server.service"},
                  .part_of = {"openvswitch-switch.service"}},
                 {.name = "openvswitch-switch.service",
                  .needs = {"ovsdb-server.service", "ovs-vswitchd.service"}},
                 {.name = "ovs-record-hostname.service"}}},
      {.name = "ovn-common",
       .version = ovn_version,
       .depends = {"openvswitch-common"},
       .directories = {{.path = "/etc/ovn"}}},
      {.name = "ovn-host",
       .version = ovn_version,
       .depends = {"ovn-common", "openvswitch-switch"},
       .files = {{.path = "/etc/default/ovn-host", .content = "# OVN_CTL_OPTS=\n"}},
       .units = {{.name = "ovn-controller.service",
                  .file = "static",
                  .needs = {"openvswitch-switch.service"},
                  .part_of = {"ovn-host.service"}},
                 {.name = "ovn-host.service", .needs = {"ovn-controller.service"}}}},
  };
}

std::vector<PackageSpec> libvirt_packages() {
  return {
      {.name = "qemu-system-common",
       .version = qemu_version,
       .files = {{.path = "/etc/default/qemu-kvm", .content = "KSM_ENABLED=AUTO\n"}},
       .units = {{.name = "qemu-kvm.service"}}},
      {.name = "qemu-system-x86", .version = qemu_version, .depends = {"qemu-system-common"}},
      {.name = "libvirt-clients", .version = libvirt_version},
      {.name = "libvirt-daemon-system",
       .version = libvirt_version,
       .depends = {"libvirt-clients", "qemu-system-x86"},
       .accounts =
           {{.name = "kvm", .id = 993},
            {.name = "libvirt", .id = 992},
            {.name = "libvirt-qemu", .id = 64055, .home = "/var/lib/libvirt", .groups = {"kvm"}}},
       .directories = {{.path = "/var/lib/libvirt"},
                       {.path = "/var/lib/libvirt/qemu", .mode = 0750}},
       .files = {{.path = "/etc/libvirt/libvirtd.conf",
                  .content = "# Master libvirt daemon configuration file\n"},
                 {.path = "/etc/libvirt/qemu.conf",
                  .content = "# Master configuration file for the QEMU driver\n",
                  .mode = 0600}},
       .units = {{.name = "libvirtd.service"},
                 {.name = "virtlogd.service", .file = "static"},
                 {.name = "libvirt-guests.service"}}},
  };
}

FileSpec compute_conf(const std::string& driver, const std::string& more) {
  return {.path = "/etc/nova/nova-compute.conf",
          .content = "[DEFAULT]\ncompute_driver=" + driver + "\n" + more,
          .mode = 0600,
          .owner = "nova",
          .group = "nova"};
}

std::vector<PackageSpec> nova_packages() {
  return {
      {.name = "python3-nova", .version = nova_version},
      {.name = "nova-common",
       .version = nova_version,
       .depends = {"python3-nova"},
       .accounts = {{.name = "nova", .id = 64060, .home = "/var/lib/nova", .shell = "/bin/sh"}},
       .directories = {{.path = "/var/lib/nova", .owner = "nova"},
                       {.path = "/var/log/nova", .mode = 0750, .owner = "nova"},
                       {.path = "/etc/nova", .mode = 0750, .owner = "nova"}},
       .files = {{.path = "/etc/nova/nova.conf",
                  .content = "[DEFAULT]\nlog_dir = /var/log/nova\nlock_path = "
                             "/var/lock/nova\nstate_path = /var/lib/nova\n",
                  .mode = 0640,
                  .owner = "nova",
                  .group = "nova"}}},
      {.name = "nova-compute",
       .version = nova_version,
       .depends = {"nova-common", "nova-compute-libvirt"},
       .directories = {{.path = "/var/lib/nova/instances", .owner = "nova"}},
       .units = {{.name = "nova-compute.service"}}},
      {.name = "nova-compute-libvirt",
       .version = nova_version,
       .depends = {"libvirt-daemon-system", "nova-common"},
       .accounts = {{.name = "nova", .id = 64060, .groups = {"kvm", "libvirt"}}}},
      {.name = "nova-compute-kvm",
       .version = nova_version,
       .depends = {"nova-compute"},
       .conflicts = {"nova-compute-ironic", "nova-compute-qemu"},
       .files = {compute_conf("libvirt.LibvirtDriver", "[libvirt]\nvirt_type=kvm\n")}},
      {.name = "nova-compute-qemu",
       .version = nova_version,
       .depends = {"nova-compute"},
       .conflicts = {"nova-compute-ironic", "nova-compute-kvm"},
       .files = {compute_conf("libvirt.LibvirtDriver", "[libvirt]\nvirt_type=qemu\n")}},
      {.name = "nova-compute-ironic",
       .version = nova_version,
       .depends = {"nova-compute", "python3-ironicclient"},
       .conflicts = {"nova-compute-kvm", "nova-compute-qemu"},
       .files = {compute_conf("ironic.IronicDriver", "")}},
      {.name = "nova-api-metadata",
       .version = nova_version,
       .depends = {"nova-common"},
       .units = {{.name = "nova-api-metadata.service"}}},
  };
}

std::vector<PackageSpec> neutron_packages() {
  return {
      {.name = "neutron-common",
       .version = neutron_version,
       .accounts =
           {{.name = "neutron", .id = 64061, .home = "/var/lib/neutron", .shell = "/bin/false"}},
       .directories = {{.path = "/var/lib/neutron", .owner = "neutron"},
                       {.path = "/var/log/neutron", .mode = 0750, .owner = "neutron"}},
       .files = {{.path = "/etc/neutron/neutron.conf",
                  .content = "[DEFAULT]\ncore_plugin = ml2\n",
                  .mode = 0640,
                  .group = "neutron"}}},
      {.name = "neutron-ovn-metadata-agent",
       .version = neutron_version,
       .depends = {"neutron-common", "haproxy", "openvswitch-common"},
       .files = {{.path = "/etc/neutron/neutron_ovn_metadata_agent.ini",
                  .content = "[DEFAULT]\n",
                  .group = "neutron"}},
       .units = {{.name = "neutron-ovn-metadata-agent.service"}}},
      {.name = "haproxy", .version = "2.8.5-1ubuntu3.2", .units = {{.name = "haproxy.service"}}},
  };
}

std::vector<PackageSpec> exporter_packages() {
  return {{.name = "prometheus-node-exporter",
           .version = "1.7.0-1ubuntu0.3",
           .directories = {{.path = "/var/lib/prometheus"},
                           {.path = "/var/lib/prometheus/node-exporter"}},
           .units = {{.name = "prometheus-node-exporter.service"}}}};
}

/// Packages of which only the version matters here.
std::vector<PackageSpec> plain_packages() {
  std::vector<PackageSpec> plain;
  for (const auto& [name, version] :
       std::map<std::string, std::string>{{"genisoimage", "9:1.1.11-3.5"},
                                          {"librbd1", "19.2.0-0ubuntu0.24.04.2"},
                                          {"lsscsi", "0.32-1build1"},
                                          {"multipath-tools", "0.9.4-5ubuntu8"},
                                          {"nfs-common", "1:2.6.4-3ubuntu5"},
                                          {"numactl", "2.0.18-1build1"},
                                          {"open-iscsi", "2.1.9-3ubuntu5"},
                                          {"ovmf", "2024.02-2"},
                                          {"ovn-central", ovn_version},
                                          {"python3-ironicclient", "5.5.0-0ubuntu1"},
                                          {"python3-keystoneauth1", "5.6.0-0ubuntu1"},
                                          {"python3-memcache", "1.59-8"},
                                          {"python3-neutronclient", "1:11.2.0-0ubuntu1"},
                                          {"python3-novaclient", "2:18.6.0-0ubuntu1"},
                                          {"qemu-utils", qemu_version},
                                          {"sysfsutils", "2.1.1-6"},
                                          {"xfsprogs", "6.6.0-1ubuntu2"}})
    plain.push_back({.name = name, .version = version});
  return plain;
}

}  // namespace

const std::vector<PackageSpec>& catalogue() {
  static const std::vector<PackageSpec> all = [] {
    std::vector<PackageSpec> packages;
    for (const auto& group : {switch_packages(),
                              libvirt_packages(),
                              nova_packages(),
                              neutron_packages(),
                              exporter_packages(),
                              plain_packages()})
      packages.insert(packages.end(), group.begin(), group.end());
    return packages;
  }();
  return all;
}

const PackageSpec* find_package(const std::string& name) {
  for (const PackageSpec& package : catalogue())
    if (package.name == name)
      return &package;
  return nullptr;
}

const UnitSpec* find_unit_spec(const std::string& unit) {
  for (const PackageSpec& package : catalogue())
    for (const UnitSpec& spec : package.units)
      if (spec.name == unit)
        return &spec;
  return nullptr;
}

bool is_installed(const World& world, const std::string& package) {
  const Json& packages = world.data.at("packages");
  return packages.contains(package) && packages.at(package).at("status") == "installed";
}

}  // namespace emulated
