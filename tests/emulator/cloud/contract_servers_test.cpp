// The contract: a server from request to end.
#include "cloud/contract_probe.hpp"
#include "support/catch.hpp"

using namespace ncc::contract;

TEST_CASE("a server for a host that does not exist is 400", "[contract][servers]") {
  Json server = wanted_server();
  server["host"] = "no-such-host";

  const Answer answer = session().nova("POST /servers", "2.74", {{"server", server}});

  CHECK(answer.status == 400);
  CHECK(answer.json()["badRequest"]["message"] == "Compute host no-such-host could not be found.");
}

TEST_CASE("a server without networks, or with a host before 2.74, is 400", "[contract][servers]") {
  Json server = wanted_server();
  const Answer placed = session().nova("POST /servers", "2.73", {{"server", server}});
  server.erase("networks");
  const Answer bare = session().nova("POST /servers", "2.74", {{"server", server}});

  CHECK(placed.status == 400);
  CHECK(placed.json()["badRequest"]["message"].get<std::string>().find(
            "Additional properties are not allowed ('host' was unexpected)") != std::string::npos);
  CHECK(bare.status == 400);
  CHECK(bare.json()["badRequest"]["message"].get<std::string>().find(
            "'networks' is a required property") != std::string::npos);
}

TEST_CASE("a server with an unknown flavor or image is 400", "[contract][servers]") {
  Json server = wanted_server();
  server["flavorRef"] = "no-such-flavor";
  const Answer flavor = session().nova("POST /servers", "2.74", {{"server", server}});
  server = wanted_server();
  server["imageRef"] = "00000000-0000-4000-8000-00000000abcd";
  const Answer image = session().nova("POST /servers", "2.74", {{"server", server}});

  CHECK(flavor.status == 400);
  CHECK(flavor.json()["badRequest"]["message"] == "Flavor no-such-flavor could not be found.");
  CHECK(image.status == 400);
  CHECK(image.json()["badRequest"]["message"] == "Can not find requested image");
}

TEST_CASE("a server is built on the host asked for, and is gone after its deletion",
          "[contract][servers]") {
  const Answer created = session().nova("POST /servers", "2.74", {{"server", wanted_server()}});
  REQUIRE(created.status == 202);
  const std::string id = created.json()["server"]["id"];
  const Probe probe(id);

  CHECK(missing(created.json()["server"], "id links security_groups OS-DCF:diskConfig adminPass") ==
        "");
  CHECK(created.headers.at("location").find("/servers/" + id) != std::string::npos);
  const auto built = await("GET" + probe.path(), [](const Answer& answer) {
    return answer.json()["server"]["status"] != "BUILD";
  });
  REQUIRE(built);
  const Json server = built->json()["server"];
  CHECK(missing(server,
                "id name status tenant_id user_id metadata hostId image flavor created updated "
                "addresses links config_drive key_name "
                "OS-EXT-STS:task_state OS-EXT-STS:vm_state OS-EXT-STS:power_state "
                "OS-EXT-AZ:availability_zone OS-SRV-USG:launched_at "
                "OS-SRV-USG:terminated_at OS-EXT-SRV-ATTR:host OS-EXT-SRV-ATTR:hypervisor_hostname "
                "OS-EXT-SRV-ATTR:instance_name "
                "host_status locked locked_reason description tags server_groups progress") == "");
  CHECK(server["status"] == "ACTIVE");
  CHECK(server["OS-EXT-SRV-ATTR:host"] == target().host);
  CHECK(server["OS-EXT-STS:vm_state"] == "active");
  CHECK(server["OS-EXT-STS:task_state"].is_null());
  CHECK(server["host_status"] == "UP");
  CHECK(server["flavor"]["original_name"] == target().flavor);
  const Json listed =
      session()
          .nova("GET /servers/detail?all_tenants=true&limit=1000&host=" + target().host, "2.74")
          .json()["servers"];
  CHECK(id_of(listed, "ncc-contract") == id);
  CHECK(!session().placement("GET /allocations/" + id, "1.28").json()["allocations"].empty());

  CHECK(session().nova("DELETE" + probe.path(), "2.74").status == 204);
  const auto gone =
      await("GET" + probe.path(), [](const Answer& answer) { return answer.status == 404; });

  REQUIRE(gone);
  CHECK(gone->json()["itemNotFound"]["message"] == "Instance " + id + " could not be found.");
  CHECK(session().neutron("GET /ports?device_id=" + id).json()["ports"].empty());
  CHECK(session().placement("GET /allocations/" + id, "1.28").json()["allocations"].empty());
}

TEST_CASE("an unknown server or marker and a bad limit are refused", "[contract][servers]") {
  const std::string unknown = "00000000-0000-4000-8000-00000000abcd";

  const Answer shown = session().nova("GET /servers/" + unknown, "2.74");
  const Answer marked = session().nova("GET /servers?marker=" + unknown, "2.74");

  CHECK(shown.status == 404);
  CHECK(shown.json()["itemNotFound"]["message"] == "Instance " + unknown + " could not be found.");
  CHECK(session().nova("DELETE /servers/" + unknown, "2.74").status == 404);
  CHECK(marked.status == 400);
  CHECK(marked.json()["badRequest"]["message"] == "marker [" + unknown + "] not found");
  CHECK(session().nova("GET /servers?limit=-1", "2.74").status == 400);
}
