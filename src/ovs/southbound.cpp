// What the southbound database still has of a chassis, by ovn-sbctl(8).

#include <array>

#include <nlohmann/json.hpp>

#include "ovs.hpp"

namespace ncc::ovs {

namespace {

using nlohmann::json;

constexpr const char* program = "/usr/bin/ovn-sbctl";

/// A table, the column that names the chassis, and the one to be shown.
struct Place {
  const char* table;
  const char* chassis;
  const char* shown;
};

constexpr std::array places{Place{"Chassis", "name", "name"},
                            Place{"Chassis_Private", "name", "name"},
                            Place{"Encap", "chassis_name", "ip"}};

std::string external_id(const Settings& settings, const std::string& key) {
  const auto found = settings.external_ids.find(key);
  return found == settings.external_ids.end() ? "" : found->second.value_or("");
}

/// `find TABLE CONDITIONS`, showing one column.
Command find(const Settings& settings,
             const std::string& table,
             const std::string& shown,
             const std::vector<std::string>& conditions) {
  Command command{.argv = {program, "--timeout=10", "--format=json"},
                  .timeout = std::chrono::seconds(20)};
  command.argv.push_back("--db=" + external_id(settings, "ovn-remote"));
  if (settings.ssl) {
    command.argv.push_back("--private-key=" + settings.ssl->private_key);
    command.argv.push_back("--certificate=" + settings.ssl->certificate);
    command.argv.push_back("--ca-cert=" + settings.ssl->ca_cert);
  }
  command.argv.insert(command.argv.end(), {"--columns=" + shown, "find", table});
  command.argv.insert(command.argv.end(), conditions.begin(), conditions.end());
  return command;
}

std::string equal(const std::string& column, const std::string& value) {
  return column + "=\"" + value + "\"";
}

/// {"headings": ["name"], "data": [["m1"], ...]}
std::vector<std::string> read_rows(const std::string& text) {
  const json document = json::parse(text, nullptr, false);
  if (!document.is_object() || !document.contains("data") || !document["data"].is_array()) {
    throw ProcessError(program, 0, "its output is not as documented: no table");
  }
  std::vector<std::string> rows;
  for (const json& row : document["data"]) {
    if (!row.is_array() || row.size() != 1 || !row[0].is_string()) {
      throw ProcessError(program, 0, "its output is not as documented: no row of one text");
    }
    rows.push_back(row[0].get<std::string>());
  }
  return rows;
}

}  // namespace

std::vector<std::string> chassis_rows(ProcessRunner& runner,
                                      const Settings& current,
                                      const std::string& chassis) {
  std::vector<std::string> rows;
  for (const Place& place : places) {
    const Command command =
        find(current, place.table, place.shown, {equal(place.chassis, chassis)});
    for (const std::string& row : read_rows(run_or_throw(runner, command))) {
      rows.push_back(std::string(place.table) + " " + row);
    }
  }
  return rows;
}

std::vector<std::string> chassis_with_our_address(ProcessRunner& runner,
                                                  const Settings& current,
                                                  const std::string& chassis) {
  const std::string address = external_id(current, "ovn-encap-ip");
  if (address.empty()) {
    return {};
  }
  const Command command =
      find(current,
           "Encap",
           "chassis_name",
           {equal("ip", address), equal("type", external_id(current, "ovn-encap-type"))});
  std::vector<std::string> names = read_rows(run_or_throw(runner, command));
  std::erase(names, chassis);
  return names;
}

}  // namespace ncc::ovs
