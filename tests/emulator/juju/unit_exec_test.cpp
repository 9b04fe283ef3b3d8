// juju-exec: commands that a process on the machine gives to the unit's agent, outside hooks.
#include "process.hpp"
#include "support/catch.hpp"
#include "test_world.hpp"

using namespace local_juju;

namespace {

/// The model is free for other processes; `exec` and `juju` are such.
struct Agentless : World {
  Agentless() { setenv("LOCAL_JUJU_COUNTERPARTS", (folder / "counterparts").c_str(), 1); }

  [[nodiscard]] static std::string program(const std::string& name) {
    return std::filesystem::read_symlink("/proc/self/exe").parent_path() / name;
  }

  [[nodiscard]] std::string juju(const std::string& arguments) const {
    return shell("LOCAL_JUJU_MODEL=" + (folder / "cli").string() + " " + program("local-juju") +
                 " " + arguments);
  }

  /// The client as it stands on the unit's machine.
  [[nodiscard]] std::string client() const {
    return folder / "cli/machines/0/var/lib/juju/tools/juju-exec";
  }

  [[nodiscard]] static std::string shell(const std::string& command) {
    return output_of({"/bin/bash", "-c", "{ " + command + "; } 2>&1; echo \"[$?]\""});
  }
};

}  // namespace

TEST_CASE("juju-exec runs in the unit's hook context and flushes", "[emulator][juju]") {
  const Agentless world;
  REQUIRE(world.juju("deploy " + world.pack("probe", {})) == "[0]\n");

  const std::string said =
      Agentless::shell(world.client() + " probe/0 'state-set k=v; echo $JUJU_UNIT_NAME; exit 3'");

  CHECK(said == "probe/0\n[3]\n");
  CHECK(Agentless::shell(world.client() + " -u probe/0 -- 'state-get k'") == "v\n[0]\n");
  CHECK(Agentless::shell(world.client() + " unit-probe-0 'state-get k'") == "v\n[0]\n");
  CHECK(world.juju("show-task 1") == "ERROR task 1 not found\n[1]\n");
}

TEST_CASE("wrong calls of juju-exec end as Juju's", "[emulator][juju]") {
  const auto [arguments, answer] = GENERATE(table<std::string, std::string>(
      {{"", "ERROR missing unit-name\n[2]\n"},
       {"probe/0", "ERROR missing commands\n[2]\n"},
       {"probe/0 a b", "ERROR unrecognized args: [\"b\"]\n[2]\n"},
       {"probe/7 true", "ERROR unit \"probe/7\" not found on this machine\n[1]\n"},
       {"probe/1 true", "ERROR unit \"probe/1\" not found on this machine\n[1]\n"},
       {"--frob probe/0 true", "ERROR option provided but not defined: --frob\n[2]\n"}}));
  const Agentless world;
  REQUIRE(world.juju("deploy " + world.pack("probe", {}) + " -n 2") == "[0]\n");

  CHECK(Agentless::shell(world.client() + " " + arguments) == answer);
}

TEST_CASE("juju-exec is refused inside a hook", "[emulator][juju]") {
  const Agentless world;
  REQUIRE(
      world.juju("deploy " + world.pack("probe",
                                        {{"backup",
                                          "juju-exec $JUJU_UNIT_NAME true 2> $OUT/err; echo $? >> "
                                          "$OUT/err"}})) == "[0]\n");

  REQUIRE(world.juju("run probe/0 backup") == "[0]\n");

  CHECK(world.out("err").find("ERROR juju-exec cannot be called from within a hook, have context "
                              "\"probe/0-backup-") == 0);
  CHECK(world.out("err").find("\"\n2\n") != std::string::npos);
}

TEST_CASE("juju-exec waits for what runs, and its commands outlive it", "[emulator][juju]") {
  const Agentless world;
  const std::string out = world.folder / "out";
  REQUIRE(
      world.juju("deploy " +
                 world.pack("probe",
                            {{"backup",
                              "touch $OUT/runs; until [ -e $OUT/go ]; do sleep 0.01; done; echo "
                              "action >> $OUT/order"}})) == "[0]\n");

  const std::string said = Agentless::shell(
      "LOCAL_JUJU_MODEL=" + (world.folder / "cli").string() + " " + world.program("local-juju") +
      " run probe/0 backup & until [ -e " + out + "/runs ]; do sleep 0.01; done; timeout 0.2 " +
      world.client() + " probe/0 'echo killed >> " + out + "/order'; echo $?; " + world.client() +
      " probe/0 'echo second >> " + out + "/order' & sleep 0.2; touch " + out + "/go; wait");

  CHECK(said.find("124\n") != std::string::npos);
  // Who waits for a lock is served in no order; show-task --wait comes after both.
  static_cast<void>(world.juju("show-task 1 --wait"));
  CHECK(Agentless::shell("until [ $(wc -l < " + out +
                         "/order) = 3 ]; do sleep 0.01; done; head -n1 " + out + "/order") ==
        "action\n[0]\n");
}

TEST_CASE("a daemon of an emulated machine reaches its unit", "[emulator][juju]") {
  const Agentless world;
  const std::string machines = world.folder / "machines";
  const std::string driver =
      "/usr/bin/env LOCAL_MACHINES=" + machines + " " + Agentless::program("machine-driver");
  const std::string unit =
      "[Service]\nType=oneshot\nExecStart=/usr/bin/juju-exec -u probe/0 -- \"state-set "
      "from=daemon; "
      "hostname\"\n";
  const Files more = {{"daemon.service", {unit}}};
  REQUIRE(
      world.juju("deploy " +
                 world.pack("probe",
                            {{"backup",
                              "cp daemon.service /etc/systemd/system/; systemctl daemon-reload; "
                              "systemctl start --no-block daemon"}},
                            more) +
                 " --machine-command '" + driver + "'") == "[0]\n");

  REQUIRE(world.juju("run probe/0 backup") == "[0]\n");

  const std::string log = machines + "/0/root/run/emulator/daemon.service.log";
  CHECK(Agentless::shell("until [ -s " + log + " ]; do sleep 0.01; done; cat " + log) ==
        "node-0\n[0]\n");
  CHECK(world.juju("exec probe/0 -- state-get from") == "daemon\n[0]\n");
  REQUIRE(world.juju("remove-unit probe/0") == "[0]\n");
}
