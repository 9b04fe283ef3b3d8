// Every file of nova-compute on this machine but the SSH ones.
//
// Not written, on purpose: /etc/libvirt/libvirtd.conf and qemu.conf. The packages put nova into the
// group that may use libvirt's unix socket, live migration by ssh reaches that same socket as root,
// and qemu's defaults hold all devices that nova needs.

#include <sstream>

#include "compute.hpp"
#include "compute/nova_conf.hpp"
#include "words/text.hpp"

namespace ncc::compute {
namespace {

std::set<std::string> compute_services(const Model& model) {
  std::set<std::string> services = {"nova-compute"};
  for (const std::string& shard : running_shards(model)) {
    services.insert(shard_service(shard));
  }
  return services;
}

std::set<std::string> users_of_nova_conf(const Model& model) {
  std::set<std::string> services = compute_services(model);
  if (!metadata_secret_of(model).empty()) {
    services.insert("nova-api-metadata");
  }
  return services;
}

File ini_file(const Ini& ini, const std::set<std::string>& restarts) {
  return {.content = ini.render(),
          .shown = ini.render_shown(),
          .mode = 0640,
          .owner = "root:nova",
          .restarts = restarts};
}

void add_authority(Plan& plan,
                   const Model& model,
                   const std::string& name,
                   const std::string& pem) {
  const std::string path = std::string(ca_directory) + name;
  plan.files[path] = {.content = pem, .restarts = users_of_nova_conf(model)};
  plan.trust.insert(path);
}

/// nova-cloud-controller's CA and, where it is another one, that of keystone on cloud-credentials.
void add_authorities(Plan& plan, const Model& model) {
  const std::string& controllers = model.controller.value->ca;
  if (!controllers.empty()) {
    add_authority(plan, model, controller_ca, controllers);
  }
  const std::string keystones = account_of(model)->ca;
  if (!keystones.empty() && keystones != controllers) {
    add_authority(plan, model, credentials_ca, keystones);
  }
}

void add_nova(Plan& plan, const Model& model) {
  plan.files[nova_conf_path] = ini_file(nova_conf(model), users_of_nova_conf(model));
  add_authorities(plan, model);
  if (!model.messaging.value->ca.empty()) {
    plan.files[rabbit_ca_path] = {.content = model.messaging.value->ca,
                                  .restarts = users_of_nova_conf(model)};
  }
  if (model.controller.value->vendor_data) {
    plan.files[vendor_data_path] = {.content = model.controller.value->vendor_json + '\n',
                                    .shown = "*** (cloud-compute: vendor_json)\n",
                                    .mode = 0640,
                                    .owner = "root:nova"};
  }
}

/// Debian's own nova-api-metadata.service (package nova-api) runs under uwsgi and wants Nova's
/// database; this is the program that Ubuntu's package runs, which asks the conductor instead.
void add_metadata_unit(Plan& plan, const Model& model) {
  if (metadata_secret_of(model).empty() || model.machine.release_id != "debian") {
    return;
  }
  plan.files[metadata_unit_path] = {
      .content =
          "[Unit]\n"
          "Description=OpenStack Nova metadata for this machine\n"
          "After=network-online.target\n"
          "Wants=network-online.target\n\n"
          "[Service]\n"
          "User=nova\n"
          "Group=nova\n"
          "WorkingDirectory=/var/lib/nova\n"
          "ExecStart=/usr/bin/python3 -c \"import sys; from nova.cmd.api_metadata import main; "
          "sys.exit(main())\" --config-file=/etc/nova/nova.conf "
          "--log-file=/var/log/nova/nova-api-metadata.log\n"
          "Restart=on-failure\n"
          "LimitNOFILE=65535\n"
          "TimeoutStopSec=15\n\n"
          "[Install]\n"
          "WantedBy=multi-user.target\n",
      .restarts = {"nova-api-metadata"}};
}

/// A container sees some of the kernel's settings only: there, those it cannot set are passed over
/// ("-" before the name).
std::string sysctl_line(const Model& model, const std::string& name, const std::string& value) {
  return (model.machine.container ? "-" : "") + name + " = " + value + '\n';
}

void add_sysctl(Plan& plan, const Model& model) {
  std::string text;
  bool conntrack = false;
  for (const auto& [name, value] : model.config.sysctl) {
    text += sysctl_line(model, name, value);
    conntrack |= name.find("nf_conntrack") != std::string::npos;
  }
  if (conntrack &&
      !model.machine.container) {  // its settings exist only while the module is loaded
    plan.files["/etc/modules-load.d/50-nova-compute.conf"] = {.content = "nf_conntrack\n",
                                                              .restarts = {"systemd-modules-load"}};
  }
  if (!text.empty()) {
    plan.files["/etc/sysctl.d/50-nova-compute.conf"] = {.content = text,
                                                        .restarts = {"systemd-sysctl"}};
  }
}

/// Number of 2 MiB pages of "1024" or "50%"; nullopt when a share of an unknown memory is asked
/// for.
std::optional<long long> pages_of(const std::string& option, long long memory_mib) {
  if (!option.ends_with('%')) {
    return to_integer(option);
  }
  const std::optional<long long> percent = to_integer(option.substr(0, option.size() - 1));
  if (!percent || memory_mib <= 0) {
    return std::nullopt;
  }
  return memory_mib * *percent / 100 / 2;
}

/// libvirt uses /dev/hugepages, which systemd mounts by itself.
void add_hugepages(Plan& plan, const Model& model) {
  if (model.config.hugepages.empty()) {
    return;
  }
  const std::optional<long long> pages = pages_of(model.config.hugepages, model.machine.memory_mib);
  if (!pages) {
    plan.notes.insert("hugepages " + model.config.hugepages + ": the size of memory is not known");
    return;
  }
  plan.files["/etc/sysctl.d/10-hugepage.conf"] = {
      .content = sysctl_line(model, "vm.nr_hugepages", std::to_string(*pages)),
      .restarts = {"systemd-sysctl"}};
}

}  // namespace

bool is_configurable(const Model& model) {
  if (is_ironic(model) && !model.ironic_api.value) {
    return false;
  }
  return model.messaging.value && model.images.value && model.controller.value &&
         account_of(model) && !model.my_ip.empty();
}

Plan plan_config(const Model& model) {
  Plan plan;
  if (is_configurable(model)) {
    add_nova(plan, model);
    add_metadata_unit(plan, model);
  }
  plan.files[nova_compute_conf_path] = ini_file(nova_compute_conf(model), compute_services(model));
  if (!model.config.instances_path.empty()) {
    plan.directories[model.config.instances_path] = {.mode = 0775, .owner = "nova:nova"};
  }
  add_sysctl(plan, model);
  add_hugepages(plan, model);
  return plan;
}

}  // namespace ncc::compute
