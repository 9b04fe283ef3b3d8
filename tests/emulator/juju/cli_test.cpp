// The program as people call it, and machine drivers.
#include <fstream>

#include <sys/wait.h>

#include "process.hpp"
#include "status.hpp"
#include "support/catch.hpp"
#include "test_world.hpp"

using namespace local_juju;

namespace {

struct Shell : World {
  /// Exit code, stdout and stderr of `local-juju ARGUMENTS`.
  std::string juju(const std::string& arguments) const {
    return output_of({"/bin/bash", "-c", command(arguments) + " 2>&1; echo \"[$?]\""});
  }

  /// The command line that `juju` runs.
  [[nodiscard]] std::string command(const std::string& arguments) const {
    const auto program =
        std::filesystem::read_symlink("/proc/self/exe").parent_path() / "local-juju";
    return "LOCAL_JUJU_MODEL=" + (folder / "cli").string() +
           " LOCAL_JUJU_COUNTERPARTS=" + (folder / "counterparts").string() + " " +
           program.string() + " " + arguments;
  }
};

}  // namespace

TEST_CASE("deploy, integrate, config, run and status work from the command line",
          "[emulator][juju]") {
  Shell shell;
  shell.counterpart("mysql", {{"interface", "mysql"}, {"endpoints", {{"db", Json::object()}}}});
  const std::string archive = shell.pack(
      "probe",
      {{"start", "status-set active 'Unit is ready'; application-version-set 29.2; open-port 80"},
       {"backup",
        "action-set to=$(action-get target); echo done; [ ! $(action-get count) ] || action-fail "
        "no"}});
  CHECK(shell.juju("deploy " + archive + " -n 2 --config number=6") == "[0]\n");
  CHECK(shell.juju("integrate probe:db mysql") == "[0]\n");
  CHECK(shell.juju("config probe number") == "6\n[0]\n");

  CHECK(shell.juju("run probe/leader backup target=tape") == "to: tape\ndone\n[0]\n");
  CHECK(shell.juju("run probe/0 backup count=1").find("failed: no\nto: disk\ndone\n[0]\n") !=
        std::string::npos);
  CHECK(shell.juju("run probe/0 probe/1 backup --format json").find("{\"probe/0\":{\"id\":\"") ==
        0);
  const std::string status = shell.juju("status");
  CHECK(status.find("probe/0*") != std::string::npos);
  CHECK(status.find("Unit is ready") != std::string::npos);
  CHECK(status.find("29.2") != std::string::npos);
  CHECK(status.find("80/tcp") != std::string::npos);
  CHECK(shell.juju("config probe nope=1") == "ERROR unknown option \"nope\"\n[1]\n");
  CHECK(shell.juju("exec -u probe/0 -- exit 3") == "[1]\n");
  CHECK(shell.juju("exec probe/0 -- is-leader --format=json") == "true\n[0]\n");
  CHECK(shell.juju("run probe/0 backup --wait=2m target=x").find("to: x\n") == 0);
  CHECK(shell.juju("remove-unit probe/1") == "[0]\n");
  CHECK(shell.juju("status --format=json").find("probe/1") == std::string::npos);
}

TEST_CASE("the JSON status has the keys of Juju's", "[emulator][juju]") {
  World world;
  world.deploy_charm("probe", {{"start", "open-port 80; status-set blocked 'no db'"}});

  const Json status = status_document(world.model);
  const Json& app = status["applications"]["probe"];

  CHECK(app["application-status"]["current"] == "blocked");
  CHECK(app["application-status"]["message"] == "no db");
  CHECK(app["base"] == Json{{"name", "ubuntu"}, {"channel", "24.04"}});
  CHECK(app["charm"] == "local:probe-0");
  CHECK(app["relations"]["cluster"][0]["related-application"] == "probe");
  CHECK(app["units"]["probe/0"]["leader"] == true);
  CHECK(app["units"]["probe/0"]["open-ports"] == Json::array({"80/tcp"}));
  CHECK(app["units"]["probe/0"]["juju-status"]["current"] == "idle");
  CHECK(status["machines"]["0"]["juju-status"]["current"] == "started");
}

TEST_CASE("the worst unit speaks for the application until a leader does", "[emulator][juju]") {
  World world;
  world.deploy_charm("probe", {{"start", "status-set active"}}, 2);
  world.exec("probe/1", "status-set waiting db");
  CHECK(shown_application(world.model, world.model.applications.at("probe")).value == "waiting");

  world.exec("probe/0", "status-set --application active ours");
  CHECK(shown_application(world.model, world.model.applications.at("probe")).message == "ours");
  CHECK(world.call("probe/1", "status-set", {"--application", "active"}).err ==
        "ERROR this unit is not the leader\n");
}

TEST_CASE("a running action is cancelled by SIGKILL and becomes aborted", "[emulator][juju]") {
  Shell shell;
  const std::string archive =
      shell.pack("probe", {{"backup", "touch $OUT/started; exec sleep 60"}});
  shell.juju("deploy " + archive);
  const std::string text = shell.juju("run probe/0 backup --background");
  const std::string id = text.substr(text.find("with task ") + 10, 1);
  const std::string started = shell.folder / "out/started";
  CHECK(
      output_of({"/bin/bash", "-c", "until [ -e " + started + " ]; do sleep 0.01; done"}).empty());

  CHECK(shell.juju("cancel-task " + id) == "Task " + id + ": aborting\n[0]\n");
  const std::string task = shell.juju("show-task " + id + " --wait");
  CHECK(task.find("status: aborted") != std::string::npos);
  CHECK(task.find("message: terminated") != std::string::npos);
  CHECK(task.find("return-code: -1") != std::string::npos);
}

TEST_CASE("a status set in a long hook is shown while the hook still runs", "[emulator][juju]") {
  Shell shell;
  const std::string done = "[ -e $OUT/go ]";
  const std::string archive =
      shell.pack("probe",
                 {{"install",
                   "sleep 0.6; status-set maintenance busy; touch $OUT/said; until " + done +
                       "; do sleep 0.01; done"}});
  const std::string out = shell.folder / "out";

  const std::string seen =
      output_of({"/bin/bash",
                 "-c",
                 shell.command("deploy " + archive) + " & until [ -e " + out +
                     "/said ]; do sleep 0.01; done; " + shell.command("status") + "; touch " + out +
                     "/go; wait"});

  CHECK(seen.find("(running install hook) busy") != std::string::npos);
}

TEST_CASE("a machine driver decides where and how a unit's processes run", "[emulator][juju]") {
  World world;
  const auto driver = world.folder / "driver";
  const std::string root = world.folder / "root";
  write_file(driver,
             "#!/bin/bash\necho \"$*\" >> " + root +
                 ".calls\ncase $1 in\n"
                 "create) mkdir -p " +
                 root +
                 "-$2 /tmp/lj-tools-$$ ;;\n"
                 "enter) printf '%s\\n' /usr/bin/env ENTERED=$2 unshare -rm --propagation private "
                 "/bin/bash -c\n"
                 "  printf '%s\\n' 'mkdir -p /var/lib/juju && mount --bind '" +
                 root +
                 "-$2/var/lib/juju' /var/lib/juju && exec \"$@\"' enter ;;\n"
                 "path) echo " +
                 root +
                 "-$2 ;;\n"
                 "address) echo 192.0.2.$((10 + $2))/24 eth$2 ;;\n"
                 "tools) printf '%s\\n' " +
                 root + "-$2/shared " + root +
                 "-$2/shared ;;\n"
                 "destroy) rm -rf " +
                 root + "-$2 ;;\nesac\n");
  std::filesystem::permissions(driver, std::filesystem::perms{0755});
  deploy(world.model,
         world.store,
         {.archive = world.pack("probe",
                                {{"install",
                                  "{ pwd; echo $0 $ENTERED; network-get db --bind-address; type -p "
                                  "is-leader; } > $OUT/seen"}}),
          .machine_command = driver});
  world.settle();

  CHECK(world.out("seen") ==
        "/var/lib/juju/agents/unit-probe-0/charm\n/var/lib/juju/agents/unit-probe-0/charm/dispatch "
        "0\n"
        "192.0.2.10\n/var/lib/juju/tools/unit-probe-0/is-leader\n");
  CHECK(std::filesystem::exists(root + "-0/var/lib/juju/agents/unit-probe-0/charm/dispatch"));
  remove_unit(world.model, "probe/0", false);
  world.settle();
  CHECK_FALSE(std::filesystem::exists(root + "-0"));
}

TEST_CASE("the world verbs reach the model", "[emulator][juju]") {
  Shell shell;
  shell.counterpart("mysql", {{"interface", "mysql"}, {"endpoints", {{"db", Json::object()}}}});
  shell.juju("deploy " + shell.pack("probe", {{"db-relation-changed", "relation-get k > $OUT/k"}}) +
             " -n 2");
  shell.juju("integrate probe:db mysql");

  CHECK(shell.juju("world databag mysql/0 db k=v") == "[0]\n");
  CHECK(shell.out("k") == "v\n");
  CHECK(shell.juju("world databag probe/0 db k=v").find("ERROR ") == 0);
  CHECK(shell.juju("world leader probe/1") == "[0]\n");
  CHECK(shell.juju("exec -u probe/1 -- is-leader") == "True\n[0]\n");
  CHECK(shell.juju("world address probe/0 db 192.0.2.9/24") == "[0]\n");
  CHECK(shell.juju("exec -u probe/0 -- network-get db --ingress-address") == "192.0.2.9\n[0]\n");
  CHECK(shell
            .juju("world tick; grep -c update-status $LOCAL_JUJU_MODEL/log.jsonl " +
                  (shell.folder / "cli/log.jsonl").string())
            .find("2") != std::string::npos);
  CHECK(shell.juju("world set shuffle=3 juju=4.0") == "[0]\n");
  CHECK(shell.juju("world set nope=3").find("ERROR unknown setting") == 0);
}

TEST_CASE("what an action logs is shown while it runs", "[emulator][juju]") {
  Shell shell;
  const std::string archive =
      shell.pack("probe",
                 {{"backup",
                   "sleep 0.6; action-log half; touch $OUT/said; until [ -e $OUT/go ]; do sleep "
                   "0.01; done"}});
  shell.juju("deploy " + archive);
  const std::string out = shell.folder / "out";

  const std::string seen =
      output_of({"/bin/bash",
                 "-c",
                 shell.command("run probe/0 backup") + " & until [ -e " + out +
                     "/said ]; do sleep 0.01; done; " + shell.command("show-task 2") + "; touch " +
                     out + "/go; wait"});

  CHECK(seen.find("status: running") != std::string::npos);
  CHECK(seen.find(" half") != std::string::npos);
}

TEST_CASE("units of a machine without power wait, are lost, and lead no more", "[emulator][juju]") {
  Shell shell;
  const std::string archive = shell.pack(
      "probe", {{"backup", "touch $OUT/ran"}, {"start", "echo $JUJU_UNIT_NAME >> $OUT/started"}});
  shell.juju("deploy " + archive + " -n 2");

  CHECK(shell.juju("world power probe/0 off") == "[0]\n");

  CHECK(shell.juju("world reboot probe/0") == "ERROR machine 0 is powered off\n[1]\n");
  CHECK(shell.juju("run probe/0 backup").find("pending") != std::string::npos);
  CHECK(shell.out("ran").empty());
  const Json status =
      Json::parse(output_of({"/bin/bash", "-c", shell.command("status --format=json")}));
  const Json& units = status["applications"]["probe"]["units"];
  CHECK(units["probe/0"]["juju-status"]["current"] == "lost");
  CHECK(units["probe/0"]["workload-status"]["message"] ==
        "agent lost, see 'juju show-status-log probe/0'");
  CHECK(units["probe/1"]["leader"] == true);
  CHECK(status["machines"]["0"]["juju-status"]["current"] == "down");
  CHECK(shell.juju("world power probe/0 on") == "[0]\n");
  CHECK(shell.out("started") == "probe/0\nprobe/1\nprobe/0\n");
  CHECK(std::filesystem::exists(shell.folder / "out/ran"));
}
