// juju-contract row "secrets".
#include "support/catch.hpp"
#include "test_world.hpp"
#include "text.hpp"

using namespace local_juju;

namespace {

using Scripts = std::map<std::string, std::string>;

/// probe/0 owns, mysql-like "user/0" consumes over relation 1.
struct Owner : World {
  explicit Owner(const Scripts& scripts = {}, int units = 1) {
    std::map<std::string, std::string> all{
        {"update-status",
         "secret-add --label pass password=one > $OUT/id; secret-grant $(cat $OUT/id) -r 1"}};
    for (const auto& [event, text] : scripts)
      all[event] = text;
    deploy(model, store, {.archive = pack("probe", all), .units = units});
    const std::string metadata = "name: user\nsummary: s\ndescription: d\nprovides: {db: mysql}\n";
    deploy(model,
           store,
           {.archive = pack("user",
                            {{"secret-changed",
                              "echo \"$JUJU_SECRET_ID [$JUJU_SECRET_LABEL]\" >> $OUT/changed"}},
                            {{"metadata.yaml", {metadata}}})});
    integrate(model, "probe:db", "user:db");
    settle();
    model.units.at("probe/0").update_status_due = true;
    settle();
    id = out("id").substr(0, out("id").size() - 1);
    forget();
  }

  std::string read(const std::string& options = "") {
    const Json results = exec("user/0", "secret-get " + id + " --format=json " + options);
    return results.value("stdout", "") + results.value("stderr", "");
  }

  std::string id;
};

}  // namespace

TEST_CASE("a secret has an id of Juju's form and stores base64", "[emulator][juju]") {
  Owner world;

  CHECK(world.id.size() == 27);
  CHECK(world.model.secrets.begin()->second.revisions.at(1) == Bag{{"password", "b25l"}});
}

TEST_CASE("a consumer tracks a revision until it refreshes", "[emulator][juju]") {
  Owner world;
  CHECK(world.read() == "{\"password\":\"one\"}\n");

  world.exec("probe/0", "secret-set " + world.id + " password=two");

  CHECK(world.events("user/0").back() == "secret-changed");
  CHECK(world.out("changed") == world.id + " []\n");
  CHECK(world.read() == "{\"password\":\"one\"}\n");
  CHECK(world.read("--peek") == "{\"password\":\"two\"}\n");
  CHECK(world.read() == "{\"password\":\"one\"}\n");
  CHECK(world.read("--refresh") == "{\"password\":\"two\"}\n");
  CHECK(world.read() == "{\"password\":\"two\"}\n");
}

TEST_CASE("secret-remove comes to the owner when nobody uses a revision any more",
          "[emulator][juju]") {
  Owner world(Scripts{{"secret-remove",
                       "echo $JUJU_SECRET_REVISION >> $OUT/unused; secret-remove $JUJU_SECRET_ID "
                       "--revision $JUJU_SECRET_REVISION"}});
  world.read();
  world.exec("probe/0", "secret-set " + world.id + " password=two");
  CHECK(world.out("unused").empty());

  world.read("--refresh");

  CHECK(world.out("unused") == "1\n");
  CHECK(world.model.secrets.begin()->second.revisions.size() == 1);
}

TEST_CASE("a consumer's label is its own and finds the secret", "[emulator][juju]") {
  Owner world;
  world.read("--label mine");

  CHECK(world.exec("user/0", "secret-get --label mine")["stdout"] == "password: one\n");
  CHECK(world.exec("user/0", "secret-get --label mine password")["return-code"] == 2);
  CHECK(world.exec("user/0", "secret-get --label pass")["stderr"] ==
        "ERROR secret \"pass\" not found\n");
  world.exec("probe/0", "secret-set " + world.id + " password=two");
  CHECK(world.out("changed") == world.id + " [mine]\n");
}

TEST_CASE("only granted units read, only owners manage", "[emulator][juju]") {
  Owner world(Scripts{}, 2);
  const std::string bare = world.id.substr(7);
  world.exec("probe/0", "secret-revoke " + world.id + " -r 1");

  CHECK(world.read() == "ERROR permission denied\n");
  CHECK(world.exec("user/0", "secret-set " + world.id + " password=x")["stderr"] ==
        "ERROR permission denied\n");
  CHECK(world.exec("user/0", "secret-info-get " + world.id)["stderr"] ==
        "ERROR secret \"" + bare + "\" not found\n");
  CHECK(world.exec("probe/1", "secret-set " + world.id + " password=x")["stderr"] ==
        "ERROR this unit is not the leader\n");
  CHECK(world.exec("probe/1", "secret-get " + world.id + " password")["stdout"] == "one\n");
  CHECK(world.exec("probe/1", "secret-add password=x")["stderr"] ==
        "ERROR this unit is not the leader\n");
}

TEST_CASE("info and ids are for owners", "[emulator][juju]") {
  Owner world;
  const std::string bare = world.id.substr(7);

  const Json info =
      Json::parse(world.call("probe/0", "secret-info-get", {world.id, "--format=json"}).out);
  CHECK(info[bare]["revision"] == 1);
  CHECK(info[bare]["label"] == "pass");
  CHECK(info[bare]["owner"] == "application");
  CHECK(info[bare]["rotation"] == "never");
  CHECK(info[bare]["access"][0]["target"] == "application-user");
  CHECK(world.call("probe/0", "secret-ids", {"--format=json"}).out == "[\"" + bare + "\"]\n");
  CHECK(world.call("user/0", "secret-ids", {"--format=json"}).out == "null\n");
}

TEST_CASE("rotate and expire run their hooks on the owner", "[emulator][juju]") {
  Owner world(Scripts{{"secret-rotate",
                       "echo \"$JUJU_SECRET_LABEL ${JUJU_SECRET_REVISION-none}\" > $OUT/rotate"},
                      {"secret-expired", "echo $JUJU_SECRET_REVISION > $OUT/expired"}},
              2);
  Secret& secret = world.model.secrets.begin()->second;
  secret.rotate_due = true;
  secret.expired = {1};
  world.settle();

  CHECK(world.out("rotate") == "pass none\n");
  CHECK(world.out("expired") == "1\n");
  CHECK(world.events("probe/0") == Texts{"secret-expired", "secret-rotate"});
  CHECK(world.events("probe/1").empty());
}

TEST_CASE("within a hook a new secret is readable and an update only by peeking",
          "[emulator][juju]") {
  Owner world(Scripts{
      {"backup",
       "new=$(secret-add --owner unit key1=new); secret-get $new key1 > $OUT/seen;"
       "old=$(cat $OUT/../id); secret-get $old password >> $OUT/seen; secret-set $old "
       "password=two;"
       "secret-get $old password >> $OUT/seen; secret-get $old password --peek >> $OUT/seen"}});
  write_file(world.folder / "id", world.id + "\n");

  world.act("probe/0", "backup");

  CHECK(world.out("seen") == "new\none\none\ntwo\n");
}

TEST_CASE("keys, values and options of secrets have rules", "[emulator][juju]") {
  World world;
  world.deploy_charm("probe");
  const auto [arguments, error] = GENERATE(table<Texts, std::string>(
      {{Texts{}, "missing secret value or filename"},
       {Texts{"ab=x"}, "key \"ab\" not valid"},
       {Texts{"abc="}, "key value \"abc\" not valid"},
       {Texts{"abc=x", "--rotate", "often"}, "rotate policy \"often\" not valid"},
       {Texts{"abc=x", "--owner", "model"}, "secret owner \"model\" not valid"},
       {Texts{"abc=x", "--expire", "soon"}, "expire time or duration \"soon\" not valid"},
       {Texts{"abc#base64=*"}, "invalid base64 value for key \"abc\""}}));

  CHECK(world.call("probe/0", "secret-add", arguments).err == "ERROR " + error + "\n");
}

TEST_CASE("values come as text, base64 or from a file", "[emulator][juju]") {
  World world;
  world.deploy_charm(
      "probe",
      {{"install",
        "printf '\\377\\n' > $OUT/bytes; id=$(secret-add key1=v key2#base64=eA== "
        "key3#file=$OUT/bytes);"
        "secret-get $id --format=json key2 > $OUT/got; secret-get $id key3#base64 >> $OUT/got"}});

  CHECK(world.out("got") == "\"x\"\n/wo=\n");
}

TEST_CASE("one owner cannot use a label twice", "[emulator][juju]") {
  Owner world;

  CHECK(world.exec("probe/0", "secret-add --label pass password=x")["stderr"] ==
        "ERROR secret with label \"pass\" already exists\n");
}
