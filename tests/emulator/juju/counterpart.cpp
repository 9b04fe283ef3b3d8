#include "counterpart.hpp"

#include <algorithm>
#include <filesystem>
#include <functional>

#include "process.hpp"
#include "store.hpp"
#include "text.hpp"

namespace local_juju {
namespace {

namespace fs = std::filesystem;
using Values = std::map<std::string, Bag>;  // our bags by unit

/// The text with every {{name}} replaced; nullopt if a name has no value.
std::optional<std::string> filled(
    const std::string& text, const std::function<const std::string*(const std::string&)>& value) {
  std::string out;
  std::size_t from = 0;
  for (std::size_t open = text.find("{{"); open != std::string::npos;
       open = text.find("{{", from)) {
    const std::size_t close = text.find("}}", open);
    if (close == std::string::npos)
      throw Refused("counterpart: a placeholder is not closed in " + go_quoted(text));
    const std::string* found = value(text.substr(open + 2, close - open - 2));
    if (found == nullptr)
      return std::nullopt;
    out += text.substr(from, open - from) + *found;
    from = close + 2;
  }
  return out + text.substr(from);
}

/// The placeholders of one of our units.
Bag names_of(const std::string& unit, const Bag& bag, const Bag& self) {
  Bag names = self;
  for (const auto& [key, value] : bag)
    names["remote." + key] = value;
  std::string underscored = unit;
  std::replace(underscored.begin(), underscored.end(), '/', '_');
  names["remote.unit"] = unit;
  names["remote.unit_name_underscored"] = underscored;
  return names;
}

bool expand_setting(const std::string& key, const std::string& text, const Bag& names, Bag& out) {
  const auto lookup = [&](const std::string& name) {
    if (name.rfind("remote.", 0) != 0 && name.rfind("self.", 0) != 0)
      throw Refused("counterpart: unknown placeholder {{" + name + "}}");
    const auto found = names.find(name);
    return found == names.end() ? nullptr : &found->second;
  };
  const std::optional<std::string> name = filled(key, lookup);
  const std::optional<std::string> value = filled(text, lookup);
  if (name && value)
    out[*name] = *value;
  return name && value;
}

std::string text_of(const Json& value) {
  return value.is_string() ? value.get<std::string>() : value.dump();
}

const Json& endpoint_document(const Application& application, const std::string& endpoint) {
  static const Json none = Json::object();
  const Json& document = counterpart_document(application.spec);
  if (!document.contains("endpoints") || !document["endpoints"].contains(endpoint))
    return none;
  return document["endpoints"][endpoint];
}

/// Our bags that the member `name` (or the application, name "") of the played side may see.
Values visible_values(const Relation& relation, const std::string& app, const std::string& name) {
  Values values;
  for (const auto& [unit, member] : relation.members) {
    const bool other = is_peer(relation) ? unit != name : application_of(unit) != app;
    const bool paired = !relation.container || name.empty() || member.pair == name;
    if (other && paired && member.in_scope)
      values[unit] = member.bag;
  }
  return values;
}

Bag self_names(const std::string& app, const std::string& unit) {
  Bag names{{"self.app", app}};
  if (!unit.empty()) {
    names["self.unit"] = unit;
    names["self.number"] = unit.substr(unit.find('/') + 1);
    names["self.address"] = played_address(unit);
  }
  return names;
}

/// Runs the answer program when its input differs from the last one.
void ask_program(const Model& model,
                 Relation& relation,
                 const Application& app,
                 const std::string& endpoint) {
  const Json& document = endpoint_document(app, endpoint);
  if (!document.contains("answer"))
    return;
  Json self = {{"app", app.name}, {"endpoint", endpoint}, {"units", Json::object()}};
  for (const auto& [name, member] : relation.members)
    if (application_of(name) == app.name && member.in_scope && model.units.at(name).played)
      self["units"][name] = {{"address", played_address(name)}, {"for", member.pair}};
  const auto theirs = relation.apps.find(remote_app_of(relation, app.name));
  const Json input = {{"endpoint", endpoint},
                      {"units", visible_values(relation, app.name, "")},
                      {"app", theirs == relation.apps.end() ? Bag{} : theirs->second.bag},
                      {"self", self}};
  if (relation.asked == input.dump())
    return;
  relation.asked = input.dump();
  const fs::path folder = fs::path(app.spec).parent_path();
  const fs::path program = folder / document["answer"].get<std::string>();
  relation.answered = Json::parse(output_of({program}, relation.asked, folder), nullptr, false);
  if (!relation.answered.is_object())
    throw Refused(program.string() + " printed no JSON object");
}

/// Bag of `keys` from the counterpart file and its program, later keys over earlier ones.
Bag answered(const Json& document,
             const Json& program,
             const std::vector<std::string>& keys,
             const Values& values,
             const Bag& self) {
  Bag bag;
  for (const std::string& key : keys)
    for (const Json* source : {&document, &program})
      if (source->contains(key))
        for (const auto& [name, value] :
             source == &document ? expand((*source)[key], values, self)
                                 : (*source)[key].get<std::map<std::string, std::string>>())
          bag[name] = value;
  return bag;
}

void override_with(const std::map<std::string, std::optional<std::string>>& said, Bag& bag) {
  for (const auto& [key, value] : said) {
    if (value)
      bag[key] = *value;
    else
      bag.erase(key);
  }
}

bool play_application(Model& model,
                      Relation& relation,
                      const Application& app,
                      const std::string& endpoint) {
  ask_program(model, relation, app, endpoint);
  const Json& document = endpoint_document(app, endpoint);
  bool changed = false;
  const bool same_for_all = !relation.container && !is_peer(relation);
  const Values all = visible_values(relation, app.name, "");
  for (auto& [name, member] : relation.members) {
    if (application_of(name) != app.name || !member.in_scope || !model.units.at(name).played)
      continue;
    const std::string number = name.substr(name.find('/') + 1);
    Bag bag = prefilled_bag(model, played_address(name));
    const Values values = same_for_all ? all : visible_values(relation, app.name, name);
    for (const auto& [key, value] : answered(document,
                                             relation.answered,
                                             {"unit", "unit/" + number},
                                             values,
                                             self_names(app.name, name)))
      bag[key] = value;
    override_with(member.said, bag);
    std::erase_if(bag, [](const auto& item) { return item.second.empty(); });
    if (bag != member.bag) {
      member.bag = bag;
      ++member.version;
      changed = true;
    }
  }
  const bool has_real_units = app.spec.empty() || is_peer(relation);
  AppBag& own = relation.apps[app.name];
  Bag bag = has_real_units
                ? own.bag
                : answered(document, relation.answered, {"app"}, all, self_names(app.name, ""));
  override_with(own.said, bag);
  if (bag != own.bag) {
    own.bag = bag;
    ++own.version;
    changed = true;
  }
  return changed;
}

}  // namespace

const Json& counterpart_document(const std::string& path) {
  static std::map<std::string, Json> read;
  static const Json none = Json::object();
  if (path.empty())
    return none;
  const auto known = read.find(path);
  if (known != read.end())
    return known->second;
  const Json document = Json::parse(read_file(path), nullptr, false);
  if (!document.is_object())
    throw Refused(path + " is not a JSON object");
  return read[path] = document;
}

bool play(Model& model, Relation& relation) {
  bool changed = false;
  for (const Side& side : relation.sides) {
    const Application& app = model.applications.at(side.app);
    const bool said = relation.apps.contains(side.app) && !relation.apps[side.app].said.empty();
    const bool played =
        std::any_of(relation.members.begin(), relation.members.end(), [&](const auto& member) {
          return application_of(member.first) == side.app && model.units.contains(member.first) &&
                 model.units.at(member.first).played;
        });
    if (played || said)
      changed = play_application(model, relation, app, side.endpoint) || changed;
  }
  return changed;
}

Bag expand(const Json& settings, const Values& units, const Bag& self) {
  Bag out;
  for (const auto& [key, value] : settings.items()) {
    const std::string text = text_of(value);
    const bool for_each = key.find("{{remote.") != std::string::npos;
    if (!for_each && expand_setting(key, text, self, out))
      continue;
    for (const auto& [unit, bag] : units)
      if (expand_setting(key, text, names_of(unit, bag, self), out) && !for_each)
        break;
  }
  return out;
}

std::string played_address(const std::string& unit) {
  const std::size_t slash = unit.find('/');
  const int number = std::stoi(unit.substr(slash + 1));
  unsigned net = 0;
  for (const char c : unit.substr(0, slash))
    net = net * 31 + static_cast<unsigned char>(c);
  return "10." + std::to_string(20 + net % 200) + "." + std::to_string(number / 250) + "." +
         std::to_string(number % 250 + 1);
}

Bag prefilled_bag(const Model& model, const std::string& address) {
  const std::string subnet = address + (address.find(':') == std::string::npos ? "/32" : "/128");
  Bag bag{{"ingress-address", address}, {"egress-subnets", subnet}};
  if (!model.is_40())
    bag["private-address"] = address;
  return bag;
}

}  // namespace local_juju
