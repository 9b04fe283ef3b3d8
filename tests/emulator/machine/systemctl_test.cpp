// Expected texts are those of systemd 255.
#include "support/catch.hpp"
#include "test_machine.hpp"

using emulated::Json;
using emulated::Outcome;
using emulated::TestMachine;

namespace {

const std::string properties = "--property=Id,LoadState,ActiveState,UnitFileState";

Json unit(const TestMachine& machine, const std::string& name) {
  return machine.world()["units"][name + ".service"];
}

}  // namespace

TEST_CASE("show prints a block per unit in systemd's order of properties",
          "[emulator][systemctl]") {
  const TestMachine machine;
  machine.install({"nova-compute-kvm"});

  const Outcome shown = machine.call(
      "systemctl", {"show", properties, "--", "nosuch.service", "nova-compute.service"});

  CHECK(shown.exit == 0);
  CHECK(shown.output ==
        "Id=nosuch.service\nLoadState=not-found\nActiveState=inactive\nUnitFileState=\n\n"
        "Id=nova-compute.service\nLoadState=loaded\nActiveState=active\nUnitFileState=enabled\n");
}

TEST_CASE("a service that is not installed is refused in systemd's words",
          "[emulator][systemctl]") {
  const TestMachine machine;

  const Outcome start = machine.call("systemctl", {"start", "nova-compute"});
  const Outcome stop = machine.call("systemctl", {"stop", "nova-compute"});
  const Outcome enable = machine.call("systemctl", {"enable", "nova-compute"});

  CHECK(start.exit == 5);
  CHECK(start.error ==
        "Failed to start nova-compute.service: Unit nova-compute.service not found.\n");
  CHECK(stop.exit == 5);
  CHECK(stop.error ==
        "Failed to stop nova-compute.service: Unit nova-compute.service not loaded.\n");
  CHECK(enable.exit == 1);
  CHECK(enable.error == "Failed to enable unit: Unit file nova-compute.service does not exist.\n");
}

TEST_CASE("a masked service goes on running, and cannot be started again",
          "[emulator][systemctl]") {
  const TestMachine machine;
  machine.install({"nova-compute-kvm"});

  const Outcome masked = machine.call("systemctl", {"mask", "nova-compute"});

  CHECK(masked.error == "Created symlink /etc/systemd/system/nova-compute.service → /dev/null.\n");
  CHECK(unit(machine, "nova-compute")["active"] == "active");
  REQUIRE(machine.call("systemctl", {"stop", "nova-compute"}).exit == 0);
  const Outcome refused = machine.call("systemctl", {"start", "nova-compute"});
  CHECK(refused.exit == 1);
  CHECK(refused.error ==
        "Failed to start nova-compute.service: Unit nova-compute.service is masked.\n");
  REQUIRE(machine.call("systemctl", {"unmask", "nova-compute"}).exit == 0);
  CHECK(machine.call("systemctl", {"start", "nova-compute"}).exit == 0);
}

TEST_CASE("starts are counted, starting what runs is none", "[emulator][systemctl]") {
  const TestMachine machine;
  machine.install({"nova-compute-kvm"});

  REQUIRE(machine.call("systemctl", {"start", "nova-compute"}).exit == 0);
  REQUIRE(machine.call("systemctl", {"restart", "nova-compute"}).exit == 0);

  CHECK(unit(machine, "nova-compute")["starts"] == 2);
  CHECK(machine.driver({"journal", "0"}).output.find(R"("arguments":["restart","nova-compute"])") !=
        std::string::npos);
}

TEST_CASE("a stop or restart of Open vSwitch reaches the OVN controller", "[emulator][systemctl]") {
  const TestMachine machine;
  machine.install({"ovn-host"});

  REQUIRE(machine.call("systemctl", {"restart", "openvswitch-switch"}).exit == 0);
  CHECK(unit(machine, "ovn-controller")["starts"] == 2);
  CHECK(unit(machine, "ovn-host")["active"] == "active");
  REQUIRE(machine.call("systemctl", {"stop", "openvswitch-switch"}).exit == 0);

  CHECK(unit(machine, "ovn-controller")["active"] == "inactive");
  CHECK(unit(machine, "ovs-vswitchd")["active"] == "inactive");
}

TEST_CASE("questions answer by text and status", "[emulator][systemctl]") {
  const TestMachine machine;
  machine.install({"ovn-host"});

  CHECK(machine.call("systemctl", {"is-active", "ovn-host"}).exit == 0);
  CHECK(machine.call("systemctl", {"is-active", "nosuch"}).exit == 4);
  CHECK(machine.call("systemctl", {"is-enabled", "ovn-controller"}).output == "static\n");
  CHECK(machine.call("systemctl", {"is-enabled", "nosuch"}).output == "not-found\n");
  REQUIRE(machine.call("systemctl", {"disable", "--now", "ovn-host"}).exit == 0);
  CHECK(machine.call("systemctl", {"is-enabled", "ovn-host"}).exit == 1);
  CHECK(machine.call("systemctl", {"is-active", "ovn-host"}).exit == 3);
}

TEST_CASE("unknown verbs and options of systemctl fail", "[emulator][systemctl]") {
  const TestMachine machine;

  CHECK(machine.call("systemctl", {"frob", "x"}).error == "Unknown command verb frob.\n");
  CHECK(machine.call("systemctl", {"--frob", "start", "x"}).error ==
        "systemctl: unrecognized option '--frob'\n");
  CHECK(machine.call("systemctl", {"show", "--property=Nice", "x"}).exit == 1);
}

TEST_CASE("mask --now stops, also what is masked already", "[emulator][systemctl]") {
  const TestMachine machine;
  machine.install({"nova-compute-kvm"});
  REQUIRE(machine.call("systemctl", {"mask", "nova-compute"}).exit == 0);

  const Outcome masked = machine.call("systemctl", {"mask", "--now", "nova-compute"});

  CHECK(masked.exit == 0);
  CHECK(masked.error.empty());
  CHECK(machine.call("systemctl", {"show", properties, "nova-compute"}).output ==
        "Id=nova-compute.service\nLoadState=masked\nActiveState=inactive\nUnitFileState=masked\n");
  const Outcome enabled = machine.call("systemctl", {"is-enabled", "nova-compute"});
  CHECK(enabled.output == "masked\n");
  CHECK(enabled.exit == 1);
}

TEST_CASE("a masked service that runs is not restarted, and goes on", "[emulator][systemctl]") {
  const TestMachine machine;
  machine.install({"nova-compute-kvm"});
  REQUIRE(machine.call("systemctl", {"mask", "nova-compute"}).exit == 0);

  const Outcome refused = machine.call("systemctl", {"restart", "nova-compute"});

  CHECK(refused.exit == 1);
  CHECK(refused.error ==
        "Failed to restart nova-compute.service: Unit nova-compute.service is masked.\n");
  CHECK(unit(machine, "nova-compute")["active"] == "active");
  CHECK(unit(machine, "nova-compute")["starts"] == 1);
}

TEST_CASE("a unit needs no masked unit", "[emulator][systemctl]") {
  const TestMachine machine;
  machine.install({"ovn-host"});
  REQUIRE(machine.call("systemctl", {"mask", "--now", "ovn-controller"}).exit == 0);

  CHECK(machine.call("systemctl", {"is-active", "ovn-host"}).output == "inactive\n");
  const Outcome refused = machine.call("systemctl", {"start", "ovn-host"});

  CHECK(refused.exit == 1);
  CHECK(refused.error ==
        "Failed to start ovn-host.service: Unit ovn-controller.service is masked.\n");
}

TEST_CASE("a mask outlives the package, and its new installation", "[emulator][systemctl]") {
  const TestMachine machine;
  machine.install({"nova-compute-kvm"});
  REQUIRE(machine.call("systemctl", {"mask", "--now", "nova-compute"}).exit == 0);

  REQUIRE(machine.call("apt-get", {"purge", "--yes", "nova-compute"}).exit == 0);
  machine.install({"nova-compute-kvm"});

  CHECK(machine.call("systemctl", {"is-enabled", "nova-compute"}).output == "masked\n");
  CHECK(machine.call("systemctl", {"is-active", "nova-compute"}).exit == 3);
  REQUIRE(machine.call("systemctl", {"unmask", "nova-compute"}).exit == 0);
  CHECK(machine.call("systemctl", {"start", "nova-compute"}).exit == 0);
}

TEST_CASE("unmasking an unknown unit is no error", "[emulator][systemctl]") {
  const TestMachine machine;

  CHECK(machine.call("systemctl", {"mask", "nosuch"}).error ==
        "Unit nosuch.service does not exist, proceeding anyway.\n"
        "Created symlink /etc/systemd/system/nosuch.service → /dev/null.\n");
  CHECK(machine.call("systemctl", {"unmask", "nosuch"}).error ==
        "Removed \"/etc/systemd/system/nosuch.service\".\n");
  CHECK(machine.call("systemctl", {"unmask", "nosuch"}).exit == 0);
  CHECK(machine.call("systemctl", {"start", "nosuch"}).exit == 5);
}

TEST_CASE("a service that hangs when stopped is killed at last", "[emulator][systemctl]") {
  const TestMachine machine;
  machine.install({"ovn-host"});
  machine.patch({{"units", {{"ovn-controller.service", {{"hangs_on_stop_ms", 600}}}}}});

  const emulated::Ended impatient =
      machine.inside({"/usr/bin/timeout", "0.2", "/usr/bin/systemctl", "stop", "ovn-controller"});
  CHECK(impatient.exit == 124);
  CHECK(unit(machine, "ovn-controller")["active"] == "deactivating");
  CHECK(machine.call("systemctl", {"is-active", "ovn-controller"}).output == "deactivating\n");
  const Outcome patient = machine.call("systemctl", {"stop", "ovn-controller"});

  CHECK(patient.exit == 0);
  CHECK(machine.call("systemctl", {"is-failed", "ovn-controller"}).output == "failed\n");
}

TEST_CASE("a killed service of a package is started again", "[emulator][systemctl]") {
  const TestMachine machine;
  machine.install({"nova-compute-kvm"});

  CHECK(machine.call("systemctl", {"kill", "--signal=KILL", "nova-compute"}).exit == 0);
  CHECK(unit(machine, "nova-compute")["active"] == "active");
  CHECK(unit(machine, "nova-compute")["starts"] == 2);
  CHECK(machine.call("systemctl", {"kill", "nova-compute"}).exit == 0);

  CHECK(unit(machine, "nova-compute")["active"] == "inactive");
}
