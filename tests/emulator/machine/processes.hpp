#pragma once
// Real processes of the machine. A service with a unit file of its own (unit_files.hpp) has a
// supervisor, a process that stands for systemd: it starts the service, writes into the world how
// it ended, and starts it again as Restart= says. The service and what it starts share a session,
// which stands for the control group.

#include "unit_files.hpp"
#include "world.hpp"

namespace emulated {

/// How a start went: `main` is the service's process, `error` the errno of exec, 0: it runs.
struct Launched {
  int supervisor = 0;
  long born = 0;  // birth_of(supervisor)
  int main = 0;
  int error = 0;
};

/// Starts the unit's supervisor inside the machine, detached from the caller, with systemd's
/// environment and output to run/emulator/UNIT.log. The unit's `text` must be in the saved world.
[[nodiscard]] Launched launch(const World& world, const std::string& unit);
/// Runs a program inside the machine; nobody waits for it.
void run_detached(const World& world, const Words& argv);

/// When the process began, in clock ticks since boot: with its id, its identity. 0: it has ended.
[[nodiscard]] long birth_of(int process);
/// To all processes of the session.
void signal_session(int leader, int signal);
/// Kills every process whose root folder is the machine's, until none is left.
void kill_all_inside(const std::string& root);

/// The supervisor's life; `report` is the descriptor that launch() listens to.
int supervise(const std::string& unit, int report);

}  // namespace emulated
