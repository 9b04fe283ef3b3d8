// Actions other than moves, the records of all of them, lists of servers, groups and aggregates.
#include "cloud/world.hpp"
#include "support/catch.hpp"

using namespace ncc::fake_cloud::test;

namespace {

const std::string host_field = "OS-EXT-SRV-ATTR:host";
const std::string query = "GET /servers/detail?all_tenants=1&host=n1";

std::vector<std::string> ids_of(const Json& servers) {
  std::vector<std::string> ids;
  for (const Json& server : servers) {
    ids.push_back(server["id"]);
  }
  return ids;
}

}  // namespace

TEST_CASE("an action leads to its state and from there to none but its way back",
          "[cloud][actions]") {
  World world;
  const auto [there, status, back] =
      GENERATE(table<std::string, std::string, std::string>({{"os-stop", "SHUTOFF", "os-start"},
                                                             {"pause", "PAUSED", "unpause"},
                                                             {"suspend", "SUSPENDED", "resume"},
                                                             {"rescue", "RESCUE", "unrescue"}}));
  const std::string id = world.running("n1");

  CHECK(world.act(id, {{back, nullptr}}).status() == 409);
  CHECK(world.act(id, {{there, nullptr}}).status() == 202);
  CHECK(world.server(id)["status"] == status);
  CHECK(world.act(id, {{there == "rescue" ? "suspend" : "pause", nullptr}}).status() == 409);
  CHECK(world.act(id, {{back, nullptr}}).status() == 202);
  CHECK(world.server(id)["status"] == "ACTIVE");
}

TEST_CASE("a shelved server leaves its host at once, or when it is told to", "[cloud][actions]") {
  World world;
  const bool at_once = GENERATE(true, false);
  world.cloud.state.settings.shelved_offload_time = at_once ? 0 : -1;
  const std::string id = world.running("n1");

  world.act(id, {{"shelve", nullptr}});
  if (!at_once) {
    CHECK(world.server(id)["status"] == "SHELVED");
    CHECK(world.server(id)[host_field] == "n1");
    CHECK(world.act(id, {{"shelveOffload", nullptr}}).status() == 202);
  }

  CHECK(world.server(id)["status"] == "SHELVED_OFFLOADED");
  CHECK(world.server(id)[host_field].is_null());
  CHECK(world.used("n1")["VCPU"] == 0);
  CHECK(world.act(id, {{"unshelve", nullptr}}).status() == 202);
  CHECK(world.server(id)["status"] == "ACTIVE");
  CHECK(!world.server(id)[host_field].is_null());
}

TEST_CASE("unknown and malformed actions are 400", "[cloud][actions]") {
  World world;
  const std::string id = world.running("n1");

  CHECK(world.act(id, {{"fly", nullptr}}).json()["badRequest"]["message"] ==
        "There is no such action: fly");
  CHECK(world.act(id, Json::array()).status() == 400);
  CHECK(world.act(id, {{"pause", nullptr}, {"zzz", 1}}).status() == 400);
  CHECK(world.act(id, {{"os-resetState", {{"state", "paused"}}}}).status() == 400);
  CHECK(world.act("00000000-0000-4000-8000-000000000000", {{"pause", nullptr}}).status() == 404);
}

TEST_CASE("a lock holds its owner and not the admin", "[cloud][actions]") {
  World world;
  world.log_in("guest", "guest-secret");
  const std::string id = world.boot(Json::object()).json()["server"]["id"];
  world.server(id);
  world.server(id);
  world.log_in("nova_compute", "cloud-secret");
  world.act(id, {{"lock", {{"locked_reason", "mine"}}}}, "2.73");

  CHECK(world.server(id)["locked"] == true);
  CHECK(world.server(id)["locked_reason"] == "mine");
  CHECK(world.act(id, {{"pause", nullptr}}).status() == 202);
  world.log_in("guest", "guest-secret");
  CHECK(world.act(id, {{"unpause", nullptr}}).status() == 409);
  CHECK(world.live(id).status() == 403);
  CHECK(world.act(id, {{"unlock", nullptr}}).status() == 202);
  CHECK(world.act(id, {{"unpause", nullptr}}).status() == 202);
}

TEST_CASE("what is asked of a server is recorded under the id of the request", "[cloud][actions]") {
  World world;
  const std::string id = world.running("n1");
  const std::string path = "/servers/" + id + "/os-instance-actions";

  const Answer posted = world.live(id);
  const std::string request = posted.header("X-Openstack-Request-Id");
  const Json list = world.nova("GET " + path).json()["instanceActions"];
  const Json action = world.nova("GET " + path + "/" + request).json()["instanceAction"];

  CHECK(posted.header("X-Compute-Request-Id") == request);
  REQUIRE(list.size() == 2);
  CHECK(list[0]["action"] == "live-migration");
  CHECK(list[0]["request_id"] == request);
  CHECK(list[1]["action"] == "create");
  CHECK(action["message"].is_null());
  CHECK(action["events"][0]["event"] == "conductor_live_migrate_instance");
  CHECK(action["events"][0]["result"] == "Success");
  CHECK(world.nova("GET " + path + "/req-unknown").status() == 404);
}

TEST_CASE("a deleted server is kept for a while where Nova is told so", "[cloud][servers]") {
  World world;
  world.cloud.state.settings.reclaim_instance_interval = 100;
  const std::string id = world.running("n1");

  CHECK(world.nova("DELETE /servers/" + id).status() == 204);
  CHECK(world.nova(query).json()["servers"].empty());
  const Json kept = world.nova(query + "&soft_deleted=true").json()["servers"];
  const int refused = world.nova("DELETE /os-services/" + world.service_id("n1")).status();
  CHECK(world.act(id, {{"restore", nullptr}}).status() == 202);
  CHECK(world.server(id)["status"] == "ACTIVE");
  world.nova("DELETE /servers/" + id);
  world.advance(100);

  REQUIRE(kept.size() == 1);
  CHECK(kept[0]["status"] == "SOFT_DELETED");
  CHECK(kept[0]["OS-EXT-STS:vm_state"] == "soft-delete");
  CHECK(refused == 409);
  CHECK(world.nova("GET /servers/" + id).status() == 404);
}

TEST_CASE("soft_deleted adds to a list and does not replace it", "[cloud][servers]") {
  World world;
  const std::string alive = world.running("n1");
  const std::string gone = world.running("n1");
  world.cloud.state.servers[1].soft_deleted = true;

  CHECK(ids_of(world.nova(query).json()["servers"]) == std::vector<std::string>{alive});
  CHECK(world.nova(query + "&soft_deleted=true").json()["servers"].size() == 2);
}

TEST_CASE("the marker of a page that was deleted meanwhile is 400", "[cloud][servers]") {
  World world;
  const std::string id = world.running("n1");
  world.nova("DELETE /servers/" + id);

  CHECK(world.nova(query + "&marker=" + id).json()["badRequest"]["message"] ==
        "marker [" + id + "] not found");
}

TEST_CASE("servers of a cell that does not answer are missing, its service is UNKNOWN",
          "[cloud][servers]") {
  World world;
  const std::string id = world.running("n1");
  world.cloud.state.settings.down_cells = {"n1"};
  const std::string services = "GET /compute/v2.1/os-services?host=n1";

  CHECK(world.nova(query).json()["servers"].empty());
  CHECK(world.server(id)["status"] == "UNKNOWN");
  CHECK(world.call(services, "compute 2.68").json()["services"].empty());
  CHECK(world.call(services, "compute 2.69").json()["services"] ==
        Json::array({{{"binary", "nova-compute"}, {"host", "n1"}, {"status", "UNKNOWN"}}}));
}

TEST_CASE("a server shows what its flavor asks for and that its root is a volume",
          "[cloud][servers]") {
  World world;
  const std::string id = world.running("n1");
  world.cloud.state.flavors[0].extra_specs = {{"hw:cpu_policy", "dedicated"}};
  world.cloud.state.servers[0].image = "";

  const Json server = world.server(id);

  CHECK(server["image"] == "");
  CHECK(server["flavor"]["original_name"] == "m1.tiny");
  CHECK(server["flavor"]["extra_specs"] == Json{{"hw:cpu_policy", "dedicated"}});
}

TEST_CASE("groups are made, listed and paged, those of all projects for admins",
          "[cloud][groups]") {
  World world;
  const auto make = [&](const std::string& name) {
    return world.nova(
        "POST /os-server-groups",
        {{"server_group",
          {{"name", name}, {"policy", "anti-affinity"}, {"rules", {{"max_server_per_host", 2}}}}}});
  };
  const Answer made = make("a");
  make("b");
  world.cloud.state.server_groups[1].project = "other";
  const std::string id = world.running("n1");
  world.cloud.state.server_groups[0].members = {id};
  const auto listed = [&](const std::string& what) {
    return world.nova("GET /os-server-groups" + what).json()["server_groups"];
  };

  CHECK(made.status() == 200);
  CHECK(listed("").size() == 1);
  CHECK(listed("?all_projects=True").size() == 2);
  CHECK(listed("?all_projects=True&limit=1&offset=1")[0]["name"] == "b");
  CHECK(listed("")[0]["members"] == Json::array({id}));
  CHECK(listed("")[0]["policy"] == "anti-affinity");
  CHECK(listed("")[0]["rules"]["max_server_per_host"] == 2);
  CHECK(world.server(id)["server_groups"] == Json::array({made.json()["server_group"]["id"]}));
  world.nova("DELETE /servers/" + id);
  CHECK(listed("")[0]["members"].empty());
}

TEST_CASE("hosts are put into aggregates and taken out", "[cloud][aggregates]") {
  World world;
  const Answer made = world.nova("POST /os-aggregates",
                                 {{"aggregate", {{"name", "a"}, {"availability_zone", "az1"}}}});
  const auto act = [&](const std::string& action, const std::string& host) {
    return world.nova("POST /os-aggregates/1/action", {{action, {{"host", host}}}}).status();
  };

  CHECK(made.json()["aggregate"]["id"] == 1);
  CHECK(act("add_host", "n1") == 200);
  CHECK(act("add_host", "n1") == 409);
  CHECK(act("add_host", "ghost") == 404);
  CHECK(world.nova("GET /os-aggregates").json()["aggregates"][0]["hosts"] == Json::array({"n1"}));
  CHECK(act("remove_host", "n1") == 200);
  CHECK(act("remove_host", "n1") == 404);
}
