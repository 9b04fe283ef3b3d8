#include <string>
#include <vector>

#include "host.hpp"
#include "host/fakes.hpp"
#include "support/catch.hpp"

namespace {

namespace host = ncc::host;
using ncc::testing::Programs;

const std::string show =
    "/usr/bin/systemctl show --property=Id,LoadState,ActiveState,UnitFileState --";

}  // namespace

TEST_CASE("several services are asked for by one call", "[host][client]") {
  Programs programs;
  programs.answers[show + " absent.service libvirtd.service masked.service nova-compute.service"] =
      {.output =
           "Id=absent.service\nLoadState=not-found\nActiveState=inactive\nUnitFileState=\n\n"
           "Id=virtqemud.service\nLoadState=loaded\nActiveState=active\nUnitFileState=alias\n\n"
           "Id=masked.service\nLoadState=masked\nActiveState=inactive\nUnitFileState=masked\n\n"
           "Id=nova-compute.service\nLoadState=loaded\nActiveState=failed\n"
           "UnitFileState=enabled\n"};

  const auto services = host::services(programs, {"nova-compute", "libvirtd", "absent", "masked"});

  CHECK(services == std::map<std::string, host::Service>{
                        {"absent", {}},
                        {"libvirtd", {.exists = true, .active = true, .enabled = true}},
                        {"masked", {.exists = true, .masked = true}},
                        {"nova-compute", {.exists = true, .enabled = true}}});
}

TEST_CASE("an activating or reloading service counts as active", "[host][client]") {
  const std::string state = GENERATE("activating", "reloading");
  Programs programs;
  programs.answers[show + " a.service"] = {
      .output =
          "Id=a.service\nLoadState=loaded\nActiveState=" + state + "\nUnitFileState=static\n"};

  CHECK(host::services(programs, {"a"}).at("a") ==
        host::Service{.exists = true, .active = true, .enabled = true});
}

TEST_CASE("an answer with other units than asked for is an error", "[host][client]") {
  Programs programs;
  programs.answers[show + " a.service b.service"] = {.output = "Id=a.service\n"};

  CHECK_THROWS_WITH(host::services(programs, {"a", "b"}),
                    "/usr/bin/systemctl ended with 0: it showed 1 units instead of 2");
}

TEST_CASE("a verb is one call for all names", "[host][client]") {
  Programs programs;
  programs.answers["/usr/bin/systemctl restart -- nova-compute libvirtd"] = {};

  host::systemctl(programs, "restart", {"nova-compute", "libvirtd"});

  REQUIRE(programs.asked.size() == 1);
  CHECK(programs.asked[0].timeout == std::chrono::seconds(180));
}

TEST_CASE("daemon-reload takes no name, other verbs do nothing without one", "[host][client]") {
  Programs programs;
  programs.answers["/usr/bin/systemctl daemon-reload"] = {};

  host::systemctl(programs, "daemon-reload", {});
  host::systemctl(programs, "stop", {});

  CHECK(programs.lines == std::vector<std::string>{"/usr/bin/systemctl daemon-reload"});
  CHECK_THROWS_AS(host::systemctl(programs, "daemon-reload", {"a"}), std::logic_error);
  CHECK_THROWS_AS(host::systemctl(programs, "reboot", {"a"}), std::logic_error);
}
