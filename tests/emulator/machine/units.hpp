#pragma once
// systemd's units of the machine: which exist, how they depend on each other, and what starting one
// does to the machine. A unit in the world: {file: enabled | disabled | static, masked, active:
// active | inactive | failed, starts: times started, config: what the service read from its files
// when it last started}.

#include "world.hpp"

namespace emulated {

/// A unit of a package, as its unit file says.
struct UnitSpec {
  std::string name = {};
  std::string file = "enabled";
  Words needs = {};    // Requires=: started before it; their stop or restart stops or restarts it
  Words part_of = {};  // PartOf=: stopped and restarted with them
};

/// "x" -> "x.service"; names that have a type are left.
[[nodiscard]] std::string unit_name(const std::string& word);
[[nodiscard]] bool is_active(const World& world, const std::string& unit);
/// Makes the unit known, enabled and started as Debian's packages do. A masked unit stays down.
void add_unit(World& world, const UnitSpec& spec);
void remove_unit(World& world, const std::string& unit);

/// Nothing happens when it is active. Throws Refused when it, or one that it needs, is unknown or
/// masked.
void start_unit(World& world, const std::string& unit);
void stop_unit(World& world, const std::string& unit);
/// Stops and starts it, and with it those that need it and were active.
void restart_unit(World& world, const std::string& unit);

}  // namespace emulated
