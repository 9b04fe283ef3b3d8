#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include <sys/stat.h>

#include "support/catch.hpp"
#include "test_machine.hpp"

using emulated::Ended;
using emulated::Json;
using emulated::TestMachine;

namespace {

std::string text_of(const std::string& path) {
  std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

}  // namespace

TEST_CASE("an emulated program is found at its absolute path, before the host's",
          "[emulator][e2e]") {
  const TestMachine machine;

  CHECK(machine.inside({"/usr/bin/hostname", "--fqdn"}).output == "node-0.emulated.test\n");
  CHECK(machine.inside({"/usr/bin/dpkg-query", "--show", "base-files"}).output ==
        "base-files\t13ubuntu10.2\n");
  CHECK(machine.inside({"/bin/uname", "-n"}).output == "node-0\n");
}

TEST_CASE("stdin, environment and exit status pass through the entry", "[emulator][e2e]") {
  const TestMachine machine;
  ::setenv("TEST_MACHINE_WORD", "carried", 1);

  const Ended ended =
      machine.inside({"/bin/sh", "-c", "cat; echo $TEST_MACHINE_WORD >&2; exit 7"}, "typed\n");

  CHECK(ended.exit == 7);
  CHECK(ended.output == "typed\n");
  CHECK(ended.error == "carried\n");
}

TEST_CASE("a command that is killed inside looks killed outside", "[emulator][e2e]") {
  const TestMachine machine;

  CHECK(machine.inside({"/bin/sh", "-c", "kill -9 $$"}).exit == 128 + 9);
  CHECK(machine.inside({"/usr/bin/nosuch"}).exit == 127);
}

TEST_CASE("the working folder is the one asked for, or the caller's within the machine",
          "[emulator][e2e]") {
  const TestMachine machine;
  const std::string enter = std::string(NCC_BINARY_DIR) + "/bin/machine-enter";
  const std::string folder = machine.machines() + "/0";

  CHECK(emulated::run_process({enter, folder, "--cwd", "/etc", "--", "/bin/pwd"}).output ==
        "/etc\n");
  CHECK(
      emulated::run_process({enter, folder, "/bin/pwd"}, "", machine.root() + "/var/lib").output ==
      "/var/lib\n");
  CHECK(emulated::run_process({enter, folder, "/bin/pwd"}, "", "/usr").output == "/\n");
}

TEST_CASE("what is written inside is there at the next entry and not on the host",
          "[emulator][e2e]") {
  const TestMachine machine;
  const std::string name = "written-by-machine-test";

  REQUIRE(machine.inside({"/bin/sh", "-c", "echo kept | tee /etc/" + name + " /usr/local/" + name})
              .exit == 0);

  CHECK(machine.inside({"/bin/cat", "/etc/" + name, "/usr/local/" + name}).output ==
        "kept\nkept\n");
  CHECK_FALSE(std::filesystem::exists("/etc/" + name));
  CHECK_FALSE(std::filesystem::exists("/usr/local/" + name));
  for (const std::string path : {"/usr/bin/", "/etc/alternatives/"})
    CHECK(machine.inside({"/bin/sh", "-c", "echo no > " + path + name}).exit != 0);
  const std::string same = "cat /proc/sys/vm/swappiness > /proc/sys/vm/swappiness";
  CHECK(machine.inside({"/bin/sh", "-c", same}).exit != 0);
}

TEST_CASE("entering leaves no mount and no other host name behind", "[emulator][e2e]") {
  const TestMachine machine;
  const std::string mounts = text_of("/proc/self/mounts");
  const std::string host = text_of("/proc/sys/kernel/hostname");

  REQUIRE(machine.inside({"/bin/true"}).exit == 0);

  CHECK(text_of("/proc/self/mounts").find(machine.machines()) == std::string::npos);
  CHECK(text_of("/proc/self/mounts") == mounts);
  CHECK(text_of("/proc/sys/kernel/hostname") == host);
}

TEST_CASE("a destroyed machine leaves nothing but the record of all machines", "[emulator][e2e]") {
  const TestMachine machine;
  REQUIRE(machine.inside({"/usr/bin/apt-get", "update"}).exit == 0);

  CHECK(machine.driver({"destroy", "0"}).exit == 0);

  CHECK(std::filesystem::is_regular_file(machine.machines() + "/computes"));
  CHECK(std::filesystem::remove(machine.machines() + "/computes"));
  CHECK(std::filesystem::is_empty(machine.machines()));
  CHECK(machine.driver({"destroy", "0"}).exit == 1);
  CHECK(machine.driver({"enter", "0"}).output.empty());
}

TEST_CASE("machines have addresses and keys of their own, and a number is used again",
          "[emulator][e2e]") {
  const TestMachine machine;
  REQUIRE(machine.driver({"create", "1/lxd/0"}).exit == 0);

  CHECK(machine.driver({"address", "0", "data"}).output == "10.78.0.10/16 eth1\n");
  CHECK(machine.driver({"address", "1/lxd/0", "data"}).output == "10.78.0.11/16 eth1\n");
  CHECK(machine.driver({"address", "0", "migration"}).output == "10.77.0.10/16 eth0\n");
  CHECK(machine.driver({"create", "0"}).exit == 1);
  CHECK(machine.driver({"create", "../x"}).exit == 1);
}

TEST_CASE("the driver names the root, the tools' folder and the way in", "[emulator][e2e]") {
  const TestMachine machine;

  CHECK(machine.driver({"path", "0"}).output == machine.root() + "\n");
  CHECK(machine.driver({"tools", "0"}).output ==
        machine.root() + "/var/lib/juju/tools\n/var/lib/juju/tools\n");
  CHECK(machine.driver({"enter", "0"}).output ==
        std::string(NCC_BINARY_DIR) + "/bin/machine-enter\n" + machine.machines() + "/0\n");
}

TEST_CASE("hardware of the world is seen in the machine's files", "[emulator][e2e]") {
  const TestMachine machine;
  CHECK(machine.inside({"/bin/ls", "/dev/kvm"}).exit == 0);

  machine.patch({{"kvm", false}, {"interfaces", {{"eth3", {{"mac", "52:54:00:aa:bb:cc"}}}}}});

  CHECK(machine.inside({"/bin/ls", "/dev/kvm"}).exit != 0);
  CHECK(machine.inside({"/bin/cat", "/sys/class/net/eth3/address"}).output ==
        "52:54:00:aa:bb:cc\n");
}

TEST_CASE("calls side by side lose nothing", "[emulator][e2e]") {
  const TestMachine machine;
  machine.install({"openvswitch-switch"});

  const Ended ended = machine.inside({"/bin/sh",
                                      "-c",
                                      "for i in 1 2 3 4 5 6 7 8; do ovs-vsctl --no-wait set open . "
                                      "external_ids:k$i=v & done; wait"});

  REQUIRE(ended.exit == 0);
  const Json ids = machine.world()["ovs"]["Open_vSwitch"].begin()->at("external_ids");
  for (int i = 1; i <= 8; ++i)
    CHECK(ids.contains("k" + std::to_string(i)));
}
