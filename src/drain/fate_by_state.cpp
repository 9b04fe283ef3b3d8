// A server that nothing is going on with: by its status. And the narrower modes.

#include <array>
#include <string>
#include <string_view>

#include "drain/bounds.hpp"
#include "drain/fate.hpp"

namespace ncc::drain {

namespace {

using openstack::Server;
using openstack::ServerGroup;
using Kind = Fate::Kind;

constexpr int running = 1;
constexpr int paused = 3;

/// What the operator must do about it.
struct Blocked {
  std::string_view status;
  std::string_view reason;
};

constexpr std::array blocked{
    Blocked{"SUSPENDED", "suspended: resume it, or shelve it"},
    Blocked{"RESCUE", "in rescue mode: unrescue it"},
    Blocked{"SOFT_DELETED", "soft-deleted: force its deletion, or wait until Nova reclaims it"},
    Blocked{"VERIFY_RESIZE",
            "resized to this host by somebody else: confirm the resize; a revert takes it back"},
};

Fate left(std::string reason) {
  return {Kind::left, std::move(reason)};
}

Fate fate_of_error(const Server& server) {
  const std::string fault = server.fault.empty() ? "" : " (" + server.fault + ")";
  return left("in status ERROR" + fault +
              ": reset its state to active if the guest runs, or delete it");
}

/// A move that the scheduler finds the host for.
Fate scheduled(const Server& server, CloudStep step, const Index& index) {
  if (const ServerGroup* group = index.binding_group(server.id, server.host)) {
    return left("bound to this host by affinity group " + group->id +
                ", whose members are all here: it cannot be moved; shelve it");
  }
  return {Kind::ready, "waits for its turn", std::move(step)};
}

Fate cold(const Server& server, const Index& index) {
  if (index.options().mode == Mode::live) {
    return left("shut off: mode=live leaves it");
  }
  return scheduled(server, ColdMigrate{server.id, index.options().target}, index);
}

/// mode=cold is an operator's word that guests may be stopped for the move; Nova moves no paused
/// one that way.
Fate live(const Server& server, const Index& index) {
  if (index.options().mode != Mode::cold) {
    return scheduled(server, LiveMigrate{server.id, index.options().target}, index);
  }
  return server.status == "ACTIVE" ? cold(server, index) : left("paused: mode=cold leaves it");
}

Fate offload(const Server& server, const Index& index) {
  if (index.options().mode != Mode::automatic) {
    return left("shelved: only mode=auto offloads it");
  }
  return {Kind::ready, "waits for its turn", ShelveOffload{server.id}};
}

Fate active(const Server& server, const Index& index) {
  if (server.power_state == running || server.power_state == paused) {
    return live(server, index);
  }
  return bounded({Kind::waits, "ACTIVE, but its guest does not run: Nova will notice, or stop it"},
                 index.age(server.id),
                 power_time);
}

bool may_be_evacuated(const Server& server) {
  return server.vm_state == "active" || server.vm_state == "stopped" ||
         server.vm_state == "error" || server.status == "ACTIVE" || server.status == "SHUTOFF" ||
         server.status == "ERROR";
}

Fate evacuated(const Server& server, const Index& index) {
  if (!may_be_evacuated(server)) {
    return left("in status " + server.status +
                ": only ACTIVE, SHUTOFF and ERROR servers can be evacuated");
  }
  return scheduled(server, Evacuate{server.id, index.options().target}, index);
}

Fate by_status(const Server& server, const Index& index) {
  if (server.status == "ACTIVE") {
    return active(server, index);
  }
  if (server.status == "PAUSED") {
    return live(server, index);
  }
  if (server.status == "SHUTOFF") {
    return cold(server, index);
  }
  if (server.status == "SHELVED") {
    return offload(server, index);
  }
  return server.status == "ERROR" ? fate_of_error(server)
                                  : left("in status " + server.status + ", which cannot be moved");
}

/// Neither moved nor waited for by any mode.
std::optional<Fate> standing(const Server& server) {
  if (server.status == "SHELVED_OFFLOADED" || server.status == "DELETED") {
    return Fate{};
  }
  for (const Blocked& one : blocked) {
    if (server.status == one.status) {
      return left(std::string(one.reason));
    }
  }
  return std::nullopt;
}

std::optional<Fate> busy(const Server& server, const Index& index) {
  // Nova saves the status before it clears the host (nova/compute/manager.py).
  if (server.status == "SHELVED_OFFLOADED" && index.is_source(server.host)) {
    return bounded(
        {Kind::waits, "offloaded, but still on its host"}, index.age(server.id), stuck_time);
  }
  for (const std::string_view status : {"BUILD",
                                        "RESIZE",
                                        "MIGRATING",
                                        "REBUILD",
                                        "REBOOT",
                                        "HARD_REBOOT",
                                        "REVERT_RESIZE",
                                        "PASSWORD"}) {
    if (!server.task_state.empty() || server.status == status) {
      const std::string task =
          server.task_state.empty() ? "in status " + server.status : "busy: " + server.task_state;
      return bounded({Kind::waits, task}, index.age(server.id), busy_time);
    }
  }
  return std::nullopt;
}

}  // namespace

Fate fate_by_state(const Server& server, const Index& index) {
  const bool evacuating = index.options().mode == Mode::evacuate;
  if (!evacuating) {
    if (const auto fate = busy(server, index)) {
      return *fate;
    }
  }
  if (const auto fate = standing(server)) {
    return *fate;
  }
  Fate fate = evacuating ? evacuated(server, index) : by_status(server, index);
  if (fate.kind == Kind::ready && server.locked && index.options().respect_locks) {
    return left("locked: unlock it, or run with respect-locks=false");
  }
  return fate;
}

}  // namespace ncc::drain
