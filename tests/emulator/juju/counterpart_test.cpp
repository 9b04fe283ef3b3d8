// Counterpart charms played by databags.
#include "counterpart.hpp"

#include "support/catch.hpp"
#include "test_world.hpp"

using namespace local_juju;

TEST_CASE("a setting waits for the key it asks for", "[emulator][juju]") {
  const Json settings = {{"password", "pw-{{remote.username}}"}, {"fixed", "x"}};

  CHECK(expand(settings, {{"a/0", {}}}, {}) == Bag{{"fixed", "x"}});
  CHECK(expand(settings, {{"a/0", {}}, {"a/1", {{"username", "nova"}}}}, {}) ==
        Bag{{"fixed", "x"}, {"password", "pw-nova"}});
}

TEST_CASE("a key with a placeholder is answered for each of our units", "[emulator][juju]") {
  const Json settings = {{"{{remote.unit_name_underscored}}.server.cert",
                          "for {{remote.common_name}} at {{self.unit}}"}};

  CHECK(expand(settings,
               {{"a-b/0", {{"common_name", "x"}}}, {"a-b/1", {{"common_name", "y"}}}},
               {{"self.unit", "v/0"}}) ==
        Bag{{"a-b_0.server.cert", "for x at v/0"}, {"a-b_1.server.cert", "for y at v/0"}});
}

TEST_CASE("unknown and open placeholders are refused", "[emulator][juju]") {
  CHECK_THROWS_AS(expand({{"k", "{{shell:date}}"}}, {{"a/0", {}}}, {}), Refused);
  CHECK_THROWS_AS(expand({{"k", "{{remote.x"}}, {{"a/0", {}}}, {}), Refused);
}

TEST_CASE("the counterpart answers what our side asks, and we see it change", "[emulator][juju]") {
  World world;
  world.counterpart(
      "mysql",
      {{"interface", "mysql"},
       {"units", 2},
       {"endpoints",
        {{"db",
          {{"unit", {{"password", "pw-{{remote.username}}"}}}, {"unit/1", {{"extra", "x"}}}}}}}});
  world.deploy_charm("probe",
                     {{"db-relation-joined", "relation-set username=u"},
                      {"db-relation-changed", "relation-get >> $OUT/$JUJU_REMOTE_APP"}});
  integrate(world.model, "probe:db", "mysql");
  world.settle();

  CHECK(world.out("mysql").find("password: pw-u") != std::string::npos);
  CHECK(world.model.relations.at(1).members.at("mysql/1").bag.at("extra") == "x");
  CHECK_FALSE(world.model.relations.at(1).members.at("mysql/0").bag.contains("extra"));
}

TEST_CASE("an answer program runs once for each thing our side says", "[emulator][juju]") {
  World world;
  const auto program = world.folder / "counterparts/answer";
  write_file(
      program,
      "#!/bin/bash\necho run >> runs\nname=$(sed -n 's/.*\"username\":\"\\([a-z]*\\)\".*/\\1/p')\n"
      "echo \"{\\\"unit\\\": {\\\"hello\\\": \\\"$name\\\"}, \\\"app\\\": {\\\"a\\\": "
      "\\\"1\\\"}}\"\n");
  std::filesystem::permissions(program, std::filesystem::perms{0755});
  world.counterpart("mysql",
                    {{"interface", "mysql"}, {"endpoints", {{"db", {{"answer", "answer"}}}}}});
  world.deploy_charm("probe", {{"db-relation-joined", "relation-set username=nova"}});
  integrate(world.model, "probe:db", "mysql");
  world.settle();
  const std::string runs = read_file(world.folder / "counterparts/runs");
  world.exec("probe/0", "relation-set -r 1 username=nova");

  const Relation& relation = world.model.relations.at(1);
  CHECK(relation.members.at("mysql/0").bag.at("hello") == "nova");
  CHECK(relation.apps.at("mysql").bag == Bag{{"a", "1"}});
  CHECK(runs == "run\nrun\nrun\n");
  CHECK(read_file(world.folder / "counterparts/runs") == runs);
}

TEST_CASE("played peers are seen, and known ones bring no hooks", "[emulator][juju]") {
  World world;
  world.deploy_charm("probe");
  world.forget();

  add_played_units(world.model, "probe", 1000, "", true);
  world.settle();
  CHECK(world.events("probe/0").empty());
  add_played_units(world.model, "probe", 1, "", false);
  world.settle();

  CHECK(world.events("probe/0") ==
        Texts{"cluster-relation-joined probe/1001", "cluster-relation-changed probe/1001"});
  const std::string list = world.call("probe/0", "relation-list", {"-r", "0"}).out;
  CHECK(std::count(list.begin(), list.end(), '\n') == 1001);
}

TEST_CASE("two played applications cannot be related", "[emulator][juju]") {
  World world;
  for (const char* name : {"mysql", "other"})
    world.counterpart(name, {{"interface", "mysql"}, {"endpoints", {{"db", Json::object()}}}});
  world.deploy_charm("probe");
  integrate(world.model, "probe:db", "mysql");
  integrate(world.model, "probe:db", "other");

  CHECK_THROWS_AS(integrate(world.model, "mysql:db", "other:db"), Refused);
}
