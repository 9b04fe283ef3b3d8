#include <chrono>

#include "support/catch.hpp"
#include "test_machine.hpp"

using emulated::Json;
using emulated::Outcome;
using emulated::TestMachine;

TEST_CASE("only the n-th matching call fails, and has no effect", "[emulator][faults]") {
  const TestMachine machine;
  machine.install({"nova-compute-kvm"});
  machine.patch({{"faults",
                  {{{"program", "systemctl"},
                    {"arguments", "restart"},
                    {"call", 2},
                    {"exit", 1},
                    {"stderr", "Job failed."}}}}});

  CHECK(machine.call("systemctl", {"restart", "nova-compute"}).exit == 0);
  CHECK(machine.call("systemctl", {"is-active", "nova-compute"}).exit == 0);
  const Outcome failed = machine.call("systemctl", {"restart", "nova-compute"});
  CHECK(machine.call("systemctl", {"restart", "nova-compute"}).exit == 0);

  CHECK(failed.exit == 1);
  CHECK(failed.error == "Job failed.\n");
  CHECK(machine.world()["units"]["nova-compute.service"]["starts"] == 3);
  CHECK(machine.world()["faults"][0]["seen"] == 3);
}

TEST_CASE("a program can be killed before or after it did its work", "[emulator][faults]") {
  const TestMachine machine;
  const bool after = GENERATE(false, true);
  machine.patch({{"faults", {{{"program", "apt-get"}, {"signal", 9}, {"after", after}}}}});

  CHECK(machine.inside({"/usr/bin/apt-get", "update"}).exit == 128 + 9);

  CHECK(machine.world()["apt"]["updated"] == after);
}

TEST_CASE("a slow call ends late and does its work; others do not wait for it",
          "[emulator][faults]") {
  const TestMachine machine;
  machine.patch({{"faults", {{{"program", "apt-get"}, {"delay_ms", 300}}}}});
  const auto begin = std::chrono::steady_clock::now();

  const emulated::Ended ended = machine.inside({"/bin/sh",
                                                "-c",
                                                "apt-get update >/dev/null & systemctl is-active "
                                                "ssh >/dev/null; date +%s%3N; wait; date +%s%3N"});

  CHECK(std::chrono::steady_clock::now() - begin >= std::chrono::milliseconds(300));
  const emulated::Words times = emulated::split(ended.output, '\n');
  REQUIRE(times.size() == 2);
  CHECK(std::stoll(times[1]) - std::stoll(times[0]) >= 100);
  CHECK(machine.world()["apt"]["updated"] == true);
}
