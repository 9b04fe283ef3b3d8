#include "compute.hpp"
#include "support/builders.hpp"
#include "support/catch.hpp"

namespace ncc::compute {
namespace {

using test::a_fully_related_model;

TEST_CASE("nova-compute runs once it can be configured", "[compute][unit]") {
  Model model = a_fully_related_model();
  CHECK(plan_services(model).services ==
        std::map<std::string, ServiceState>{{"libvirtd", ServiceState::running},
                                            {"nova-api-metadata", ServiceState::running},
                                            {"nova-compute", ServiceState::running}});

  model.messaging = {};

  CHECK(plan_services(model).services ==
        std::map<std::string, ServiceState>{{"libvirtd", ServiceState::running}});
}

TEST_CASE("a stopping unit plans nothing but its retirement", "[compute][unit]") {
  Model model = a_fully_related_model();
  model.event = GENERATE(Event::stop, Event::remove);
  model.cloud = CloudView{.service_id = "1", .enabled = true};

  for (const auto plan : {plan_services, plan_publish, plan_record, plan_join}) {
    CHECK(plan(model) == Plan());
  }
}

TEST_CASE("stop stops services and leaves files and libvirt", "[compute][unit]") {
  Model model = a_fully_related_model();
  model.event = Event::stop;

  const Plan plan = plan_retire(model);

  CHECK(plan.services ==
        std::map<std::string, ServiceState>{{"nova-api-metadata", ServiceState::stopped},
                                            {"nova-compute", ServiceState::stopped}});
  CHECK(plan.files.empty());
  CHECK(plan.absent_files.empty());
}

TEST_CASE("remove takes away what carries secrets and trust", "[compute][unit]") {
  Model model = a_fully_related_model();
  model.event = Event::remove;
  model.config.enable_live_migration = true;

  const Plan plan = plan_retire(model);

  CHECK(plan.absent_files ==
        std::set<std::string>{"/etc/nova/nova.conf",
                              "/etc/nova/rabbit-client-ca.pem",
                              "/etc/nova/vendor_data.json",
                              "/usr/local/share/ca-certificates/keystone_juju_ca_cert.crt",
                              "/usr/local/share/ca-certificates/nova_compute_credentials_ca.crt"});
  CHECK(plan.trust.size() == 2);
  CHECK(plan.files.at("/root/.ssh/authorized_keys") ==
        File{.mode = 0600, .owner = "root:root", .block = true});
  CHECK(plan.files.size() == 2);
}

TEST_CASE("guests that still run keep their libvirt, and the plan says so", "[compute][unit]") {
  Model model = a_fully_related_model();
  model.event = Event::remove;
  model.machine.guests = 2;

  const Plan plan = plan_retire(model);

  CHECK_FALSE(plan.services.contains("libvirtd"));
  CHECK(plan.notes.size() == 1);
}

TEST_CASE("no plan shows a secret, and all plans of one unit agree", "[compute][unit]") {
  Model model = a_fully_related_model();
  model.machine.release_id = "debian";
  model.config.enable_live_migration = true;
  model.controller.value->vendor_data = true;
  model.controller.value->vendor_json = test::marker;
  Plan plan;
  for (const auto piece :
       {plan_packages, plan_config, plan_migration, plan_services, plan_publish, plan_record}) {
    merge(plan, piece(model));
  }

  for (const std::string& line : describe(plan)) {
    CHECK(line.find(test::marker) == std::string::npos);
  }
}

TEST_CASE("outside of stop and remove nothing is retired", "[compute][unit]") {
  CHECK(plan_retire(a_fully_related_model()) == Plan());
}

}  // namespace
}  // namespace ncc::compute
