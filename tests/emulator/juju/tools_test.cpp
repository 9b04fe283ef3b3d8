// juju-contract rows "tools", "stdin", "context": options, exit codes, words and output forms.
#include "support/catch.hpp"
#include "test_world.hpp"
#include "text.hpp"

using namespace local_juju;

namespace {

struct Deployed : World {
  explicit Deployed(const std::string& juju = "3.6") : World(juju) {
    counterpart("mysql",
                {{"interface", "mysql"}, {"endpoints", {{"db", {{"unit", {{"k", "<v&>"}}}}}}}});
    deploy_charm("probe");
    integrate(model, "probe:db", "mysql");
    settle();
  }

  std::string text(const std::string& tool, const Texts& arguments, const Event& event = {}) {
    const Reply reply = call("probe/0", tool, arguments, event);
    return std::to_string(reply.code) + " " + reply.out + reply.err;
  }
};

}  // namespace

TEST_CASE("options may be long, short, glued, bundled and mixed with words", "[emulator][juju]") {
  Deployed world;
  const auto reads = GENERATE(values<Texts>({{"-r", "db:1", "k", "mysql/0"},
                                             {"-rdb:1", "k", "mysql/0"},
                                             {"k", "mysql/0", "--relation=1"},
                                             {"k", "--relation", "wrong:1", "mysql/0"},
                                             {"-r", "1", "--", "k", "mysql/0"}}));

  CHECK(world.text("relation-get", reads) == "0 <v&>\n");
}

TEST_CASE("wrong options and words end with exit 2 and Juju's sentence", "[emulator][juju]") {
  Deployed world;
  const auto [tool, arguments, error] = GENERATE(table<std::string, Texts, std::string>(
      {{"config-get", {"--nope"}, "option provided but not defined: --nope"},
       {"config-get", {"-x"}, "option provided but not defined: -x"},
       {"config-get", {"--format"}, "option needs an argument: --format"},
       {"config-get",
        {"--format", "toml"},
        "invalid value \"toml\" for option --format: unknown format \"toml\""},
       {"config-get", {"--all", "debug"}, "cannot use argument --all together with key \"debug\""},
       {"config-get", {"a", "b"}, "unrecognized args: [\"b\"]"},
       {"is-leader", {"x", "y"}, "unrecognized args: [\"x\" \"y\"]"},
       {"relation-get", {}, "no relation id specified"},
       {"relation-get",
        {"-r", "9", "-", "mysql/0"},
        "invalid value \"9\" for option -r: relation not found"},
       {"relation-get", {"-r", "1"}, "no unit or application specified"},
       {"relation-get",
        {"-r", "1", "-", "mysql"},
        "expected unit name, got application name \"mysql\""},
       {"relation-ids", {}, "no endpoint name specified"},
       {"relation-set", {"-r", "1", "x"}, "expected \"key=value\", got \"x\""},
       {"relation-set", {"-r", "1", "a=1", "a=2"}, "key \"a\" specified more than once"},
       {"status-set", {}, "invalid args, require <status> [message]"},
       {"status-set",
        {"error"},
        "invalid status \"error\", expected one of [maintenance blocked waiting active]"},
       {"status-set", {"active", "hello", "world"}, "unrecognized args: [\"world\"]"},
       {"juju-log", {}, "no message specified"},
       {"application-version-set", {}, "no version specified"},
       {"network-get", {}, "no arguments specified"},
       {"unit-get", {"x"}, "unknown setting \"x\""},
       {"storage-get", {}, "no storage instance specified"},
       {"action-set", {"x"}, "argument \"x\" must be of the form key...=value"},
       {"action-set", {"stdout=x"}, "cannot set reserved action key \"stdout\""},
       {"action-fail", {"two", "words"}, "unrecognized args: [\"words\"]"},
       {"action-log", {}, "no message specified"}}));

  CHECK(world.text(tool, arguments) == "2 ERROR " + error + "\n");
}

TEST_CASE("refused operations end with exit 1 and Juju's sentence", "[emulator][juju]") {
  Deployed world;
  const auto [tool, arguments, error] = GENERATE(table<std::string, Texts, std::string>(
      {{"relation-get", {"-r", "1", "-", "other/0"}, "permission denied"},
       {"state-get", {"--strict", "k"}, "\"k\" not found"},
       {"network-get", {"nope"}, "no network config found for binding \"nope\""},
       {"action-get", {}, "not running an action"},
       {"action-set", {"a=b"}, "not running an action"},
       {"action-fail", {"x"}, "not running an action"},
       {"secret-get", {"secret:0123456789abcdefghij"}, "secret \"0123456789abcdefghij\" not found"},
       {"resource-get", {"nope"}, "could not download resource: resource \"nope\" not found"},
       {"credential-get", {}, "cannot access cloud credentials: permission denied"},
       {"add-metric", {"x=1"}, "bad request: unknown command: add-metric"}}));

  CHECK(world.text(tool, arguments) == "1 ERROR " + error + "\n");
}

TEST_CASE("a state key has 256 bytes and a value 65536 at most", "[emulator][juju]") {
  const auto [juju, end] = GENERATE(
      table<std::string, std::string>({{"3.6", " exceeded"}, {"4.0", ": quota limit exceeded"}}));
  Deployed world(juju);

  const std::string long_key = std::string(257, 'k').append("=v");
  CHECK(world.text("state-set", {long_key}) == "1 ERROR max allowed key length (256)" + end + "\n");
  const std::string long_value = std::string("k=").append(65537, 'v');
  CHECK(world.text("state-set", {long_value}) ==
        "1 ERROR max allowed value length (65536)" + end + "\n");
}

TEST_CASE("json is one line with Go's escapes and sorted keys", "[emulator][juju]") {
  Deployed world;

  CHECK(world.text("config-get", {"--format=json"}) ==
        "0 {\"debug\":false,\"number\":5,\"share\":5,\"text\":\"a\\u003cb\"}\n");
  CHECK(world.text("config-get", {"--all", "--format=json"}) ==
        "0 "
        "{\"debug\":false,\"number\":5,\"share\":5,\"text\":\"a\\u003cb\",\"token\":null,\"unset\":"
        "null}\n");
  CHECK(world.text("config-get", {"unset", "--format=json"}) == "0 null\n");
  CHECK(world.text("config-get", {"no-such-option", "--format=json"}) == "0 null\n");
  CHECK(world.text("relation-get", {"-r", "1", "k", "mysql/0", "--format", "json"}) ==
        "0 \"\\u003cv\\u0026\\u003e\"\n");
  CHECK(world.text("relation-get", {"-r", "1", "none", "mysql/0", "--format", "json"}) ==
        "0 null\n");
  CHECK(world.text("state-get", {"--format=json"}) == "0 null\n");
  CHECK(world.text("state-get", {"k", "--format=json"}) == "0 \"\"\n");
  CHECK(world.text("secret-ids", {"--format=json"}) == "0 null\n");
  CHECK(world.text("relation-ids", {"nothing", "--format=json"}) == "0 []\n");
  CHECK(world.text("relation-list", {"-r", "1", "--app", "--format=json"}) == "0 \"mysql\"\n");
}

TEST_CASE("smart output is raw, True, one item a line, or YAML", "[emulator][juju]") {
  Deployed world;

  CHECK(world.text("config-get", {"debug"}) == "0 False\n");
  CHECK(world.text("config-get", {"unset"}) == "0 ");
  CHECK(world.text("config-get", {}) == "0 debug: false\nnumber: 5\nshare: 5\ntext: a<b\n");
  CHECK(world.text("is-leader", {}) == "0 True\n");
  CHECK(world.text("relation-ids", {"db"}) == "0 db:1\n");
  CHECK(go_smart(Json::array({"a", "b"})) == "a\nb\n");
  CHECK(go_smart(Json::array()) == "");
  CHECK(go_smart(Json(1e6)) == "1e+06\n");
  CHECK(go_yaml({{"l", {"x", {{"k", "true"}}}}, {"m", {{"e", ""}}}}) ==
        "l:\n- x\n- k: \"true\"\nm:\n  e: \"\"\n");
  CHECK(go_yaml({{"t", "one\ntwo\n"}}) == "t: |\n  one\n  two\n");
}

TEST_CASE("network-get keeps its order and answers selecting options alone", "[emulator][juju]") {
  Deployed world;

  CHECK(
      world.text("network-get", {"mgmt", "--format=json"}) ==
      R"(0 {"bind-addresses":[{"mac-address":"52:54:00:00:00:00","interface-name":"eth0","addresses":)"
      R"([{"hostname":"","value":"10.10.0.10","cidr":"10.10.0.0/16"}]}],"egress-subnets":["10.10.0.10/32"],)"
      R"("ingress-addresses":["10.10.0.10"]})"
      "\n");
  CHECK(world.text("network-get", {"db", "--bind-address"}) == "0 10.10.0.10\n");
  CHECK(
      world.text("network-get", {"db", "--ingress-address", "--egress-subnets", "--format=json"}) ==
      "0 {\"egress-subnets\":[\"10.10.0.10/32\"],\"ingress-address\":\"10.10.0.10\"}\n");
  CHECK(world.text("network-get", {"juju-info", "--bind-address"}) == "0 10.10.0.10\n");
  CHECK(world.text("unit-get", {"private-address"}) == "0 10.10.0.10\n");
}

TEST_CASE("stdin is read only for --file -", "[emulator][juju]") {
  World world;
  world.deploy_charm("probe",
                     {{"install",
                       "printf 'a: \" x \"\\nb: 5\\nc: true\\nd:\\n' | state-set --file - e=' y '\n"
                       "mkfifo $OUT/fifo; sleep 100 > $OUT/fifo & timeout 20 state-set f=1 < "
                       "$OUT/fifo; kill $!"}});

  CHECK(world.model.units.at("probe/0").state ==
        Bag{{"a", " x "}, {"b", "5"}, {"c", "true"}, {"d", ""}, {"e", "y"}, {"f", "1"}});
}

TEST_CASE("--file refuses nested values and JSON's surrogate escapes", "[emulator][juju]") {
  Deployed world;
  const auto text =
      GENERATE(as<std::string>{}, "a: {b: c}", "a: [1]", R"({"a": "\ud83d\ude00"})", "just text");

  CHECK(world.call("probe/0", "state-set", {"--file", "-"}, {}, text).code == 1);
}

TEST_CASE("--file and --output are relative to the caller's folder", "[emulator][juju]") {
  World world;
  world.deploy_charm(
      "probe",
      {{"install",
        "cd $OUT; echo 'k: v' > in.yaml; state-set --file in.yaml; state-get -o got.txt k"}});

  CHECK(world.out("got.txt") == "v\n");
}

TEST_CASE("a request of another context is refused", "[emulator][juju]") {
  World world;
  world.deploy_charm(
      "probe", {{"install", "JUJU_CONTEXT_ID=old is-leader 2> $OUT/err; echo $? >> $OUT/err"}});

  CHECK(world.out("err") == "ERROR bad request: wrong context ID; got \"old\"\n1\n");
}

TEST_CASE("without an agent the tools fail with exit 1", "[emulator][juju]") {
  World world;
  world.deploy_charm(
      "probe",
      {{"install",
        "env -u JUJU_CONTEXT_ID is-leader 2> $OUT/none; echo $? >> $OUT/none;"
        "JUJU_AGENT_SOCKET_ADDRESS=/nowhere is-leader 2> /dev/null; echo $? > $OUT/lost"}});

  CHECK(world.out("none") == "ERROR JUJU_CONTEXT_ID not set\n1\n");
  CHECK(world.out("lost") == "1\n");
}

TEST_CASE("tools may run at the same time", "[emulator][juju]") {
  World world;
  world.deploy_charm("probe",
                     {{"install", "for i in $(seq 40); do state-set k$i=$i & done; wait"}});

  CHECK(world.model.units.at("probe/0").state.size() == 40);
}

TEST_CASE("messages larger than a pipe pass in both directions", "[emulator][juju]") {
  World world;
  world.deploy_charm("probe",
                     {{"install",
                       "for i in $(seq 30); do echo \"k$i: $(head -c 60000 /dev/zero | tr '\\0' "
                       "x)\"; done | state-set --file -;"
                       "state-get --format=json | wc -c > $OUT/size"}});

  CHECK(std::stoi(world.out("size")) > 1800000);
}
