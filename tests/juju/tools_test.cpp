#include <string>

#include "juju.hpp"
#include "juju/fake_juju.hpp"
#include "support/catch.hpp"

using namespace ncc;
using namespace ncc::juju;

TEST_CASE("config values become text", "[juju][unit]") {
  FakeJuju juju;
  juju.answer({"config-get", "--format=json"},
              R"({"debug":false,"ratio":16.5,"big":2000000000,"whole":5.0,"huge":1e21,)"
              R"("name":"a\u003cb\u00e4","unset":null,"empty":""})"
              "\n");

  CHECK(Tools(juju).config() == Values{{"debug", "false"},
                                       {"ratio", "16.5"},
                                       {"big", "2000000000"},
                                       {"whole", "5"},
                                       {"huge", "1000000000000000000000"},
                                       {"name", "a<b\u00e4"},
                                       {"empty", ""}});
}

TEST_CASE("null is an empty answer", "[juju][unit]") {
  FakeJuju juju;
  juju.answer({"config-get", "--format=json"}, "null\n");
  juju.answer({"action-get", "--format=json"}, "null\n");
  juju.answer({"state-get", "--format=json"}, "null\n");

  CHECK(Tools(juju).config().empty());
  CHECK(Tools(juju).action_parameters().empty());
  CHECK(Tools(juju).state().empty());
}

TEST_CASE("action parameters are flattened with dots", "[juju][unit]") {
  FakeJuju juju;
  juju.answer(
      {"action-get", "--format=json"},
      R"({"unit":"a/1","dry-run":true,"limits":{"hosts":3,"deep":{"x":"y"}},"list":["a",1]})");

  CHECK(Tools(juju).action_parameters() == Values{{"unit", "a/1"},
                                                  {"dry-run", "true"},
                                                  {"limits.hosts", "3"},
                                                  {"limits.deep.x", "y"},
                                                  {"list", R"(["a",1])"}});
}

TEST_CASE("state and leadership are read", "[juju][unit]") {
  FakeJuju juju;
  juju.answer({"state-get", "--format=json"}, R"({"joined":"yes"})");
  juju.answer({"is-leader", "--format=json"}, "true\n");

  CHECK(Tools(juju).state() == Values{{"joined", "yes"}});
  CHECK(Tools(juju).is_leader());
  juju.answer({"is-leader", "--format=json"}, "false\n");
  CHECK_FALSE(Tools(juju).is_leader());
}

TEST_CASE("a hook command that fails is an error without values", "[juju][unit]") {
  FakeJuju juju;
  juju.refuse({"relation-set", "-r", "a:1", "--file", "-"}, "ERROR cannot write settings\n");

  CHECK_THROWS_WITH(Tools(juju).relation_set("a:1", {{"password", "s3cret"}}),
                    "relation-set ended with 1: ERROR cannot write settings");
}

TEST_CASE("an answer that is no JSON is an error without the answer", "[juju][unit]") {
  FakeJuju juju;
  juju.answer({"config-get", "--format=json"}, "s3cret");

  CHECK_THROWS_WITH(Tools(juju).config(), "config-get ended with 0: its output is no JSON");
}

TEST_CASE("databags are written as raw UTF-8 on stdin", "[juju][unit]") {
  FakeJuju juju;
  juju.answer({"relation-set", "-r", "amqp:7", "--file", "-"}, "");

  Tools(juju).relation_set("amqp:7", {{"gone", ""}, {"key", "-----\nä\U0001F600\t\"<\n"}});

  CHECK(juju.inputs == std::vector<std::string>{R"({"gone":"","key":"-----\nä)"
                                                "\U0001F600"
                                                R"(\t\"<\n"})"});
}

TEST_CASE("a value that is no UTF-8 still makes valid JSON", "[juju][unit]") {
  FakeJuju juju;
  juju.answer({"relation-set", "-r", "amqp:7", "--file", "-"}, "");

  Tools(juju).relation_set("amqp:7", {{"key", "a\xff"}});

  CHECK(juju.inputs == std::vector<std::string>{"{\"key\":\"a\ufffd\"}"});
}

TEST_CASE("state is written on stdin", "[juju][unit]") {
  FakeJuju juju;
  juju.answer({"state-set", "--file", "-"}, "");

  Tools(juju).state_set({{"joined", "012"}});

  CHECK(juju.inputs == std::vector<std::string>{R"({"joined":"012"})"});
}

TEST_CASE("nothing to write is no call", "[juju][unit]") {
  FakeJuju juju;
  Tools tools(juju);

  tools.relation_set("a:1", {});
  tools.state_set({});
  tools.action_set({});

  CHECK(juju.rounds.empty());
}

TEST_CASE("free text stands behind --, as one argument", "[juju][unit]") {
  FakeJuju juju;
  Tools tools(juju);
  juju.answer({"status-set", "maintenance", "--", "-x y"}, "");
  juju.answer({"status-set", "blocked", "--", ""}, "");
  juju.answer({"status-set", "waiting", "--", "waiting: amqp"}, "");
  juju.answer({"status-set", "active", "--", "Unit is ready"}, "");
  juju.answer({"application-version-set", "--", "29.2.0"}, "");
  juju.answer({"juju-log", "-l", "INFO", "--", "--a b"}, "");
  juju.answer({"action-fail", "--", "-no"}, "");
  juju.answer({"action-log", "--", "-l"}, "");

  tools.status_set(Status::maintenance, "-x y");
  tools.status_set(Status::blocked, "");
  tools.status_set(Status::waiting, "waiting: amqp");
  tools.status_set(Status::active, "Unit is ready");
  tools.application_version_set("29.2.0");
  tools.log("INFO", "--a b");
  tools.action_fail("-no");
  tools.action_log("-l");

  CHECK(juju.rounds.size() == 8);
}

TEST_CASE("long text is cut between two characters", "[juju][unit]") {
  FakeJuju juju;
  // 102,393 characters fit before the mark; the last ä would lie across that place.
  const std::string kept(102'392, 'x');
  juju.answer({"juju-log", "-l", "ERROR", "--", kept + " (cut)"}, "");

  Tools(juju).log("ERROR", kept + "ä" + std::string(50'000, 'y'));

  CHECK(juju.rounds.size() == 1);
}

TEST_CASE("results of an action are arguments", "[juju][unit]") {
  FakeJuju juju;
  juju.answer({"action-set", "hosts.a=up", "summary=a = b"}, "");

  Tools(juju).action_set({{"summary", "a = b"}, {"hosts.a", "up"}});

  CHECK(juju.rounds.size() == 1);
}

TEST_CASE("a result that is too long for an argument is named", "[juju][unit]") {
  FakeJuju juju;

  CHECK_THROWS_WITH(Tools(juju).action_set({{"report", std::string(200'000, 'x')}}),
                    "report: the value is too long for an action result");
}

TEST_CASE("many long results are set in several calls", "[juju][unit]") {
  FakeJuju juju;
  const std::string value(100'000, 'x');
  Values values;
  FakeJuju::Argv first = {"action-set"};
  for (char key = 'a'; key < 'k'; ++key) {
    first.push_back(std::string(1, key) + "=" + value);
    values[std::string(1, key)] = value;
  }
  values["k"] = value;
  juju.answer(first, "");
  juju.answer({"action-set", "k=" + value}, "");

  Tools(juju).action_set(values);

  CHECK(juju.rounds.size() == 2);
}
