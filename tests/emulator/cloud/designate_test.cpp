// Designate of the emulated cloud.

#include "cloud/world.hpp"
#include "support/catch.hpp"

using namespace ncc::fake_cloud;
using namespace ncc::fake_cloud::test;

namespace {

const std::string zone = "/dns/v2/zones/a86dba58-0043-4cc6-a1bb-69d5e86f3ca3";

struct DnsWorld : World {
  DnsWorld() {
    cloud.state.settings.designate = true;
    cloud.state.zones = {{"a86dba58-0043-4cc6-a1bb-69d5e86f3ca3", "example.org."}};
  }

  Answer make(const std::string& name, const std::string& address = "10.0.0.4") {
    return call("POST " + zone + "/recordsets",
                "",
                {{"name", name}, {"type", "A"}, {"records", {address}}, {"description", "run x"}});
  }

  Json records(const std::string& filter = "") {
    return call("GET " + zone + "/recordsets" + filter).json()["recordsets"];
  }
};

}  // namespace

TEST_CASE("a record is pending, then active, then pending again and gone", "[cloud][dns]") {
  DnsWorld world;
  world.cloud.state.settings.dns_seconds = 5;

  const Answer made = world.make("n1.example.org.");
  CHECK(made.status() == 202);
  CHECK(made.json()["status"] == "PENDING");
  CHECK(made.json()["action"] == "CREATE");
  world.advance(5);
  const Json active = world.records("?type=A&name=n1.example.org.").at(0);
  CHECK(active["status"] == "ACTIVE");
  CHECK(active["records"] == Json{"10.0.0.4"});
  CHECK(active["description"] == "run x");
  const std::string id = active["id"];
  CHECK(world.call("DELETE " + zone + "/recordsets/" + id).status() == 202);
  CHECK(world.records().at(0)["action"] == "DELETE");
  world.advance(5);
  CHECK(world.records().empty());
  CHECK(world.call("DELETE " + zone + "/recordsets/" + id).json()["type"] == "recordset_not_found");
}

TEST_CASE("a name has one record set of a type, while it is being deleted, too", "[cloud][dns]") {
  DnsWorld world;
  world.cloud.state.settings.dns_seconds = 5;
  const std::string id = world.make("n1.example.org.").json()["id"];

  CHECK(world.make("n1.example.org.").json()["type"] == "duplicate_recordset");
  world.call("DELETE " + zone + "/recordsets/" + id);
  CHECK(world.make("n1.example.org.", "10.0.0.5").status() == 409);
}

TEST_CASE("names have their dot and are in the zone", "[cloud][dns]") {
  DnsWorld world;

  CHECK(world.make("n1.example.org").json()["type"] == "invalid_object");
  CHECK(world.make("n1.example.com.").json()["type"] == "invalid_recordset_location");
  CHECK(world.call("GET /dns/v2/zones/1/recordsets").json()["type"] == "zone_not_found");
  CHECK(world.call("GET /dns/v2/zones?name=example.org.").json()["zones"].size() == 1);
  CHECK(world.call("GET /dns/v2/zones?name=other.org.").json()["zones"].empty());
}

TEST_CASE("Designate is in the catalog only where there is one", "[cloud][dns]") {
  World world;

  CHECK(world.call("GET /dns/v2/zones").status() == 501);
}

TEST_CASE("a server keeps its metadata and user data, and its ports have addresses of their own",
          "[cloud][servers]") {
  World world;
  const Json networks = Json::array({{{"uuid", world.cloud.state.networks[0].id}}});
  const std::string first = world.running(
      "n1", {{"metadata", {{"run", "r1"}}}, {"user_data", "IyEvYmluL3No"}, {"networks", networks}});
  const std::string second = world.running("n1", {{"networks", networks}});

  CHECK(world.server(first)["metadata"] == Json{{"run", "r1"}});
  CHECK(world.server(first)["OS-EXT-SRV-ATTR:user_data"] == "IyEvYmluL3No");
  const auto address = [&](const std::string& server) -> std::string {
    return world.call("GET /network/v2.0/ports?device_id=" + server)
        .json()["ports"]
        .at(0)["fixed_ips"]
        .at(0)["ip_address"];
  };
  CHECK(address(first) == "10.99.0.10");
  CHECK(address(second) == "10.99.0.11");
  CHECK(world.server(second)["addresses"]["net"].at(0)["addr"] == "10.99.0.11");
  CHECK(world.boot({{"user_data", std::string(65536, 'A')}}).status() == 400);
  CHECK(world.boot({{"availability_zone", "nowhere"}}).status() == 400);
}
