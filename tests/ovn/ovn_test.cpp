#include "ovn.hpp"

#include <algorithm>
#include <fstream>
#include <sstream>

#include "support/builders.hpp"
#include "support/catch.hpp"

namespace ncc::ovn {
namespace {

using test::a_fully_related_model;

std::string golden(const std::string& name) {
  std::ifstream file(std::string(NCC_SOURCE_DIR) + "/tests/golden/" + name);
  REQUIRE(file);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

Model a_model_with_provider_network() {
  Model model = a_fully_related_model();
  model.config.ovn_bridge_mappings = {{"physnet1", "br-ex"}, {"physnet2", "br-data"}};
  model.config.bridge_interface_mappings = {{"br-ex", "52:54:00:00:00:02"}, {"br-data", "eth9"}};
  return model;
}

TEST_CASE("the metadata agent's file of a fully related unit", "[ovn][golden]") {
  CHECK(metadata_agent_conf(a_fully_related_model()).render() ==
        golden("neutron_ovn_metadata_agent.ini"));
}

TEST_CASE("a chassis has every external id that ovn-chassis sets", "[ovn][unit]") {
  using Options = std::map<std::string, std::optional<std::string>>;

  CHECK(plan_chassis(a_fully_related_model()).ovs->external_ids ==
        Options{{"system-id", "node4.maas"},
                {"hostname", "node4.maas"},
                {"ovn-encap-type", "geneve"},
                {"ovn-encap-ip", "10.30.0.14"},
                {"ovn-remote", "ssl:10.10.0.41:6642,ssl:10.10.0.42:6642"},
                {"ovn-match-northd-version", "false"},
                {"ovn-monitor-all", "false"},
                {"ovn-bridge-mappings", std::nullopt},
                {"ovn-cms-options", std::nullopt}});
}

TEST_CASE("options of OVN are external ids", "[ovn][unit]") {
  Model model = a_fully_related_model();
  model.config.prefer_chassis_as_gw = true;
  model.config.enable_version_pinning = true;
  model.config.ovn_monitor_all = true;

  const OvsPlan ovs = plan_chassis(model).ovs.value();

  CHECK(ovs.external_ids.at("ovn-cms-options") == "enable-chassis-as-gw");
  CHECK(ovs.external_ids.at("ovn-match-northd-version") == "true");
  CHECK(ovs.external_ids.at("ovn-monitor-all") == "true");
}

TEST_CASE("without the SB database or a certificate the last ovn-remote stays", "[ovn][unit]") {
  Model model = a_fully_related_model();

  SECTION("no SB database") {
    model.southbound = {};
  }
  SECTION("no certificate") {
    model.certificates = {};
  }

  CHECK_FALSE(plan_chassis(model).ovs->external_ids.contains("ovn-remote"));
  CHECK(plan_metadata_agent(model) == Plan());
}

TEST_CASE("a bridge is found by its card's MAC; without card it is left out", "[ovn][unit]") {
  const Plan plan = plan_chassis(a_model_with_provider_network());

  CHECK(plan.ovs->external_ids.at("ovn-bridge-mappings") == "physnet1:br-ex");
  CHECK(plan.ovs->bridges.size() == 2);
  CHECK(plan.ovs->bridges.at("br-ex") ==
        OvsPlan::Bridge{.external_ids = {{"charm-ovn-chassis", "managed"}},
                        .fail_mode = "standalone",
                        .ports = {{"eth1", {{"charm-ovn-chassis", "br-ex"}}}}});
  CHECK(plan.notes ==
        std::set<std::string>{
            "bridge-interface-mappings: this machine has no interface eth9 for br-data",
            "ovn-bridge-mappings: physnet2 is left out: br-data has no interface here"});
}

TEST_CASE("a bridge by interface name takes several cards", "[ovn][unit]") {
  Model model = a_fully_related_model();
  model.config.ovn_bridge_mappings = {{"physnet1", "br-ex"}};
  model.config.bridge_interface_mappings = {{"br-ex", "eth0"}, {"br-ex", "eth1"}};

  CHECK(plan_chassis(model).ovs->bridges.at("br-ex").ports.size() == 2);
}

TEST_CASE("the integration bridge is OVN's alone", "[ovn][unit]") {
  const OvsPlan ovs = plan_chassis(a_fully_related_model()).ovs.value();

  CHECK(ovs.bridges.at("br-int") ==
        OvsPlan::Bridge{.external_ids = {{"charm-ovn-chassis", "managed"}},
                        .other_config = {{"disable-in-band", "true"}},
                        .protocols = {"OpenFlow13", "OpenFlow15"},
                        .fail_mode = "secure"});
  CHECK(ovs.owns_bridges);
  CHECK(ovs.managers == std::set<std::string>{"ptcp:6640:127.0.0.1"});
}

TEST_CASE("TLS files are root's, the agent has copies of its own", "[ovn][unit]") {
  const Plan chassis = plan_chassis(a_fully_related_model());
  const Plan agent = plan_metadata_agent(a_fully_related_model());

  CHECK(chassis.files.at("/etc/ovn/key_host").content == "sEcReT-key\n");
  CHECK(chassis.files.at("/etc/ovn/key_host").mode == 0600);
  CHECK(chassis.files.at("/etc/ovn/cert_host").content == "CERTIFICATE\n");
  CHECK(chassis.files.at("/etc/ovn/ovn-chassis.crt").content == "AUTHORITY\n");
  CHECK(chassis.ovs->ssl->private_key == "/etc/ovn/key_host");
  CHECK(agent.files.at("/etc/neutron/ovn-key.pem").owner == "root:neutron");
  CHECK(agent.files.at("/etc/neutron/ovn-key.pem").mode == 0640);
  CHECK(agent.files.at("/etc/neutron/ovn-ca.pem").restarts ==
        std::set<std::string>{"neutron-ovn-metadata-agent"});
}

TEST_CASE("the system id outlives a restart of Open vSwitch", "[ovn][unit]") {
  CHECK(plan_chassis(a_fully_related_model()).files.at("/etc/openvswitch/system-id.conf").content ==
        "node4.maas\n");
}

TEST_CASE("memory is locked but in containers, unless the option says otherwise", "[ovn][unit]") {
  const auto [container, option, disabled] = GENERATE(table<bool, std::optional<bool>, bool>(
      {{false, {}, false}, {true, {}, true}, {true, false, false}, {false, true, true}}));
  Model model = a_fully_related_model();
  model.machine.container = container;
  model.config.disable_mlockall = option;

  const File file = plan_chassis(model).files.at("/etc/default/openvswitch-switch");

  CHECK((file.content.find("OVS_CTL_OPTS='--no-mlockall'\n") != std::string::npos) == disabled);
  CHECK(file.restarts.contains("openvswitch-switch") == disabled);
}

TEST_CASE("with a subordinate nothing of OVN is planned", "[ovn][unit]") {
  Model model = a_fully_related_model();
  model.related.insert("neutron-plugin");
  model.event = GENERATE(Event::other, Event::remove);

  for (const auto plan : {plan_packages, plan_chassis, plan_metadata_agent, plan_retire}) {
    CHECK(plan(model) == Plan());
  }
}

TEST_CASE("stop stops the agents and changes nothing else", "[ovn][unit]") {
  Model model = a_fully_related_model();
  model.event = Event::stop;

  const Plan plan = plan_retire(model);

  CHECK(plan.services.size() == 3);
  CHECK(plan.services.at("ovn-controller") == ServiceState::stopped);
  CHECK_FALSE(plan.ovs);
  CHECK(plan.absent_files.empty());
  CHECK(plan_chassis(model) == Plan());
}

TEST_CASE("remove takes away settings, marked bridges and keys", "[ovn][unit]") {
  Model model = a_fully_related_model();
  model.event = Event::remove;

  const Plan plan = plan_retire(model);

  CHECK(plan.ovs->owns_bridges);
  CHECK(plan.ovs->bridges.empty());
  CHECK(plan.ovs->external_ids.size() == 9);  // with the value kept by a tombstone
  CHECK(std::none_of(plan.ovs->external_ids.begin(),
                     plan.ovs->external_ids.end(),
                     [](const auto& each) { return each.second.has_value(); }));
  CHECK(plan.absent_files.size() == 8);
}

TEST_CASE("while guests are there their network stays", "[ovn][unit]") {
  Model model = a_fully_related_model();
  model.event = Event::remove;
  model.machine.guests = GENERATE(std::optional<int>(1), std::optional<int>());

  const Plan plan = plan_retire(model);

  CHECK_FALSE(plan.ovs);
  CHECK_FALSE(plan.services.contains("ovn-controller"));
  CHECK_FALSE(plan.services.contains("openvswitch-switch"));
  CHECK_FALSE(plan.absent_files.contains("/etc/ovn/key_host"));
  CHECK(plan.services.at("neutron-ovn-metadata-agent") == ServiceState::stopped);
}

TEST_CASE("no secret of OVN is shown", "[ovn][unit]") {
  Model model = a_fully_related_model();
  Plan plan = plan_chassis(model);
  merge(plan, plan_metadata_agent(model));

  for (const std::string& line : describe(plan)) {
    CHECK(line.find(test::marker) == std::string::npos);
  }
}

}  // namespace
}  // namespace ncc::ovn
