// config-get and the charm state: state-get, state-set, state-delete.
#include "text.hpp"
#include "tools.hpp"

namespace local_juju {
namespace {

const Json& config_of(Context& context) {
  if (!context.config)
    context.config = effective_config(context.application());
  return *context.config;
}

std::string config_get(ToolRun& run) {
  const bool all = run.arguments.is("all");
  const std::string key = run.arguments.words.empty() ? "" : run.arguments.words[0];
  if (!key.empty() && all)
    throw UsageError("cannot use argument --all together with key " + go_quoted(key));
  run.no_more_than(1);
  Json values = config_of(run.context);
  if (!key.empty())
    return run.print(values.value(key, Json()));
  if (all)
    for (const auto& [name, option] : run.context.application().charm.options)
      if (!values.contains(name))
        values[name] = nullptr;
  return run.print(values);
}

std::string state_get(ToolRun& run) {
  run.no_more_than(1);
  const Bag& state = charm_state(run.context);
  const std::string key = run.arguments.words.empty() ? "-" : run.arguments.words[0];
  if (key == "-" || key.empty())
    return run.print(state.empty() ? Json() : Json(state));
  const auto value = state.find(key);
  if (value == state.end() && run.arguments.is("strict"))
    throw ToolError(go_quoted(key) + " not found");
  return run.print(Json(value == state.end() ? "" : value->second));
}

void check_length(const Context& context, std::size_t size, std::size_t limit, const char* what) {
  if (size > limit)
    throw ToolError(std::string("max allowed ") + what + " length (" + std::to_string(limit) + ")" +
                    (context.model.is_40() ? ": quota limit exceeded" : " exceeded"));
}

std::string state_set(ToolRun& run) {
  const Bag words = parse_key_values(run.arguments.words);
  if (words.empty() && !run.arguments.has("file"))
    return "";
  Bag values = run.arguments.has("file") ? parse_string_map(run.file_text()) : Bag{};
  for (const auto& [key, value] : words)
    values[key] = value;
  for (const auto& [key, value] : values) {
    check_length(run.context, key.size(), 256, "key");
    check_length(run.context, value.size(), 65536, "value");
  }
  for (const auto& [key, value] : values)
    charm_state(run.context)[key] = value;
  return "";
}

std::string state_delete(ToolRun& run) {
  if (run.arguments.words.empty())
    return "";
  run.no_more_than(1);
  charm_state(run.context).erase(run.arguments.words[0]);
  return "";
}

}  // namespace

std::vector<Tool> config_tools() {
  return {{"config-get", false, "smart", {{"all", "a", true}}, config_get},
          {"state-get", false, "smart", {{"strict", "", true}}, state_get},
          {"state-set", false, "", {{"file", "", false}}, state_set},
          {"state-delete", false, "", {}, state_delete}};
}

}  // namespace local_juju
