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

struct World : ServicesWorld {
  [[nodiscard]] std::string version() const {
    return cloud.http.requests.back().headers.at("OpenStack-API-Version");
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

TEST_CASE("a tree of providers has a root without parent", "[openstack][client]") {
  World world;
  world.answer("http://placement/resource_providers?in_tree=p1", R"({"resource_providers": [
      {"uuid": "p1", "name": "a.example.org", "generation": 3, "parent_provider_uuid": null,
       "root_provider_uuid": "p1", "links": []},
      {"uuid": "p2", "name": "a_gpu", "generation": 1, "parent_provider_uuid": "p1",
       "root_provider_uuid": "p1", "links": []}]})");

  CHECK(openstack::Placement(world.session).tree("p1") ==
        std::vector<openstack::Provider>{{.uuid = "p1", .name = "a.example.org"},
                                         {.uuid = "p2", .name = "a_gpu", .parent = "p1"}});
  CHECK(world.version() == "placement 1.14");
}

TEST_CASE("providers are found by name", "[openstack][client]") {
  World world;
  world.answer("http://placement/resource_providers?name=a%20b", R"({"resource_providers": []})");

  CHECK(openstack::Placement(world.session).named("a b").empty());
}

TEST_CASE("allocations of a provider are listed by consumer", "[openstack][client]") {
  World world;
  world.answer("http://placement/resource_providers/p1/allocations", R"({"allocations": {
      "server": {"resources": {"VCPU": 2, "MEMORY_MB": 512}},
      "migration": {"resources": {"VCPU": 1}}}, "resource_provider_generation": 7})");

  CHECK(openstack::Placement(world.session).allocations("p1") ==
        std::map<std::string, openstack::Resources>{{"migration", {{"VCPU", 1}}},
                                                    {"server", {{"MEMORY_MB", 512}, {"VCPU", 2}}}});
  CHECK(world.version() == "placement 1.6");
}

TEST_CASE("a provider that is not there has no allocations", "[openstack][client]") {
  World world;
  world.cloud.http.answer("GET http://placement/resource_providers/p1/allocations",
                          HttpResponse{.code = 404});

  CHECK(openstack::Placement(world.session).allocations("p1").empty());
}

TEST_CASE("candidates are providers with room that are not disabled", "[openstack][client]") {
  World world;
  world.answer(
      "http://placement/allocation_candidates?resources=MEMORY_MB:512,VCPU:1"
      "&required=%21COMPUTE_STATUS_DISABLED",
      R"({"allocation_requests": [], "provider_summaries": {
          "p1": {"resources": {"VCPU": {"capacity": 128, "used": 3},
                               "MEMORY_MB": {"capacity": 15488, "used": 1024}}, "traits": []},
          "p2": {"resources": {"VCPU": {"capacity": 8, "used": 0}}, "traits": ["X"]}}})");

  CHECK(openstack::Placement(world.session)
            .candidates({{"VCPU", 1}, {"MEMORY_MB", 512}, {"DISK_GB", 0}}) ==
        openstack::Rooms{{"p1",
                          {{"VCPU", {.capacity = 128, .used = 3}},
                           {"MEMORY_MB", {.capacity = 15488, .used = 1024}}}},
                         {"p2", {{"VCPU", {.capacity = 8, .used = 0}}}}});
  CHECK(world.version() == "placement 1.22");
}

TEST_CASE("trees with room come whole, with every class and who would give",
          "[openstack][client]") {
  World world;
  world.answer("http://placement/allocation_candidates?resources=VCPU:1&limit=20000",
               R"({"allocation_requests": [{"allocations": {"p1": {"resources": {"VCPU": 1}}}},
                                  {"allocations": {"p3": {"resources": {"VCPU": 1}}}}],
          "provider_summaries": {
          "p1": {"resources": {"VCPU": {"capacity": 8, "used": 3},
                               "DISK_GB": {"capacity": 100, "used": 0}},
                 "traits": [], "parent_provider_uuid": null, "root_provider_uuid": "p1"},
          "p2": {"resources": {"VGPU": {"capacity": 2, "used": 2}},
                 "traits": [], "parent_provider_uuid": "p1", "root_provider_uuid": "p1"},
          "p3": {"resources": {}, "traits": [],
                 "parent_provider_uuid": null, "root_provider_uuid": "p3"}}})");

  const openstack::Candidates candidates =
      openstack::Placement(world.session).trees_with_room({{"VCPU", 1}});

  CHECK(candidates.able == std::set<std::string>{"p1", "p3"});
  CHECK_FALSE(candidates.truncated);
  REQUIRE(candidates.providers.size() == 3);
  CHECK(
      candidates.providers.at("p2") ==
      openstack::Candidates::Summary{.root = "p1", .room = {{"VGPU", {.capacity = 2, .used = 2}}}});
  CHECK(candidates.providers.at("p1").room.at("DISK_GB").capacity == 100);
  CHECK(world.version() == "placement 1.29");
}

TEST_CASE("custom classes are told from the standard ones", "[openstack][client]") {
  World world;
  world.answer("http://placement/resource_classes",
               R"({"resource_classes": [{"name": "VCPU"}, {"name": "CUSTOM_GOLD"}]})");

  CHECK(openstack::Placement(world.session).custom_classes() ==
        std::vector<std::string>{"CUSTOM_GOLD"});
  CHECK(world.version() == "placement 1.2");
}

TEST_CASE("a provider is deleted unless it is in use", "[openstack][client]") {
  World world;
  const std::string line = "DELETE http://placement/resource_providers/p1";
  world.cloud.http.answer(line, HttpResponse{.code = 409, .body = R"({"errors": [
      {"status": 409, "title": "Conflict", "detail": "Provider is in use."}]})"});
  world.cloud.http.answer(line, HttpResponse{.code = 204});
  openstack::Placement placement(world.session);

  const openstack::Outcome in_use = placement.delete_provider("p1");

  CHECK(in_use.verdict == Verdict::conflict);
  CHECK(in_use.message == "Provider is in use.");
  CHECK(placement.delete_provider("p1").verdict == Verdict::done);
}

TEST_CASE("allocations of a consumer are deleted", "[openstack][client]") {
  World world;
  world.cloud.http.answer("DELETE http://placement/allocations/c1", HttpResponse{.code = 204});
  world.cloud.http.answer("DELETE http://placement/allocations/c2", HttpResponse{.code = 404});
  openstack::Placement placement(world.session);

  CHECK(placement.delete_allocations("c1").verdict == Verdict::done);
  CHECK(placement.delete_allocations("c2").verdict == Verdict::missing);
}
