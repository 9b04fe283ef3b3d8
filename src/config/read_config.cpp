// The table of options, in the order of config.yaml: name, field, kind. An option that is not in
// the table does not exist.

#include "config.hpp"
#include "config/kinds.hpp"
#include "words/text.hpp"

namespace ncc {

namespace {

using namespace kinds;

constexpr std::array<std::string_view, 4> virt_types{"auto", "kvm", "qemu", "ironic"};
constexpr std::array<std::string_view, 4> cpu_modes{
    "host-model", "host-passthrough", "custom", "none"};
constexpr std::array<std::string_view, 3> image_backends{"raw", "qcow2", "flat"};
constexpr std::array<std::string_view, 2> node_ends{"compute", "active"};
constexpr std::array<std::string_view, 1> auth_types{"ssh"};
constexpr std::array<std::string_view, 3> capacity_handlers{"log", "juju", "openstack-nova"};

struct Row {
  const char* option;
  /// Puts the value into the config, or answers what is wrong with it.
  std::string (*read)(const std::string& text, Config& config);
};

template <auto Field, auto Kind>
std::string into(const std::string& text, Config& config) {
  auto parsed = Kind(text);
  if (parsed.problem.empty()) {
    config.*Field = std::move(parsed.value);
  }
  return parsed.problem;
}

/// For an option with one allowed value, which nobody needs to store.
template <auto Kind>
std::string check(const std::string& text, Config&) {
  return Kind(text).problem;
}

constexpr std::array rows{
    Row{"debug", into<&Config::debug, boolean>},
    Row{"use-syslog", into<&Config::use_syslog, boolean>},
    Row{"openstack-origin", into<&Config::openstack_origin, archive>},
    Row{"ovn-source", into<&Config::ovn_source, archive>},
    Row{"rabbit-user", into<&Config::rabbit_user, word>},
    Row{"rabbit-vhost", into<&Config::rabbit_vhost, word>},
    Row{"use-internal-endpoints", into<&Config::use_internal_endpoints, boolean>},
    Row{"os-internal-network", into<&Config::os_internal_network, network>},
    // Hypervisor
    Row{"virt-type", into<&Config::virt_type, choice<virt_types>>},
    Row{"cpu-mode", into<&Config::cpu_mode, choice<cpu_modes>>},
    Row{"cpu-model", into<&Config::cpu_model, cpu_model>},
    Row{"cpu-models", into<&Config::cpu_models, kinds::cpu_models>},
    Row{"cpu-model-extra-flags", into<&Config::cpu_model_extra_flags, cpu_flags>},
    Row{"cpu-shared-set", into<&Config::cpu_shared_set, cpu_list>},
    Row{"cpu-dedicated-set", into<&Config::cpu_dedicated_set, cpu_list>},
    Row{"libvirt-image-backend", into<&Config::libvirt_image_backend, choice<image_backends>>},
    Row{"force-raw-images", into<&Config::force_raw_images, boolean>},
    Row{"disk-cachemodes", into<&Config::disk_cachemodes, cache_modes>},
    Row{"inject-password", into<&Config::inject_password, boolean>},
    Row{"use-multipath", into<&Config::use_multipath, boolean>},
    Row{"resume-guests-state-on-host-boot",
        into<&Config::resume_guests_state_on_host_boot, boolean>},
    Row{"instances-path", into<&Config::instances_path, directory>},
    Row{"block-device-allocate-retries", into<&Config::block_device_allocate_retries, maybe_count>},
    Row{"block-device-allocate-retries-interval",
        into<&Config::block_device_allocate_retries_interval, maybe_count>},
    Row{"pci-passthrough-whitelist", into<&Config::pci_passthrough_whitelist, json_objects>},
    Row{"pci-alias", into<&Config::pci_alias, json_objects>},
    Row{"hugepages", into<&Config::hugepages, kinds::hugepages>},
    Row{"sysctl", into<&Config::sysctl, kinds::sysctl>},
    // Capacity
    Row{"reserved-host-memory", into<&Config::reserved_host_memory_mb, count>},
    Row{"reserved-host-disk", into<&Config::reserved_host_disk_mb, count>},
    Row{"cpu-allocation-ratio", into<&Config::cpu_allocation_ratio, ratio>},
    Row{"ram-allocation-ratio", into<&Config::ram_allocation_ratio, ratio>},
    Row{"disk-allocation-ratio", into<&Config::disk_allocation_ratio, ratio>},
    Row{"initial-cpu-allocation-ratio", into<&Config::initial_cpu_allocation_ratio, ratio>},
    Row{"initial-ram-allocation-ratio", into<&Config::initial_ram_allocation_ratio, ratio>},
    Row{"initial-disk-allocation-ratio", into<&Config::initial_disk_allocation_ratio, ratio>},
    // Migration; the least values are those of nova.conf's live_migration_downtime* options
    Row{"enable-live-migration", into<&Config::enable_live_migration, boolean>},
    Row{"enable-resize", into<&Config::enable_resize, boolean>},
    Row{"migration-auth-type", check<choice<auth_types>>},
    Row{"authorized-keys-path", into<&Config::authorized_keys_path, key_file>},
    Row{"libvirt-migration-network", into<&Config::libvirt_migration_network, network>},
    Row{"live-migration-completion-timeout",
        into<&Config::live_migration_completion_timeout, maybe_count>},
    Row{"live-migration-downtime", into<&Config::live_migration_downtime, at_least<100>>},
    Row{"live-migration-downtime-steps", into<&Config::live_migration_downtime_steps, at_least<3>>},
    Row{"live-migration-downtime-delay", into<&Config::live_migration_downtime_delay, at_least<3>>},
    Row{"live-migration-permit-post-copy", into<&Config::live_migration_permit_post_copy, boolean>},
    Row{"live-migration-permit-auto-converge",
        into<&Config::live_migration_permit_auto_converge, boolean>},
    Row{"skip-cpu-compare-at-startup", into<&Config::skip_cpu_compare_at_startup, boolean>},
    Row{"skip-cpu-compare-on-dest", into<&Config::skip_cpu_compare_on_dest, boolean>},
    // Availability zone
    Row{"default-availability-zone", into<&Config::default_availability_zone, line>},
    Row{"customize-failure-domain", into<&Config::customize_failure_domain, boolean>},
    Row{"config-flags", into<&Config::config_flags, flags>},
    // Scale-in
    Row{"min-computes", into<&Config::min_computes, count>},
    Row{"min-gateways", into<&Config::min_gateways, count>},
    Row{"drain-on-remove", into<&Config::drain_on_remove, boolean>},
    Row{"drain-timeout", into<&Config::drain_timeout, count>},
    // Nodes
    Row{"node-base-name", into<&Config::node_base_name, word>},
    Row{"node-max", into<&Config::node_max, count>},
    Row{"node-image", into<&Config::node_image, line>},
    Row{"node-flavor", into<&Config::node_flavor, line>},
    Row{"node-network", into<&Config::node_network, line>},
    Row{"node-key", into<&Config::node_key, line>},
    Row{"node-security-groups", into<&Config::node_security_groups, line>},
    Row{"node-availability-zone", into<&Config::node_availability_zone, line>},
    Row{"node-user-data", into<&Config::node_user_data, kinds::text>},
    Row{"node-volume-size", into<&Config::node_volume_size, count>},
    Row{"node-volume-type", into<&Config::node_volume_type, line>},
    Row{"node-volume-device", into<&Config::node_volume_device, word>},
    Row{"node-domain", into<&Config::node_domain, word>},
    Row{"node-dns-zone", into<&Config::node_dns_zone, word>},
    Row{"node-registered", into<&Config::node_registered, choice<node_ends>>},
    Row{"node-timeout", into<&Config::node_timeout, count>},
    Row{"node-keep-on-failure", into<&Config::node_keep_on_failure, boolean>},
    // Capacity of the cloud
    Row{"capacity-flavors", into<&Config::capacity_flavors, names>},
    Row{"capacity-up", into<&Config::capacity_up, count>},
    Row{"capacity-down", into<&Config::capacity_down, count>},
    Row{"capacity-size", into<&Config::capacity_size, count>},
    Row{"capacity-used-up", into<&Config::capacity_used_up, percentage>},
    Row{"capacity-used-down", into<&Config::capacity_used_down, percentage>},
    Row{"capacity-looks", into<&Config::capacity_looks, count>},
    Row{"capacity-interval", into<&Config::capacity_interval, count>},
    Row{"capacity-cooldown", into<&Config::capacity_cooldown, count>},
    Row{"capacity-handler", into<&Config::capacity_handler, choice<capacity_handlers>>},
    // Ironic
    Row{"ironic-shards", into<&Config::ironic_shards, kinds::shards>},
    Row{"ironic-shard-cap", into<&Config::ironic_shard_cap, count>},
    // OVN
    Row{"ovn-bridge-mappings", into<&Config::ovn_bridge_mappings, bridge_mappings>},
    Row{"bridge-interface-mappings", into<&Config::bridge_interface_mappings, interface_mappings>},
    Row{"prefer-chassis-as-gw", into<&Config::prefer_chassis_as_gw, boolean>},
    Row{"disable-mlockall", into<&Config::disable_mlockall, maybe_boolean>},
    Row{"enable-version-pinning", into<&Config::enable_version_pinning, boolean>},
    Row{"ovn-monitor-all", into<&Config::ovn_monitor_all, boolean>},
    Row{"openstack-metadata-workers", into<&Config::openstack_metadata_workers, count>},
};

using Problems = std::map<std::string, std::string>;  // option -> what is wrong

/// nova-compute refuses to start with a CPU model in another mode than custom, with custom and no
/// model, and with flags for no CPU.
void check_cpu(Config& config, Problems& problems) {
  if (problems.contains("cpu-mode")) {
    return;
  }
  const bool custom = config.cpu_mode == "custom";
  if (custom && config.cpu_model.empty() && config.cpu_models.empty() &&
      !problems.contains("cpu-models") && !problems.contains("cpu-model")) {
    problems["cpu-mode"] = "custom needs cpu-models";
    config.cpu_mode.clear();
  }
  if (!custom && !config.cpu_model.empty()) {
    problems["cpu-model"] = "needs cpu-mode custom";
    config.cpu_model.clear();
  }
  if (!custom && !config.cpu_models.empty()) {
    problems["cpu-models"] = "needs cpu-mode custom";
    config.cpu_models.clear();
  }
  if (config.cpu_mode == "none" && !config.cpu_model_extra_flags.empty()) {
    problems["cpu-model-extra-flags"] = "needs a cpu-mode other than none";
    config.cpu_model_extra_flags.clear();
  }
}

/// Thresholds that an addition would jump over make capacity low and ample by turns.
void check_capacity(Config& config, Problems& problems) {
  const long long least = config.capacity_up + config.capacity_size;
  if (config.capacity_up > 0 && config.capacity_down < least) {
    problems.try_emplace(
        "capacity-down",
        std::to_string(config.capacity_down) + " is less than capacity-up + capacity-size (" +
            std::to_string(config.capacity_up) + " + " + std::to_string(config.capacity_size) +
            "): an addition would be in plenty at once (flapping)");
  }
  if (config.capacity_used_up > 0 && config.capacity_used_down >= config.capacity_used_up) {
    problems.try_emplace("capacity-used-down",
                         std::to_string(config.capacity_used_down) +
                             " is not below capacity-used-up (" +
                             std::to_string(config.capacity_used_up) + ") (flapping)");
  }
  if (config.capacity_used_up > 0 && config.capacity_used_down == 0) {
    problems.try_emplace("capacity-used-down", "0 is never reached; allowed: 1 to 99");
  }
}

}  // namespace

Config read_config(const std::map<std::string, std::string>& values) {
  Config config;
  Problems problems;
  for (const Row& row : rows) {
    const auto found = values.find(row.option);
    const std::string text = found == values.end() ? "" : trim(found->second);
    if (text.empty()) {
      continue;
    }
    if (const std::string problem = row.read(text, config); !problem.empty()) {
      problems[row.option] = problem;
    }
  }
  check_cpu(config, problems);
  check_capacity(config, problems);
  for (const Row& row : rows) {
    if (problems.contains(row.option)) {
      config.problems.push_back(std::string(row.option) + ": " + problems[row.option]);
    }
  }
  return config;
}

std::vector<std::string> option_names() {
  std::vector<std::string> names;
  for (const Row& row : rows) {
    names.emplace_back(row.option);
  }
  return names;
}

}  // namespace ncc
