#include <sys/stat.h>

#include "support/catch.hpp"
#include "test_machine.hpp"

using emulated::Ended;
using emulated::Outcome;
using emulated::TestMachine;
using emulated::Words;

namespace {

const std::string format = "--showformat=${Package}\\t${db:Status-Status}\\t${Version}\\n";

}  // namespace

TEST_CASE("a fresh machine knows no package before apt-get update", "[emulator][packages]") {
  const TestMachine machine;

  const Outcome refused = machine.call("apt-get", {"install", "-y", "nova-compute-kvm"});

  CHECK(refused.exit == 100);
  CHECK(refused.error == "E: Unable to locate package nova-compute-kvm\n");
}

TEST_CASE("an unknown package installs nothing of the call", "[emulator][packages]") {
  const TestMachine machine;
  REQUIRE(machine.call("apt-get", {"update"}).exit == 0);

  const Outcome refused = machine.call("apt-get", {"install", "-y", "ovn-host", "nosuch"});

  CHECK(refused.exit == 100);
  CHECK(refused.error == "E: Unable to locate package nosuch\n");
  CHECK_FALSE(machine.world()["packages"].contains("ovn-host"));
}

TEST_CASE("installing nova brings its account, files, services and what it needs",
          "[emulator][packages]") {
  const TestMachine machine;
  CHECK(machine.call("getent", {"passwd", "nova"}).exit == 2);

  machine.install({"nova-compute-qemu"});

  CHECK(machine.call("getent", {"passwd", "nova"}).output ==
        "nova:x:64060:64060::/var/lib/nova:/bin/sh\n");
  CHECK(machine.file("/etc/nova/nova-compute.conf") ==
        "[DEFAULT]\ncompute_driver=libvirt.LibvirtDriver\n[libvirt]\nvirt_type=qemu\n");

  struct stat facts {};

  REQUIRE(::stat((machine.root() + "/etc/nova/nova.conf").c_str(), &facts) == 0);
  CHECK((facts.st_mode & 0777U) == 0640);
  CHECK(facts.st_gid == 64060);
  CHECK(machine.call("systemctl", {"is-active", "nova-compute", "libvirtd"}).output ==
        "active\nactive\n");
}

TEST_CASE("installing again keeps configuration files and starts nothing anew",
          "[emulator][packages]") {
  const TestMachine machine;
  machine.install({"nova-compute-kvm"});
  machine.write("/etc/nova/nova.conf", "[DEFAULT]\nhost = mine\n");

  machine.install({"nova-compute-kvm"});

  CHECK(machine.file("/etc/nova/nova.conf") == "[DEFAULT]\nhost = mine\n");
  CHECK(machine.world()["units"]["nova-compute.service"]["starts"] == 1);
}

TEST_CASE("a newer version in the archive is an upgrade that restarts the service",
          "[emulator][packages]") {
  const TestMachine machine;
  machine.install({"nova-compute-kvm"});
  machine.patch({{"apt", {{"versions", {{"nova-compute", "3:29.2.1-0ubuntu1"}}}}}});

  machine.install({"nova-compute"});

  CHECK(machine.world()["packages"]["nova-compute"]["version"] == "3:29.2.1-0ubuntu1");
  CHECK(machine.world()["units"]["nova-compute.service"]["starts"] == 2);
}

TEST_CASE("a masked service stays down when its package comes", "[emulator][packages]") {
  const TestMachine machine;
  REQUIRE(machine.call("systemctl", {"mask", "nova-compute"}).exit == 0);

  machine.install({"nova-compute-kvm"});

  CHECK(machine.call("systemctl", {"is-active", "nova-compute"}).output == "inactive\n");
  CHECK(machine.call("systemctl", {"is-enabled", "nova-compute"}).output == "masked\n");
}

TEST_CASE("apt-get without --yes aborts, and refuses what it does not know",
          "[emulator][packages]") {
  const TestMachine machine;
  REQUIRE(machine.call("apt-get", {"update"}).exit == 0);

  CHECK(machine.call("apt-get", {"install", "ovn-host"}).exit == 1);
  CHECK(machine.call("apt-get", {"install", "-y", "--frob", "ovn-host"}).error ==
        "E: Command line option --frob is not understood in combination with the other options\n");
  CHECK(machine.call("apt-get", {"frob"}).error == "E: Invalid operation frob\n");
}

TEST_CASE("a removed package takes its services along and is known by its configuration",
          "[emulator][packages]") {
  const TestMachine machine;
  machine.install({"ovn-host"});

  REQUIRE(machine.call("apt-get", {"remove", "-y", "ovn-host"}).exit == 0);

  CHECK(machine.call("systemctl", {"start", "ovn-controller"}).exit == 5);
  CHECK(machine.call("dpkg-query", {"--show", format, "ovn-host"}).output ==
        "ovn-host\tconfig-files\t24.03.2-0ubuntu0.24.04.1\n");
}

TEST_CASE("programs of packages that are not installed are not there", "[emulator][packages]") {
  const TestMachine machine;

  CHECK(machine.inside({"/usr/bin/ovs-vsctl", "list-br"}).exit == 127);
  CHECK(machine.inside({"/usr/bin/virsh", "list"}).exit == 127);
}

TEST_CASE("dpkg-query answers in the shape of the host's own", "[emulator][packages][contract]") {
  const TestMachine machine;
  const Words question = {"--show", format, "--", "bash", "no-such-package", "base-files"};
  Words real = {"/usr/bin/dpkg-query"};
  real.insert(real.end(), question.begin(), question.end());
  const auto versionless = [](const std::string& output) {
    std::string text;
    for (const std::string& line : emulated::split(output, '\n'))
      text += line.substr(0, line.rfind('\t')) + "\n";
    return text;
  };

  const Ended host = emulated::run_process(real);
  const Outcome ours = machine.call("dpkg-query", question);

  CHECK(ours.exit == host.exit);
  CHECK(ours.error == host.error);
  CHECK(versionless(ours.output) == versionless(host.output));
  CHECK(versionless(ours.output) == "base-files\tinstalled\nbash\tinstalled\n");
}
