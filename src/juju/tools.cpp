// The hook commands that need one call each. What Juju makes of their arguments:
// internal/worker/uniter/runner/jujuc/.

#include "juju.hpp"
#include "juju/json.hpp"

namespace ncc::juju {
namespace {

/// Linux takes 128 KiB in one argument; longer ones would not start the command at all.
constexpr std::size_t longest_argument = 100UL * 1024;
constexpr std::size_t longest_command_line = 1024UL * 1024;

/// Cut to what fits in one argument, between two UTF-8 characters.
std::string fitting(const std::string& text) {
  if (text.size() < longest_argument) {
    return text;
  }
  const std::string mark = " (cut)";
  std::size_t size = longest_argument - mark.size() - 1;
  while (size > 0 && (static_cast<unsigned char>(text[size]) & 0xc0U) == 0x80U) {
    --size;
  }
  return text.substr(0, size) + mark;
}

/// Adds `value` to `values` as key, or as key.subkey... for the scalars of a nested map.
void flatten(const std::string& key, const nlohmann::json& value, Values& values) {
  if (value.is_object()) {
    for (const auto& [subkey, below] : value.items()) {
      const std::string prefix = key.empty() ? "" : key + ".";
      flatten(prefix + subkey, below, values);
    }
  } else if (!value.is_null()) {
    values[key] = to_text(value);
  }
}

/// As many calls as command lines of a fitting length need.
std::vector<Command> action_set_commands(const std::map<std::string, std::string>& values) {
  std::vector<Command> commands;
  std::size_t size = longest_command_line;
  for (const auto& [key, value] : values) {
    if (value.size() > longest_argument) {
      throw ConfigError(key, "the value is too long for an action result");
    }
    std::string argument = key;
    argument += "=" + value;
    if (size + argument.size() > longest_command_line) {
      commands.push_back({.argv = {"action-set"}});
      size = 0;
    }
    commands.back().argv.push_back(argument);
    size += argument.size();
  }
  return commands;
}

}  // namespace

const char* to_string(Status status) {
  switch (status) {
    case Status::maintenance:
      return "maintenance";
    case Status::blocked:
      return "blocked";
    case Status::waiting:
      return "waiting";
    case Status::active:
      break;
  }
  return "active";
}

Values Tools::config() {
  return to_map(run_json(runner_, {.argv = {"config-get", "--format=json"}}));
}

Values Tools::action_parameters() {
  Values values;
  flatten("", run_json(runner_, {.argv = {"action-get", "--format=json"}}), values);
  return values;
}

std::map<std::string, std::string> Tools::state() {
  return to_map(run_json(runner_, {.argv = {"state-get", "--format=json"}}));
}

bool Tools::is_leader() {
  return run_json(runner_, {.argv = {"is-leader", "--format=json"}}) == true;
}

std::map<std::string, std::string> Tools::goal_units() {
  const nlohmann::json state = run_json(runner_, {.argv = {"goal-state", "--format=json"}});
  const nlohmann::json goals = state.value("units", nlohmann::json::object());
  std::map<std::string, std::string> units;
  for (const auto& [unit, goal] : goals.items()) {
    units[unit] = to_text(goal.value("status", nlohmann::json()));
  }
  return units;
}

void Tools::relation_set(const std::string& relation_id, const Bag& values) {
  if (!values.empty()) {
    run_or_throw(
        runner_,
        {.argv = {"relation-set", "-r", relation_id, "--file", "-"}, .input = dump(values)});
  }
}

void Tools::relation_set_application(const std::string& relation_id, const Bag& values) {
  if (!values.empty()) {
    run_or_throw(runner_,
                 {.argv = {"relation-set", "--app", "-r", relation_id, "--file", "-"},
                  .input = dump(values)});
  }
}

void Tools::state_set(const std::map<std::string, std::string>& values) {
  if (!values.empty()) {
    run_or_throw(runner_, {.argv = {"state-set", "--file", "-"}, .input = dump(values)});
  }
}

void Tools::status_set(Status status, const std::string& message) {
  run_or_throw(runner_, {.argv = {"status-set", to_string(status), "--", fitting(message)}});
}

void Tools::application_status_set(Status status, const std::string& message) {
  run_or_throw(
      runner_,
      {.argv = {"status-set", "--application", to_string(status), "--", fitting(message)}});
}

void Tools::application_version_set(const std::string& version) {
  run_or_throw(runner_, {.argv = {"application-version-set", "--", version}});
}

void Tools::log(const std::string& level, const std::string& line) {
  run_or_throw(runner_, {.argv = {"juju-log", "-l", level, "--", fitting(line)}});
}

void Tools::action_set(const std::map<std::string, std::string>& values) {
  for (const Command& command : action_set_commands(values)) {
    run_or_throw(runner_, command);
  }
}

void Tools::action_fail(const std::string& message) {
  run_or_throw(runner_, {.argv = {"action-fail", "--", fitting(message)}});
}

void Tools::action_log(const std::string& line) {
  run_or_throw(runner_, {.argv = {"action-log", "--", fitting(line)}});
}

}  // namespace ncc::juju
