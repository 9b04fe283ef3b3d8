#pragma once
// What a unit agent remembers around a hook: before it starts, and once it is through
// (uniter/operation/runhook.go, uniter/relation/state.go).
#include "model.hpp"

namespace local_juju {

/// What the hook will have seen, recorded when it starts.
struct Seen {
  int bag_version = 0;
  std::string config = {};
  int resources = 0;
};

/// Enters scope, moves members, renews cached bags, sets the agent's own statuses.
Seen begin_hook(Model& model, Unit& unit, const Event& event);
/// The hook is done (or dropped by resolved --no-retry): next state, queued successor.
void commit_hook(Model& model, Unit& unit, const Event& event, const Seen& seen);

/// Lets a unit into a relation: its bag appears with Juju's own keys; a played subordinate comes
/// with it.
void enter_scope(Model& model, Relation& relation, Unit& unit);
void leave_scope(Model& model, Relation& relation, const std::string& unit);

}  // namespace local_juju
