// goal-state, credential-get, payloads.
#include "text.hpp"
#include "tools.hpp"

namespace local_juju {
namespace {

Json unit_goal(const Unit& unit) {
  const bool fresh = unit.workload.value.empty();
  return {{"status",
           unit.dying ? "dying"
           : fresh    ? "waiting"
                      : unit.workload.value},
          {"since", fresh ? timestamp() : unit.workload.since}};
}

std::string goal_state(ToolRun& run) {
  run.no_more_than(0);
  const Context& context = run.context;
  Json units = Json::object();
  Json relations = Json::object();
  for (const auto& [name, unit] : context.model.units)
    if (unit.app == context.unit.app)
      units[name] = unit_goal(unit);
  for (const auto& [id, relation] : context.model.relations) {
    if (!takes_part(relation, context.unit.app) || is_peer(relation) || relation.dying)
      continue;
    Json& entry = relations[endpoint_of(relation, context.unit.app)];
    const std::string& remote = remote_app_of(relation, context.unit.app);
    entry[remote] = {{"status", relation.suspended ? "suspended" : "joined"},
                     {"since", context.unit.workload.since}};
    for (const auto& [name, unit] : context.model.units)
      if (unit.app == remote)
        entry[name] = unit_goal(unit);
  }
  return run.print(Json{{"units", units}, {"relations", relations}});
}

std::string credential_get(ToolRun& run) {
  run.no_more_than(0);
  if (!run.context.application().trusted)
    throw ToolError("cannot access cloud credentials: permission denied");
  return run.print(
      Json{{"type", "local"},
           {"name", "local"},
           {"credential",
            {{"auth-type", "empty"}, {"attrs", Json::object()}, {"redacted", Json::array()}}}});
}

std::string payload(ToolRun& run) {
  if (run.arguments.words.size() < (run.call.name == "payload-unregister" ? 2U : 3U))
    throw UsageError("missing class, id or status");
  return "";
}

}  // namespace

std::vector<Tool> model_tools() {
  return {{"goal-state", false, "yaml", {}, goal_state},
          {"credential-get", false, "smart", {}, credential_get},
          {"payload-register", true, "", {}, payload},
          {"payload-unregister", true, "", {}, payload},
          {"payload-status-set", true, "", {}, payload}};
}

}  // namespace local_juju
