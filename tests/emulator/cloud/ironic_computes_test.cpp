// nova-compute with the Ironic driver: which nodes are whose, and how they change hands.
#include <set>
#include <string>
#include <vector>

#include "cloud/ironic_world.hpp"
#include "support/catch.hpp"

using namespace ncc::fake_cloud;
using namespace ncc::fake_cloud::test;

namespace {

class Fleet : public IronicWorld {
 public:
  Fleet() {
    Flavor flavor;
    flavor.id = "bm";
    flavor.name = "bm";
    flavor.extra_specs = {{"resources:CUSTOM_BM", "1"},
                          {"resources:VCPU", "0"},
                          {"resources:MEMORY_MB", "0"},
                          {"resources:DISK_GB", "0"}};
    cloud.state.flavors.push_back(flavor);
  }

  void start(const std::string& host, const std::string& shard) {
    control("POST /_emulator/compute",
            {{"host", host}, {"action", "start"}, {"ironic_shard", shard}});
    control("POST /_emulator/discover", {{"by_service", true}});
  }

  void stop(const std::string& host) {
    control("POST /_emulator/compute", {{"host", host}, {"action", "stop"}});
  }

  Answer put_service(const std::string& host, const Json& body) {
    return nova("PUT /os-services/" + service_id(host), body);
  }

  Answer move(const std::string& uuid, const std::string& host, bool dies_between = false) {
    return control("POST /_emulator/ironic/move",
                   {{"node", uuid}, {"destination", host}, {"dies_between", dies_between}});
  }

  /// service.host of the hypervisor; "none" without one.
  std::string host_of(const std::string& uuid) {
    const Answer answer = nova("GET /os-hypervisors/" + uuid);
    return answer.status() == 200 ? answer.json()["hypervisor"]["service"]["host"] : Json("none");
  }

  /// A server on bare metal that is ACTIVE; its id.
  std::string serve(const std::string& host) { return running(host, {{"flavorRef", "bm"}}); }

  std::string node_of(const std::string& server_id) {
    return server(server_id)["OS-EXT-SRV-ATTR:hypervisor_hostname"];
  }

  Json inventory(const std::string& uuid) {
    return call("GET /placement/resource_providers/" + uuid + "/inventories").json()["inventories"];
  }
};

}  // namespace

TEST_CASE("a service reports the nodes of its shard, and no others", "[cloud][ironic]") {
  Fleet fleet;
  const std::string mine = fleet.add_node("s1");
  const std::string other = fleet.add_node("s2");
  const std::string none = fleet.add_node("");

  fleet.start("i1", "s1");

  CHECK(fleet.host_of(mine) == "i1");
  CHECK(fleet.host_of(other) == "none");
  CHECK(fleet.host_of(none) == "none");
  CHECK(fleet.inventory(mine)["CUSTOM_BM"]["total"] == 1);
  CHECK(fleet.inventory(mine)["CUSTOM_BM"]["reserved"] == 0);
}

TEST_CASE("services without shard share all nodes", "[cloud][ironic]") {
  Fleet fleet;
  std::vector<std::string> nodes;
  for (int i = 0; i < 12; ++i) {
    nodes.push_back(fleet.add_node(""));
  }
  fleet.start("i1", "");
  fleet.start("i2", "");

  std::set<std::string> hosts;
  for (const std::string& node : nodes) {
    hosts.insert(fleet.host_of(node));
  }
  CHECK(hosts == std::set<std::string>{"i1", "i2"});
}

TEST_CASE("a node in maintenance is reserved", "[cloud][ironic]") {
  Fleet fleet;
  const std::string node = fleet.add_node("s1");
  fleet.start("i1", "s1");

  fleet.ironic("PUT /nodes/" + node + "/maintenance");

  CHECK(fleet.inventory(node)["CUSTOM_BM"]["reserved"] == 1);
}

TEST_CASE("a free node follows its shard to another service", "[cloud][ironic]") {
  Fleet fleet;
  const std::string node = fleet.add_node("s1");
  fleet.start("i1", "s1");
  fleet.start("i2", "s2");
  CHECK(fleet.host_of(node) == "i1");

  fleet.set_shard(node, "s2");

  CHECK(fleet.host_of(node) == "i2");
}

TEST_CASE("nobody adopts a node while the new service does not run", "[cloud][ironic]") {
  Fleet fleet;
  const std::string node = fleet.add_node("s1");
  fleet.start("i1", "s1");
  fleet.start("i2", "s2");
  CHECK(fleet.host_of(node) == "i1");
  fleet.stop("i2");

  fleet.set_shard(node, "s2");
  CHECK(fleet.host_of(node) == "i1");
  fleet.start("i2", "s2");

  CHECK(fleet.host_of(node) == "i2");
}

TEST_CASE("adoption takes as long as the services look at their nodes", "[cloud][ironic]") {
  Fleet fleet;
  const std::string node = fleet.add_node("s1");
  fleet.start("i1", "s1");
  fleet.start("i2", "s2");
  CHECK(fleet.host_of(node) == "i1");
  fleet.cloud.state.settings.ironic_report_seconds = 60;

  fleet.set_shard(node, "s2");
  CHECK(fleet.host_of(node) == "i1");
  fleet.advance(60);

  CHECK(fleet.host_of(node) == "i2");
}

TEST_CASE("a server on bare metal takes a node and gives it back", "[cloud][ironic]") {
  Fleet fleet;
  fleet.add_node("s1");
  fleet.start("i1", "s1");

  const std::string id = fleet.serve("i1");
  const std::string uuid = fleet.node_of(id);

  CHECK(fleet.node(uuid)["instance_uuid"] == id);
  CHECK(fleet.node(uuid)["provision_state"] == "active");
  CHECK(fleet.node(uuid)["target_provision_state"].is_null());
  CHECK(fleet.inventory(uuid)["CUSTOM_BM"]["reserved"] == 1);
  CHECK(fleet.used(uuid)["CUSTOM_BM"] == 1);

  fleet.nova("DELETE /servers/" + id);
  CHECK(fleet.nova("GET /servers/" + id).status() == 404);
  CHECK(fleet.node(uuid)["instance_uuid"].is_null());
  CHECK(fleet.node(uuid)["provision_state"] == "available");
  CHECK(fleet.inventory(uuid)["CUSTOM_BM"]["reserved"] == 0);
}

TEST_CASE("a node with a server stays with its service when its shard changes", "[cloud][ironic]") {
  Fleet fleet;
  const std::string node = fleet.add_node("s1");
  fleet.start("i1", "s1");
  fleet.start("i2", "s2");
  const std::string id = fleet.serve("i1");

  CHECK(fleet.set_shard(node, "s2").status() == 200);

  CHECK(fleet.host_of(node) == "i1");
  CHECK(fleet.server(id)["OS-EXT-SRV-ATTR:host"] == "i1");
}

TEST_CASE("a server deleted while its service is down leaves its node in use", "[cloud][ironic]") {
  Fleet fleet;
  const std::string node = fleet.add_node("s1");
  fleet.start("i1", "s1");
  const std::string id = fleet.serve("i1");
  fleet.stop("i1");
  fleet.put_service("i1", {{"forced_down", true}});

  fleet.nova("DELETE /servers/" + id);

  CHECK(fleet.nova("GET /servers/" + id).status() == 404);
  CHECK(fleet.node(node)["instance_uuid"] == id);
  CHECK(fleet.node(node)["provision_state"] == "active");
}

TEST_CASE("a server goes to another node when somebody took the first", "[cloud][ironic]") {
  Fleet fleet;
  const std::string taken = fleet.add_node("s1");
  const std::string free = fleet.add_node("s1");
  fleet.start("i1", "s1");
  CHECK(fleet.host_of(taken) == "i1");
  fleet.cloud.state.ironic_nodes[0].instance_uuid = "00000000-0000-4000-8000-0000000c0001";

  CHECK(fleet.node_of(fleet.serve("i1")) == free);
}

TEST_CASE("a compute node moves with its server once the source is forced down",
          "[cloud][ironic]") {
  Fleet fleet;
  const std::string node = fleet.add_node("s1");
  fleet.start("i1", "s1");
  fleet.start("i2", "s2");
  const std::string id = fleet.serve("i1");
  CHECK(fleet.move(node, "i2").json()["error"] == "Source service is not yet forced down!");
  fleet.stop("i1");
  fleet.put_service("i1", {{"forced_down", true}});
  fleet.set_shard(node, "s2");

  CHECK(fleet.move(node, "i2").status() == 200);

  CHECK(fleet.host_of(node) == "i2");
  CHECK(fleet.server(id)["OS-EXT-SRV-ATTR:host"] == "i2");
  CHECK(fleet.move(node, "i2").json()["error"] == "Source service is not yet forced down!");
}

TEST_CASE("a compute node does not move to a service that is not there or forced down",
          "[cloud][ironic]") {
  Fleet fleet;
  const std::string node = fleet.add_node("s1");
  fleet.start("i1", "s1");
  fleet.start("i2", "s2");
  CHECK(fleet.host_of(node) == "i1");
  fleet.put_service("i1", {{"forced_down", true}});
  fleet.put_service("i2", {{"forced_down", true}});

  CHECK(fleet.move(node, "i2").json()["error"] == "Destination compute is forced down!");
  CHECK(fleet.move(node, "i9").json()["error"] == "Compute host i9 could not be found.");
}

TEST_CASE("a move that dies between its saves leaves the server behind", "[cloud][ironic]") {
  Fleet fleet;
  const std::string node = fleet.add_node("s1");
  fleet.start("i1", "s1");
  fleet.start("i2", "s2");
  const std::string id = fleet.serve("i1");
  fleet.stop("i1");
  fleet.put_service("i1", {{"forced_down", true}});
  fleet.set_shard(node, "s2");

  CHECK(fleet.move(node, "i2", true).status() == 400);

  CHECK(fleet.host_of(node) == "i2");
  CHECK(fleet.server(id)["OS-EXT-SRV-ATTR:host"] == "i1");
  CHECK(fleet.move(node, "i2").status() == 400);
}

TEST_CASE("a service without servers is deleted with the compute nodes it has left",
          "[cloud][ironic]") {
  Fleet fleet;
  const std::string moved = fleet.add_node("s1");
  const std::string left = fleet.add_node("s1");
  fleet.start("i1", "s1");
  fleet.start("i2", "s2");
  CHECK(fleet.host_of(left) == "i1");
  fleet.stop("i1");
  fleet.set_shard(moved, "s2");

  CHECK(fleet.nova("DELETE /os-services/" + fleet.service_id("i1")).status() == 204);

  CHECK(fleet.host_of(moved) == "i2");
  CHECK(fleet.inventory(moved).contains("CUSTOM_BM"));
  CHECK(fleet.host_of(left) == "none");
  CHECK(fleet.call("GET /placement/resource_providers/" + left).status() == 404);
}

TEST_CASE("a service that runs drops the row of a node that Ironic deleted", "[cloud][ironic]") {
  Fleet fleet;
  const std::string node = fleet.add_node("s1");
  fleet.start("i1", "s1");
  CHECK(fleet.host_of(node) == "i1");

  CHECK(fleet.ironic("DELETE /nodes/" + node).status() == 204);

  CHECK(fleet.host_of(node) == "none");
}

TEST_CASE("a service without a node of its own is found by service only", "[cloud][ironic]") {
  Fleet fleet;
  fleet.control("POST /_emulator/compute",
                {{"host", "i1"}, {"action", "start"}, {"ironic_shard", "s1"}});
  fleet.control("POST /_emulator/discover", Json::object());
  CHECK(!fleet.cloud.state.services.back().mapped);

  fleet.control("POST /_emulator/discover", {{"by_service", true}});
  CHECK(fleet.cloud.state.services.back().mapped);
}
