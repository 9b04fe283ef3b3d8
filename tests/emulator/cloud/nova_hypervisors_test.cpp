#include "cloud/world.hpp"
#include "support/catch.hpp"

using namespace ncc::fake_cloud::test;

TEST_CASE("hypervisors at 2.53 have uuids, their service and capacity", "[cloud][hypervisors]") {
  World world;
  world.boot({{"host", "n1"}});

  const Json node = world.call("GET /compute/v2.1/os-hypervisors/detail", "compute 2.53")
                        .json()["hypervisors"][0];

  CHECK(node["hypervisor_hostname"] == "n1");
  CHECK(node["state"] == "up");
  CHECK(node["status"] == "enabled");
  CHECK(node["service"]["host"] == "n1");
  CHECK(node["service"]["id"] == world.service_id("n1"));
  CHECK(node["service"]["disabled_reason"].is_null());
  CHECK(node["running_vms"] == 1);
  CHECK(node["vcpus"] == 8);
  CHECK(node["vcpus_used"] == 1);
  CHECK(node["memory_mb_used"] == 1024);  // 512 of the host, 512 of the server
  CHECK(!node.contains("uptime"));
}

TEST_CASE("hypervisors at 2.88 have uptime and no capacity", "[cloud][hypervisors]") {
  World world;

  const Json node = world.call("GET /compute/v2.1/os-hypervisors/detail", "compute 2.88")
                        .json()["hypervisors"][0];

  CHECK(node.contains("uptime"));
  CHECK(!node.contains("running_vms"));
  CHECK(!node.contains("vcpus"));
  CHECK(node["service"]["host"] == "n1");
}

TEST_CASE("the hostname pattern is a part of the name, and 404 when nothing fits",
          "[cloud][hypervisors]") {
  World world;

  CHECK(world.nova("GET /os-hypervisors?hypervisor_hostname_pattern=n")
            .json()["hypervisors"]
            .size() == 2);
  CHECK(world.nova("GET /os-hypervisors?hypervisor_hostname_pattern=n2")
            .json()["hypervisors"]
            .size() == 1);
  const Answer none = world.nova("GET /os-hypervisors?hypervisor_hostname_pattern=x");
  CHECK(none.status() == 404);
  CHECK(none.json()["itemNotFound"]["message"] == "No hypervisor matching 'x' could be found.");
  CHECK(world.nova("GET /os-hypervisors?hypervisor_hostname_pattern=n&limit=1").status() == 400);
  CHECK(world.nova("GET /os-hypervisors?host=n1").status() == 400);
}

TEST_CASE("hypervisors are paged by uuid", "[cloud][hypervisors]") {
  World world;

  const Json first = world.nova("GET /os-hypervisors?limit=1").json();
  const std::string id = first["hypervisors"][0]["id"];
  const Json second = world.nova("GET /os-hypervisors?limit=1&marker=" + id).json();

  CHECK(first["hypervisors"].size() == 1);
  CHECK(first["hypervisors_links"][0]["rel"] == "next");
  CHECK(second["hypervisors"][0]["hypervisor_hostname"] == "n2");
  CHECK(!second.contains("hypervisors_links"));
}

TEST_CASE("with_servers names the servers of each hypervisor", "[cloud][hypervisors]") {
  World world;
  const std::string id = world.boot({{"host", "n1"}}).json()["server"]["id"];

  const Json nodes = world.nova("GET /os-hypervisors?with_servers=true").json()["hypervisors"];

  CHECK(nodes[0]["servers"] == Json::array({{{"name", "probe"}, {"uuid", id}}}));
  CHECK(nodes[1]["servers"].empty());
}

TEST_CASE("one hypervisor is shown by uuid", "[cloud][hypervisors]") {
  World world;
  const std::string id = world.nova("GET /os-hypervisors").json()["hypervisors"][0]["id"];

  CHECK(world.nova("GET /os-hypervisors/" + id).json()["hypervisor"]["hypervisor_hostname"] ==
        "n1");
  CHECK(world.nova("GET /os-hypervisors/00000000-0000-4000-8000-000000000000").status() == 404);
  CHECK(world.nova("GET /os-hypervisors/7").status() == 400);
}
