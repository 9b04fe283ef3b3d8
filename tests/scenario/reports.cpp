#include "scenario/reports.hpp"

#include "cloud/internal.hpp"
#include "nova_compute.hpp"
#include "ovs_database.hpp"
#include "scenario/machine.hpp"

namespace ncc::scenario {

namespace {

constexpr const char* id_path = "/var/lib/nova/compute_id";

/// A key of this very chassis goes before the general one.
std::string chassis_value(const Machine& machine, const std::string& key) {
  const std::string own = external_id(machine, key + "-" + external_id(machine, "system-id"));
  return own.empty() ? external_id(machine, key) : own;
}

bool has_tls(const Machine& machine) {
  for (const auto& [table, rows] : machine.ovs.items()) {
    for (const auto& [uuid, row] : rows.items()) {
      if (table == "SSL" && machine.files.contains(row.at("private_key").get<std::string>()) &&
          machine.files.contains(row.at("certificate").get<std::string>()) &&
          machine.files.contains(row.at("ca_cert").get<std::string>())) {
        return true;
      }
    }
  }
  return false;
}

bool is_chassis(const Machine& machine) {
  for (const char* key : {"ovn-remote", "system-id", "ovn-encap-type", "ovn-encap-ip"}) {
    if (external_id(machine, key).empty()) {
      return false;
    }
  }
  return is_active(machine, "ovn-controller") && has_tls(machine);
}

Json controller_of(const Machine& machine) {
  if (!is_chassis(machine)) {
    return {};
  }
  const std::string options = "," + chassis_value(machine, "ovn-cms-options") + ",";
  const bool gateway = options.find(",enable-chassis-as-gw,") != std::string::npos;
  return {{"host", external_id(machine, "hostname")},
          {"kind", gateway ? "gateway" : "controller"},
          {"bridge_mappings", chassis_value(machine, "ovn-bridge-mappings")},
          {"id", external_id(machine, "system-id")}};
}

Json metadata_of(const Machine& machine) {
  const bool runs = is_chassis(machine) && is_active(machine, "neutron-ovn-metadata-agent") &&
                    machine.files.contains("/etc/neutron/neutron_ovn_metadata_agent.ini");
  return runs ? Json{{"host", external_id(machine, "hostname")}, {"kind", "metadata"}} : Json();
}

/// An ovn-controller that ends takes its chassis along; an agent that ends is not heard of again.
void tell(Stage& stage, Machine& machine, const std::string& reporter, const Json& wanted) {
  Json& told = machine.told[reporter];
  if (told == wanted) {
    return;
  }
  if (!told.is_null() && (wanted.is_null() || told["id"] != wanted["id"])) {
    Json gone = told;
    gone[reporter == "controller" ? "remove" : "alive"] = reporter == "controller";
    report_agent(stage.cloud, gone);
  }
  if (!wanted.is_null()) {
    report_agent(stage.cloud, wanted);
  }
  told = wanted;
}

/// Why nova-compute ends at once (init_host); empty: it runs.
std::string refusal_of(Stage& stage, Machine& machine) {
  const bool known = find_compute(stage.cloud.state, machine.fqdn) != nullptr;
  const bool has_id = machine.files.contains(id_path);
  if (known && !has_id) {
    return "no compute_id file, but the service exists already";
  }
  if (!known && !domains_of(stage.cloud.state, machine.fqdn).empty()) {
    return "existing instances found, but the service is new";
  }
  return "";
}

}  // namespace

std::string external_id(const Machine& machine, const std::string& key) {
  if (!machine.ovs.contains("Open_vSwitch") || machine.ovs.at("Open_vSwitch").empty()) {
    return "";
  }
  return machine.ovs.at("Open_vSwitch").begin()->at("external_ids").value(key, "");
}

void report(Stage& stage, Machine& machine) {
  tell(stage, machine, "controller", controller_of(machine));
  tell(stage, machine, "metadata", metadata_of(machine));
  settle(stage.cloud);
}

Json ironic_start(const Json& config) {
  Json start{{"host", config.at("host")}, {"ironic_shard", config.value("shard", "")}};
  if (config.contains("conductor_group")) {
    start["ironic_conductor_group"] = config.at("conductor_group");
  }
  return start;
}

void switch_off(Stage& stage, Machine& machine) {
  for (auto& [name, daemon] : machine.daemons) {
    daemon.active = false;
    const Json told = machine.told.value(name, Json());
    if (told.contains("ironic_shard")) {
      stop_compute(stage.cloud, told.at("host"));
    }
  }
  report(stage, machine);
  stop_nova_compute(stage, machine);
}

/// Unconfigured, it runs and nobody hears of it.
void start_nova_compute(Stage& stage, Machine& machine) {
  if (!machine.files.contains("/etc/nova/nova.conf")) {
    return;
  }
  std::vector<std::string> texts;
  for (const std::string& path : emulated::config_files({})) {
    texts.push_back(machine.files.contains(path) ? machine.files.at(path).content : "");
  }
  const Json config = emulated::nova_config(texts, machine.fqdn);
  const bool ironic = config.value("driver", "") == "ironic";
  bool runs = ironic || refusal_of(stage, machine).empty();
  if (!ironic && runs && !machine.files.contains(id_path)) {
    machine.files[id_path] = {fresh_uuid(stage) + "\n", {0644, "nova:nova"}};
  }
  try {
    if (ironic) {
      start_compute(stage.cloud, ironic_start(config));
    } else if (runs) {
      const std::string id = machine.files[id_path].content.substr(0, 36);
      start_compute(stage.cloud, {{"host", machine.fqdn}, {"id", id}});
    }
  } catch (const fake_cloud::StateError&) {
    runs = false;
  }
  machine.daemons["nova-compute"].active = runs;
  settle(stage.cloud);
}

void stop_nova_compute(Stage& stage, Machine& machine) {
  if (find_compute(stage.cloud.state, machine.fqdn) != nullptr) {
    stop_compute(stage.cloud, machine.fqdn);
  }
}

/// Encap rows are those of the units' machines: the cloud knows no addresses.
std::vector<Bag> southbound_rows(const Stage& stage, const std::string& table) {
  if (table != "Chassis" && table != "Chassis_Private" && table != "Encap") {
    throw std::logic_error("no table " + table);
  }
  std::vector<Bag> rows;
  for (const fake_cloud::Agent& agent : stage.cloud.state.agents) {
    if (agent.kind == "metadata" || agent.chassis_gone) {
      continue;
    }
    if (table != "Encap") {
      rows.push_back({{"name", agent.id}});
    }
    for (const auto& [name, unit] : stage.units) {
      if (table == "Encap" && external_id(unit.machine, "system-id") == agent.id) {
        rows.push_back({{"chassis_name", agent.id},
                        {"ip", unit.machine.address},
                        {"type", external_id(unit.machine, "ovn-encap-type")}});
      }
    }
  }
  return rows;
}

std::vector<std::string> domains_of(const fake_cloud::State& state, const std::string& host) {
  static const std::set<std::string> without{"BUILD", "DELETED", "SHELVED_OFFLOADED"};
  std::vector<std::string> domains;
  for (const fake_cloud::Server& server : state.servers) {
    if (server.host == host && !without.contains(server.status)) {
      domains.push_back(server.id);
    }
  }
  if (const auto left = state.left_guests.find(host); left != state.left_guests.end()) {
    domains.insert(domains.end(), left->second.begin(), left->second.end());
  }
  return domains;
}

}  // namespace ncc::scenario
