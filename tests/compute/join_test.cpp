#include "compute.hpp"
#include "support/builders.hpp"
#include "support/catch.hpp"

namespace ncc::compute {
namespace {

using test::a_fully_related_model;

const std::string ours = "nova-compute/3: not ready yet";

CloudView a_ready_view() {
  return {.service_id = "1", .up = true, .enabled = true, .mapped = true, .chassis_alive = true};
}

Model a_joining_model(const CloudView& cloud) {
  Model model = a_fully_related_model();
  model.cloud = cloud;
  return model;
}

bool joins(const Model& model) {
  const std::optional<Record> record = plan_record(model).record;
  return record && record->joined;
}

TEST_CASE("a fresh host that is not ready is disabled with our reason", "[compute][unit]") {
  CloudView cloud = a_ready_view();
  Model model = a_joining_model(cloud);

  SECTION("its service is down") {
    model.cloud->up = false;
  }
  SECTION("it is not mapped to a cell") {
    model.cloud->mapped = false;
  }
  SECTION("its chassis is not alive") {
    model.cloud->chassis_alive = false;
  }
  SECTION("a relation is gone") {
    model.images = {};
  }
  SECTION("the SB database is not known") {
    model.southbound = {};
  }
  SECTION("the keys for live migration are missing") {
    model.config.enable_live_migration = true;
    model.controller.value->root_keys = {};
  }
  SECTION("the keys for resize are missing") {
    model.config.enable_resize = true;
    model.controller.value->nova_keys.known_hosts.clear();
  }

  CHECK(plan_join(model).nova == NovaStep::disable);
  CHECK(plan_join(model).nova_reason == ours);
  CHECK_FALSE(joins(model));
}

TEST_CASE("a host we disabled is enabled once all is there", "[compute][unit]") {
  CloudView cloud = a_ready_view();
  cloud.enabled = false;
  cloud.disabled_reason = ours;
  const Model model = a_joining_model(cloud);

  CHECK(plan_join(model).nova == NovaStep::enable);
  CHECK(joins(model));
}

TEST_CASE("a host we disabled waits while something is missing", "[compute][unit]") {
  CloudView cloud = a_ready_view();
  cloud.enabled = false;
  cloud.disabled_reason = ours;
  cloud.mapped = false;
  const Model model = a_joining_model(cloud);

  CHECK(plan_join(model) == Plan());
  CHECK_FALSE(joins(model));
}

TEST_CASE("a host that is enabled and ready has joined", "[compute][unit]") {
  const Model model = a_joining_model(a_ready_view());

  CHECK(plan_join(model) == Plan());
  CHECK(joins(model));
}

TEST_CASE("a reason that is not ours is the operator's", "[compute][unit]") {
  CloudView cloud = a_ready_view();
  cloud.enabled = false;
  cloud.disabled_reason = "kernel update";
  const Model model = a_joining_model(cloud);

  CHECK(plan_join(model) == Plan());
  CHECK(joins(model));
}

TEST_CASE("nova-compute's own reason goes away by itself and is awaited", "[compute][unit]") {
  CloudView cloud = a_ready_view();
  cloud.enabled = false;
  cloud.disabled_reason = "AUTO: Connection to libvirt lost: 1";
  const Model model = a_joining_model(cloud);

  CHECK(plan_join(model) == Plan());
  CHECK_FALSE(joins(model));
}

TEST_CASE("without an answer or a record there is nothing to do", "[compute][unit]") {
  Model model = a_joining_model(a_ready_view());

  SECTION("no view") {
    model.cloud = {};
  }
  SECTION("no answer") {
    model.cloud->error = "keystone got no answer";
  }
  SECTION("no record yet") {
    model.cloud->service_id = "";
  }

  CHECK(plan_join(model) == Plan());
  CHECK_FALSE(joins(model));
}

TEST_CASE("once joined the charm keeps its hands off", "[compute][unit]") {
  Model model = a_joining_model(CloudView{.service_id = "1", .enabled = true});
  model.record.joined = true;

  CHECK(plan_join(model) == Plan());
  CHECK(joins(model));
}

TEST_CASE("with a subordinate its chassis is not ours to wait for", "[compute][unit]") {
  Model model = a_joining_model(a_ready_view());
  model.cloud->chassis_alive = false;
  model.related = {"amqp", "image-service", "cloud-compute", "neutron-plugin"};
  CHECK(plan_join(model).nova == NovaStep::disable);

  model.plugin.value = Plugin{.metadata_secret = Secret("theirs")};

  CHECK(plan_join(model) == Plan());
  CHECK(joins(model));
}

}  // namespace
}  // namespace ncc::compute
