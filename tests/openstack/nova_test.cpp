#include <string>
#include <vector>

#include "openstack.hpp"
#include "openstack/fake_services.hpp"
#include "support/catch.hpp"

namespace {

using namespace ncc::testing;
namespace openstack = ncc::openstack;
using Catch::Matchers::Contains;
using ncc::HttpError;
using ncc::HttpResponse;

const std::string nova_url = "http://compute/v2.1";

struct World {
  FakeCloud cloud = FakeCloud::with_services();
  openstack::Session session{cloud.platform, cloud.credentials};
  openstack::Nova nova{session};

  void answer(const std::string& method, const std::string& path, const std::string& body) {
    cloud.http.answer(method + " " + nova_url + path, HttpResponse{.code = 200, .body = body});
  }

  [[nodiscard]] const ncc::HttpRequest& last() const { return cloud.http.requests.back(); }
};

std::string server(const std::string& id, const std::string& name, const std::string& host) {
  return R"({"id": ")" + id + R"(", "name": ")" + name +
         R"(", "status": "ACTIVE", "OS-EXT-SRV-ATTR:host": )" +
         (host.empty() ? "null" : '"' + host + '"') + "}";
}

}  // namespace

TEST_CASE("compute services are asked for by host", "[openstack][client]") {
  World world;
  world.answer("GET", "/os-services?binary=nova-compute&host=node3.example.org", R"({"services": [
      {"id": "s1", "binary": "nova-compute", "host": "node3.example.org", "zone": "nova",
       "status": "disabled", "state": "up", "disabled_reason": "new", "forced_down": false,
       "updated_at": "2026-01-01T00:00:00.000000"}]})");

  CHECK(world.nova.compute_services("node3.example.org") ==
        std::vector<openstack::Service>{{.id = "s1",
                                         .host = "node3.example.org",
                                         .binary = "nova-compute",
                                         .enabled = false,
                                         .up = true,
                                         .forced_down = false,
                                         .disabled_reason = "new"}});
  CHECK(world.last().headers.at("OpenStack-API-Version") == "compute 2.53");
}

TEST_CASE("all compute services are asked for without host", "[openstack][client]") {
  World world;
  world.answer("GET", "/os-services?binary=nova-compute", R"({"services": [
      {"id": "s1", "binary": "nova-compute", "host": "a", "status": "enabled", "state": "down",
       "disabled_reason": null, "forced_down": true}]})");

  CHECK(world.nova.compute_services() == std::vector<openstack::Service>{{.id = "s1",
                                                                          .host = "a",
                                                                          .binary = "nova-compute",
                                                                          .enabled = true,
                                                                          .forced_down = true}});
}

TEST_CASE("an answer of another shape names call and key", "[openstack][client]") {
  const auto [body, key] = GENERATE(table<std::string, std::string>({
      {R"({"service": []})", "key services"},
      {R"({"services": {}})", "key services"},
      {R"({"services": [7]})", "key id"},
      {R"({"services": [{"id": 7}]})", "key id"},
      {R"({"services": [{"id": "a", "host": "h", "binary": "b", "status": "x", "state": "y",
           "forced_down": "no"}]})",
       "key forced_down"},
      {"<html>OK</html>", "no JSON object"},
      {"", "no JSON object"},
  }));
  World world;
  world.answer("GET", "/os-services?binary=nova-compute", body);

  CHECK_THROWS_WITH(
      world.nova.compute_services(),
      "GET compute /os-services?binary=nova-compute answered 200: something else than promised: " +
          key);
}

TEST_CASE("a service is disabled with a reason and enabled without", "[openstack][client]") {
  World world;
  world.answer("PUT", "/os-services/s1", R"({"service": {}})");

  world.nova.disable("s1", "not joined yet");
  CHECK(json::parse(world.last().body) ==
        json::parse(R"({"status": "disabled", "disabled_reason": "not joined yet"})"));
  CHECK(world.last().headers.at("Content-Type") == "application/json");
  CHECK(world.last().headers.at("OpenStack-API-Version") == "compute 2.53");

  world.nova.enable("s1");
  CHECK(json::parse(world.last().body) == json::parse(R"({"status": "enabled"})"));
  CHECK_THROWS_AS(world.nova.disable("s1", ""), std::logic_error);
  CHECK_THROWS_AS(world.nova.disable("s1", std::string(256, 'x')), std::logic_error);
}

TEST_CASE("hypervisors of a host are found over all pages", "[openstack][client]") {
  World world;
  world.answer("GET", "/os-hypervisors/detail", R"({"hypervisors": [
      {"id": "h1", "hypervisor_hostname": "a.example.org", "service": {"id": "1", "host": "a"}}],
      "hypervisors_links": [{"rel": "next", "href": "http://internal:8774/v2.1/os-hypervisors/detail?marker=h1"}]})");
  world.answer("GET", "/os-hypervisors/detail?marker=h1", R"({"hypervisors": [
      {"id": "h2", "hypervisor_hostname": "b.example.org", "service": {"id": "2", "host": "b"}}]})");

  CHECK(world.nova.hypervisors("b") ==
        std::vector<openstack::Hypervisor>{{.id = "h2", .name = "b.example.org", .host = "b"}});
}

TEST_CASE("servers of a host are found over all pages, others' left out", "[openstack][client]") {
  World world;
  world.answer(
      "GET",
      "/servers/detail?all_tenants=1&host=a",
      R"({"servers": [)" + server("1", "x", "a") + "," + server("2", "x", "") +
          R"(], "servers_links": [{"rel": "next", "href": "https://p/servers/detail?host=a&marker=2&limit=2"}]})");
  world.answer("GET",
               "/servers/detail?all_tenants=1&host=a&marker=2",
               R"({"servers": [)" + server("3", "y", "a") + "," + server("4", "y", "b") + "]}");

  const auto servers = world.nova.servers_on("a");

  REQUIRE(servers.size() == 2);
  CHECK(servers[0] == openstack::Server{.id = "1", .name = "x", .status = "ACTIVE", .host = "a"});
  CHECK(servers[1].id == "3");
  CHECK(world.last().headers.at("X-OpenStack-Nova-API-Version") == "2.53");
}

TEST_CASE("servers without their host are an error: we are no admin", "[openstack][client]") {
  World world;
  world.answer("GET",
               "/servers/detail?all_tenants=1&host=a",
               R"({"servers": [{"id": "1", "name": "x", "status": "ACTIVE"}]})");

  CHECK_THROWS_WITH(world.nova.servers_on("a"), Contains("key OS-EXT-SRV-ATTR:host"));
}

TEST_CASE("a list that comes back to the same page is an error", "[openstack][client]") {
  const std::string page =
      R"({"servers": [], "servers_links": [{"rel": "next", "href": "http://x/?marker=2"}]})";
  World world;
  world.answer("GET", "/servers/detail?all_tenants=1&host=a", page);
  world.answer("GET", "/servers/detail?all_tenants=1&host=a&marker=2", page);

  CHECK_THROWS_WITH(world.nova.servers_on("a"), Contains("the same page again"));
}

TEST_CASE("servers are named exactly", "[openstack][client]") {
  World world;
  world.answer("GET",
               "/servers/detail?all_tenants=1&name=verify%20a",
               R"({"servers": [)" + server("1", "verify a", "h") + "," +
                   server("2", "verify ab", "h") + "]}");

  const auto servers = world.nova.servers_named("verify a");

  REQUIRE(servers.size() == 1);
  CHECK(servers[0].id == "1");
}

TEST_CASE("a server is created on a host, with or without network", "[openstack][client]") {
  World world;
  world.answer("POST", "/servers", R"({"server": {"id": "new", "adminPass": "x"}})");

  CHECK(world.nova.create_server(
            {.name = "v", .image_id = "i", .flavor_id = "f", .network_id = "n", .host = "a"}) ==
        "new");
  CHECK(json::parse(world.last().body) == json::parse(R"({"server": {"name": "v", "imageRef": "i",
      "flavorRef": "f", "networks": [{"uuid": "n"}], "host": "a"}})"));
  CHECK(world.last().headers.at("OpenStack-API-Version") == "compute 2.74");

  CHECK(world.nova.create_server({.name = "v", .image_id = "i", .flavor_id = "f"}) == "new");
  CHECK(json::parse(world.last().body) ==
        json::parse(
            R"({"server": {"name": "v", "imageRef": "i", "flavorRef": "f", "networks": "none"}})"));
}

TEST_CASE("a server is shown with its fault, or is not there", "[openstack][client]") {
  World world;
  world.answer("GET", "/servers/1", R"({"server": {"id": "1", "name": "v", "status": "ERROR",
      "OS-EXT-SRV-ATTR:host": null, "fault": {"code": 500, "message": "No valid host was found."}}})");
  world.cloud.http.answer("GET http://compute/v2.1/servers/2", HttpResponse{.code = 404});

  CHECK(world.nova.server("1") ==
        openstack::Server{
            .id = "1", .name = "v", .status = "ERROR", .fault = "No valid host was found."});
  CHECK_FALSE(world.nova.server("2"));
}

TEST_CASE("a deleted server may be gone already", "[openstack][client]") {
  World world;
  world.cloud.http.answer("DELETE http://compute/v2.1/servers/1", HttpResponse{.code = 204});
  world.cloud.http.answer("DELETE http://compute/v2.1/servers/2", HttpResponse{.code = 404});
  world.cloud.http.answer("DELETE http://compute/v2.1/servers/3", HttpResponse{.code = 409});

  world.nova.delete_server("1");
  world.nova.delete_server("2");
  CHECK_THROWS_AS(world.nova.delete_server("3"), HttpError);
}

TEST_CASE("a flavor is found by id before name, on any page", "[openstack][client]") {
  World world;
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
