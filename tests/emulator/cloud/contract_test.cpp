// The contract: identity, versions, services, hypervisors, providers, agents, names. Servers:
// contract_servers_test.cpp.
#include "cloud/contract.hpp"

#include "support/catch.hpp"

using namespace ncc::contract;

namespace {

const std::string unknown_id = "00000000-0000-4000-8000-00000000abcd";

Json service_of_host() {
  const Json services =
      session()
          .nova("GET /os-services?binary=nova-compute&host=" + target().host, "2.53")
          .json()["services"];
  REQUIRE(services.size() == 1);
  return services[0];
}

// Enables the host's service again, whatever happened.
class Enabled {
 public:
  explicit Enabled(const std::string& id) : path_("PUT /os-services/" + id) {}

  ~Enabled() { (void)session().nova(path_, "2.53", {{"status", "enabled"}}); }

  Enabled(const Enabled&) = delete;
  Enabled& operator=(const Enabled&) = delete;

  [[nodiscard]] Answer put(const Json& body) const { return session().nova(path_, "2.53", body); }

 private:
  std::string path_;
};

std::string nova_complaint(const Answer& answer, const std::string& name) {
  const Json body = answer.json();
  return body.contains(name) && body[name].contains("message")
             ? body[name]["message"].get<std::string>()
             : "?" + answer.body;
}

}  // namespace

TEST_CASE("the right password is 201 with a token, a project and times", "[contract][keystone]") {
  const Json& token = session().token();

  CHECK(!session().token_id().empty());
  CHECK(missing(token,
                "methods user project roles catalog expires_at issued_at audit_ids is_domain") ==
        "");
  CHECK(missing(token["user"], "id name domain password_expires_at") == "");
  CHECK(token["project"]["name"] == target().project);
  CHECK(token["project"]["domain"]["name"] == target().project_domain);
  CHECK(token["expires_at"].get<std::string>().size() ==
        std::string("2026-01-01T00:00:00.000000Z").size());
}

TEST_CASE("a wrong password is 401 with keystone's error", "[contract][keystone]") {
  const Answer answer = authenticate("not the password");

  CHECK(answer.status == 401);
  CHECK(answer.headers.count("x-subject-token") == 0);
  CHECK(answer.headers.at("www-authenticate").rfind("Keystone uri=\"", 0) == 0);
  const Json error = answer.json()["error"];
  CHECK(error["code"] == 401);
  CHECK(error["title"] == "Unauthorized");
  CHECK(error["message"] == "The request you have made requires authentication.");
}

TEST_CASE("a request for a token without auth is 400", "[contract][keystone]") {
  const Answer answer = send({"POST", target().auth_url + "/auth/tokens", {}, {{"foo", 1}}});

  CHECK(answer.status == 400);
  CHECK(answer.json()["error"]["code"] == 400);
  CHECK(answer.json()["error"]["title"] == "Bad Request");
}

TEST_CASE("the catalog has every service in the region", "[contract][keystone]") {
  const std::string type = GENERATE(as<std::string>{}, "compute", "placement", "network", "image");

  CHECK(session().endpoint(type).rfind("http", 0) == 0);
}

TEST_CASE("keystone's version document needs no token", "[contract][keystone]") {
  const Answer answer = send({"GET", target().auth_url, {}, {}});

  CHECK(answer.status == 200);
  CHECK(answer.json()["version"]["id"].get<std::string>().rfind("v3.", 0) == 0);
  CHECK(answer.json()["version"]["status"] == "stable");
}

TEST_CASE("a bad token is 401 at every service, which names keystone", "[contract][keystone]") {
  const auto [type, path] =
      GENERATE(table<std::string, std::string>({{"compute", "/servers"},
                                                {"placement", "/resource_providers"},
                                                {"network", "/v2.0/agents"},
                                                {"image", "/v2/images"}}));

  const Answer answer =
      send({"GET", session().endpoint(type) + path, {{"X-Auth-Token", "bad"}}, {}});

  CHECK(answer.status == 401);
  CHECK(answer.headers.at("www-authenticate").rfind("Keystone uri=\"", 0) == 0);
}

TEST_CASE("Nova's version document has the newest and oldest version", "[contract][nova]") {
  const Json version = session().nova("GET /", "").json()["version"];

  CHECK(version["id"] == "v2.1");
  CHECK(version["status"] == "CURRENT");
  CHECK(version["min_version"] == "2.1");
  CHECK(version["version"].get<std::string>().rfind("2.", 0) == 0);
}

TEST_CASE("a Nova version that is not there is 406 and a malformed one 400", "[contract][nova]") {
  const Answer unknown = session().nova("GET /os-services", "2.999");
  const Answer malformed = session().nova("GET /os-services", "2.x");

  CHECK(unknown.status == 406);
  CHECK(nova_complaint(unknown, "computeFault")
            .rfind("Version 2.999 is not supported by the API. Minimum is 2.1 and maximum is 2.",
                   0) == 0);
  CHECK(malformed.status == 400);
  CHECK(nova_complaint(malformed, "badRequest") ==
        "API Version String 2.x is of invalid format. Must be of format MajorNum.MinorNum.");
}

TEST_CASE("answers of Nova say their version and request", "[contract][nova]") {
  const Answer answer = session().nova("GET /os-services", "2.53");

  CHECK(answer.headers.at("openstack-api-version") == "compute 2.53");
  CHECK(answer.headers.at("x-openstack-nova-api-version") == "2.53");
  CHECK(answer.headers.at("x-openstack-request-id").rfind("req-", 0) == 0);
}

TEST_CASE("the service of the host is up, enabled and complete", "[contract][nova]") {
  const Json service = service_of_host();

  CHECK(missing(service,
                "id binary host zone status state updated_at disabled_reason forced_down") == "");
  CHECK(service["id"].get<std::string>().size() == 36);
  CHECK(service["host"] == target().host);
  CHECK(service["binary"] == "nova-compute");
  CHECK(service["status"] == "enabled");
  CHECK(service["state"] == "up");
  CHECK(service["disabled_reason"].is_null());
  CHECK(service["forced_down"] == false);
  CHECK(session().nova("GET /os-services?host=no-such-host", "2.53").json() ==
        Json{{"services", Json::array()}});
  CHECK(session().nova("GET /os-services?foo=1", "2.75").status == 400);
}

TEST_CASE("a service is disabled with a reason and enabled without", "[contract][nova]") {
  const Enabled service(service_of_host()["id"]);

  const Answer disabled = service.put({{"status", "disabled"}, {"disabled_reason", "contract"}});
  const Answer again = service.put({{"status", "disabled"}, {"disabled_reason", "contract"}});
  const Answer enabled = service.put({{"status", "enabled"}});

  CHECK(disabled.status == 200);
  CHECK(missing(disabled.json()["service"],
                "id binary host zone status state updated_at disabled_reason forced_down") == "");
  CHECK(disabled.json()["service"]["status"] == "disabled");
  CHECK(disabled.json()["service"]["disabled_reason"] == "contract");
  CHECK(again.status == 200);
  CHECK(enabled.status == 200);
  CHECK(enabled.json()["service"]["disabled_reason"].is_null());
}

TEST_CASE("a bad change of a service is 400 with the reason", "[contract][nova]") {
  const Enabled service(service_of_host()["id"]);
  using Row = std::tuple<std::string, std::string>;
  const auto [body, message] = GENERATE(values<Row>(
      {{R"({"status":"enabled","disabled_reason":"x"})",
        "Specifying 'disabled_reason' with status 'enabled' is invalid."},
       {R"({"status":"disabled","color":"red"})",
        "Additional properties are not allowed ('color' was unexpected)"},
       {R"({"status":"off"})",
        "Invalid input for field/attribute status. Value: off. 'off' is not one of ['enabled', "
        "'disabled']"},
       {R"({})",
        "No updates were requested. Fields 'status' or 'forced_down' should be specified."}}));

  const Answer answer = service.put(Json::parse(body));

  CHECK(answer.status == 400);
  CHECK(answer.json()["badRequest"]["code"] == 400);
  CHECK(nova_complaint(answer, "badRequest") == message);
}

TEST_CASE("an unknown service is 404 and an id that is no uuid 400", "[contract][nova]") {
  const Answer unknown =
      session().nova("PUT /os-services/" + unknown_id, "2.53", {{"status", "disabled"}});
  const Answer deleted = session().nova("DELETE /os-services/" + unknown_id, "2.53");
  const Answer malformed =
      session().nova("PUT /os-services/nobody", "2.53", {{"status", "disabled"}});

  CHECK(unknown.status == 404);
  CHECK(nova_complaint(unknown, "itemNotFound") ==
        "Service " + unknown_id + " could not be found.");
  CHECK(deleted.status == 404);
  CHECK(nova_complaint(deleted, "itemNotFound") == "Service " + unknown_id + " not found.");
  CHECK(malformed.status == 400);
  CHECK(nova_complaint(malformed, "badRequest") == "Invalid uuid nobody");
}

TEST_CASE("hypervisors have capacity at 2.53 and uptime at 2.88", "[contract][nova]") {
  const auto of_host = [](const std::string& version) {
    const Json answer = session().nova("GET /os-hypervisors/detail", version).json();
    for (const Json& node : answer["hypervisors"]) {
      if (node["service"]["host"] == target().host) {
        return node;
      }
    }
    return Json();
  };
  const std::string common =
      "id hypervisor_hostname state status hypervisor_type hypervisor_version host_ip service";
  const std::string capacity =
      "vcpus vcpus_used memory_mb memory_mb_used local_gb local_gb_used free_ram_mb free_disk_gb "
      "running_vms current_workload "
      "disk_available_least cpu_info";

  const Json old_shape = of_host("2.53");
  const Json new_shape = of_host("2.88");

  CHECK(missing(old_shape, common + " " + capacity) == "");
  CHECK(missing(old_shape["service"], "id host disabled_reason") == "");
  CHECK(old_shape["id"].get<std::string>().size() == 36);
  CHECK(missing(new_shape, common + " uptime") == "");
  CHECK(missing(new_shape, capacity) == capacity);
}

TEST_CASE("a hypervisor pattern without a match is 404, with paging 400", "[contract][nova]") {
  const Answer none =
      session().nova("GET /os-hypervisors?hypervisor_hostname_pattern=no-such-node", "2.53");

  CHECK(none.status == 404);
  CHECK(nova_complaint(none, "itemNotFound") ==
        "No hypervisor matching 'no-such-node' could be found.");
  CHECK(
      session().nova("GET /os-hypervisors?hypervisor_hostname_pattern=a&limit=1", "2.53").status ==
      400);
  CHECK(session().nova("GET /os-hypervisors?foo=1", "2.53").status == 400);
}

TEST_CASE("the host's provider has the hypervisor's name and id, and inventory",
          "[contract][placement]") {
  Json node;
  const Json hypervisors = session().nova("GET /os-hypervisors/detail", "2.53").json();
  for (const Json& each : hypervisors["hypervisors"]) {
    node = each["service"]["host"] == target().host ? each : node;
  }
  REQUIRE(node.is_object());
  const std::string name = node["hypervisor_hostname"];

  const Json providers = session()
                             .placement("GET /resource_providers?name=" + name, "1.14")
                             .json()["resource_providers"];

  REQUIRE(providers.size() == 1);
  CHECK(missing(providers[0],
                "uuid name generation links parent_provider_uuid root_provider_uuid") == "");
  CHECK(providers[0]["uuid"] == node["id"]);
  const std::string path = "GET /resource_providers/" + providers[0]["uuid"].get<std::string>();
  const Json inventories = session().placement(path + "/inventories", "1.14").json();
  CHECK(missing(inventories, "inventories resource_provider_generation") == "");
  CHECK(missing(inventories["inventories"], "VCPU MEMORY_MB DISK_GB") == "");
  CHECK(missing(inventories["inventories"]["VCPU"],
                "total reserved min_unit max_unit step_size allocation_ratio") == "");
  CHECK(missing(session().placement(path + "/usages", "1.14").json()["usages"],
                "VCPU MEMORY_MB DISK_GB") == "");
  CHECK(missing(session().placement(path + "/traits", "1.14").json(),
                "traits resource_provider_generation") == "");
  CHECK(session().placement("GET /resource_providers?name=no-such", "1.14").json() ==
        Json{{"resource_providers", Json::array()}});
}

TEST_CASE("Placement tells its versions and refuses others", "[contract][placement]") {
  const Answer root = send({"GET", session().endpoint("placement") + "/", {}, {}});
  const Answer unknown = session().placement("GET /resource_providers", "1.999");

  CHECK(root.status == 200);
  CHECK(root.json()["versions"][0]["min_version"] == "1.0");
  CHECK(root.json()["versions"][0]["max_version"].get<std::string>().rfind("1.", 0) == 0);
  CHECK(unknown.status == 406);
  const Json error = unknown.json()["errors"][0];
  CHECK(missing(error, "status title detail max_version min_version") == "");
  CHECK(error["detail"].get<std::string>().find("Unacceptable version header: 1.999") !=
        std::string::npos);
}

TEST_CASE("an unknown provider is 404 in Placement's form", "[contract][placement]") {
  const Answer answer =
      session().placement("GET /resource_providers/" + unknown_id + "/inventories", "1.23");

  CHECK(answer.status == 404);
  const Json error = answer.json()["errors"][0];
  CHECK(error["status"] == 404);
  CHECK(error["title"] == "Not Found");
  CHECK(error["code"] == "placement.undefined_code");
  CHECK(error["detail"].get<std::string>().find("No resource provider with uuid " + unknown_id +
                                                " found") != std::string::npos);
  CHECK(session().placement("GET /allocations/" + unknown_id, "1.28").json()["allocations"] ==
        Json::object());
}

TEST_CASE("the host has a live OVN controller", "[contract][neutron]") {
  const Json agents = session().neutron("GET /agents?host=" + target().host).json()["agents"];

  REQUIRE(!agents.empty());
  bool controller = false;
  for (const Json& agent : agents) {
    CHECK(missing(agent,
                  "id host agent_type binary alive admin_state_up configurations "
                  "heartbeat_timestamp topic description") == "");
    CHECK(agent["host"] == target().host);
    controller = controller || (agent["binary"] == "ovn-controller" && agent["alive"] == true);
  }
  CHECK(controller);
  CHECK(session().neutron("GET /agents?host=no-such-host").json() ==
        Json{{"agents", Json::array()}});
}

TEST_CASE("an unknown agent or port is 404 in Neutron's form", "[contract][neutron]") {
  const auto [kind, type] = GENERATE(
      table<std::string, std::string>({{"agents", "AgentNotFound"}, {"ports", "PortNotFound"}}));

  const Answer answer = session().neutron("DELETE /" + kind + "/" + unknown_id);

  CHECK(answer.status == 404);
  const Json error = answer.json()["NeutronError"];
  CHECK(error["type"] == type);
  CHECK(error["message"].get<std::string>().find(unknown_id + " could not be found") !=
        std::string::npos);
  CHECK(error["detail"] == "");
}

TEST_CASE("flavor, image and network are found by name", "[contract]") {
  bool flavor = false;
  const Json flavors = session().nova("GET /flavors/detail", "2.90").json();
  for (const Json& each : flavors["flavors"]) {
    CHECK(missing(
              each,
              "id name vcpus ram disk os-flavor-access:is_public links extra_specs description") ==
          "");
    flavor = flavor || each["name"] == target().flavor;
  }
  CHECK(flavor);
  const Json images =
      session().glance("GET /images?status=active&name=" + target().image).json()["images"];
  REQUIRE(!images.empty());
  CHECK(missing(images[0], "id name status visibility created_at min_disk min_ram owner size") ==
        "");
  CHECK(images[0]["status"] == "active");
  CHECK(session().glance("GET /images?name=no-such-image").json()["images"].empty());
  const Json networks =
      session().neutron("GET /networks?name=" + target().network).json()["networks"];
  if (!target().network.empty()) {
    REQUIRE(networks.size() == 1);
    CHECK(missing(networks[0], "id name status subnets admin_state_up") == "");
  }
}

TEST_CASE("an unknown image is 404", "[contract][glance]") {
  const Answer answer = session().glance("GET /images/" + unknown_id);

  CHECK(answer.status == 404);
  CHECK(answer.body.find("No image found with ID " + unknown_id) != std::string::npos);
}
