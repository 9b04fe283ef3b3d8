// juju-contract rows "relations" and "versions" (bags).
#include "support/catch.hpp"
#include "test_world.hpp"

using namespace local_juju;

namespace {

void add_mysql(World& world, int units = 1, const Json& unit = Json::object()) {
  world.counterpart(
      "mysql",
      {{"interface", "mysql"}, {"units", units}, {"endpoints", {{"db", {{"unit", unit}}}}}});
}

}  // namespace

TEST_CASE("a unit's bag is prefilled when it enters scope, by version", "[emulator][juju]") {
  const auto [juju, keys] = GENERATE(table<std::string, std::set<std::string>>(
      {{"3.6", {"egress-subnets", "ingress-address", "private-address"}},
       {"4.0", {"egress-subnets", "ingress-address"}}}));
  World world(juju);
  add_mysql(world);
  world.deploy_charm("probe", {{"db-relation-created", "relation-get - probe/0 > $OUT/bag"}});
  integrate(world.model, "probe:db", "mysql");
  world.settle();

  std::set<std::string> written;
  for (const auto& [key, value] : world.model.relations.at(1).members.at("probe/0").bag)
    written.insert(key);
  CHECK(written == keys);
  CHECK(world.out("bag").find("ingress-address: 10.10.0.10\n") != std::string::npos);
}

TEST_CASE("relation-list shows joined units and leaves out the departing one", "[emulator][juju]") {
  World world;
  add_mysql(world, 2);
  const std::string list = "echo \"$JUJU_REMOTE_UNIT:\" $(relation-list) >> $OUT/list";
  world.deploy_charm("probe",
                     {{"db-relation-created", list},
                      {"db-relation-joined", list},
                      {"db-relation-departed", list}});
  integrate(world.model, "probe:db", "mysql");
  world.settle();

  remove_unit(world.model, "mysql/0", false);
  world.settle();

  CHECK(world.out("list") == ":\nmysql/0: mysql/0\nmysql/1: mysql/0 mysql/1\nmysql/0: mysql/1\n");
}

TEST_CASE("a remote unit may be read before its joined, and after it left", "[emulator][juju]") {
  World world;
  add_mysql(world, 1, {{"k", "v"}});
  const std::string get = "relation-get k mysql/0 >> $OUT/seen";
  world.deploy_charm("probe", {{"db-relation-created", get}, {"db-relation-departed", get}});
  integrate(world.model, "probe:db", "mysql");
  world.settle();

  remove_unit(world.model, "mysql/0", false);
  world.settle();

  CHECK(world.out("seen") == "v\nv\n");
}

TEST_CASE("joined is always followed by one changed, and equal writes give none",
          "[emulator][juju]") {
  World world;
  add_mysql(world);
  world.deploy_charm("probe");
  integrate(world.model, "probe:db", "mysql");
  world.settle();
  CHECK(world.events("probe/0").back() == "db-relation-changed mysql/0");
  world.forget();

  Relation& relation = world.model.relations.at(1);
  relation.members.at("mysql/0").said = {{"a", "1"}, {"b", "2"}};
  world.settle();
  relation.members.at("mysql/0").said["a"] = "1";
  world.settle();

  CHECK(world.events("probe/0") == Texts{"db-relation-changed mysql/0"});
}

TEST_CASE("the other charm sees a write once, after the flush", "[emulator][juju]") {
  World world;
  deploy(world.model,
         world.store,
         {.archive = world.pack("front",
                                {{"db-relation-created", "relation-set a=1; relation-set b=2"}})});
  const std::string metadata = "name: back\nsummary: s\ndescription: d\nprovides: {db: mysql}\n";
  deploy(
      world.model,
      world.store,
      {.archive = world.pack("back",
                             {{"db-relation-changed", "relation-get b >> $OUT/b; echo >> $OUT/b"}},
                             {{"metadata.yaml", {metadata}}})});
  integrate(world.model, "front:db", "back:db");
  world.settle();
  world.forget();

  world.exec("front/0", "relation-set -r 1 b=3; relation-set -r 1 c=; relation-set -r 1 a=1");

  CHECK(world.events("back/0") == Texts{"db-relation-changed front/0"});
  CHECK(world.events("front/0") == Texts{"juju-exec"});
  CHECK(world.out("b") == "3\n\n");
}

TEST_CASE("an app bag is for leaders to write and gives one changed without a unit",
          "[emulator][juju]") {
  World world;
  world.deploy_charm("probe", {}, 2);
  world.forget();

  const Json other = world.exec("probe/1", "relation-set -r 0 --app k=v");
  world.exec("probe/0", "relation-set -r 0 --app k=v");

  CHECK(other["stderr"] == "ERROR cannot write relation settings\n");
  CHECK(world.events("probe/0") == Texts{"juju-exec", "cluster-relation-changed"});
  CHECK(world.events("probe/1") == Texts{"juju-exec", "cluster-relation-changed"});
}

TEST_CASE("a leader whose peer app value always differs never comes to rest", "[emulator][juju]") {
  World world;
  world.deploy_charm("probe",
                     {{"cluster-relation-changed", "relation-set --app n=$RANDOM$RANDOM"}});

  enqueue_commands(world.model, "probe/0", "relation-set -r 0 --app n=0", 0);

  CHECK_THROWS_AS(settle(world.model, world.store, false, 40), Refused);
}

TEST_CASE("the own app bag of a non-peer relation is closed to followers in 3.6 only",
          "[emulator][juju]") {
  const auto [juju, code] = GENERATE(table<std::string, int>({{"3.6", 1}, {"4.0", 0}}));
  World world(juju);
  add_mysql(world);
  world.deploy_charm("probe", {}, 2);
  integrate(world.model, "probe:db", "mysql");
  world.settle();

  CHECK(world.call("probe/0", "relation-get", {"-r", "1", "--app", "-", "probe"}).code == 0);
  CHECK(world.call("probe/1", "relation-get", {"-r", "1", "--app", "-", "probe"}).code == code);
  CHECK(world.call("probe/1", "relation-get", {"-r", "0", "--app", "-", "probe"}).code == 0);
  CHECK(world.call("probe/1", "relation-get", {"-r", "1", "-", "probe/0"}).err ==
        "ERROR permission denied\n");
  CHECK(world.call("probe/1", "relation-get", {"-r", "0", "-", "probe/0"}).code == 0);
}

TEST_CASE("a subordinate counterpart sees and is seen by its principal only", "[emulator][juju]") {
  World world;
  world.counterpart(
      "sub",
      {{"interface", "plug"},
       {"endpoints",
        {{"plug", {{"scope", "container"}, {"unit", {{"for", "{{remote.unit}}"}}}}}}}});
  world.deploy_charm("probe", {}, 2);
  integrate(world.model, "probe:plug", "sub");
  world.settle();

  const std::string own = world.call("probe/1", "relation-list", {"-r", "1"}).out;
  const std::string other = world.call("probe/0", "relation-list", {"-r", "1"}).out;
  CHECK(own != other);
  CHECK(world.call("probe/1", "relation-get", {"-r", "1", "for", own.substr(0, own.size() - 1)})
            .out == "probe/1\n");
  CHECK(world.call("probe/0", "relation-get", {"-r", "1", "for", own.substr(0, own.size() - 1)})
            .code == 1);
}

TEST_CASE("goal-state lists the units to come and peers only under units", "[emulator][juju]") {
  World world;
  add_mysql(world, 2);
  world.deploy_charm("probe");
  integrate(world.model, "probe:db", "mysql");

  const Json state = Json::parse(world.call("probe/0", "goal-state", {"--format=json"}).out);

  CHECK(state["units"].contains("probe/0"));
  CHECK(state["relations"].size() == 1);
  CHECK(state["relations"]["db"].size() == 3);
  CHECK(state["relations"]["db"]["mysql"]["status"] == "joined");
}
