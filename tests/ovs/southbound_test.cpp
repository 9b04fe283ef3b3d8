// Rows of the southbound database, by what ovn-sbctl prints.

#include <string>
#include <vector>

#include "ovs.hpp"
#include "support/catch.hpp"

namespace {

using ncc::Command;
using ncc::ProcessResult;

/// A southbound database with Encap rows of one column; it keeps the last question.
class Southbound : public ncc::ProcessRunner {
 public:
  explicit Southbound(std::string rows) : rows_(std::move(rows)) {}

  ProcessResult run(const Command& command) override {
    asked = command.argv;
    return {.exit_code = 0, .output = R"({"data":[)" + rows_ + R"(],"headings":["chassis_name"]})"};
  }

  std::vector<ProcessResult> run_all(const std::vector<Command>& commands) override {
    return {run(commands.at(0))};
  }

  std::vector<std::string> asked = {};

 private:
  std::string rows_;
};

ncc::ovs::Settings a_chassis() {
  ncc::ovs::Settings settings;
  settings.external_ids = {{"ovn-remote", "ssl:10.0.0.9:6642"},
                           {"ovn-encap-ip", "10.78.0.11"},
                           {"ovn-encap-type", "geneve"}};
  return settings;
}

}  // namespace

TEST_CASE("row 40: another chassis with our tunnel address is found, our own is none",
          "[ovs][unit]") {
  Southbound southbound(R"(["old-3"],["m1"])");

  const auto names = ncc::ovs::chassis_with_our_address(southbound, a_chassis(), "m1");

  CHECK(names == std::vector<std::string>{"old-3"});
  const std::vector<std::string> question(southbound.asked.end() - 4, southbound.asked.end());
  CHECK(question ==
        std::vector<std::string>{"find", "Encap", R"(ip="10.78.0.11")", R"(type="geneve")"});
}

TEST_CASE("without a tunnel address no other chassis can have it", "[ovs][unit]") {
  Southbound southbound(R"(["old-3"])");

  CHECK(ncc::ovs::chassis_with_our_address(southbound, {}, "m1").empty());
  CHECK(southbound.asked.empty());
}
