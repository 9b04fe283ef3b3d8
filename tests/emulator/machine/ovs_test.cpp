// What the emulated Open vSwitch does as a service; its commands are in ovs_contract_test.cpp.
#include "support/catch.hpp"
#include "test_machine.hpp"

using emulated::Json;
using emulated::Outcome;
using emulated::TestMachine;

TEST_CASE("without a running Open vSwitch the database does not answer", "[emulator][ovs]") {
  const TestMachine machine;
  machine.install({"openvswitch-switch"});
  REQUIRE(machine.call("systemctl", {"stop", "openvswitch-switch"}).exit == 0);

  const Outcome refused = machine.call("ovs-vsctl", {"--timeout=10", "list-br"});

  CHECK(refused.exit == 1);
  CHECK(refused.error ==
        "ovs-vsctl: unix:/var/run/openvswitch/db.sock: database connection failed (No such file or "
        "directory)\n");
}

TEST_CASE("the first start sets system-id and hostname; the file wins at each start",
          "[emulator][ovs]") {
  const TestMachine machine;
  machine.install({"openvswitch-switch"});
  const auto id = [&](const std::string& key) {
    return machine.call("ovs-vsctl", {"get", "Open_vSwitch", ".", "external_ids:" + key}).output;
  };
  CHECK(id("hostname") == "node-0.emulated.test\n");
  CHECK(id("system-id") ==
        "\"" + machine.file("/etc/openvswitch/system-id.conf").substr(0, 36) + "\"\n");

  REQUIRE(
      machine.call("ovs-vsctl", {"set", "Open_vSwitch", ".", "external_ids:system-id=mine"}).exit ==
      0);
  CHECK(id("system-id") == "mine\n");
  machine.write("/etc/openvswitch/system-id.conf", "from-file\n");
  REQUIRE(machine.call("systemctl", {"restart", "openvswitch-switch"}).exit == 0);

  CHECK(id("system-id") == "from-file\n");
}

TEST_CASE("a change waits for ovs-vswitchd unless told not to", "[emulator][ovs]") {
  const TestMachine machine;
  machine.install({"openvswitch-switch"});
  REQUIRE(machine.call("systemctl", {"stop", "ovs-vswitchd"}).exit == 0);
  REQUIRE(machine.call("systemctl", {"start", "ovsdb-server"}).exit == 0);

  CHECK(machine.call("ovs-vsctl", {"--timeout=5", "add-br", "br-a"}).signal == 14);
  CHECK(machine.call("ovs-vsctl", {"--no-wait", "add-br", "br-b"}).exit == 0);
}

TEST_CASE("the database outlives a restart", "[emulator][ovs]") {
  const TestMachine machine;
  machine.install({"openvswitch-switch"});
  REQUIRE(
      machine.call("ovs-vsctl", {"add-br", "br-int", "--", "add-port", "br-int", "eth2"}).exit ==
      0);

  REQUIRE(machine.call("systemctl", {"restart", "openvswitch-switch"}).exit == 0);

  CHECK(machine.call("ovs-vsctl", {"list-ports", "br-int"}).output == "eth2\n");
}

TEST_CASE("the tombstone's changes are one transaction, on the bridge and on the options",
          "[emulator][ovs]") {
  const TestMachine machine;
  machine.install({"openvswitch-switch"});
  const auto vsctl = [&](const emulated::Words& words) {
    const Outcome outcome = machine.call("ovs-vsctl", words);
    CHECK(outcome.error.empty());
    return outcome.output;
  };
  static_cast<void>(vsctl({"add-br", "br-int"}));
  static_cast<void>(vsctl({"set",
                           "Open_vSwitch",
                           ".",
                           "external_ids:ovn-cms-options=enable-chassis-as-gw",
                           "external_ids:ovn-cms-options-n0=\"enable-chassis-as-gw,card=1\""}));

  static_cast<void>(vsctl({"set",
                           "Bridge",
                           "br-int",
                           "external_ids:tombstoned=true",
                           "--",
                           "set",
                           "Open_vSwitch",
                           ".",
                           "external_ids:ovn-cms-options-n0=card=1",
                           "--",
                           "remove",
                           "Open_vSwitch",
                           ".",
                           "external_ids",
                           "ovn-cms-options"}));

  CHECK(vsctl({"get", "Bridge", "br-int", "external_ids:tombstoned"}) == "\"true\"\n");
  CHECK(vsctl({"get", "Open_vSwitch", ".", "external_ids:ovn-cms-options-n0"}) == "\"card=1\"\n");
  CHECK(vsctl({"--if-exists", "get", "Open_vSwitch", ".", "external_ids:ovn-cms-options"}) == "\n");
  static_cast<void>(vsctl({"remove", "Bridge", "br-int", "external_ids", "tombstoned"}));
  CHECK(vsctl({"get", "Bridge", "br-int", "external_ids"}) == "{}\n");
}
