#include "compute.hpp"
#include "support/builders.hpp"
#include "support/catch.hpp"

namespace ncc::compute {
namespace {

using test::a_fully_related_model;

TEST_CASE("a first hook publishes on every relation and records it", "[compute][unit]") {
  Model model = a_fully_related_model();

  const Plan plan = plan_publish(model);
  const Record record = plan_record(model).record.value();

  CHECK(plan.publish.size() == 3);
  CHECK(plan.publish.at("amqp:2") == Databag{{"username", "nova"}, {"vhost", "openstack"}});
  CHECK(plan.publish.at("certificates:3").at("common_name") == "node4.maas");
  CHECK(record.published.size() == 3);
}

TEST_CASE("what was published is not published again", "[compute][unit]") {
  Model model = a_fully_related_model();
  model.record = plan_record(model).record.value();
  CHECK(plan_publish(model) == Plan());
  CHECK(plan_record(model) == Plan());

  model.config.enable_live_migration = true;

  CHECK(plan_publish(model).publish.size() == 1);
  CHECK(plan_publish(model).publish.at("cloud-compute:1").at("ssh_public_key") ==
        "ssh-rsa AAAAB3root root@node4");
}

TEST_CASE("a relation that is gone is forgotten", "[compute][unit]") {
  Model model = a_fully_related_model();
  model.record = plan_record(model).record.value();
  model.relation_ids.erase("amqp");

  const Record record = plan_record(model).record.value();

  CHECK_FALSE(record.published.contains("amqp:2"));
  CHECK(record.published.contains("cloud-compute:1"));
}

TEST_CASE("a certificate is asked for with the id that is recorded", "[compute][unit]") {
  Model model = a_fully_related_model();
  model.record = {};

  const Plan plan = plan_publish(model);

  CHECK(plan.publish.at("certificates:3").at("certificate_name") ==
        plan_record(model).record.value().certificate_id);
}

TEST_CASE("the record takes the version of the workload", "[compute][unit]") {
  Model model = a_fully_related_model();
  model.machine.packages["nova-common"] = "3:30.0.0-0ubuntu1";

  CHECK(plan_record(model).record.value().version == "30.0.0");
}

TEST_CASE("Juju's zone is published when it is the failure domain", "[compute][unit]") {
  Model model = a_fully_related_model();
  CHECK(plan_publish(model).publish.at("cloud-compute:1").at("availability_zone") == "nova");

  model.config.customize_failure_domain = true;

  CHECK(plan_publish(model).publish.at("cloud-compute:1").at("availability_zone") == "az1");
}

}  // namespace
}  // namespace ncc::compute
