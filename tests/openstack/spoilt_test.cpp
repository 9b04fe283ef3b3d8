// Answers with one value spoilt, whichever: a client may still find what it needs, or throw
// HttpError, but nothing else.

#include <functional>
#include <string>
#include <vector>

#include "openstack.hpp"
#include "openstack/fake_services.hpp"
#include "support/catch.hpp"

namespace {

using namespace ncc::testing;
namespace openstack = ncc::openstack;

using Act = std::function<void(openstack::Session&)>;

/// Every document that differs from `document` in one value, at any depth.
std::vector<json> spoilt(const json& document) {
  const std::vector<json> values = {
      nullptr, 7, -1.5, true, "text", json::array(), json::array({1}), json::object()};
  std::vector<json::json_pointer> places;
  const std::function<void(const json&, const json::json_pointer&)> walk =
      [&](const json& value, const json::json_pointer& place) {
        places.push_back(place);
        for (const auto& [key, child] : value.items()) {
          if (value.is_structured()) {
            walk(child, value.is_array() ? place / std::stoul(key) : place / key);
          }
        }
      };
  walk(document, json::json_pointer());

  std::vector<json> results;
  for (const auto& place : places) {
    for (const json& value : values) {
      json copy = document;
      copy[place] = value;
      results.push_back(copy);
    }
  }
  return results;
}

/// What a list asks for after its first page: the soft-deleted servers, the groups from offset 1.
void answer_follow_ups(FakeCloud& cloud, const std::string& line) {
  cloud.http.answer(line + "&soft_deleted=true", json::parse(R"({"servers": []})"));
  cloud.http.answer(line.substr(0, line.size() - 1) + "1", json::parse(R"({"server_groups": []})"));
}

/// Runs `act` against each spoilt form of `body`; true when each was survived.
bool survives(const std::string& line, const std::string& body, const Act& act) {
  for (const json& document : spoilt(json::parse(body))) {
    FakeCloud cloud = FakeCloud::with_services();
    cloud.http.answer(line, document);
    answer_follow_ups(cloud, line);
    openstack::Session session(cloud.platform, cloud.credentials);
    try {
      act(session);
    } catch (const ncc::HttpError&) {  // what a client may do
    } catch (const std::exception& error) {
      WARN(document.dump() << ": " << error.what());
      return false;
    }
  }
  return true;
}

}  // namespace

TEST_CASE("no spoilt answer of Nova gets further than an HttpError", "[openstack][unit]") {
  const std::string nova = "GET http://compute/v2.1";
  const std::string server = server_row("1", "n", "a").dump();
  CHECK(survives(
      nova + "/os-services?binary=nova-compute",
      R"({"services": [{"id": "s", "binary": "nova-compute", "host": "h", "zone": "z",
          "status": "enabled", "state": "up", "disabled_reason": "r", "forced_down": false}]})",
      [](auto& session) { static_cast<void>(openstack::Nova(session).compute_services()); }));
  CHECK(survives(
      nova + "/os-hypervisors/detail",
      R"({"hypervisors": [{"id": "h", "hypervisor_hostname": "n", "service": {"host": "a"}}],
          "hypervisors_links": [{"rel": "self", "href": "http://x"}]})",
      [](auto& session) { static_cast<void>(openstack::Nova(session).hypervisors("a")); }));
  CHECK(survives(
      nova + "/os-aggregates",
      R"({"aggregates": [{"id": 1, "name": "n", "availability_zone": "z", "hosts": ["a"]}]})",
      [](auto& session) { static_cast<void>(openstack::Nova(session).aggregates()); }));
  CHECK(survives(nova + "/servers/1", R"({"server": )" + server + "}", [](auto& session) {
    static_cast<void>(openstack::Nova(session).server("1"));
  }));
  CHECK(survives(
      nova + "/servers/detail?all_tenants=1&host=a&limit=1000&sort_key=uuid&sort_dir=asc",
      R"({"servers": [)" + server + "]}",
      [&](auto& session) { static_cast<void>(openstack::Nova(session).servers_on("a")); }));
}

TEST_CASE("no spoilt answer about moves gets further than an HttpError", "[openstack][unit]") {
  const std::string nova = "GET http://compute/v2.1";
  CHECK(
      survives(nova + "/os-migrations",
               R"({"migrations": [{"id": 1, "uuid": "m", "instance_uuid": "1", "status": "running",
          "migration_type": "migration", "source_compute": "a", "dest_compute": "b",
          "created_at": "2026-01-01T00:00:00", "updated_at": "2026-01-01T00:00:00"}]})",
               [](auto& session) { static_cast<void>(openstack::Nova(session).migrations({})); }));
  CHECK(survives(
      nova + "/servers/1/os-instance-actions/r",
      R"({"instanceAction": {"message": "Error", "events": [{"event": "e", "result": "Error",
          "start_time": "2026-01-01T00:00:00", "details": "d"}]}})",
      [](auto& session) { static_cast<void>(openstack::Nova(session).action_failure("1", "r")); }));
  CHECK(
      survives(nova + "/os-server-groups?all_projects=True&limit=1000&offset=0",
               R"({"server_groups": [{"id": "g", "name": "n", "policy": "affinity",
          "rules": {"max_server_per_host": 1}, "members": ["1"]}]})",
               [](auto& session) { static_cast<void>(openstack::Nova(session).server_groups()); }));
}

TEST_CASE("no spoilt version document gets further than an HttpError or ConfigError",
          "[openstack][unit]") {
  for (const json& document : spoilt({{"version", {{"version", "2.100"}}}})) {
    const json url = endpoint("public", "RegionOne", "http://other/v2.1");
    FakeCloud cloud(json::array({service("compute", json::array({url}))}));
    cloud.http.answer("GET http://other/v2.1/", document);
    openstack::Session session(cloud.platform, cloud.credentials);
    try {
      static_cast<void>(openstack::Nova(session).compute_services());
      FAIL("a version was found in " << document.dump());
    } catch (const ncc::HttpError&) {
    } catch (const ncc::ConfigError&) {
    }
  }
}

TEST_CASE("no spoilt answer of Placement gets further than an HttpError", "[openstack][unit]") {
  const std::string placement = "GET http://placement/";
  CHECK(
      survives(placement + "resource_providers?in_tree=p",
               R"({"resource_providers": [
                     {"uuid": "p", "name": "n", "parent_provider_uuid": "q"}]})",
               [](auto& session) { static_cast<void>(openstack::Placement(session).tree("p")); }));
  CHECK(survives(
      placement + "resource_providers/p/allocations",
      R"({"allocations": {"c": {"resources": {"VCPU": 1}}}})",
      [](auto& session) { static_cast<void>(openstack::Placement(session).allocations("p")); }));
  CHECK(survives(
      placement + "allocation_candidates?resources=VCPU:1&required=%21COMPUTE_STATUS_DISABLED",
      R"({"provider_summaries": {"p": {"resources": {"VCPU": {"capacity": 2, "used": 1}}}}})",
      [](auto& session) {
        static_cast<void>(openstack::Placement(session).candidates({{"VCPU", 1}}));
      }));
}

TEST_CASE("no spoilt answer of Neutron or Glance gets further than an HttpError",
          "[openstack][unit]") {
  const std::string network = "GET http://network/v2.0";
  CHECK(
      survives(network + "/agents?host=a",
               R"({"agents": [{"id": "1", "agent_type": "t", "host": "a", "alive": true,
          "availability_zone": "z", "configurations": {"bridge-mappings": {"p": "b"}}}]})",
               [](auto& session) { static_cast<void>(openstack::Neutron(session).agents("a")); }));
  CHECK(survives(
      network + "/ports?device_owner=network:router_gateway",
      R"({"ports": [{"id": "1", "device_id": "r", "network_id": "n", "binding:host_id": "a"}]})",
      [](auto& session) { static_cast<void>(openstack::Neutron(session).gateway_ports()); }));
  CHECK(survives(
      network + "/networks",
      R"({"networks": [{"id": "1", "provider:physical_network": "p"},
                       {"id": "2", "segments": [{"provider:physical_network": "p"}]}]})",
      [](auto& session) { static_cast<void>(openstack::Neutron(session).physical_networks()); }));
  CHECK(
      survives("GET http://image/v2/images?status=active&name=i",
               R"({"images": [{"id": "1", "name": "i", "status": "active"}], "next": null})",
               [](auto& session) { static_cast<void>(openstack::Glance(session).image_id("i")); }));
}

TEST_CASE("no spoilt catalog gets further than an HttpError or ConfigError", "[openstack][unit]") {
  const json catalog = json::array(
      {service("placement", json::array({endpoint("public", "RegionOne", "http://placement")}))});
  int refused = 0;
  for (const json& document : spoilt({{"token", {{"catalog", catalog}}}})) {
    FakeCloud cloud;
    FakeHttp http;
    http.answer(login_line,
                {.code = 201, .headers = {{"x-subject-token", "t"}}, .body = document.dump()});
    http.answer("GET http://placement/x", json::object());
    const ncc::Platform platform{cloud.processes, cloud.files, http, cloud.clock};
    openstack::Session session(platform, cloud.credentials);
    try {
      session.send({.service = "placement", .path = "/x"});
    } catch (const ncc::HttpError&) {
      ++refused;
    } catch (const ncc::ConfigError&) {
      ++refused;
    }
  }
  CHECK(refused > 0);
}

TEST_CASE("no spoilt error body hides the code", "[openstack][unit]") {
  const json body = {{"badRequest", {{"code", 400}, {"message", "m"}}},
                     {"errors", {{{"detail", "d"}}}}};
  for (const json& document : spoilt(body)) {
    FakeCloud cloud = FakeCloud::with_services();
    cloud.http.answer("GET http://placement/x",
                      ncc::HttpResponse{.code = 400, .body = document.dump()});
    openstack::Session session(cloud.platform, cloud.credentials);
    CHECK_THROWS_AS(session.send({.service = "placement", .path = "/x"}), ncc::HttpError);
  }
}
