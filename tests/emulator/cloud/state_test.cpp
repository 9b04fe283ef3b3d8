#include "cloud/world.hpp"
#include "support/catch.hpp"

using namespace ncc::fake_cloud::test;
using ncc::fake_cloud::read_state;
using ncc::fake_cloud::StateError;

namespace {

std::string refusal(const Json& document) {
  try {
    (void)read_state(document);
    return "accepted";
  } catch (const StateError& error) {
    return error.what();
  }
}

}  // namespace

TEST_CASE("a world written and read back is the same", "[cloud][state]") {
  World world;
  world.boot({{"host", "n1"}, {"networks", "auto"}});

  const Json first = world.control("GET /_emulator/state").json();
  const Answer put = world.control("PUT /_emulator/state", first);

  CHECK(put.status() == 200);
  CHECK(put.json() == first);
  CHECK(first["servers"][0]["host"] == "n1");
}

TEST_CASE("an impossible world is refused by name", "[cloud][state]") {
  using Row = std::tuple<std::string, std::string>;
  const auto [document, message] = GENERATE(values<Row>(
      {{R"({"servers":[{"id":"s","name":"s","flavor":"1","host":"ghost"}]})",
        "impossible world: server s on unknown host ghost"},
       {R"({"services":[{"id":"a","host":"h"},{"id":"b","host":"h"}]})",
        "impossible world: two of the service nova-compute on h"},
       {R"({"clouds":1})", "state: unknown key clouds"},
       {R"({"services":[{"id":"a","host":"h","color":"red"}]})",
        "state.services[0]: unknown key color"},
       {R"({"services":[{"id":"a","host":7}]})", "state.services[0].host: not a string"},
       {R"({"hypervisors":[{"id":"a","hypervisor_hostname":"h","host":"h"}]})",
        "impossible world: hypervisor h on a host without nova-compute"},
       {R"({"allocations":[{"consumer":"c","provider":"p"}]})",
        "impossible world: allocation of c from unknown provider p"},
       {R"({"agents":[{"id":"a","host":"h","kind":"dhcp"}]})",
        "impossible world: agent a of kind dhcp"},
       {R"({"ports":[{"id":"p","network_id":"n"}]})",
        "impossible world: port p on unknown network n"},
       {R"({"services":[{"id":"a","host":"h"}],"servers":[{"id":"s","flavor":"1","host":"h",
            "status":"SHELVED_OFFLOADED"}]})",
        "impossible world: server s SHELVED_OFFLOADED on h"},
       {R"({"servers":[{"id":"s","flavor":"1","status":"PAUSED"}]})",
        "impossible world: server s PAUSED nowhere"},
       {R"({"migrations":[{"id":1,"uuid":"m","source_compute":"h","migration_type":"walk"}]})",
        "impossible world: migration m of type walk"},
       {R"({"server_groups":[{"id":"a","policy":"affinity","members":["s"]},
            {"id":"b","policy":"affinity","members":["s"]}]})",
        "impossible world: server s twice in server groups"},
       {R"({"routers":[{"id":"r","port":"p","network":"n"}]})",
        "impossible world: router r with a gateway in no external network"},
       {R"({"settings":{"move_plans":{"s":{"end":"well"}}}})",
        "impossible world: a move plan that ends with well"},
       {R"({"settings":{"token_lifetime":0}})",
        "impossible world: a lifetime that is not positive"}}));

  CHECK(refusal(Json::parse(document)) == message);
}

TEST_CASE("a refused world leaves the old one", "[cloud][state]") {
  World world;

  const Answer answer = world.control("PUT /_emulator/state", {{"clouds", 1}});

  CHECK(answer.status() == 400);
  CHECK(answer.json()["error"] == "state: unknown key clouds");
  CHECK(world.service("n1")["state"] == "up");
}

TEST_CASE("what a state leaves out is the default", "[cloud][state]") {
  const auto state = read_state({{"region", "RegionTwo"}});

  CHECK(state.region == "RegionTwo");
  CHECK(state.users[0].name == "nova_compute");
  CHECK(state.users[0].password == "cloud-secret");
  CHECK(state.users[0].roles == std::vector<std::string>{"admin"});
}

TEST_CASE("the log has what was asked but no token and no password", "[cloud][state]") {
  World world;
  world.control("DELETE /_emulator/requests");
  world.log_in("nova_compute", "cloud-secret");
  world.nova("PUT /os-services/" + world.service_id("n1"), {{"status", "disabled"}});

  const Answer answer = world.control("GET /_emulator/requests");
  const Json requests = answer.json()["requests"];

  REQUIRE(requests.size() == 3);
  CHECK(requests[0]["path"] == "/v3/auth/tokens");
  CHECK(requests[0]["body"] == "");
  CHECK(requests[1]["query"] == "binary=nova-compute&host=n1");
  CHECK(requests[1]["microversion"] == "compute 2.90");
  CHECK(requests[2]["method"] == "PUT");
  CHECK(requests[2]["status"] == 200);
  CHECK(requests[2]["body"] == R"({"status":"disabled"})");
  CHECK(answer.response.body.find("cloud-secret") == std::string::npos);
  CHECK(answer.response.body.find(world.token) == std::string::npos);
  CHECK(world.control("GET /_emulator/requests?since=2").json()["requests"].size() == 1);
}

TEST_CASE("control calls that make no sense are refused", "[cloud][control]") {
  World world;
  using Row = std::tuple<std::string, std::string>;
  const auto [what, body] =
      GENERATE(values<Row>({{"compute", R"({"host":"n1","action":"explode"})"},
                            {"compute", R"({"host":"ghost","action":"stop"})"},
                            {"compute", R"({"action":"start"})"},
                            {"agents", R"({"host":"n1","kind":"dhcp"})"},
                            {"clock", R"({"advance":-1})"},
                            {"clock", R"({"forward":1})"}}));

  const Answer answer = world.control("POST /_emulator/" + what, Json::parse(body));

  CHECK(answer.status() == 400);
  CHECK(answer.json().contains("error"));
}
