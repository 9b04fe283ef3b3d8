#include <string>
#include <vector>

#include "ovs.hpp"
#include "support/catch.hpp"

namespace {

using ncc::ovs::Bridge;
using ncc::ovs::changes;
using ncc::ovs::Settings;
using Words = std::vector<std::string>;

/// A switch with our br-int and br-ex (port eth1), and a bridge of somebody else.
Settings a_switch() {
  Settings settings;
  settings.external_ids = {{"hostname", "node3"}, {"ovn-remote", "ssl:10.0.0.1:6642"}};
  settings.bridges["br-int"] = {.external_ids = {{"charm-ovn-chassis", "managed"}},
                                .protocols = {"OpenFlow13", "OpenFlow15"},
                                .datapath_type = "system",
                                .fail_mode = "secure"};
  settings.bridges["br-ex"] = {
      .external_ids = {{"charm-ovn-chassis", "managed"}},
      .ports = {{"eth1", {{"charm-ovn-chassis", "br-ex"}}}, {"patch-br-ex-to-br-int", {}}}};
  settings.bridges["virbr9"] = {.ports = {{"veth9", {}}}};
  settings.ssl = {.private_key = "/etc/ovn/key_host",
                  .certificate = "/etc/ovn/cert_host",
                  .ca_cert = "/etc/ovn/ovn-chassis.crt"};
  settings.managers = {"ptcp:6640:127.0.0.1"};
  return settings;
}

}  // namespace

TEST_CASE("a switch that has all that is wished for needs no change", "[ovs][unit]") {
  CHECK(changes(a_switch(), a_switch()).empty());
  CHECK(changes(a_switch(), {}).empty());
}

TEST_CASE("only the external ids that differ are set and the unwanted removed", "[ovs][unit]") {
  Settings wish;
  wish.external_ids = {{"hostname", "node3"},
                       {"ovn-encap-type", "geneve"},
                       {"ovn-remote", std::nullopt},
                       {"ovn-cms-options", std::nullopt}};

  CHECK(changes(a_switch(), wish) == Words{"set",
                                           "Open_vSwitch",
                                           ".",
                                           "external_ids:ovn-encap-type=geneve",
                                           "--",
                                           "remove",
                                           "Open_vSwitch",
                                           ".",
                                           "external_ids",
                                           "ovn-remote"});
}

TEST_CASE("values with separators, quotes or nothing in them are quoted", "[ovs][unit]") {
  Settings wish;
  wish.external_ids = {
      {"a", "ssl:a:6642,ssl:b:6642"}, {"b", ""}, {"c", "say \"x\\y\""}, {"d", "1\n2"}};

  CHECK(changes({}, wish) == Words{"set",
                                   "Open_vSwitch",
                                   ".",
                                   "external_ids:a=\"ssl:a:6642,ssl:b:6642\"",
                                   "external_ids:b=\"\"",
                                   "external_ids:c=\"say \\\"x\\\\y\\\"\"",
                                   "external_ids:d=\"1\\u000a2\""});
}

TEST_CASE("a missing bridge is added with its settings and marked ports", "[ovs][unit]") {
  Settings wish;
  wish.bridges["br-data"] = {.external_ids = {{"charm-ovn-chassis", "managed"}},
                             .other_config = {{"disable-in-band", "true"}},
                             .protocols = {"OpenFlow13", "OpenFlow15"},
                             .datapath_type = "system",
                             .fail_mode = "standalone",
                             .ports = {{"eth2", {{"charm-ovn-chassis", "br-data"}}}}};

  CHECK(changes(a_switch(), wish) == Words{"--may-exist",
                                           "add-br",
                                           "br-data",
                                           "--",
                                           "set",
                                           "Bridge",
                                           "br-data",
                                           "datapath_type=system",
                                           "fail_mode=standalone",
                                           "protocols=OpenFlow13,OpenFlow15",
                                           "external_ids:charm-ovn-chassis=managed",
                                           "other_config:disable-in-band=true",
                                           "--",
                                           "--may-exist",
                                           "add-port",
                                           "br-data",
                                           "eth2",
                                           "--",
                                           "set",
                                           "Port",
                                           "eth2",
                                           "external_ids:charm-ovn-chassis=br-data"});
}

TEST_CASE("marked bridges stay as long as the wish is not said to be complete", "[ovs][unit]") {
  CHECK(changes(a_switch(), {.owns_bridges = false}).empty());
}

TEST_CASE("a complete wish removes marked bridges and ports but nobody else's", "[ovs][unit]") {
  Settings wish{.owns_bridges = true};
  wish.bridges["br-ex"] = {};

  CHECK(changes(a_switch(), wish) ==
        Words{"--if-exists", "del-port", "br-ex", "eth1", "--", "--if-exists", "del-br", "br-int"});
}

TEST_CASE("a marked port that moves is taken away before it is added", "[ovs][unit]") {
  Settings wish = a_switch();
  wish.owns_bridges = true;
  wish.bridges["br-ex"].ports.clear();
  wish.bridges["br-int"].ports = {{"eth1", {}}};

  CHECK(changes(a_switch(), wish) == Words{"--if-exists",
                                           "del-port",
                                           "br-ex",
                                           "eth1",
                                           "--",
                                           "--may-exist",
                                           "add-port",
                                           "br-int",
                                           "eth1"});
}

TEST_CASE("another key pair is set whole, a missing manager beside the others", "[ovs][unit]") {
  Settings wish;
  wish.ssl = {.private_key = "/k", .certificate = "/c", .ca_cert = "/a"};
  wish.managers = {"ptcp:6640:127.0.0.1", "ptcp:6640:[::1]"};

  CHECK(changes(a_switch(), wish) == Words{"set-ssl",
                                           "/k",
                                           "/c",
                                           "/a",
                                           "--",
                                           "--id=@manager0",
                                           "create",
                                           "Manager",
                                           "target=\"ptcp:6640:[::1]\"",
                                           "--",
                                           "add",
                                           "Open_vSwitch",
                                           ".",
                                           "manager_options",
                                           "@manager0"});
}
