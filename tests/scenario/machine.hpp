#pragma once
// The programs of a unit's machine, and what the cloud hears of its services.

#include "platform.hpp"
#include "scenario/seams.hpp"
#include "scenario/stage.hpp"

namespace ncc::scenario {

/// A machine as delivered, with every package of the charm installed.
[[nodiscard]] Machine fresh_machine(const std::string& fqdn, int number);
/// Always another one, and always the same ones.
[[nodiscard]] std::string fresh_uuid(Stage& stage);
/// The machine's services tell the cloud what has changed, as nova-compute, ovn-controller and the
/// metadata agent do by themselves.
void report(Stage& stage, Machine& machine);
/// The machine is switched off for good.
void switch_off(Stage& stage, Machine& machine);
[[nodiscard]] bool is_active(const Machine& machine, const std::string& daemon);
/// A key of Open vSwitch's external_ids; empty when it is not set.
[[nodiscard]] std::string external_id(const Machine& machine, const std::string& key);

/// Runs the machine's programs: a program it does not know, or arguments, are a std::logic_error.
class Programs {
 public:
  Programs(Stage& stage, Unit& unit, Reaper& reaper)
      : stage_(stage), unit_(unit), machine_(unit.machine), reaper_(reaper) {}

  [[nodiscard]] ProcessResult run(const Command& command);

 private:
  using Words = std::vector<std::string>;

  ProcessResult systemctl(const Words& words);
  [[nodiscard]] ProcessResult show(const Words& names) const;
  [[nodiscard]] bool exists(const std::string& name) const;
  void act(const std::string& verb, const std::string& name);
  void start(const std::string& name);
  void stop(const std::string& name);
  void start_instance(const std::string& name);
  void stop_instance(const std::string& name);
  ProcessResult ovs_vsctl(const Words& words);
  [[nodiscard]] ProcessResult ovn_sbctl(const Words& words) const;
  [[nodiscard]] ProcessResult virsh() const;
  ProcessResult juju_exec(const Words& words);

  Stage& stage_;
  Unit& unit_;
  Machine& machine_;
  Reaper& reaper_;
};

}  // namespace ncc::scenario
