#include <map>
#include <string>
#include <vector>

#include "openstack.hpp"
#include "openstack/fake_services.hpp"
#include "support/catch.hpp"

namespace {

using namespace ncc::testing;
namespace openstack = ncc::openstack;
using Catch::Matchers::Contains;
using Catch::Matchers::EndsWith;
using ncc::HttpResponse;
using openstack::Verdict;

const std::string base = "http://ironic:6385/v1";
const std::string nodes_page =
    base +
    "/nodes?fields=uuid,name,shard,instance_uuid,provision_state,target_provision_state,"
    "maintenance,conductor_group,resource_class,owner,lessee,reservation"
    "&limit=1000";

struct World {
  FakeCloud cloud = FakeCloud(json::array({service(
      "baremetal", json::array({endpoint("public", "RegionOne", "http://ironic:6385")}))}));
  openstack::Session session{cloud.platform, cloud.credentials};
  openstack::Ironic ironic{session};

  void answer(const std::string& line, int code, const json& body) {
    cloud.http.answer(line, HttpResponse{.code = code, .body = body.dump()});
  }

  [[nodiscard]] const ncc::HttpRequest& last() const { return cloud.http.requests.back(); }

  [[nodiscard]] std::string version() const { return last().headers.at("OpenStack-API-Version"); }

  /// Uuids in the order in which they were handed over.
  std::vector<std::string> list(const openstack::NodeFilter& filter = {},
                                const std::string& after = {}) {
    std::vector<std::string> uuids;
    ironic.for_each_node(
        filter, [&](const openstack::Node& node) { uuids.push_back(node.uuid); }, after);
    return uuids;
  }
};

json node_row(const std::string& uuid) {
  return {{"uuid", uuid},
          {"name", nullptr},
          {"shard", nullptr},
          {"instance_uuid", nullptr},
          {"provision_state", "available"},
          {"target_provision_state", nullptr},
          {"maintenance", false},
          {"conductor_group", ""},
          {"resource_class", "bm"},
          {"owner", nullptr},
          {"lessee", nullptr},
          {"reservation", nullptr},
          {"links", json::array()}};
}

/// `next` as Ironic writes it: without the filters, and with the name that its proxy hides.
json page(const std::vector<std::string>& uuids, bool more) {
  json body = {{"nodes", json::array()}};
  for (const std::string& uuid : uuids) {
    body["nodes"].push_back(node_row(uuid));
  }
  if (more) {
    body["next"] = "http://10.0.0.9/v1/nodes?sort_key=id&sort_dir=asc&limit=1000&marker=wrong";
  }
  return body;
}

json fault(const std::string& text) {
  const json inner = {{"faultcode", "Client"}, {"faultstring", text}, {"debuginfo", nullptr}};
  return {{"error_message", inner.dump()}};
}

}  // namespace

TEST_CASE("a node has every field that the plan of a handover reads", "[openstack][client]") {
  World world;
  json row = node_row("u1");
  row.update(json{{"name", "bm1"},
                  {"shard", "s1"},
                  {"instance_uuid", "i1"},
                  {"provision_state", "deploying"},
                  {"target_provision_state", "active"},
                  {"maintenance", true},
                  {"conductor_group", "rack1"},
                  {"owner", "p1"},
                  {"lessee", "p2"},
                  {"reservation", "conductor-1"}});
  world.answer(
      "GET " + base + "/nodes/u1" +
          nodes_page.substr(nodes_page.find('?'), nodes_page.find("&limit") - nodes_page.find('?')),
      200,
      row);

  const auto node = world.ironic.node("u1");

  REQUIRE(node);
  CHECK(*node == openstack::Node{.uuid = "u1",
                                 .name = "bm1",
                                 .shard = "s1",
                                 .instance_uuid = "i1",
                                 .provision_state = "deploying",
                                 .target_provision_state = "active",
                                 .maintenance = true,
                                 .conductor_group = "rack1",
                                 .resource_class = "bm",
                                 .owner = "p1",
                                 .lessee = "p2",
                                 .reservation = "conductor-1"});
  CHECK(world.version() == "baremetal 1.82");
}

TEST_CASE("pages are asked for by the last uuid with all filters, not by Ironic's next link",
          "[openstack][client]") {
  World world;
  const std::string filtered =
      "GET " + nodes_page +
      "&shard=s%201&conductor_group=&provision_state=active&resource_class=bm&owner=p1"
      "&associated=true&maintenance=false";
  world.answer(filtered, 200, page({"u1", "u2"}, true));
  world.answer(filtered + "&marker=u2", 200, page({"u3"}, false));

  const std::vector<std::string> uuids = world.list({.shard = "s 1",
                                                     .conductor_group = "",
                                                     .provision_state = "active",
                                                     .resource_class = "bm",
                                                     .owner = "p1",
                                                     .associated = true,
                                                     .maintenance = false});

  CHECK(uuids == std::vector<std::string>{"u1", "u2", "u3"});
}

TEST_CASE("a page that the service cut short is not the last one", "[openstack][client]") {
  World world;  // max_limit of ironic.conf is below ours
  world.answer("GET " + nodes_page, 200, page({"u1"}, true));
  world.answer("GET " + nodes_page + "&marker=u1", 200, page({"u2"}, true));
  world.answer("GET " + nodes_page + "&marker=u2", 200, page({}, false));

  CHECK(world.list() == std::vector<std::string>{"u1", "u2"});
}

TEST_CASE("nodes without shard are asked for as sharded=false", "[openstack][client]") {
  World world;
  world.answer("GET " + nodes_page + "&sharded=false", 200, page({"u1"}, false));

  CHECK(world.list({.shard = ""}) == std::vector<std::string>{"u1"});
}

TEST_CASE("a listing goes on behind the newest node that was not deleted meanwhile",
          "[openstack][client]") {
  World world;
  world.answer("GET " + nodes_page, 200, page({"u1", "u2", "u3"}, true));
  world.answer("GET " + nodes_page + "&marker=u3", 404, fault("Node u3 could not be found."));
  world.answer("GET " + nodes_page + "&marker=u2", 404, fault("Node u2 could not be found."));
  world.answer("GET " + nodes_page + "&marker=u1", 200, page({"u4"}, false));

  CHECK(world.list() == std::vector<std::string>{"u1", "u2", "u3", "u4"});
}

TEST_CASE("when a whole page is deleted, the node before it is the marker", "[openstack][client]") {
  World world;
  world.answer("GET " + nodes_page, 200, page({"u1"}, true));
  world.answer("GET " + nodes_page + "&marker=u1", 200, page({"u2"}, true));
  world.answer("GET " + nodes_page + "&marker=u2", 404, fault("Node u2 could not be found."));
  world.answer("GET " + nodes_page + "&marker=u1", 200, page({"u3"}, false));

  CHECK(world.list() == std::vector<std::string>{"u1", "u2", "u3"});
}

TEST_CASE("when the first page is deleted, the listing begins anew", "[openstack][client]") {
  World world;
  world.answer("GET " + nodes_page, 200, page({"u1"}, true));
  world.answer("GET " + nodes_page + "&marker=u1", 404, fault("Node u1 could not be found."));
  world.answer("GET " + nodes_page, 200, page({"u2"}, false));

  CHECK(world.list() == std::vector<std::string>{"u1", "u2"});
}

TEST_CASE("a listing that was broken off goes on, unless its place is gone",
          "[openstack][client]") {
  World world;
  world.answer("GET " + nodes_page + "&marker=u7", 200, page({"u8"}, false));
  world.answer("GET " + nodes_page + "&marker=u9", 404, fault("Node u9 could not be found."));

  CHECK(world.list({}, "u7") == std::vector<std::string>{"u8"});
  CHECK_THROWS_WITH(world.list({}, "u9"), EndsWith("Node u9 could not be found."));
}

TEST_CASE("a node that is not there is none", "[openstack][client]") {
  World world;
  world.answer(
      "GET " + base + "/nodes/bm%201" +
          nodes_page.substr(nodes_page.find('?'), nodes_page.find("&limit") - nodes_page.find('?')),
      404,
      fault("Node bm 1 could not be found."));

  CHECK_FALSE(world.ironic.node("bm 1"));
}

TEST_CASE("Ironic's shard None is no shard", "[openstack][client]") {
  World world;
  world.answer("GET " + base + "/shards", 200, json::parse(R"({"shards": [
      {"name": "s1", "count": 5}, {"name": "None", "count": 3}, {"name": "s2", "count": 1}]})"));

  CHECK(world.ironic.shards() == std::map<std::string, long long>{{"", 3}, {"s1", 5}, {"s2", 1}});
}

TEST_CASE("a shard is set by replacing and unset by removing it", "[openstack][client]") {
  World world;
  world.answer("PATCH " + base + "/nodes/u1", 200, node_row("u1"));

  CHECK(world.ironic.set_shard("u1", {"s1"}).verdict == Verdict::done);
  CHECK(json::parse(world.last().body) ==
        json::parse(R"([{"op": "replace", "path": "/shard", "value": "s1"}])"));
  CHECK(world.version() == "baremetal 1.82");
  CHECK(world.ironic.set_shard("u1", {}).verdict == Verdict::done);
  CHECK(json::parse(world.last().body) == json::parse(R"([{"op": "remove", "path": "/shard"}])"));
}

TEST_CASE("a refused change says which refusal and repeats Ironic's words", "[openstack][client]") {
  const auto [code, verdict, words] = GENERATE(table<int, Verdict, std::string>(
      {{409, Verdict::conflict, "Node u1 is locked by host c1, please retry later."},
       {409,
        Verdict::conflict,
        "Node u1 can not be updated while a state transition is in progress."},
       {404, Verdict::missing, "Node u1 could not be found."},
       {406, Verdict::refused, "Request not acceptable."},
       {403, Verdict::forbidden, "Access was denied to the following resource: x"}}));
  World world;
  world.answer("PATCH " + base + "/nodes/u1", code, fault(words));

  const openstack::Outcome outcome = world.ironic.set_shard("u1", {"s1"});

  CHECK(outcome.verdict == verdict);
  CHECK(outcome.message == words);
}

TEST_CASE("Ironic's words are found in each form that releases have given them",
          "[openstack][client]") {
  const std::string body = GENERATE(
      as<std::string>{},
      R"({"error_message": "{\"faultcode\": \"Client\", \"faultstring\": \"no such shard\", \"debuginfo\": null}"})",
      R"({"error_message": {"faultcode": "Client", "faultstring": "no such shard"}})",
      R"({"error_message": "no such shard"})",
      R"({"error_message": "{\"code\": \"404 Not Found\", \"title\": \"Not Found\", \"message\": \"no such shard<br /><br />\\n\\n\"}"})");
  World world;
  world.cloud.http.answer("GET " + base + "/shards", HttpResponse{.code = 400, .body = body});

  CHECK_THROWS_WITH(world.ironic.shards(), EndsWith(": no such shard"));
}

TEST_CASE("an error_message of another form is an error all the same", "[openstack][client]") {
  const std::string body = GENERATE(as<std::string>{},
                                    R"({"error_message": 7})",
                                    R"({"error_message": "[1]"})",
                                    R"({"error_message": ["a", {"b": null}]})",
                                    R"({"error_message": "{\"faultstring\": 3}"})");
  World world;
  world.cloud.http.answer("GET " + base + "/shards", HttpResponse{.code = 400, .body = body});

  CHECK_THROWS_AS(world.ironic.shards(), ncc::HttpError);
}

TEST_CASE("shards are there from 1.82", "[openstack][client]") {
  const auto [newest, has] = GENERATE(table<std::string, bool>(
      {{"1.81", false}, {"1.82", true}, {"1.100", true}, {"2.1", false}, {"", false}}));
  World world;
  world.answer(
      "GET " + base + "/", 200, {{"id", "v1"}, {"version", {{"id", "v1"}, {"version", newest}}}});

  CHECK(world.ironic.has_shards() == has);
}

TEST_CASE("instance and maintenance are cleared and set by their own calls",
          "[openstack][client]") {
  World world;
  world.answer("PATCH " + base + "/nodes/u1", 200, node_row("u1"));
  world.answer("PUT " + base + "/nodes/u1/maintenance", 202, {});
  world.answer("DELETE " + base + "/nodes/u1/maintenance", 202, {});

  CHECK(world.ironic.clear_instance("u1").verdict == Verdict::done);
  CHECK(json::parse(world.last().body) ==
        json::parse(R"([{"op": "remove", "path": "/instance_uuid"}])"));
  CHECK(world.ironic.set_maintenance("u1", "handover 7").verdict == Verdict::done);
  CHECK(json::parse(world.last().body) == json::parse(R"({"reason": "handover 7"})"));
  CHECK(world.ironic.clear_maintenance("u1").verdict == Verdict::done);
}

TEST_CASE("free nodes come with their size, as number or text", "[openstack][client]") {
  World world;
  const json row = json::parse(R"({"uuid": "u1", "name": "rack1-u1", "resource_class": "bm",
      "owner": null, "traits": ["CUSTOM_GOLD"], "properties": {"memory_mb": 4096, "cpus": "8",
      "local_gb": "unknown", "capabilities": "boot_mode:uefi, secure_boot:true"}})");
  world.answer("GET " + base +
                   "/nodes?fields=uuid,name,resource_class,owner,properties,traits"
                   "&provision_state=available&associated=false&maintenance=false&limit=1000",
               200,
               {{"nodes", json::array({row})}});

  std::vector<openstack::SizedNode> nodes;
  world.ironic.for_each_free_node([&](const auto& node) { nodes.push_back(node); });
  REQUIRE(nodes.size() == 1);
  CHECK(nodes[0] ==
        openstack::SizedNode{.uuid = "u1",
                             .name = "rack1-u1",
                             .resource_class = "bm",
                             .memory_mb = 4096,
                             .vcpus = 8,
                             .capabilities = {{"boot_mode", "uefi"}, {"secure_boot", "true"}},
                             .traits = {"CUSTOM_GOLD"}});
}

TEST_CASE("an allocation asks for what is given and nothing else", "[openstack][client]") {
  World world;
  world.answer("POST " + base + "/allocations", 201, json::object());

  CHECK(world.ironic
            .allocate({.name = "hold",
                       .uuid = "a1",
                       .resource_class = "bm",
                       .traits = {"CUSTOM_GOLD"},
                       .candidate_nodes = {"u2", "u1"},
                       .owner = "p1",
                       .extra = {{"for", "handover"}}})
            .verdict == Verdict::done);

  CHECK(json::parse(world.last().body) == json::parse(R"({"name": "hold", "uuid": "a1",
      "resource_class": "bm", "traits": ["CUSTOM_GOLD"], "candidate_nodes": ["u2", "u1"],
      "owner": "p1", "extra": {"for": "handover"}})"));
  CHECK(world.version() == "baremetal 1.60");

  CHECK(world.ironic.allocate({.node = "u1"}).verdict == Verdict::done);
  CHECK(json::parse(world.last().body) == json::parse(R"({"node": "u1"})"));
}

TEST_CASE("allocations are listed, shown and deleted", "[openstack][client]") {
  World world;
  const std::string fields =
      "?fields=uuid,name,state,node_uuid,resource_class,owner,last_error,extra";
  const std::string list = "GET " + base + "/allocations" + fields + "&limit=1000";
  const json row = json::parse(R"({"uuid": "a1", "name": null, "state": "error",
      "node_uuid": null, "resource_class": "bm", "owner": null, "last_error": "no nodes",
      "extra": {"server": "s1"}})");
  json second = row;
  second.update(json{{"uuid", "a2"}, {"state", "active"}, {"node_uuid", "u1"}});
  world.answer(list, 200, {{"allocations", json::array({row})}, {"next", "http://wrong"}});
  world.answer(list + "&marker=a1", 200, {{"allocations", json::array({second})}});
  world.answer("GET " + base + "/nodes/u1/allocation" + fields, 200, second);
  world.answer("GET " + base + "/nodes/u2/allocation" + fields, 404, fault("not found"));
  world.answer("GET " + base + "/allocations/a1" + fields, 200, row);
  world.answer("GET " + base + "/allocations/a9" + fields, 404, fault("not found"));
  const json both = {{"allocations", json::array({row, second})}};
  world.answer("GET " + base + "/allocations?fields=uuid&limit=1000", 200, both);
  world.answer("DELETE " + base + "/allocations/a2", 409, fault("the node is active"));

  const openstack::NodeAllocation first{.uuid = "a1",
                                        .state = "error",
                                        .resource_class = "bm",
                                        .last_error = "no nodes",
                                        .extra = {{"server", "s1"}}};
  CHECK(world.ironic.allocations().size() == 2);
  CHECK(world.ironic.allocation_uuids() == std::set<std::string>{"a1", "a2"});
  CHECK(world.ironic.node_allocation("u1").value_or(first).node == "u1");
  CHECK_FALSE(world.ironic.node_allocation("u2"));
  CHECK(world.ironic.allocation("a1") == first);
  CHECK_FALSE(world.ironic.allocation("a9"));
  CHECK(world.ironic.delete_allocation("a2").verdict == Verdict::conflict);
}

TEST_CASE("a node without one of its fields is an error that names the key",
          "[openstack][client]") {
  World world;
  json body = page({"u1"}, false);
  body["nodes"][0].erase("shard");
  world.answer("GET " + nodes_page, 200, body);

  CHECK_THROWS_WITH(world.list(), Contains("key shard"));
}

TEST_CASE("credentials of system scope ask for a token of the whole system",
          "[openstack][client]") {
  World world;
  world.cloud.credentials.system_scope = true;
  openstack::Session session(world.cloud.platform, world.cloud.credentials);
  world.answer("GET " + base + "/shards", 200, {{"shards", json::array()}});

  CHECK(openstack::Ironic(session).shards().empty());

  CHECK(json::parse(world.cloud.http.requests.front().body).at("auth").at("scope") ==
        json::parse(R"({"system": {"all": true}})"));
}
