#pragma once
// The emulated programs: each turns one call into an outcome and a changed world; throws Refused
// when the real one would refuse. play() is one whole call as a process sees it: lock, faults,
// program, reports to the cloud, journal.

#include "world.hpp"

namespace emulated {

/// Names that are played, as found in /usr/bin (and /usr/sbin).
[[nodiscard]] Words program_names();
/// Runs the program without faults. A program whose package is not installed is not there: exit
/// 127.
[[nodiscard]] Outcome run_program(World& world, const Call& call);
/// One call on the machine below `root`. A call that refuses changes nothing.
[[nodiscard]] Outcome play(const std::string& root, const Call& call);

[[nodiscard]] Outcome apt_get(World& world, const Words& arguments);
[[nodiscard]] Outcome dpkg_query(World& world, const Words& arguments);
[[nodiscard]] Outcome systemctl(World& world, const Words& arguments);
[[nodiscard]] Outcome getent(World& world, const Words& arguments);
[[nodiscard]] Outcome usermod(World& world, const Words& arguments);
[[nodiscard]] Outcome ssh_keygen(World& world, const Words& arguments);
[[nodiscard]] Outcome update_ca_certificates(World& world, const Words& arguments);
[[nodiscard]] Outcome hostname(World& world, const Words& arguments);
[[nodiscard]] Outcome systemd_detect_virt(World& world, const Words& arguments);
[[nodiscard]] Outcome virsh(World& world, const Words& arguments);
[[nodiscard]] Outcome ovs_vsctl(World& world, const Words& arguments);
[[nodiscard]] Outcome ovn_sbctl(World& world, const Words& arguments);
[[nodiscard]] Outcome ovn_appctl(World& world, const Words& arguments);

}  // namespace emulated
