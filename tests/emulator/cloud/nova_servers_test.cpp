#include "cloud/world.hpp"
#include "support/catch.hpp"

using namespace ncc::fake_cloud::test;

namespace {

constexpr auto host_field = "OS-EXT-SRV-ATTR:host";

Json show(World& world, const std::string& id) {
  return world.nova("GET /servers/" + id).json()["server"];
}

std::string booted(World& world, const Json& extra) {
  return world.boot(extra).json()["server"]["id"];
}

std::string complaint(const Answer& answer) {
  return answer.json()["badRequest"]["message"];
}

}  // namespace

TEST_CASE("a server asked for on a host is 202, then BUILD, then ACTIVE there",
          "[cloud][servers]") {
  World world;

  const Answer answer = world.boot({{"host", "n2"}});
  const std::string id = answer.json()["server"]["id"];
  const Json first = show(world, id);
  const Json second = show(world, id);

  CHECK(answer.status() == 202);
  CHECK(answer.header("Location") == "http://127.0.0.1:5000/compute/v2.1/servers/" + id);
  CHECK(first["status"] == "BUILD");
  CHECK(first["OS-EXT-STS:task_state"] == "spawning");
  CHECK(second["status"] == "ACTIVE");
  CHECK(second[host_field] == "n2");
  CHECK(second["OS-EXT-SRV-ATTR:hypervisor_hostname"] == "n2");
  CHECK(second["OS-EXT-STS:vm_state"] == "active");
  CHECK(second["OS-EXT-STS:task_state"].is_null());
  CHECK(second["OS-EXT-STS:power_state"] == 1);
  CHECK(second["flavor"]["original_name"] == "m1.tiny");
}

TEST_CASE("BUILD can last for seconds of virtual time", "[cloud][servers]") {
  World world;
  world.cloud.state.settings.build_reads = 0;
  world.cloud.state.settings.build_seconds = 20;
  const std::string id = booted(world, {{"host", "n1"}});

  world.advance(19);
  CHECK(show(world, id)["status"] == "BUILD");
  world.advance(1);
  CHECK(show(world, id)["status"] == "ACTIVE");
}

TEST_CASE("a bad request for a server is 400", "[cloud][servers]") {
  World world;
  using Row = std::tuple<std::string, std::string>;
  const auto [extra, message] = GENERATE(values<Row>(
      {{R"({"host":"ghost"})", "Compute host ghost could not be found."},
       {R"({"flavorRef":"77"})", "Flavor 77 could not be found."},
       {R"({"imageRef":"00000000-0000-4000-8000-000000000000"})", "Can not find requested image"},
       {R"({"networks":[{"uuid":"00000000-0000-4000-8000-000000000000"}]})",
        "Network 00000000-0000-4000-8000-000000000000 could not be found."}}));

  const Answer answer = world.boot(Json::parse(extra));

  CHECK(answer.status() == 400);
  CHECK(complaint(answer) == message);
  CHECK(world.nova("GET /servers?all_tenants=1").json()["servers"].empty());
}

TEST_CASE("networks is required from 2.37 and host allowed from 2.74 on", "[cloud][servers]") {
  World world;
  const Json server = {
      {"name", "a"}, {"flavorRef", "1"}, {"imageRef", world.cloud.state.images[0].id}};
  Json placed = server;
  placed.update({{"networks", "none"}, {"host", "n1"}});
  const auto boot = [&](const std::string& version, const Json& body) {
    return world.call("POST /compute/v2.1/servers", "compute " + version, {{"server", body}});
  };

  CHECK(boot("2.36", server).status() == 202);
  CHECK(boot("2.37", server).status() == 400);
  CHECK(complaint(boot("2.37", server)).find("'networks' is a required property") !=
        std::string::npos);
  CHECK(boot("2.74", placed).status() == 202);
  CHECK(boot("2.73", placed).status() == 400);
  CHECK(complaint(boot("2.73", placed))
            .find("Additional properties are not allowed ('host' was unexpected)") !=
        std::string::npos);
}

TEST_CASE("only an admin may name the host", "[cloud][servers]") {
  World world;
  world.log_in("guest", "guest-secret");

  CHECK(world.boot({{"host", "n1"}}).status() == 403);
  CHECK(world.boot(Json::object()).status() == 202);
}

TEST_CASE("a server for a disabled or down host ends in ERROR", "[cloud][servers]") {
  World world;
  using Row = std::tuple<std::string, std::string>;
  const auto [how, message] = GENERATE(
      values<Row>({{"disabled", "No valid host was found. "},
                   {"down", "No valid host was found. There are not enough hosts available."},
                   {"full", "No valid host was found. "}}));
  if (how == "disabled") {
    world.nova("PUT /os-services/" + world.service_id("n1"), {{"status", "disabled"}});
  } else if (how == "down") {
    world.control("POST /_emulator/compute", {{"host", "n1"}, {"action", "stop"}});
    world.advance(61);
  } else {
    world.cloud.state.providers[0].inventories["MEMORY_MB"].total = 1023;  // 512 of it reserved
  }

  const std::string id = booted(world, {{"host", "n1"}});
  show(world, id);
  const Json server = show(world, id);

  CHECK(server["status"] == "ERROR");
  CHECK(server["fault"]["code"] == 500);
  CHECK(server["fault"]["message"] == message);
  CHECK(server[host_field].is_null());
}

TEST_CASE("the scheduler passes over a disabled host", "[cloud][servers]") {
  World world;
  world.nova("PUT /os-services/" + world.service_id("n1"), {{"status", "disabled"}});

  const std::string id = booted(world, Json::object());
  show(world, id);

  CHECK(show(world, id)[host_field] == "n2");
}

TEST_CASE("a spawn that fails ends in ERROR without a host or allocation", "[cloud][servers]") {
  World world;
  world.cloud.state.settings.spawn_fails = {{"n1", ""}};

  const std::string id = booted(world, {{"host", "n1"}});
  show(world, id);
  const Json server = show(world, id);

  CHECK(server["status"] == "ERROR");
  CHECK(server["fault"]["message"] ==
        "Exceeded maximum number of retries. Exhausted all hosts available for retrying build "
        "failures for instance " +
            id + ".");
  CHECK(world.call("GET /placement/allocations/" + id).json()["allocations"].empty());
}

TEST_CASE("a spawn that hangs stays in BUILD", "[cloud][servers]") {
  World world;
  world.cloud.state.settings.spawn_hangs = {"n1"};

  const std::string id = booted(world, {{"host", "n1"}});
  show(world, id);
  world.advance(3'000);

  CHECK(show(world, id)["status"] == "BUILD");
}

TEST_CASE("a port needs a live OVN controller on the host", "[cloud][servers]") {
  World world;
  const Json networks = {{"host", "n1"},
                         {"networks", Json::array({{{"uuid", world.cloud.state.networks[0].id}}})}};

  const std::string good = booted(world, networks);
  show(world, good);
  CHECK(show(world, good)["status"] == "ACTIVE");
  const Json port = world.call("GET /network/v2.0/ports?device_id=" + good).json()["ports"][0];
  CHECK(port["binding:host_id"] == "n1");
  CHECK(port["device_owner"] == "compute:nova");
  CHECK(port["status"] == "ACTIVE");

  world.control("POST /_emulator/agents",
                {{"host", "n1"}, {"kind", "controller"}, {"alive", false}});
  const std::string bad = booted(world, networks);
  show(world, bad);
  CHECK(show(world, bad)["status"] == "ERROR");
}

TEST_CASE("a deleted server is 204, then 404, and leaves no port or allocation",
          "[cloud][servers]") {
  World world;
  world.cloud.state.settings.delete_reads = 1;
  const std::string id = booted(world, {{"host", "n1"}, {"networks", "auto"}});
  show(world, id);
  show(world, id);

  CHECK(world.nova("DELETE /servers/" + id).status() == 204);
  CHECK(show(world, id)["OS-EXT-STS:task_state"] == "deleting");
  const Answer gone = world.nova("GET /servers/" + id);

  CHECK(gone.status() == 404);
  CHECK(gone.json()["itemNotFound"]["message"] == "Instance " + id + " could not be found.");
  CHECK(world.nova("DELETE /servers/" + id).status() == 404);
  CHECK(world.call("GET /network/v2.0/ports?device_id=" + id).json()["ports"].empty());
  CHECK(world.call("GET /placement/allocations/" + id).json() ==
        Json{{"allocations", Json::object()}});
}

TEST_CASE("servers of a host are paged with a link to the next page", "[cloud][servers]") {
  World world;
  for (int i = 0; i < 3; ++i) {
    booted(world, {{"host", "n1"}});
  }
  booted(world, {{"host", "n2"}});
  const std::string query =
      "/servers/detail?all_tenants=true&host=n1&limit=2&sort_key=uuid&sort_dir=asc";

  const Json first = world.nova("GET " + query).json();
  const std::string last = first["servers"][1]["id"];
  const Json second = world.nova("GET " + query + "&marker=" + last).json();

  CHECK(first["servers"].size() == 2);
  CHECK(first["servers"][0]["id"].get<std::string>() < last);
  CHECK(first["servers_links"][0]["rel"] == "next");
  CHECK(first["servers_links"][0]["href"] ==
        "http://127.0.0.1:5000/compute/v2.1" + query + "&marker=" + last);
  CHECK(second["servers"].size() == 1);
  CHECK(!second.contains("servers_links"));
  CHECK(second["servers"][0][host_field] == "n1");
}

TEST_CASE("bad paging is 400", "[cloud][servers]") {
  World world;

  CHECK(world.nova("GET /servers?limit=-1").status() == 400);
  CHECK(world.nova("GET /servers?marker=ghost").json()["badRequest"]["message"] ==
        "marker [ghost] not found");
  CHECK(world.nova("GET /servers?all_tenants=maybe").status() == 400);
  CHECK(world.nova("GET /servers?limit=0").json()["servers"].empty());
}

TEST_CASE("without admin rights the host filter is ignored and the host is not shown",
          "[cloud][servers]") {
  World world;
  booted(world, {{"host", "n1"}});
  world.log_in("guest", "guest-secret");

  const Json servers = world.nova("GET /servers/detail?host=n2").json()["servers"];

  REQUIRE(servers.size() == 1);
  CHECK(!servers[0].contains(host_field));
}

TEST_CASE("soft-deleted servers are listed only when asked for", "[cloud][servers]") {
  World world;
  const std::string id = booted(world, {{"host", "n1"}});
  world.cloud.state.servers[0].soft_deleted = true;

  CHECK(world.nova("GET /servers?all_tenants=1&host=n1").json()["servers"].empty());
  CHECK(world.nova("GET /servers?all_tenants=1&host=n1&soft_deleted=true")
            .json()["servers"][0]["id"] == id);
}
