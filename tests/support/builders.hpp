#pragma once
// Models as values for tests. a_fully_related_model() is a unit with every endpoint of the built-in
// OVN complete; a test changes the one thing it is about. Every secret carries `marker`, so that a
// leak can be searched for.

#include <string>

#include "model.hpp"

namespace ncc::test {

inline const std::string marker = "sEcReT";

/// The options' defaults, as in config.yaml.
inline Config default_config() {
  Config config;
  config.openstack_origin = "distro";
  config.rabbit_user = "nova";
  config.rabbit_vhost = "openstack";
  config.virt_type = "auto";
  config.force_raw_images = true;
  config.block_device_allocate_retries = 300;
  config.reserved_host_memory_mb = 512;
  config.authorized_keys_path = "{homedir}/.ssh/authorized_keys";
  config.live_migration_completion_timeout = 800;
  config.live_migration_downtime = 500;
  config.live_migration_downtime_steps = 10;
  config.live_migration_downtime_delay = 75;
  config.default_availability_zone = "nova";
  config.openstack_metadata_workers = 2;
  return config;
}

inline ServiceAccount an_account() {
  ServiceAccount account;
  account.auth_url = "http://10.10.0.5:5000";
  account.username = "nova";
  account.password = Secret(marker + "-account");
  account.project = "services";
  account.user_domain = "service_domain";
  account.project_domain = "service_domain";
  account.region = "RegionOne";
  account.source = "cloud-compute";
  return account;
}

inline Controller a_controller() {
  Controller controller;
  controller.network_manager = "neutron";
  controller.region = "RegionOne";
  controller.volume_service = "cinder";
  controller.account = an_account();
  controller.neutron_url = "http://10.10.0.9:9696";
  controller.neutron_plugin = "ovn";
  controller.dns_domain = "example.test.";
  controller.console.protocol = "novnc";
  controller.console.keymap = "en-us";
  controller.console.novnc_url = "http://10.10.0.7:6080/vnc_auto.html";
  controller.cpu_allocation_ratio = "2.0";
  controller.ram_allocation_ratio = "0.98";
  controller.disk_allocation_ratio = "1.0";
  controller.allow_resize_to_same_host = false;
  controller.root_keys = {.known_hosts = {"|1|hash=|hash= ssh-rsa AAAAroothost"},
                          .authorized_keys = {"ssh-rsa AAAAroot root@node5"}};
  controller.nova_keys = {.known_hosts = {"|1|hash=|hash= ssh-rsa AAAAnovahost"},
                          .authorized_keys = {"ssh-rsa AAAAnova nova@node5"}};
  return controller;
}

inline Messaging a_messaging() {
  Messaging messaging;
  messaging.password = Secret(marker + "-rabbit");
  messaging.hosts = {"10.10.0.21", "10.10.0.22"};
  return messaging;
}

inline Machine a_machine() {
  Machine machine;
  machine.packages = {{"nova-common", "3:29.2.0-0ubuntu1"}, {"nova-compute", "3:29.2.0-0ubuntu1"}};
  machine.kvm = true;
  machine.architecture = "x86_64";
  machine.release_id = "ubuntu";
  machine.nova_shell = "/bin/false";
  machine.root_public_key = "ssh-rsa AAAAB3root root@node4";
  machine.nova_public_key = "ssh-rsa AAAAB3nova nova@node4";
  machine.interfaces = {"eth0", "eth1"};
  machine.interfaces_by_mac = {{"52:54:00:00:00:01", "eth0"}, {"52:54:00:00:00:02", "eth1"}};
  machine.memory_mib = 16384;
  machine.guests = 0;
  return machine;
}

inline Record a_record() {
  Record record;
  record.host = "node4.maas";
  record.certificate_id = "0b6c0000-0000-4000-8000-000000000001";
  record.metadata_secret = marker + "-metadata";
  record.version = "29.2.0";
  return record;
}

/// nova-compute/3 on node4.maas, Ubuntu, kvm, one RabbitMQ pair, one of everything else.
inline Model a_fully_related_model() {
  Model model;
  model.unit = UnitName("nova-compute/3");
  model.application = "nova-compute";
  model.availability_zone = "az1";
  model.config = default_config();
  model.record = a_record();
  model.machine = a_machine();
  model.host = HostName("node4.maas");
  model.related = {"amqp", "image-service", "cloud-compute", "ovsdb", "certificates"};
  model.controller.value = a_controller();
  model.messaging.value = a_messaging();
  model.images.value = Images{.servers = {"http://10.10.0.31:9292"}};
  model.southbound.value = Southbound{.addresses = {"10.10.0.41", "10.10.0.42"}};
  model.certificates.value = Certificates{
      .certificate = "CERTIFICATE\n", .key = Secret(marker + "-key\n"), .ca = "AUTHORITY\n"};
  model.my_ip = "10.20.0.14";
  model.console_address = "10.20.0.14";
  model.migration_address = "10.21.0.14";
  model.data_address = "10.30.0.14";
  model.relation_ids = {{"cloud-compute", {"cloud-compute:1"}},
                        {"amqp", {"amqp:2"}},
                        {"certificates", {"certificates:3"}}};
  model.fresh_uuids = {"11111111-1111-4111-8111-111111111111",
                       "22222222-2222-4222-8222-222222222222"};
  return model;
}

}  // namespace ncc::test
