// juju-contract row "actions", and juju exec.
#include "support/catch.hpp"
#include "test_world.hpp"

using namespace local_juju;

TEST_CASE("defaults are inserted and floats are numbers as JSON has them", "[emulator][juju]") {
  World world;
  world.deploy_charm(
      "probe",
      {{"backup",
        "action-get --format=json > $OUT/all; action-get missing.key --format=json >> $OUT/all"}});

  world.act("probe/0", "backup", {{"count", 5}});

  CHECK(world.out("all") == "{\"count\":5,\"target\":\"disk\"}\nnull\n");
}

TEST_CASE("unknown parameters are accepted by 3.6 and refused by 4.0", "[emulator][juju]") {
  World old("3.6");
  old.deploy_charm("probe");
  CHECK(old.act("probe/0", "backup", {{"other", 1}}).status == "completed");

  World fresh("4.0");
  fresh.deploy_charm("probe");
  CHECK_THROWS_AS(fresh.act("probe/0", "backup", {{"other", 1}}), Refused);
}

TEST_CASE("parameters that break the schema are refused before the unit sees them",
          "[emulator][juju]") {
  const auto [action, params] =
      GENERATE(table<std::string, Json>({{"backup", {{"count", 0}}},
                                         {"backup", {{"count", "many"}}},
                                         {"strict", Json::object()},
                                         {"strict", {{"size", 1}, {"more", 2}}},
                                         {"nope", Json::object()}}));
  World world;
  world.deploy_charm("probe");

  CHECK_THROWS_AS(world.act("probe/0", action, params), Refused);
  CHECK(world.model.tasks.empty());
}

TEST_CASE("the end of an action decides its status, message and flush", "[emulator][juju]") {
  const auto [script, status, message, code, flushed] =
      GENERATE(table<std::string, std::string, std::string, int, bool>(
          {{"true", "completed", "", 0, true},
           {"action-fail",
            "failed",
            "action failed without reason given, check action for errors",
            0,
            true},
           {"action-fail one; action-fail -- '-two'", "failed", "-two", 0, true},
           {"action-fail x; exit 4", "failed", "exit status 4", 4, false},
           {"kill -KILL $$", "failed", "terminated", -1, false},
           {"kill -SEGV $$", "failed", "signal: segmentation fault", -1, false}}));
  World world;
  world.deploy_charm("probe", {{"backup", "state-set k=v;" + script}});

  const Task task = world.act("probe/0", "backup");

  CHECK(task.status == status);
  CHECK(task.message == message);
  CHECK(task.results["return-code"] == code);
  CHECK(world.model.units.at("probe/0").state.empty() == !flushed);
  CHECK_FALSE(world.model.units.at("probe/0").error);
}

TEST_CASE("results stand beside return-code and the texts of the process", "[emulator][juju]") {
  World world;
  world.deploy_charm(
      "probe",
      {{"backup",
        "action-set a.b=1 c=' x ' return-code=9; action-log two words; echo out; echo err >&2"}});

  const Task task = world.act("probe/0", "backup");

  CHECK(task.results == Json{{"a", {{"b", "1"}}},
                             {"c", " x "},
                             {"return-code", 0},
                             {"stderr", "err\n"},
                             {"stdout", "out\n"}});
  REQUIRE(task.log.size() == 1);
  CHECK(task.log[0].find(" two words") != std::string::npos);
}

TEST_CASE("output that is not UTF-8 comes as base64", "[emulator][juju]") {
  World world;
  world.deploy_charm("probe", {{"backup", "printf '\\377\\376'"}});

  const Task task = world.act("probe/0", "backup");

  CHECK(task.results["stdout"] == "//4=");
  CHECK(task.results["stdout-encoding"] == "base64");
}

TEST_CASE("an action whose flush is refused has failed with return-code 0", "[emulator][juju]") {
  World world;
  world.deploy_charm("probe", {{"backup", "state-set k=v"}});
  world.model.faults.push_back(parse_fault("probe/0", {"flush=refused"}));

  const Task task = world.act("probe/0", "backup");

  CHECK(task.status == "failed");
  CHECK(task.message == "committing requested changes failed");
  CHECK(task.results["return-code"] == 0);
  CHECK(task.results["stderr"].get<std::string>().find("connection is shut down") !=
        std::string::npos);
}

TEST_CASE("without dispatch an action without file is not implemented", "[emulator][juju]") {
  World world;
  world.deploy_charm(
      "probe", {}, 1, {{"dispatch", {""}}, {"hooks/install", {"#!/bin/sh\n", 0755}}});

  const Task task = world.act("probe/0", "backup");

  CHECK(task.status == "failed");
  CHECK(task.message == "action not implemented on unit \"probe/0\"");
  CHECK(task.results.empty());
}

TEST_CASE("an action has no relation of its own, but may use all of them", "[emulator][juju]") {
  World world;
  world.deploy_charm("probe",
                     {{"backup",
                       "relation-get 2> $OUT/err; relation-ids cluster > $OUT/ids; relation-set -r "
                       "0 k=v; status-set active now"}});

  world.act("probe/0", "backup");

  CHECK(world.out("err") == "ERROR no relation id specified\n");
  CHECK(world.out("ids") == "cluster:0\n");
  CHECK(world.model.relations.at(0).members.at("probe/0").bag.at("k") == "v");
  CHECK(world.model.units.at("probe/0").workload.message == "now");
}

TEST_CASE("no hook follows an action", "[emulator][juju]") {
  World world;
  world.deploy_charm("probe", {{"backup", "state-set k=v"}});
  world.forget();
  world.act("probe/0", "backup");

  CHECK(world.events("probe/0") == Texts{"backup"});
}

TEST_CASE("a pending task is cancelled without running", "[emulator][juju]") {
  World world;
  world.deploy_charm("probe", {{"backup", "touch $OUT/ran"}});
  const int id = enqueue(world.model, "probe/0", "backup", Json::object(), 0);
  Agent agent(world.model, world.store, false);

  CHECK(agent.cancel(id) == "cancelled");
  CHECK(agent.cancel(99) == "task 99 not found");
  world.settle();
  CHECK(world.out("ran").empty());
  CHECK(world.journal().back()["event"] != "backup");
}

TEST_CASE("action-log keeps a thousand lines in 3.6", "[emulator][juju]") {
  const auto [juju, kept] =
      GENERATE(table<std::string, std::size_t>({{"3.6", 1000}, {"4.0", 1100}}));
  World world(juju);
  world.deploy_charm("probe");
  const int id = enqueue(world.model, "probe/0", "backup", Json::object(), 0);

  for (int i = 0; i < 1100; ++i)
    CHECK(world.call("probe/0", "action-log", {"x"}, {.kind = "action", .task = id}).code == 0);

  CHECK(world.model.tasks.at(id).log.size() == kept);
}

TEST_CASE("juju exec runs bash without dispatch, and a failing command still flushes",
          "[emulator][juju]") {
  World world;
  world.deploy_charm("probe");

  const Json results = world.exec(
      "probe/0", "state-set k=v; echo \"${JUJU_DISPATCH_PATH-none} $JUJU_HOOK_NAME $PWD\"; exit 3");

  CHECK(results["return-code"] == 3);
  CHECK(results["stdout"].get<std::string>().find("none  /") == 0);
  CHECK(world.model.units.at("probe/0").state == Bag{{"k", "v"}});
}
