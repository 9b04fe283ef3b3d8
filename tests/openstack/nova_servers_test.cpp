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

const std::string plain =
    "/servers/detail?all_tenants=1&host=a&limit=1000&sort_key=uuid&sort_dir=asc";
const std::string deleted = plain + "&soft_deleted=true";

/// A page of servers; with `next`, the marker of the page after it, behind a proxy.
std::string page(const std::vector<json>& servers, const std::string& next = "") {
  json document{{"servers", servers}};
  if (!next.empty()) {
    const std::string href = "https://proxy/servers/detail?host=a&marker=" + next + "&limit=2";
    document["servers_links"] = json::array({{{"rel", "next"}, {"href", href}}});
  }
  return document.dump();
}

}  // namespace

TEST_CASE("servers of a host are found over all pages, others' left out", "[openstack][client]") {
  NovaWorld world;
  world.answer("GET", plain, page({server_row("1", "x", "a"), server_row("2", "x", "")}, "2"));
  world.answer(
      "GET", plain + "&marker=2", page({server_row("3", "y", "a"), server_row("4", "y", "b")}));
  world.answer("GET", deleted, page({}));

  const auto servers = world.nova.servers_on("a");

  REQUIRE(servers.size() == 2);
  CHECK(servers[0] ==
        openstack::Server{
            .id = "1",
            .name = "x",
            .status = "ACTIVE",
            .vm_state = "active",
            .power_state = 1,
            .host = "a",
            .node = "a.example.org",
            .flavor = {.name = "m1.small", .vcpus = 1, .ram_mib = 512, .disk_gib = 10}});
  CHECK(servers[1].id == "3");
  CHECK(world.last().headers.at("X-OpenStack-Nova-API-Version") == "2.53");
}

TEST_CASE("soft-deleted servers of a host are found too, each once", "[openstack][client]") {
  NovaWorld world;
  json gone = server_row("1", "x", "a");
  gone["status"] = "SOFT_DELETED";
  world.answer("GET", plain, page({server_row("2", "y", "a")}));
  world.answer("GET", deleted, page({gone, server_row("2", "y", "a")}));

  const auto servers = world.nova.servers_on("a");

  REQUIRE(servers.size() == 2);
  CHECK(servers[0].status == "SOFT_DELETED");
  CHECK(servers[1].id == "2");
}

TEST_CASE("a list whose marker was deleted meanwhile starts anew", "[openstack][client]") {
  NovaWorld world;
  world.answer("GET", plain, page({server_row("1", "x", "a"), server_row("2", "x", "a")}, "2"));
  world.answer("GET", plain, page({server_row("1", "x", "a"), server_row("3", "x", "a")}));
  world.answer("GET", plain + "&marker=2", HttpResponse{.code = 400});
  world.answer("GET", deleted, page({}));

  const auto servers = world.nova.servers_on("a");

  REQUIRE(servers.size() == 2);
  CHECK(servers[1].id == "3");
}

TEST_CASE("a list starts five times at most", "[openstack][client]") {
  NovaWorld world;
  world.answer("GET", plain, page({server_row("2", "x", "a")}, "2"));
  world.answer("GET", plain + "&marker=2", HttpResponse{.code = 400});

  CHECK_THROWS_AS(world.nova.servers_on("a"), HttpError);
  CHECK(world.cloud.http.requests.size() == 1 + 5 * 2);
}

TEST_CASE("a list that is refused at once is an error", "[openstack][client]") {
  NovaWorld world;
  world.answer("GET", plain, HttpResponse{.code = 400});

  CHECK_THROWS_AS(world.nova.servers_on("a"), HttpError);
  CHECK(world.cloud.http.requests.size() == 2);
}

TEST_CASE("a server shows what its move depends on", "[openstack][client]") {
  NovaWorld world;
  json row = server_row("1", "x", "a");
  row.merge_patch(json::parse(R"({"status": "MIGRATING", "locked": true, "image": "",
      "OS-EXT-STS:vm_state": "paused", "OS-EXT-STS:task_state": "migrating",
      "OS-EXT-STS:power_state": 3, "flavor": {"ephemeral": 5, "swap": 64,
      "extra_specs": {"hw:cpu_policy": "dedicated"}}})"));
  world.answer("GET", "/servers/1", json{{"server", row}}.dump());

  const auto server = world.nova.server("1");

  REQUIRE(server);
  CHECK(server->vm_state == "paused");
  CHECK(server->task_state == "migrating");
  CHECK(server->power_state == 3);
  CHECK(server->locked);
  CHECK(server->from_volume);
  CHECK(server->flavor == openstack::Flavor{.name = "m1.small",
                                            .vcpus = 1,
                                            .ram_mib = 512,
                                            .disk_gib = 10,
                                            .ephemeral_gib = 5,
                                            .swap_mib = 64,
                                            .extra_specs = {{"hw:cpu_policy", "dedicated"}}});
}

TEST_CASE("a power state that Nova never knew is none", "[openstack][client]") {
  NovaWorld world;
  json row = server_row("1", "x", "a");
  row["OS-EXT-STS:power_state"] = nullptr;
  row["flavor"].erase("extra_specs");
  world.answer("GET", "/servers/1", json{{"server", row}}.dump());

  CHECK(world.nova.server("1").value().power_state == 0);
}

TEST_CASE("servers without their host are an error: we are no admin", "[openstack][client]") {
  NovaWorld world;
  json row = server_row("1", "x", "a");
  row.erase("OS-EXT-SRV-ATTR:host");
  world.answer("GET", plain, page({row}));

  CHECK_THROWS_WITH(world.nova.servers_on("a"), Contains("key OS-EXT-SRV-ATTR:host"));
}

TEST_CASE("a list that comes back to the same page is an error", "[openstack][client]") {
  NovaWorld world;
  world.answer("GET", plain, page({}, "2"));
  world.answer("GET", plain + "&marker=2", page({}, "2"));

  CHECK_THROWS_WITH(world.nova.servers_on("a"), Contains("the same page again"));
}

TEST_CASE("servers are named exactly", "[openstack][client]") {
  NovaWorld world;
  world.answer("GET",
               "/servers/detail?all_tenants=1&name=verify%20a",
               page({server_row("1", "verify a", "h"), server_row("2", "verify ab", "h")}));

  const auto servers = world.nova.servers_named("verify a");

  REQUIRE(servers.size() == 1);
  CHECK(servers[0].id == "1");
}

TEST_CASE("a server is created on a host, with or without network", "[openstack][client]") {
  NovaWorld world;
  world.answer("POST", "/servers", R"({"server": {"id": "new", "adminPass": "x"}})");

  CHECK(world.nova.create_server(
            {.name = "v", .image_id = "i", .flavor_id = "f", .network_id = "n", .host = "a"}) ==
        "new");
  CHECK(world.last_body() == json::parse(R"({"server": {"name": "v", "imageRef": "i",
      "flavorRef": "f", "networks": [{"uuid": "n"}], "host": "a"}})"));
  CHECK(world.last_version() == "compute 2.74");

  CHECK(world.nova.create_server({.name = "v", .image_id = "i", .flavor_id = "f"}) == "new");
  CHECK(world.last_body() ==
        json::parse(
            R"({"server": {"name": "v", "imageRef": "i", "flavorRef": "f", "networks": "none"}})"));
}

TEST_CASE("a server is created with all that was chosen", "[openstack][client]") {
  NovaWorld world;
  world.answer("POST", "/servers", R"({"server": {"id": "new", "adminPass": "x"}})");

  CHECK(world.nova.create_server({.name = "v",
                                  .image_id = "i",
                                  .flavor_id = "f",
                                  .key = "k",
                                  .zone = "z",
                                  .security_groups = {"a", "b"},
                                  .metadata = {{"run", "r1"}},
                                  .user_data = "IyEvYmluL3No"}) == "new");

  CHECK(world.last_body() == json::parse(R"({"server": {"name": "v", "imageRef": "i",
      "flavorRef": "f", "networks": "none", "key_name": "k", "availability_zone": "z",
      "security_groups": [{"name": "a"}, {"name": "b"}], "metadata": {"run": "r1"},
      "user_data": "IyEvYmluL3No"}})"));
}

TEST_CASE("user data that Nova repeats is in no error", "[openstack][client]") {
  NovaWorld world;
  const std::string user_data = "c2VjcmV0IHNlY3JldA==";
  world.answer("POST",
               "/servers",
               HttpResponse{.code = 400,
                            .body = json{{"badRequest",
                                          {{"code", 400},
                                           {"message",
                                            "Invalid input for field/attribute user_data. Value: " +
                                                user_data + ". too long"}}}}
                                        .dump()});

  try {
    (void)world.nova.create_server(
        {.name = "v", .image_id = "i", .flavor_id = "f", .user_data = user_data});
    FAIL("no error");
  } catch (const ncc::HttpError& error) {
    CHECK(error.code() == 400);
    CHECK_THAT(error.what(), !Catch::Contains("c2VjcmV0"));
  }
}

TEST_CASE("servers are found by how their names begin, with metadata and time",
          "[openstack][client]") {
  NovaWorld world;
  json row = server_row("1", "base_1", "h");
  row["metadata"] = {{"run", "r1"}};
  row["created"] = "2023-11-14T22:13:20Z";
  world.answer("GET",
               "/servers/detail?all_tenants=1&name=base_",
               page({row, server_row("2", "my_base_1", "h")}));

  const auto servers = world.nova.servers_whose_name_begins("base_");

  REQUIRE(servers.size() == 1);
  CHECK(servers[0].metadata.at("run") == "r1");
  CHECK(servers[0].created_at == 1'700'000'000);
}

TEST_CASE("a server is shown with its fault, or is not there", "[openstack][client]") {
  NovaWorld world;
  json row = server_row("1", "v", "");
  row["status"] = "ERROR";
  row["fault"] = {{"code", 500}, {"message", "No valid host was found."}};
  world.answer("GET", "/servers/1", json{{"server", row}}.dump());
  world.answer("GET", "/servers/2", HttpResponse{.code = 404});

  const auto server = world.nova.server("1");

  REQUIRE(server);
  CHECK(server->status == "ERROR");
  CHECK(server->host.empty());
  CHECK(server->fault == "No valid host was found.");
  CHECK_FALSE(world.nova.server("2"));
}

TEST_CASE("a deleted server may be gone already", "[openstack][client]") {
  NovaWorld world;
  world.cloud.http.answer("DELETE http://compute/v2.1/servers/1", HttpResponse{.code = 204});
  world.cloud.http.answer("DELETE http://compute/v2.1/servers/2", HttpResponse{.code = 404});
  world.cloud.http.answer("DELETE http://compute/v2.1/servers/3", HttpResponse{.code = 409});

  world.nova.delete_server("1");
  world.nova.delete_server("2");
  CHECK_THROWS_AS(world.nova.delete_server("3"), HttpError);
}

TEST_CASE("server groups are listed to the first empty page", "[openstack][client]") {
  NovaWorld world;
  const std::string path = "/os-server-groups?all_projects=True&limit=1000&offset=";
  world.answer("GET", path + "0", R"({"server_groups": [
      {"id": "g1", "name": "db", "policy": "anti-affinity", "rules": {"max_server_per_host": 3},
       "members": ["1", "2"], "project_id": "p", "user_id": "u"},
      {"id": "g2", "name": "web", "policy": "soft-affinity", "rules": {}, "members": []}]})");
  world.answer("GET", path + "2", R"({"server_groups": [
      {"id": "g3", "name": "x", "policy": "affinity", "rules": {}, "members": ["3"]}]})");
  world.answer("GET", path + "3", R"({"server_groups": []})");

  CHECK(world.nova.server_groups() ==
        std::vector<openstack::ServerGroup>{
            {.id = "g1",
             .name = "db",
             .policy = "anti-affinity",
             .max_per_host = 3,
             .members = {"1", "2"}},
            {.id = "g2", .name = "web", .policy = "soft-affinity"},
            {.id = "g3", .name = "x", .policy = "affinity", .members = {"3"}}});
  CHECK(world.last_version() == "compute 2.64");
}

TEST_CASE("older clouds give a server group a list of policies", "[openstack][client]") {
  NovaWorld world("2.60");
  const std::string path = "/os-server-groups?all_projects=True&limit=1000&offset=";
  world.answer("GET", path + "0", R"({"server_groups": [
      {"id": "g1", "name": "db", "policies": ["anti-affinity"], "members": [], "metadata": {}}]})");
  world.answer("GET", path + "1", R"({"server_groups": []})");

  CHECK(world.nova.server_groups() ==
        std::vector<openstack::ServerGroup>{{.id = "g1", .name = "db", .policy = "anti-affinity"}});
  CHECK(world.last_version() == "compute 2.60");
}

TEST_CASE("server groups whose offset is not heeded are an error", "[openstack][client]") {
  NovaWorld world;
  const std::string body = R"({"server_groups": [
      {"id": "g1", "name": "db", "policy": "affinity", "rules": {}, "members": []}]})";
  const std::string path = "/os-server-groups?all_projects=True&limit=1000&offset=";
  world.answer("GET", path + "0", body);
  world.answer("GET", path + "1", body);

  CHECK_THROWS_WITH(world.nova.server_groups(), Contains("the same page again"));
}
