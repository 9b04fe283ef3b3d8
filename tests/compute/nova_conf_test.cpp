#include <algorithm>
#include <fstream>
#include <sstream>

#include "compute.hpp"
#include "compute/lines.hpp"
#include "support/builders.hpp"
#include "support/catch.hpp"

namespace ncc::compute {
namespace {

using test::a_fully_related_model;

std::string golden(const std::string& name) {
  std::ifstream file(std::string(NCC_SOURCE_DIR) + "/tests/golden/" + name);
  REQUIRE(file);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

bool has_line(const Model& model, const std::string& section, const std::string& line) {
  const std::vector<std::string> lines = lines_of(model, section);
  return std::find(lines.begin(), lines.end(), line) != lines.end();
}

TEST_CASE("nova.conf of a fully related unit", "[compute][golden]") {
  CHECK(nova_conf(a_fully_related_model()).render() == golden("nova.conf"));
}

TEST_CASE("nova-compute.conf of a unit with /dev/kvm", "[compute][golden]") {
  CHECK(nova_compute_conf(a_fully_related_model()).render() == golden("nova-compute.conf"));
}

struct Row {
  std::string what;
  void (*change)(Model&);
  std::string section;
  std::string line;
};

const std::vector<Row> option_rows = {
    {"debug", [](Model& m) { m.config.debug = true; }, "DEFAULT", "debug = True"},
    {"use-syslog", [](Model& m) { m.config.use_syslog = true; }, "DEFAULT", "use_syslog = True"},
    {"host", [](Model& m) { m.record.host = "stored.name"; }, "DEFAULT", "host = stored.name"},
    {"force-raw-images",
     [](Model& m) { m.config.force_raw_images = false; },
     "DEFAULT",
     "force_raw_images = False"},
    {"block-device-allocate-retries-interval",
     [](Model& m) { m.config.block_device_allocate_retries_interval = 0; },
     "DEFAULT",
     "block_device_allocate_retries_interval = 0"},
    {"instances-path",
     [](Model& m) { m.config.instances_path = "/srv/nova"; },
     "DEFAULT",
     "instances_path = /srv/nova"},
    {"resume-guests-state-on-host-boot",
     [](Model& m) { m.config.resume_guests_state_on_host_boot = true; },
     "DEFAULT",
     "resume_guests_state_on_host_boot = True"},
    {"allow_resize_to_same_host",
     [](Model& m) { m.controller.value->allow_resize_to_same_host = true; },
     "DEFAULT",
     "allow_resize_to_same_host = True"},
    {"reserved-host-memory",
     [](Model& m) { m.config.reserved_host_memory_mb = 0; },
     "DEFAULT",
     "reserved_host_memory_mb = 0"},
    {"reserved-host-disk",
     [](Model& m) { m.config.reserved_host_disk_mb = 10; },
     "DEFAULT",
     "reserved_host_disk_mb = 10"},
    {"initial-cpu-allocation-ratio wins over nova-cloud-controller's",
     [](Model& m) { m.config.initial_cpu_allocation_ratio = 4; },
     "DEFAULT",
     "initial_cpu_allocation_ratio = 4.0"},
    {"initial-ram-allocation-ratio",
     [](Model& m) { m.config.initial_ram_allocation_ratio = 1.25; },
     "DEFAULT",
     "initial_ram_allocation_ratio = 1.25"},
    {"initial-disk-allocation-ratio",
     [](Model& m) { m.config.initial_disk_allocation_ratio = 0.9; },
     "DEFAULT",
     "initial_disk_allocation_ratio = 0.9"},
    {"cpu-allocation-ratio of 0 is written",
     [](Model& m) { m.config.cpu_allocation_ratio = 0; },
     "DEFAULT",
     "cpu_allocation_ratio = 0.0"},
    {"ram-allocation-ratio",
     [](Model& m) { m.config.ram_allocation_ratio = 1.5; },
     "DEFAULT",
     "ram_allocation_ratio = 1.5"},
    {"disk-allocation-ratio",
     [](Model& m) { m.config.disk_allocation_ratio = 10; },
     "DEFAULT",
     "disk_allocation_ratio = 10.0"},
    {"default-availability-zone",
     [](Model& m) { m.config.default_availability_zone = "east"; },
     "DEFAULT",
     "default_availability_zone = east"},
    {"customize-failure-domain",
     [](Model& m) { m.config.customize_failure_domain = true; },
     "DEFAULT",
     "default_availability_zone = az1"},
    {"config-flags",
     [](Model& m) {
       m.config.config_flags = {{"quota_cores", "5"}};
     },
     "DEFAULT",
     "quota_cores = 5"},
    {"metadata workers are at least one",
     [](Model& m) { m.config.openstack_metadata_workers = 0; },
     "DEFAULT",
     "metadata_workers = 1"},
    {"cpu-shared-set",
     [](Model& m) { m.config.cpu_shared_set = "0-3"; },
     "compute",
     "cpu_shared_set = 0-3"},
    {"cpu-dedicated-set",
     [](Model& m) { m.config.cpu_dedicated_set = "4-7"; },
     "compute",
     "cpu_dedicated_set = 4-7"},
    {"inject-password",
     [](Model& m) { m.config.inject_password = true; },
     "libvirt",
     "inject_partition = -1"},
    {"libvirt-image-backend",
     [](Model& m) { m.config.libvirt_image_backend = "qcow2"; },
     "libvirt",
     "images_type = qcow2"},
    {"disk-cachemodes",
     [](Model& m) { m.config.disk_cachemodes = "file=none"; },
     "libvirt",
     "disk_cachemodes = file=none"},
    {"use-multipath",
     [](Model& m) { m.config.use_multipath = true; },
     "libvirt",
     "volume_use_multipath = True"},
    {"skip-cpu-compare-at-startup",
     [](Model& m) { m.config.skip_cpu_compare_at_startup = true; },
     "workarounds",
     "skip_cpu_compare_at_startup = True"},
    {"skip-cpu-compare-on-dest",
     [](Model& m) { m.config.skip_cpu_compare_on_dest = true; },
     "workarounds",
     "skip_cpu_compare_on_dest = True"},
    {"use-internal-endpoints, placement",
     [](Model& m) { m.config.use_internal_endpoints = true; },
     "placement",
     "valid_interfaces = internal"},
    {"use-internal-endpoints, neutron",
     [](Model& m) { m.config.use_internal_endpoints = true; },
     "neutron",
     "valid_interfaces = internal"},
    {"use-internal-endpoints, glance",
     [](Model& m) { m.config.use_internal_endpoints = true; },
     "glance",
     "valid_interfaces = internal"},
    {"use-internal-endpoints, cinder",
     [](Model& m) { m.config.use_internal_endpoints = true; },
     "cinder",
     "catalog_info = volumev3::internalURL"},
    {"use-internal-endpoints, keystone",
     [](Model& m) { m.config.use_internal_endpoints = true; },
     "keystone_authtoken",
     "interface = internal"},
};

const std::vector<Row> databag_rows = {
    {"IPv6 brokers get brackets",
     [](Model& m) { m.messaging.value->hosts = {"fd00::1"}; },
     "DEFAULT",
     "transport_url = rabbit://nova:sEcReT-rabbit@[fd00::1]:5672/openstack"},
    {"user, password and vhost are percent-encoded",
     [](Model& m) {
       m.messaging.value->hosts = {"10.0.0.1"};
       m.messaging.value->password = Secret("a:b@c/d");
       m.config.rabbit_user = "n@va";
       m.config.rabbit_vhost = "/";
     },
     "DEFAULT",
     "transport_url = rabbit://n%40va:a%3Ab%40c%2Fd@10.0.0.1:5672/%2F"},
    {"RabbitMQ over TLS",
     [](Model& m) { m.messaging.value->tls = true; },
     "oslo_messaging_rabbit",
     "ssl = True"},
    {"RabbitMQ's CA",
     [](Model& m) {
       m.messaging.value->tls = true;
       m.messaging.value->ca = "CA\n";
     },
     "oslo_messaging_rabbit",
     "ssl_ca_file = /etc/nova/rabbit-client-ca.pem"},
    {"several image servers",
     [](Model& m) {
       m.images.value->servers = {"http://a:9292", "http://b:9292"};
     },
     "glance",
     "api_servers = http://a:9292,http://b:9292"},
    {"cross_az_attach",
     [](Model& m) { m.controller.value->cross_az_attach = false; },
     "cinder",
     "cross_az_attach = False"},
    {"vendor data providers",
     [](Model& m) { m.controller.value->vendordata_providers = "StaticJSON"; },
     "api",
     "vendordata_providers = StaticJSON"},
    {"vendor data file",
     [](Model& m) { m.controller.value->vendor_data = true; },
     "api",
     "vendordata_jsonfile_path = /etc/nova/vendor_data.json"},
    {"vendor data service",
     [](Model& m) { m.controller.value->vendor_data_url = "http://vendor"; },
     "api",
     "vendordata_dynamic_targets = http://vendor"},
    {"a CA of the account is looked up in the system's bundle",
     [](Model& m) { m.controller.value->account->ca = "CA\n"; },
     "placement",
     "cafile = /etc/ssl/certs/ca-certificates.crt"},
    {"the controller's CA holds for glance, too",
     [](Model& m) { m.controller.value->ca = "CA\n"; },
     "glance",
     "cafile = /etc/ssl/certs/ca-certificates.crt"},
    {"the account of cloud-credentials wins",
     [](Model& m) {
       m.credentials.value = test::an_account();
       m.credentials.value->username = "nova_compute";
     },
     "neutron",
     "username = nova_compute"},
    {"a subordinate's own sections",
     [](Model& m) {
       m.plugin.value = Plugin{.nova_conf = {{"devices", {{"enabled", "yes"}}}}};
     },
     "devices",
     "enabled = yes"},
    {"a subordinate adds to our sections",
     [](Model& m) {
       m.plugin.value = Plugin{.nova_conf = {{"libvirt", {{"vif_driver", "x"}}}}};
     },
     "libvirt",
     "vif_driver = x"},
    {"the subordinate's metadata secret",
     [](Model& m) {
       m.related.insert("neutron-plugin");
       m.plugin.value = Plugin{.metadata_secret = Secret("theirs")};
     },
     "neutron",
     "metadata_proxy_shared_secret = theirs"},
};

TEST_CASE("each option has its line in nova.conf", "[compute][unit]") {
  const Row row = GENERATE(from_range(option_rows));
  Model model = a_fully_related_model();

  row.change(model);

  INFO(row.what << ": " << row.line);
  CHECK(has_line(model, row.section, row.line));
}

TEST_CASE("each databag key has its line in nova.conf", "[compute][unit]") {
  const Row row = GENERATE(from_range(databag_rows));
  Model model = a_fully_related_model();

  row.change(model);

  INFO(row.what << ": " << row.line);
  CHECK(has_line(model, row.section, row.line));
}

}  // namespace
}  // namespace ncc::compute
