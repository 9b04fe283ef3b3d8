// Services with a unit file of their own. Texts and rules are those of systemd 255.
#include "processes.hpp"

#include <csignal>

#include <sys/stat.h>

#include "support/catch.hpp"
#include "test_machine.hpp"

using emulated::Json;
using emulated::Outcome;
using emulated::TestMachine;

namespace {

void write_unit(const TestMachine& machine,
                const std::string& name,
                const std::string& script,
                const std::string& more = "") {
  machine.write("/opt/" + name, "#!/bin/sh\n" + script + "\n");
  ::chmod((machine.root() + "/opt/" + name).c_str(), 0755);
  machine.write("/etc/systemd/system/" + name + ".service",
                "[Unit]\nDescription=for a test\n[Service]\nType=exec\nExecStart=/opt/" + name +
                    " one 'two words'\n" + more + "[Install]\nWantedBy=multi-user.target\n");
}

const std::string waits = "echo \"$1,$2\" > /opt/said; while :; do sleep 1; done";

std::string show(const TestMachine& machine, const std::string& unit, const std::string& property) {
  const std::string text =
      machine.call("systemctl", {"show", "--value", "--property=" + property, unit}).output;
  return text.substr(0, text.size() - 1);
}

int pid(const TestMachine& machine, const std::string& unit) {
  return std::stoi(show(machine, unit, "MainPID"));
}

/// Until a shell's condition inside holds; fails the test when it does not within ten seconds.
void await(const TestMachine& machine, const std::string& condition) {
  const std::string loop = "until " + condition + "; do sleep 0.01; done";
  REQUIRE(machine.inside({"/usr/bin/timeout", "10", "/bin/sh", "-c", loop}).exit == 0);
}

void await(const TestMachine& machine,
           const std::string& unit,
           const std::string& property,
           const std::string& value) {
  await(
      machine,
      "[ \"$(systemctl show --value --property=" + property + " " + unit + ")\" = " + value + " ]");
}

/// Ends what the test started, whatever it checked.
struct Machine : TestMachine {
  ~Machine() { static_cast<void>(driver({"destroy", "0"})); }
};

}  // namespace

TEST_CASE("a unit file of one's own starts a process inside the machine", "[emulator][processes]") {
  const Machine machine;
  write_unit(machine, "watch", waits);

  const Outcome started = machine.call("systemctl", {"start", "watch"});

  CHECK(started.exit == 0);
  CHECK(started.error.empty());
  CHECK(machine.call("systemctl", {"is-active", "watch"}).output == "active\n");
  CHECK(show(machine, "watch", "SubState") == "running");
  CHECK(emulated::birth_of(pid(machine, "watch")) > 0);
  await(machine, "[ -s /opt/said ]");
  CHECK(machine.file("/opt/said") == "one,two words\n");
}

TEST_CASE("a process has systemd's environment and not the caller's", "[emulator][processes]") {
  const Machine machine;
  ::setenv("JUJU_CONTEXT_ID", "of-the-test", 1);
  write_unit(machine, "watch", "env > /opt/env; exec sleep 100", "Environment=A=b\n");

  REQUIRE(machine.inside({"/usr/bin/systemctl", "start", "watch"}).exit == 0);
  ::unsetenv("JUJU_CONTEXT_ID");

  await(machine, "grep -q ^PWD= /opt/env");
  const std::string variables = machine.file("/opt/env");
  CHECK(variables.find("A=b\n") != std::string::npos);
  CHECK(variables.find("INVOCATION_ID=") != std::string::npos);
  CHECK(variables.find("JUJU_CONTEXT_ID") == std::string::npos);
}

TEST_CASE("stop ends the process and all that it started", "[emulator][processes]") {
  const Machine machine;
  write_unit(machine, "watch", "sleep 1000 & echo $! > /opt/child; wait");
  REQUIRE(machine.call("systemctl", {"start", "watch"}).exit == 0);
  await(machine, "[ -s /opt/child ]");
  const int main = pid(machine, "watch");
  const int child = std::stoi(machine.file("/opt/child"));

  CHECK(machine.call("systemctl", {"stop", "watch"}).exit == 0);

  CHECK(emulated::birth_of(main) == 0);
  CHECK(emulated::birth_of(child) == 0);
  CHECK(machine.call("systemctl", {"is-active", "watch"}).output == "inactive\n");
  CHECK(show(machine, "watch", "MainPID") == "0");
}

TEST_CASE("a process that ignores SIGTERM is killed after its time", "[emulator][processes]") {
  const Machine machine;
  write_unit(machine,
             "watch",
             "trap '' TERM; touch /opt/ready; while :; do sleep 0.05; done",
             "TimeoutStopSec=300ms\n");
  REQUIRE(machine.call("systemctl", {"start", "watch"}).exit == 0);
  await(machine, "[ -e /opt/ready ]");

  CHECK(machine.call("systemctl", {"stop", "watch"}).exit == 0);

  CHECK(show(machine, "watch", "ActiveState") == "failed");
  CHECK(show(machine, "watch", "Result") == "timeout");
}

TEST_CASE("how a process ends decides its state", "[emulator][processes]") {
  const auto [script, state, result, status] =
      GENERATE(table<std::string, std::string, std::string, std::string>(
          {{"exit 0", "inactive", "success", "0"},
           {"exit 3", "failed", "exit-code", "3"},
           {"kill -TERM $$", "inactive", "success", "15"},
           {"kill -KILL $$", "failed", "signal", "9"}}));
  const Machine machine;
  write_unit(machine, "watch", script);

  REQUIRE(machine.call("systemctl", {"start", "watch"}).exit == 0);

  await(machine, "watch", "ActiveState", state);
  CHECK(show(machine, "watch", "Result") == result);
  CHECK(show(machine, "watch", "ExecMainStatus") == status);
  REQUIRE(machine.call("systemctl", {"reset-failed", "watch"}).exit == 0);
  CHECK(show(machine, "watch", "ActiveState") == "inactive");
}

TEST_CASE("on-failure starts a killed process again, and not one that was stopped",
          "[emulator][processes]") {
  const Machine machine;
  write_unit(machine, "watch", waits, "Restart=on-failure\nRestartSec=50ms\n");
  REQUIRE(machine.call("systemctl", {"start", "watch"}).exit == 0);
  const int first = pid(machine, "watch");

  CHECK(machine.call("systemctl", {"kill", "-s", "KILL", "watch"}).exit == 0);

  await(machine, "watch", "NRestarts", "1");
  CHECK(pid(machine, "watch") != first);
  CHECK(emulated::birth_of(first) == 0);
  REQUIRE(machine.call("systemctl", {"stop", "watch"}).exit == 0);
  CHECK(show(machine, "watch", "ActiveState") == "inactive");
}

TEST_CASE("a process that always fails hits the start limit", "[emulator][processes]") {
  const Machine machine;
  write_unit(machine, "watch", "exit 1", "Restart=on-failure\nRestartSec=10ms\n");

  REQUIRE(machine.call("systemctl", {"start", "watch"}).exit == 0);

  await(machine, "watch", "Result", "start-limit-hit");
  CHECK(show(machine, "watch", "ActiveState") == "failed");
  CHECK(machine.world()["units"]["watch.service"]["starts"] == 5);
}

TEST_CASE("a program that cannot be executed fails the job of Type=exec only",
          "[emulator][processes]") {
  const Machine machine;
  for (const std::string type : {"exec", "simple"})
    machine.write("/etc/systemd/system/" + type + ".service",
                  "[Service]\nType=" + type + "\nExecStart=/opt/nosuch\n");

  const Outcome refused = machine.call("systemctl", {"start", "exec"});
  const Outcome accepted = machine.call("systemctl", {"start", "simple"});

  CHECK(refused.exit == 1);
  CHECK(
      refused.error ==
      "Job for exec.service failed because the control process exited with error code.\n"
      "See \"systemctl status exec.service\" and \"journalctl -xeu exec.service\" for details.\n");
  CHECK(accepted.exit == 0);
  for (const std::string unit : {"exec", "simple"}) {
    await(machine, unit, "ActiveState", "failed");
    CHECK(show(machine, unit, "ExecMainStatus") == "203");
  }
}

TEST_CASE("oneshot waits for the end", "[emulator][processes]") {
  const Machine machine;
  machine.write("/etc/systemd/system/good.service",
                "[Service]\nType=oneshot\nExecStart=/usr/bin/touch /opt/done\n");
  machine.write("/etc/systemd/system/bad.service",
                "[Service]\nType=oneshot\nExecStart=/bin/false\n");

  CHECK(machine.call("systemctl", {"start", "good"}).exit == 0);
  CHECK(machine.call("systemctl", {"start", "bad"}).exit == 1);

  CHECK(machine.inside({"/bin/ls", "/opt/done"}).exit == 0);
  CHECK(machine.call("systemctl", {"is-active", "good"}).output == "inactive\n");
  CHECK(machine.call("systemctl", {"is-active", "bad"}).output == "failed\n");
}

TEST_CASE("an instance takes its template", "[emulator][processes]") {
  const Machine machine;
  machine.write(
      "/etc/systemd/system/drain@.service",
      "[Service]\nType=exec\nExecStart=/bin/sh -c \"echo %i > /opt/said; exec sleep 99\"\n");

  CHECK(machine.call("systemctl", {"start", "drain@a1.service"}).exit == 0);
  CHECK(machine.call("systemctl", {"start", "nosuch@a1.service"}).exit == 5);

  CHECK(machine.call("systemctl", {"is-active", "drain@a1"}).output == "active\n");
  CHECK(machine.call("systemctl", {"is-active", "drain@a2"}).output == "inactive\n");
  CHECK(machine
            .inside({"/bin/sh", "-c", "until [ -s /opt/said ]; do sleep 0.01; done; cat /opt/said"})
            .output == "a1\n");
}

TEST_CASE("a changed unit file counts after daemon-reload", "[emulator][processes]") {
  const Machine machine;
  const std::string script = "pwd > /opt/where.new; mv /opt/where.new /opt/where; exec sleep 99";
  write_unit(machine, "watch", script);
  REQUIRE(machine.call("systemctl", {"start", "watch"}).exit == 0);
  write_unit(machine, "watch", script, "WorkingDirectory=/opt\n");
  const auto restarted_in = [&](const std::string& folder) {
    machine.write("/opt/where", "");
    const Outcome outcome = machine.call("systemctl", {"restart", "watch"});
    await(machine, "[ -s /opt/where ]");
    CHECK(machine.file("/opt/where") == folder + "\n");
    return outcome.error;
  };

  CHECK(restarted_in("/") ==
        "Warning: The unit file, source configuration file or drop-ins of watch.service changed on "
        "disk. Run 'systemctl daemon-reload' to reload units.\n");
  REQUIRE(machine.call("systemctl", {"daemon-reload"}).exit == 0);

  CHECK(restarted_in("/opt").empty());
}

TEST_CASE("unit files of one's own can be enabled, and not masked", "[emulator][processes]") {
  const Machine machine;
  write_unit(machine, "watch", waits);

  CHECK(machine.call("systemctl", {"is-enabled", "watch"}).output == "disabled\n");
  CHECK(machine.call("systemctl", {"enable", "watch"}).error ==
        "Created symlink /etc/systemd/system/multi-user.target.wants/watch.service → "
        "/etc/systemd/system/watch.service.\n");
  CHECK(machine.call("systemctl", {"is-enabled", "watch"}).output == "enabled\n");
  const Outcome masked = machine.call("systemctl", {"mask", "watch"});
  CHECK(masked.exit == 1);
  CHECK(masked.error ==
        "Failed to mask unit: File /etc/systemd/system/watch.service already exists.\n");
}

TEST_CASE("a removed unit file is unknown once its process has ended", "[emulator][processes]") {
  const Machine machine;
  write_unit(machine, "watch", waits);
  REQUIRE(machine.call("systemctl", {"start", "watch"}).exit == 0);

  REQUIRE(machine.inside({"/bin/rm", "/etc/systemd/system/watch.service"}).exit == 0);

  CHECK(machine.call("systemctl", {"is-active", "watch"}).output == "active\n");
  REQUIRE(machine.call("systemctl", {"stop", "watch"}).exit == 0);
  CHECK(machine.call("systemctl", {"start", "watch"}).exit == 5);
}

TEST_CASE("a job that is not waited for goes on alone", "[emulator][processes]") {
  const Machine machine;
  write_unit(machine, "watch", waits);

  CHECK(machine.call("systemctl", {"start", "--no-block", "watch"}).exit == 0);
  await(machine, "watch", "ActiveState", "active");
  CHECK(machine.call("systemctl", {"start", "--no-block", "nosuch"}).error ==
        "Failed to start nosuch.service: Unit nosuch.service not found.\n");
}

TEST_CASE("what the emulator does not play in a unit file is refused", "[emulator][processes]") {
  const std::string line = GENERATE("User=nova\n", "Type=notify\n", "ExecStop=/bin/true\n");
  const Machine machine;
  machine.write("/etc/systemd/system/odd.service", "[Service]\nExecStart=/bin/true\n" + line);

  CHECK(machine.call("systemctl", {"start", "odd"}).error.find("emulated systemd: ") == 0);
}

TEST_CASE("a process does not outlive its machine", "[emulator][processes]") {
  const Machine machine;
  write_unit(machine, "watch", waits, "Restart=always\nRestartSec=0\n");
  REQUIRE(machine.call("systemctl", {"start", "watch"}).exit == 0);
  const int main = pid(machine, "watch");

  REQUIRE(machine.driver({"destroy", "0"}).exit == 0);

  CHECK(emulated::birth_of(main) == 0);
}
