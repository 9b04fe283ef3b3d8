// juju-contract rows "process" and "discovery".
#include <algorithm>

#include "support/catch.hpp"
#include "test_world.hpp"

using namespace local_juju;

namespace {

std::set<std::string> names_of(const std::string& environment) {
  std::set<std::string> names;
  std::istringstream in(environment);
  for (std::string line; std::getline(in, line, '\0');)
    names.insert(line.substr(0, line.find('=')));
  return names;
}

std::string dump_environment(const std::string& name) {
  return "cat /proc/$$/environ > $OUT/" + name;
}

const std::set<std::string> always{"APT_LISTCHANGES_FRONTEND",
                                   "CHARM_DIR",
                                   "CLOUD_API_VERSION",
                                   "DEBIAN_FRONTEND",
                                   "JUJU_AGENT_SOCKET_ADDRESS",
                                   "JUJU_AGENT_SOCKET_NETWORK",
                                   "JUJU_API_ADDRESSES",
                                   "JUJU_AVAILABILITY_ZONE",
                                   "JUJU_CHARM_DIR",
                                   "JUJU_CHARM_FTP_PROXY",
                                   "JUJU_CHARM_HTTPS_PROXY",
                                   "JUJU_CHARM_HTTP_PROXY",
                                   "JUJU_CHARM_NO_PROXY",
                                   "JUJU_CONTEXT_ID",
                                   "JUJU_DISPATCH_PATH",
                                   "JUJU_HOOK_NAME",
                                   "JUJU_MACHINE_ID",
                                   "JUJU_MODEL_NAME",
                                   "JUJU_MODEL_UUID",
                                   "JUJU_PRINCIPAL_UNIT",
                                   "JUJU_UNIT_NAME",
                                   "JUJU_VERSION",
                                   "LANG",
                                   "PATH",
                                   "TERM"};

std::set<std::string> with(std::set<std::string> names, const std::set<std::string>& more) {
  names.insert(more.begin(), more.end());
  return names;
}

}  // namespace

TEST_CASE("a hook gets exactly the variables of the unit agent", "[emulator][juju]") {
  World world;
  world.deploy_charm("probe", {{"install", dump_environment("env")}});

  CHECK(names_of(world.out("env")) == with(always, {"JUJU_SLA"}));
}

TEST_CASE("4.0 sets the tracing variables and no SLA", "[emulator][juju]") {
  World world("4.0");
  world.deploy_charm("probe", {{"install", dump_environment("env")}});

  CHECK(names_of(world.out("env")) == with(always,
                                           {"JUJU_CHARM_TRACE_CONFIG_CA_CERT",
                                            "JUJU_CHARM_TRACE_CONFIG_GRPC",
                                            "JUJU_CHARM_TRACE_CONFIG_HTTP"}));
}

TEST_CASE("relation hooks and actions get their own variables", "[emulator][juju]") {
  World world;
  world.counterpart("mysql", {{"interface", "mysql"}, {"endpoints", {{"db", Json::object()}}}});
  world.deploy_charm("probe",
                     {{"db-relation-created", dump_environment("created")},
                      {"db-relation-joined", dump_environment("joined")},
                      {"backup",
                       dump_environment("action") +
                           "; echo \"[$JUJU_HOOK_NAME] $JUJU_ACTION_UUID\" > $OUT/hook"}});
  integrate(world.model, "probe:db", "mysql");
  world.settle();
  const Task task = world.act("probe/0", "backup");

  const std::set<std::string> relation{
      "JUJU_RELATION", "JUJU_RELATION_ID", "JUJU_REMOTE_APP", "JUJU_REMOTE_UNIT"};
  CHECK(names_of(world.out("created")) == with(with(always, {"JUJU_SLA"}), relation));
  CHECK(world.out("created").find(std::string("JUJU_REMOTE_UNIT=\0", 18)) != std::string::npos);
  CHECK(world.out("joined").find("JUJU_REMOTE_UNIT=mysql/0") != std::string::npos);
  CHECK(names_of(world.out("action")) ==
        with(with(always, {"JUJU_SLA"}),
             {"JUJU_ACTION_NAME", "JUJU_ACTION_TAG", "JUJU_ACTION_UUID"}));
  CHECK(world.out("hook") == "[] " + std::to_string(task.id) + "\n");
}

TEST_CASE("a hook runs in the charm folder without stdin and finds the tools first on PATH",
          "[emulator][juju]") {
  World world;
  world.deploy_charm(
      "probe",
      {{"install",
        "pwd > $OUT/pwd; readlink /proc/$$/fd/0 > $OUT/stdin; type -p is-leader > $OUT/tool;"
        "echo \"$# $0\" > $OUT/argv; echo $PATH > $OUT/path"}});

  const std::string charm = world.charm_file("probe/0", "");
  CHECK(world.out("pwd") + "/" == charm.substr(0, charm.size() - 1) + "\n/");
  CHECK(world.out("stdin") == "/dev/null\n");
  CHECK(world.out("tool").find("/var/lib/juju/tools/unit-probe-0/is-leader\n") !=
        std::string::npos);
  CHECK(world.out("argv") == "0 " + charm + "dispatch\n");
  CHECK(world.out("path").find("/var/lib/juju/tools/unit-probe-0:/usr/local/sbin:") !=
        std::string::npos);
}

TEST_CASE("stdout is logged at DEBUG, stderr at WARNING, long lines in pieces of 4096",
          "[emulator][juju]") {
  World world;
  world.deploy_charm(
      "probe",
      {{"install", "echo out; printf 'err\\r\\n' >&2; head -c 5000 /dev/zero | tr '\\0' x"}});

  const std::string log = world.log("probe/0");
  CHECK(log.find(" DEBUG unit.probe/0.install out\n") != std::string::npos);
  CHECK(log.find(" WARNING unit.probe/0.install err\n") != std::string::npos);
  CHECK(log.find(std::string(4096, 'x') + "\n") != std::string::npos);
  CHECK(log.find(" " + std::string(904, 'x') + "\n") != std::string::npos);
}

TEST_CASE("a daemon that keeps the hook's pipes does not hold the agent", "[emulator][juju]") {
  World world;
  world.deploy_charm("probe", {{"install", "sleep 2 & echo ran"}});

  CHECK(world.journal()[0]["seconds"].get<double>() < 1.5);
  CHECK(world.model.units.at("probe/0").started);
}

TEST_CASE("a dispatch without execute bit fails the hook and nothing else is tried",
          "[emulator][juju]") {
  World world;
  world.deploy_charm(
      "probe",
      {},
      1,
      {{"dispatch", {"#!/bin/sh\n", 0644}}, {"hooks/install", {"#!/bin/sh\nexit 0\n", 0755}}});

  CHECK(world.model.units.at("probe/0").error);
  CHECK(world.events("probe/0") == Texts{"install"});
  CHECK(world.log("probe/0").find("permission denied") != std::string::npos);
}

TEST_CASE("without dispatch hooks are run by name and missing ones are skipped",
          "[emulator][juju]") {
  World world;
  const std::string script = "#!/bin/sh\nstatus-set active -- \"$JUJU_DISPATCH_PATH\"\n";
  world.deploy_charm("probe",
                     {},
                     1,
                     {{"dispatch", {""}},
                      {"bin/charm", {script, 0755}},
                      {"hooks/start", {"../bin/charm", 0120777}}});

  CHECK(world.model.units.at("probe/0").workload.message == "hooks/start");
  CHECK(world.events("probe/0", "missing") ==
        Texts{"install", "cluster-relation-created", "leader-elected", "config-changed"});
  CHECK(world.log("probe/0").find("skipped \"install\" hook (missing)") != std::string::npos);
  CHECK(world.log("probe/0").find("ran \"start\" hook (via explicit, bespoke hook script)") !=
        std::string::npos);
}

TEST_CASE("the agent repairs the execute bit of hooks and of nothing else", "[emulator][juju]") {
  World world;
  const std::string script = "#!/bin/sh\nexit 0\n";
  world.deploy_charm(
      "probe",
      {},
      1,
      {{"dispatch", {""}}, {"hooks/install", {script, 0644}}, {"actions/backup", {script, 0644}}});

  CHECK(world.events("probe/0", "done") == Texts{"install"});
  CHECK(world.act("probe/0", "backup").status == "failed");
}

TEST_CASE("a program that cannot be executed fails the hook", "[emulator][juju]") {
  World world;
  world.deploy_charm("probe", {}, 1, {{"dispatch", {"#!/no/such/interpreter\n", 0755}}});

  CHECK(world.model.units.at("probe/0").error);
  CHECK(world.journal()[0]["error"].get<std::string>().find("fork/exec") == 0);
}
