// Reboot and power of a machine.
#include "listening_cloud.hpp"
#include "processes.hpp"
#include "test_machine.hpp"

using emulated::ListeningCloud;
using emulated::TestMachine;
using emulated::Words;

namespace {

std::string state(const TestMachine& machine, const std::string& unit) {
  return machine.call("systemctl", {"is-active", unit}).output;
}

struct Machine : TestMachine {
  Machine() {
    install({"nova-compute-kvm", "ovn-host"});
    write("/etc/nova/nova.conf", "[DEFAULT]\nhost = n0\ntransport_url = rabbit://x\n");
    write(
        "/etc/systemd/system/watch.service",
        "[Service]\nType=exec\nExecStart=/bin/sleep 1000\n[Install]\nWantedBy=multi-user.target\n");
    REQUIRE(call("systemctl", {"enable", "--now", "watch"}).exit == 0);
  }

  ~Machine() { static_cast<void>(driver({"destroy", "0"})); }

  [[nodiscard]] int pid() const {
    return std::stoi(call("systemctl", {"show", "--value", "--property=MainPID", "watch"}).output);
  }
};

}  // namespace

TEST_CASE("after a reboot what is enabled runs, what is masked or disabled does not",
          "[emulator][power]") {
  const Machine machine;
  const int before = machine.pid();
  REQUIRE(machine.call("systemctl", {"mask", "nova-compute"}).exit == 0);
  REQUIRE(machine.call("systemctl", {"disable", "libvirt-guests"}).exit == 0);

  REQUIRE(machine.driver({"reboot", "0"}).exit == 0);

  CHECK(state(machine, "nova-compute") == "inactive\n");
  CHECK(state(machine, "libvirt-guests") == "inactive\n");
  CHECK(state(machine, "ovn-controller") == "active\n");
  CHECK(state(machine, "watch") == "active\n");
  CHECK(machine.pid() != before);
  CHECK(emulated::birth_of(before) == 0);
  CHECK(emulated::birth_of(machine.pid()) > 0);
}

TEST_CASE("without power nothing runs, and the cloud hears of it", "[emulator][power]") {
  const Machine machine;
  ListeningCloud cloud;
  REQUIRE(machine.call("systemctl", {"restart", "nova-compute"}).exit == 0);
  machine.patch({{"cloud_control", cloud.url()}});
  static_cast<void>(cloud.heard());
  const int before = machine.pid();

  REQUIRE(machine.driver({"power", "0", "off"}).exit == 0);

  CHECK(cloud.heard() == Words{R"(/_emulator/compute {"action":"stop","host":"n0"})"});
  CHECK(emulated::birth_of(before) == 0);
  REQUIRE(machine.driver({"power", "0", "on"}).exit == 0);
  CHECK(cloud.heard() == Words{R"(/_emulator/compute {"action":"start","host":"n0","id":"ID"})"});
  CHECK(state(machine, "watch") == "active\n");
  CHECK(machine.driver({"power", "0", "half"}).exit == 1);
}

TEST_CASE("a machine that loses power leaves its chassis, one that reboots takes it along first",
          "[emulator][power]") {
  const auto [words, said] = GENERATE(table<Words, std::string>(
      {{{"power", "0", "off"}, R"("alive":false)"}, {{"reboot", "0"}, R"("remove":true)"}}));
  const Machine machine;
  ListeningCloud cloud;
  REQUIRE(machine
              .call("ovs-vsctl",
                    {"set",
                     "Open_vSwitch",
                     ".",
                     "external_ids:ovn-remote=tcp:10.0.0.1:6642",
                     "external_ids:system-id=n0",
                     "external_ids:ovn-encap-type=geneve",
                     "external_ids:ovn-encap-ip=10.78.0.10"})
              .exit == 0);
  machine.write("/etc/openvswitch/system-id.conf", "n0\n");
  machine.patch({{"cloud_control", cloud.url()}});
  static_cast<void>(cloud.heard());

  REQUIRE(machine.driver(words).exit == 0);

  const Words heard = cloud.heard();
  REQUIRE_FALSE(heard.empty());
  CHECK(heard[0].find(said) != std::string::npos);
}
