// Keypairs, security groups, consoles and resizes.
#include "cloud/world.hpp"
#include "support/catch.hpp"

using namespace ncc::fake_cloud::test;
using Catch::Matchers::Contains;
using Catch::Matchers::StartsWith;

namespace {

/// A key, and what `ssh-keygen -l -E md5` says of it.
const std::string key =
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIA0123456789abcdef0123456789abcdef0123456789";
const std::string fingerprint = "19:3f:4a:ef:3c:a7:e2:db:7a:6c:bf:95:83:f6:ed:44";

Answer import_key(World& world, const std::string& name, const std::string& public_key) {
  return world.nova("POST /os-keypairs",
                    {{"keypair", {{"name", name}, {"public_key", public_key}}}});
}

Answer neutron(World& world, const std::string& what, const Json& body = Json()) {
  const std::size_t space = what.find(' ');
  return world.call(what.substr(0, space) + " /network/v2.0" + what.substr(space + 1), "", body);
}

std::string made_group(World& world) {
  return neutron(world,
                 "POST /security-groups",
                 {{"security_group", {{"name", "g"}, {"description", "d"}}}})
      .json()["security_group"]["id"];
}

/// A flavor with more memory.
void add_flavor(World& world) {
  world.nova(
      "POST /flavors",
      {{"flavor", {{"name", "big"}, {"id", "2"}, {"ram", 1024}, {"vcpus", 1}, {"disk", 1}}}});
}

Answer resize(World& world, const std::string& id, const std::string& flavor) {
  return world.act(id, {{"resize", {{"flavorRef", flavor}}}});
}

}  // namespace

TEST_CASE("a keypair is imported with the fingerprint that ssh-keygen shows", "[cloud][keypairs]") {
  World world;

  const Answer made = import_key(world, "mine", key);

  CHECK(made.status() == 201);
  CHECK(made.json()["keypair"]["fingerprint"] == fingerprint);
  CHECK(made.json()["keypair"]["type"] == "ssh");
  CHECK(import_key(world, "mine", key).status() == 409);
  CHECK(world.nova("GET /os-keypairs").json()["keypairs"][0]["keypair"]["name"] == "mine");
  CHECK(world.nova("DELETE /os-keypairs/mine").status() == 204);
  CHECK_THAT(
      world.nova("DELETE /os-keypairs/mine").json()["itemNotFound"]["message"].get<std::string>(),
      StartsWith("Keypair mine not found for user "));
}

TEST_CASE("what is no key, and a name with other characters, are 400", "[cloud][keypairs]") {
  World world;

  CHECK(import_key(world, "mine", "ssh-rsa nonsense").json()["badRequest"]["message"] ==
        "Keypair data is invalid: failed to generate fingerprint");
  CHECK(import_key(world, "mine", key.substr(0, 40)).status() == 400);
  CHECK(import_key(world, "a/b", key).json()["badRequest"]["message"] ==
        "Keypair data is invalid: Keypair name contains unsafe characters");
}

TEST_CASE("a keypair is its user's own", "[cloud][keypairs]") {
  World world;
  import_key(world, "mine", key);

  world.log_in("guest", "guest-secret");

  CHECK(world.nova("GET /os-keypairs").json()["keypairs"].empty());
  CHECK(world.nova("DELETE /os-keypairs/mine").status() == 404);
}

TEST_CASE("a server has the key that was asked for, which must be there", "[cloud][keypairs]") {
  World world;
  import_key(world, "mine", key);

  CHECK(world.boot({{"key_name", "other"}}).json()["badRequest"]["message"] ==
        "Invalid key_name provided.");
  CHECK(world.server(world.running("n1", {{"key_name", "mine"}}))["key_name"] == "mine");
}

TEST_CASE("a security group lets everything out, and in what its rules say", "[cloud][neutron]") {
  World world;
  const std::string id = made_group(world);
  const Json rule = {{"security_group_rule",
                      {{"security_group_id", id}, {"direction", "ingress"}, {"protocol", "icmp"}}}};

  CHECK(neutron(world, "POST /security-group-rules", rule).status() == 201);
  CHECK(neutron(world, "POST /security-group-rules", rule).status() == 409);

  const Json groups =
      neutron(world, "GET /security-groups?description=d").json()["security_groups"];
  REQUIRE(groups.size() == 1);
  CHECK(groups[0]["security_group_rules"].size() == 3);
  CHECK(neutron(world, "GET /security-groups?description=e").json()["security_groups"].empty());
}

TEST_CASE("a security group cannot go while a port has it", "[cloud][neutron]") {
  World world;
  const std::string id = made_group(world);
  const std::string network = world.cloud.state.networks[0].id;
  const std::string server = world.running("n1",
                                           {{"networks", Json::array({{{"uuid", network}}})},
                                            {"security_groups", Json::array({{{"name", "g"}}})}});

  const Answer refused = neutron(world, "DELETE /security-groups/" + id);
  CHECK(refused.status() == 409);
  CHECK(refused.json()["NeutronError"]["type"] == "SecurityGroupInUse");
  world.nova("DELETE /servers/" + server);

  CHECK(neutron(world, "DELETE /security-groups/" + id).status() == 204);
  CHECK(neutron(world, "DELETE /security-groups/" + id).status() == 404);
}

TEST_CASE("an unknown security group is refused by Nova", "[cloud][neutron]") {
  World world;

  CHECK_THAT(world.boot({{"security_groups", Json::array({{{"name", "nobody"}}})}})
                 .json()["badRequest"]["message"]
                 .get<std::string>(),
             StartsWith("Security group nobody not found"));
}

TEST_CASE("a Neutron without agents does not know them", "[cloud][neutron]") {
  World world;
  world.cloud.state.settings.has_agents_api = false;

  CHECK(neutron(world, "GET /agents").status() == 404);
}

TEST_CASE("the console of a server that runs shows its log and gives a URL", "[cloud][servers]") {
  World world;
  const std::string building = world.boot({{"host", "n1"}}).json()["server"]["id"];
  const Json log = {{"os-getConsoleOutput", Json::object()}};
  const Json screen = {{"remote_console", {{"protocol", "vnc"}, {"type", "novnc"}}}};
  CHECK(world.act(building, log).status() == 409);
  CHECK(world.nova("POST /servers/" + building + "/remote-consoles", screen).status() == 409);

  const std::string id = world.running("n1");

  CHECK(world.act(id, log).json()["output"] == world.cloud.state.settings.console);
  const Answer shown = world.nova("POST /servers/" + id + "/remote-consoles", screen);
  CHECK(shown.status() == 200);
  CHECK_THAT(shown.json()["remote_console"]["url"].get<std::string>(), Contains("token"));
}

TEST_CASE("a resized server awaits confirmation elsewhere with its new flavor", "[cloud][moves]") {
  World world;
  add_flavor(world);
  const std::string id = world.running("n1");

  CHECK(resize(world, id, "2").status() == 202);

  CHECK(world.server(id)["status"] == "VERIFY_RESIZE");
  CHECK(world.server(id)["OS-EXT-SRV-ATTR:host"] == "n2");
  CHECK(world.server(id)["flavor"]["original_name"] == "big");
  CHECK(world.moves(id)[0]["migration_type"] == "resize");
  CHECK(world.used("n1")["MEMORY_MB"] == 512);
  CHECK(world.used("n2")["MEMORY_MB"] == 1024);
  CHECK(world.act(id, {{"confirmResize", nullptr}}).status() == 204);
  CHECK(world.server(id)["status"] == "ACTIVE");
  CHECK(world.used("n1")["MEMORY_MB"] == 0);
}

TEST_CASE("a reverted resize is as if nothing had been", "[cloud][moves]") {
  World world;
  add_flavor(world);
  const std::string id = world.running("n1");
  resize(world, id, "2");
  world.server(id);

  CHECK(world.act(id, {{"revertResize", nullptr}}).status() == 202);

  CHECK(world.server(id)["status"] == "ACTIVE");
  CHECK(world.server(id)["OS-EXT-SRV-ATTR:host"] == "n1");
  CHECK(world.server(id)["flavor"]["original_name"] == "m1.tiny");
  CHECK(world.used("n1")["MEMORY_MB"] == 512);
  CHECK(world.used("n2")["MEMORY_MB"] == 0);
}

TEST_CASE("a resize needs another host unless Nova may stay", "[cloud][moves]") {
  World world;
  add_flavor(world);
  world.control("POST /_emulator/compute", {{"host", "n2"}, {"action", "stop"}});
  world.advance(100);
  const std::string id = world.running("n1");

  resize(world, id, "2");
  CHECK(world.server(id)["status"] == "ACTIVE");
  CHECK(world.moves(id)[0]["status"] == "error");
  world.cloud.state.settings.resize_to_same_host = true;
  resize(world, id, "2");

  CHECK(world.server(id)["status"] == "VERIFY_RESIZE");
  CHECK(world.server(id)["OS-EXT-SRV-ATTR:host"] == "n1");
}

TEST_CASE("a resize to the same or an unknown flavor is 400", "[cloud][moves]") {
  World world;
  const std::string id = world.running("n1");

  CHECK(resize(world, id, "1").json()["badRequest"]["message"] ==
        "When resizing, instances must change flavor!");
  CHECK(resize(world, id, "9").json()["badRequest"]["message"] == "Flavor 9 could not be found.");
}
