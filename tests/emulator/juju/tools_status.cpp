// Status, log, version, leadership, reboot: what takes effect at once.
#include "text.hpp"
#include "tools.hpp"

namespace local_juju {
namespace {

Json with_data(const Status& status) {
  return {{"message", status.message}, {"status", status.value}, {"status-data", Json::object()}};
}

std::string application_status(ToolRun& run) {
  if (!is_leader(run.context))
    throw ToolError("this unit is not the leader");
  Json units = Json::object();
  for (const auto& [name, unit] : run.context.model.units)
    if (unit.app == run.context.unit.app)
      units[name] = with_data(unit.workload);
  Json status = with_data(run.context.application().status);
  if (!run.arguments.is("include-data"))
    return run.print(status["status"]);
  status["units"] = units;
  return run.print(Json{{"application-status", status}});
}

std::string status_get(ToolRun& run) {
  run.no_more_than(0);
  if (run.arguments.is("application"))
    return application_status(run);
  Context& context = run.context;
  if (!context.status)
    context.status = context.unit.workload;
  if (run.arguments.is("include-data"))
    return run.print(with_data(*context.status));
  const std::string& value = context.status->value;
  return run.print(run.arguments.get("format", "smart") == "smart" ? Json(value)
                                                                   : Json{{"status", value}});
}

std::string status_set(ToolRun& run) {
  const std::vector<std::string>& words = run.arguments.words;
  if (words.empty())
    throw UsageError("invalid args, require <status> [message]");
  static const std::set<std::string> settable{"maintenance", "blocked", "waiting", "active"};
  if (!settable.contains(words[0]))
    throw UsageError("invalid status " + go_quoted(words[0]) +
                     ", expected one of [maintenance blocked waiting active]");
  run.no_more_than(2);
  const Status status{words[0], words.size() > 1 ? words[1] : "", timestamp()};
  if (!run.arguments.is("application")) {
    Status& old = run.context.unit.workload;
    const bool same = old.value == status.value && old.message == status.message;
    old = same ? old : status;
    return "";
  }
  if (!is_leader(run.context))
    throw ToolError("this unit is not the leader");
  run.context.application().status = status;
  return "";
}

std::string joined_words(const ToolRun& run) {
  if (run.arguments.words.empty())
    throw UsageError("no message specified");
  std::string text;
  for (const std::string& word : run.arguments.words)
    text += (text.empty() ? "" : " ") + word;
  return text;
}

std::string juju_log(ToolRun& run) {
  std::string text = joined_words(run);
  std::string level = run.arguments.is("debug") ? "DEBUG" : run.arguments.get("log-level", "INFO");
  for (char& c : level)
    c = static_cast<char>(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
  static const std::set<std::string> levels{
      "TRACE", "DEBUG", "INFO", "WARNING", "WARN", "ERROR", "CRITICAL"};
  Context& context = run.context;
  const std::string module = "unit." + context.unit.name + ".juju-log";
  if (!levels.contains(level)) {
    context.journal.line(context.unit.name,
                         "WARNING",
                         module,
                         "Specified log level of " + go_quoted(level) + " is not valid");
    level = "INFO";
  }
  if (context.event.relation >= 0)
    text = relation_tag(context.model.relations.at(context.event.relation), context.unit.app) +
           ": " + text;
  context.journal.line(context.unit.name, level == "WARN" ? "WARNING" : level, module, text);
  return "";
}

std::string application_version_set(ToolRun& run) {
  if (run.arguments.words.empty())
    throw UsageError("no version specified");
  run.no_more_than(1);
  run.context.application().version = run.arguments.words[0];
  return "";
}

std::string juju_reboot(ToolRun& run) {
  run.no_more_than(0);
  if (run.context.in_action())
    throw ToolError("juju-reboot is not supported when running an action.");
  run.context.reboot = true;
  run.context.reboot_now = run.arguments.is("now");
  return "";
}

std::string is_leader_tool(ToolRun& run) {
  run.no_more_than(0);
  return run.print(Json(is_leader(run.context)));
}

std::string leader_get(ToolRun& run) {
  run.no_more_than(1);
  const Bag& settings = run.context.application().leader_settings;
  const std::string key = run.arguments.words.empty() ? "-" : run.arguments.words[0];
  if (key == "-")
    return run.print(Json(settings));
  const auto value = settings.find(key);
  return run.print(value == settings.end() ? Json() : Json(value->second));
}

std::string leader_set(ToolRun& run) {
  const Bag words = parse_key_values(run.arguments.words);
  if (!is_leader(run.context))
    throw ToolError("cannot write leadership settings: cannot write settings: not the leader");
  Application& application = run.context.application();
  Bag settings = application.leader_settings;
  for (const auto& [key, value] : words) {
    if (value.empty())
      settings.erase(key);
    else
      settings[key] = value;
  }
  if (settings != application.leader_settings)
    run.context.unit.leader_settings_seen = ++application.leader_settings_version;
  application.leader_settings = settings;
  return "";
}

}  // namespace

std::vector<Tool> status_tools() {
  const Flag application{"application", "", true};
  return {{"status-get", false, "smart", {application, {"include-data", "", true}}, status_get},
          {"status-set", false, "", {application}, status_set},
          {"juju-log",
           false,
           "",
           {{"log-level", "l", false}, {"debug", "", true}, {"format", "", false}},
           juju_log},
          {"application-version-set", false, "", {}, application_version_set},
          {"juju-reboot", false, "", {{"now", "", true}}, juju_reboot},
          {"is-leader", false, "smart", {}, is_leader_tool},
          {"leader-get", true, "smart", {}, leader_get},
          {"leader-set", true, "", {}, leader_set}};
}

}  // namespace local_juju
