#include <string>
#include <vector>

#include "openstack/nova_world.hpp"
#include "support/catch.hpp"

using ncc::testing::NovaWorld;

TEST_CASE("a flavor is found by id before name, on any page", "[openstack][client]") {
  NovaWorld world;
  world.answer("GET", "/flavors?is_public=None", R"({"flavors": [{"id": "7", "name": "m1.tiny"}],
      "flavors_links": [{"rel": "next", "href": "http://x/v2.1/flavors?marker=7"}]})");
  world.answer(
      "GET",
      "/flavors?is_public=None&marker=7",
      R"({"flavors": [{"id": "m1.tiny", "name": "other"}, {"id": "8", "name": "m1.small"}]})");

  CHECK(world.nova.flavor_id("m1.tiny") == "m1.tiny");
  CHECK(world.nova.flavor_id("m1.small") == "8");
  CHECK_FALSE(world.nova.flavor_id("m1.huge"));
}

TEST_CASE("flavors come with what they need and their extra specs", "[openstack][client]") {
  NovaWorld world;
  world.answer("GET", "/flavors/detail?is_public=None", R"({"flavors": [
      {"id": "1", "name": "m1.tiny", "vcpus": 1, "ram": 512, "disk": 1, "swap": "",
       "OS-FLV-EXT-DATA:ephemeral": 2, "extra_specs": {"hw:cpu_policy": "dedicated"}},
      {"id": "2", "name": "m1.other", "vcpus": 1, "ram": 512, "disk": 1, "swap": 0,
       "OS-FLV-EXT-DATA:ephemeral": 0}]})");

  const std::vector<ncc::openstack::ListedFlavor> flavors = world.nova.flavors();
  REQUIRE(flavors.size() == 2);
  CHECK(flavors[0] ==
        ncc::openstack::ListedFlavor{"1",
                                     {.name = "m1.tiny",
                                      .vcpus = 1,
                                      .ram_mib = 512,
                                      .disk_gib = 1,
                                      .ephemeral_gib = 2,
                                      .extra_specs = {{"hw:cpu_policy", "dedicated"}}}});
  CHECK(world.last_version() == "compute 2.61");
}
