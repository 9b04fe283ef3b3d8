#include <algorithm>
#include <array>
#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "ovs.hpp"
#include "words/text.hpp"

namespace ncc::ovs {

namespace {

using nlohmann::json;
using Map = std::map<std::string, std::string>;
/// Column name -> value, in the notation of RFC 7047 section 5.1: an atom, ["set", [...]] (but for
/// one element, which stands bare), ["map", [[key, value]...]] or ["uuid", text].
using Row = std::map<std::string, json>;
using Table = std::vector<Row>;

constexpr const char* program = "/usr/bin/ovs-vsctl";
constexpr std::array tables{"Open_vSwitch", "Bridge", "Port", "SSL", "Manager"};

ProcessError unexpected(const std::string& what) {
  return {program, 0, "its output is not as documented: " + what};
}

bool is_tagged(const json& value, const char* tag) {
  return value.is_array() && value.size() == 2 && value[0] == tag;
}

std::string atom(const json& value) {
  if (value.is_string()) {
    return value.get<std::string>();
  }
  if (is_tagged(value, "uuid") && value[1].is_string()) {
    return value[1].get<std::string>();
  }
  throw unexpected("no string");
}

/// A set of strings or uuids, sorted.
std::vector<std::string> set_of(const json& value) {
  std::vector<std::string> elements;
  if (!is_tagged(value, "set")) {
    elements.push_back(atom(value));
    return elements;
  }
  for (const json& element : value[1]) {
    elements.push_back(atom(element));
  }
  std::sort(elements.begin(), elements.end());
  return elements;
}

/// A string that may be missing: a set of at most one.
std::string optional_of(const json& value) {
  const std::vector<std::string> elements = set_of(value);
  return elements.empty() ? "" : elements.front();
}

Map map_of(const json& value) {
  if (!is_tagged(value, "map")) {
    throw unexpected("no map");
  }
  Map map;
  for (const json& pair : value[1]) {
    if (!pair.is_array() || pair.size() != 2) {
      throw unexpected("no pair in a map");
    }
    map[atom(pair[0])] = atom(pair[1]);
  }
  return map;
}

const json& column(const Row& row, const char* name) {
  const auto found = row.find(name);
  if (found == row.end()) {
    throw unexpected(std::string("no column ") + name);
  }
  return found->second;
}

Row read_row(const json& headings, const json& cells) {
  if (!cells.is_array() || cells.size() != headings.size()) {
    throw unexpected("a row does not fit its headings");
  }
  Row row;
  for (std::size_t i = 0; i < headings.size(); ++i) {
    row[atom(headings[i])] = cells[i];
  }
  return row;
}

/// One line per `list`: {"headings": [column...], "data": [[value...]...]}.
Table read_table(const std::string& line) {
  const json document = json::parse(line, nullptr, false);
  if (!document.is_object() || !document.contains("headings") || !document.contains("data") ||
      !document["headings"].is_array()) {
    throw unexpected("no table");
  }
  Table table;
  for (const json& cells : document["data"]) {
    table.push_back(read_row(document["headings"], cells));
  }
  return table;
}

Bridge read_bridge(const Row& row, const std::map<std::string, Row>& ports) {
  Bridge bridge{.external_ids = map_of(column(row, "external_ids")),
                .other_config = map_of(column(row, "other_config")),
                .protocols = set_of(column(row, "protocols")),
                .datapath_type = optional_of(column(row, "datapath_type")),
                .fail_mode = optional_of(column(row, "fail_mode"))};
  for (const std::string& uuid : set_of(column(row, "ports"))) {
    const auto port = ports.find(uuid);
    if (port == ports.end()) {
      throw unexpected("a bridge has a port that is not listed");
    }
    const std::string name = atom(column(port->second, "name"));
    if (name != atom(column(row, "name"))) {
      bridge.ports[name] = map_of(column(port->second, "external_ids"));
    }
  }
  return bridge;
}

void read_switch(const Table& table, Settings& settings) {
  for (const Row& row : table) {
    for (auto& [key, value] : map_of(column(row, "external_ids"))) {
      settings.external_ids[key] = value;
    }
    settings.version = optional_of(column(row, "ovs_version"));
  }
}

void read_bridges(const Table& bridges, const Table& ports, Settings& settings) {
  std::map<std::string, Row> by_uuid;
  for (const Row& port : ports) {
    by_uuid[atom(column(port, "_uuid"))] = port;
  }
  for (const Row& row : bridges) {
    settings.bridges[atom(column(row, "name"))] = read_bridge(row, by_uuid);
  }
}

Command list_command() {
  Command command{.argv = {program, "--timeout=10", "--format=json"},
                  .timeout = std::chrono::seconds(20)};
  for (const char* table : tables) {
    command.argv.insert(command.argv.end(), {"--", "list", table});
  }
  return command;
}

}  // namespace

std::optional<Settings> read(ProcessRunner& runner) {
  const ProcessResult result = runner.run(list_command());
  if (result.exit_code != 0) {
    return std::nullopt;
  }
  const std::vector<std::string> lines = split(result.output, "\n");
  if (lines.size() != tables.size()) {
    throw unexpected("not one line for each table");
  }

  Settings settings;
  read_switch(read_table(lines[0]), settings);
  read_bridges(read_table(lines[1]), read_table(lines[2]), settings);
  for (const Row& row : read_table(lines[3])) {
    settings.ssl = Ssl{.private_key = atom(column(row, "private_key")),
                       .certificate = atom(column(row, "certificate")),
                       .ca_cert = atom(column(row, "ca_cert"))};
  }
  for (const Row& row : read_table(lines[4])) {
    settings.managers.insert(atom(column(row, "target")));
  }
  return settings;
}

}  // namespace ncc::ovs
