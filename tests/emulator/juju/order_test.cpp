// juju-contract rows "order" and "leadership".
#include <algorithm>

#include "resolver.hpp"
#include "support/catch.hpp"
#include "test_world.hpp"

using namespace local_juju;

TEST_CASE("a first deployment runs its hooks in Juju's order", "[emulator][juju]") {
  World world;
  world.counterpart(
      "mysql",
      {{"interface", "mysql"}, {"units", 2}, {"endpoints", {{"db", {{"app", {{"k", "v"}}}}}}}});
  deploy(
      world.model,
      world.store,
      {.archive = world.pack(
           "probe",
           {},
           {{"metadata.yaml", {test_metadata("probe") + "storage:\n  data: {type: block}\n"}}})});
  integrate(world.model, "probe:db", "mysql");
  world.settle();

  CHECK(world.events("probe/0") == Texts{"data-storage-attached",
                                         "install",
                                         "db-relation-created",
                                         "cluster-relation-created",
                                         "leader-elected",
                                         "config-changed",
                                         "start",
                                         "db-relation-changed",
                                         "db-relation-joined mysql/0",
                                         "db-relation-changed mysql/0",
                                         "db-relation-joined mysql/1",
                                         "db-relation-changed mysql/1"});
}

TEST_CASE("a follower gets leader-settings-changed in 3.6 and nothing in 4.0", "[emulator][juju]") {
  const auto [juju, told] = GENERATE(table<std::string, bool>({{"3.6", true}, {"4.0", false}}));
  World world(juju);
  world.deploy_charm("probe", {}, 2);

  const Texts events = world.events("probe/1");
  CHECK(std::count(events.begin(), events.end(), "leader-settings-changed") == (told ? 1 : 0));
  CHECK(std::count(events.begin(), events.end(), "leader-elected") == 0);
}

TEST_CASE("unit names are sorted as text", "[emulator][juju]") {
  World world;
  world.counterpart(
      "mysql", {{"interface", "mysql"}, {"units", 11}, {"endpoints", {{"db", Json::object()}}}});
  world.deploy_charm("probe");
  integrate(world.model, "probe:db", "mysql");
  world.settle();

  const Texts events = world.events("probe/0");
  const auto place = [&](const char* name) {
    return std::find(events.begin(), events.end(), name);
  };
  CHECK(place("db-relation-joined mysql/10") < place("db-relation-joined mysql/2"));
}

TEST_CASE("several changes of config give one config-changed, equal values none",
          "[emulator][juju]") {
  World world;
  world.deploy_charm("probe");
  world.forget();

  set_config(world.model, "probe", {{"number", 6}, {"debug", true}});
  set_config(world.model, "probe", {{"number", 7}});
  world.settle();
  set_config(world.model, "probe", {{"number", 7}});
  world.settle();

  CHECK(world.events("probe/0") == Texts{"config-changed"});
}

TEST_CASE("update-status comes only when nothing else is to do", "[emulator][juju]") {
  World world;
  world.deploy_charm("probe");
  world.forget();
  world.model.units.at("probe/0").update_status_due = true;
  set_config(world.model, "probe", {{"number", 6}});
  world.settle();
  CHECK(world.events("probe/0") == Texts{"config-changed"});

  world.model.units.at("probe/0").update_status_due = true;
  world.settle();
  CHECK(world.events("probe/0") == Texts{"config-changed", "update-status"});
}

TEST_CASE("an action may run before the first config-changed, never between it and start",
          "[emulator][juju]") {
  World world;
  deploy(world.model, world.store, {.archive = world.pack("probe", {})});
  Unit& unit = world.model.units.at("probe/0");
  const auto next = [&] {
    return next_event(world.model, unit, relation_order(world.model, unit, 0))->kind;
  };
  enqueue(world.model, "probe/0", "backup", Json::object(), 0);
  CHECK(next() == "install");

  unit.installed = true;
  unit.relations[0].created = true;
  unit.leader_hook_ran = true;
  CHECK(next() == "action");

  unit.step = Step::queued;
  unit.event = {.kind = "start"};
  CHECK(next() == "start");
}

TEST_CASE("shuffled models differ in order between relations, not within one", "[emulator][juju]") {
  std::set<Texts> orders;
  for (std::uint32_t seed = 1; seed <= 6; ++seed) {
    World world;
    for (const char* name : {"mysql", "maria", "percona"})
      world.counterpart(name, {{"interface", "mysql"}, {"endpoints", {{"db", Json::object()}}}});
    world.model.shuffle = seed;
    deploy(world.model, world.store, {.archive = world.pack("probe", {})});
    for (const char* name : {"mysql", "maria", "percona"})
      integrate(world.model, "probe:db", name);
    world.settle();
    const Texts events = world.events("probe/0");
    orders.insert(events);
    for (const std::string name : {"mysql/0", "maria/0", "percona/0"})
      CHECK(std::find(events.begin(), events.end(), "db-relation-joined " + name) <
            std::find(events.begin(), events.end(), "db-relation-changed " + name));
  }

  CHECK(orders.size() > 1);
}

TEST_CASE("between joined and its changed an event of higher rank may run", "[emulator][juju]") {
  World world;
  world.counterpart("mysql", {{"interface", "mysql"}, {"endpoints", {{"db", Json::object()}}}});
  world.deploy_charm("probe");
  Unit& unit = world.model.units.at("probe/0");
  unit.relations[0].changed_pending = "probe/1";
  set_config(world.model, "probe", {{"number", 6}});

  CHECK(next_event(world.model, unit, relation_order(world.model, unit, 0))->kind ==
        "config-changed");
}

TEST_CASE("a new leader gets leader-elected and the old one no event", "[emulator][juju]") {
  World world("4.0");
  world.deploy_charm("probe", {}, 2);
  world.forget();

  move_leadership(world.model, "probe", "probe/0");
  world.settle();

  CHECK(world.model.applications.at("probe").leader == "probe/1");
  CHECK(world.events("probe/0").empty());
  CHECK(world.events("probe/1") == Texts{"leader-elected"});
}

TEST_CASE("leadership once lost stays lost until the hook ends", "[emulator][juju]") {
  World world;
  world.deploy_charm("probe", {}, 2);
  const Journal journal(world.store.folder());
  Context context{world.model, world.model.units.at("probe/0"), journal};
  const auto leads = [&] { return run_tool(context, {"is-leader", {"--format=json"}}).out; };
  CHECK(leads() == "true\n");

  world.model.applications.at("probe").leader = "probe/1";
  CHECK(leads() == "false\n");
  world.model.applications.at("probe").leader = "probe/0";
  CHECK(leads() == "false\n");
}

TEST_CASE("leadership lost in the middle of a hook refuses the flush of app data",
          "[emulator][juju]") {
  World world;
  world.deploy_charm("probe",
                     {{"update-status",
                       "is-leader >> $OUT/l; if [ $(is-leader) = True ]; then relation-set -r 0 "
                       "--app k=v; juju-log x; fi"}},
                     2);
  world.model.faults.push_back(parse_fault("probe/0", {"tool=juju-log", "lose-leadership"}));
  world.model.units.at("probe/0").update_status_due = true;
  world.settle();

  CHECK(world.model.units.at("probe/0").error);
  CHECK(world.model.relations.at(0).apps["probe"].bag.empty());
  world.retry();
  CHECK_FALSE(world.model.units.at("probe/0").error);
  CHECK(world.out("l") == "True\nFalse\n");
}

TEST_CASE("leader settings are written at once and announced to followers", "[emulator][juju]") {
  World world;
  world.deploy_charm("probe", {{"update-status", "leader-set k=v; exit 1"}}, 2);
  world.forget();
  world.model.units.at("probe/0").update_status_due = true;
  world.settle();

  CHECK(world.model.units.at("probe/0").error);
  CHECK(world.events("probe/1") == Texts{"leader-settings-changed"});
  CHECK(world.call("probe/1", "leader-get", {"k"}).out == "v\n");
  CHECK(world.call("probe/1", "leader-set", {"k=w"}).err ==
        "ERROR cannot write leadership settings: cannot write settings: not the leader\n");
}
