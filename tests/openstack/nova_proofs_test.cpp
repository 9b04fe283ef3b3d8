#include <string>
#include <vector>

#include "openstack/nova_world.hpp"
#include "support/catch.hpp"

namespace {

using namespace ncc::testing;
namespace openstack = ncc::openstack;
using Catch::Matchers::Contains;
using ncc::HttpResponse;
using openstack::Verdict;

}  // namespace

TEST_CASE("a keypair is imported, never made by Nova", "[openstack][client]") {
  NovaWorld world;
  world.answer("POST", "/os-keypairs", R"({"keypair": {"name": "k", "fingerprint": "aa:bb"}})");

  CHECK(world.nova.import_keypair("k", "ssh-rsa AAAA").fingerprint == "aa:bb");
  CHECK(world.last_body() ==
        json::parse(R"({"keypair": {"name": "k", "public_key": "ssh-rsa AAAA"}})"));
}

TEST_CASE("keypairs are listed from all pages", "[openstack][client]") {
  NovaWorld world;
  world.answer(
      "GET", "/os-keypairs", R"({"keypairs": [{"keypair": {"name": "a", "fingerprint": "1"}}],
      "keypairs_links": [{"rel": "next", "href": "http://x/os-keypairs?marker=a"}]})");
  world.answer("GET",
               "/os-keypairs?marker=a",
               R"({"keypairs": [{"keypair": {"name": "b", "fingerprint": "2"}}]})");

  CHECK(world.nova.keypairs() == std::vector<openstack::Keypair>{{"a", "1"}, {"b", "2"}});
}

TEST_CASE("a flavor is made private, with its extra specs", "[openstack][client]") {
  NovaWorld world;
  world.answer("POST", "/flavors", R"({"flavor": {"id": "f1"}})");
  world.answer("POST", "/flavors/f1/os-extra_specs", R"({"extra_specs": {}})");
  openstack::Flavor flavor{.name = "own", .vcpus = 2, .ram_mib = 64, .disk_gib = 1};

  CHECK(world.nova.create_flavor(flavor) == "f1");
  CHECK(world.last_body() ==
        json::parse(R"({"flavor": {"name": "own", "vcpus": 2, "ram": 64, "disk": 1,
      "OS-FLV-EXT-DATA:ephemeral": 0, "swap": 0, "os-flavor-access:is_public": false}})"));
  flavor.extra_specs = {{"hw:cpu_policy", "dedicated"}};
  CHECK(world.nova.create_flavor(flavor) == "f1");
  CHECK(world.last_body() == json::parse(R"({"extra_specs": {"hw:cpu_policy": "dedicated"}})"));
}

TEST_CASE("a console that is not ready shows nothing yet", "[openstack][client]") {
  NovaWorld world;
  world.answer("POST", "/servers/1/action", HttpResponse{.code = 409});
  world.answer("POST", "/servers/1/action", R"({"output": "login:"})");

  CHECK_FALSE(world.nova.console_output("1").has_value());
  CHECK(world.nova.console_output("1") == "login:");
}

TEST_CASE("the way to a screen is a secret", "[openstack][client]") {
  NovaWorld world;
  world.answer(
      "POST",
      "/servers/1/remote-consoles",
      R"({"remote_console": {"protocol": "vnc", "type": "novnc", "url": "http://h/?token=t"}})");

  CHECK(world.nova.vnc_url("1").reveal() == "http://h/?token=t");
  CHECK(world.last_body() ==
        json::parse(R"({"remote_console": {"protocol": "vnc", "type": "novnc"}})"));
}

TEST_CASE("a resize and its way back are actions", "[openstack][client]") {
  NovaWorld world;
  world.answer("POST", "/servers/1/action", HttpResponse{.code = 202});

  CHECK(world.nova.resize("1", "f2").verdict == Verdict::done);
  CHECK(world.last_body() == json::parse(R"({"resize": {"flavorRef": "f2"}})"));
  CHECK(world.nova.revert_resize("1").verdict == Verdict::done);
  CHECK(world.last_body() == json::parse(R"({"revertResize": null})"));
}

TEST_CASE("a server is asked for with key and security groups", "[openstack][client]") {
  NovaWorld world;
  world.answer("POST", "/servers", HttpResponse{.code = 202, .body = R"({"server": {"id": "1"}})"});

  static_cast<void>(world.nova.create_server({.name = "a", .key = "k", .security_groups = {"g"}}));

  CHECK(world.last_body()["server"]["key_name"] == "k");
  CHECK(world.last_body()["server"]["security_groups"] == json::parse(R"([{"name": "g"}])"));
}

TEST_CASE("a security group lets ICMP in and is found by its description", "[openstack][client]") {
  FakeCloud cloud = FakeCloud::with_services();
  openstack::Session session(cloud.platform, cloud.credentials);
  openstack::Neutron neutron(session);
  const std::string base = "http://network/v2.0";
  cloud.http.answer("POST " + base + "/security-groups",
                    HttpResponse{.code = 201, .body = R"({"security_group": {"id": "g1"}})"});
  cloud.http.answer("POST " + base + "/security-group-rules", HttpResponse{.code = 201});
  cloud.http.answer("GET " + base + "/security-groups?description=of%20us",
                    HttpResponse{.code = 200, .body = R"({"security_groups": [
      {"id": "g1", "name": "a", "description": "of us"}, {"id": "g2", "name": "b", "description": ""}]})"});
  cloud.http.answer(
      "DELETE " + base + "/security-groups/g1",
      HttpResponse{.code = 409, .body = R"({"NeutronError": {"message": "in use"}})"});

  CHECK(neutron.create_security_group({.name = "a", .description = "of us"}) == "g1");
  CHECK(json::parse(cloud.http.requests.back().body)["security_group_rule"]["protocol"] == "icmp");
  CHECK(neutron.security_groups("of us") ==
        std::vector<openstack::SecurityGroup>{{"g1", "a", "of us"}});
  CHECK(neutron.delete_security_group("g1").verdict == Verdict::conflict);
}

TEST_CASE("a refused log-in is not tried again", "[openstack][client]") {
  FakeCloud cloud = FakeCloud::with_services();
  cloud.http.answer("GET http://network/v2.0/agents", HttpResponse{.code = 401});
  cloud.http.answer(login_line,
                    HttpResponse{.code = 401, .body = R"({"error": {"message": "no"}})"});
  openstack::Session session(cloud.platform, cloud.credentials);
  openstack::Neutron neutron(session);

  for (int i = 0; i < 3; ++i) {
    CHECK_THROWS_AS(neutron.agents(), ncc::HttpError);
  }

  int attempts = 0;
  for (const ncc::HttpRequest& request : cloud.http.requests) {
    attempts += request.url.ends_with("/auth/tokens") ? 1 : 0;
  }
  CHECK(attempts == 2);
}
