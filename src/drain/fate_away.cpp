// A server that has left its source: has it settled?

#include "drain/bounds.hpp"
#include "drain/fate.hpp"

namespace ncc::drain {

namespace {

using openstack::Migration;
using openstack::Server;
using Kind = Fate::Kind;

Fate fate_of_finished(const Server& server,
                      const Migration& migration,
                      const Attempt* attempt,
                      const Index& index) {
  if (attempt == nullptr || migration_of(server.id, *attempt, index) == nullptr) {
    return {Kind::left,
            describe(migration) + " from " + migration.source +
                " by somebody else awaits confirmation: confirm it; a revert takes it back"};
  }
  if (attempt->confirms >= index.options().attempts) {
    return {Kind::left,
            describe(migration) + " was confirmed " + std::to_string(attempt->confirms) +
                " times in vain" +
                (attempt->turned_down.empty() ? "" : " (" + attempt->turned_down + ")") +
                ": confirm it by hand"};
  }
  if (!server.task_state.empty() || index.view().now < attempt->not_before) {
    return {Kind::moving, describe(migration) + " awaits confirmation"};
  }
  return {Kind::ready, describe(migration) + " is to be confirmed", ConfirmResize{server.id}};
}

}  // namespace

Fate fate_away(const Server& server, const Attempt* attempt, const Index& index) {
  const Migration* migration = index.newest(server.id);
  if (migration != nullptr && migration->status == "finished" &&
      index.is_source(migration->source)) {
    return fate_of_finished(server, *migration, attempt, index);
  }
  if (const Migration* flight = index.in_flight(server.id)) {
    const std::int64_t bound = server.task_state.empty() ? stuck_time : silent_time;
    return bounded(
        {Kind::moving, describe(*flight) + " is " + flight->status}, index.age(server.id), bound);
  }
  if (!server.task_state.empty()) {
    return bounded({Kind::moving, "on " + server.host + ", in task state " + server.task_state},
                   index.age(server.id),
                   stuck_time);
  }
  return {};
}

}  // namespace ncc::drain
