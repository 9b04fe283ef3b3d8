#pragma once
// What a service does to the machine when it starts, beside being active: Open vSwitch sets up its
// database, others read their configuration. A file that changes later has no effect until the next
// start, as with the real services.

#include "world.hpp"

namespace emulated {

/// Called once per start, when the unit is already active; it may fail then.
void after_start(World& world, const std::string& unit);
/// Value of `key` in section `section` of an ini file; the last one wins; empty when absent.
[[nodiscard]] std::string ini_value(const std::string& text,
                                    const std::string& section,
                                    const std::string& key);
/// The same of a file of the machine.
[[nodiscard]] std::string ini_value(const World& world,
                                    const std::string& path,
                                    const std::string& section,
                                    const std::string& key);

}  // namespace emulated
