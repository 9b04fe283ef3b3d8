#pragma once
// nova-compute as it is played: of the package (nova-compute.service), and of any unit file of the
// machine's owner whose ExecStart= is /usr/bin/nova-compute, such as the instances of a template.
// There is no process; that one runs is the unit's state alone, so there are as many at once as
// units.

#include "world.hpp"

namespace emulated {

/// Units of the world that are a nova-compute.
[[nodiscard]] bool is_nova_compute(const std::string& unit, const Json& state);
/// Paths of the files that its command names, in their order; else those of the package's unit.
[[nodiscard]] Words config_files(const Words& command);
/// What it reads from the texts of these files: {host, messaging}, for the Ironic driver also
/// {driver: "ironic", shard, conductor_group}, the last two when set. The last text that names a
/// value wins; a host that none names is the short name of `fqdn`.
[[nodiscard]] Json nova_config(const Words& texts, const std::string& fqdn);
/// The same of the machine's files.
[[nodiscard]] Json read_nova(const World& world, const Words& files = config_files({}));
/// Reads its configuration into the unit's `config`. Without its package, or without a file that
/// its command names, the unit fails.
void start_nova(World& world, const std::string& unit);
/// It has ended with an error, which goes to its log file and to the journal.
void fail_nova(World& world, const std::string& unit, int status, const std::string& why);

}  // namespace emulated
