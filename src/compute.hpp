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
/// The service of one shard, nova-compute-shard@<shard>, and the shard of a service; nullopt for
/// any other service.
[[nodiscard]] std::string shard_service(const std::string& shard);
[[nodiscard]] std::optional<std::string> shard_of_service(const std::string& service);
/// Shards whose nova-compute runs on this machine.
[[nodiscard]] std::set<std::string> running_shards(const Model& model);
/// What this unit does about shards now; nothing when it knows of none (Model.shards).
[[nodiscard]] shards::HoldStep shard_step(const Model& model);
/// The shards that this unit may run: their files and services. Those it must let go of are
/// stopped.
[[nodiscard]] Plan plan_shards(const Model& model);
/// What we say on cloud-compute, amqp, cloud-credentials, certificates, compute-peer,
/// neutron-plugin: of relations whose fingerprint in Record.published is another one.
[[nodiscard]] Plan plan_publish(const Model& model);
/// nova-cloud-controller has sent both lists of keys for each migration feature that is on.
[[nodiscard]] bool keys_received(const Model& model);
/// The reason under which Nova makes new services disabled (conductor's enable_new_services).
[[nodiscard]] bool is_fresh(const std::string& disabled_reason);
/// Disables the fresh record in Nova, and enables it when all is there.
[[nodiscard]] Plan plan_join(const Model& model);
/// The whole record as it stands after this hook, the fingerprints of plan_publish and the outcome
/// of plan_join included: it belongs under the same flags as these two.
[[nodiscard]] Plan plan_record(const Model& model);
/// While the unit is being ended: nova-compute stays stopped, over a reboot, too. Once its record
/// and provider are gone, its identity (compute_id) goes as well: a node that comes back under an
/// old one is not mapped to a cell by itself.
[[nodiscard]] Plan plan_leave(const Model& model);
/// stop and remove: services stopped, what carries secrets taken away; never libvirt while guests
/// run.
[[nodiscard]] Plan plan_retire(const Model& model);
/// First half of the version of nova-common (29.2.0 of 3:29.2.0-0ubuntu1); empty when not
/// installed.
[[nodiscard]] std::string workload_version(const Model& model);

}  // namespace ncc::compute
