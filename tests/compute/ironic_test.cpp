// virt-type ironic: nova-compute for bare-metal nodes.

#include "compute.hpp"
#include "compute/lines.hpp"
#include "support/builders.hpp"
#include "support/catch.hpp"

namespace ncc::compute {
namespace {

using Strings = std::vector<std::string>;

Model an_ironic_model() {
  Model model = test::a_fully_related_model();
  model.config.virt_type = "ironic";
  model.ironic_api = {true, ""};
  return model;
}

TEST_CASE("an ironic unit installs neither hypervisor nor OVN", "[compute][unit]") {
  CHECK(plan_packages(an_ironic_model()).packages ==
        std::set<std::string>{"ca-certificates", "nova-compute", "nova-compute-ironic"});
}

TEST_CASE("an ironic unit logs in to Ironic and has no section of a hypervisor",
          "[compute][unit]") {
  const Model model = an_ironic_model();

  CHECK(lines_of(model, "ironic") == Strings{"auth_type = password",
                                             "auth_url = http://10.10.0.5:5000/v3",
                                             "project_domain_name = service_domain",
                                             "user_domain_name = service_domain",
                                             "project_name = services",
                                             "username = nova",
                                             "password = sEcReT-account",
                                             "region_name = RegionOne",
                                             "shard = node4.maas"});
  CHECK_FALSE(nova_conf(model).has("libvirt", "inject_password"));
  CHECK_FALSE(nova_conf(model).has("vnc", "enabled"));
  CHECK_FALSE(nova_conf(model).has("DEFAULT", "reserved_host_memory_mb"));
  CHECK_FALSE(nova_conf(model).has("neutron", "metadata_proxy_shared_secret"));
  CHECK(nova_compute_conf(model).render().find("compute_driver = ironic.IronicDriver") !=
        std::string::npos);
}

TEST_CASE("with ironic-shards no shard stands in nova.conf, and nova-compute itself stays stopped",
          "[compute][unit]") {
  Model model = an_ironic_model();
  model.config.ironic_shards.number = 2;

  CHECK_FALSE(nova_conf(model).has("ironic", "shard"));
  CHECK(shards_of(model) ==
        std::vector<Shards::Named>{{"nova-compute-0", ""}, {"nova-compute-1", ""}});
  CHECK(plan_services(model).services ==
        std::map<std::string, ServiceState>{{"nova-compute", ServiceState::stopped}});
}

TEST_CASE("nothing is configured before Ironic answers", "[compute][unit]") {
  Model model = an_ironic_model();
  model.ironic_api = {std::nullopt, "not ready yet"};

  CHECK_FALSE(is_configurable(model));
}

}  // namespace
}  // namespace ncc::compute
