// What the contract cannot ask of a real Ironic: locks, transitions, and worlds of many nodes.
#include <string>
#include <vector>

#include "cloud/ironic_world.hpp"
#include "support/catch.hpp"

using namespace ncc::fake_cloud;
using namespace ncc::fake_cloud::test;

namespace {

const std::string instance = "00000000-0000-4000-8000-0000000c0001";

std::vector<std::string> names_of(const Answer& answer) {
  const Json body = answer.json();
  std::vector<std::string> names;
  for (const Json& node : body["nodes"]) {
    names.push_back(node["name"]);
  }
  return names;
}

}  // namespace

TEST_CASE("a world has no Ironic until it gets one", "[cloud][ironic]") {
  World world;

  CHECK(world.call("GET /baremetal/v1/nodes").status() == 501);
}

TEST_CASE("many nodes are made in turn for each shard", "[cloud][ironic]") {
  IronicWorld world;

  world.control(
      "POST /_emulator/ironic/nodes",
      {{"count", 5}, {"prefix", "x"}, {"shards", {"s1", "s2"}}, {"resource_class", "bm"}});

  CHECK(names_of(world.ironic("GET /nodes?shard=s1")) ==
        std::vector<std::string>{"x-0", "x-2", "x-4"});
  CHECK(world.ironic("GET /nodes?shard=s1,s2").json()["nodes"].size() == 5);
  CHECK(world.ironic("GET /shards").json()["shards"] ==
        Json::parse(R"([{"name": "s1", "count": 3}, {"name": "s2", "count": 2}])"));
}

TEST_CASE("a page is at most max_limit long and ends behind its last node", "[cloud][ironic]") {
  IronicWorld world;
  world.cloud.state.settings.max_limit = 2;
  world.control("POST /_emulator/ironic/nodes", {{"count", 3}});
  const std::string middle = world.cloud.state.ironic_nodes[1].uuid;

  const Json first = world.ironic("GET /nodes?limit=1000").json();
  const Json second = world.ironic("GET /nodes?limit=1000&marker=" + middle).json();

  CHECK(first["nodes"].size() == 2);
  CHECK(first["next"].get<std::string>().find("marker=" + middle) != std::string::npos);
  CHECK(second["nodes"].size() == 1);
  CHECK(!second.contains("next"));
}

TEST_CASE("a deleted node is no marker, and the one before it still is", "[cloud][ironic]") {
  IronicWorld world;
  world.control("POST /_emulator/ironic/nodes", {{"count", 3}});
  const std::string before = world.cloud.state.ironic_nodes[0].uuid;
  const std::string gone = world.cloud.state.ironic_nodes[1].uuid;
  CHECK(world.ironic("DELETE /nodes/" + gone).status() == 204);

  CHECK(world.ironic("GET /nodes?marker=" + gone).status() == 404);
  CHECK(names_of(world.ironic("GET /nodes?marker=" + before)) == std::vector<std::string>{"bm-2"});
}

TEST_CASE("a node whose lock a conductor holds is not changed", "[cloud][ironic]") {
  IronicWorld world;
  const std::string uuid = world.add_node("s1", {{"reservation", "c1"}});

  const Answer refused = world.set_shard(uuid, "s2");

  CHECK(refused.status() == 409);
  CHECK(IronicWorld::fault(refused) ==
        "Node " + uuid +
            " is locked by host c1, please retry after the current operation is "
            "completed.");
  CHECK(world.node(uuid)["shard"] == "s1");
  world.control("POST /_emulator/ironic/nodes/" + uuid, {{"reservation", nullptr}});
  CHECK(world.set_shard(uuid, "s2").status() == 200);
}

TEST_CASE("so many changes as planned meet a lock", "[cloud][ironic]") {
  IronicWorld world;
  const std::string uuid = world.add_node("s1", {{"locked_changes", 2}});

  CHECK(world.set_shard(uuid, "s2").status() == 409);
  CHECK(world.set_shard(uuid, "s2").status() == 409);
  CHECK(world.set_shard(uuid, "s2").status() == 200);
}

TEST_CASE("a node in transition is changed in some states only", "[cloud][ironic]") {
  const auto [state, target, status] =
      GENERATE(table<std::string, std::string, int>({{"deploying", "active", 409},
                                                     {"wait call-back", "active", 409},
                                                     {"cleaning", "available", 409},
                                                     {"clean wait", "available", 409},
                                                     {"deleting", "available", 409},
                                                     {"clean failed", "available", 200},
                                                     {"deploy failed", "active", 200},
                                                     {"error", "available", 200}}));
  IronicWorld world;
  const std::string uuid =
      world.add_node("s1", {{"provision_state", state}, {"target_provision_state", target}});

  CHECK(world.set_shard(uuid, "s2").status() == status);
}

TEST_CASE("maintenance and removal of the instance go through even in transition",
          "[cloud][ironic]") {
  IronicWorld world;
  const std::string uuid = world.add_node("s1",
                                          {{"provision_state", "deploying"},
                                           {"target_provision_state", "active"},
                                           {"instance_uuid", instance}});
  const Json clear = IronicWorld::change("remove", "/instance_uuid");

  CHECK(world.ironic("PATCH /nodes/" + uuid, clear).status() == 409);
  CHECK(world.ironic("PUT /nodes/" + uuid + "/maintenance").status() == 202);
  CHECK(world.ironic("PATCH /nodes/" + uuid, clear).status() == 200);
  CHECK(world.node(uuid)["instance_uuid"].is_null());
}

TEST_CASE("the shard is for the admin of the system alone", "[cloud][ironic]") {
  IronicWorld world;
  world.cloud.state.users[0].roles = {"admin", "service"};
  world.log_in("nova_compute", "cloud-secret");
  const std::string uuid = world.add_node("s1");
  const Json patch = IronicWorld::change("replace", "/shard", "s2");

  CHECK(world.ironic_by_project("GET /nodes").json()["nodes"].empty());
  CHECK(world.ironic_by_project("GET /shards").status() == 403);
  CHECK(world.ironic_by_project("PATCH /nodes/" + uuid, patch).status() == 404);

  world.cloud.state.settings.ironic_service_project = "services";
  CHECK(world.ironic_by_project("GET /nodes").json()["nodes"].size() == 1);
  CHECK(world.ironic_by_project("GET /shards").status() == 200);
  CHECK(world.ironic_by_project("PATCH /nodes/" + uuid, patch).status() == 403);
  CHECK(world.ironic("PATCH /nodes/" + uuid, patch).status() == 200);
}

TEST_CASE("a user without a role in the system gets no token for it", "[cloud][ironic]") {
  World world;
  Json auth = password_auth("guest", "guest-secret");
  auth["auth"]["scope"] = {{"system", {{"all", true}}}};

  const Answer answer{handle(world.cloud, make_request("POST /v3/auth/tokens", {}, auth.dump()))};

  CHECK(answer.status() == 401);
}

TEST_CASE("an older Ironic has no shards", "[cloud][ironic]") {
  IronicWorld world;
  world.cloud.state.settings.ironic_max = "1.81";

  CHECK(world.ironic("GET /nodes").status() == 406);
  CHECK(world.ironic("GET /", Json(), "1.81").json()["version"]["version"] == "1.81");
}

TEST_CASE("a node that is cleaned is available once that is over", "[cloud][ironic]") {
  IronicWorld world;
  world.cloud.state.settings.ironic_clean_seconds = 60;
  const std::string uuid = world.add_node("s1", {{"provision_state", "active"}});

  CHECK(
      world.ironic("PUT /nodes/" + uuid + "/states/provision", {{"target", "deleted"}}).status() ==
      202);
  CHECK(world.node(uuid)["provision_state"] == "cleaning");
  world.advance(61);
  CHECK(world.node(uuid)["provision_state"] == "available");
  CHECK(world.node(uuid)["target_provision_state"].is_null());
}

TEST_CASE("an allocation passes over a locked node, and fails when there is no other",
          "[cloud][ironic]") {
  IronicWorld world;
  const std::string held = world.add_node("s1", {{"reservation", "c1"}});
  const auto allocate = [&](const std::string& uuid) {
    world.ironic("POST /allocations", {{"uuid", uuid}, {"resource_class", "bm"}});
    return world.ironic("GET /allocations/" + uuid).json();
  };

  const Json failed = allocate(instance);
  CHECK(failed["state"] == "error");
  CHECK(failed["last_error"] == "Failed to process allocation " + instance +
                                    ": could not reserve any of 1 suitable nodes.");

  const std::string free = world.add_node("s1");
  CHECK(allocate("00000000-0000-4000-8000-0000000c0002")["node_uuid"] == free);
  CHECK(world.node(held)["instance_uuid"].is_null());
}

TEST_CASE("faults meet Ironic's calls as they meet others", "[cloud][ironic]") {
  IronicWorld world;
  const std::string uuid = world.add_node("s1");
  world.control("POST /_emulator/faults",
                {{"method", "PATCH"}, {"path", "/baremetal/v1/nodes/"}, {"status", 503}});

  CHECK(world.set_shard(uuid, "s2").status() == 503);
  CHECK(world.node(uuid)["shard"] == "s1");
  CHECK(world.set_shard(uuid, "s2").status() == 200);
}

TEST_CASE("a world with Ironic survives its JSON form", "[cloud][ironic]") {
  IronicWorld world;
  const std::string uuid = world.add_node("s1", {{"owner", "p1"}, {"traits", {"CUSTOM_A"}}});
  const Json before = world.control("GET /_emulator/state").json();

  CHECK(world.control("PUT /_emulator/state", before).status() == 200);

  CHECK(world.control("GET /_emulator/state").json() == before);
  CHECK(world.cloud.state.ironic_nodes.at(0).uuid == uuid);
}
