#pragma once
// Runs whole hooks and actions on a Stage, in this process, and everything that goes on by itself:
// Juju's next hooks, systemd's drain service, time. One after the other, as on machines whose
// agents take turns. A process that the Reaper kills leaves what it had done, and what it told Juju
// is lost. Read next: crash_test.cpp.

#include <optional>
#include <string>

#include "scenario/seams.hpp"
#include "scenario/stage.hpp"

namespace ncc::scenario {

class World {
 public:
  explicit World(Stage start);
  World(const World&) = delete;
  World& operator=(const World&) = delete;

  /// A unit on a machine of its own, or on one that an earlier unit has left; its first hooks run.
  void add_unit(int number, const std::string& fqdn);
  /// juju remove-unit, to its end. The machine is switched off.
  void remove_unit(const std::string& name);

  /// The machine of a unit goes off, and Nova has seen it.
  void power_off(const std::string& name);

  /// nullopt: it was killed.
  std::optional<ActionResult> action(const std::string& unit,
                                     const std::string& name,
                                     const Bag& parameters = {});
  /// Runs the next hook that Juju has for a unit; one that failed or died is tried again later.
  void next_hook(const std::string& unit);
  /// One update-status of every unit.
  void tick();
  /// Services and hooks that are due; false when there were none.
  bool turn();
  /// Hooks and services until nothing changes any more. Throws std::runtime_error when that never
  /// comes.
  void settle();

  /// Boots a server; on `host`, or where the cloud's scheduler puts it. Returns its id.
  std::string boot(const std::string& host = "");

  Stage stage;
  Reaper reaper = {};
  std::chrono::milliseconds last_duration{0};  // of the last action

 private:
  bool run_hook(const std::string& unit, const Event& event);
  void elapse(std::chrono::milliseconds duration);
  void carry_services();
  void carry(Unit& unit, const std::string& name);
  [[nodiscard]] std::string digest() const;

  bool carrying_ = false;
  std::chrono::milliseconds deadline_{0};  // of the process that runs; 0: none runs
};

/// A cloud with an external network, `routers` routers in it and room for hundreds of servers, and
/// units 0 to `units` - 1 on node-0, node-1 ..., ready; unit 0 leads.
[[nodiscard]] Stage deployment(int units, int routers);

[[nodiscard]] std::string unit_name(int number);
[[nodiscard]] std::string node_name(int number);

}  // namespace ncc::scenario
