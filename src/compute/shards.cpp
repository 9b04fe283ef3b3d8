// virt-type ironic with ironic-shards: a nova-compute for each shard that this unit holds.

#include "compute.hpp"
#include "compute/nova_conf.hpp"

namespace ncc::compute {
namespace {

constexpr const char* prefix = "nova-compute-shard@";

std::string config_path(const std::string& shard) {
  return std::string(shard_directory) + '/' + shard + ".conf";
}

/// Without [Install]: what runs after a reboot is decided by the start hook.
std::string unit_file() {
  return "[Unit]\n"
         "Description=OpenStack Nova compute for the Ironic shard %i\n"
         "After=network-online.target\n"
         "Wants=network-online.target\n\n"
         "[Service]\n"
         "Type=simple\n"
         "User=nova\n"
         "Group=nova\n"
         "WorkingDirectory=/var/lib/nova\n"
         "ExecStart=/usr/bin/nova-compute --config-file=/etc/nova/nova.conf "
         "--config-file=/etc/nova/nova-compute.conf --config-file=" +
         std::string(shard_directory) +
         "/%i.conf --log-file=/var/log/nova/nova-compute-%i.log\n"
         "Restart=on-failure\n"
         "RestartSec=5\n"
         "LimitNOFILE=65535\n"
         "TimeoutStopSec=65\n";
}

Ini shard_conf(const Shards::Named& shard) {
  Ini ini;
  ini.comment("Managed by the nova-compute charm: changes made here are lost.");
  ini.section("DEFAULT").set("host", shard.name, from("config: ironic-shards"));
  ini.section("ironic").set("shard", shard.name, from("config: ironic-shards"));
  set_text(ini, "conductor_group", shard.conductor_group, from("config: ironic-shards"));
  return ini;
}

/// Shards that this unit may run now.
std::set<std::string> held_of(const shards::HoldStep& step) {
  std::set<std::string> held = step.publish.shards;
  for (const auto& [shard, why] : step.waits) {
    held.erase(shard);
  }
  return held;
}

void add_held(Plan& plan, const Model& model, const std::set<std::string>& held) {
  for (const Shards::Named& shard : shards_of(model)) {
    if (!held.contains(shard.name)) {
      continue;
    }
    const std::string service = shard_service(shard.name);
    const Ini ini = shard_conf(shard);
    plan.files[config_path(shard.name)] = {.content = ini.render(),
                                           .shown = ini.render_shown(),
                                           .mode = 0640,
                                           .owner = "root:nova",
                                           .restarts = {service}};
    plan.services[service] = ServiceState::started;
  }
}

}  // namespace

std::string shard_service(const std::string& shard) {
  return prefix + shard;
}

std::optional<std::string> shard_of_service(const std::string& service) {
  return service.starts_with(prefix) ? std::optional(service.substr(std::string(prefix).size()))
                                     : std::nullopt;
}

std::set<std::string> running_shards(const Model& model) {
  std::set<std::string> running;
  for (const auto& [name, service] : model.machine.services) {
    if (const auto shard = shard_of_service(name); shard && service.active) {
      running.insert(*shard);
    }
  }
  return running;
}

shards::HoldStep shard_step(const Model& model) {
  if (!model.shards) {
    return {};
  }
  const ShardView& view = *model.shards;
  return shards::hold({.me = model.unit,
                       .boot = view.boot,
                       .now = view.now,
                       .leaving = view.leaving.contains(model.unit) || is_tombstoned(model) ||
                                  is_stopping(model) || model.paused || !is_configurable(model),
                       .assignment = view.assignment,
                       .mine = view.mine,
                       .peers = view.peers,
                       .running = running_shards(model),
                       .nova = view.nova});
}

Plan plan_shards(const Model& model) {
  Plan plan;
  const shards::HoldStep step = shard_step(model);
  if (!is_stopping(model)) {
    plan.files[shard_unit_path] = {.content = unit_file()};
    add_held(plan, model, held_of(step));
  }
  for (const std::string& shard : step.stop) {
    plan.services[shard_service(shard)] = ServiceState::stopped;
  }
  return plan;
}

}  // namespace ncc::compute
