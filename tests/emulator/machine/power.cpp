#include "power.hpp"

#include "processes.hpp"
#include "units.hpp"

namespace emulated {

namespace {

/// Ends all that runs; `killed`: played services had no time for anything.
void end_all(World& world, bool killed) {
  for (auto& [name, state] : world.data["units"].items()) {
    if (state["active"] != "inactive" && killed && !has_process(state))
      state["killed"] = true;
    state["active"] = "inactive";
    if (!has_process(state))
      continue;
    state["main_pid"] = 0;
    state["supervisor"] = 0;
  }
  kill_all_inside(world.root);
}

}  // namespace

void cut_power(World& world) {
  world.data["power"] = "off";
  end_all(world, true);
}

void shut_down(World& world) {
  world.data["power"] = "off";
  end_all(world, false);
}

void boot(World& world) {
  world.data["power"] = "on";
  discover_units(world, {}, true);
  Words names;
  for (const auto& [name, state] : world.data["units"].items())
    if (state.value("file", "") == "enabled" && !state.value("masked", false))
      names.push_back(name);
  for (const std::string& name : names) {
    try {
      start_unit(world, name);
    } catch (const Refused&) {  // needs a masked one
      continue;
    } catch (const JobFailed&) {
      continue;
    }
  }
}

}  // namespace emulated
