#pragma once
// Band 6: nova-compute on this machine, as plans. Pure: Model in, Plan out. nova_conf.cpp reads in the order of nova.conf.

#include "ini.hpp"
#include "model.hpp"

namespace ncc::compute {

/// Packages of the hypervisor (nova-compute-kvm or -qemu ...) and of archives (openstack-origin).
[[nodiscard]] Plan plan_packages(const Model& model);
[[nodiscard]] Ini nova_conf(const Model& model);
[[nodiscard]] Ini nova_compute_conf(const Model& model);
/// nova.conf, nova-compute.conf, vendor data, CA files, libvirt's files, sysctl, instances directory.
[[nodiscard]] Plan plan_config(const Model& model);
/// Key pairs, known_hosts, authorized_keys of root and nova, nova's login shell.
[[nodiscard]] Plan plan_migration(const Model& model);
/// nova-compute and libvirtd run.
[[nodiscard]] Plan plan_services(const Model& model);
/// What we say on cloud-compute, amqp, cloud-credentials, certificates, compute-peer, neutron-plugin.
[[nodiscard]] Plan plan_publish(const Model& model);
/// Disables the fresh record in Nova, and enables it when all is there.
[[nodiscard]] Plan plan_join(const Model& model);
/// stop and remove: services stopped, what carries secrets taken away; never libvirt while guests run.
[[nodiscard]] Plan plan_retire(const Model& model);
/// First half of the version of nova-common (29.2.0 of 3:29.2.0-0ubuntu1); empty when not installed.
[[nodiscard]] std::string workload_version(const Model& model);

}  // namespace ncc::compute
