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

/// Runs `act` against each spoilt form of `body`; true when each was survived.
bool survives(const std::string& line, const std::string& body, const Act& act) {
  for (const json& document : spoilt(json::parse(body))) {
    FakeCloud cloud = FakeCloud::with_services();
    cloud.http.answer(line, document);
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

TEST_CASE("no spoilt answer of a service gets further than an HttpError", "[openstack][unit]") {
  CHECK(survives(
      "GET http://compute/v2.1/os-services?binary=nova-compute",
      R"({"services": [{"id": "s", "binary": "b", "host": "h", "status": "enabled", "state": "up",
          "disabled_reason": "r", "forced_down": false}]})",
      [](auto& session) { static_cast<void>(openstack::Nova(session).compute_services()); }));
  CHECK(survives(
      "GET http://compute/v2.1/os-hypervisors/detail",
      R"({"hypervisors": [{"id": "h", "hypervisor_hostname": "n", "service": {"host": "a"}}],
          "hypervisors_links": [{"rel": "self", "href": "http://x"}]})",
      [](auto& session) { static_cast<void>(openstack::Nova(session).hypervisors("a")); }));
  CHECK(survives(
      "GET http://compute/v2.1/servers/1",
      R"({"server": {"id": "1", "name": "n", "status": "ERROR", "OS-EXT-SRV-ATTR:host": "a",
          "fault": {"message": "m"}}})",
      [](auto& session) { static_cast<void>(openstack::Nova(session).server("1")); }));
  CHECK(
      survives("GET http://network/v2.0/agents?host=a",
               R"({"agents": [{"id": "1", "agent_type": "t", "host": "a", "alive": true}]})",
               [](auto& session) { static_cast<void>(openstack::Neutron(session).agents("a")); }));
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
