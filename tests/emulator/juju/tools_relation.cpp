// relation-ids, relation-list, relation-get, relation-set, relation-model-get.
#include <algorithm>

#include "names.hpp"
#include "text.hpp"
#include "tools.hpp"

namespace local_juju {
namespace {

const Relation& relation_of(const ToolRun& run) {
  return run.context.model.relations.at(run.relation_id());
}

/// In its broken hook a relation is hidden only if the relation itself goes and nobody is left in
/// it.
bool hidden(const ToolRun& run, const Relation& relation) {
  const LocalRelation& local = run.context.unit.relations.at(relation.id);
  const bool breaking =
      run.context.event.kind == "relation-broken" && run.context.event.relation == relation.id;
  return local.broken ||
         (breaking && (relation.dying || relation.suspended) && local.members.empty());
}

std::string relation_ids(ToolRun& run) {
  run.no_more_than(1);
  std::string endpoint = run.arguments.words.empty() ? "" : run.arguments.words[0];
  const Unit& unit = run.context.unit;
  if (endpoint.empty() && run.context.event.relation >= 0)
    endpoint = endpoint_of(run.context.model.relations.at(run.context.event.relation), unit.app);
  if (endpoint.empty())
    throw UsageError("no endpoint name specified");
  std::vector<std::string> ids;
  for (const auto& [id, local] : unit.relations) {
    const Relation& relation = run.context.model.relations.at(id);
    if (endpoint_of(relation, unit.app) == endpoint && !hidden(run, relation))
      ids.push_back(relation_tag(relation, unit.app));
  }
  std::sort(ids.begin(), ids.end());
  return run.print(Json(ids));
}

std::string relation_list(ToolRun& run) {
  run.no_more_than(0);
  const Relation& relation = relation_of(run);
  if (run.arguments.is("app"))
    return run.print(Json(remote_app_of(relation, run.context.unit.app)));
  Json members = Json::array();
  for (const auto& [member, version] : run.context.unit.relations.at(relation.id).members)
    members.push_back(member);
  return run.print(members);
}

struct Target {
  std::string name = {};
  bool app = false;
};

Target named_target(const std::string& word, bool app) {
  if (app)
    return {is_unit_name(word)          ? application_of(word)
            : is_application_name(word) ? word
                                        : "",
            true};
  if (is_unit_name(word))
    return {word, false};
  if (is_application_name(word))
    throw UsageError("expected unit name, got application name " + go_quoted(word));
  throw UsageError("invalid unit name " + go_quoted(word));
}

Target target_of(const ToolRun& run) {
  const Event& event = run.context.event;
  const bool app = run.arguments.is("app");
  if (run.arguments.words.size() > 1)
    return named_target(run.arguments.words[1], app);
  if (!app && !event.remote_unit.empty())
    return {event.remote_unit, false};
  if (!event.remote_app.empty())
    return {event.remote_app, true};
  throw UsageError("no unit or application specified");
}

Bag remote_unit_bag(const ToolRun& run, const Relation& relation, const std::string& name) {
  const Unit& unit = run.context.unit;
  const auto member = relation.members.find(name);
  const bool other_side = application_of(name) == remote_app_of(relation, unit.app);
  const bool paired =
      member != relation.members.end() && (!relation.container || member->second.pair == unit.name);
  if (!other_side || !paired)
    throw ToolError("permission denied");
  auto& cache = run.context.unit.relations.at(relation.id).cache;
  const auto known = cache.find(name);
  return known != cache.end() ? known->second : cache[name] = member->second.bag;
}

Bag remote_app_bag(const ToolRun& run, const Relation& relation, const std::string& name) {
  const Unit& unit = run.context.unit;
  const bool own = name == unit.app && !is_peer(relation);
  const bool readable = own ? run.context.model.is_40() : name == remote_app_of(relation, unit.app);
  if (!readable)
    throw ToolError("permission denied");
  auto& cache = run.context.remote_apps[relation.id];
  const auto known = cache.find(name);
  if (known != cache.end())
    return known->second;
  const auto stored = relation.apps.find(name);
  return cache[name] = stored == relation.apps.end() ? Bag{} : stored->second.bag;
}

Bag bag_of(const ToolRun& run, const Relation& relation, const Target& target) {
  Context& context = run.context;
  if (!target.app && target.name == context.unit.name)
    return own_bag(context, relation.id);
  if (!target.app)
    return remote_unit_bag(run, relation, target.name);
  if (target.name == context.unit.app && is_leader(context))
    return own_app_bag(context, relation.id);
  return remote_app_bag(run, relation, target.name);
}

std::string relation_get(ToolRun& run) {
  const Relation& relation = relation_of(run);
  const std::string word = run.arguments.words.empty() ? "-" : run.arguments.words[0];
  const Target target = target_of(run);
  run.no_more_than(2);
  const Bag bag = bag_of(run, relation, target);
  if (word == "-" || word.empty())
    return run.print(Json(bag));
  const auto value = bag.find(word);
  return run.print(value == bag.end() ? Json() : Json(value->second));
}

void write(Bag& bag, const Bag& settings) {
  for (const auto& [key, value] : settings) {
    if (value.empty())
      bag.erase(key);
    else
      bag[key] = value;
  }
}

std::string relation_set(ToolRun& run) {
  const int id = run.relation_id();
  const Bag words = parse_key_values(run.arguments.words);
  Bag settings = run.arguments.has("file") ? parse_string_map(run.file_text()) : Bag{};
  for (const auto& [key, value] : words)
    settings[key] = value;
  Context& context = run.context;
  if (run.arguments.is("app")) {
    if (!is_leader(context))
      throw ToolError("cannot write relation settings");
    write(own_app_bag(context, id), settings);
    context.app_bags_written.insert(id);
    return "";
  }
  write(own_bag(context, id), settings);
  for (const auto& [key, value] : settings)
    context.keys_written[id].insert(key);
  return "";
}

std::string relation_model_get(ToolRun& run) {
  static_cast<void>(relation_of(run));
  return run.print(Json{{"uuid", run.context.model.uuid}});
}

}  // namespace

std::vector<Tool> relation_tools() {
  const Flag relation{"relation", "r", false};
  const Flag app{"app", "", true};
  return {{"relation-ids", false, "smart", {}, relation_ids},
          {"relation-list", false, "smart", {relation, app}, relation_list},
          {"relation-get", false, "smart", {relation, app}, relation_get},
          {"relation-set",
           false,
           "",
           {relation, app, {"file", "", false}, {"format", "", false}},
           relation_set},
          {"relation-model-get", false, "smart", {relation}, relation_model_get}};
}

}  // namespace local_juju
