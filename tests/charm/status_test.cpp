// Status and map: what a model makes the charm say and do.

#include "charm/charm.hpp"
#include "charm/run_service.hpp"
#include "support/builders.hpp"
#include "support/catch.hpp"

namespace {

using namespace ncc;
using charm::assess;
using charm::decide;
using charm::UnitStatus;
using juju::Status;

/// A unit that has joined, with everything installed and running.
Model ready_model() {
  Model model = test::a_fully_related_model();
  model.record.joined = true;
  model.my_ip = "10.10.0.14";
  model.data_address = "10.30.0.14";
  model.console_address = "10.10.0.14";
  model.migration_address = "10.20.0.14";
  for (int round = 0; round < 2; ++round) {
    const Plan plan = decide(model);
    for (const std::string& package : plan.packages) {
      model.machine.packages[package] = "1";
    }
    for (const auto& [name, state] : plan.services) {
      model.machine.services[name] = {.exists = true, .active = true};
    }
  }
  return model;
}

template <typename T>
void take_away(Need<T>& need, const char* missing) {
  need.value.reset();
  need.missing = missing;
}

}  // namespace

TEST_CASE("row 119: a failed create-node blocks a unit that lacks nothing else", "[charm][unit]") {
  Model model = ready_model();
  model.node = {.id = "4f2a9c01", .failure = "out of time after 1500 s"};

  CHECK(assess(model) ==
        UnitStatus{Status::blocked,
                   "create-node failed: out of time after 1500 s. Try again with resume=true"});
}

TEST_CASE("a unit that lacks nothing is ready", "[charm][unit]") {
  CHECK(assess(ready_model()) == UnitStatus{Status::active, "Unit is ready"});
}

TEST_CASE("the first missing key is named with its endpoint", "[charm][unit]") {
  Model model = ready_model();

  SECTION("amqp") {
    take_away(model.messaging, "no password yet");
    CHECK(assess(model) == UnitStatus{Status::waiting, "amqp: no password yet"});
  }
  SECTION("ovsdb") {
    take_away(model.southbound, "no bound-address yet");
    CHECK(assess(model) == UnitStatus{Status::waiting, "ovsdb: no bound-address yet"});
  }
  SECTION("certificates before ovsdb") {
    take_away(model.certificates, "no ca yet");
    take_away(model.southbound, "no bound-address yet");
    CHECK(assess(model) == UnitStatus{Status::waiting, "certificates: no ca yet"});
  }
}

TEST_CASE("missing relations are an operator's to add", "[charm][unit]") {
  Model model = ready_model();
  model.related.erase("amqp");
  model.related.erase("ovsdb");

  CHECK(assess(model) == UnitStatus{Status::blocked, "Missing relations: amqp, ovsdb"});
}

TEST_CASE("two owners of Open vSwitch are refused and nothing is configured", "[charm][unit]") {
  Model model = ready_model();
  model.related.insert("neutron-plugin");

  CHECK(assess(model).status == Status::blocked);
  CHECK(decide(model).files.count("/etc/nova/nova.conf") == 0);
  CHECK_FALSE(decide(model).ovs.has_value());
}

TEST_CASE("a bad option blocks and keeps the files as they are", "[charm][unit]") {
  Model model = ready_model();
  model.config.problems = {"virt-type: xen is none of auto, kvm, qemu"};

  CHECK(assess(model) ==
        UnitStatus{Status::blocked, "config: virt-type: xen is none of auto, kvm, qemu"});
  CHECK(decide(model).files.empty());
}

TEST_CASE("a stopped service is named", "[charm][unit]") {
  Model model = ready_model();
  model.machine.services["nova-compute"].active = false;

  CHECK(assess(model) ==
        UnitStatus{Status::blocked, "Services not running that should be: nova-compute"});
}

TEST_CASE("until it has joined, a unit says what Nova and Neutron have not seen", "[charm][unit]") {
  Model model = ready_model();
  model.record.joined = false;
  model.cloud = CloudView{
      .service_id = "5", .up = true, .enabled = false, .mapped = true, .chassis_alive = true};

  SECTION("no chassis") {
    model.cloud->chassis_alive = false;
    CHECK(assess(model).message ==
          "neutron: no living OVN controller agent on " + model.host.str() + " yet");
  }
  SECTION("not mapped") {
    model.cloud->mapped = false;
    CHECK(assess(model).message == "nova: " + model.host.str() + " is not mapped to a cell yet");
  }
  SECTION("no record") {
    model.cloud = CloudView{};
    CHECK(assess(model).message == "nova: the service of " + model.host.str() + " is not up yet");
  }
  CHECK(assess(model).status == Status::waiting);
}

TEST_CASE("row 40: a fresh unit says which chassis has its tunnel address", "[charm][unit]") {
  Model model = ready_model();
  model.record.joined = false;
  model.cloud = CloudView{.service_id = "5",
                          .up = true,
                          .mapped = true,
                          .foreign_chassis = "chassis old-3 has the tunnel address 10.0.0.4"};

  CHECK(assess(model) ==
        UnitStatus{Status::blocked, "ovn: chassis old-3 has the tunnel address 10.0.0.4"});
}

TEST_CASE("an ended unit that is removed takes its journal along", "[charm][unit]") {
  Model model = ready_model();
  model.event = Event::remove;
  const std::string journal = charm::journal_path(model.unit.str());

  SECTION("ended") {
    model.leaving.phase = Phase::ended;
    CHECK(decide(model).absent_files.count(journal) == 1);
    CHECK(decide(model).absent_files.count(journal.substr(0, journal.rfind('/'))) == 1);
  }
  SECTION("a unit that is not done keeps what it knows") {
    model.leaving.phase = Phase::leaving;
    CHECK(decide(model).absent_files.count(journal) == 0);
  }
  SECTION("stopped, but not removed yet") {
    model.leaving.phase = Phase::ended;
    model.event = Event::stop;
    CHECK(decide(model).absent_files.count(journal) == 0);
  }
}

TEST_CASE("a unit that goes takes the drain service and its log-in along", "[charm][unit]") {
  Model model = ready_model();
  model.event = Event::stop;
  model.run.open = true;
  model.machine.services["nova-compute-drain"] = {.exists = true, .active = true, .enabled = true};

  CHECK(decide(model).services.at("nova-compute-drain") == ServiceState::stopped);
  model.machine.services["nova-compute-drain"] = {.exists = true};
  CHECK(decide(model).absent_files.count(charm::credentials_path(model.unit.str(), charm::drain_service)) == 1);
}

TEST_CASE("a leaving unit starts nothing and publishes nothing", "[charm][unit]") {
  Model model = ready_model();
  model.event = Event::stop;

  const Plan plan = decide(model);

  for (const auto& [name, state] : plan.services) {
    INFO(name);
    CHECK(state == ServiceState::stopped);
  }
  CHECK(plan.publish.empty());
  CHECK_FALSE(plan.record.has_value());
}

TEST_CASE("the record comes back as it was kept", "[charm][unit]") {
  Record record;
  record.host = "node4.maas";
  record.certificate_id = "0b6c2f1e-0000-4000-8000-000000000001";
  record.joined = true;
  record.published = {{"amqp:3", "00ff"}, {"compute-peer:1", "aa11"}};

  CHECK(charm::read_record(charm::record_values(record)) == record);
  CHECK(charm::only_published_id(record, "compute-peer") == "compute-peer:1");
  CHECK(charm::only_published_id(record, "compute").empty());
  record.published["amqp:9"] = "22bb";
  CHECK(charm::only_published_id(record, "amqp").empty());
}
