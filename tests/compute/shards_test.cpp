// The services and files of the shards that a unit holds.

#include "compute.hpp"
#include "support/builders.hpp"
#include "support/catch.hpp"

namespace ncc::compute {
namespace {

const std::string service0 = "nova-compute-shard@rack1";

/// nova-compute/3 owns rack1 and has claimed it before this hook.
Model a_holder() {
  Model model = test::a_fully_related_model();
  model.config.virt_type = "ironic";
  model.config.ironic_shards.named = {{"rack1", "south"}, {"rack2", ""}};
  model.ironic_api = {true, ""};
  model.shards = ShardView{
      .boot = "b1",
      .assignment = {.owners = {{"rack1", model.unit}}, .granted = {{"rack1", {model.unit}}}},
      .mine = {.shards = {"rack1"}, .boot = "b1"}};
  model.machine.services[service0] = {.exists = true};
  return model;
}

TEST_CASE("a shard that is claimed and ours has its file and its service", "[compute][unit]") {
  const Plan plan = plan_shards(a_holder());

  CHECK(plan.services == std::map<std::string, ServiceState>{{service0, ServiceState::started}});
  const File& file = plan.files.at("/etc/nova/shards/rack1.conf");
  CHECK(file.content ==
        "# Managed by the nova-compute charm: changes made here are lost.\n\n"
        "[DEFAULT]\nhost = rack1\n\n"
        "[ironic]\nshard = rack1\nconductor_group = south\n");
  CHECK(file.restarts == std::set<std::string>{service0});
  CHECK_FALSE(plan.files.contains("/etc/nova/shards/rack2.conf"));
}

TEST_CASE("the unit file of shards is not started with the machine", "[compute][unit]") {
  const std::string text =
      plan_shards(a_holder()).files.at("/etc/systemd/system/nova-compute-shard@.service").content;

  CHECK(text.find("[Install]") == std::string::npos);
  CHECK(text.find("--config-file=/etc/nova/shards/%i.conf") != std::string::npos);
  CHECK(text.find("User=nova\n") != std::string::npos);
}

TEST_CASE("a shard that is not claimed yet is claimed and not started", "[compute][unit]") {
  Model model = a_holder();
  model.shards->mine.shards.clear();

  CHECK(plan_shards(model).services.empty());
  CHECK(shard_step(model).publish.shards == std::set<std::string>{"rack1"});
  CHECK(shard_step(model).again);
}

TEST_CASE("a shard is stopped when the unit leaves, is paused, stops, or is dying",
          "[compute][unit]") {
  Model model = a_holder();
  model.machine.services[service0].active = true;
  const int way = GENERATE(0, 1, 2, 3);
  switch (way) {
    case 0:
      model.leaving.order = {.number = 1, .run = "12345678", .want = Want::tombstoned};
      break;
    case 1:
      model.paused = true;
      break;
    case 2:
      model.event = Event::stop;
      break;
    default:
      model.shards->leaving = {model.unit};
  }

  CHECK(plan_shards(model).services ==
        std::map<std::string, ServiceState>{{service0, ServiceState::stopped}});
  CHECK(shard_step(model).publish.shards.empty());
}

TEST_CASE("nova.conf restarts the shards that run", "[compute][unit]") {
  Model model = a_holder();
  model.machine.services[service0].active = true;

  CHECK(plan_config(model).files.at("/etc/nova/nova.conf").restarts ==
        std::set<std::string>{"nova-compute", service0});
}

TEST_CASE("a unit claims nothing before it could run a shard", "[compute][unit]") {
  Model model = a_holder();
  model.shards->mine = {};
  model.ironic_api = {std::nullopt, "not ready yet"};
  model.relation_ids["compute-peer"] = {"compute-peer:0"};
  CHECK_FALSE(plan_publish(model).publish.at("compute-peer:0").contains("shards"));

  model.ironic_api = {true, ""};

  CHECK(plan_publish(model).publish.at("compute-peer:0").at("shards") ==
        R"({"acknowledged":1,"boot":"b1","claimed":["rack1"]})");
}

}  // namespace
}  // namespace ncc::compute
