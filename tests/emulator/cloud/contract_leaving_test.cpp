// The contract: what draining and removing hosts ask a cloud for. The target has one host, so no
// move gets anywhere.
#include "cloud/contract_probe.hpp"
#include "support/catch.hpp"

using namespace ncc::contract;

namespace {

const std::string unknown_id = "00000000-0000-4000-8000-00000000abcd";
const std::string by_uuid = "GET /servers/detail?all_tenants=true&sort_key=uuid&sort_dir=asc&host=";

Json service_of_host() {
  return session()
      .nova("GET /os-services?binary=nova-compute&host=" + target().host, "2.53")
      .json()["services"]
      .at(0);
}

std::string provider_of_host() {
  const Json nodes = session().nova("GET /os-hypervisors/detail", "2.53").json();
  for (const Json& node : nodes["hypervisors"]) {
    if (node["service"]["host"] == target().host) {
      return node["id"];
    }
  }
  return "";
}

// A POST to the server's actions, at the version that the charm uses for it.
Answer act(const Probe& probe, const std::string& version, const Json& action) {
  return session().nova("POST" + probe.path() + "/action", version, action);
}

// The action of a request once one of its events has failed; 2.84 says how.
Json failed_action(const Probe& probe, const Answer& posted) {
  const std::string path =
      "GET" + probe.path() + "/os-instance-actions/" + posted.headers.at("x-openstack-request-id");
  const auto failed = await(path, [](const Answer& answer) {
    return answer.json()["instanceAction"]["message"] == "Error";
  });
  return failed ? session().nova(path, "2.84").json()["instanceAction"] : Json();
}

// Keeps servers off all other hosts while it lives, so that a move finds none.
class OnlyHost {
 public:
  OnlyHost() {
    const Json services =
        session().nova("GET /os-services?binary=nova-compute", "2.53").json()["services"];
    for (const Json& service : services) {
      if (service["host"] != target().host && service["status"] == "enabled") {
        others_.push_back(service["id"]);
        (void)session().nova("PUT /os-services/" + others_.back(),
                             "2.53",
                             {{"status", "disabled"}, {"disabled_reason", "contract test"}});
      }
    }
  }

  OnlyHost(const OnlyHost&) = delete;
  OnlyHost& operator=(const OnlyHost&) = delete;

  ~OnlyHost() {
    for (const std::string& id : others_) {
      (void)session().nova("PUT /os-services/" + id, "2.53", {{"status", "enabled"}});
    }
  }

 private:
  std::vector<std::string> others_ = {};
};

}  // namespace

TEST_CASE("a server that finds no other host is accepted, stays, and its action tells why",
          "[contract][leaving]") {
  const auto [version, action, type] = GENERATE(table<std::string, std::string, std::string>(
      {{"2.56", R"({"migrate":null})", "migration"},
       {"2.68",
        R"({"os-migrateLive":{"host":null,"block_migration":"auto"}})",
        "live-migration"}}));
  const auto probe = active_server();
  REQUIRE(probe);
  const OnlyHost only;

  const Answer posted = act(*probe, version, Json::parse(action));

  CHECK(posted.status == 202);
  const Json shown = failed_action(*probe, posted);
  CHECK(missing(shown, "action request_id instance_uuid start_time message project_id events") ==
        "");
  CHECK(missing(shown["events"][0], "event start_time finish_time result traceback details") == "");
  CHECK(shown["events"].dump().find("No valid host was found") != std::string::npos);
  const Json server = session().nova("GET" + probe->path(), "2.74").json()["server"];
  CHECK(server["status"] == "ACTIVE");
  CHECK(server["OS-EXT-STS:task_state"].is_null());
  CHECK(server["OS-EXT-SRV-ATTR:host"] == target().host);
  const Json record =
      session().nova("GET /os-migrations?instance_uuid=" + probe->id(), "2.59").json();
  REQUIRE(record["migrations"].size() == 1);
  CHECK(missing(record["migrations"][0],
                "id uuid instance_uuid status migration_type source_compute source_node "
                "dest_compute dest_node dest_host created_at updated_at") == "");
  CHECK(record["migrations"][0]["status"] == "error");
  CHECK(record["migrations"][0]["migration_type"] == type);
  CHECK(record["migrations"][0]["source_compute"] == target().host);
  CHECK(record["migrations"][0]["dest_compute"].is_null());
}

TEST_CASE("actions are refused by state and by their body", "[contract][leaving]") {
  const auto probe = active_server();
  REQUIRE(probe);
  using Row = std::tuple<std::string, std::string, int>;
  const std::vector<Row> rows = {
      {"2.68", R"({"confirmResize":null})", 409},
      {"2.68", R"({"shelveOffload":null})", 409},
      {"2.68", R"({"os-start":null})", 409},
      {"2.68", R"({"evacuate":{}})", 400},
      {"2.68", R"({"os-migrateLive":{"block_migration":"auto"}})", 400},
      {"2.68", R"({"os-migrateLive":{"host":null,"block_migration":"auto","force":false}})", 400},
      {"2.68", R"({"os-migrateLive":{"host":"no-such-host","block_migration":"auto"}})", 400},
      {"2.56", R"({"migrate":{"host":"no-such-host"}})", 400},
      {"2.56", R"({"migrate":{"color":"red"}})", 400},
      {"2.68", R"({"no-such-action":null})", 400}};

  for (const auto& [version, action, status] : rows) {
    const Answer answer = act(*probe, version, Json::parse(action));
    INFO(action << " " << answer.body);
    CHECK(answer.status == status);
  }
}

TEST_CASE("a service whose host has a server is not deleted", "[contract][leaving]") {
  const auto probe = active_server();
  REQUIRE(probe);

  const Answer answer =
      session().nova("DELETE /os-services/" + service_of_host()["id"].get<std::string>(), "2.53");

  CHECK(answer.status == 409);
  CHECK(answer.json()["conflictingRequest"]["message"] ==
        "Unable to delete compute service that is hosting instances. Migrate or delete the "
        "instances first.");
}

TEST_CASE("servers of a host are listed in pages, soft-deleted ones are added when asked for",
          "[contract][leaving]") {
  const auto probe = active_server();
  REQUIRE(probe);
  const std::string all = by_uuid + target().host;

  const Json page = session().nova(all + "&limit=1", "2.74").json();
  const Json with_deleted = session().nova(all + "&soft_deleted=true", "2.74").json()["servers"];
  const Json after = session().nova(all + "&marker=" + probe->id(), "2.74").json()["servers"];

  CHECK(page["servers"].size() == 1);
  CHECK(page["servers_links"][0]["rel"] == "next");
  CHECK(with_deleted.dump().find(probe->id()) != std::string::npos);
  for (const Json& server : after) {
    CHECK(server["id"].get<std::string>() > probe->id());
  }
}

TEST_CASE("a server's resources are found from both sides", "[contract][leaving]") {
  const auto probe = active_server();
  REQUIRE(probe);
  const std::string provider = provider_of_host();

  const Json of_provider =
      session().placement("GET /resource_providers/" + provider + "/allocations", "1.14").json();
  const Json of_server = session().placement("GET /allocations/" + probe->id(), "1.28").json();

  CHECK(missing(of_provider, "allocations resource_provider_generation") == "");
  CHECK(of_provider["allocations"][probe->id()]["resources"].contains("MEMORY_MB"));
  CHECK(missing(of_server, "allocations project_id user_id consumer_generation") == "");
  CHECK(of_server["allocations"][provider]["resources"].contains("VCPU"));
  const Json tree =
      session().placement("GET /resource_providers?in_tree=" + provider, "1.14").json();
  CHECK(missing(tree["resource_providers"][0], "uuid name parent_provider_uuid") == "");
}

TEST_CASE("candidates say the room of each provider", "[contract][leaving]") {
  const std::string need =
      "GET /allocation_candidates?resources=MEMORY_MB:1&required=!COMPUTE_STATUS_DISABLED";

  const Answer answer = session().placement(need, "1.22");

  CHECK(answer.status == 200);
  CHECK(missing(answer.json(), "allocation_requests provider_summaries") == "");
  const Json summary = answer.json()["provider_summaries"][provider_of_host()];
  CHECK(missing(summary["resources"]["MEMORY_MB"], "capacity used") == "");
  CHECK(session().placement("GET /allocation_candidates?resources=NO_SUCH:1", "1.22").status ==
        400);
}

TEST_CASE("migrations refuse unknown parameters from 2.59 on", "[contract][leaving]") {
  CHECK(session().nova("GET /os-migrations?color=red", "2.58").status == 200);
  CHECK(session().nova("GET /os-migrations?color=red", "2.59").status == 400);
  CHECK(session().nova("GET /os-migrations?changes-since=yesterday", "2.59").status == 400);
  CHECK(session().nova("GET /os-migrations?marker=" + unknown_id, "2.59").status == 400);
  CHECK(session().nova("GET /os-migrations?host=no-such-host", "2.59").json() ==
        Json{{"migrations", Json::array()}});
}

TEST_CASE("a server group has a policy, rules and members", "[contract][leaving]") {
  const Json wanted = {{"name", "ncc-contract"}, {"policy", "anti-affinity"}};
  const Answer made = session().nova("POST /os-server-groups", "2.64", {{"server_group", wanted}});
  REQUIRE(made.status == 200);
  const std::string id = made.json()["server_group"]["id"];

  const Json listed =
      session().nova("GET /os-server-groups?all_projects=True&limit=1000", "2.64").json();
  CHECK(session().nova("DELETE /os-server-groups/" + id, "2.64").status == 204);

  Json group;
  for (const Json& each : listed["server_groups"]) {
    group = each["id"] == id ? each : group;
  }
  CHECK(missing(group, "id name policy rules members project_id user_id") == "");
  CHECK(group["policy"] == "anti-affinity");
  CHECK(group["members"] == Json::array());
}

TEST_CASE("agents tell their bridge mappings and zone", "[contract][leaving]") {
  const Json agents = session().neutron("GET /agents?host=" + target().host).json()["agents"];

  REQUIRE(!agents.empty());
  for (const Json& agent : agents) {
    CHECK(missing(agent, "availability_zone") == "");
    CHECK(missing(agent["configurations"], "bridge-mappings chassis_name") == "");
    CHECK(agent["configurations"]["bridge-mappings"].is_string());
  }
}

TEST_CASE("gateway ports and physical networks can be listed", "[contract][leaving]") {
  const Answer ports = session().neutron("GET /ports?device_owner=network:router_gateway");
  const Answer networks = session().neutron("GET /networks");

  CHECK(ports.status == 200);
  for (const Json& port : ports.json()["ports"]) {
    CHECK(missing(port, "id device_id device_owner network_id binding:host_id status") == "");
    CHECK(port["device_owner"] == "network:router_gateway");
  }
  for (const Json& network : networks.json()["networks"]) {
    CHECK(missing(network, "id provider:physical_network router:external") == "");
  }
}

TEST_CASE("a provider or consumer that is not there cannot be deleted", "[contract][leaving]") {
  CHECK(session().placement("DELETE /resource_providers/" + unknown_id, "1.23").status == 404);
  CHECK(session().placement("DELETE /allocations/" + unknown_id, "1.23").status == 404);
}
