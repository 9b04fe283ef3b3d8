// The text file of metrics, and what the application's status says of capacity.

#include <fstream>
#include <sstream>

#include "capacity.hpp"
#include "charm/charm.hpp"
#include "support/builders.hpp"
#include "support/catch.hpp"

using namespace ncc;
using charm::UnitStatus;
using juju::Status;

namespace {

const UnitStatus ready{Status::active, "Unit is ready"};

/// A leader that is tombstoned, runs shards, and has looked: everything that may be in the file.
Model a_busy_leader() {
  Model model;
  model.unit = UnitName("nova-compute/3");
  model.application = "nova-compute";
  model.host = HostName("compute-3");
  model.leaving.order = {.number = 1, .run = "4f2a9c01", .want = Want::tombstoned};
  model.leaving.drain = DrainView{.servers = 7, .moving = 2};
  model.shards.emplace().pending = {"nova: the service of shard r1 is not up yet"};
  capacity::Report report;
  report.hosts[capacity::HostState::serving] = {"compute-1", "compute-2"};
  report.hosts[capacity::HostState::tombstoned] = {"compute-3"};
  report.classes["VCPU"] = {
      .total = 16, .reserved = 1, .capacity = 60, .used = 51, .free = 9, .stranded = 20};
  report.profiles.push_back({.name = "m1 \"large\"", .left = 3, .per_node = 8});
  model.capacity = CapacityView{.text = "Capacity low",
                                .wanted = 2,
                                .looked_at = 1700000000,
                                .report = capacity::to_json(report)};
  return model;
}

std::string golden() {
  std::ifstream in(std::string(NCC_SOURCE_DIR) + "/tests/golden/nova-compute.prom");
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

}  // namespace

TEST_CASE("metrics are one file in the text format of Prometheus", "[charm][metrics]") {
  const Plan plan = charm::plan_metrics(a_busy_leader());

  REQUIRE(plan.files.size() == 1);
  CHECK(plan.files.begin()->first == "/var/lib/prometheus/node-exporter/nova-compute-3.prom");
  CHECK(plan.files.begin()->second.content == golden());
}

TEST_CASE("before the first look, and on others than the leader, there is nothing of the cloud",
          "[charm][metrics]") {
  Model model = a_busy_leader();
  model.capacity->report.clear();
  CHECK(charm::plan_metrics(model).files.begin()->second.content.find("capacity") ==
        std::string::npos);

  model.capacity.reset();
  CHECK(charm::plan_metrics(model).files.begin()->second.content.find("capacity") ==
        std::string::npos);
}

TEST_CASE("metrics are written where something reads them", "[charm][metrics]") {
  Model model = test::a_fully_related_model();
  model.unit = UnitName("nova-compute/0");
  CHECK(charm::decide(model).files.count("/var/lib/prometheus/node-exporter/nova-compute-0.prom") ==
        0);

  model.machine.node_exporter = true;

  CHECK(charm::decide(model).files.count("/var/lib/prometheus/node-exporter/nova-compute-0.prom") ==
        1);
}

TEST_CASE("the application says that capacity is low as long as nothing is more urgent",
          "[charm][metrics]") {
  const CapacityView low{.text = "Capacity low: m1.large 3 left, 2 nodes wanted"};
  const UnitStatus waiting{Status::waiting, "amqp: no password yet"};

  CHECK(charm::assess_application(ready, {}, low) == UnitStatus{Status::active, low.text});
  CHECK(charm::assess_application(ready, {}, CapacityView{}) == ready);
  CHECK(charm::assess_application(ready, {}, std::nullopt) == ready);
  CHECK(charm::assess_application(waiting, {}, low) == waiting);
  CHECK(charm::assess_application(ready, {"nova-compute/3 ending"}, low) ==
        UnitStatus{Status::maintenance, "Scaling in: nova-compute/3 ending"});
}
