#include <string>
#include <vector>

#include "openstack/nova_world.hpp"
#include "support/catch.hpp"

namespace {

using namespace ncc::testing;
namespace openstack = ncc::openstack;
using Catch::Matchers::Contains;
using ncc::HttpError;
using ncc::HttpResponse;
using openstack::Verdict;

FakeCloud cloud_with_volumes(const std::string& type) {
  return FakeCloud(json::array(
      {service(type, json::array({endpoint("internal", "RegionOne", "http://volume/v3/p1")}))}));
}

struct World {
  explicit World(const std::string& type = "block-storage") : cloud(cloud_with_volumes(type)) {}

  void answer(const std::string& line, int code, const std::string& body) {
    const std::size_t space = line.find(' ');
    cloud.http.answer(line.substr(0, space) + " http://volume/v3/p1" + line.substr(space + 1),
                      HttpResponse{.code = code, .body = body});
  }

  FakeCloud cloud;
  openstack::Session session{cloud.platform, cloud.credentials};
  openstack::Cinder cinder{session};
};

std::string volume(const std::string& id, const std::string& name, const std::string& status) {
  return R"({"id": ")" + id + R"(", "name": ")" + name + R"(", "status": ")" + status +
         R"(", "volume_type": "fast", "size": 2, "metadata": {"run": "r1"}, "attachments": [)" +
         (status == "in-use" ? R"({"server_id": "s1", "device": "/dev/vdb"})" : "") + "]}";
}

}  // namespace

TEST_CASE("a volume is made of a size, a type and metadata", "[openstack][client]") {
  World world;
  world.answer("POST /volumes", 202, R"({"volume": )" + volume("v1", "data", "creating") + "}");

  const openstack::Volume made = world.cinder.create(
      {.name = "data", .size_gib = 2, .type = "fast", .metadata = {{"run", "r1"}}});

  CHECK(made == openstack::Volume{"v1", "data", "creating", "fast", 2, {{"run", "r1"}}, {}});
  CHECK(json::parse(world.cloud.http.requests.back().body) == json::parse(R"({"volume":
      {"name": "data", "size": 2, "volume_type": "fast", "metadata": {"run": "r1"}}})"));
}

TEST_CASE("without a type the cloud chooses", "[openstack][client]") {
  World world;
  world.answer("POST /volumes", 202, R"({"volume": )" + volume("v1", "data", "creating") + "}");

  static_cast<void>(world.cinder.create({.name = "data"}));

  CHECK_FALSE(json::parse(world.cloud.http.requests.back().body)["volume"].contains("volume_type"));
}

TEST_CASE("a quota that is used up is told in Cinder's words", "[openstack][client]") {
  World world;
  world.answer("POST /volumes", 413, R"({"overLimit": {"code": 413, "message": "no more"}})");

  CHECK_THROWS_WITH(world.cinder.create({.name = "data"}), Contains("413") && Contains("no more"));
}

TEST_CASE("an attached volume names its servers, an unknown one is none", "[openstack][client]") {
  World world;
  world.answer("GET /volumes/v1", 200, R"({"volume": )" + volume("v1", "data", "in-use") + "}");
  world.answer("GET /volumes/v2", 404, R"({"itemNotFound": {"code": 404, "message": "no"}})");

  CHECK(world.cinder.volume("v1").value().servers == std::vector<std::string>{"s1"});
  CHECK_FALSE(world.cinder.volume("v2").has_value());
}

TEST_CASE("volumes are found by exact name and by metadata", "[openstack][client]") {
  World world;
  world.answer("GET /volumes/detail?name=data",
               200,
               R"({"volumes": [)" + volume("v1", "data", "available") + "," +
                   volume("v2", "data2", "available") + "]}");
  world.answer("GET /volumes/detail?metadata=%7B%22run%22%3A%22r1%22%7D",
               200,
               R"({"volumes": [)" + volume("v3", "x", "available") + "]}");
  world.answer("GET /volumes/detail?metadata=%7B%22run%22%3A%22r2%22%7D",
               200,
               R"({"volumes": [)" + volume("v3", "x", "available") + "]}");

  CHECK(world.cinder.volumes_named("data").size() == 1);
  CHECK(world.cinder.volumes_marked("run", "r1").size() == 1);
  CHECK(world.cinder.volumes_marked("run", "r2").empty());  // a cloud that drops the filter
}

TEST_CASE("what becomes of a deletion is an outcome", "[openstack][client]") {
  const auto [code, verdict] = GENERATE(table<int, Verdict>(
      {{202, Verdict::done}, {404, Verdict::missing}, {400, Verdict::refused}}));
  World world;
  world.answer("DELETE /volumes/v1", code, R"({"badRequest": {"code": 400, "message": "in-use"}})");

  CHECK(world.cinder.remove("v1").verdict == verdict);
}

TEST_CASE("Cinder is known by both its types, or not there", "[openstack][client]") {
  CHECK(World("block-storage").cinder.offered());
  CHECK(World("volumev3").cinder.offered());
  CHECK_FALSE(World("image").cinder.offered());
}

TEST_CASE("a volume is attached to a server and detached by Nova", "[openstack][client]") {
  NovaWorld world;
  world.answer("POST",
               "/servers/s1/os-volume_attachments",
               R"({"volumeAttachment": {"id": "v1", "device": "/dev/vdc"}})");
  world.answer("DELETE", "/servers/s1/os-volume_attachments/v1", HttpResponse{.code = 202});
  world.answer(
      "GET",
      "/servers/s1/os-volume_attachments",
      R"({"volumeAttachments": [{"volumeId": "v1", "device": "/dev/vdc"}, {"volumeId": "v2"}]})");
  world.answer("GET", "/servers/s2/os-volume_attachments", HttpResponse{.code = 404});

  CHECK(world.nova.attach_volume("s1", {"v1", "/dev/vdc"}).verdict == Verdict::done);
  CHECK(world.last_body() ==
        json::parse(R"({"volumeAttachment": {"volumeId": "v1", "device": "/dev/vdc"}})"));
  CHECK(world.nova.attach_volume("s1", {"v1"}).verdict == Verdict::done);
  CHECK(world.last_body() == json::parse(R"({"volumeAttachment": {"volumeId": "v1"}})"));
  CHECK(world.nova.attached_volumes("s1") ==
        std::vector<openstack::VolumeAttachment>{{"v1", "/dev/vdc"}, {"v2", ""}});
  CHECK_FALSE(world.nova.attached_volumes("s2").has_value());
  CHECK(world.nova.detach_volume("s1", "v1").verdict == Verdict::done);
}
