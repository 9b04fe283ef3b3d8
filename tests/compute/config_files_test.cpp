#include "compute.hpp"
#include "support/builders.hpp"
#include "support/catch.hpp"

namespace ncc::compute {
namespace {

using test::a_fully_related_model;

std::vector<std::string> paths(const Plan& plan) {
  std::vector<std::string> names;
  for (const auto& [path, file] : plan.files) {
    names.push_back(path);
  }
  return names;
}

TEST_CASE("nova.conf is not world-readable and its change restarts its readers",
          "[compute][unit]") {
  const Plan plan = plan_config(a_fully_related_model());

  const File& file = plan.files.at("/etc/nova/nova.conf");
  CHECK(file.mode == 0640);
  CHECK(file.owner == "root:nova");
  CHECK(file.restarts == std::set<std::string>{"nova-api-metadata", "nova-compute"});
  CHECK(file.shown.find(test::marker) == std::string::npos);
  CHECK(paths(plan) ==
        std::vector<std::string>{"/etc/nova/nova-compute.conf", "/etc/nova/nova.conf"});
}

TEST_CASE("nova.conf waits for every endpoint it is made of", "[compute][unit]") {
  Model model = a_fully_related_model();

  SECTION("amqp") {
    model.messaging = {};
  }
  SECTION("image-service") {
    model.images = {};
  }
  SECTION("cloud-compute") {
    model.controller = {};
  }
  SECTION("an account") {
    model.controller.value->account = {};
  }
  SECTION("our own address") {
    model.my_ip = "";
  }

  CHECK_FALSE(is_configurable(model));
  CHECK_FALSE(plan_config(model).files.contains("/etc/nova/nova.conf"));
}

TEST_CASE("CAs are trusted, each once", "[compute][unit]") {
  Model model = a_fully_related_model();
  model.controller.value->ca = "CONTROLLER\n";
  model.credentials.value = test::an_account();
  model.credentials.value->ca = "CONTROLLER\n";
  const std::string first = "/usr/local/share/ca-certificates/keystone_juju_ca_cert.crt";
  CHECK(plan_config(model).trust == std::set<std::string>{first});
  CHECK(plan_config(model).files.at(first).content == "CONTROLLER\n");

  model.credentials.value->ca = "KEYSTONE\n";

  const std::string second = "/usr/local/share/ca-certificates/nova_compute_credentials_ca.crt";
  CHECK(plan_config(model).trust == std::set<std::string>{first, second});
  CHECK(plan_config(model).files.at(second).content == "KEYSTONE\n");
}

TEST_CASE("RabbitMQ's CA and vendor data are files of their own", "[compute][unit]") {
  Model model = a_fully_related_model();
  model.messaging.value->ca = "RABBIT\n";
  model.controller.value->vendor_data = true;
  model.controller.value->vendor_json = R"({"key": "value"})";

  const Plan plan = plan_config(model);

  CHECK(plan.files.at("/etc/nova/rabbit-client-ca.pem").content == "RABBIT\n");
  CHECK(plan.files.at("/etc/nova/rabbit-client-ca.pem").restarts.contains("nova-compute"));
  CHECK(plan.files.at("/etc/nova/vendor_data.json").content == "{\"key\": \"value\"}\n");
  CHECK(plan.files.at("/etc/nova/vendor_data.json").restarts.empty());
}

TEST_CASE("Debian gets a metadata service that needs no database", "[compute][unit]") {
  Model model = a_fully_related_model();
  model.machine.release_id = "debian";

  const File file = plan_config(model).files.at("/etc/systemd/system/nova-api-metadata.service");

  CHECK(file.content.find("from nova.cmd.api_metadata import main") != std::string::npos);
  CHECK(file.restarts == std::set<std::string>{"nova-api-metadata"});
}

TEST_CASE("sysctl settings are written; conntrack's need its module", "[compute][unit]") {
  Model model = a_fully_related_model();
  model.config.sysctl = {{"net.nf_conntrack_max", "1000000"}, {"vm.swappiness", "1"}};

  const Plan plan = plan_config(model);

  CHECK(plan.files.at("/etc/sysctl.d/50-nova-compute.conf") ==
        File{.content = "net.nf_conntrack_max = 1000000\nvm.swappiness = 1\n",
             .restarts = {"systemd-sysctl"}});
  CHECK(plan.files.at("/etc/modules-load.d/50-nova-compute.conf").content == "nf_conntrack\n");
}

TEST_CASE("in a container a setting that cannot be set is passed over", "[compute][unit]") {
  Model model = a_fully_related_model();
  model.machine.container = true;
  model.config.sysctl = {{"net.nf_conntrack_max", "1000000"}};

  const Plan plan = plan_config(model);

  CHECK(plan.files.at("/etc/sysctl.d/50-nova-compute.conf").content ==
        "-net.nf_conntrack_max = 1000000\n");
  CHECK_FALSE(plan.files.contains("/etc/modules-load.d/50-nova-compute.conf"));
}

TEST_CASE("hugepages are a number or a share of memory", "[compute][unit]") {
  const auto [option, line] = GENERATE(table<std::string, std::string>(
      {{"1024", "vm.nr_hugepages = 1024\n"}, {"50%", "vm.nr_hugepages = 4096\n"}}));
  Model model = a_fully_related_model();  // 16384 MiB
  model.config.hugepages = option;

  CHECK(plan_config(model).files.at("/etc/sysctl.d/10-hugepage.conf").content == line);
}

TEST_CASE("a share of an unknown memory is a note, not a guess", "[compute][unit]") {
  Model model = a_fully_related_model();
  model.config.hugepages = "50%";
  model.machine.memory_mib = 0;

  const Plan plan = plan_config(model);

  CHECK_FALSE(plan.files.contains("/etc/sysctl.d/10-hugepage.conf"));
  CHECK(plan.notes == std::set<std::string>{"hugepages 50%: the size of memory is not known"});
}

TEST_CASE("an instances directory of one's own belongs to nova", "[compute][unit]") {
  Model model = a_fully_related_model();
  CHECK(plan_config(model).directories.empty());

  model.config.instances_path = "/srv/nova";

  CHECK(plan_config(model).directories.at("/srv/nova") ==
        Directory{.mode = 0775, .owner = "nova:nova"});
}

}  // namespace
}  // namespace ncc::compute
