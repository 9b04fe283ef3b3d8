// nova.conf from top to bottom. Options that Nova has dropped since the old charm's template
// (dhcpbridge, network_manager, [neutron] url, xvpvncproxy, keymap, live_migration_tunnelled,
// signing_dir ...) are not written.

#include "compute/nova_conf.hpp"

#include "compute.hpp"
#include "words/text.hpp"

namespace ncc::compute {

void set_text(Ini& ini, const std::string& option, const std::string& value, const Source& source) {
  if (!value.empty()) {
    ini.set(option, value, source);
  }
}

namespace {

/// A ratio as Nova reads it: 16 or 1.5.
std::string ratio(double value) {
  std::string text = std::to_string(value);
  text.erase(text.find_last_not_of('0') + 1);
  return text.back() == '.' ? text + '0' : text;
}

template <typename Value>
void set_number(Ini& ini,
                const std::string& option,
                const std::optional<Value>& value,
                const Source& source) {
  if (!value) {
    return;
  }
  if constexpr (std::is_same_v<Value, double>) {
    ini.set(option, ratio(*value), source);
  } else {
    ini.set(option, *value, source);
  }
}

/// rabbit://user:password@host:port,user:password@host:port/vhost
Secret transport_url(const Model& model) {
  const Messaging& messaging = *model.messaging.value;
  const std::string login = percent_encode(model.config.rabbit_user) + ':' +
                            percent_encode(messaging.password.reveal()) + '@';
  std::vector<std::string> brokers;
  for (const std::string& host : messaging.hosts) {
    brokers.push_back(login + url_host(host) + ':' + std::to_string(messaging.port));
  }
  return Secret("rabbit://" + join(brokers, ",") + '/' + percent_encode(model.config.rabbit_vhost));
}

Source transport_source() {
  return from("amqp: password, hostname, ssl_port; config: rabbit-user, rabbit-vhost");
}

void add_initial_ratio(Ini& ini,
                       const std::string& resource,
                       const std::optional<double>& option,
                       const std::string& controllers) {
  const std::string name = "initial_" + resource + "_allocation_ratio";
  if (option) {
    ini.set(name, ratio(*option), from("config: initial-" + resource + "-allocation-ratio"));
  } else {
    set_text(ini, name, controllers, from("cloud-compute: " + resource + "_allocation_ratio"));
  }
}

void add_capacity(Ini& ini, const Model& model) {
  const Config& config = model.config;
  const Controller& controller = *model.controller.value;
  ini.set("reserved_host_memory_mb",
          config.reserved_host_memory_mb,
          from("config: reserved-host-memory"));
  ini.set(
      "reserved_host_disk_mb", config.reserved_host_disk_mb, from("config: reserved-host-disk"));
  add_initial_ratio(
      ini, "cpu", config.initial_cpu_allocation_ratio, controller.cpu_allocation_ratio);
  add_initial_ratio(
      ini, "ram", config.initial_ram_allocation_ratio, controller.ram_allocation_ratio);
  add_initial_ratio(
      ini, "disk", config.initial_disk_allocation_ratio, controller.disk_allocation_ratio);
  set_number(ini,
             "cpu_allocation_ratio",
             config.cpu_allocation_ratio,
             from("config: cpu-allocation-ratio"));
  set_number(ini,
             "ram_allocation_ratio",
             config.ram_allocation_ratio,
             from("config: ram-allocation-ratio"));
  set_number(ini,
             "disk_allocation_ratio",
             config.disk_allocation_ratio,
             from("config: disk-allocation-ratio"));
}

void add_guests(Ini& ini, const Model& model) {
  const Config& config = model.config;
  ini.set("force_raw_images", config.force_raw_images, from("config: force-raw-images"));
  set_number(ini,
             "block_device_allocate_retries",
             config.block_device_allocate_retries,
             from("config: block-device-allocate-retries"));
  set_number(ini,
             "block_device_allocate_retries_interval",
             config.block_device_allocate_retries_interval,
             from("config: block-device-allocate-retries-interval"));
  set_text(ini, "instances_path", config.instances_path, from("config: instances-path"));
  ini.set("resume_guests_state_on_host_boot",
          config.resume_guests_state_on_host_boot,
          from("config: resume-guests-state-on-host-boot"));
  if (model.controller.value->allow_resize_to_same_host) {
    ini.set("allow_resize_to_same_host",
            *model.controller.value->allow_resize_to_same_host,
            from("cloud-compute: allow_resize_to_same_host"));
  }
}

void add_zone(Ini& ini, const Model& model) {
  if (model.config.customize_failure_domain && !model.availability_zone.empty()) {
    ini.set("default_availability_zone",
            model.availability_zone,
            from("Juju's availability zone (config: customize-failure-domain)"));
  } else {
    set_text(ini,
             "default_availability_zone",
             model.config.default_availability_zone,
             from("config: default-availability-zone"));
  }
}

/// nova-api-metadata answers this machine's metadata agent only, so it listens on the loopback; as
/// many workers as the agent.
void add_metadata_service(Ini& ini, const Model& model) {
  if (metadata_secret_of(model).empty()) {
    return;
  }
  const long long workers = model.config.openstack_metadata_workers;
  ini.set("metadata_listen", "127.0.0.1", constant());
  ini.set(
      "metadata_workers", workers > 0 ? workers : 1, from("config: openstack-metadata-workers"));
}

void add_default(Ini& ini, const Model& model) {
  ini.section("DEFAULT");
  ini.set("debug", model.config.debug, from("config: debug"));
  ini.set("use_syslog", model.config.use_syslog, from("config: use-syslog"));
  ini.set("state_path", "/var/lib/nova", constant());
  ini.set("log_dir", "/var/log/nova", constant());
  set_text(ini, "my_ip", model.my_ip, from("binding cloud-compute; config: os-internal-network"));
  ini.set("host", completed_record(model).host, from("the host name stored at install"));
  ini.set("transport_url", transport_url(model), transport_source());
  if (!is_ironic(model)) {
    add_guests(ini, model);
    add_capacity(ini, model);
  }
  add_zone(ini, model);
  add_metadata_service(ini, model);
  for (const auto& [option, value] : model.config.config_flags) {
    ini.set(option, value, from("config: config-flags"));  // last of the section: the operator wins
  }
}

void add_api(Ini& ini, const Model& model) {
  const Controller& controller = *model.controller.value;
  ini.section("api");
  set_text(ini, "dhcp_domain", controller.dns_domain, from("cloud-compute: dns_domain"));
  set_text(ini,
           "vendordata_providers",
           controller.vendordata_providers,
           from("cloud-compute: vendor_data"));
  if (controller.vendor_data) {
    ini.set("vendordata_jsonfile_path", vendor_data_path, from("cloud-compute: vendor_data"));
  }
  set_text(ini,
           "vendordata_dynamic_targets",
           controller.vendor_data_url,
           from("cloud-compute: vendor_data"));
}

void add_compute(Ini& ini, const Config& config) {
  if (config.cpu_shared_set.empty() && config.cpu_dedicated_set.empty()) {
    return;
  }
  ini.section("compute");
  set_text(ini, "cpu_shared_set", config.cpu_shared_set, from("config: cpu-shared-set"));
  set_text(ini, "cpu_dedicated_set", config.cpu_dedicated_set, from("config: cpu-dedicated-set"));
}

/// `device_spec` is what `passthrough_whitelist` has been called since Nova 26.
void add_pci(Ini& ini, const Config& config) {
  if (config.pci_passthrough_whitelist.empty() && config.pci_alias.empty()) {
    return;
  }
  ini.section("pci");
  for (const std::string& device : config.pci_passthrough_whitelist) {
    ini.set("device_spec", device, from("config: pci-passthrough-whitelist"));
  }
  for (const std::string& alias : config.pci_alias) {
    ini.set("alias", alias, from("config: pci-alias"));
  }
}

void add_messaging(Ini& ini, const Model& model) {
  const Messaging& messaging = *model.messaging.value;
  if (messaging.tls) {
    ini.section("oslo_messaging_rabbit");
    ini.set("ssl", true, from("amqp: ssl_port"));
    if (!messaging.ca.empty()) {
      ini.set("ssl_ca_file", rabbit_ca_path, from("amqp: ssl_ca"));
    }
  }
  ini.section("oslo_messaging_notifications");
  ini.set("driver", "messagingv2", constant());
  ini.set("transport_url", transport_url(model), transport_source());
  ini.section("notifications");
  ini.set("notification_format", "unversioned", constant());
}

void add_rest(Ini& ini, const Model& model) {
  ini.section("oslo_concurrency");
  ini.set("lock_path", "/var/lock/nova", constant());
  if (!is_ironic(model)) {
    ini.section("workarounds");
    ini.set("skip_cpu_compare_at_startup",
            model.config.skip_cpu_compare_at_startup,
            from("config: skip-cpu-compare-at-startup"));
    ini.set("skip_cpu_compare_on_dest",
            model.config.skip_cpu_compare_on_dest,
            from("config: skip-cpu-compare-on-dest"));
  }
  if (!metadata_secret_of(model).empty()) {
    ini.section("wsgi").set("api_paste_config", "/etc/nova/api-paste.ini", constant());
  }
}

/// What a subordinate on neutron-plugin adds, each setting at the end of its section.
void add_plugin(Ini& ini, const Model& model) {
  if (!model.plugin.value) {
    return;
  }
  for (const auto& [section, settings] : model.plugin.value->nova_conf) {
    ini.section(section);
    for (const auto& [option, value] : settings) {
      // The subordinate does not say which of its values are secret: none of them is shown.
      ini.set(option, Secret(value), from("neutron-plugin: subordinate_configuration"));
    }
  }
}

}  // namespace

Ini nova_conf(const Model& model) {
  Ini ini;
  ini.comment("Managed by the nova-compute charm: changes made here are lost.");
  if (!model.controller.value->restart_trigger.empty()) {
    ini.comment("restart trigger: " + model.controller.value->restart_trigger);
  }
  add_default(ini, model);
  add_api(ini, model);
  if (!is_ironic(model)) {
    add_compute(ini, model.config);
    add_pci(ini, model.config);
    add_console(ini, model);
    add_libvirt(ini, model);
  }
  add_services(ini, model);
  add_messaging(ini, model);
  add_rest(ini, model);
  add_plugin(ini, model);
  return ini;
}

}  // namespace ncc::compute
