// cloud-compute: what nova-cloud-controller tells. Its units write their keys at different moments
// and its SSH lists differ from unit to unit, so scalars are taken from the first unit that has
// them, and lists are united.

#include "relations/decode.hpp"
#include "words/text.hpp"

namespace ncc {

namespace {

/// The account of nova in Keystone. `missing` names the first key that is not there.
Need<ServiceAccount> read_account(const Bags& bags) {
  // There is no service_host: the service and the admin port are on one host.
  const std::string host = bags.host("auth_host");
  const std::optional<int> port = bags.port("service_port");
  const std::string protocol = bags.choice("service_protocol", {"http", "https"});
  ServiceAccount account;
  account.username = bags.text("service_username");
  account.password = Secret(bags.text("service_password"));
  account.project = bags.text_of({"service_tenant_name", "service_tenant"});
  // nova-cloud-controller says 3.0, keystone itself 3. A cloud without that version has one domain,
  // `default`.
  const std::string version = bags.text("api_version");
  const std::string domain = bags.text("admin_domain_name");
  account.user_domain = version.starts_with("2") || domain.empty() ? "default" : domain;
  account.project_domain = account.user_domain;
  account.region = bags.text("region");
  account.ca = bags.pem_of_base64("ca_cert");
  account.source = bags.endpoint();
  const std::string missing =
      first_awaited({{"auth_host", host},
                     {"service_port", port ? "there" : ""},
                     {"service_protocol", protocol},
                     {"service_tenant_name", account.project},
                     {"service_username", account.username},
                     {"service_password", account.password.empty() ? "" : "there"}});
  if (!missing.empty()) {
    return {std::nullopt, missing};
  }
  account.auth_url = base_url(protocol, host, *port);
  return {account, {}};
}

Console read_console(const Bags& bags) {
  Console console;
  console.protocol = bags.choice("console_access_protocol", {"novnc", "xvpvnc", "vnc", "spice"});
  console.keymap = bags.text("console_keymap");
  console.novnc_url = bags.url("console_proxy_novnc_address");
  console.spice_url = bags.url("console_proxy_spice_address");
  console.spice_agent = bags.boolean("spice_agent_enabled").value_or(true);
  console.serial = bags.boolean("enable_serial_console").value_or(false);
  console.serial_url = bags.url("serial_console_base_url");
  return console;
}

/// A positive decimal; empty when absent or 0.
std::string read_ratio(const Bags& bags, const std::string& key) {
  const std::string text = bags.text(key);
  const std::optional<double> ratio = to_number(text);
  if (!text.empty() && (!ratio || *ratio < 0)) {
    bags.wrong(key, "is no ratio");
  }
  return ratio && *ratio > 0 ? text : std::string();
}

/// `<list>_0`, `<list>_1` ... of one unit, as many as `<list>_max_index` counts.
std::vector<std::string> read_lines(const Bags& unit, const std::string& list) {
  const std::string count_key = list + "_max_index";
  const std::string count_text = unit.text(count_key);
  const std::optional<long long> count = to_integer(count_text);
  if (!count_text.empty() && (!count || *count < 0)) {
    unit.wrong(count_key, "is no count");
  }
  std::vector<std::string> lines;
  for (const std::string& key : unit.keys(list + "_")) {
    const std::optional<long long> index = to_integer(key.substr(list.size() + 1));
    if (index && *index >= 0 && *index < count.value_or(0)) {
      lines.push_back(unit.text(key));
    }
  }
  return lines;
}

SshKeys read_keys(const Bags& bags, const std::string& prefix) {
  SshKeys keys;
  for (const Bags& unit : bags.each()) {
    for (std::string& line : read_lines(unit, prefix + "known_hosts")) {
      keys.known_hosts.push_back(std::move(line));
    }
    for (std::string& line : read_lines(unit, prefix + "authorized_keys")) {
      keys.authorized_keys.push_back(std::move(line));
    }
  }
  keys.known_hosts = sorted_once(keys.known_hosts);
  keys.authorized_keys = sorted_once(keys.authorized_keys);
  return keys;
}

/// A fingerprint of all units' triggers: with the value of one unit, two units that bounce it would
/// restart us for ever.
std::string read_trigger(const Bags& bags) {
  std::vector<std::string> triggers;
  for (const Bags& unit : bags.each()) {
    triggers.push_back(unit.text("restart_trigger"));
  }
  triggers = sorted_once(triggers);
  return triggers.empty() ? std::string() : fingerprint(join(triggers, "\n"));
}

/// A member of vendor_data as one line of text; empty when absent.
std::string member(const Bags& bags, const nlohmann::json& object, const char* name) {
  const auto found = object.find(name);
  if (found == object.end() || found->is_null()) {
    return {};
  }
  const std::string text = found->is_string()    ? found->get<std::string>()
                           : found->is_boolean() ? found->dump()
                                                 : "\n";
  if (has_line_break(text)) {
    bags.wrong("vendor_data", std::string(name) + " is no line of text");
  }
  return text;
}

void read_vendor_data(const Bags& bags, Controller& controller) {
  controller.vendor_json = bags.document("vendor_json");
  if (!controller.vendor_json.empty() && !nlohmann::json::accept(controller.vendor_json)) {
    bags.wrong("vendor_json", "is no JSON");
  }
  const nlohmann::json object = bags.object("vendor_data");
  if (object.is_null()) {
    return;
  }
  controller.vendor_data = to_bool(member(bags, object, "vendor_data")).value_or(false);
  controller.vendor_data_url = member(bags, object, "vendor_data_url");
  controller.vendordata_providers = member(bags, object, "vendordata_providers");
}

}  // namespace

Need<Controller> read_cloud_compute(const RemoteUnits& remote) {
  const Bags bags("cloud-compute", remote);
  Controller controller;
  controller.network_manager = bags.choice("network_manager", {"neutron"});
  controller.region = bags.text("region");
  controller.volume_service = bags.choice("volume_service", {"cinder"});
  controller.cross_az_attach = bags.boolean("cross_az_attach").value_or(true);
  controller.restart_trigger = read_trigger(bags);
  Need<ServiceAccount> account = read_account(bags);
  controller.account = std::move(account.value);
  controller.account_missing = std::move(account.missing);
  const bool neutron_url = !bags.text("neutron_url").empty();
  controller.neutron_url = bags.url(neutron_url ? "neutron_url" : "quantum_url");
  controller.neutron_plugin = bags.text_of({"neutron_plugin", "quantum_plugin"});
  controller.dns_domain = bags.text("dns_domain");
  controller.console = read_console(bags);
  controller.cpu_allocation_ratio = read_ratio(bags, "cpu_allocation_ratio");
  controller.ram_allocation_ratio = read_ratio(bags, "ram_allocation_ratio");
  controller.disk_allocation_ratio = read_ratio(bags, "disk_allocation_ratio");
  controller.allow_resize_to_same_host = bags.boolean("allow_resize_to_same_host");
  read_vendor_data(bags, controller);
  controller.ca = bags.pem_of_base64("ca_cert");
  controller.root_keys = read_keys(bags, "");
  controller.nova_keys = read_keys(bags, "nova_");
  const std::string missing = first_awaited(
      {{"network_manager", controller.network_manager}, {"region", controller.region}});
  if (!missing.empty()) {
    return {std::nullopt, missing};
  }
  return {controller, {}};
}

}  // namespace ncc
