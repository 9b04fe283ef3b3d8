// Secrets as consumers read them: secret-get; and what owners ask: secret-info-get, secret-ids.
#include <algorithm>

#include "secrets.hpp"
#include "text.hpp"

namespace local_juju {
namespace {

/// The id named by the first word or by --label.
std::string named_secret(const ToolRun& run) {
  if (!run.arguments.words.empty())
    return bare_secret_id(run.arguments.words[0]);
  const std::string label = run.arguments.get("label");
  if (label.empty())
    throw UsageError("require either a secret URI or label");
  const Unit& unit = run.context.unit;
  const auto matches = [&](const Secret& secret) {
    const auto use = secret.uses.find(unit.name);
    const bool owner = secret.owner == unit.name || secret.owner == unit.app;
    return (owner && secret.label == label) ||
           (use != secret.uses.end() && use->second.label == label);
  };
  for (const auto& [id, secret] : run.context.secrets)
    if (secret && matches(*secret))
      return id;
  for (const auto& [id, secret] : run.context.model.secrets)
    if (matches(secret) && find_secret(run.context, id) != nullptr)
      return id;
  throw ToolError("secret " + go_quoted(label) + " not found");
}

/// The revision to show; --refresh and a first reading move the tracked one.
int revision_to_read(ToolRun& run, const std::string& id) {
  const Secret& secret = *find_secret(run.context, id);
  const auto use = secret.uses.find(run.context.unit.name);
  if (run.arguments.is("peek"))
    return secret.latest;
  const bool track = run.arguments.is("refresh") || use == secret.uses.end();
  const int revision = track ? secret.latest : use->second.tracked;
  const std::string label = run.arguments.words.empty() ? "" : run.arguments.get("label");
  if (track || !label.empty()) {
    SecretUse& changed = changed_secret(run.context, id).uses[run.context.unit.name];
    changed.tracked = revision;
    if (!label.empty())
      changed.label = label;
  }
  return revision;
}

std::string secret_get(ToolRun& run) {
  if (run.arguments.is("peek") && run.arguments.is("refresh"))
    throw UsageError("specify one of --peek or --refresh but not both");
  run.no_more_than(2);
  const std::string id = named_secret(run);
  const Secret* secret = find_secret(run.context, id);
  if (secret == nullptr)
    throw ToolError("secret " + go_quoted(id) + " not found");
  if (!may_read(run.context, *secret))
    throw ToolError("permission denied");
  const int revision = revision_to_read(run, id);
  const auto& revisions = find_secret(run.context, id)->revisions;
  const auto content = revisions.find(revision);
  if (content == revisions.end())
    throw ToolError("secret " + go_quoted(id + "/" + std::to_string(revision)) + " not found");
  const std::string word = run.arguments.words.size() > 1 ? run.arguments.words[1] : "";
  const std::string key = word.substr(0, word.find('#'));
  Json all = Json::object();
  for (const auto& [name, value] : content->second)
    all[name] = word == name + "#base64" ? value : base64_decode(value).value_or("");
  if (word.empty())
    return run.print(all);
  if (!all.contains(key))
    throw ToolError("secret key value " + go_quoted(key) + " not found");
  return run.print(all[key]);
}

Json described(const Secret& secret, const std::string& app) {
  Json info = {{"revision", secret.latest},
               {"label", secret.label},
               {"owner", secret.owner == app ? "application" : "unit"},
               {"rotation", secret.rotate.empty() ? "never" : secret.rotate}};
  if (!secret.description.empty())
    info["description"] = secret.description;
  if (!secret.expire.empty())
    info["expiry"] = secret.expire;
  Json access = Json::array();
  for (const Grant& grant : secret.grants)
    access.push_back(
        {{"target",
          (grant.target.find('/') == std::string::npos ? "application-" : "unit-") + grant.target},
         {"scope", "relation-" + std::to_string(grant.relation)},
         {"role", grant.role}});
  if (!access.empty())
    info["access"] = access;
  return info;
}

std::string secret_info_get(ToolRun& run) {
  run.no_more_than(1);
  const std::string id = named_secret(run);
  const Secret* secret = find_secret(run.context, id);
  const Unit& unit = run.context.unit;
  if (secret == nullptr || (secret->owner != unit.name && secret->owner != unit.app))
    throw ToolError("secret " + go_quoted(id) + " not found");
  return run.print(Json{{id, described(*secret, unit.app)}});
}

std::string secret_ids(ToolRun& run) {
  run.no_more_than(0);
  std::set<std::string> ids;
  const Unit& unit = run.context.unit;
  const auto add = [&](const std::string& id) {
    const Secret* secret = find_secret(run.context, id);
    if (secret != nullptr &&
        (secret->owner == unit.name || (secret->owner == unit.app && is_leader(run.context))))
      ids.insert(id);
  };
  for (const auto& [id, secret] : run.context.model.secrets)
    add(id);
  for (const auto& [id, secret] : run.context.secrets)
    add(id);
  return run.print(ids.empty() ? Json() : Json(ids));
}

}  // namespace

std::vector<Tool> secret_tools() {
  const Flag label{"label", "", false};
  return {
      {"secret-get", false, "yaml", {label, {"peek", "", true}, {"refresh", "", true}}, secret_get},
      {"secret-info-get", false, "yaml", {label}, secret_info_get},
      {"secret-ids", false, "smart", {}, secret_ids}};
}

}  // namespace local_juju
