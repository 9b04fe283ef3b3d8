// The contract of Ironic: paging, shards, refusals, allocations. Needs a user who is admin of the
// system, and hardware type fake-hardware (what it makes is called ncc-contract-*).
#include <algorithm>
#include <chrono>
#include <string>
#include <thread>
#include <vector>

#include "cloud/contract.hpp"
#include "support/catch.hpp"

using namespace ncc::contract;

namespace {

const std::string unknown_id = "00000000-0000-4000-8000-00000000abcd";
const std::string instance_id = "00000000-0000-4000-8000-0000000c0001";
const std::string shard_version = "1.82";

std::string system_token() {
  const Target& to = target();
  const Json user = {
      {"name", to.user}, {"domain", {{"name", to.user_domain}}}, {"password", to.password}};
  const Json identity = {{"methods", {"password"}}, {"password", {{"user", user}}}};
  const Answer answer =
      send({"POST",
            to.auth_url + "/auth/tokens",
            {},
            {{"auth", {{"identity", identity}, {"scope", {{"system", {{"all", true}}}}}}}}});
  REQUIRE(answer.status == 201);
  return answer.headers.at("x-subject-token");
}

/// "GET /v1/nodes" at a microversion.
Answer ironic(const std::string& what,
              const Json& body = {},
              const std::string& version = shard_version) {
  static const std::string token = system_token();
  const std::size_t space = what.find(' ');
  std::string root = session().endpoint("baremetal");
  root = root.size() > 3 && root.substr(root.size() - 3) == "/v1" ? root.substr(0, root.size() - 3)
                                                                  : root;
  return send({what.substr(0, space),
               root + what.substr(space + 1),
               {{"X-Auth-Token", token},
                {"Accept", "application/json"},
                {"OpenStack-API-Version", "baremetal " + version}},
               body});
}

/// Asks every 100 ms, for a minute at most, until `key` of the answer has that value.
bool becomes(const std::string& what, const std::string& key, const std::string& value) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::minutes(1);
  while (std::chrono::steady_clock::now() < deadline) {
    if (ironic(what).json()[key] == value) {
      return true;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
  }
  return false;
}

/// The fault in error_message, which is JSON within a string.
std::string fault_of(const Answer& answer) {
  const Json message = answer.json()["error_message"];
  const Json inner =
      message.is_string() ? Json::parse(message.get<std::string>(), nullptr, false) : message;
  return inner.is_object() && inner.contains("faultstring")
             ? inner["faultstring"].get<std::string>()
             : "?" + answer.body;
}

Json patch(const std::string& op, const std::string& path, const Json& value = {}) {
  Json operation = {{"op", op}, {"path", path}};
  if (!value.is_null()) {
    operation["value"] = value;
  }
  return Json::array({operation});
}

/// A node in state enroll that is removed on every path.
class Bare {
 public:
  explicit Bare(const std::string& name, const std::string& shard = "") {
    Json wanted = {{"name", "ncc-contract-" + name},
                   {"driver", "fake-hardware"},
                   {"resource_class", "ncc_contract"}};
    if (!shard.empty()) {
      wanted["shard"] = shard;
    }
    const Answer answer = ironic("POST /v1/nodes", wanted);
    REQUIRE(answer.status == 201);
    uuid = answer.json()["uuid"];
  }

  ~Bare() {
    (void)ironic("PUT " + path() + "/maintenance", Json::object());
    (void)ironic("DELETE " + path());
  }

  Bare(const Bare&) = delete;
  Bare& operator=(const Bare&) = delete;

  [[nodiscard]] std::string path() const { return "/v1/nodes/" + uuid; }

  [[nodiscard]] Answer patched(const Json& body) const { return ironic("PATCH " + path(), body); }

  void make_available() const {
    CHECK(ironic("PUT " + path() + "/states/provision", {{"target", "manage"}}).status == 202);
    REQUIRE(becomes("GET " + path(), "provision_state", "manageable"));
    CHECK(ironic("PUT " + path() + "/states/power", {{"target", "power off"}}).status == 202);
    REQUIRE(becomes("GET " + path(), "power_state", "power off"));
    CHECK(ironic("PUT " + path() + "/states/provision", {{"target", "provide"}}).status == 202);
    REQUIRE(becomes("GET " + path(), "provision_state", "available"));
  }

  std::string uuid = {};
};

std::vector<std::string> uuids_of(const Answer& answer) {
  const Json body = answer.json();
  std::vector<std::string> uuids;
  for (const Json& node : body["nodes"]) {
    uuids.push_back(node["uuid"]);
  }
  return uuids;
}

}  // namespace

TEST_CASE("Ironic's /v1 tells its newest version, and every answer has the range",
          "[contract][ironic]") {
  const Answer answer = ironic("GET /v1/");

  CHECK(answer.status == 200);
  CHECK(answer.json()["version"]["version"].get<std::string>().rfind("1.", 0) == 0);
  CHECK(answer.headers.at("x-openstack-ironic-api-minimum-version") == "1.1");
  CHECK(answer.headers.at("x-openstack-ironic-api-maximum-version") ==
        answer.json()["version"]["version"]);
  CHECK(answer.headers.at("x-openstack-ironic-api-version") == shard_version);
}

TEST_CASE("a version that Ironic does not have is 406", "[contract][ironic]") {
  const Answer answer = ironic("GET /v1/nodes", {}, "1.999");

  CHECK(answer.status == 406);
  CHECK(answer.json()["error_message"].get<std::string>().find("1.999") != std::string::npos);
}

TEST_CASE("nodes are listed in the order in which they were made, behind the marker",
          "[contract][ironic]") {
  const Bare first("a", "ncc-contract-1");
  const Bare second("b", "ncc-contract-1");
  const Bare third("c", "ncc-contract-1");
  const std::string list = "GET /v1/nodes?fields=uuid,name,shard&shard=ncc-contract-1";

  const Answer page = ironic(list + "&limit=2");
  const Answer rest = ironic(list + "&limit=2&marker=" + second.uuid);

  CHECK(uuids_of(page) == std::vector<std::string>{first.uuid, second.uuid});
  CHECK(missing(page.json()["nodes"][0], "uuid name shard links") == "");
  CHECK(page.json()["nodes"][0].size() == 4);
  CHECK(uuids_of(rest) == std::vector<std::string>{third.uuid});
  CHECK(!rest.json().contains("next"));
}

TEST_CASE("the link to the next page has forgotten the shard", "[contract][ironic]") {
  const Bare first("a", "ncc-contract-1");
  const Bare other("b", "ncc-contract-2");

  const Json body =
      ironic("GET /v1/nodes?fields=uuid&shard=ncc-contract-1&associated=false&limit=1").json();

  REQUIRE(body.contains("next"));
  const std::string next = body["next"];
  CHECK(next.find("shard") == std::string::npos);
  CHECK(next.find("limit=1") != std::string::npos);
  CHECK(next.find("fields=uuid") != std::string::npos);
  CHECK(next.find("marker=" + first.uuid) != std::string::npos);
  const Answer followed = ironic("GET " + next.substr(next.find("/v1/")));
  CHECK(uuids_of(followed) == std::vector<std::string>{other.uuid});
}

TEST_CASE("a marker that is gone is 404, and one that is no uuid 400", "[contract][ironic]") {
  const Answer gone = ironic("GET /v1/nodes?marker=" + unknown_id);
  const Answer wrong = ironic("GET /v1/nodes?marker=x");

  CHECK(gone.status == 404);
  CHECK(fault_of(gone) == "Node " + unknown_id + " could not be found.");
  CHECK(wrong.status == 400);
  CHECK(fault_of(wrong) == "Expected UUID for marker: x");
}

TEST_CASE("a limit is capped, and 0 and words are 400", "[contract][ironic]") {
  CHECK(ironic("GET /v1/nodes?limit=100000").status == 200);
  CHECK(fault_of(ironic("GET /v1/nodes?limit=0")) == "Limit must be positive");
  CHECK(fault_of(ironic("GET /v1/nodes?limit=x")) == "Expected an integer for limit: x");
}

TEST_CASE("a field that no node has is 500, one of a newer version 406", "[contract][ironic]") {
  const Answer unknown = ironic("GET /v1/nodes?fields=uuid,bogus");
  const Answer newer = ironic("GET /v1/nodes?fields=uuid,shard", {}, "1.81");

  CHECK(unknown.status == 500);
  CHECK(fault_of(unknown) == "type object 'Node' has no attribute 'bogus'");
  CHECK(newer.status == 406);
  CHECK(fault_of(newer) == "Request not acceptable.");
}

TEST_CASE("a list cannot show the allocation, a node can", "[contract][ironic]") {
  const Bare node("a");

  const Answer list = ironic("GET /v1/nodes?fields=uuid,allocation_uuid");
  const Answer one = ironic("GET " + node.path() + "?fields=uuid,allocation_uuid");

  CHECK(list.status == 500);
  CHECK(fault_of(list) == "type object 'Node' has no attribute 'allocation_uuid'");
  REQUIRE(one.status == 200);
  CHECK(one.json()["allocation_uuid"] == nullptr);
}

TEST_CASE("nodes without shard are counted as None and listed as sharded=false",
          "[contract][ironic]") {
  const Bare without("a");
  const Bare within("b", "ncc-contract-1");

  const Json shards = ironic("GET /v1/shards").json()["shards"];
  const auto count = [&](const std::string& name) {
    for (const Json& shard : shards) {
      if (shard["name"] == name) {
        return shard["count"].get<int>();
      }
    }
    return 0;
  };
  const auto unsharded = uuids_of(ironic("GET /v1/nodes?fields=uuid&sharded=false"));

  CHECK(count("ncc-contract-1") == 1);
  CHECK(count("None") == static_cast<int>(unsharded.size()));
  CHECK(std::count(unsharded.begin(), unsharded.end(), without.uuid) == 1);
  CHECK(std::count(unsharded.begin(), unsharded.end(), within.uuid) == 0);
  CHECK(ironic("GET /v1/shards", {}, "1.81").status == 404);
}

TEST_CASE("a shard is added, replaced and removed", "[contract][ironic]") {
  const Bare node("a");

  for (const auto& [body, shard] : std::vector<std::pair<Json, Json>>{
           {patch("add", "/shard", "ncc-contract-1"), "ncc-contract-1"},
           {patch("replace", "/shard", "ncc-contract-2"), "ncc-contract-2"},
           {patch("remove", "/shard"), nullptr},
           {patch("replace", "/shard", "ncc-contract-1"), "ncc-contract-1"}}) {
    const Answer answer = node.patched(body);
    CHECK(answer.status == 200);
    CHECK(answer.json()["shard"] == shard);
    CHECK(ironic("GET " + node.path()).json()["shard"] == shard);
  }
}

TEST_CASE("a patch that cannot be is 400, too new 406, of no node 404", "[contract][ironic]") {
  const Bare node("a");

  CHECK(node.patched(patch("test", "/shard", "x")).status == 400);
  CHECK(node.patched(patch("replace", "/shard", 7)).status == 400);
  CHECK(node.patched(patch("replace", "/instance_uuid", "x")).status == 400);
  CHECK(node.patched({{"shard", "x"}}).status == 400);
  const Answer unknown = node.patched(patch("replace", "/provision_state", "active"));
  CHECK(unknown.status == 400);
  CHECK(fault_of(unknown).rfind("Cannot patch /provision_state. Only the following", 0) == 0);
  const Answer newer = ironic("PATCH " + node.path(), patch("add", "/shard", "x"), "1.81");
  CHECK(newer.status == 406);
  CHECK(fault_of(newer) == "Request not acceptable.");
  CHECK(ironic("PATCH /v1/nodes/" + unknown_id, patch("add", "/shard", "x")).status == 404);
}

TEST_CASE("an instance is on one node, and a node has one instance", "[contract][ironic]") {
  const Bare node("a");
  const Bare other("b");
  const Json put = patch("add", "/instance_uuid", instance_id);

  CHECK(node.patched(put).status == 200);
  const Answer again = node.patched(patch("replace", "/instance_uuid", unknown_id));
  const Answer elsewhere = other.patched(put);

  CHECK(again.status == 409);
  CHECK(fault_of(again) ==
        "Node " + node.uuid + " is associated with instance " + instance_id + ".");
  CHECK(elsewhere.status == 409);
  CHECK(fault_of(elsewhere).rfind("Instance " + instance_id + " is already associated", 0) == 0);
  CHECK(ironic("DELETE " + node.path()).status == 409);
  CHECK(node.patched(patch("remove", "/instance_uuid")).json()["instance_uuid"] == nullptr);
}

TEST_CASE("maintenance is set with its reason and cleared", "[contract][ironic]") {
  const Bare node("a");

  CHECK(ironic("PUT " + node.path() + "/maintenance", {{"reason", "contract"}}).status == 202);
  const Json set = ironic("GET " + node.path()).json();
  CHECK(set["maintenance"] == true);
  CHECK(set["maintenance_reason"] == "contract");
  CHECK(ironic("DELETE " + node.path() + "/maintenance").status == 202);
  CHECK(ironic("GET " + node.path()).json()["maintenance"] == false);
}

TEST_CASE("an allocation takes a suitable node, once", "[contract][ironic]") {
  const Bare node("a");
  node.make_available();
  const Json wanted = {{"name", "ncc-contract"},
                       {"uuid", instance_id},
                       {"resource_class", "ncc_contract"},
                       {"candidate_nodes", {node.uuid}}};
  const std::string path = "/v1/allocations/" + instance_id;

  const Answer made = ironic("POST /v1/allocations", wanted);
  CHECK(made.status == 201);
  CHECK(made.json()["state"] == "allocating");
  CHECK(made.json()["uuid"] == instance_id);
  REQUIRE(becomes("GET " + path, "state", "active"));

  CHECK(ironic("GET " + path).json()["node_uuid"] == node.uuid);
  CHECK(ironic("GET " + node.path()).json()["instance_uuid"] == instance_id);
  CHECK(ironic("GET " + node.path()).json()["allocation_uuid"] == instance_id);
  CHECK(ironic("GET " + node.path() + "/allocation").json()["uuid"] == instance_id);
  const Answer twice = ironic("POST /v1/allocations", wanted);
  CHECK(twice.status == 409);

  CHECK(ironic("DELETE " + path).status == 204);
  CHECK(ironic("GET " + path).status == 404);
  CHECK(ironic("GET " + node.path() + "/allocation").status == 404);
  CHECK(ironic("GET " + node.path()).json()["instance_uuid"] == nullptr);
}

TEST_CASE("an allocation for which there is no node ends in error", "[contract][ironic]") {
  const std::string path = "/v1/allocations/" + instance_id;
  CHECK(ironic("POST /v1/allocations",
               {{"uuid", instance_id}, {"resource_class", "ncc_contract_none"}})
            .status == 201);

  CHECK(becomes("GET " + path, "state", "error"));

  CHECK(ironic("GET " + path).json()["last_error"] ==
        "Failed to process allocation " + instance_id +
            ": no available nodes match the resource class ncc_contract_none.");
  CHECK(ironic("DELETE " + path).status == 204);
}

TEST_CASE("a node in use keeps its class, and its allocation", "[contract][ironic]") {
  const Bare node("a");
  node.make_available();
  CHECK(node.patched(patch("add", "/instance_uuid", instance_id)).status == 200);
  CHECK(ironic("PUT " + node.path() + "/states/provision", {{"target", "active"}}).status == 202);
  REQUIRE(becomes("GET " + node.path(), "provision_state", "active"));
  const std::string path = "/v1/allocations/" + instance_id;

  CHECK(ironic("POST /v1/allocations", {{"node", node.uuid}}, "1.60").status == 201);
  CHECK(ironic("GET " + path).json()["state"] == "active");
  CHECK(node.patched(patch("replace", "/resource_class", "other")).status == 409);
  const Answer kept = ironic("DELETE " + path);
  CHECK(kept.status == 409);
  CHECK(fault_of(kept) == "Cannot remove allocation " + instance_id + " for node " + node.uuid +
                              ", because the node is active (and maintenance mode is off)");
  CHECK(node.patched(patch("add", "/shard", "ncc-contract-1")).status == 200);

  CHECK(ironic("PUT " + node.path() + "/maintenance", Json::object()).status == 202);
  CHECK(ironic("DELETE " + path).status == 204);
}

TEST_CASE("a token of a project sees no foreign node and no shard", "[contract][ironic]") {
  const Bare node("a", "ncc-contract-1");
  const auto ask = [](const std::string& path) {
    return send({"GET",
                 session().endpoint("baremetal") + path,
                 {{"X-Auth-Token", session().token_id()},
                  {"OpenStack-API-Version", "baremetal " + shard_version}},
                 {}});
  };

  CHECK(ask("/v1/nodes?shard=ncc-contract-1").json()["nodes"].empty());
  CHECK(ask("/v1/nodes/" + node.uuid).status == 404);
  CHECK(ask("/v1/shards").status == 403);
}
