#include <string>
#include <vector>

#include "ovs.hpp"
#include "support/catch.hpp"

namespace {

using ncc::Command;
using ncc::ProcessResult;

/// Answers every command with one result and keeps what was asked.
class FixedRunner : public ncc::ProcessRunner {
 public:
  explicit FixedRunner(ProcessResult result) : result_(std::move(result)) {}

  ProcessResult run(const Command& command) override {
    asked.push_back(command);
    return result_;
  }

  std::vector<ProcessResult> run_all(const std::vector<Command>& commands) override {
    std::vector<ProcessResult> results;
    for (const Command& command : commands) {
      results.push_back(run(command));
    }
    return results;
  }

  std::vector<Command> asked = {};

 private:
  ProcessResult result_;
};

/// As ovs-vsctl 3.1.0 printed it, with the columns not of interest left out.
constexpr const char* recorded =
    R"({"data":[[["map",[["hostname","node3"],["ovn-remote","ssl:a:6642,ssl:b:6642"]]],"3.1.0"]],"headings":["external_ids","ovs_version"]}
{"data":[[["uuid","17c1edfa"],"netdev",["map",[["charm-ovn-chassis","managed"]]],"secure","br-int",["map",[["disable-in-band","true"]]],["set",[["uuid","2b30ead8"],["uuid","d927f331"]]],["set",["OpenFlow15","OpenFlow13"]]],[["uuid","f40cdf74"],"",["map",[]],["set",[]],"br-ex",["map",[]],["uuid","3c3c3c3c"],["set",[]]]],"headings":["_uuid","datapath_type","external_ids","fail_mode","name","other_config","ports","protocols"]}
{"data":[[["uuid","2b30ead8"],["map",[["charm-ovn-chassis","br-int"]]],"eth1"],[["uuid","d927f331"],["map",[]],"br-int"],[["uuid","3c3c3c3c"],["map",[]],"br-ex"]],"headings":["_uuid","external_ids","name"]}
{"data":[["/a","/c","/k"]],"headings":["ca_cert","certificate","private_key"]}
{"data":[["ptcp:6640:127.0.0.1"]],"headings":["target"]}
)";

}  // namespace

TEST_CASE("the switch is read by one call that lists five tables", "[ovs][client]") {
  FixedRunner runner({.output = recorded});

  const auto settings = ncc::ovs::read(runner);

  REQUIRE(runner.asked.size() == 1);
  CHECK(runner.asked[0].argv == std::vector<std::string>{"/usr/bin/ovs-vsctl",
                                                         "--timeout=10",
                                                         "--format=json",
                                                         "--",
                                                         "list",
                                                         "Open_vSwitch",
                                                         "--",
                                                         "list",
                                                         "Bridge",
                                                         "--",
                                                         "list",
                                                         "Port",
                                                         "--",
                                                         "list",
                                                         "SSL",
                                                         "--",
                                                         "list",
                                                         "Manager"});
  REQUIRE(settings);
  CHECK(settings->version == "3.1.0");
  CHECK(settings->external_ids.at("ovn-remote") == "ssl:a:6642,ssl:b:6642");
  CHECK(settings->ssl == ncc::ovs::Ssl{.private_key = "/k", .certificate = "/c", .ca_cert = "/a"});
  CHECK(settings->managers == std::set<std::string>{"ptcp:6640:127.0.0.1"});
}

TEST_CASE("a bridge is read with its ports but the one of its own name", "[ovs][client]") {
  FixedRunner runner({.output = recorded});

  const auto settings = ncc::ovs::read(runner);

  REQUIRE(settings);
  CHECK(settings->bridges.at("br-int") ==
        ncc::ovs::Bridge{.external_ids = {{"charm-ovn-chassis", "managed"}},
                         .other_config = {{"disable-in-band", "true"}},
                         .protocols = {"OpenFlow13", "OpenFlow15"},
                         .datapath_type = "netdev",
                         .fail_mode = "secure",
                         .ports = {{"eth1", {{"charm-ovn-chassis", "br-int"}}}}});
  CHECK(settings->bridges.at("br-ex") == ncc::ovs::Bridge{});
}

TEST_CASE("a database that does not answer has no settings", "[ovs][client]") {
  FixedRunner runner(
      {.exit_code = 1,
       .error_output = "ovs-vsctl: unix:/var/run/openvswitch/db.sock: database connection failed"});

  CHECK_FALSE(ncc::ovs::read(runner));
}

TEST_CASE("output of another form is an error and not a crash", "[ovs][client]") {
  const std::string output =
      GENERATE("",
               "no json\n",
               "{}\n{}\n{}\n{}\n{}\n",
               R"({"data":[[1,2]],"headings":["external_ids"]})"
               "\n{}\n{}\n{}\n{}\n",
               R"({"data":[[["map",[["a"]]],"3"]],"headings":["external_ids","ovs_version"]})"
               "\n{}\n{}\n{}\n{}\n",
               R"({"data":{"a":1},"headings":[3]})"
               "\n{}\n{}\n{}\n{}\n");
  FixedRunner runner({.output = output});

  CHECK_THROWS_AS(ncc::ovs::read(runner), ncc::ProcessError);
}

TEST_CASE("changes are applied by one call that does not wait for the switch", "[ovs][client]") {
  FixedRunner runner({});

  ncc::ovs::apply(runner, {"add-br", "br-ex", "--", "del-br", "br-old"});

  REQUIRE(runner.asked.size() == 1);
  CHECK(runner.asked[0].argv == std::vector<std::string>{"/usr/bin/ovs-vsctl",
                                                         "--no-wait",
                                                         "--timeout=30",
                                                         "--",
                                                         "add-br",
                                                         "br-ex",
                                                         "--",
                                                         "del-br",
                                                         "br-old"});
}

TEST_CASE("no changes are no call", "[ovs][client]") {
  FixedRunner runner({});

  ncc::ovs::apply(runner, {});

  CHECK(runner.asked.empty());
}
