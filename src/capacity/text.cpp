// Reports and standings as text: JSON for programs and for the next leader.

#include <nlohmann/json.hpp>

#include "capacity.hpp"
#include "words/error.hpp"

namespace ncc::capacity {
namespace {

using nlohmann::json;
using nlohmann::ordered_json;

Level level_of(const std::string& text) {
  for (const Level level : {Level::normal, Level::low, Level::ample}) {
    if (text == to_string(level)) {
      return level;
    }
  }
  throw ConfigError("capacity", "level is none of normal, low, ample");
}

/// The members of an object of objects; nothing in an empty text.
template <typename Read>
void for_each_object(const std::string& text, Read read) {
  const json object = json::parse(text.empty() ? "{}" : text, nullptr, false);
  if (!object.is_object()) {
    throw ConfigError("capacity", "is no JSON object");
  }
  try {
    for (const auto& [key, value] : object.items()) {
      read(key, value);
    }
  } catch (const json::exception&) {
    throw ConfigError("capacity", "has a wrong form");
  }
}

ordered_json to_json(const ClassReport& entry) {
  return {{"total", entry.total},
          {"reserved", entry.reserved},
          {"capacity", entry.capacity},
          {"used", entry.used},
          {"free", entry.free},
          {"used-percent", used_percent(entry)},
          {"stranded", entry.stranded}};
}

ordered_json to_json(const Profile& profile) {
  return {{"need", profile.need},
          {"left", profile.left},
          {"per-node", profile.per_node},
          {"no-capacity", profile.no_capacity()},
          {"hosts", profile.hosts},
          {"stranded", profile.stranded}};
}

}  // namespace

std::string to_text(const Standings& standings) {
  json object = json::object();
  for (const auto& [key, standing] : standings) {
    object[key] = {{"level", to_string(standing.level)},
                   {"nodes", standing.nodes},
                   {"units", standing.units},
                   {"decided", standing.decided_at}};
  }
  return object.dump();
}

Standings read_standings(const std::string& text) {
  Standings standings;
  for_each_object(text, [&](const std::string& key, const json& value) {
    standings[key] = {.level = level_of(value.at("level").get<std::string>()),
                      .nodes = value.at("nodes").get<long long>(),
                      .units = value.at("units").get<long long>(),
                      .decided_at = value.at("decided").get<std::int64_t>()};
  });
  return standings;
}

std::string to_text(const Streaks& streaks) {
  json object = json::object();
  for (const auto& [key, streak] : streaks) {
    object[key] = {{"level", to_string(streak.level)}, {"looks", streak.looks}};
  }
  return object.dump();
}

Streaks read_streaks(const std::string& text) {
  Streaks streaks;
  for_each_object(text, [&](const std::string& key, const json& value) {
    streaks[key] = {.level = level_of(value.at("level").get<std::string>()),
                    .looks = value.at("looks").get<int>()};
  });
  return streaks;
}

std::string to_json(const Report& report) {
  ordered_json hosts = ordered_json::object();
  for (const auto& [state, names] : report.hosts) {
    hosts[to_string(state)] = names;
  }
  ordered_json classes = ordered_json::object();
  for (const auto& [name, entry] : report.classes) {
    classes[name] = to_json(entry);
  }
  ordered_json profiles = ordered_json::object();
  for (const Profile& profile : report.profiles) {
    profiles[profile.name] = to_json(profile);
  }
  return ordered_json{{"hosts", hosts}, {"classes", classes}, {"profiles", profiles}}.dump();
}

}  // namespace ncc::capacity
