#pragma once
// Band 4: config.yaml as a struct. Defaults stand in config.yaml only: an option without value is
// empty or nullopt here. All problems are found at once (Config::problems), so that an operator
// repairs them in one go.

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace ncc {

/// key=value settings in the order given (config-flags).
using Flags = std::vector<std::pair<std::string, std::string>>;

/// Shards of Ironic nodes: so many with names made of the application's, or these.
struct Shards {
  struct Named {
    std::string name = {};             // also host in Nova: lower case letters, digits, dashes
    std::string conductor_group = {};  // empty: that of nodes without one
    friend bool operator==(const Named&, const Named&) = default;
  };

  long long number = 0;
  std::vector<Named> named = {};
  friend bool operator==(const Shards&, const Shards&) = default;
};

struct Config {
  // What is installed and how it talks
  bool debug = false;
  bool use_syslog = false;
  std::string openstack_origin =
      {};  // "", distro, cloud:<codename>-<release>, or a deb line (caracal is read as distro)
  std::string ovn_source = {};  // as openstack_origin
  std::string rabbit_user = {};
  std::string rabbit_vhost = {};
  bool use_internal_endpoints = false;
  std::string os_internal_network = {};  // CIDR: my_ip and console address are taken from it
  // Hypervisor
  std::string virt_type = {};  // auto (kvm when /dev/kvm is there, else qemu), kvm, qemu, ironic
  std::string cpu_mode = {};   // none, host-model, host-passthrough, custom
  std::string cpu_model = {};
  std::vector<std::string> cpu_models = {};
  std::string cpu_model_extra_flags = {};  // joined by commas
  std::string cpu_shared_set = {};         // CPU list without blanks: 0-3,^2,8
  std::string cpu_dedicated_set = {};      // CPU list
  std::string libvirt_image_backend = {};  // raw, qcow2, flat
  bool force_raw_images = false;
  std::string disk_cachemodes = {};  // type=mode joined by commas
  bool inject_password = false;
  bool use_multipath = false;
  bool resume_guests_state_on_host_boot = false;
  std::string instances_path = {};
  std::optional<long long> block_device_allocate_retries = {};
  std::optional<long long> block_device_allocate_retries_interval = {};  // seconds
  std::vector<std::string> pci_passthrough_whitelist =
      {};                                   // JSON objects, one per line of nova.conf
  std::vector<std::string> pci_alias = {};  // JSON objects
  std::string hugepages = {};               // count of 2 MiB pages or N%
  std::map<std::string, std::string> sysctl = {};
  // Capacity
  long long reserved_host_memory_mb = 0;
  long long reserved_host_disk_mb = 0;
  std::optional<double> cpu_allocation_ratio = {};
  std::optional<double> ram_allocation_ratio = {};
  std::optional<double> disk_allocation_ratio = {};
  std::optional<double> initial_cpu_allocation_ratio = {};
  std::optional<double> initial_ram_allocation_ratio = {};
  std::optional<double> initial_disk_allocation_ratio = {};
  // Migration
  bool enable_live_migration = false;
  bool enable_resize = false;
  std::string authorized_keys_path =
      {};  // absolute once {homedir} and {username} are filled in; has one of them
  std::string libvirt_migration_network = {};                       // CIDR
  std::optional<long long> live_migration_completion_timeout = {};  // seconds per GiB, 0 = no limit
  std::optional<long long> live_migration_downtime = {};            // ms
  std::optional<long long> live_migration_downtime_steps = {};
  std::optional<long long> live_migration_downtime_delay = {};  // seconds
  bool live_migration_permit_post_copy = false;
  bool live_migration_permit_auto_converge = false;
  bool skip_cpu_compare_at_startup = false;
  bool skip_cpu_compare_on_dest = false;
  // Availability zone
  std::string default_availability_zone = {};
  bool customize_failure_domain = false;
  Flags config_flags = {};
  // Scale-in
  long long min_computes = 0;  // up and enabled hosts that must be left
  long long min_gateways = 0;  // the same of gateway chassis, per physical network and zone
  bool drain_on_remove = false;
  long long drain_timeout = 0;  // seconds
  // Nodes that create-node makes; checked when it begins
  std::string node_base_name = {};
  long long node_max = 0;
  std::string node_image = {};
  std::string node_flavor = {};
  std::string node_network = {};
  std::string node_key = {};
  std::string node_security_groups = {};  // joined by commas
  std::string node_availability_zone = {};
  std::string node_user_data = {};  // template
  long long node_volume_size = 0;   // GiB
  std::string node_volume_type = {};
  std::string node_volume_device = {};
  std::string node_domain = {};
  std::string node_dns_zone = {};
  std::string node_registered = {};  // compute, active
  long long node_timeout = 0;        // seconds
  bool node_keep_on_failure = false;
  // Capacity of the cloud
  std::vector<std::string> capacity_flavors = {};
  long long capacity_up = 0;         // servers
  long long capacity_down = 0;       // servers
  long long capacity_size = 0;       // servers
  long long capacity_used_up = 0;    // percent
  long long capacity_used_down = 0;  // percent
  long long capacity_looks = 0;
  long long capacity_interval = 0;    // seconds
  long long capacity_cooldown = 0;    // seconds
  std::string capacity_handler = {};  // log, juju, openstack-nova
  // Ironic
  Shards ironic_shards = {};
  long long ironic_shard_cap = 0;  // nodes
  // OVN
  std::vector<std::pair<std::string, std::string>> ovn_bridge_mappings = {};  // physnet -> bridge
  std::vector<std::pair<std::string, std::string>> bridge_interface_mappings =
      {};  // bridge -> interface name or MAC (lower case)
  bool prefer_chassis_as_gw = false;
  std::optional<bool> disable_mlockall = {};  // unset = on in containers
  bool enable_version_pinning = false;
  bool ovn_monitor_all = false;
  long long openstack_metadata_workers = 0;

  /// Every problem found, each "option: what is wrong", in the order of config.yaml. Options at
  /// fault have their empty value above.
  std::vector<std::string> problems = {};

  friend bool operator==(const Config&, const Config&) = default;
};

/// From config-get's values (option -> text). Never throws: what is wrong is in `problems`. Pure.
[[nodiscard]] Config read_config(const std::map<std::string, std::string>& values);

/// Names of all options that read_config reads; the contract test compares them with config.yaml.
[[nodiscard]] std::vector<std::string> option_names();

}  // namespace ncc
