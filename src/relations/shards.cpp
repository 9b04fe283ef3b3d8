// compute-peer: who runs which shard, as the leader says it, and what each unit claims.

#include <nlohmann/json.hpp>

#include "relations.hpp"
#include "words/error.hpp"
#include "words/text.hpp"

namespace ncc {
namespace {

using nlohmann::json;
using shards::Assignment;
using shards::Claims;

constexpr const char* key = "shards";
constexpr const char* granted_prefix = "shard-granted/";
constexpr const char* fenced_prefix = "shard-fenced/";
constexpr const char* for_good = "for-good";

[[noreturn]] void wrong(const std::string& name, const std::string& problem) {
  throw ConfigError("compute-peer: " + name, problem);
}

json object_of(const std::string& text) {
  json object = json::parse(text, nullptr, false);
  if (!object.is_object()) {
    wrong(key, "is no JSON object");
  }
  return object;
}

template <typename Value>
Value value_of(const json& object) {
  try {
    return object.get<Value>();
  } catch (const json::exception&) {
    wrong(key, "has a wrong form");
  }
}

/// shard-granted/rack1/nova-compute/0: a shard has no slash in its name.
void read_grant(const std::string& name, Assignment& assignment) {
  const std::string rest = name.substr(std::string(granted_prefix).size());
  const std::size_t slash = rest.find('/');
  if (slash == std::string::npos || slash == 0) {
    wrong(name, "names no shard and unit");
  }
  assignment.granted[rest.substr(0, slash)].insert(UnitName(rest.substr(slash + 1)));
}

void read_fence(const std::string& name, const std::string& value, Assignment& assignment) {
  const UnitName unit(name.substr(std::string(fenced_prefix).size()));
  const auto number = value == for_good ? shards::for_good : to_integer(value).value_or(-1);
  if (number < 0 || number > shards::for_good) {
    wrong(name, "is neither a number nor for-good");
  }
  assignment.fenced[unit] = static_cast<int>(number);
}

Databag bag_of(const Assignment& assignment) {
  json owners = json::object();
  for (const auto& [shard, unit] : assignment.owners) {
    owners[shard] = unit.str();
  }
  Databag bag{{key, owners.dump()}};
  for (const auto& [shard, units] : assignment.granted) {
    for (const UnitName& unit : units) {
      bag[granted_prefix + shard + '/' + unit.str()] = "true";
    }
  }
  for (const auto& [unit, number] : assignment.fenced) {
    bag[fenced_prefix + unit.str()] =
        number == shards::for_good ? for_good : std::to_string(number);
  }
  return bag;
}

}  // namespace

Assignment read_assignment(const Databag& bag) {
  Assignment assignment;
  for (const auto& [name, value] : bag) {
    if (value.empty()) {
      continue;
    }
    if (name == key) {
      const json owners = object_of(value);
      for (const auto& [shard, unit] : owners.items()) {
        assignment.owners.emplace(shard, UnitName(value_of<std::string>(unit)));
      }
    } else if (name.starts_with(granted_prefix)) {
      read_grant(name, assignment);
    } else if (name.starts_with(fenced_prefix)) {
      read_fence(name, value, assignment);
    }
  }
  return assignment;
}

Databag changes(const Assignment& from, const Assignment& to) {
  const Databag before = bag_of(from);
  Databag after = bag_of(to);
  for (const auto& [name, value] : before) {
    const auto found = after.find(name);
    if (found == after.end()) {
      after[name] = "";
    } else if (found->second == value) {
      after.erase(found);
    }
  }
  return after;
}

Claims read_claims(const Databag& bag) {
  const auto found = bag.find(key);
  if (found == bag.end() || found->second.empty()) {
    return {};
  }
  const json object = object_of(found->second);
  Claims claims{.shards = value_of<std::set<std::string>>(object.value("claimed", json::array())),
                .acknowledged = value_of<int>(object.value("acknowledged", json(0))),
                .boot = value_of<std::string>(object.value("boot", json("")))};
  const auto gone =
      value_of<std::map<std::string, std::int64_t>>(object.value("gone", json::object()));
  for (const auto& [unit, since] : gone) {
    claims.gone[UnitName(unit)] = since;
  }
  const auto stopped = value_of<std::map<std::string, std::set<std::string>>>(
      object.value("stopped", json::object()));
  for (const auto& [shard, units] : stopped) {
    for (const std::string& unit : units) {
      claims.stopped[shard].insert(UnitName(unit));
    }
  }
  return claims;
}

std::string to_text(const Claims& claims) {
  json stopped = json::object();
  for (const auto& [shard, units] : claims.stopped) {
    for (const UnitName& unit : units) {
      stopped[shard].push_back(unit.str());
    }
  }
  json object{
      {"claimed", claims.shards}, {"acknowledged", claims.acknowledged}, {"boot", claims.boot}};
  if (!stopped.empty()) {
    object["stopped"] = stopped;
  }
  for (const auto& [unit, since] : claims.gone) {
    object["gone"][unit.str()] = since;
  }
  return object.dump();
}

}  // namespace ncc
