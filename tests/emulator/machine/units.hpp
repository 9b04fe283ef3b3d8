#pragma once
// systemd's units of the machine: which exist, how they depend on each other, and what starting one
// does to the machine. Those of packages are played: they have no process. Those of
// /etc/systemd/system have one (processes.hpp), but for a nova-compute (nova_compute.hpp). A unit
// in the world:
//   file      enabled | disabled | static; "" when only masked
//   masked    true: it cannot be started
//   active    active | inactive | failed | activating | deactivating
//   starts    times started
//   config    played: what the service read from its files when it last started
//   hangs_on_stop_ms   played, set by hand: a stop takes that long and ends with the service killed
//   killed    played: it ended so, without saying good-bye to anybody
//   text      with a file in /etc/systemd/system: that file, or its template, as systemd has loaded
//   it played    it has such a file, but no process gone      the file was not there any more at
//   the last daemon-reload supervisor, born, main_pid, result, exit_status, restarts   with a
//   process stops_at  deactivating: when SIGKILL comes, in milliseconds since the epoch

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
[[nodiscard]] bool has_process(const Json& state);
/// False: nobody knows it, or its file was gone when systemd read it last.
[[nodiscard]] bool is_loaded(const World& world, const std::string& unit);
[[nodiscard]] bool is_active(const World& world, const std::string& unit);
/// Finds new, changed and removed files of /etc/systemd/system, as systemd does when a unit is
/// named that it has not loaded; `reload` is daemon-reload: also what is loaded is read again.
void discover_units(World& world, const Words& named, bool reload);
/// True when the unit's file is not what systemd has loaded.
[[nodiscard]] bool is_stale(const World& world, const std::string& unit);
/// Writes down what time and dead supervisors have done to units.
void settle_units(World& world);
/// Makes the unit known, enabled and started as Debian's packages do. A masked unit stays down.
void add_unit(World& world, const UnitSpec& spec);
void remove_unit(World& world, const std::string& unit);

/// The job of a unit failed: the world keeps what it did. The text is the whole line.
class JobFailed : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Nothing happens when it is active. Throws Refused when it, or one that it needs, is unknown or
/// masked, JobFailed when its process could not be started.
void start_unit(World& world, const std::string& unit);
void stop_unit(World& world, const std::string& unit);
/// Stops and starts it, and with it those that need it and were active.
void restart_unit(World& world, const std::string& unit);
/// `systemctl kill`: to every process of the unit. Throws Refused for an unknown or inactive unit.
void kill_unit(World& world, const std::string& unit, int signal);

}  // namespace emulated
