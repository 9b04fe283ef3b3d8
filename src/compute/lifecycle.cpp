// Which services run, and what is left when the unit goes.

#include "compute.hpp"
#include "compute/nova_conf.hpp"
#include "compute/ssh.hpp"

namespace ncc::compute {
namespace {

/// What carries secrets, or trust that was given to this unit as a member of the cloud. The key
/// pairs stay: one that was there before is somebody else's, and without the others'
/// authorized_keys ours opens nothing.
void add_removals(Plan& plan, const Model& model) {
  plan.absent_files = {nova_conf_path, rabbit_ca_path, vendor_data_path};
  if (model.machine.release_id == "debian") {
    plan.absent_files.insert(metadata_unit_path);
  }
  for (const char* name : {controller_ca, credentials_ca}) {
    plan.absent_files.insert(std::string(ca_directory) + name);
    plan.trust.insert(std::string(ca_directory) + name);
  }
  for (const SshUser& user : ssh_users(model)) {
    const std::string owner = user.name + ':' + user.name;
    plan.files[known_hosts_path(user)] = {.mode = 0644, .owner = owner, .block = true};
    plan.files[authorized_keys_path(user, model.config)] = {
        .mode = 0600, .owner = owner, .block = true};
  }
}

}  // namespace

Plan plan_services(const Model& model) {
  Plan plan;
  if (is_stopping(model)) {
    return plan;
  }
  if (!is_ironic(model)) {
    plan.services["libvirtd"] = ServiceState::running;
  }
  if (has_shards(model)) {
    plan.services["nova-compute"] = ServiceState::stopped;  // what runs is a service a shard
  } else if (is_configurable(model)) {
    plan.services["nova-compute"] = ServiceState::running;
    if (!metadata_secret_of(model).empty()) {
      plan.services["nova-api-metadata"] = ServiceState::running;
    }
  }
  return plan;
}

Plan plan_leave(const Model& model) {
  Plan plan;
  plan.services["nova-compute"] = ServiceState::masked;
  if (!metadata_secret_of(model).empty()) {
    // Its unit file may be ours, in /etc/systemd/system: that cannot be masked.
    plan.services["nova-api-metadata"] = ServiceState::stopped;
  }
  if (model.leaving.phase == Phase::leaving || model.leaving.phase == Phase::ended) {
    plan.absent_files.insert("/var/lib/nova/compute_id");
  }
  return plan;
}

/// libvirtd is never stopped: guests that still run are the operator's, and so is their libvirt.
Plan plan_retire(const Model& model) {
  Plan plan;
  if (!is_stopping(model)) {
    return plan;
  }
  plan.services["nova-compute"] = ServiceState::stopped;
  if (!metadata_secret_of(model).empty()) {
    plan.services["nova-api-metadata"] = ServiceState::stopped;
  }
  if (has_guests(model)) {
    plan.notes.insert("guests are (or may be) on this machine: libvirt is left running");
  }
  if (model.event == Event::remove) {
    add_removals(plan, model);
  }
  return plan;
}

}  // namespace ncc::compute
