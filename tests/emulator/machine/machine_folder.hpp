#pragma once
// The folder of one emulated machine, DIR/NAME below $LOCAL_MACHINES:
//   root/       what becomes / inside: /etc, /var, /run ... of a fresh Ubuntu 24.04; nothing is
//   ever mounted here for the host programs/   usr/bin, usr/sbin: the emulated programs, laid over
//   the host's /usr inside local/      /usr/local inside, which can be written number      makes
//   the addresses of machines differ

#include "world.hpp"

namespace emulated {

struct Machine {
  std::string name = {};
  std::string folder = {};

  [[nodiscard]] std::string root() const { return folder + "/root"; }
};

/// Where a machine of that name is, or would be. Juju's `0/lxd/1` becomes `0-lxd-1`. Throws
/// std::runtime_error for other odd names.
[[nodiscard]] Machine machine_at(const std::string& machines, const std::string& name);
/// Makes it complete or not at all; throws std::runtime_error when it is there. `tool` is the path
/// of machine-tool.
void create_machine(const Machine& machine, const std::string& tool);
/// Ends its processes, tells the cloud and removes it. True when there was one.
bool destroy_machine(const Machine& machine);
/// Makes files of the machine agree with its world: /dev/kvm, /sys/class/net.
void settle_hardware(const World& world);
/// Folder of hook tools and sockets: as the host sees it, as the machine does.
[[nodiscard]] std::string tools_outside(const Machine& machine);
[[nodiscard]] std::string tools_inside();

}  // namespace emulated
