#include "bags.hpp"
#include "support/catch.hpp"

using namespace ncc;
using namespace ncc::bags;
using Settings = std::vector<std::pair<std::string, std::string>>;

namespace {

const std::string key = "subordinate_configuration";

Need<Plugin> read(const Databag& bag) {
  return read_neutron_plugin(one("ovn-chassis/2", bag));
}

Databag sections(const std::string& json) {
  return {{key, R"({"nova": {"/etc/nova/nova.conf": {"sections": )" + json + "}}}"}};
}

}  // namespace

TEST_CASE("ovn-chassis says the metadata secret alone", "[relations][unit]") {
  const Need<Plugin> need = read({{"metadata-shared-secret", "5d0b"}});

  REQUIRE(need.value);
  CHECK(need.value->metadata_secret.reveal() == "5d0b");
  CHECK(need.value->nova_conf.empty());
}

TEST_CASE("a silent plugin is awaited", "[relations][unit]") {
  CHECK(read({}).missing == "no metadata-shared-secret yet");
  CHECK(read({{"metadata-shared-secret", ""}}).missing == "no metadata-shared-secret yet");
  CHECK(read_neutron_plugin({}).missing == "no metadata-shared-secret yet");
}

TEST_CASE("neutron-openvswitch brings settings for nova.conf", "[relations][unit]") {
  const Need<Plugin> need = read(
      {{"neutron-plugin", "ovs"},
       {"enable-metadata", "True"},
       {"host", "node4.maas"},
       {key,
        R"({"nova-compute":{"/etc/nova/nova.conf":{"sections":{"DEFAULT":[["firewall_driver","nova.virt.firewall.NoopFirewallDriver"]]}}}})"}});

  REQUIRE(need.value);
  CHECK(need.value->metadata_secret.empty());
  CHECK(need.value->nova_conf.at("DEFAULT") ==
        Settings{{"firewall_driver", "nova.virt.firewall.NoopFirewallDriver"}});
}

TEST_CASE("order and duplicates of settings are kept", "[relations][unit]") {
  const Plugin plugin =
      *read(sections(R"({"DEFAULT": [["b", "2"], ["a", true], ["b", 3]], "x": []})")).value;

  CHECK(plugin.nova_conf.at("DEFAULT") == Settings{{"b", "2"}, {"a", "True"}, {"b", "3"}});
  CHECK_FALSE(plugin.nova_conf.contains("x"));
}

TEST_CASE("settings for both service names come one after the other", "[relations][unit]") {
  const std::string file = R"({"/etc/nova/nova.conf": {"sections": {"DEFAULT": [["k", "v"]]}}})";

  const Plugin plugin =
      *read({{key, R"({"nova-compute": )" + file + R"(, "nova": )" + file + "}"}}).value;

  CHECK(plugin.nova_conf.at("DEFAULT") == Settings{{"k", "v"}, {"k", "v"}});
}

TEST_CASE("settings for other files and services are left alone", "[relations][unit]") {
  const Databag bag{
      {"neutron-plugin", "ovs"},
      {key, R"({"nova": {"/etc/nova/other.conf": {"sections": {"a": [["k", "v"]]}}}, "ceph": 1})"}};

  CHECK(read(bag).value->nova_conf.empty());
}

TEST_CASE("settings of a wrong form are refused", "[relations][unit]") {
  const Databag bag = GENERATE(Databag{{key, "text"}},
                               Databag{{key, "[]"}},
                               Databag{{key, R"({"nova": []})"}},
                               Databag{{key, R"({"nova": {"/etc/nova/nova.conf": 1}})"}},
                               sections("[]"),
                               sections(R"({"DEFAULT": {"k": "v"}})"),
                               sections(R"({"DEFAULT": [["k"]]})"),
                               sections(R"({"DEFAULT": [["k", "v", "w"]]})"),
                               sections(R"({"DEFAULT": [[1, "v"]]})"),
                               sections(R"({"DEFAULT": [["k", ["v"]]]})"),
                               sections(R"({"DEFAULT": [["k", "v\nx = y"]]})"),
                               sections(R"({"DEFAULT": [["k\nx", "v"]]})"),
                               sections(R"({"DEFAULT": [["", "v"]]})"),
                               sections(R"({"a]\n[b": [["k", "v"]]})"));

  CHECK(wrong_key([&] { static_cast<void>(read(bag)); }) ==
        "neutron-plugin: subordinate_configuration");
}
