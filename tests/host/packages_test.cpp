#include <string>
#include <vector>

#include "host.hpp"
#include "host/fakes.hpp"
#include "log.hpp"
#include "support/catch.hpp"

namespace {

namespace host = ncc::host;
using ncc::testing::Programs;

constexpr const char* options =
    " --assume-yes --no-install-recommends --option=Dpkg::Options::=--force-confdef"
    " --option=Dpkg::Options::=--force-confold --option=DPkg::Lock::Timeout=300";

const std::string update = std::string("/usr/bin/apt-get update") + options;
const std::string install =
    std::string("/usr/bin/apt-get install") + options + " -- nova-compute-kvm ovn-host";
const std::string query =
    "/usr/bin/dpkg-query --show --showformat=${Package}\\t${db:Status-Status}\\t${Version}\\n --"
    " nova-common nova-compute ovn-host";

}  // namespace

TEST_CASE("only packages that dpkg calls installed have a version", "[host][client]") {
  Programs programs;
  programs.answers[query] = {
      .exit_code = 1,
      .output = "nova-common\tinstalled\t3:29.2.0-0ubuntu1\nnova-compute\tconfig-files\t3:29.0.0\n",
      .error_output = "dpkg-query: no packages found matching ovn-host\n"};

  CHECK(host::installed_versions(programs, {"nova-common", "nova-compute", "ovn-host"}) ==
        std::map<std::string, std::string>{{"nova-common", "3:29.2.0-0ubuntu1"}});
}

TEST_CASE("a broken dpkg database is an error", "[host][client]") {
  Programs programs;
  programs.answers[query] = {.exit_code = 2, .error_output = "dpkg-query: error: parsing file\n"};

  CHECK_THROWS_WITH(host::installed_versions(programs, {"nova-common", "nova-compute", "ovn-host"}),
                    "/usr/bin/dpkg-query ended with 2: dpkg-query: error: parsing file");
}

TEST_CASE("packages are installed after one update, asking nobody", "[host][client]") {
  Programs programs;
  programs.answers = {{update, {}}, {install, {}}};

  host::install(programs, {"nova-compute-kvm", "ovn-host"});

  CHECK(programs.lines == std::vector<std::string>{update, install});
  for (const ncc::Command& command : programs.asked) {
    CHECK(command.environment ==
          std::map<std::string, std::string>{{"DEBIAN_FRONTEND", "noninteractive"}});
    CHECK(command.timeout == std::chrono::minutes(30));
  }
}

TEST_CASE("a dead mirror is a warning and the installation is tried", "[host][client]") {
  Programs programs;
  programs.answers = {{update, {.exit_code = 100, .error_output = "E: Failed to fetch\n"}},
                      {install, {}}};
  std::vector<std::string> warnings;
  ncc::log::set_sink([&](ncc::log::Level level, const std::string& line) {
    if (level == ncc::log::Level::warning) {
      warnings.push_back(line);
    }
  });

  host::install(programs, {"nova-compute-kvm", "ovn-host"});
  ncc::log::set_sink([](ncc::log::Level, const std::string&) {});

  CHECK(programs.lines == std::vector<std::string>{update, install});
  CHECK(warnings ==
        std::vector<std::string>{"installing with the package lists at hand: "
                                 "/usr/bin/apt-get ended with 100: E: Failed to fetch"});
}

TEST_CASE("a failed installation is an error", "[host][client]") {
  Programs programs;
  programs.answers = {{update, {}},
                      {install, {.exit_code = 100, .error_output = "E: Unable to locate\n"}}};

  CHECK_THROWS_AS(host::install(programs, {"nova-compute-kvm", "ovn-host"}), ncc::ProcessError);
}

TEST_CASE("nothing is run for no packages", "[host][client]") {
  Programs programs;

  host::install(programs, {});

  CHECK(host::installed_versions(programs, {}).empty());
  CHECK(programs.lines.empty());
}
