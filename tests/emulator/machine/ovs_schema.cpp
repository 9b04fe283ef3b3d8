#include "ovs_schema.hpp"

#include <algorithm>
#include <sstream>

namespace emulated::ovs {

namespace {

// One line per column: name, kind and shape (? optional, * set, {} map), then >TABLE it refers to,
// =VALUES allowed, #RANGE, or ! for read-only. A line without indentation begins a table: name, key
// column or `.` for a root table of one row, `-` for none.
const char* const schema_text = R"(Open_vSwitch .
 bridges uuid* >Bridge
 cur_cfg integer
 datapath_types string*
 datapaths string{}
 db_version string?
 dpdk_initialized boolean
 dpdk_version string?
 external_ids string{}
 iface_types string*
 manager_options uuid* >Manager
 next_cfg integer
 other_config string{}
 ovs_version string?
 ssl uuid? >SSL
 statistics string{}
 system_type string?
 system_version string?
Bridge name
 auto_attach uuid?
 controller uuid* >Controller
 datapath_id string?
 datapath_type string
 datapath_version string
 external_ids string{}
 fail_mode string? =secure,standalone
 flood_vlans integer* #0-4095
 flow_tables string{}
 ipfix uuid?
 mcast_snooping_enable boolean
 mirrors uuid*
 name string !
 netflow uuid?
 other_config string{}
 ports uuid* >Port
 protocols string* =OpenFlow10,OpenFlow11,OpenFlow12,OpenFlow13,OpenFlow14,OpenFlow15
 rstp_enable boolean
 rstp_status string{}
 sflow uuid?
 status string{}
 stp_enable boolean
Port name
 bond_active_slave string?
 bond_downdelay integer
 bond_fake_iface boolean
 bond_mode string? =active-backup,balance-slb,balance-tcp
 bond_updelay integer
 cvlans integer* #0-4095
 external_ids string{}
 fake_bridge boolean
 interfaces uuid* >Interface
 lacp string? =active,off,passive
 mac string?
 name string !
 other_config string{}
 protected boolean
 qos uuid?
 rstp_statistics string{}
 rstp_status string{}
 statistics string{}
 status string{}
 tag integer? #0-4095
 trunks integer* #0-4095
 vlan_mode string? =access,dot1q-tunnel,native-tagged,native-untagged,trunk
Interface name
 admin_state string? =down,up
 bfd string{}
 bfd_status string{}
 cfm_fault boolean?
 cfm_fault_status string*
 cfm_flap_count integer?
 cfm_health integer? #0-100
 cfm_mpid integer?
 cfm_remote_mpids integer*
 cfm_remote_opstate string? =down,up
 duplex string? =full,half
 error string?
 external_ids string{}
 ifindex integer?
 ingress_policing_burst integer
 ingress_policing_kpkts_burst integer
 ingress_policing_kpkts_rate integer
 ingress_policing_rate integer
 lacp_current boolean?
 link_resets integer?
 link_speed integer?
 link_state string? =down,up
 lldp string{}
 mac string?
 mac_in_use string?
 mtu integer?
 mtu_request integer?
 name string !
 ofport integer?
 ofport_request integer? #1-65279
 options string{}
 other_config string{}
 statistics string{}
 status string{}
 type string
Manager target
 connection_mode string? =in-band,out-of-band
 external_ids string{}
 inactivity_probe integer?
 is_connected boolean
 max_backoff integer?
 other_config string{}
 status string{}
 target string
SSL -
 bootstrap_ca_cert boolean
 ca_cert string
 certificate string
 external_ids string{}
 private_key string
Controller target
 connection_mode string? =in-band,out-of-band
 controller_burst_limit integer?
 controller_queue_size integer?
 controller_rate_limit integer?
 enable_async_messages boolean?
 external_ids string{}
 inactivity_probe integer?
 is_connected boolean
 local_gateway string?
 local_ip string?
 local_netmask string?
 max_backoff integer?
 other_config string{}
 role string? =master,other,slave
 status string{}
 target string
 type string? =primary,service
)";

Kind kind_of(const std::string& type) {
  return starts_with(type, "integer")   ? Kind::integer
         : starts_with(type, "boolean") ? Kind::boolean
         : starts_with(type, "uuid")    ? Kind::uuid
                                        : Kind::string;
}

Shape shape_of(const std::string& type) {
  switch (type.back()) {
    case '?':
      return Shape::optional;
    case '*':
      return Shape::set;
    case '}':
      return Shape::map;
    default:
      return Shape::one;
  }
}

Column read_column(std::istringstream& words) {
  Column column;
  std::string type;
  words >> column.name >> type;
  column.kind = kind_of(type);
  column.shape = shape_of(type);
  for (std::string more; words >> more;) {
    const std::string rest = more.substr(1);
    if (more[0] == '!')
      column.fixed = true;
    else if (more[0] == '>')
      column.table = rest;
    else if (more[0] == '=')
      column.allowed = split(rest, ',');
    else if (more[0] == '#') {
      column.lowest = std::stol(rest);
      column.highest = std::stol(rest.substr(rest.find('-') + 1));
    }
  }
  return column;
}

std::vector<Table> read_schema() {
  std::vector<Table> all;
  for (const std::string& line : split(schema_text, '\n')) {
    std::istringstream words(line);
    if (line[0] == ' ') {
      all.back().columns.push_back(read_column(words));
      continue;
    }
    Table table;
    words >> table.name >> table.key;
    table.root = table.key == ".";
    if (table.key == "." || table.key == "-")
      table.key.clear();
    all.push_back(table);
  }
  return all;
}

std::string folded(std::string text) {
  for (char& c : text)
    c = c == '-' ? '_' : (c >= 'A' && c <= 'Z') ? static_cast<char>(c - 'A' + 'a') : c;
  return text;
}

/// The one of `all` whose name is `name`, or the only one that begins so; nullptr when none or
/// several.
template <typename T>
const T* match(const std::vector<T>& all, const std::string& name, bool& several) {
  const T* found = nullptr;
  several = false;
  for (const T& one : all) {
    if (folded(one.name) == folded(name))
      return &one;
    if (!starts_with(folded(one.name), folded(name)))
      continue;
    several = several || found != nullptr;
    found = &one;
  }
  return several ? nullptr : found;
}

}  // namespace

Refused failure(const std::string& text) {
  return Refused(1, "ovs-vsctl: " + text);
}

const std::vector<Table>& tables() {
  static const std::vector<Table> all = read_schema();
  return all;
}

const Table& find_table(const std::string& name) {
  bool several = false;
  if (const Table* table = match(tables(), name, several))
    return *table;
  throw failure(several ? "multiple table names match \"" + name + "\""
                        : "unknown table \"" + name + "\"");
}

const Column& find_column(const Table& table, const std::string& name) {
  bool several = false;
  if (const Column* column = match(table.columns, name, several))
    return *column;
  throw failure(
      several ? table.name + " contains more than one column whose name matches \"" + name + "\""
              : table.name + " does not contain a column whose name matches \"" + name + "\"");
}

}  // namespace emulated::ovs
