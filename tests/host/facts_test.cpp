#include <string>

#include "host.hpp"
#include "host/fakes.hpp"
#include "support/catch.hpp"

namespace {

namespace host = ncc::host;
using ncc::testing::Files;
using ncc::testing::Programs;

const std::string hostname = "/usr/bin/hostname --fqdn";

}  // namespace

TEST_CASE("the resolver's name is the machine's", "[host][client]") {
  Programs programs;
  Files files;
  programs.answers[hostname] = {.output = "node3.example.org\n"};

  CHECK(host::fqdn(programs, files) == "node3.example.org");
}

TEST_CASE("a resolver that fails or says localhost gives way to /etc/hostname", "[host][client]") {
  Programs programs;
  Files files;
  files.entries["/etc/hostname"] = {"# set by hand\nnode3\n", {}};
  programs.answers[hostname] = GENERATE(
      ncc::ProcessResult{.exit_code = 1, .error_output = "hostname: Name or service not known"},
      ncc::ProcessResult{.output = "localhost\n"},
      ncc::ProcessResult{.output = "localhost.localdomain\n"},
      ncc::ProcessResult{.output = "localhost6.localdomain6\n"},
      ncc::ProcessResult{.output = "\n"});

  CHECK(host::fqdn(programs, files) == "node3");
}

TEST_CASE("a machine that is called localhost everywhere has no name", "[host][client]") {
  Programs programs;
  Files files;
  programs.answers[hostname] = {.exit_code = 1};
  files.entries["/etc/hostname"] = {"localhost\n", {}};

  CHECK_THROWS_AS(host::fqdn(programs, files), ncc::ConfigError);
}

TEST_CASE("interfaces are found by their MAC address in lower case", "[host][unit]") {
  Files files;
  files.entries["/sys/class/net/lo/address"] = {"00:00:00:00:00:00\n", {}};
  files.entries["/sys/class/net/eth0/address"] = {"52:54:00:AB:CD:01\n", {}};
  files.entries["/sys/class/net/bonding_masters"] = {"bond0\n", {}};

  CHECK(host::interfaces_by_mac(files) ==
        std::map<std::string, std::string>{{"52:54:00:ab:cd:01", "eth0"}});
}

TEST_CASE("a bond stands for its members and a port for the bridge over it", "[host][unit]") {
  Files files;
  const std::string net = "/sys/class/net/";
  for (const char* name : {"bond0", "eth0", "eth1"}) {
    files.entries[net + name + "/address"] = {"52:54:00:00:00:01\n", {}};
  }
  files.entries[net + "bond0/bonding/mode"] = {"802.3ad 4\n", {}};
  for (const char* name : {"eth0", "eth1"}) {
    files.entries[net + name + "/bonding_slave/state"] = {"active\n", {}};
    files.entries[net + name + "/device/vendor"] = {"0x8086\n", {}};
  }
  files.entries[net + "br-ex/address"] = {"52:54:00:00:00:02\n", {}};
  files.entries[net + "eth2/address"] = {"52:54:00:00:00:02\n", {}};
  files.entries[net + "eth2/device/vendor"] = {"0x8086\n", {}};

  CHECK(host::interfaces_by_mac(files) ==
        std::map<std::string, std::string>{{"52:54:00:00:00:01", "bond0"},
                                           {"52:54:00:00:00:02", "eth2"}});
}

TEST_CASE("the release is read with and without quotes", "[host][unit]") {
  Files files;
  files.entries["/etc/os-release"] = {
      "NAME=\"Ubuntu\"\nVERSION_ID=\"24.04\"\nID=ubuntu\nVERSION_CODENAME='noble'\n", {}};

  CHECK(host::release(files) ==
        host::Release{.id = "ubuntu", .version = "24.04", .codename = "noble"});
}
