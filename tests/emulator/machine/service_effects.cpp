#include "service_effects.hpp"

#include "nova_compute.hpp"
#include "ovs_database.hpp"
#include "units.hpp"

namespace emulated {

namespace {

std::string trimmed(const std::string& text) {
  const std::size_t first = text.find_first_not_of(" \t\r");
  return first == std::string::npos
             ? ""
             : text.substr(first, text.find_last_not_of(" \t\r") - first + 1);
}

/// ovs-ctl: the file wins over what the database has; a machine without the file gets one with a
/// new name.
void set_system_id(World& world) {
  std::string id =
      trimmed(split(read_text(world, "/etc/openvswitch/system-id.conf") + "\n", '\n').front());
  if (id.empty()) {
    id = new_uuid();
    write_text(world, "/etc/openvswitch/system-id.conf", id + "\n");
  }
  Json& row = switch_row(world.data["ovs"]);
  row["external_ids"]["system-id"] = id;
  row["external_ids"]["rundir"] = "/var/run/openvswitch";
  row["ovs_version"] = Json::array({"3.3.0"});
  row["db_version"] = Json::array({"8.5.0"});
  row["system_type"] = Json::array({"ubuntu"});
  row["system_version"] = Json::array({"24.04"});
}

void record_hostname(World& world) {
  Json& ids = switch_row(world.data["ovs"])["external_ids"];
  if (!ids.contains("hostname"))
    ids["hostname"] = world.data.at("fqdn");
}

Json read_metadata_agent(const World& world) {
  const std::string path = "/etc/neutron/neutron_ovn_metadata_agent.ini";
  return {{"southbound", !ini_value(world, path, "ovn", "ovn_sb_connection").empty()}};
}

}  // namespace

void after_start(World& world, const std::string& unit) {
  Json& state = world.data["units"][unit];
  if (unit == "openvswitch-switch.service") {
    set_system_id(world);
  } else if (unit == "ovs-record-hostname.service") {
    record_hostname(world);
  } else if (is_nova_compute(unit, state)) {
    start_nova(world, unit);
  } else if (unit == "neutron-ovn-metadata-agent.service") {
    state["config"] = read_metadata_agent(world);
  }
}

std::string ini_value(const World& world,
                      const std::string& path,
                      const std::string& section,
                      const std::string& key) {
  return ini_value(read_text(world, path), section, key);
}

std::string ini_value(const std::string& text, const std::string& section, const std::string& key) {
  std::string current;
  std::string value;
  for (const std::string& raw : split(text, '\n')) {
    const std::string line = trimmed(raw);
    const std::size_t equals = line.find('=');
    if (line.empty() || line[0] == '#' || line[0] == ';')
      continue;
    if (line.front() == '[' && line.back() == ']')
      current = line.substr(1, line.size() - 2);
    else if (equals != std::string::npos && current == section &&
             trimmed(line.substr(0, equals)) == key)
      value = trimmed(line.substr(equals + 1));
  }
  return value;
}

}  // namespace emulated
