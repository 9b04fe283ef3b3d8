#include "bags.hpp"
#include "support/catch.hpp"

using namespace ncc;
using namespace ncc::bags;
using Strings = std::vector<std::string>;

namespace {

Need<Controller> read(const Databag& bag) {
  return read_cloud_compute(one("nova-cloud-controller/0", bag));
}

/// The controller read with one key changed.
Controller changed(const std::string& key, const std::string& value) {
  return *read(with(controller, key, value)).value;
}

}  // namespace

TEST_CASE("the controller's databag gives what nova.conf needs", "[relations][unit]") {
  const Need<Controller> need = read(controller);

  REQUIRE(need.value);
  const Controller& c = *need.value;
  CHECK(c.network_manager == "neutron");
  CHECK(c.region == "RegionOne");
  CHECK(c.volume_service == "cinder");
  CHECK(c.cross_az_attach);
  CHECK(c.restart_trigger.empty());
  CHECK(c.neutron_url == "http://10.10.0.9:9696");
  CHECK(c.neutron_plugin == "ovn");
  CHECK(c.dns_domain == "example.test.");
  CHECK(c.cpu_allocation_ratio == "2.0");
  CHECK(c.ram_allocation_ratio == "0.98");
  CHECK(c.disk_allocation_ratio == "1.0");
  CHECK(c.allow_resize_to_same_host == false);
  CHECK_FALSE(c.vendor_data);
  CHECK(c.vendor_json == "{}");
  CHECK(c.ca.empty());
}

TEST_CASE("the controller's databag gives console and keys", "[relations][unit]") {
  const Controller c = *read(controller).value;

  CHECK(c.console.protocol == "novnc");
  CHECK(c.console.keymap == "en-us");
  CHECK(c.console.novnc_url == "http://10.10.0.7:6080/vnc_auto.html");
  CHECK(c.console.spice_url.empty());
  CHECK(c.console.spice_agent);
  CHECK_FALSE(c.console.serial);
  CHECK(c.console.serial_url == "ws://10.10.0.7:6083/");
  CHECK(c.root_keys == SshKeys{{"|1|hash=|hash= ssh-rsa AAAA"}, {"ssh-rsa AAAAB3 root@node4"}});
  CHECK(c.nova_keys == SshKeys{{"|1|hash=|hash= ssh-rsa AAAA"}, {"ssh-rsa AAAAB3 nova@node4"}});
}

TEST_CASE("the controller's databag gives nova's account", "[relations][unit]") {
  const ServiceAccount account = *read(controller).value->account;

  CHECK(account.auth_url == "http://10.10.0.5:5000");
  CHECK(account.username == "nova");
  CHECK(account.password.reveal() == "s3cr3t");
  CHECK(account.project == "services");
  CHECK(account.user_domain == "service_domain");
  CHECK(account.project_domain == "service_domain");
  CHECK(account.region == "RegionOne");
  CHECK(account.source == "cloud-compute");
}

TEST_CASE("versions 3 and 3.0 have domains, 2.0 has none", "[relations][unit]") {
  CHECK(changed("api_version", "3").account->user_domain == "service_domain");
  CHECK(changed("api_version", "2.0").account->user_domain == "default");
  CHECK(changed("admin_domain_name", "None").account->project_domain == "default");
}

TEST_CASE("an incomplete account does not hold the controller up", "[relations][unit]") {
  const std::string key = GENERATE(
      "auth_host", "service_port", "service_protocol", "service_username", "service_password");

  const Need<Controller> need = read(without(controller, key));

  REQUIRE(need.value);
  CHECK_FALSE(need.value->account);
  CHECK(need.value->account_missing == "no " + key + " yet");
}

TEST_CASE("service_tenant stands in for service_tenant_name", "[relations][unit]") {
  const Databag bag = without(controller, "service_tenant_name");

  CHECK(read(bag).value->account->project == "services");
  CHECK(read(without(bag, "service_tenant")).value->account_missing ==
        "no service_tenant_name yet");
}

TEST_CASE("network manager and region are awaited", "[relations][unit]") {
  CHECK(read({}).missing == "no network_manager yet");
  CHECK(read(without(controller, "network_manager")).missing == "no network_manager yet");
  CHECK(read(with(controller, "region", "None")).missing == "no region yet");
  CHECK(read_cloud_compute({}).missing == "no network_manager yet");
}

TEST_CASE("neutron's names go before quantum's", "[relations][unit]") {
  const Databag both =
      with(with(controller, "neutron_url", "http://10.10.0.8:9696"), "neutron_plugin", "ovs");

  CHECK(read(both).value->neutron_url == "http://10.10.0.8:9696");
  CHECK(read(both).value->neutron_plugin == "ovs");
}

TEST_CASE("every key but the awaited ones may be missing or empty", "[relations][unit]") {
  for (const auto& [key, value] : controller) {
    INFO(key);
    if (key != "network_manager" && key != "region") {
      CHECK(read(without(controller, key)).value);
      CHECK(read(with(controller, key, "")).value);
      CHECK(read(with(controller, key, "None")).value);
    }
  }
}

TEST_CASE("missing booleans have nova's defaults", "[relations][unit]") {
  CHECK(changed("cross_az_attach", "").cross_az_attach);
  CHECK(changed("spice_agent_enabled", "").console.spice_agent);
  CHECK_FALSE(changed("cross_az_attach", "False").cross_az_attach);
  CHECK_FALSE(changed("allow_resize_to_same_host", "").allow_resize_to_same_host.has_value());
}

TEST_CASE("a ratio of 0 is none", "[relations][unit]") {
  CHECK(changed("cpu_allocation_ratio", "0.0").cpu_allocation_ratio.empty());
}

TEST_CASE("a wrong value of the controller is named", "[relations][unit]") {
  using Row = std::tuple<const char*, const char*>;
  const auto [key, value] = GENERATE(
      table<const char*, const char*>({Row{"network_manager", "flatdhcpmanager"},
                                       Row{"volume_service", "nova-volume"},
                                       Row{"cross_az_attach", "2"},
                                       Row{"auth_host", "http://x"},
                                       Row{"service_port", "-1"},
                                       Row{"service_protocol", "gopher"},
                                       Row{"service_password", "a\nb"},
                                       Row{"quantum_url", "10.10.0.9"},
                                       Row{"dns_domain", "a\nenabled = False"},
                                       Row{"console_access_protocol", "rdp"},
                                       Row{"console_keymap", "a\rb"},
                                       Row{"console_proxy_novnc_address", "here"},
                                       Row{"enable_serial_console", "2"},
                                       Row{"serial_console_base_url", "x://y"},
                                       Row{"cpu_allocation_ratio", "two"},
                                       Row{"ram_allocation_ratio", "-1"},
                                       Row{"vendor_data", "[]"},
                                       Row{"vendor_data", R"({"vendor_data_url": "a\nb"})"},
                                       Row{"vendor_data", R"({"vendor_data_url": 3})"},
                                       Row{"vendor_json", "{"},
                                       Row{"ca_cert", "***"},
                                       Row{"known_hosts_max_index", "all"},
                                       Row{"nova_authorized_keys_max_index", "-1"},
                                       Row{"known_hosts_0", "a\nb"},
                                       Row{"nova_authorized_keys_0", "a\rb"}}));

  const std::string field = wrong_key([&, k = std::string(key), v = std::string(value)] {
    static_cast<void>(read(with(controller, k, v)));
  });

  CHECK(field == "cloud-compute: " + std::string(key));
}

TEST_CASE("max_index counts the lines", "[relations][unit]") {
  Databag bag = with(with(controller, "known_hosts_1", "b"), "known_hosts_2", "c");
  bag["known_hosts_max_index"] = "2";
  bag["known_hosts_x"] = "d";

  CHECK(read(bag).value->root_keys.known_hosts == Strings{"b", "|1|hash=|hash= ssh-rsa AAAA"});
  CHECK(read(without(bag, "known_hosts_max_index")).value->root_keys.known_hosts.empty());
  CHECK(read(with(bag, "known_hosts_max_index", "999999999999"))
            .value->root_keys.known_hosts.size() == 3);
}

TEST_CASE("vendor data is an object in a string", "[relations][unit]") {
  const Controller on = changed(
      "vendor_data",
      R"({"vendor_data": true, "vendor_data_url": "http://x.test", "vendordata_providers": "StaticJSON"})");

  CHECK(on.vendor_data);
  CHECK(on.vendor_data_url == "http://x.test");
  CHECK(on.vendordata_providers == "StaticJSON");
  CHECK(changed("vendor_data", R"({"vendor_data": "True"})").vendor_data);
  CHECK(changed("vendor_json", "{\"a\":\n 1}").vendor_json == "{\"a\":\n 1}");
}

TEST_CASE("the CA of the APIs is decoded", "[relations][unit]") {
  CHECK(changed("ca_cert", ca_base64).ca == ca_pem);
  CHECK(changed("ca_cert", ca_base64).account->ca == ca_pem);
}

TEST_CASE("three controllers give the same in any order", "[relations][ha]") {
  const Databag second{{"region", "Other"},
                       {"restart_trigger", "b"},
                       {"known_hosts_0", "host-b"},
                       {"known_hosts_max_index", "1"},
                       {"authorized_keys_0", "ssh-rsa AAAAB3 root@node4"},
                       {"authorized_keys_max_index", "1"}};
  const Databag third{{"region", "Third"},
                      {"dns_domain", "third.test"},
                      {"restart_trigger", "a"},
                      {"known_hosts_0", "host-a"},
                      {"known_hosts_max_index", "1"}};
  const Databag first = without(controller, "dns_domain");

  const Controller merged =
      *read_cloud_compute({true, {{"ncc/2", first}, {"ncc/9", second}, {"ncc/10", third}}}).value;

  CHECK(merged.region == "RegionOne");
  CHECK(merged.dns_domain == "third.test");
  CHECK(merged.root_keys.known_hosts == Strings{"host-a", "host-b", "|1|hash=|hash= ssh-rsa AAAA"});
  CHECK(merged.root_keys.authorized_keys == Strings{"ssh-rsa AAAAB3 root@node4"});
  CHECK(read_cloud_compute({true, {{"ncc/2", second}, {"ncc/9", first}}}).value->region == "Other");
}

TEST_CASE("the restart trigger is the same in any order and changes with any unit's",
          "[relations][ha]") {
  const auto trigger = [](const std::string& a, const std::string& b) {
    return read_cloud_compute({true,
                               {{"ncc/0", with(controller, "restart_trigger", a)},
                                {"ncc/1", with(controller, "restart_trigger", b)}}})
        .value->restart_trigger;
  };

  CHECK(trigger("x", "y") == trigger("y", "x"));
  CHECK(trigger("x", "y") != trigger("x", "z"));
  CHECK(trigger("x", "") == changed("restart_trigger", "x").restart_trigger);
  CHECK(trigger("", "").empty());
}
