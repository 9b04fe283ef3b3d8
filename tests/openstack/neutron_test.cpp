#include <map>
#include <string>
#include <vector>

#include "openstack.hpp"
#include "openstack/fake_services.hpp"
#include "support/catch.hpp"

namespace {

using namespace ncc::testing;
namespace openstack = ncc::openstack;
using Catch::Matchers::Contains;
using ncc::HttpResponse;
using openstack::Verdict;

constexpr const char* uuid = "3f2504e0-4f89-41d3-9a0c-0305e82c3301";

using World = ServicesWorld;

}  // namespace

TEST_CASE("agents of a host are listed by Neutron", "[openstack][client]") {
  World world;
  world.answer("http://network/v2.0/agents?host=a", R"({"agents": [
      {"id": "1", "agent_type": "OVN Controller agent", "host": "a", "alive": true},
      {"id": "2", "agent_type": "OVN Metadata agent", "host": "b", "alive": true},
      {"id": "3", "agent_type": "OVN Metadata agent", "host": "a", "alive": false}]})");

  CHECK(openstack::Neutron(world.session).agents("a") ==
        std::vector<openstack::Agent>{
            {.id = "1", .type = "OVN Controller agent", .host = "a", .alive = true},
            {.id = "3", .type = "OVN Metadata agent", .host = "a", .alive = false}});
  CHECK(world.cloud.http.requests.back().headers.count("OpenStack-API-Version") == 0);
}

TEST_CASE("agents of all hosts have zones and bridges", "[openstack][client]") {
  const auto [configurations, mappings] =
      GENERATE(table<std::string, std::map<std::string, std::string>>({
          {R"({"chassis_name": "c", "bridge-mappings": "physnet1:br-ex, physnet2:br-two"})",
           {{"physnet1", "br-ex"}, {"physnet2", "br-two"}}},
          {R"({"bridge-mappings": {"physnet1": "br-ex"}})", {{"physnet1", "br-ex"}}},
          {R"({"bridge_mappings": {"physnet1": "br-ex"}})", {{"physnet1", "br-ex"}}},
          {R"({"bridge-mappings": ""})", {}},
          {R"({"bridge-mappings": "br-ex"})", {}},
          {"{}", {}},
      }));
  World world;
  world.answer("http://network/v2.0/agents",
               R"({"agents": [
      {"id": "c", "agent_type": "OVN Controller Gateway agent", "host": "a", "alive": true,
       "availability_zone": "az1, az2", "configurations": )" +
                   configurations + "}]}");

  CHECK(openstack::Neutron(world.session).agents() ==
        std::vector<openstack::Agent>{{.id = "c",
                                       .type = "OVN Controller Gateway agent",
                                       .host = "a",
                                       .alive = true,
                                       .zone = "az1, az2",
                                       .bridge_mappings = mappings}});
}

TEST_CASE("only a gateway agent's chassis may be given gateways", "[openstack][unit]") {
  CHECK(openstack::is_gateway({.type = "OVN Controller Gateway agent"}));
  CHECK_FALSE(openstack::is_gateway({.type = "OVN Controller agent"}));
  CHECK_FALSE(openstack::is_gateway({.type = "OVN Metadata agent"}));
}

TEST_CASE("an agent is found by id, its host gone with its chassis", "[openstack][client]") {
  World world;
  world.answer("http://network/v2.0/agents?id=c", R"json({"agents": [
      {"id": "c", "agent_type": "OVN Controller agent", "alive": false, "availability_zone": "",
       "host": "(\"Chassis\" register deleted)", "configurations": {"bridge-mappings": ""}}]})json");
  world.answer("http://network/v2.0/agents?id=d", R"({"agents": []})");
  openstack::Neutron neutron(world.session);

  CHECK(neutron.agent("c") == openstack::Agent{.id = "c", .type = "OVN Controller agent"});
  CHECK_FALSE(neutron.agent("d"));
}

TEST_CASE("an agent is deleted, or was", "[openstack][client]") {
  World world;
  world.cloud.http.answer("DELETE http://network/v2.0/agents/c", HttpResponse{.code = 204});
  world.cloud.http.answer(
      "DELETE http://network/v2.0/agents/d",
      HttpResponse{
          .code = 404,
          .body =
              R"({"NeutronError": {"type": "AgentNotFound", "message": "Agent d could not be found."}})"});
  openstack::Neutron neutron(world.session);

  CHECK(neutron.delete_agent("c").verdict == Verdict::done);
  const openstack::Outcome outcome = neutron.delete_agent("d");
  CHECK(outcome.verdict == Verdict::missing);
  CHECK(outcome.message == "Agent d could not be found.");
}

TEST_CASE("gateway ports of all routers are listed over all pages", "[openstack][client]") {
  World world;
  const std::string url = "http://network/v2.0/ports?device_owner=network:router_gateway";
  world.answer(url, R"({"ports": [
      {"id": "p1", "device_id": "r1", "network_id": "n1", "binding:host_id": "a"}],
      "ports_links": [{"rel": "next", "href": "http://x/v2.0/ports?limit=1&marker=p1"}]})");
  world.answer(url + "&marker=p1", R"({"ports": [
      {"id": "p2", "device_id": "r2", "network_id": "n1", "binding:host_id": ""}]})");

  CHECK(openstack::Neutron(world.session).gateway_ports() ==
        std::vector<openstack::GatewayPort>{
            {.id = "p1", .router = "r1", .network = "n1", .host = "a"},
            {.id = "p2", .router = "r2", .network = "n1"}});
}

TEST_CASE("gateway ports without their host are an error: we are no admin", "[openstack][client]") {
  World world;
  world.answer("http://network/v2.0/ports?device_owner=network:router_gateway",
               R"({"ports": [{"id": "p1", "device_id": "r1", "network_id": "n1"}]})");

  CHECK_THROWS_WITH(openstack::Neutron(world.session).gateway_ports(),
                    Contains("key binding:host_id"));
}

TEST_CASE("networks have a physical network unless they are tunnelled", "[openstack][client]") {
  World world;
  world.answer("http://network/v2.0/networks", R"({"networks": [
      {"id": "n1", "provider:physical_network": "physnet1", "provider:network_type": "flat"},
      {"id": "n2", "provider:physical_network": null, "provider:network_type": "geneve"},
      {"id": "n3", "segments": [{"provider:physical_network": null},
                                {"provider:physical_network": "physnet2"}]}]})");

  CHECK(openstack::Neutron(world.session).physical_networks() ==
        std::map<std::string, std::string>{{"n1", "physnet1"}, {"n3", "physnet2"}});
}

TEST_CASE("a network is found by name, and by id when it looks like one", "[openstack][client]") {
  World world;
  const std::string base = "http://network/v2.0/networks?";
  world.answer(base + "name=net%201", R"({"networks": [{"id": "n1", "name": "net 1"}]})");
  world.answer(base + "name=none", R"({"networks": []})");
  world.answer(base + "id=" + uuid,
               std::string(R"({"networks": [{"id": ")") + uuid + R"(", "name": "net 2"}]})");
  openstack::Neutron neutron(world.session);

  CHECK(neutron.network_id("net 1") == "n1");
  CHECK(neutron.network_id(uuid) == uuid);
  CHECK_FALSE(neutron.network_id("none"));
}
