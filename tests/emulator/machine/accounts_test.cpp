#include <sys/stat.h>
#include <unistd.h>

#include "support/catch.hpp"
#include "test_machine.hpp"

using emulated::Outcome;
using emulated::TestMachine;

TEST_CASE("usermod changes the shell in the machine's passwd, which coreutils inside read",
          "[emulator][accounts]") {
  const TestMachine machine;
  machine.install({"nova-compute-kvm"});

  REQUIRE(machine.inside({"/usr/sbin/usermod", "--shell", "/bin/bash", "nova"}).exit == 0);

  CHECK(machine.inside({"/usr/bin/getent", "passwd", "nova"}).output ==
        "nova:x:64060:64060::/var/lib/nova:/bin/bash\n");
  CHECK(machine.inside({"/usr/bin/stat", "-c", "%U:%G %a", "/etc/nova/nova.conf"}).output ==
        "nova:nova 640\n");
  const Outcome refused = machine.call("usermod", {"--shell", "/bin/bash", "nobody2"});
  CHECK(refused.exit == 6);
  CHECK(refused.error == "usermod: user 'nobody2' does not exist\n");
}

TEST_CASE(
    "ssh-keygen makes a pair, the same at each run, other on another path, and never overwrites",
    "[emulator][keys]") {
  const TestMachine machine;
  const TestMachine twin;
  const auto make = [](const TestMachine& on, const std::string& path) {
    return on.call("ssh-keygen", {"-q", "-t", "rsa", "-b", "3072", "-N", "", "-f", path});
  };

  REQUIRE(make(machine, "/root/.ssh/id_rsa").exit == 0);
  REQUIRE(make(machine, "/root/.ssh/other").exit == 0);
  REQUIRE(make(twin, "/root/.ssh/id_rsa").exit == 0);

  const std::string key = machine.file("/root/.ssh/id_rsa.pub");
  CHECK(key.substr(0, 28) == "ssh-rsa AAAAB3NzaC1yc2EAAAAD");
  CHECK(key.substr(key.rfind(' ')) == " root@node-0\n");
  CHECK(key == twin.file("/root/.ssh/id_rsa.pub"));
  CHECK(key != machine.file("/root/.ssh/other.pub"));

  struct stat facts {};

  REQUIRE(::stat((machine.root() + "/root/.ssh/id_rsa").c_str(), &facts) == 0);
  CHECK((facts.st_mode & 0777U) == 0600);
  CHECK(make(machine, "/root/.ssh/id_rsa").exit == 1);
  CHECK(make(machine, "/no/folder/id_rsa").exit == 1);
}

TEST_CASE("an emulated public key is one that the real ssh-keygen reads",
          "[emulator][keys][contract]") {
  const TestMachine machine;
  REQUIRE(machine
              .call("ssh-keygen",
                    {"-q", "-t", "rsa", "-b", "3072", "-N", "", "-f", "/root/.ssh/id_rsa"})
              .exit == 0);
  if (::access("/usr/bin/ssh-keygen", X_OK) != 0) {
    WARN("skipped: the host has no /usr/bin/ssh-keygen");
    return;
  }

  const emulated::Ended read = emulated::run_process(
      {"/usr/bin/ssh-keygen", "-l", "-f", machine.root() + "/root/.ssh/id_rsa.pub"});

  CHECK(read.exit == 0);
  CHECK(read.output.substr(0, 12) == "3072 SHA256:");
}

TEST_CASE("update-ca-certificates follows the local certificates", "[emulator][keys]") {
  const TestMachine machine;
  const std::string here = "/usr/local/share/ca-certificates/";
  REQUIRE(machine.inside({"/bin/sh", "-c", "echo ONE > " + here + "one.crt"}).exit == 0);

  CHECK(machine.inside({"/usr/sbin/update-ca-certificates"})
            .output.find("\n1 added, 0 removed; done.\n") != std::string::npos);
  CHECK(machine.file("/etc/ssl/certs/ca-certificates.crt") == "ONE\n");
  REQUIRE(machine.inside({"/bin/rm", here + "one.crt"}).exit == 0);
  CHECK(machine.inside({"/usr/sbin/update-ca-certificates"})
            .output.find("\n0 added, 1 removed; done.\n") != std::string::npos);
  CHECK(machine.file("/etc/ssl/certs/ca-certificates.crt").empty());
}

TEST_CASE("hostname resolves through the machine's hosts file", "[emulator][facts]") {
  const TestMachine machine;
  CHECK(machine.call("hostname", {"-s"}).output == "node-0\n");

  machine.write("/etc/hosts", "127.0.0.1 localhost\n");

  const Outcome unknown = machine.call("hostname", {"--fqdn"});
  CHECK(unknown.exit == 1);
  CHECK(unknown.error == "hostname: Name or service not known\n");
}

TEST_CASE("systemd-detect-virt tells the world's container", "[emulator][facts]") {
  const TestMachine machine;
  CHECK(machine.call("systemd-detect-virt", {"--container"}).exit == 1);

  machine.patch({{"container", "lxc"}});

  CHECK(machine.call("systemd-detect-virt", {"--container"}).output == "lxc\n");
}

TEST_CASE("virsh lists the world's domains while libvirtd runs", "[emulator][facts]") {
  const TestMachine machine;
  machine.install({"nova-compute-kvm"});
  CHECK(machine.call("virsh", {"list", "--all", "--uuid"}).output == "\n");
  machine.patch({{"domains",
                  {{{"uuid", "11111111-2222-3333-4444-555555555555"},
                    {"name", "instance-1"},
                    {"state", "running"}},
                   {{"uuid", "66666666-7777-8888-9999-000000000000"}, {"name", "instance-2"}}}}});

  CHECK(machine.call("virsh", {"list", "--uuid"}).output ==
        "11111111-2222-3333-4444-555555555555\n\n");
  CHECK(machine.call("virsh", {"list", "--all", "--name"}).output == "instance-1\ninstance-2\n\n");
  REQUIRE(machine.call("systemctl", {"stop", "libvirtd"}).exit == 0);
  CHECK(machine.call("virsh", {"list", "--all", "--uuid"}).exit == 1);
}
