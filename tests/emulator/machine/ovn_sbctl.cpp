// ovn-sbctl (OVN 24.03) as far as it is used: list and find of what names a chassis. The rows are
// those of the cloud's chassis, and those of the world's `southbound` (table -> [row]), which are
// planted by hand. Encap rows are of this machine's chassis alone: the cloud knows no addresses.
#include <algorithm>

#include "options.hpp"
#include "ovs_database.hpp"
#include "programs.hpp"
#include "reports.hpp"

namespace emulated {

namespace {

Refused failure(const std::string& text) {
  return {1, "ovn-sbctl: " + text};
}

const std::map<std::string, Words>& tables() {
  static const std::map<std::string, Words> columns = {
      {"Chassis", {"_uuid", "hostname", "name"}},
      {"Chassis_Private", {"_uuid", "name"}},
      {"Encap", {"_uuid", "chassis_name", "ip", "type"}}};
  return columns;
}

void require_column(const std::string& table, const std::string& column) {
  const Words& known = tables().at(table);
  if (std::find(known.begin(), known.end(), column) == known.end())
    throw failure("emulated: no column " + column + " in table " + table);
}

/// The database is where the cloud is; over ssl it wants to know who asks.
Json read_database(const World& world, const Options& options) {
  const std::string remote = options.get("db", "unix:/var/run/ovn/ovnsb_db.sock");
  for (const std::string file : {"private-key", "certificate", "ca-cert"})
    if (starts_with(remote, "ssl:") && read_text(world, options.get(file)).empty())
      throw failure("--" + file + " is no readable file, and " + remote + " needs it");
  Json cloud = starts_with(remote, "unix:") ? Json() : cloud_state(world);
  if (cloud.is_null())
    throw failure(
        remote + ": database connection failed (" +
        (starts_with(remote, "unix:") ? "No such file or directory" : "Connection refused") + ")");
  return cloud;
}

Json encap_of(const World& world, const std::string& chassis) {
  World copy = world;
  const Json ids = switch_row(copy.data["ovs"])["external_ids"];
  if (ids.value("system-id", "") != chassis)
    return {};
  return {{"chassis_name", chassis},
          {"ip", ids.value("ovn-encap-ip", "")},
          {"type", ids.value("ovn-encap-type", "geneve")}};
}

Json rows_of(const World& world, const Json& cloud, const std::string& table) {
  Json rows = world.data.value("southbound", Json::object()).value(table, Json::array());
  for (const Json& agent : cloud.value("agents", Json::array())) {
    if (agent.value("kind", "") == "metadata" || agent.value("chassis_gone", false))
      continue;
    const std::string name = agent.at("id");
    const Json encap = table == "Encap" ? encap_of(world, name) : Json();
    if (table != "Encap")
      rows.push_back({{"name", name}, {"hostname", agent.at("host")}});
    else if (!encap.is_null())
      rows.push_back(encap);
  }
  return rows;
}

/// `column=value`, the value in quotes or not.
bool meets(const std::string& table, const Json& row, const std::string& condition) {
  const std::size_t equals = condition.find('=');
  if (equals == std::string::npos || equals == 0)
    throw failure(condition + ": argument does not end in \"=\" followed by a value.");
  require_column(table, condition.substr(0, equals));
  std::string value = condition.substr(equals + 1);
  if (value.size() > 1 && value.front() == '"' && value.back() == '"')
    value = value.substr(1, value.size() - 2);
  return row.value(condition.substr(0, equals), "") == value;
}

Json cell(const Json& row, const std::string& column) {
  return column == "_uuid" ? Json{"uuid", new_uuid()} : Json(row.value(column, ""));
}

std::string printed(const Json& rows, const Words& columns) {
  Json data = Json::array();
  for (const Json& row : rows) {
    Json cells = Json::array();
    for (const std::string& column : columns)
      cells.push_back(cell(row, column));
    data.push_back(cells);
  }
  return Json{{"data", data}, {"headings", columns}}.dump() + "\n";
}

Options read_options(const Words& arguments) {
  const Options options = parse_options(
      arguments,
      {{"db="},
       {"private-key=", 'p'},
       {"certificate=", 'c'},
       {"ca-cert=", 'C'},
       {"timeout=", 't'},
       {"format=", 'f'},
       {"columns="},
       {"no-leader-only"}},
      [](const std::string& option) { return failure("unrecognized option '" + option + "'"); });
  const Words& words = options.words;
  const bool known = words.size() >= 2 && (words[0] == "find" || words[0] == "list");
  if (!known || (words[0] == "list" && words.size() > 2))
    throw failure("emulated: list TABLE or find TABLE CONDITION... only");
  if (options.get("format") != "json")
    throw failure("emulated: --format=json only");
  if (!tables().contains(words[1]))
    throw failure("emulated: no table " + words[1]);
  return options;
}

}  // namespace

Outcome ovn_sbctl(World& world, const Words& arguments) {
  const Options options = read_options(arguments);
  const Words& words = options.words;
  const std::string& table = words[1];
  const Words columns =
      options.has("columns") ? split(options.get("columns"), ',') : tables().at(table);
  for (const std::string& column : columns)
    require_column(table, column);
  Json found = Json::array();
  for (const Json& row : rows_of(world, read_database(world, options), table))
    if (std::all_of(words.begin() + 2, words.end(), [&](const std::string& condition) {
          return meets(table, row, condition);
        }))
      found.push_back(row);
  return {.output = printed(found, columns)};
}

}  // namespace emulated
