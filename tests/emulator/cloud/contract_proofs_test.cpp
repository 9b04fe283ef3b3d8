// The contract: keypairs, security groups, consoles and resizes, as a proof of a host uses them.
#include "cloud/contract_probe.hpp"
#include "support/catch.hpp"

using namespace ncc::contract;

namespace {

const std::string key =
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIA0123456789abcdef0123456789abcdef0123456789";

Answer import_key(const std::string& public_key) {
  return session().nova("POST /os-keypairs",
                        "2.53",
                        {{"keypair", {{"name", "ncc-contract"}, {"public_key", public_key}}}});
}

}  // namespace

TEST_CASE("a key without a private half is imported with the MD5 of its bytes",
          "[contract][keypairs]") {
  const Answer made = import_key(key);
  const Answer again = import_key(key);
  const Json listed = session().nova("GET /os-keypairs", "2.53").json()["keypairs"];
  const Answer removed = session().nova("DELETE /os-keypairs/ncc-contract", "2.53");

  CHECK(made.status == 201);
  CHECK(made.json()["keypair"]["fingerprint"] == "19:3f:4a:ef:3c:a7:e2:db:7a:6c:bf:95:83:f6:ed:44");
  CHECK(again.status == 409);
  CHECK(again.json()["conflictingRequest"]["message"] == "Key pair 'ncc-contract' already exists.");
  REQUIRE(!listed.empty());
  CHECK(missing(listed[0]["keypair"], "name public_key fingerprint type") == "");
  CHECK(removed.status == 204);
  CHECK(session().nova("DELETE /os-keypairs/ncc-contract", "2.53").status == 404);
}

TEST_CASE("what is no key is 400", "[contract][keypairs]") {
  const Answer answer = import_key("ssh-rsa nonsense");

  CHECK(answer.status == 400);
  CHECK(answer.json()["badRequest"]["message"] ==
        "Keypair data is invalid: failed to generate fingerprint");
}

TEST_CASE("a security group is made, found by its description and removed", "[contract][neutron]") {
  const Answer made = session().neutron(
      "POST /security-groups",
      {{"security_group", {{"name", "ncc-contract"}, {"description", "ncc-contract-d"}}}});
  REQUIRE(made.status == 201);
  const std::string id = made.json()["security_group"]["id"];
  const Json rule = {{"security_group_rule",
                      {{"security_group_id", id},
                       {"direction", "ingress"},
                       {"ethertype", "IPv4"},
                       {"protocol", "icmp"}}}};
  const Answer ruled = session().neutron("POST /security-group-rules", rule);
  const Answer again = session().neutron("POST /security-group-rules", rule);
  const Json found = session()
                         .neutron("GET /security-groups?description=ncc-contract-d")
                         .json()["security_groups"];
  const Answer removed = session().neutron("DELETE /security-groups/" + id);

  CHECK(ruled.status == 201);
  CHECK(again.status == 409);
  CHECK(id_of(found, "ncc-contract") == id);
  CHECK(found.size() == 1);
  CHECK(removed.status == 204);
  CHECK(session().neutron("DELETE /security-groups/" + id).status == 404);
}

TEST_CASE("a server that runs has a console, and no resize to what it is", "[contract][servers]") {
  const auto probe = active_server();
  REQUIRE(probe);
  const std::string action = "POST" + probe->path() + "/action";
  const std::string flavor = wanted_server()["flavorRef"];

  const Answer console = session().nova(action, "2.53", {{"os-getConsoleOutput", Json::object()}});
  const Answer same = session().nova(action, "2.53", {{"resize", {{"flavorRef", flavor}}}});
  const Answer unknown = session().nova(action, "2.53", {{"resize", {{"flavorRef", "no-such"}}}});

  CHECK(console.status == 200);
  CHECK(console.json()["output"].is_string());
  CHECK(same.status == 400);
  CHECK(same.json()["badRequest"]["message"] == "When resizing, instances must change flavor!");
  CHECK(unknown.status == 400);
  CHECK(unknown.json()["badRequest"]["message"] == "Flavor no-such could not be found.");
}

TEST_CASE("a key that is not there is refused by name", "[contract][servers]") {
  Json server = wanted_server();
  server["key_name"] = "ncc-no-such-key";

  const Answer answer = session().nova("POST /servers", "2.74", {{"server", server}});

  CHECK(answer.status == 400);
  CHECK(answer.json()["badRequest"]["message"] == "Invalid key_name provided.");
}

TEST_CASE("a flavor is private when it is made so, and takes extra specs", "[contract][flavors]") {
  const Json wanted = {{"name", "ncc-contract"},
                       {"vcpus", 1},
                       {"ram", 64},
                       {"disk", 0},
                       {"OS-FLV-EXT-DATA:ephemeral", 0},
                       {"swap", 0},
                       {"os-flavor-access:is_public", false}};
  const Answer made = session().nova("POST /flavors", "2.53", {{"flavor", wanted}});
  REQUIRE(made.status == 200);
  const std::string id = made.json()["flavor"]["id"];
  const Answer specs = session().nova("POST /flavors/" + id + "/os-extra_specs",
                                      "2.53",
                                      {{"extra_specs", {{"hw:cpu_policy", "shared"}}}});
  const Json listed =
      session().nova("GET /flavors/detail?is_public=None", "2.61").json()["flavors"];
  const Answer removed = session().nova("DELETE /flavors/" + id, "2.53");

  CHECK(specs.status == 200);
  CHECK(removed.status == 202);
  CHECK(id_of(listed, "ncc-contract") == id);
  for (const Json& flavor : listed) {
    CHECK(missing(flavor, "id name vcpus ram disk swap OS-FLV-EXT-DATA:ephemeral extra_specs") ==
          "");
  }
}
