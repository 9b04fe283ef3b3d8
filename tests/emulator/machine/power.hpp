#pragma once
// The machine goes down and comes up again. The caller holds its lock and tells the cloud.

#include "world.hpp"

namespace emulated {

/// At once: nobody is asked, nothing says good-bye.
void cut_power(World& world);
/// What is enabled and not masked starts, as systemd does at boot.
void boot(World& world);
/// Services end in good order; boot() is the other half.
void shut_down(World& world);

}  // namespace emulated
