// juju-contract rows "errors", "signals", "restart".
#include "status.hpp"
#include "support/catch.hpp"
#include "test_world.hpp"

using namespace local_juju;

namespace {

/// Fails until $OUT/well exists.
constexpr const char* ill = "[ -f $OUT/well ] || exit 3";

void heal(const World& world) {
  write_file(world.folder / "out/well", "");
}

}  // namespace

TEST_CASE("a failed hook puts the unit into error and holds everything else", "[emulator][juju]") {
  World world;
  world.deploy_charm("probe", {{"config-changed", ill}});
  set_config(world.model, "probe", {{"number", 6}});
  world.settle();

  const Unit& unit = world.model.units.at("probe/0");
  CHECK(unit.error);
  CHECK(shown_workload(world.model, unit).value == "error");
  CHECK(shown_workload(world.model, unit).message == "hook failed: \"config-changed\"");
  CHECK(world.events("probe/0").back() == "config-changed");
  CHECK(world.log("probe/0").find(
            "ERROR juju.worker.uniter.operation hook \"config-changed\" (via hook dispatching "
            "script: dispatch) failed: exit status 3") != std::string::npos);
}

TEST_CASE("a retried hook keeps its identity and sees new data", "[emulator][juju]") {
  World world;
  world.counterpart("mysql", {{"interface", "mysql"}, {"endpoints", {{"db", Json::object()}}}});
  world.deploy_charm("probe",
                     {{"db-relation-joined", "relation-get k >> $OUT/k; " + std::string(ill)}});
  integrate(world.model, "probe:db", "mysql");
  world.settle();
  world.model.relations.at(1).members.at("mysql/0").said["k"] = "v";
  heal(world);
  world.retry();

  CHECK(world.out("k") == "v\n");
  CHECK(world.events("probe/0", "failed") == Texts{"db-relation-joined mysql/0"});
  CHECK(world.events("probe/0").back() == "db-relation-changed mysql/0");
}

TEST_CASE("resolved runs the hook again, with no-retry drops it", "[emulator][juju]") {
  const auto [retry, runs] = GENERATE(table<bool, std::size_t>({{true, 2}, {false, 1}}));
  World world;
  world.deploy_charm(
      "probe", {{"install", "state-set k=v; [ -f $OUT/tried ]; s=$?; touch $OUT/tried; exit $s"}});
  CHECK_FALSE(world.model.units.at("probe/0").started);

  resolve_unit(world.model, "probe/0", retry);
  world.settle();

  CHECK(world.model.units.at("probe/0").started);
  CHECK(world.model.units.at("probe/0").state.empty() == !retry);
  const Texts events = world.events("probe/0");
  CHECK(static_cast<std::size_t>(std::count(events.begin(), events.end(), "install")) == runs);
  CHECK_THROWS_AS(resolve_unit(world.model, "probe/0", true), Refused);
}

TEST_CASE("actions run while a hook is in error, and their flush counts", "[emulator][juju]") {
  World world;
  world.deploy_charm("probe", {{"config-changed", "exit 1"}, {"backup", "state-set from=action"}});

  CHECK(world.act("probe/0", "backup").status == "completed");
  CHECK(world.model.units.at("probe/0").state == Bag{{"from", "action"}});
  CHECK(world.model.units.at("probe/0").error);
}

TEST_CASE("a hook killed by SIGKILL or SIGTERM runs again without an error", "[emulator][juju]") {
  const auto signal = GENERATE(as<std::string>{}, "KILL", "TERM");
  World world;
  world.deploy_charm(
      "probe",
      {{"install",
        "state-set n=1; [ -f $OUT/once ] || { touch $OUT/once; kill -" + signal + " $$; }"}});

  const Texts events = world.events("probe/0");
  CHECK(std::count(events.begin(), events.end(), "install") == 2);
  CHECK(world.events("probe/0", "requeued") == Texts{"install"});
  CHECK(world.model.units.at("probe/0").started);
}

TEST_CASE("a hook that dies of another signal is in error", "[emulator][juju]") {
  World world;
  world.deploy_charm("probe", {{"install", "kill -SEGV $$"}});

  CHECK(world.model.units.at("probe/0").error);
  CHECK(world.journal()[0]["error"] == "signal: segmentation fault");
}

TEST_CASE("an agent that died during a hook finds it Pending: an error, then a retry",
          "[emulator][juju]") {
  World world;
  world.deploy_charm("probe", {{"install", "cp $OUT/../model/model.json $OUT/saved"}});

  Model found = world.model;
  world.model = [&] {
    write_file(world.folder / "model/model.json", world.out("saved"));
    return world.store.load();
  }();
  CHECK(world.model.units.at("probe/0").step == Step::pending);
  recover(world.model);
  world.forget();
  world.settle();
  CHECK(world.model.units.at("probe/0").error);
  CHECK(world.events("probe/0").empty());

  world.retry();
  CHECK(world.model.units.at("probe/0").started);
  CHECK(world.events("probe/0").front() == "install");
}

TEST_CASE("an interrupted action has failed and is never run again", "[emulator][juju]") {
  World world;
  world.deploy_charm("probe", {{"backup", "touch $OUT/ran"}});
  const int id = enqueue(world.model, "probe/0", "backup", Json::object(), 0);
  world.model.tasks.at(id).status = "running";
  recover(world.model);
  world.settle();

  CHECK(world.model.tasks.at(id).status == "failed");
  CHECK(world.model.tasks.at(id).message == "action terminated");
  CHECK_FALSE(std::filesystem::exists(world.folder / "out/ran"));
}

TEST_CASE("after a reboot a started unit gets start again, before anything else",
          "[emulator][juju]") {
  World world;
  world.deploy_charm("probe");
  world.forget();

  world.model.units.at("probe/0").rebooted = true;
  set_config(world.model, "probe", {{"number", 6}});
  world.settle();

  CHECK(world.events("probe/0") == Texts{"start", "config-changed"});
}

TEST_CASE("juju-reboot reboots after the flush, --now kills and repeats the hook",
          "[emulator][juju]") {
  const auto [words, events] = GENERATE(table<std::string, Texts>(
      {{"", {"update-status", "start"}}, {"--now", {"update-status", "update-status", "start"}}}));
  World world;
  world.deploy_charm("probe",
                     {{"update-status",
                       "[ -f $OUT/once ] || { touch $OUT/once; state-set k=v; juju-reboot " +
                           words + "; echo after >> $OUT/after; }"}});
  world.forget();
  world.model.units.at("probe/0").update_status_due = true;
  world.settle();

  CHECK(world.events("probe/0") == events);
  CHECK(world.model.units.at("probe/0").state.empty() == (words == "--now"));
  CHECK(world.out("after").empty() == (words == "--now"));
}

TEST_CASE("juju-reboot is refused in an action", "[emulator][juju]") {
  World world;
  world.deploy_charm("probe", {{"backup", "juju-reboot"}});

  CHECK(world.act("probe/0", "backup").results["stderr"] ==
        "ERROR juju-reboot is not supported when running an action.\n");
}
