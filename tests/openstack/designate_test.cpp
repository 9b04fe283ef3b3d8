#include <string>

#include "openstack.hpp"
#include "openstack/fake_services.hpp"
#include "support/catch.hpp"
#include "words/error.hpp"

namespace {

using namespace ncc::testing;
namespace openstack = ncc::openstack;
using ncc::HttpResponse;

const std::string zone = "a86dba58-0043-4cc6-a1bb-69d5e86f3ca3";
const std::string records = "http://dns/v2/zones/" + zone + "/recordsets";

struct World {
  FakeCloud cloud{
      json::array({service("dns", json::array({endpoint("public", "RegionOne", "http://dns")}))})};
  openstack::Session session{cloud.platform, cloud.credentials};
  openstack::Designate designate{session};
};

json record(const std::string& name, const std::string& type) {
  return {{"id", "r1"},
          {"name", name},
          {"type", type},
          {"records", {"10.0.0.5", "10.0.0.4"}},
          {"status", "PENDING"},
          {"action", "CREATE"},
          {"description", nullptr}};
}

}  // namespace

TEST_CASE("a zone is found by its exact name", "[openstack][client]") {
  World world;
  world.cloud.http.answer("GET http://dns/v2/zones?name=example.org.",
                          json{{"zones", {{{"id", zone}, {"name", "example.org."}}}}});
  world.cloud.http.answer("GET http://dns/v2/zones?name=none.", json{{"zones", json::array()}});

  CHECK(world.designate.zone_id("example.org.") == zone);
  CHECK_FALSE(world.designate.zone_id("none."));
}

TEST_CASE("a record set is found by name and type, its addresses sorted", "[openstack][client]") {
  World world;
  world.cloud.http.answer(
      "GET " + records + "?type=A&name=n1.example.org.",
      json{{"recordsets", {record("n1.example.org.", "AAAA"), record("n1.example.org.", "A")}}});

  const auto found = world.designate.record(zone, "n1.example.org.");

  REQUIRE(found);
  CHECK(found->id == "r1");
  CHECK(found->addresses == std::vector<std::string>{"10.0.0.4", "10.0.0.5"});
  CHECK(found->status == "PENDING");
  CHECK(found->action == "CREATE");
  CHECK(found->description.empty());
}

TEST_CASE("a record set is made and deleted, and a refusal is an outcome", "[openstack][client]") {
  World world;
  world.cloud.http.answer("POST " + records, HttpResponse{.code = 202, .body = "{}"});
  world.cloud.http.answer(
      "POST " + records,
      HttpResponse{.code = 409, .body = R"({"code": 409, "type": "duplicate_recordset",
                               "message": "Duplicate RecordSet", "request_id": "req-1"})"});
  world.cloud.http.answer("DELETE " + records + "/r1", HttpResponse{.code = 404, .body = "{}"});
  const openstack::RecordRequest request{
      .name = "n1.example.org.", .address = "10.0.0.4", .description = "run x"};

  CHECK(world.designate.create(zone, request).verdict == openstack::Verdict::done);
  CHECK(json::parse(world.cloud.http.requests.back().body) ==
        json::parse(R"({"name": "n1.example.org.", "type": "A", "records": ["10.0.0.4"],
                        "description": "run x"})"));
  const openstack::Outcome second = world.designate.create(zone, request);
  CHECK(second.verdict == openstack::Verdict::conflict);
  CHECK(second.message == "Duplicate RecordSet");
  CHECK(world.designate.remove(zone, "r1").verdict == openstack::Verdict::missing);
}
