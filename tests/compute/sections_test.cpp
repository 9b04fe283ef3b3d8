#include "compute.hpp"
#include "compute/lines.hpp"
#include "support/builders.hpp"
#include "support/catch.hpp"

namespace ncc::compute {
namespace {

using test::a_fully_related_model;

TEST_CASE("live migration settings are there while it is on", "[compute][unit]") {
  Model model = a_fully_related_model();
  CHECK_FALSE(nova_conf(model).has("libvirt", "live_migration_scheme"));

  model.config.enable_live_migration = true;
  model.config.live_migration_completion_timeout = 0;
  model.config.live_migration_permit_post_copy = true;

  const std::vector<std::string> lines = lines_of(model, "libvirt");
  CHECK(std::vector<std::string>(lines.begin() + 4, lines.end()) ==
        std::vector<std::string>{"live_migration_scheme = ssh",
                                 "live_migration_inbound_addr = 10.21.0.14",
                                 "live_migration_completion_timeout = 0",
                                 "live_migration_downtime = 500",
                                 "live_migration_downtime_steps = 10",
                                 "live_migration_downtime_delay = 75",
                                 "live_migration_permit_post_copy = True",
                                 "live_migration_timeout_action = force_complete",
                                 "live_migration_permit_auto_converge = False"});
}

TEST_CASE("spice on switches vnc off, and no console switches both off", "[compute][unit]") {
  Model model = a_fully_related_model();
  Console& console = model.controller.value->console;
  console.protocol = "spice";
  console.spice_url = "http://spice";
  CHECK(lines_of(model, "vnc") == std::vector<std::string>{"enabled = False"});
  CHECK(lines_of(model, "spice") ==
        std::vector<std::string>{"enabled = True",
                                 "agent_enabled = True",
                                 "server_listen = 10.20.0.14",
                                 "server_proxyclient_address = 10.20.0.14",
                                 "html5proxy_base_url = http://spice"});

  console.protocol = "";

  CHECK(lines_of(model, "vnc") == std::vector<std::string>{"enabled = False"});
  CHECK(lines_of(model, "spice") == std::vector<std::string>{"enabled = False"});
}

TEST_CASE("the serial console has its address and its proxy", "[compute][unit]") {
  Model model = a_fully_related_model();
  model.controller.value->console.serial = true;
  model.controller.value->console.serial_url = "ws://10.10.0.7:6083/";

  CHECK(lines_of(model, "serial_console") ==
        std::vector<std::string>{"enabled = True",
                                 "proxyclient_address = 10.20.0.14",
                                 "base_url = ws://10.10.0.7:6083/"});
}

TEST_CASE("every PCI device and alias is a line of its own", "[compute][unit]") {
  Model model = a_fully_related_model();
  model.config.pci_passthrough_whitelist = {R"({"devname":"eth1"})", R"({"devname":"eth2"})"};
  model.config.pci_alias = {R"({"name":"a1"})"};

  CHECK(lines_of(model, "pci") == std::vector<std::string>{R"(device_spec = {"devname":"eth1"})",
                                                           R"(device_spec = {"devname":"eth2"})",
                                                           R"(alias = {"name":"a1"})"});
}

TEST_CASE("without cinder there is no section for it", "[compute][unit]") {
  Model model = a_fully_related_model();
  model.controller.value->volume_service = "";

  CHECK(lines_of(model, "cinder").empty());
}

TEST_CASE("a subordinate without secret leaves metadata out", "[compute][unit]") {
  Model model = a_fully_related_model();
  model.related.insert("neutron-plugin");
  model.plugin.value = Plugin{};

  const Ini conf = nova_conf(model);

  CHECK_FALSE(conf.has("neutron", "service_metadata_proxy"));
  CHECK_FALSE(conf.has("DEFAULT", "metadata_listen"));
  CHECK_FALSE(conf.has("wsgi", "api_paste_config"));
}

TEST_CASE("a restart trigger changes the file by a comment at its top", "[compute][unit]") {
  Model model = a_fully_related_model();
  model.controller.value->restart_trigger = "0123456789abcdef";

  CHECK(nova_conf(model).render().starts_with(
      "# Managed by the nova-compute charm: changes made here are lost.\n"
      "# restart trigger: 0123456789abcdef\n"));
}

TEST_CASE("no secret is shown", "[compute][unit]") {
  Model model = a_fully_related_model();
  model.plugin.value = Plugin{.nova_conf = {{"DEFAULT", {{"their_password", test::marker}}}}};

  CHECK(nova_conf(model).render().find(test::marker) != std::string::npos);
  CHECK(nova_conf(model).render_shown().find(test::marker) == std::string::npos);
}

TEST_CASE("nova-compute.conf says the kind of hypervisor and its CPU", "[compute][unit]") {
  Model model = a_fully_related_model();
  model.machine.kvm = false;
  CHECK(ini_value(nova_compute_conf(model).render(), "libvirt", "virt_type") == "qemu");
  CHECK(ini_value(nova_compute_conf(model).render(), "libvirt", "cpu_mode") == "none");

  model.config.cpu_model = "Nehalem";
  CHECK(ini_value(nova_compute_conf(model).render(), "libvirt", "cpu_mode") == "custom");
  CHECK(ini_value(nova_compute_conf(model).render(), "libvirt", "cpu_models") == "Nehalem");

  model.config.cpu_models = {"Haswell", "Skylake"};
  model.config.cpu_model_extra_flags = "pcid";
  CHECK(ini_value(nova_compute_conf(model).render(), "libvirt", "cpu_models") == "Haswell,Skylake");
  CHECK(ini_value(nova_compute_conf(model).render(), "libvirt", "cpu_model_extra_flags") == "pcid");
}

TEST_CASE("an ARM machine passes its CPU through unless told otherwise", "[compute][unit]") {
  Model model = a_fully_related_model();
  model.machine.architecture = "aarch64";

  CHECK(ini_value(nova_compute_conf(model).render(), "libvirt", "cpu_mode") == "host-passthrough");
}

}  // namespace
}  // namespace ncc::compute
