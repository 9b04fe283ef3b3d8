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

constexpr const char* uuid = "3f2504e0-4f89-41d3-9a0c-0305e82c3301";

struct World {
  FakeCloud cloud = FakeCloud::with_services();
  openstack::Session session{cloud.platform, cloud.credentials};

  void answer(const std::string& url, const std::string& body) {
    cloud.http.answer("GET " + url, HttpResponse{.code = 200, .body = body});
  }
};

}  // namespace

TEST_CASE("inventory is what is not reserved, with the disabled trait", "[openstack][client]") {
  World world;
  world.answer("http://placement/resource_providers/p1/inventories",
               R"({"resource_provider_generation": 3,
      "inventories": {"VCPU": {"total": 8, "reserved": 0, "allocation_ratio": 16.0},
                      "MEMORY_MB": {"total": 16000, "reserved": 512}}})");
  world.answer(
      "http://placement/resource_providers/p1/traits",
      R"({"traits": ["HW_CPU_X86_AVX", "COMPUTE_STATUS_DISABLED"], "resource_provider_generation": 3})");

  const auto inventory = openstack::Placement(world.session).inventory("p1");

  REQUIRE(inventory);
  CHECK(inventory->total == std::map<std::string, long long>{{"MEMORY_MB", 15488}, {"VCPU", 8}});
  CHECK(inventory->disabled);
  CHECK(world.cloud.http.requests.back().headers.at("OpenStack-API-Version") == "placement 1.6");
}

TEST_CASE("a provider that placement does not know has no inventory", "[openstack][client]") {
  World world;
  world.cloud.http.answer("GET http://placement/resource_providers/p1/inventories",
                          HttpResponse{.code = 404});

  CHECK_FALSE(openstack::Placement(world.session).inventory("p1"));
}

TEST_CASE("an inventory without total is an error", "[openstack][client]") {
  World world;
  world.answer("http://placement/resource_providers/p1/inventories",
               R"({"inventories": {"VCPU": {}}})");
  world.answer("http://placement/resource_providers/p1/traits", R"({"traits": []})");

  CHECK_THROWS_WITH(openstack::Placement(world.session).inventory("p1"), Contains("key total"));
}

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

TEST_CASE("an image is found by exact name on any page", "[openstack][client]") {
  World world;
  const std::string base = "http://image/v2/images?status=active&name=cirros";
  world.answer(
      base,
      R"({"images": [{"id": "i0", "name": "cirros-old", "status": "active"}], "next": "/v2/images?marker=i0&name=cirros"})");
  world.answer(base + "&marker=i0",
               R"({"images": [{"id": "i1", "name": "cirros", "status": "active"},
      {"id": "i2", "name": "cirros", "status": "active"}], "first": "/v2/images"})");

  CHECK(openstack::Glance(world.session).image_id("cirros") == "i1");
}

TEST_CASE("an image of an id must be active", "[openstack][client]") {
  World world;
  const std::string status = GENERATE("active", "queued");
  world.answer(
      std::string("http://image/v2/images/") + uuid,
      std::string(R"({"id": ")") + uuid + R"(", "name": "x", "status": ")" + status + R"("})");
  world.answer(std::string("http://image/v2/images?status=active&name=") + uuid,
               R"({"images": []})");

  CHECK(openstack::Glance(world.session).image_id(uuid).has_value() == (status == "active"));
}
