#include "reports.hpp"

#include "compute_identity.hpp"
#include "compute_record.hpp"
#include "nova_compute.hpp"
#include "ovs_database.hpp"
#include "units.hpp"

namespace emulated {

namespace {

/// external_ids of the Open_vSwitch row; empty before Open vSwitch ever ran.
Json switch_ids(const World& world) {
  const Json& tables = world.data.at("ovs");
  if (!tables.contains("Open_vSwitch") || tables.at("Open_vSwitch").empty())
    return Json::object();
  return tables.at("Open_vSwitch").begin()->at("external_ids");
}

bool has_tls_files(const World& world) {
  const Json& tables = world.data.at("ovs");
  if (!tables.contains("SSL") || tables.at("SSL").empty())
    return false;
  const Json& row = *tables.at("SSL").begin();
  for (const std::string column : {"private_key", "certificate", "ca_cert"})
    if (read_text(world, row.at(column).get<std::string>()).empty())
      return false;
  return true;
}

int starts(const World& world, const std::string& unit) {
  return world.data.at("units").at(unit).value("starts", 0);
}

/// What the service read when it started; empty when the world was made by hand.
Json config_of(const Json& unit) {
  return unit.value("config", Json::object());
}

/// A key of this very chassis goes before the general one.
std::string chassis_value(const Json& ids, const std::string& key) {
  return ids.value(key + "-" + ids.value("system-id", ""), ids.value(key, ""));
}

Json controller_wish(const World& world) {
  const Json ids = switch_ids(world);
  std::string kind = "controller";
  std::string zones;
  for (const std::string& token : split(chassis_value(ids, "ovn-cms-options"), ',')) {
    if (token == "enable-chassis-as-gw")
      kind = "gateway";
    if (starts_with(token, "availability-zones="))
      zones = join(split(token.substr(token.find('=') + 1), ':'), ", ");
  }
  return {{"host", ids.value("hostname", world.data.at("fqdn").get<std::string>())},
          {"kind", kind},
          {"bridge_mappings", chassis_value(ids, "ovn-bridge-mappings")},
          {"availability_zone", zones},
          {"remote", ids.at("ovn-remote")},
          {"id", ids.at("system-id")},
          {"starts", starts(world, "ovn-controller.service")}};
}

/// What each reporter wants the cloud to know; absent: not there. By the unit of a nova-compute:
/// what it read and {starts}; controller and metadata: {host, kind, starts ...}.
Json wishes(const World& world) {
  Json wanted = Json::object();
  const Json& units = world.data.at("units");
  for (const auto& [unit, state] : units.items())
    if (is_nova_compute(unit, state) && is_active(world, unit) &&
        config_of(state).value("messaging", false)) {
      wanted[unit] = state.at("config");
      wanted[unit]["starts"] = starts(world, unit);
    }
  if (!is_chassis(world))
    return wanted;
  wanted["controller"] = controller_wish(world);
  const std::string agent = "neutron-ovn-metadata-agent.service";
  if (is_active(world, agent) && config_of(units.at(agent)).value("southbound", false))
    wanted["metadata"] = {{"host", wanted["controller"]["host"]},
                          {"kind", "metadata"},
                          {"starts", starts(world, agent)}};
  return wanted;
}

/// Asked to stop, ovn-controller takes its chassis along. Killed, or with no southbound database,
/// it leaves it behind.
bool left_in_good_order(const World& world) {
  const Json& units = world.data.at("units");
  const std::string unit = "ovn-controller.service";
  const Json state = units.contains(unit) ? units.at(unit) : Json::object();
  return !is_active(world, unit) && !state.value("killed", false);
}

int tell(const World& world, const std::string& path, const Json& body) {
  const std::string url = world.data.at("cloud_control").get<std::string>() + path;
  const int status = post_json(url, body);
  journal(world, {{"cloud", path}, {"body", body}, {"status", status}});
  return status;
}

/// What the cloud does not know any more has stopped all the same.
bool tell_compute_gone(const World& world, const Json& state) {
  return tell(world, "/_emulator/compute", {{"host", state.at("host")}, {"action", "stop"}}) != 0;
}

/// With the Ironic driver a nova-compute has no node of its own, and no identity but its host.
bool tell_compute(World& world, const std::string& unit, const Json& state) {
  Json body = {{"host", state.at("host")}, {"action", "start"}};
  std::string refusal = "refused by the cloud";
  int status = 400;
  if (state.value("driver", "") == "ironic") {
    body["ironic_shard"] = state.value("shard", "");
    if (state.contains("conductor_group"))
      body["ironic_conductor_group"] = state.at("conductor_group");
    status = tell(world, "/_emulator/compute", body);
  } else {
    const ComputeIdentity identity = identify_compute(world, state.at("host"));
    if (identity.unknown)
      return false;
    body["id"] = identity.id;
    if (identity.refusal.empty())
      status = tell(world, "/_emulator/compute", body);
    else
      refusal = identity.refusal;
  }
  if (status == 400)
    fail_nova(world, unit, 1, refusal);
  return status >= 200 && status < 300;
}

bool tell_agent(const World& world, const Json& state, bool alive) {
  Json body = {{"host", state.at("host")}, {"kind", state.at("kind")}};
  const bool controller = state.contains("id");
  if (!alive && controller && left_in_good_order(world))
    body["remove"] = true;
  else
    body["alive"] = alive;
  for (const std::string key : {"id", "bridge_mappings", "availability_zone"})
    if (state.contains(key))
      body[key] = state.at(key);
  const int status = tell(world, "/_emulator/agents", body);
  return status >= 200 && status < 300;
}

/// One reporter: first the old identity goes, then the new one comes. What could not be told stays
/// to be told.
void tell_change(World& world, const std::string& name, const Json& wanted) {
  const bool compute = name != "controller" && name != "metadata";
  const Json told = world.data["reported"].value(name, Json());
  if (!told.is_null() && (wanted.is_null() || told["host"] != wanted["host"])) {
    if (!(compute ? tell_compute_gone(world, told) : tell_agent(world, told, false)))
      return;
    world.data["reported"].erase(name);
  }
  if (!wanted.is_null() && told != wanted &&
      (compute ? tell_compute(world, name, wanted) : tell_agent(world, wanted, true)))
    world.data["reported"][name] = wanted;
}

void tell_all(World& world, const Json& wanted) {
  if (world.data.value("cloud_control", "").empty())
    return;
  Json computes = world.data["reported"];
  computes.update(wanted);
  for (const std::string name : {"controller", "metadata"})
    computes.erase(name);
  for (const auto& [unit, state] : computes.items())
    tell_change(world, unit, wanted.value(unit, Json()));
  for (const std::string name : {"controller", "metadata"})
    tell_change(world, name, wanted.value(name, Json()));
}

}  // namespace

bool is_chassis(const World& world) {
  if (!is_active(world, "ovn-controller.service"))
    return false;
  const Json ids = switch_ids(world);
  for (const std::string key : {"ovn-remote", "system-id", "ovn-encap-type", "ovn-encap-ip"})
    if (ids.value(key, "").empty())
      return false;
  return !starts_with(ids.at("ovn-remote").get<std::string>(), "ssl:") || has_tls_files(world);
}

void report(World& world) {
  note_computes(world);
  tell_all(world, wishes(world));
  note_computes(world);  // the cloud may have refused one
}

void report_gone(World& world) {
  note_computes_gone(world);
  tell_all(world, Json::object());
}

}  // namespace emulated
