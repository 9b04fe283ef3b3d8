#include "reports.hpp"

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

/// What each reporter wants the cloud to know: name -> {host, kind, starts}; absent: not there.
Json wishes(const World& world) {
  Json wanted = Json::object();
  const Json& units = world.data.at("units");
  const std::string nova = "nova-compute.service";
  if (is_active(world, nova) && config_of(units.at(nova)).value("messaging", false))
    wanted["compute"] = {{"host", units.at(nova).at("config").at("host")},
                         {"starts", starts(world, nova)}};
  if (!is_chassis(world))
    return wanted;
  const Json ids = switch_ids(world);
  const std::string host = ids.value("hostname", world.data.at("fqdn").get<std::string>());
  const bool gateway =
      ids.value("ovn-cms-options", "").find("enable-chassis-as-gw") != std::string::npos;
  wanted["controller"] = {{"host", host},
                          {"kind", gateway ? "gateway" : "controller"},
                          {"remote", ids.at("ovn-remote")},
                          {"id", ids.at("system-id")},
                          {"starts", starts(world, "ovn-controller.service")}};
  const std::string agent = "neutron-ovn-metadata-agent.service";
  if (is_active(world, agent) && config_of(units.at(agent)).value("southbound", false))
    wanted["metadata"] = {{"host", host}, {"kind", "metadata"}, {"starts", starts(world, agent)}};
  return wanted;
}

bool tell(const World& world, const std::string& path, const Json& body) {
  const std::string url = world.data.at("cloud_control").get<std::string>() + path;
  const int status = post_json(url, body);
  journal(world, {{"cloud", path}, {"body", body}, {"status", status}});
  return status >= 200 && status < 300;
}

bool tell_compute(const World& world, const Json& state, bool alive) {
  return tell(world,
              "/_emulator/compute",
              {{"host", state.at("host")}, {"action", alive ? "start" : "stop"}});
}

bool tell_agent(const World& world, const Json& state, bool alive) {
  Json body = {{"host", state.at("host")}, {"kind", state.at("kind")}, {"alive", alive}};
  if (state.contains("id"))
    body["id"] = state.at("id");
  return tell(world, "/_emulator/agents", body);
}

/// One reporter: first the old identity goes, then the new one comes. What could not be told stays
/// to be told.
void tell_change(World& world, const std::string& name, const Json& wanted) {
  const auto tell_state = name == "compute" ? tell_compute : tell_agent;
  Json& reported = world.data["reported"];
  const bool gone =
      reported.contains(name) && (wanted.is_null() || reported[name]["host"] != wanted["host"]);
  if (gone) {
    if (!tell_state(world, reported[name], false))
      return;
    reported.erase(name);
  }
  if (!wanted.is_null() && reported.value(name, Json()) != wanted &&
      tell_state(world, wanted, true))
    reported[name] = wanted;
}

void tell_all(World& world, const Json& wanted) {
  if (world.data.value("cloud_control", "").empty())
    return;
  for (const std::string name : {"compute", "controller", "metadata"})
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
  tell_all(world, wishes(world));
}

void report_gone(World& world) {
  tell_all(world, Json::object());
}

}  // namespace emulated
