#include "support/catch.hpp"
#include "verify.hpp"
#include "words/error.hpp"

namespace {

using namespace ncc;
using namespace ncc::verify;

const HostName host("node4.maas");

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
  for (const Check& check : check_host(view, host, ovn_built_in)) {
    if (!check.passed) {
      names.push_back(check.name);
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
  SECTION("all at once are all told") {
    CHECK(failing({}) == Names{"service", "hypervisor", "inventory", "chassis", "metadata"});
  }
}

TEST_CASE(
    "a server is removed once it is ACTIVE, in ERROR or late, and the run ends when it is gone",
    "[verify][unit]") {
  VmView view;
  CHECK(next_step(view) == VmStep::boot);
  view.booted = true;
  view.server = openstack::Server{.id = "5", .status = "BUILD"};
  CHECK(next_step(view) == VmStep::wait);
  view.out_of_time = true;
  CHECK(next_step(view) == VmStep::remove);
  view.out_of_time = false;
  view.server->status = "ERROR";
  CHECK(next_step(view) == VmStep::remove);
  view.server->status = "ACTIVE";
  CHECK(next_step(view) == VmStep::remove);
  view.deleting = true;
  CHECK(next_step(view) == VmStep::wait);
  view.server.reset();
  CHECK(next_step(view) == VmStep::done);
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

TEST_CASE("a report names the failed checks", "[verify][unit]") {
  const Report report{{{"service", true, "up"},
                       {"boot", false, "No valid host"},
                       {"delete", false, "still there"}}};

  CHECK(report.failure() == "boot: No valid host; delete: still there");
  CHECK(
      report.json() ==
      R"([{"check":"service","passed":true,"detail":"up"},{"check":"boot","passed":false,"detail":"No valid host"},)"
      R"({"check":"delete","passed":false,"detail":"still there"}])");
}
