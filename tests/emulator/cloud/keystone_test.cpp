#include "cloud/world.hpp"
#include "support/catch.hpp"

using namespace ncc::fake_cloud::test;
using ncc::fake_cloud::handle;
using ncc::fake_cloud::make_request;

namespace {

Answer authenticate(World& world, const Json& body) {
  return {handle(world.cloud, make_request("POST /v3/auth/tokens", {}, body.dump()))};
}

Json endpoints_of(const Json& token, const std::string& type) {
  for (const Json& service : token["token"]["catalog"]) {
    if (service["type"] == type) {
      return service["endpoints"];
    }
  }
  return Json::array();
}

}  // namespace

TEST_CASE("the right password earns a token in a header and a scoped body", "[cloud][keystone]") {
  World world;

  const Answer answer = authenticate(world, password_auth("nova_compute", "cloud-secret"));

  CHECK(answer.status() == 201);
  CHECK(!answer.header("X-Subject-Token").empty());
  const Json token = answer.json()["token"];
  CHECK(token["user"]["name"] == "nova_compute");
  CHECK(token["project"]["name"] == "services");
  CHECK(token["project"]["domain"]["name"] == "service_domain");
  CHECK(token["roles"][0]["name"] == "admin");
  CHECK(token["issued_at"] == "2023-11-14T22:13:20.000000Z");
  CHECK(token["expires_at"] == "2023-11-14T23:13:20.000000Z");
}

TEST_CASE("the catalog has three interfaces of each service in the region", "[cloud][keystone]") {
  World world;
  world.cloud.base_url = "http://10.0.0.2:5000";

  const Json token = authenticate(world, password_auth("nova_compute", "cloud-secret")).json();

  const auto [type, url] =
      GENERATE(table<std::string, std::string>({{"identity", "http://10.0.0.2:5000/v3"},
                                                {"compute", "http://10.0.0.2:5000/compute/v2.1"},
                                                {"placement", "http://10.0.0.2:5000/placement"},
                                                {"network", "http://10.0.0.2:5000/network"},
                                                {"image", "http://10.0.0.2:5000/image"},
                                                {"volumev3", "http://10.0.0.2:5000/volume/v3/"}}));
  const Json endpoints = endpoints_of(token, type);
  REQUIRE(endpoints.size() == 3);
  CHECK(endpoints[0]["interface"] == "public");
  CHECK(endpoints[1]["interface"] == "internal");
  CHECK(endpoints[2]["interface"] == "admin");
  CHECK(endpoints[1]["region"] == "RegionOne");
  CHECK_THAT(endpoints[1]["url"].get<std::string>(), Catch::Matchers::StartsWith(url));
}

TEST_CASE("a service can be absent from the catalog", "[cloud][keystone]") {
  World world;
  world.cloud.state.settings.absent_services = {"placement"};

  const Json token = authenticate(world, password_auth("nova_compute", "cloud-secret")).json();

  CHECK(endpoints_of(token, "placement").empty());
  CHECK(endpoints_of(token, "compute").size() == 3);
}

TEST_CASE("a wrong password, user or project is 401 with keystone's error", "[cloud][keystone]") {
  World world;
  Json body = password_auth("nova_compute", "cloud-secret");
  const std::string pointer = GENERATE(as<std::string>{},
                                       "/auth/identity/password/user/password",
                                       "/auth/identity/password/user/name",
                                       "/auth/identity/password/user/domain/name",
                                       "/auth/scope/project/name",
                                       "/auth/scope/project/domain/name");
  body[Json::json_pointer(pointer)] = "wrong";

  const Answer answer = authenticate(world, body);

  CHECK(answer.status() == 401);
  CHECK(answer.header("WWW-Authenticate") == "Keystone uri=\"http://127.0.0.1:5000/v3\"");
  CHECK(answer.json() ==
        Json{{"error",
              {{"code", 401},
               {"title", "Unauthorized"},
               {"message", "The request you have made requires authentication."}}}});
}

TEST_CASE("a body without auth is 400", "[cloud][keystone]") {
  World world;

  const Answer answer = authenticate(world, {{"foo", 1}});

  CHECK(answer.status() == 400);
  CHECK(answer.json()["error"]["title"] == "Bad Request");
}

TEST_CASE("services refuse a token after its lifetime", "[cloud][keystone]") {
  World world;
  world.cloud.state.settings.token_lifetime = 100;
  world.log_in("nova_compute", "cloud-secret");

  world.advance(99);
  CHECK(world.nova("GET /os-services").status() == 200);
  world.advance(1);
  const Answer answer = world.nova("GET /os-services");

  CHECK(answer.status() == 401);
  CHECK(answer.header("WWW-Authenticate") == "Keystone uri=\"http://127.0.0.1:5000/v3\"");
}

TEST_CASE("all tokens can be made to expire now", "[cloud][keystone]") {
  World world;

  world.control("POST /_emulator/tokens/expire");

  const std::string call = GENERATE(as<std::string>{},
                                    "GET /compute/v2.1/servers",
                                    "GET /placement/resource_providers",
                                    "GET /network/v2.0/agents",
                                    "GET /image/v2/images");
  CHECK(world.call(call).status() == 401);
}

TEST_CASE("version documents need no token", "[cloud][keystone]") {
  World world;
  world.token.clear();

  const Answer versions = world.call("GET /");
  const Answer version = world.call("GET /v3");

  CHECK(versions.status() == 300);
  CHECK(versions.json()["versions"]["values"][0]["id"] == "v3.14");
  CHECK(version.status() == 200);
  CHECK(version.json()["version"]["status"] == "stable");
}

TEST_CASE("a user without the admin role is forbidden what is for admins", "[cloud][keystone]") {
  World world;
  world.log_in("guest", "guest-secret");

  const Answer services = world.nova("GET /os-services");
  const Answer everything = world.nova("GET /servers/detail?all_tenants=1");
  const Answer providers = world.call("GET /placement/resource_providers", "placement 1.39");

  CHECK(services.status() == 403);
  CHECK(services.json()["forbidden"]["message"] ==
        "Policy doesn't allow os_compute_api:os-services:list to be performed.");
  CHECK(everything.status() == 403);
  CHECK(providers.status() == 403);
  CHECK(providers.json()["errors"][0]["title"] == "Forbidden");
  CHECK(world.call("GET /network/v2.0/agents").json() == Json{{"agents", Json::array()}});
}
