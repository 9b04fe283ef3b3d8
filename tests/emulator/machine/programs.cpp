#include "programs.hpp"

#include <chrono>
#include <optional>
#include <thread>

#include "faults.hpp"
#include "packages.hpp"
#include "reports.hpp"
#include "units.hpp"

namespace emulated {

namespace {

struct Program {
  Outcome (*run)(World&, const Words&) = nullptr;
  std::string package = {};  // empty: always there
};

const std::map<std::string, Program>& programs() {
  static const std::map<std::string, Program> table = {
      {"apt-get", {apt_get, ""}},
      {"dpkg-query", {dpkg_query, ""}},
      {"getent", {getent, ""}},
      {"hostname", {hostname, ""}},
      {"ovn-appctl", {ovn_appctl, "ovn-common"}},
      {"ovn-sbctl", {ovn_sbctl, "ovn-common"}},
      {"ovs-vsctl", {ovs_vsctl, "openvswitch-common"}},
      {"ssh-keygen", {ssh_keygen, "openssh-client"}},
      {"systemctl", {systemctl, ""}},
      {"systemd-detect-virt", {systemd_detect_virt, ""}},
      {"update-ca-certificates", {update_ca_certificates, "ca-certificates"}},
      {"usermod", {usermod, ""}},
      {"virsh", {virsh, "libvirt-clients"}}};
  return table;
}

void journal_call(const World& world, const Call& call, const Outcome& outcome) {
  Json entry = {{"program", call.program}, {"arguments", call.arguments}, {"exit", outcome.exit}};
  if (outcome.signal != 0)
    entry["signal"] = outcome.signal;
  if (!outcome.error.empty())
    entry["stderr"] = outcome.error;
  journal(world, entry);
}

/// Runs the program on a copy: what refuses leaves the world as it was.
Outcome run_or_keep(World& world, const Call& call) {
  World next = world;
  try {
    Outcome outcome = run_program(next, call);
    world = std::move(next);
    return outcome;
  } catch (const Refused& refused) {
    return {.exit = refused.exit(),
            .error = std::string(refused.what()) + (*refused.what() == '\0' ? "" : "\n")};
  }
}

}  // namespace

Words program_names() {
  Words names;
  for (const auto& [name, program] : programs())
    names.push_back(name);
  return names;
}

Outcome run_program(World& world, const Call& call) {
  const auto found = programs().find(call.program);
  if (found == programs().end())
    throw Refused(127, "machine-tool: no emulated program " + call.program);
  if (!found->second.package.empty() && !is_installed(world, found->second.package))
    throw Refused(127, call.program + ": command not found");
  return found->second.run(world, call.arguments);
}

Outcome play(const std::string& root, const Call& call) {
  std::optional<Lock> lock(root);
  World world = load_world(root);
  world.lock = &*lock;
  const Json before = world.data;
  settle_units(world);
  const Fault fault = next_fault(world, call);
  if (fault.delay_ms > 0) {
    save_world(world);
    lock.reset();
    std::this_thread::sleep_for(std::chrono::milliseconds(fault.delay_ms));
    lock.emplace(root);
    world = load_world(root);
    world.lock = &*lock;
  }
  Outcome outcome = fault.fails && !fault.after ? fault.outcome : run_or_keep(world, call);
  if (fault.fails && fault.after)
    outcome = fault.outcome;
  report(world);
  if (world.data != before)
    save_world(world);
  journal_call(world, call, outcome);
  return outcome;
}

}  // namespace emulated
