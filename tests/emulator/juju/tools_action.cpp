// action-get, action-set, action-fail, action-log.
#include "names.hpp"
#include "text.hpp"
#include "tools.hpp"

namespace local_juju {
namespace {

void require_action(const ToolRun& run) {
  if (!run.context.in_action())
    throw ToolError("not running an action");
}

std::vector<std::string> split_path(const std::string& text) {
  std::vector<std::string> parts;
  for (std::size_t from = 0; from <= text.size();) {
    const std::size_t dot = std::min(text.find('.', from), text.size());
    parts.push_back(text.substr(from, dot - from));
    from = dot + 1;
  }
  return parts;
}

std::string action_get(ToolRun& run) {
  run.no_more_than(1);
  require_action(run);
  Json value = run.context.model.tasks.at(run.context.event.task).params;
  if (!run.arguments.words.empty())
    for (const std::string& key : split_path(run.arguments.words[0]))
      value = value.is_object() ? value.value(key, Json()) : Json();
  return run.print(value);
}

std::string action_set(ToolRun& run) {
  static const std::set<std::string> reserved{
      "stdout", "stdout-encoding", "stderr", "stderr-encoding"};
  for (const std::string& word : run.arguments.words) {
    const std::size_t equals = word.find('=');
    if (equals == std::string::npos)
      throw UsageError("argument " + go_quoted(word) + " must be of the form key...=value");
    const std::string key = word.substr(0, equals);
    if (reserved.contains(key))
      throw UsageError("cannot set reserved action key " + go_quoted(key));
    for (const std::string& part : split_path(key))
      if (!is_action_name(part))
        throw UsageError("key " + go_quoted(part) +
                         " must start and end with lowercase alphanumeric, and contain only "
                         "lowercase alphanumeric and hyphens");
  }
  require_action(run);
  for (const std::string& word : run.arguments.words) {
    Json* at = &run.context.results;
    for (const std::string& part : split_path(word.substr(0, word.find('=')))) {
      if (!at->is_object())
        *at = Json::object();
      at = &(*at)[part];
    }
    *at = word.substr(word.find('=') + 1);
  }
  return "";
}

std::string action_fail(ToolRun& run) {
  run.no_more_than(1);
  require_action(run);
  run.context.action_failed = true;
  run.context.action_message = run.arguments.words.empty()
                                   ? "action failed without reason given, check action for errors"
                                   : run.arguments.words[0];
  return "";
}

std::string action_log(ToolRun& run) {
  std::string text;
  for (const std::string& word : run.arguments.words)
    text += (text.empty() ? "" : " ") + word;
  if (text.empty())
    throw UsageError("no message specified");
  require_action(run);
  std::vector<std::string>& log = run.context.model.tasks.at(run.context.event.task).log;
  if (run.context.model.is_40() || log.size() < 1000)
    log.push_back(timestamp() + " " + text);
  return "";
}

}  // namespace

std::vector<Tool> action_tools() {
  return {{"action-get", false, "smart", {}, action_get},
          {"action-set", false, "", {}, action_set},
          {"action-fail", false, "", {}, action_fail},
          {"action-log", false, "", {}, action_log}};
}

}  // namespace local_juju
