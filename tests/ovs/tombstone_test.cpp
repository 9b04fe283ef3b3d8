#include <string>
#include <vector>

#include "ovs.hpp"
#include "support/catch.hpp"

namespace {

using namespace ncc;
using Words = std::vector<std::string>;

const std::string saved = ovs::saved_prefix;

ovs::Settings a_switch(const std::string& options) {
  ovs::Settings settings;
  settings.external_ids = {{"system-id", "m1"}, {"ovn-cms-options", options}};
  settings.bridges["br-int"] = {};
  return settings;
}

ovs::Settings wish(bool tombstoned) {
  ovs::Settings wanted;
  wanted.tombstoned = tombstoned;
  return wanted;
}

/// The commands of a transaction, each as one line.
Words commands(const Words& words) {
  Words lines(1);
  for (const std::string& word : words) {
    if (word == "--") {
      lines.emplace_back();
    } else {
      lines.back() += (lines.back().empty() ? "" : " ") + word;
    }
  }
  return lines;
}

}  // namespace

TEST_CASE("gateway tokens are dropped from a list and the others stay as they are", "[ovs][unit]") {
  CHECK(ovs::without_gateway_tokens("enable-chassis-as-gw") == "");
  CHECK(ovs::without_gateway_tokens("") == "");
  CHECK(ovs::without_gateway_tokens("enable-chassis-as-gw,availability-zones=az1:az2") ==
        "availability-zones=az1:az2");
  CHECK(ovs::without_gateway_tokens(
            "card-serial-number=7,enable-chassis-as-extport-host,enable-chassis-as-gw, x") ==
        "card-serial-number=7, x");
  CHECK(ovs::without_gateway_tokens("enable-chassis-as-gw-not") == "enable-chassis-as-gw-not");
}

TEST_CASE("row 10: a tombstone keeps the old value in the transaction that shortens it",
          "[ovs][unit]") {
  const ovs::Settings current = a_switch("enable-chassis-as-gw,availability-zones=az1");

  CHECK(commands(ovs::changes(current, wish(true))) ==
        Words{"set Open_vSwitch . external_ids:" + saved +
                  "ovn-cms-options=\"enable-chassis-as-gw,availability-zones=az1\" "
                  "external_ids:ovn-cms-options=\"availability-zones=az1\"",
              "set Bridge br-int external_ids:tombstoned=true"});
}

TEST_CASE("row 11: the key of this chassis is edited and the general one left", "[ovs][unit]") {
  ovs::Settings current = a_switch("enable-chassis-as-gw");
  current.external_ids["ovn-cms-options-m1"] = "enable-chassis-as-gw,a=b";

  CHECK(commands(ovs::changes(current, wish(true))).front() ==
        "set Open_vSwitch . external_ids:" + saved +
            "ovn-cms-options-m1=\"enable-chassis-as-gw,a=b\" "
            "external_ids:ovn-cms-options-m1=\"a=b\"");
}

TEST_CASE("a second tombstone changes nothing and keeps the first value", "[ovs][unit]") {
  ovs::Settings current = a_switch("availability-zones=az1");
  current.external_ids[saved + "ovn-cms-options"] = "enable-chassis-as-gw,availability-zones=az1";
  current.bridges["br-int"].external_ids["tombstoned"] = "true";

  CHECK(ovs::changes(current, wish(true)).empty());

  current.external_ids["ovn-cms-options"] = "enable-chassis-as-gw";  // by another charm
  CHECK(commands(ovs::changes(current, wish(true))) ==
        Words{"remove Open_vSwitch . external_ids ovn-cms-options"});
}

TEST_CASE("while a tombstone stands other wishes for the options wait", "[ovs][unit]") {
  ovs::Settings wanted = wish(true);
  wanted.external_ids["ovn-cms-options"] = "enable-chassis-as-gw";
  ovs::Settings current = a_switch("x=y");
  current.bridges["br-int"].external_ids["tombstoned"] = "true";

  CHECK(ovs::changes(current, wanted).empty());
}

TEST_CASE("row 22: taking a tombstone back restores the value byte for byte", "[ovs][unit]") {
  ovs::Settings current = a_switch("x=y");
  current.external_ids[saved + "ovn-cms-options"] = "enable-chassis-as-gw, x=y,";
  current.bridges["br-int"].external_ids["tombstoned"] = "true";
  ovs::Settings wanted = wish(false);
  wanted.external_ids["ovn-cms-options"] = "other";

  CHECK(commands(ovs::changes(current, wanted)) ==
        Words{"set Open_vSwitch . external_ids:ovn-cms-options=\"enable-chassis-as-gw, x=y,\"",
              "remove Open_vSwitch . external_ids " + saved + "ovn-cms-options",
              "remove Bridge br-int external_ids tombstoned"});
}

TEST_CASE("without a tombstone nothing is taken back", "[ovs][unit]") {
  CHECK(ovs::changes(a_switch("enable-chassis-as-gw"), wish(false)).empty());
}
