// What it takes to remove a compute host, and what is left of it.
#include "cloud/world.hpp"
#include "support/catch.hpp"

using namespace ncc::fake_cloud::test;

namespace {

std::string provider_of(World& world, const std::string& host) {
  const Json found =
      world.call("GET /placement/resource_providers?name=" + host).json()["resource_providers"];
  return found.empty() ? "" : found[0]["uuid"].get<std::string>();
}

Answer placement(World& world, const std::string& what) {
  const std::size_t space = what.find(' ');
  return world.call(what.substr(0, space) + " /placement" + what.substr(space + 1),
                    "placement 1.39");
}

std::string code_of(const Answer& answer) {
  return answer.json()["errors"][0]["code"];
}

}  // namespace

TEST_CASE("a server that waits for its confirmation holds both hosts", "[cloud][leaving]") {
  World world;
  const std::string id = world.running("n1");
  world.cold(id);
  world.server(id);

  CHECK(world.nova("DELETE /os-services/" + world.service_id("n1")).status() == 409);
  world.act(id, {{"confirmResize", nullptr}});
  CHECK(world.nova("DELETE /os-services/" + world.service_id("n1")).status() == 204);
}

TEST_CASE("evacuated servers leave with the service, their allocations too", "[cloud][leaving]") {
  World world;
  const std::string id = world.running("n1");
  const std::string provider = provider_of(world, "n1");
  world.control("POST /_emulator/compute", {{"host", "n1"}, {"action", "stop"}});
  world.advance(61);
  world.act(id, {{"evacuate", Json::object()}}, "2.95");
  CHECK(placement(world, "GET /allocations/" + id).json()["allocations"].size() == 2);

  CHECK(world.nova("DELETE /os-services/" + world.service_id("n1")).status() == 204);

  CHECK(provider_of(world, "n1").empty());
  CHECK(!placement(world, "GET /allocations/" + id).json()["allocations"].contains(provider));
}

TEST_CASE("an allocation that is nobody's keeps the provider, and nobody is told",
          "[cloud][leaving]") {
  World world;
  const std::string provider = provider_of(world, "n1");
  world.cloud.state.allocations.push_back({"orphan", provider, {{"VCPU", 1}}});

  CHECK(world.nova("DELETE /os-services/" + world.service_id("n1")).status() == 204);

  CHECK(provider_of(world, "n1") == provider);
  const Answer in_use = placement(world, "DELETE /resource_providers/" + provider);
  CHECK(in_use.status() == 409);
  CHECK(code_of(in_use) == "placement.resource_provider.inuse");
  CHECK(placement(world, "DELETE /allocations/orphan").status() == 204);
  CHECK(placement(world, "DELETE /allocations/orphan").status() == 404);
  CHECK(placement(world, "DELETE /resource_providers/" + provider).status() == 204);
  CHECK(placement(world, "DELETE /resource_providers/" + provider).status() == 404);
}

TEST_CASE("a provider may outlive its service without a reason", "[cloud][leaving]") {
  World world;
  world.cloud.state.settings.provider_deletes_fail = {"n1"};

  CHECK(world.nova("DELETE /os-services/" + world.service_id("n1")).status() == 204);

  CHECK(!provider_of(world, "n1").empty());
}

TEST_CASE("a provider with children is deleted after them", "[cloud][leaving]") {
  World world;
  const std::string root = provider_of(world, "n1");
  const std::string child = "11111111-0000-4000-8000-000000000001";
  world.cloud.state.providers.push_back({child, "n1_pci", root});

  const Answer parent = placement(world, "DELETE /resource_providers/" + root);

  CHECK(parent.status() == 409);
  CHECK(code_of(parent) == "placement.resource_provider.cannot_delete_parent");
  CHECK(placement(world, "GET /resource_providers?in_tree=" + root)
            .json()["resource_providers"]
            .size() == 2);
  CHECK(world.nova("DELETE /os-services/" + world.service_id("n1")).status() == 204);
  CHECK(placement(world, "GET /resource_providers?in_tree=" + root)
            .json()["resource_providers"]
            .empty());
}

TEST_CASE("writers of Placement may meet", "[cloud][leaving]") {
  World world;
  world.cloud.state.settings.placement_conflicts = 1;
  const std::string provider = provider_of(world, "n1");

  const Answer first = placement(world, "DELETE /resource_providers/" + provider);

  CHECK(first.status() == 409);
  CHECK(code_of(first) == "placement.concurrent_update");
  CHECK(placement(world, "DELETE /resource_providers/" + provider).status() == 204);
}

TEST_CASE("candidates are the providers with room, and say how much", "[cloud][placement]") {
  World world;
  world.running("n1");
  const std::string n1 = provider_of(world, "n1");
  const std::string need = "GET /allocation_candidates?resources=VCPU:1,MEMORY_MB:512";
  const auto summaries = [&](const std::string& what) {
    return placement(world, what).json()["provider_summaries"];
  };

  const Json all = summaries(need);

  CHECK(all.size() == 2);
  CHECK(all[n1]["resources"]["VCPU"] == Json{{"capacity", 32}, {"used", 1}});
  CHECK(all[n1]["resources"]["MEMORY_MB"] == Json{{"capacity", 15872}, {"used", 512}});
  CHECK(summaries(need + "&limit=1").size() == 1);
  CHECK(summaries("GET /allocation_candidates?resources=MEMORY_MB:15872").size() == 1);
  CHECK(summaries("GET /allocation_candidates?resources=VCPU:9").empty());  // more than max_unit
  world.nova("PUT /os-services/" + world.service_id("n1"), {{"status", "disabled"}});
  CHECK(!summaries(need + "&required=!COMPUTE_STATUS_DISABLED").contains(n1));
  CHECK(summaries(need + "&required=COMPUTE_STATUS_DISABLED").contains(n1));
}

TEST_CASE("a bad question for candidates is 400", "[cloud][placement]") {
  World world;
  const auto [query, version] = GENERATE(
      table<std::string, std::string>({{"", "1.22"},
                                       {"?resources=VCPU", "1.22"},
                                       {"?resources=UNKNOWN:1", "1.22"},
                                       {"?resources=VCPU:1&required=NONSENSE", "1.22"},
                                       {"?resources=VCPU:1&required=!HW_CPU_X86_SSE2", "1.21"},
                                       {"?resources=VCPU:1&limit=0", "1.22"}}));

  CHECK(
      world.call("GET /placement/allocation_candidates" + query, "placement " + version).status() ==
      400);
}

TEST_CASE("nova-compute does not start under another node's id", "[cloud][leaving]") {
  World world;
  const std::string n1 = provider_of(world, "n1");
  const auto start = [&](const std::string& host, const std::string& id) {
    return world
        .control("POST /_emulator/compute", {{"host", host}, {"action", "start"}, {"id", id}})
        .status();
  };

  CHECK(start("n1", n1) == 200);
  CHECK(start("n1", "11111111-0000-4000-8000-000000000001") == 400);  // its compute_id was lost
  CHECK(start("n3", n1) == 400);                                      // its host was renamed
}

TEST_CASE("migrations are listed newest first, in pages and since a time", "[cloud][migrations]") {
  World world;
  const std::string first = world.running("n1");
  const std::string second = world.running("n1");
  world.live(first);
  world.nova("GET /servers");
  world.advance(60);
  world.live(second);
  world.nova("GET /servers");
  const auto ask = [&](const std::string& query) {
    return world.nova("GET /os-migrations" + query);
  };

  const Json page = ask("?limit=1").json();
  const std::string marker = page["migrations"][0]["uuid"];

  CHECK(page["migrations"][0]["instance_uuid"] == second);
  CHECK(page["migrations_links"][0]["rel"] == "next");
  CHECK(ask("?limit=1&marker=" + marker).json()["migrations"][0]["instance_uuid"] == first);
  CHECK(ask("?marker=unknown").status() == 400);
  CHECK(ask("?changes-since=2023-11-14T22:14:00Z").json()["migrations"].size() == 1);
  CHECK(ask("?changes-since=yesterday").status() == 400);
  CHECK(ask("?color=red").status() == 400);
  CHECK(world.call("GET /compute/v2.1/os-migrations?color=red", "compute 2.58").status() == 200);
}

TEST_CASE("a host of ten thousand servers is listed page by page", "[cloud][servers]") {
  World world;
  for (int i = 0; i < 10'000; ++i) {
    ncc::fake_cloud::Server server;
    server.id = "s" + std::to_string(i);
    server.name = "server";
    server.flavor = "1";
    server.host = "n1";
    world.cloud.state.servers.push_back(server);
    world.cloud.state.ports.push_back({"port-" + server.id,
                                       "",
                                       world.cloud.state.networks[0].id,
                                       server.id,
                                       "compute:nova",
                                       "n1",
                                       "ACTIVE"});
  }
  std::size_t seen = 0;
  std::string marker;
  for (bool more = true; more;) {
    const Json page = world
                          .nova(
                              "GET /servers/detail?all_tenants=1&host=n1&sort_key=uuid&sort_dir="
                              "asc&limit=1000" +
                              (marker.empty() ? "" : "&marker=" + marker))
                          .json()["servers"];
    seen += page.size();
    more = !page.empty();
    marker = more ? page.back()["id"].get<std::string>() : "";
  }

  CHECK(seen == 10'000);
}
