#include <string>
#include <vector>

#include "openstack/nova_world.hpp"
#include "support/catch.hpp"

namespace {

using namespace ncc::testing;
namespace openstack = ncc::openstack;
using ncc::HttpResponse;
using openstack::Verdict;

}  // namespace

TEST_CASE("compute services are asked for by host", "[openstack][client]") {
  NovaWorld world;
  world.answer("GET", "/os-services?binary=nova-compute&host=node3.example.org", R"({"services": [
      {"id": "s1", "binary": "nova-compute", "host": "node3.example.org", "zone": "nova",
       "status": "disabled", "state": "up", "disabled_reason": "new", "forced_down": false,
       "updated_at": "2026-01-01T00:00:00.000000"}]})");

  CHECK(world.nova.compute_services("node3.example.org") ==
        std::vector<openstack::Service>{{.id = "s1",
                                         .host = "node3.example.org",
                                         .binary = "nova-compute",
                                         .zone = "nova",
                                         .enabled = false,
                                         .up = true,
                                         .forced_down = false,
                                         .disabled_reason = "new"}});
  CHECK(world.last_version() == "compute 2.69");
}

TEST_CASE("all compute services are asked for without host", "[openstack][client]") {
  NovaWorld world;
  world.answer("GET", "/os-services?binary=nova-compute", R"({"services": [
      {"id": "s1", "binary": "nova-compute", "host": "a", "zone": "az1", "status": "enabled",
       "state": "down", "disabled_reason": null, "forced_down": true}]})");

  CHECK(world.nova.compute_services() == std::vector<openstack::Service>{{.id = "s1",
                                                                          .host = "a",
                                                                          .binary = "nova-compute",
                                                                          .zone = "az1",
                                                                          .enabled = true,
                                                                          .forced_down = true}});
}

TEST_CASE("an answer of another shape names call and key", "[openstack][client]") {
  const auto [body, key] = GENERATE(table<std::string, std::string>({
      {R"({"service": []})", "key services"},
      {R"({"services": {}})", "key services"},
      {R"({"services": [7]})", "key host"},
      {R"({"services": [{"host": "h", "binary": "b", "status": "x", "id": 7}]})", "key id"},
      {R"({"services": [{"id": "a", "host": "h", "binary": "b", "zone": "z", "status": "x",
           "state": "y", "forced_down": "no"}]})",
       "key forced_down"},
      {"<html>OK</html>", "no JSON object"},
      {"", "no JSON object"},
  }));
  NovaWorld world;
  world.answer("GET", "/os-services?binary=nova-compute", body);

  CHECK_THROWS_WITH(
      world.nova.compute_services(),
      "GET compute /os-services?binary=nova-compute answered 200: something else than promised: " +
          key);
}

TEST_CASE("services of other hosts and binaries are left out", "[openstack][client]") {
  NovaWorld world;
  world.answer("GET", "/os-services?binary=nova-compute&host=node-1", R"({"services": [
      {"id": "s1", "binary": "nova-compute", "host": "node-10", "zone": "nova", "status": "enabled",
       "state": "up", "disabled_reason": null, "forced_down": false},
      {"id": "s2", "binary": "nova-scheduler", "host": "node-1", "zone": "nova",
       "status": "enabled", "state": "up", "disabled_reason": null, "forced_down": false}]})");

  CHECK(world.nova.compute_services("node-1").empty());
}

TEST_CASE("a service of a cell that does not answer is unknown", "[openstack][client]") {
  NovaWorld world;
  world.answer("GET",
               "/os-services?binary=nova-compute",
               R"({"services": [{"binary": "nova-compute", "host": "a", "status": "UNKNOWN"}]})");

  CHECK(
      world.nova.compute_services() ==
      std::vector<openstack::Service>{
          {.host = "a", .binary = "nova-compute", .enabled = false, .up = false, .unknown = true}});
}

TEST_CASE("the cloud's newest microversion is the highest that is sent", "[openstack][client]") {
  const auto [newest, sent] = GENERATE(table<std::string, std::string>(
      {{"2.53", "2.53"}, {"2.60", "2.60"}, {"2.69", "2.69"}, {"2.100", "2.69"}}));
  NovaWorld world(newest);
  world.answer("GET", "/os-services?binary=nova-compute", R"({"services": []})");

  CHECK(world.nova.compute_services().empty());

  CHECK(world.last_version() == "compute " + sent);
}

TEST_CASE("the newest microversion is asked for once in a session", "[openstack][client]") {
  NovaWorld world;
  world.answer("GET", "/os-services?binary=nova-compute", R"({"services": []})");

  static_cast<void>(world.nova.compute_services());
  static_cast<void>(openstack::Nova(world.session).compute_services());

  REQUIRE(world.cloud.http.requests.size() == 4);
  CHECK(world.cloud.http.requests[1].url == "http://compute/v2.1/");
  CHECK(world.cloud.http.requests[1].headers.count("OpenStack-API-Version") == 0);
}

TEST_CASE("a cloud that is too old is an error of the operator's", "[openstack][client]") {
  const std::string newest = GENERATE("2.52", "2.6", "");
  NovaWorld world(newest);

  CHECK_THROWS_WITH(world.nova.compute_services(),
                    "Nova: its newest microversion is '" + newest + "', not 2.53");
}

TEST_CASE("a service is disabled with a reason and enabled without", "[openstack][client]") {
  NovaWorld world;
  world.answer("PUT", "/os-services/s1", R"({"service": {}})");

  CHECK(world.nova.disable("s1", "not joined yet").verdict == Verdict::done);
  CHECK(world.last_body() ==
        json::parse(R"({"status": "disabled", "disabled_reason": "not joined yet"})"));
  CHECK(world.last().headers.at("Content-Type") == "application/json");
  CHECK(world.last_version() == "compute 2.53");

  CHECK(world.nova.enable("s1").verdict == Verdict::done);
  CHECK(world.last_body() == json::parse(R"({"status": "enabled"})"));
  CHECK_THROWS_AS(world.nova.disable("s1", ""), std::logic_error);
  CHECK_THROWS_AS(world.nova.disable("s1", std::string(256, 'x')), std::logic_error);
}

TEST_CASE("a service is declared dead and alive again", "[openstack][client]") {
  NovaWorld world;
  world.answer("PUT", "/os-services/s1", R"({"service": {}})");
  const bool down = GENERATE(true, false);

  CHECK(world.nova.force_down("s1", down).verdict == Verdict::done);

  CHECK(world.last_body() == json{{"forced_down", down}});
  CHECK(world.last_version() == "compute 2.53");
}

TEST_CASE("a service with servers is not deleted", "[openstack][client]") {
  NovaWorld world;
  world.answer("DELETE",
               "/os-services/s1",
               HttpResponse{.code = 409, .body = R"({"conflictingRequest": {"code": 409,
          "message": "Unable to delete compute service that is hosting instances."}})"});

  const openstack::Outcome outcome = world.nova.delete_service("s1");

  CHECK(outcome.verdict == Verdict::conflict);
  CHECK(outcome.message == "Unable to delete compute service that is hosting instances.");
  CHECK(world.last_version() == "compute 2.53");
}

TEST_CASE("hypervisors of a host are found over all pages", "[openstack][client]") {
  NovaWorld world;
  world.answer("GET", "/os-hypervisors/detail", R"({"hypervisors": [
      {"id": "h1", "hypervisor_hostname": "a.example.org", "service": {"id": "1", "host": "a"}}],
      "hypervisors_links": [{"rel": "next", "href": "http://internal:8774/v2.1/os-hypervisors/detail?marker=h1"}]})");
  world.answer("GET", "/os-hypervisors/detail?marker=h1", R"({"hypervisors": [
      {"id": "h2", "hypervisor_hostname": "b.example.org", "service": {"id": "2", "host": "b"}}]})");

  CHECK(world.nova.hypervisors("b") ==
        std::vector<openstack::Hypervisor>{{.id = "h2", .name = "b.example.org", .host = "b"}});
}

TEST_CASE("Nova counts hardware and use where there is any", "[openstack][client]") {
  NovaWorld world;
  world.answer("GET", "/os-hypervisors/detail", R"({"hypervisors": [
      {"id": "h1", "hypervisor_hostname": "a", "hypervisor_type": "QEMU", "vcpus": 8, "vcpus_used": 3,
       "memory_mb": 16384, "memory_mb_used": 1024, "local_gb": 100, "local_gb_used": 20,
       "service": {"id": "1", "host": "a"}},
      {"id": "h2", "hypervisor_hostname": "b", "service": {"id": "2", "host": "b"}}]})");
  std::map<std::string, openstack::Hardware> found;
  std::string type;

  world.nova.for_each_hypervisor(
      [&](const openstack::Hypervisor& hypervisor, const openstack::Hardware& hardware) {
        found[hypervisor.id] = hardware;
        type += hypervisor.type;
      });

  CHECK(found.at("h1") ==
        openstack::Hardware{.total = {{"VCPU", 8}, {"MEMORY_MB", 16384}, {"DISK_GB", 100}},
                            .used = {{"VCPU", 3}, {"MEMORY_MB", 1024}, {"DISK_GB", 20}}});
  CHECK(found.at("h2") == openstack::Hardware{});
  CHECK(type == "QEMU");
}

TEST_CASE("aggregates have hosts and perhaps a zone", "[openstack][client]") {
  NovaWorld world;
  world.answer("GET", "/os-aggregates", R"({"aggregates": [
      {"id": 1, "name": "ssd", "availability_zone": null, "hosts": [], "metadata": {}},
      {"id": 2, "name": "zone", "availability_zone": "az1", "hosts": ["a", "b"]}]})");

  CHECK(
      world.nova.aggregates() ==
      std::vector<openstack::Aggregate>{
          {.id = 1, .name = "ssd"}, {.id = 2, .name = "zone", .zone = "az1", .hosts = {"a", "b"}}});
  CHECK(world.last_version() == "compute 2.53");
}

TEST_CASE("a host is added to an aggregate, once", "[openstack][client]") {
  NovaWorld world;
  world.answer("POST", "/os-aggregates/2/action", R"({"aggregate": {}})");
  world.answer("POST", "/os-aggregates/2/action", HttpResponse{.code = 409});

  CHECK(world.nova.add_to_aggregate(2, "a").verdict == Verdict::done);
  CHECK(world.last_body() == json::parse(R"({"add_host": {"host": "a"}})"));
  CHECK(world.nova.add_to_aggregate(2, "a").verdict == Verdict::conflict);
}
