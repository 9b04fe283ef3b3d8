#include "support/catch.hpp"
#include "verify.hpp"
#include "words/error.hpp"

namespace {

using namespace ncc;
using namespace ncc::verify;

Node node_of(bool ovn_built_in = true) {
  return {.unit = UnitName("nova-compute/4"),
          .host = HostName("node4.maas"),
          .ovn_built_in = ovn_built_in};
}

HostView healthy() {
  HostView view;
  view.service = openstack::Service{
      .id = "1", .host = "node4.maas", .binary = "nova-compute", .enabled = true, .up = true};
  view.hypervisor = openstack::Hypervisor{.id = "2", .name = "node4.maas", .host = "node4.maas"};
  view.inventory =
      openstack::Inventory{.total = {{"VCPU", 8}, {"MEMORY_MB", 4096}, {"DISK_GB", 50}}};
  view.agents = {
      {.id = "3", .type = "OVN Controller Gateway agent", .host = "node4.maas", .alive = true},
      {.id = "4", .type = "OVN Metadata agent", .host = "node4.maas", .alive = true}};
  return view;
}

/// Names of the checks that failed.
std::vector<std::string> failing(const HostView& view, bool ovn_built_in = true) {
  std::vector<std::string> names;
  for (const Step& step : check_host(view, node_of(ovn_built_in))) {
    if (step.result == Result::failed) {
      names.push_back(step.name);
    }
  }
  return names;
}

using Names = std::vector<std::string>;

}  // namespace

TEST_CASE("a healthy host passes every check", "[verify][unit]") {
  CHECK(failing(healthy()).empty());
}

TEST_CASE("each fault fails its own check", "[verify][unit]") {
  HostView view = healthy();

  SECTION("no service") {
    view.service.reset();
    CHECK(failing(view) == Names{"service"});
  }
  SECTION("disabled") {
    view.service->enabled = false;
    CHECK(failing(view) == Names{"service"});
  }
  SECTION("forced down") {
    view.service->forced_down = true;
    CHECK(failing(view) == Names{"service"});
  }
  SECTION("no disk") {
    view.inventory->total.erase("DISK_GB");
    CHECK(failing(view) == Names{"inventory"});
  }
  SECTION("only dedicated CPUs") {
    view.inventory->total.erase("VCPU");
    view.inventory->total["PCPU"] = 4;
    CHECK(failing(view).empty());
  }
  SECTION("dead chassis") {
    view.agents[0].alive = false;
    CHECK(failing(view) == Names{"chassis"});
  }
  SECTION("no metadata agent, OVN by a subordinate") {
    view.agents.pop_back();
    CHECK(failing(view) == Names{"metadata"});
    CHECK(failing(view, false).empty());
  }
  SECTION("no answer from Neutron") {
    view.errors["agents"] = "GET network /agents answered 500: no";
    CHECK(failing(view) == Names{"chassis", "metadata"});
  }
  SECTION("a Neutron that does not tell about agents") {
    view.agents.clear();
    view.no_agents = "no such extension";
    CHECK(failing(view).empty());
    CHECK(check_host(view, node_of()).back() ==
          Step{"metadata", Result::skipped, "no such extension"});
  }
  SECTION("all at once are all told") {
    CHECK(failing({}) == Names{"service", "hypervisor", "inventory", "chassis", "metadata"});
  }
}

TEST_CASE("a timeout out of its bounds is refused by name", "[verify][unit]") {
  CHECK(read_request({{"timeout", "60"}}).timeout == std::chrono::seconds(60));
  for (const char* value : {"9", "3601", "soon", "1.5"}) {
    INFO(value);
    try {
      static_cast<void>(read_request({{"timeout", value}}));
      FAIL("accepted");
    } catch (const ConfigError& error) {
      CHECK(error.field() == "timeout");
    }
  }
}

TEST_CASE("checks are chosen with what they need, unknown ones refused", "[verify][unit]") {
  using Set = std::set<std::string>;
  CHECK(read_request({}).checks.empty());
  CHECK(read_request({{"checks", "service, chassis"}}).checks == Set{"service", "chassis"});
  CHECK(read_request({{"checks", "vnc"}}).checks ==
        Set{"vnc", "boot", "flavor", "image", "delete"});
  CHECK_THROWS_WITH(read_request({{"checks", "boot,coffee"}}),
                    Catch::Matchers::StartsWith("checks: \"coffee\" is none of service"));
  CHECK(read_request({{"volume-size", "5"}, {"volume-type", "ssd"}}).volume_size_gib == 5);
  CHECK_THROWS_AS(read_request({{"volume-size", "0"}}), ConfigError);
}

TEST_CASE("a report names the failed steps, and tells all in lines and rows", "[verify][unit]") {
  using std::chrono::milliseconds;
  const Report report{{{"service", Result::passed, "up", milliseconds(120)},
                       {"volume", Result::skipped, "no Cinder"},
                       {"boot", Result::failed, "No valid host", milliseconds(12'340)},
                       {"delete", Result::failed, "still there"}}};

  CHECK(report.failure() == "boot: No valid host; delete: still there");
  CHECK(
      report.json() ==
      R"([{"check":"service","passed":true,"detail":"up","result":"passed","seconds":0.1},)"
      R"({"check":"volume","passed":false,"detail":"no Cinder","result":"skipped","seconds":0.0},)"
      R"({"check":"boot","passed":false,"detail":"No valid host","result":"failed","seconds":12.3},)"
      R"({"check":"delete","passed":false,"detail":"still there","result":"failed","seconds":0.0}])");
  CHECK(report.table() ==
        "step            result   seconds  detail\n"
        "service         passed   0.1      up\n"
        "volume          skipped  0.0      no Cinder\n"
        "boot            failed   12.3     No valid host\n"
        "delete          failed   0.0      still there\n");
}

// The key and its fingerprint: `ssh-keygen -l -E md5 -f` of a file with this line.
TEST_CASE("a public key is one, and has the fingerprint that ssh-keygen shows", "[verify][unit]") {
  const std::string key = public_key("0123456789abcdef0123456789abcdef0123456789abcdef");

  CHECK(key == "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIA0123456789abcdef0123456789abcdef0123456789");
  CHECK(key_fingerprint(key) == "19:3f:4a:ef:3c:a7:e2:db:7a:6c:bf:95:83:f6:ed:44");
  CHECK_THROWS_AS(public_key("too short"), std::logic_error);
}
