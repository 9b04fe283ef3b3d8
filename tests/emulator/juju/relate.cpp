// Relations between applications, and how units and applications leave.
#include <algorithm>
#include <filesystem>

#include "counterpart.hpp"
#include "text.hpp"
#include "world.hpp"

namespace local_juju {
namespace {

Side parse_side(const std::string& text) {
  const std::size_t colon = text.find(':');
  return {text.substr(0, colon), colon == std::string::npos ? "" : text.substr(colon + 1)};
}

std::string opposite(const std::string& role) {
  return role == "provides" ? "requires" : "provides";
}

/// The endpoints that a counterpart file offers to `ours`; its role is the opposite one.
void read_counterpart(const Endpoint& ours, Application& application) {
  const Json& document = counterpart_document(application.spec);
  const std::string interface = document.value("interface", "");
  for (const auto& [name, value] : child(document, "endpoints").items()) {
    Endpoint endpoint{.interface = value.value("interface", interface),
                      .role = value.value("role", "")};
    if (endpoint.role.empty())
      endpoint.role = opposite(ours.role);
    endpoint.scope = value.value("scope", "global");
    application.charm.endpoints.try_emplace(name, endpoint);
  }
}

void add_counterpart(Model& model, const std::string& app, const Endpoint& ours) {
  const std::filesystem::path path = std::filesystem::path(model.counterparts) / (app + ".json");
  if (model.counterparts.empty() || !std::filesystem::exists(path))
    throw Refused("application " + go_quoted(app) + " not found, and no counterpart file " +
                  path.string());
  Application& application = model.applications[app];
  application.name = application.charm.name = app;
  application.spec = std::filesystem::absolute(path);
  application.base = "ubuntu@24.04";
  read_counterpart(ours, application);
  const Json& document = counterpart_document(application.spec);
  const bool container = std::any_of(
      application.charm.endpoints.begin(), application.charm.endpoints.end(), [](const auto& item) {
        return item.second.scope == "container";
      });
  for (int i = 0; !container && i < document.value("units", 1); ++i) {
    const std::string name = app + "/" + std::to_string(application.next_unit++);
    model.units[name] = Unit{.name = name, .app = app, .played = true};
    model.units[name].workload = {"active", "", timestamp()};
  }
  application.leader = container ? "" : app + "/0";
}

bool fits(const Endpoint& one, const Endpoint& other) {
  const std::set<std::string> roles{one.role, other.role};
  return one.interface == other.interface && roles == std::set<std::string>{"provides", "requires"};
}

/// All ways to relate the two, given what was named.
std::vector<std::pair<Side, Side>> matches(Model& model, const Side& left, const Side& right) {
  std::vector<std::pair<Side, Side>> found;
  for (const auto& [a, one] : find_application(model, left.app).charm.endpoints)
    for (const auto& [b, other] : find_application(model, right.app).charm.endpoints)
      if ((left.endpoint.empty() || left.endpoint == a) &&
          (right.endpoint.empty() || right.endpoint == b) && fits(one, other))
        found.push_back({{left.app, a}, {right.app, b}});
  return found;
}

void check_named(Model& model, const Side& side) {
  const Application& application = find_application(model, side.app);
  if (!side.endpoint.empty() && !application.charm.endpoints.contains(side.endpoint))
    throw Refused("application " + go_quoted(side.app) + " has no " + go_quoted(side.endpoint) +
                  " relation");
}

bool is_between(const Relation& relation, const Side& left, const Side& right) {
  return !is_peer(relation) && takes_part(relation, left.app) && takes_part(relation, right.app) &&
         (left.endpoint.empty() || endpoint_of(relation, left.app) == left.endpoint) &&
         (right.endpoint.empty() || endpoint_of(relation, right.app) == right.endpoint);
}

void check_limit(const Model& model, const Application& application, const std::string& endpoint) {
  const int limit = application.charm.endpoints.at(endpoint).limit;
  const auto count =
      std::count_if(model.relations.begin(), model.relations.end(), [&](const auto& item) {
        return takes_part(item.second, application.name) &&
               endpoint_of(item.second, application.name) == endpoint;
      });
  if (limit > 0 && count >= limit)
    throw Refused("cannot add relation: establishing a new relation for " + application.name + ":" +
                  endpoint + " would exceed its maximum relation limit of " +
                  std::to_string(limit));
}

void admit_played_units(Model& model, Relation& relation) {
  if (relation.container)
    return;
  for (auto& [name, unit] : model.units)
    if (unit.played && takes_part(relation, unit.app))
      enter_scope(model, relation, unit);
}

void add_relation(Model& model, const Side& left, const Side& right) {
  for (const auto& [id, relation] : model.relations)
    if (is_between(relation, left, right))
      throw Refused("cannot add relation \"" + left.app + ":" + left.endpoint + " " + right.app +
                    ":" + right.endpoint + "\": relation already exists");
  const Endpoint& one = model.applications.at(left.app).charm.endpoints.at(left.endpoint);
  const Endpoint& other = model.applications.at(right.app).charm.endpoints.at(right.endpoint);
  check_limit(model, model.applications.at(left.app), left.endpoint);
  check_limit(model, model.applications.at(right.app), right.endpoint);
  const int id = model.next_relation++;
  Relation& relation = model.relations[id];
  relation = Relation{.id = id, .sides = {left, right}, .interface = one.interface};
  relation.container = one.scope == "container" || other.scope == "container";
  admit_played_units(model, relation);
}

}  // namespace

void integrate(Model& model, const std::string& left_text, const std::string& right_text) {
  Side left = parse_side(left_text);
  Side right = parse_side(right_text);
  if (!model.applications.contains(left.app))
    std::swap(left, right);
  check_named(model, left);
  const Application& ours = find_application(model, left.app);
  if (left.app == right.app)
    throw Refused("an application cannot be related to itself in the local model");
  const Endpoint endpoint =
      left.endpoint.empty() ? Endpoint{.role = "requires"} : ours.charm.endpoints.at(left.endpoint);
  if (!model.applications.contains(right.app))
    add_counterpart(model, right.app, endpoint);
  else if (!find_application(model, right.app).spec.empty())
    read_counterpart(endpoint, model.applications.at(right.app));
  check_named(model, right);
  if (!ours.spec.empty() && !find_application(model, right.app).spec.empty())
    throw Refused("both " + left.app + " and " + right.app + " are played: nothing would run");
  const auto found = matches(model, left, right);
  if (found.empty())
    throw Refused("no relations found between " + go_quoted(left_text) + " and " +
                  go_quoted(right_text));
  if (found.size() > 1)
    throw Refused("ambiguous relation: " + go_quoted(left_text + " " + right_text) +
                  " could refer to several: name the endpoints");
  add_relation(model, found[0].first, found[0].second);
}

Relation& find_relation(Model& model, const std::string& left, const std::string& right) {
  for (auto& [id, relation] : model.relations)
    if (is_between(relation, parse_side(left), parse_side(right)))
      return relation;
  throw Refused("relation " + go_quoted(left + " " + right) + " not found");
}

void remove_relation(Model& model, const std::string& left, const std::string& right) {
  find_relation(model, left, right).dying = true;
}

void remove_unit(Model& model, const std::string& name, bool force) {
  Unit& unit = find_unit(model, name);
  for (auto& [id, relation] : model.relations)
    if (unit.played || force)
      leave_scope(model, relation, name);
  if (unit.played) {
    model.units.erase(name);
    return;
  }
  unit.dying = true;
  unit.dead = unit.dead || force;
}

void remove_application(Model& model, const std::string& app) {
  Application& application = find_application(model, app);
  application.dying = true;
  for (auto& [id, relation] : model.relations)
    if (takes_part(relation, app) && !is_peer(relation))
      relation.dying = true;
  for (auto& [name, unit] : model.units)
    if (unit.app == app)
      unit.dying = true;
}

}  // namespace local_juju
