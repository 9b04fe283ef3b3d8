// Secrets as owners change them: secret-add, -set, -grant, -revoke, -remove. All wait for the
// flush.
#include <algorithm>

#include "secrets.hpp"
#include "text.hpp"

namespace local_juju {
namespace {

void read_metadata(const ToolRun& run, Secret& secret) {
  static const std::set<std::string> policies{
      "never", "hourly", "daily", "weekly", "monthly", "quarterly", "yearly"};
  const std::string rotate = run.arguments.get("rotate");
  if (!rotate.empty() && !policies.contains(rotate))
    throw UsageError("rotate policy " + go_quoted(rotate) + " not valid");
  secret.rotate = run.arguments.get("rotate", secret.rotate);
  secret.label = run.arguments.get("label", secret.label);
  secret.description = run.arguments.get("description", secret.description);
  if (run.arguments.has("expire"))
    secret.expire = expiry_of(run.arguments.get("expire"));
}

std::string new_id(Model& model) {
  static constexpr const char* digits = "0123456789abcdefghijklmnopqrstuv";
  std::string id = "9m4e2mr0ui3e8a200000";
  int number = model.next_secret++;
  for (std::size_t at = id.size(); number > 0 && at > 15; number /= 32)
    id[--at] = digits[number % 32];
  return id;
}

void check_label(const Context& context, const Secret& fresh) {
  const auto taken = [&](const Secret& other) {
    return !fresh.label.empty() && other.id != fresh.id && other.owner == fresh.owner &&
           other.label == fresh.label;
  };
  for (const auto& [id, secret] : context.model.secrets)
    if (find_secret(context, id) != nullptr && taken(*find_secret(context, id)))
      throw ToolError("secret with label " + go_quoted(fresh.label) + " already exists");
  for (const auto& [id, secret] : context.secrets)
    if (secret && taken(*secret))
      throw ToolError("secret with label " + go_quoted(fresh.label) + " already exists");
}

std::string secret_add(ToolRun& run) {
  if (run.arguments.words.empty() && !run.arguments.has("file"))
    throw UsageError("missing secret value or filename");
  const std::string owner = run.arguments.get("owner", "application");
  if (owner != "application" && owner != "unit")
    throw UsageError("secret owner " + go_quoted(owner) + " not valid");
  Context& context = run.context;
  Secret secret{.owner = owner == "unit" ? context.unit.name : context.unit.app, .latest = 1};
  read_metadata(run, secret);
  secret.revisions[1] = secret_values(run);
  if (secret.revisions[1].empty())
    throw ToolError("empty secret value not valid");
  if (owner == "application" && !is_leader(context))
    throw ToolError("this unit is not the leader");
  check_label(context, secret);
  secret.id = new_id(context.model);
  context.app_secrets_touched |= owner == "application";
  context.secrets[secret.id] = secret;
  return "secret:" + secret.id + "\n";
}

/// The secret named by the first word, ready to be changed.
Secret& to_change(ToolRun& run) {
  if (run.arguments.words.empty())
    throw UsageError("missing secret URI");
  const std::string id = bare_secret_id(run.arguments.words[0]);
  run.context.app_secrets_touched |= managed_secret(run, id).owner == run.context.unit.app;
  return changed_secret(run.context, id);
}

std::string secret_set(ToolRun& run) {
  Secret& secret = to_change(run);
  read_metadata(run, secret);
  check_label(run.context, secret);
  run.arguments.words.erase(run.arguments.words.begin());
  const Bag values = secret_values(run);
  if (values.empty() || values == secret.revisions[secret.latest])
    return "";
  const bool fresh_revision_waits = run.context.model.secrets.contains(secret.id) &&
                                    run.context.model.secrets.at(secret.id).latest < secret.latest;
  if (!fresh_revision_waits)
    ++secret.latest;
  secret.revisions[secret.latest] = values;
  secret.rotate_due = false;
  return "";
}

int relation_of_grant(const ToolRun& run) {
  if (!run.arguments.has("relation"))
    throw UsageError("no relation id specified");
  return run.relation_id();
}

std::string secret_grant(ToolRun& run) {
  Secret& secret = to_change(run);
  run.no_more_than(1);
  const int relation = relation_of_grant(run);
  const std::string app =
      remote_app_of(run.context.model.relations.at(relation), run.context.unit.app);
  const std::string target = run.arguments.get("unit", app);
  const bool there =
      std::any_of(secret.grants.begin(), secret.grants.end(), [&](const Grant& grant) {
        return grant.target == target && grant.relation == relation;
      });
  if (!there)
    secret.grants.push_back({relation, target});
  return "";
}

std::string secret_revoke(ToolRun& run) {
  Secret& secret = to_change(run);
  run.no_more_than(1);
  if (!run.arguments.has("relation") && !run.arguments.has("app") && !run.arguments.has("unit"))
    throw UsageError("missing relation or application or unit");
  std::erase_if(secret.grants, [&](const Grant& grant) {
    if (run.arguments.has("unit"))
      return grant.target == run.arguments.get("unit");
    if (run.arguments.has("app"))
      return application_of(grant.target) == run.arguments.get("app");
    return grant.relation == run.relation_id();
  });
  return "";
}

std::string secret_remove(ToolRun& run) {
  Secret& secret = to_change(run);
  run.no_more_than(1);
  const std::string revision = run.arguments.get("revision");
  if (revision.find_first_not_of("0123456789") != std::string::npos)
    throw UsageError("invalid value " + go_quoted(revision) +
                     " for option --revision: strconv.ParseInt: parsing " + go_quoted(revision) +
                     ": invalid syntax");
  if (!revision.empty()) {
    const int number = std::stoi(revision);
    secret.revisions.erase(number);
    secret.expired.erase(number);
  }
  if (revision.empty() || secret.revisions.empty())
    run.context.secrets[secret.id] = std::nullopt;
  return "";
}

}  // namespace

std::vector<Tool> secret_owner_tools() {
  const std::vector<Flag> metadata{{"label", "", false},
                                   {"description", "", false},
                                   {"rotate", "", false},
                                   {"expire", "", false},
                                   {"owner", "", false},
                                   {"file", "", false}};
  const Flag relation{"relation", "r", false};
  const Flag unit{"unit", "", false};
  return {{"secret-add", false, "", metadata, secret_add},
          {"secret-set", false, "", metadata, secret_set},
          {"secret-grant", false, "", {relation, unit}, secret_grant},
          {"secret-revoke", false, "", {relation, unit, {"app", "", false}}, secret_revoke},
          {"secret-remove", false, "", {{"revision", "", false}}, secret_remove}};
}

}  // namespace local_juju
