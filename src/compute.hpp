#pragma once
// Band 6: nova-compute on this machine, as plans. Pure: Model in, Plan out. nova_conf.cpp reads in
// the order of nova.conf.

#include "ini.hpp"
#include "model.hpp"

namespace ncc::compute {

/// All that nova.conf cannot do without is known: amqp, image-service, cloud-compute with an
/// account, and our address.
[[nodiscard]] bool is_configurable(const Model& model);
/// Packages of the hypervisor (nova-compute-kvm or -qemu ...) and the archives of openstack-origin
/// and ovn-source. While the key of an archive is missing, only the package that brings it.
[[nodiscard]] Plan plan_packages(const Model& model);
/// Every package that plans of this folder depend on: Machine.packages holds the installed ones
/// among them.
[[nodiscard]] std::set<std::string> packages_of_interest(const Model& model);
[[nodiscard]] Ini nova_conf(const Model& model);
[[nodiscard]] Ini nova_compute_conf(const Model& model);
/// nova.conf, nova-compute.conf, vendor data, CA files, libvirt's files, sysctl, instances
/// directory.
[[nodiscard]] Plan plan_config(const Model& model);
/// Key pairs, known_hosts, authorized_keys of root and nova, nova's login shell.
[[nodiscard]] Plan plan_migration(const Model& model);
/// libvirtd, nova-compute and (when metadata is served here) nova-api-metadata run.
[[nodiscard]] Plan plan_services(const Model& model);
/// What we say on cloud-compute, amqp, cloud-credentials, certificates, compute-peer,
/// neutron-plugin: of relations whose fingerprint in Record.published is another one.
[[nodiscard]] Plan plan_publish(const Model& model);
/// Disables the fresh record in Nova, and enables it when all is there.
[[nodiscard]] Plan plan_join(const Model& model);
/// The whole record as it stands after this hook, the fingerprints of plan_publish and the outcome
/// of plan_join included: it belongs under the same flags as these two.
[[nodiscard]] Plan plan_record(const Model& model);
/// stop and remove: services stopped, what carries secrets taken away; never libvirt while guests
/// run.
[[nodiscard]] Plan plan_retire(const Model& model);
/// First half of the version of nova-common (29.2.0 of 3:29.2.0-0ubuntu1); empty when not
/// installed.
[[nodiscard]] std::string workload_version(const Model& model);

}  // namespace ncc::compute
