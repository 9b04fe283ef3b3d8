#pragma once
// The domains of libvirt: those of the world, and the servers that the cloud has on this host.

#include "world.hpp"

namespace emulated {

/// [{uuid, name, state}]: the world's `domains`, the cloud's servers here (ACTIVE runs, SHUTOFF is
/// shut off, ...), and guests that an evacuation left behind. Without an answer of the cloud: the
/// world's alone.
[[nodiscard]] Json all_domains(const World& world);

}  // namespace emulated
