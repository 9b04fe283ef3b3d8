#include <string>

#include "juju.hpp"
#include "juju/fake_juju.hpp"
#include "support/catch.hpp"

using namespace ncc;
using namespace ncc::juju;

namespace {

void ids(FakeJuju& juju, const std::string& endpoint, const std::string& json) {
  juju.answer({"relation-ids", "--format=json", endpoint}, json + "\n");
}

FakeJuju::Argv list(const std::string& id) {
  return {"relation-list", "--format=json", "-r", id};
}

FakeJuju::Argv get(const std::string& id, const std::string& unit) {
  return {"relation-get", "--format=json", "-r", id, "-", unit};
}

}  // namespace

TEST_CASE("databags of all endpoints are read in three rounds", "[juju][unit]") {
  FakeJuju juju;
  ids(juju, "amqp", R"(["amqp:10","amqp:7"])");
  ids(juju, "ovsdb", R"([])");
  ids(juju, "peer", R"(["peer:1"])");
  juju.answer(list("amqp:7"), R"(["mq/0","mq/1"])");
  juju.answer(list("amqp:10"), "[]\n");
  juju.answer(list("peer:1"), "null\n");
  juju.answer(get("amqp:7", "mq/0"), R"({"password":"p","hostname":"10.0.0.1"})");
  juju.answer(get("amqp:7", "mq/1"), "null\n");

  const auto endpoints = Tools(juju).endpoints({"amqp", "ovsdb", "peer"}, "", {});

  CHECK(endpoints ==
        std::map<std::string, Endpoint>{
            {"amqp",
             {.name = "amqp",
              .relations = {{.id = "amqp:7",
                             .units = {{"mq/0", {{"password", "p"}, {"hostname", "10.0.0.1"}}},
                                       {"mq/1", {}}}},
                            {.id = "amqp:10"}}}},
            {"ovsdb", {.name = "ovsdb"}},
            {"peer", {.name = "peer", .relations = {{.id = "peer:1"}}}}});
  CHECK(juju.rounds == std::vector<std::size_t>{3, 3, 2});
}

TEST_CASE("a relation in its broken hook is not read", "[juju][unit]") {
  FakeJuju juju;
  ids(juju, "amqp", R"(["amqp:7"])");

  const auto endpoints = Tools(juju).endpoints({"amqp"}, "amqp:7", {});

  CHECK(endpoints.at("amqp").relations.empty());
}

TEST_CASE("a known relation costs no relation-ids, and counts as not related once it is gone",
          "[juju][unit]") {
  FakeJuju juju;
  ids(juju, "ovsdb", R"(["ovsdb:5"])");
  juju.answer(list("amqp:7"), R"(["mq/0"])");
  juju.answer(get("amqp:7", "mq/0"), R"({"password":"p"})");
  juju.refuse(list("certificates:6"),
              "ERROR invalid value \"certificates:6\" for option -r: relation not found\n");
  juju.answer(list("ovsdb:5"), "[]\n");

  const auto endpoints =
      Tools(juju).endpoints({"amqp", "certificates", "ovsdb"},
                            "",
                            {},
                            {{"amqp", "amqp:7"}, {"certificates", "certificates:6"}});

  CHECK(endpoints.at("amqp").relations ==
        std::vector<Relation>{{.id = "amqp:7", .units = {{"mq/0", {{"password", "p"}}}}}});
  CHECK(endpoints.at("certificates").relations.empty());
  CHECK(juju.rounds == std::vector<std::size_t>{1, 3, 1});
}

TEST_CASE("units that are not wanted are not asked for", "[juju][unit]") {
  FakeJuju juju;
  ids(juju, "compute-peer", R"(["compute-peer:2"])");

  const auto endpoints = Tools(juju).endpoints({"compute-peer"}, "", {"compute-peer"});

  CHECK(endpoints.at("compute-peer").relations == std::vector<Relation>{{.id = "compute-peer:2"}});
}

TEST_CASE("a unit that may not be read is left out", "[juju][unit]") {
  FakeJuju juju;
  ids(juju, "amqp", R"(["amqp:7"])");
  juju.answer(list("amqp:7"), R"(["mq/0","mq/1"])");
  juju.answer(get("amqp:7", "mq/0"), R"({"password":"p"})");
  juju.refuse(get("amqp:7", "mq/1"), "ERROR permission denied\n");

  const auto endpoints = Tools(juju).endpoints({"amqp"}, "", {});

  CHECK(endpoints.at("amqp").relations ==
        std::vector<Relation>{{.id = "amqp:7", .units = {{"mq/0", {{"password", "p"}}}}}});
}

TEST_CASE("a relation that goes away meanwhile is left out", "[juju][unit]") {
  const std::string gone = "ERROR invalid value \"7\" for option -r: relation not found\n";
  FakeJuju juju;
  ids(juju, "amqp", R"(["amqp:7","amqp:8","amqp:9"])");
  juju.refuse(list("amqp:7"), gone);
  juju.answer(list("amqp:8"), R"(["mq/0","mq/1"])");
  juju.answer(list("amqp:9"), "[]");
  juju.answer(get("amqp:8", "mq/0"), R"({"password":"p"})");
  juju.refuse(get("amqp:8", "mq/1"), gone);

  const auto endpoints = Tools(juju).endpoints({"amqp"}, "", {});

  CHECK(endpoints.at("amqp").relations == std::vector<Relation>{{.id = "amqp:9"}});
}

TEST_CASE("any other failure ends the reading", "[juju][unit]") {
  FakeJuju juju;
  ids(juju, "amqp", R"(["amqp:7"])");
  juju.answer(list("amqp:7"), R"(["mq/0"])");
  juju.refuse(get("amqp:7", "mq/0"), "ERROR connection is shut down\n");

  CHECK_THROWS_WITH(Tools(juju).endpoints({"amqp"}, "", {}),
                    "relation-get ended with 1: ERROR connection is shut down");
}

TEST_CASE("networks are read side by side, unknown bindings left out", "[juju][unit]") {
  FakeJuju juju;
  juju.answer({"network-get", "--format=json", "data"},
              R"({"bind-addresses":[{"mac-address":"52:54:00:00:00:01","interface-name":"eth0",)"
              R"("addresses":[{"hostname":"","value":"10.0.0.5","cidr":"10.0.0.0/24"},)"
              R"({"hostname":"","value":"fd00::5","cidr":"fd00::/64"}]},)"
              R"({"interface-name":"eth1","addresses":[{"value":"10.1.0.5"}]}],)"
              R"("egress-subnets":["10.0.0.5/32"],"ingress-addresses":["10.0.0.9"]})");
  juju.answer({"network-get", "--format=json", "bare"}, R"({"ingress-addresses":["10.0.0.9"]})");
  juju.refuse({"network-get", "--format=json", "other"},
              "ERROR no network config found for binding \"other\"\n");

  const auto networks = Tools(juju).networks({"data", "bare", "other"});

  CHECK(networks == std::map<std::string, Network>{
                        {"data",
                         {.bind_addresses = {"10.0.0.5", "fd00::5", "10.1.0.5"},
                          .ingress_addresses = {"10.0.0.9"}}},
                        {"bare", {.bind_addresses = {}, .ingress_addresses = {"10.0.0.9"}}}});
  CHECK(juju.rounds == std::vector<std::size_t>{3});
}
