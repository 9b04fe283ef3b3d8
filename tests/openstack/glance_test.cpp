#include <string>

#include "openstack.hpp"
#include "openstack/fake_services.hpp"
#include "support/catch.hpp"

namespace {

using namespace ncc::testing;
namespace openstack = ncc::openstack;
using ncc::HttpResponse;

constexpr const char* uuid = "3f2504e0-4f89-41d3-9a0c-0305e82c3301";

using World = ServicesWorld;

}  // namespace

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
