#include <algorithm>
#include <array>
#include <chrono>
#include <map>
#include <set>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "host.hpp"
#include "words/text.hpp"

namespace ncc::host {

namespace {

using Properties = std::map<std::string, std::string>;

constexpr std::array<std::string_view, 8> verbs{
    "restart", "reload", "start", "stop", "enable", "disable", "mask", "unmask"};

template <std::size_t Size>
bool is_one_of(const std::array<std::string_view, Size>& words, std::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

Properties read_properties(std::string_view block) {
  Properties properties;
  for (const std::string& line : split(block, "\n")) {
    const std::size_t equals = line.find('=');
    if (equals != std::string::npos) {
      properties[line.substr(0, equals)] = line.substr(equals + 1);
    }
  }
  return properties;
}

/// systemctl show separates units by an empty line.
std::vector<Properties> read_units(std::string_view output) {
  std::vector<Properties> units;
  while (!output.empty()) {
    const std::size_t end = output.find("\n\n");
    if (Properties properties = read_properties(output.substr(0, end)); !properties.empty()) {
      units.push_back(std::move(properties));
    }
    output.remove_prefix(end == std::string_view::npos ? output.size() : end + 2);
  }
  return units;
}

Service read_service(Properties properties) {
  constexpr std::array<std::string_view, 3> active{"active", "activating", "reloading"};
  constexpr std::array<std::string_view, 5> enabled{
      "enabled", "static", "generated", "alias", "indirect"};
  const std::string& load = properties["LoadState"];
  return {.exists = load != "not-found",
          .active = is_one_of(active, properties["ActiveState"]),
          .enabled = is_one_of(enabled, properties["UnitFileState"]),
          .masked = load == "masked"};
}

}  // namespace

std::map<std::string, Service> services(ProcessRunner& runner, const std::set<std::string>& names) {
  if (names.empty()) {
    return {};
  }
  Command command{.argv = {"/usr/bin/systemctl",
                           "show",
                           "--property=Id,LoadState,ActiveState,UnitFileState",
                           "--"},
                  .timeout = std::chrono::seconds(180)};
  for (const std::string& name : names) {
    command.argv.push_back(name + ".service");
  }

  // Units come in the order asked for. Id is of no use as a key: for an alias it is the name of the
  // real unit.
  const std::vector<Properties> units = read_units(run_or_throw(runner, command));
  if (units.size() != names.size()) {
    throw ProcessError(command.argv[0],
                       0,
                       "it showed " + std::to_string(units.size()) + " units instead of " +
                           std::to_string(names.size()));
  }
  std::map<std::string, Service> result;
  auto unit = units.begin();
  for (const std::string& name : names) {
    result[name] = read_service(*unit++);
  }
  return result;
}

void systemctl(ProcessRunner& runner,
               const std::string& verb,
               const std::vector<std::string>& names) {
  Command command{.argv = {"/usr/bin/systemctl", verb}, .timeout = std::chrono::seconds(180)};
  if (verb == "daemon-reload") {
    if (!names.empty()) {
      throw std::logic_error("systemctl daemon-reload takes no names");
    }
    run_or_throw(runner, command);
    return;
  }
  if (!is_one_of(verbs, verb)) {
    throw std::logic_error("systemctl verb not in use: " + verb);
  }
  if (names.empty()) {
    return;
  }
  command.argv.emplace_back("--");
  command.argv.insert(command.argv.end(), names.begin(), names.end());
  run_or_throw(runner, command);
}

}  // namespace ncc::host
