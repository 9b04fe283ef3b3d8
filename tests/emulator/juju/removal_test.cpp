// juju-contract row "removal".
#include "support/catch.hpp"
#include "test_world.hpp"

using namespace local_juju;

namespace {

const std::string note =
    "echo \"$JUJU_UNIT_NAME ${JUJU_DISPATCH_PATH#*/} $JUJU_REMOTE_UNIT $JUJU_DEPARTING_UNIT\" >> "
    "$OUT/notes";

struct Pair : World {
  Pair() {
    counterpart("mysql",
                {{"interface", "mysql"}, {"endpoints", {{"db", {{"app", {{"k", "v"}}}}}}}});
    deploy(
        model,
        store,
        {.archive = pack("probe",
                         {{"db-relation-departed", note},
                          {"cluster-relation-departed", note},
                          {"db-relation-broken",
                           "{ relation-list; relation-ids db; relation-get k; relation-get --app k "
                           "mysql; } > $OUT/broken"},
                          {"stop", "{ relation-ids db; state-get k; } > $OUT/stop"},
                          {"start", "state-set k=kept"},
                          {"backup", "true"}},
                         {{"metadata.yaml",
                           {test_metadata("probe") + "storage:\n  data: {type: filesystem}\n"}}}),
         .units = 2});
    integrate(model, "probe:db", "mysql");
    settle();
    forget();
  }
};

}  // namespace

TEST_CASE("a removed unit detaches, leaves its relations, then stops and is removed",
          "[emulator][juju]") {
  Pair world;
  const std::string folder = world.charm_file("probe/1", "..");
  const int id = enqueue(world.model, "probe/1", "backup", Json::object(), 0);

  remove_unit(world.model, "probe/1", false);
  world.settle();

  CHECK(world.events("probe/1") == Texts{"backup",
                                         "data-storage-detaching",
                                         "db-relation-departed mysql/0",
                                         "db-relation-broken",
                                         "cluster-relation-departed probe/0",
                                         "stop",
                                         "remove"});
  CHECK(world.events("probe/0") == Texts{"cluster-relation-departed probe/1"});
  CHECK(world.model.tasks.at(id).status == "completed");
  CHECK_FALSE(world.model.units.contains("probe/1"));
  CHECK_FALSE(world.model.machines.contains("1"));
  CHECK_FALSE(std::filesystem::exists(folder));
}

TEST_CASE("the departing unit is the one that goes, on both sides", "[emulator][juju]") {
  Pair world;
  remove_unit(world.model, "probe/1", false);
  world.settle();

  const std::string notes = world.out("notes");
  CHECK(notes.find("probe/1 db-relation-departed mysql/0 probe/1\n") != std::string::npos);
  CHECK(notes.find("probe/1 cluster-relation-departed probe/0 probe/1\n") != std::string::npos);
  CHECK(notes.find("probe/0 cluster-relation-departed probe/1 probe/1\n") != std::string::npos);
}

TEST_CASE(
    "in broken nobody is listed, the app bag is readable, the relation is shown while only the "
    "unit goes",
    "[emulator][juju]") {
  Pair world;
  remove_unit(world.model, "probe/1", false);
  world.settle();

  CHECK(world.out("broken") == "db:1\nv\nv\n");
  CHECK(world.out("stop") == "kept\n");
}

TEST_CASE("a removed relation departs and breaks, with the remote unit departing",
          "[emulator][juju]") {
  Pair world;
  remove_relation(world.model, "probe:db", "mysql");
  world.settle();

  CHECK(world.events("probe/0") == Texts{"db-relation-departed mysql/0", "db-relation-broken"});
  CHECK(world.out("notes").find("probe/0 db-relation-departed mysql/0 mysql/0\n") !=
        std::string::npos);
  CHECK(world.out("broken") == "v\nv\n");
  CHECK_FALSE(world.model.relations.contains(1));
}

TEST_CASE("a removed application takes its units and relations with it", "[emulator][juju]") {
  Pair world;
  remove_application(world.model, "probe");
  world.settle();

  CHECK(world.events("probe/0").back() == "remove");
  CHECK(world.out("notes").find("probe/0 db-relation-departed mysql/0 probe/0\n") !=
        std::string::npos);
  CHECK_FALSE(world.model.applications.contains("probe"));
  CHECK(world.model.relations.empty());
  CHECK(world.model.units.size() == 1);
}

TEST_CASE("a removed counterpart departs and breaks on our side", "[emulator][juju]") {
  Pair world;
  remove_application(world.model, "mysql");
  world.settle();

  CHECK(world.events("probe/0") == Texts{"db-relation-departed mysql/0", "db-relation-broken"});
  CHECK_FALSE(world.model.applications.contains("mysql"));
}

TEST_CASE("a unit that was never installed goes without hooks", "[emulator][juju]") {
  Pair world;
  add_units(world.model, world.store, "probe", 1);
  remove_unit(world.model, "probe/2", false);
  world.settle();

  CHECK(world.events("probe/2").empty());
  CHECK_FALSE(world.model.units.contains("probe/2"));
}

TEST_CASE("a dying unit in hook error waits until resolved, or is forced away",
          "[emulator][juju]") {
  const bool force = GENERATE(true, false);
  World world;
  world.deploy_charm("probe", {{"config-changed", "exit 1"}});
  remove_unit(world.model, "probe/0", force);
  world.settle();

  CHECK(world.model.units.contains("probe/0") == !force);
  if (force)
    return;
  resolve_unit(world.model, "probe/0", false);
  world.settle();
  CHECK_FALSE(world.model.units.contains("probe/0"));
  CHECK(world.events("probe/0").back() == "remove");
}

TEST_CASE("a dying leader resigns without a hook", "[emulator][juju]") {
  Pair world;
  remove_unit(world.model, "probe/0", false);
  world.settle();

  CHECK(world.model.applications.at("probe").leader == "probe/1");
  const Texts events = world.events("probe/1");
  CHECK(std::count(events.begin(), events.end(), "leader-elected") == 1);
}

TEST_CASE("a suspended relation breaks and comes back when resumed", "[emulator][juju]") {
  Pair world;
  world.model.relations.at(1).suspended = true;
  world.settle();
  CHECK(world.events("probe/0") == Texts{"db-relation-departed mysql/0", "db-relation-broken"});
  world.forget();

  world.model.relations.at(1).suspended = false;
  world.settle();
  CHECK(world.events("probe/0") == Texts{"db-relation-created",
                                         "db-relation-changed",
                                         "db-relation-joined mysql/0",
                                         "db-relation-changed mysql/0"});
}

TEST_CASE("a departing unit's bag stays readable in its last hooks", "[emulator][juju]") {
  World world;
  world.deploy_charm(
      "probe", {{"cluster-relation-departed", "relation-get ingress-address >> $OUT/gone"}}, 2);
  remove_unit(world.model, "probe/1", false);
  world.settle();

  CHECK(world.out("gone").find("10.10.0.11\n") != std::string::npos);
  CHECK(world.out("gone").find("10.10.0.10\n") != std::string::npos);
}

TEST_CASE("a failing last hook keeps the unit, its machine and what it may still do",
          "[emulator][juju]") {
  const std::string hook = GENERATE("cluster-relation-departed", "stop", "remove");
  World world;
  world.deploy_charm(
      "probe",
      {{hook, "[ $JUJU_UNIT_NAME = probe/0 ] || [ -e $OUT/ok ]"}, {"backup", "touch $OUT/ok"}},
      2);

  remove_unit(world.model, "probe/1", false);
  world.settle();
  REQUIRE(world.model.units.contains("probe/1"));
  CHECK(world.model.units.at("probe/1").error);
  CHECK(world.model.machines.contains("1"));
  CHECK(world.act("probe/1", "backup").status == "completed");
  world.retry();

  CHECK_FALSE(world.model.units.contains("probe/1"));
}
