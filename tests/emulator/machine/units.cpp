#include "units.hpp"

#include "packages.hpp"
#include "service_effects.hpp"

namespace emulated {

namespace {

bool contains(const Words& words, const std::string& word) {
  for (const std::string& one : words)
    if (one == word)
      return true;
  return false;
}

/// Active units that go down with `unit`, nearest first.
Words active_dependents(const World& world, const std::string& unit) {
  Words names;
  for (const auto& [name, state] : world.data.at("units").items()) {
    const UnitSpec* spec = find_unit_spec(name);
    if (spec != nullptr && state.at("active") == "active" &&
        (contains(spec->needs, unit) || contains(spec->part_of, unit)))
      names.push_back(name);
  }
  return names;
}

}  // namespace

std::string unit_name(const std::string& word) {
  for (const std::string type : {".service", ".socket", ".target", ".timer", ".mount"})
    if (word.size() > type.size() &&
        word.compare(word.size() - type.size(), type.size(), type) == 0)
      return word;
  return word + ".service";
}

bool is_active(const World& world, const std::string& unit) {
  const Json& units = world.data.at("units");
  return units.contains(unit) && units.at(unit).at("active") == "active";
}

void add_unit(World& world, const UnitSpec& spec) {
  Json& units = world.data["units"];
  if (!units.contains(spec.name))
    units[spec.name] = {
        {"file", spec.file}, {"masked", false}, {"active", "inactive"}, {"starts", 0}};
  if (units[spec.name]["file"] == "")
    units[spec.name]["file"] = spec.file;
  if (spec.file != "enabled")
    return;
  World next = world;
  try {
    start_unit(next, spec.name);
    world = std::move(next);
  } catch (const Refused&) {  // masked: the maintainer scripts go on without it
    return;
  }
}

void remove_unit(World& world, const std::string& unit) {
  if (!world.data["units"].contains(unit))
    return;
  stop_unit(world, unit);
  world.data["units"].erase(unit);
}

void start_unit(World& world, const std::string& unit) {
  Json& units = world.data["units"];
  if (!units.contains(unit))
    throw Refused(5, "Unit " + unit + " not found.");
  if (units[unit].value("masked", false))
    throw Refused(1, "Unit " + unit + " is masked.");
  if (is_active(world, unit))
    return;
  if (const UnitSpec* spec = find_unit_spec(unit))
    for (const std::string& need : spec->needs)
      start_unit(world, need);
  Json& state = units[unit];
  state["active"] = "active";
  state["starts"] = state.value("starts", 0) + 1;
  after_start(world, unit);
}

void stop_unit(World& world, const std::string& unit) {
  if (!world.data["units"].contains(unit))
    throw Refused(5, "Unit " + unit + " not loaded.");
  if (!is_active(world, unit))
    return;
  world.data["units"][unit]["active"] = "inactive";
  for (const std::string& dependent : active_dependents(world, unit))
    stop_unit(world, dependent);
}

void restart_unit(World& world, const std::string& unit) {
  const Json before = world.data.at("units");
  if (is_active(world, unit))
    stop_unit(world, unit);
  start_unit(world, unit);
  for (const auto& [name, state] : before.items())
    if (state.at("active") == "active" && !is_active(world, name))
      start_unit(world, name);
}

}  // namespace emulated
