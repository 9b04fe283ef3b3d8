// A server on a source, with what was tried and what runs.

#include "drain/fate.hpp"

#include <map>

#include "drain/bounds.hpp"

namespace ncc::drain {

namespace {

using openstack::Migration;
using openstack::Server;
using Kind = Fate::Kind;

/// Nova's migration_type of each way; shelving has none.
const char* type_of(const std::string& way) {
  if (way == "live") {
    return "live-migration";
  }
  if (way == "cold") {
    return "migration";
  }
  return way == "evacuate" ? "evacuation" : "";
}

/// In flight for real: one that has no task while nothing of it changes is a leftover of a restart
/// of nova-compute.
bool is_leftover(const Server& server, const Index& index) {
  return server.task_state.empty() && index.age(server.id) >= stuck_time;
}

Fate fate_in_flight(const Server& server, const Migration& migration, const Index& index) {
  return bounded({Kind::moving, describe(migration) + " is " + migration.status},
                 index.age(server.id),
                 silent_time);
}

Fate fate_after(const Server& server, const Migration& migration, const Index& index) {
  if (!server.task_state.empty()) {
    return bounded({Kind::moving,
                    describe(migration) + " is " + migration.status + ", and the server still " +
                        server.task_state},
                   index.age(server.id),
                   stuck_time);
  }
  if (migration.status == "cancelled" || migration.status == "reverted") {
    return {Kind::refused, describe(migration) + " was " + migration.status + " by an operator"};
  }
  if (migration.status == "error" || migration.status == "failed") {
    return {Kind::failed, describe(migration) + " ended in status " + migration.status};
  }
  if (index.age(server.id) >= trace_time) {
    return {Kind::failed,
            describe(migration) + " is " + migration.status + ", but the server is still on " +
                server.host};
  }
  return {Kind::moving, describe(migration) + " is " + migration.status};
}

/// No migration tells of it (yet).
Fate fate_untraced(const Server& server, const Attempt& attempt, const Index& index) {
  if (!server.task_state.empty()) {
    return bounded({Kind::moving, "in task state " + server.task_state + " without a migration"},
                   index.age(server.id),
                   stuck_time);
  }
  const std::int64_t now = index.view().now;
  const bool clock_was_set = attempt.asked_at > now + clock_slack;
  const bool early = now < attempt.asked_at + trace_time || now < attempt.not_before;
  if (early && !clock_was_set) {
    return {Kind::moving, "asked to move"};
  }
  return {Kind::failed, "the request came to nothing"};
}

Fate fate_of_open(const Server& server, const Attempt& attempt, const Index& index) {
  if (index.options().mode == Mode::evacuate && attempt.way != "evacuate") {
    return {Kind::failed, "its host went down"};
  }
  const Migration* migration = migration_of(server.id, attempt, index);
  return migration == nullptr ? fate_untraced(server, attempt, index)
                              : fate_after(server, *migration, index);
}

std::string tries(const Attempt& attempt) {
  return attempt.failure + " (tried " + std::to_string(attempt.number) +
         (attempt.number == 1 ? " time)" : " times)");
}

/// It may be tried again: what it is now decides, unless it must wait.
Fate fate_of_closed(const Attempt& attempt, Fate fate, const Index& index) {
  if (fate.kind != Kind::ready) {
    return fate;
  }
  if (attempt.refused) {
    return {Kind::left, attempt.failure};
  }
  if (attempt.number >= index.options().attempts) {
    return {Kind::left, tries(attempt)};
  }
  if (index.view().now < attempt.not_before) {
    return {Kind::waits,
            tries(attempt) + ", next try in " +
                std::to_string(attempt.not_before - index.view().now) + " s"};
  }
  return fate;
}

}  // namespace

bool is_open(const Attempt& attempt) {
  return attempt.number > 0 && attempt.failure.empty();
}

std::string describe(const Migration& migration) {
  return migration.type + " " + std::to_string(migration.id);
}

Fate bounded(Fate fate, std::int64_t age, std::int64_t bound) {
  if (age >= bound) {  // the text stays the same from look to look
    return {Kind::left,
            "stuck: " + fate.reason + ", unchanged for " + std::to_string(bound) + " s"};
  }
  return fate;
}

const Migration* migration_of(const std::string& server,
                              const Attempt& attempt,
                              const Index& index) {
  const Migration* migration = index.newest(server);
  const bool ours = migration != nullptr && migration->id > attempt.newest &&
                    migration->type == type_of(attempt.way) &&
                    migration->source == attempt.source &&
                    migration->created_at >= attempt.asked_at - clock_slack;
  return ours ? migration : nullptr;
}

Fate fate_on_source(const Server& server, const Attempt* attempt, const Index& index) {
  const Migration* flight = index.in_flight(server.id);
  if (flight != nullptr && !is_leftover(server, index)) {
    return fate_in_flight(server, *flight, index);
  }
  const bool here = attempt != nullptr && attempt->source == server.host;
  if (here && is_open(*attempt)) {
    return fate_of_open(server, *attempt, index);
  }
  Fate fate = fate_by_state(server, index);
  return here ? fate_of_closed(*attempt, std::move(fate), index) : fate;
}

}  // namespace ncc::drain
