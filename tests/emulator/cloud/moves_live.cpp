// Live migrations. Behaviour and texts: nova/conductor/tasks/live_migrate.py,
// nova/compute/manager.py.
#include <algorithm>

#include "cloud/moves.hpp"

namespace ncc::fake_cloud {

namespace {

const std::string conductor_event = "conductor_live_migrate_instance";

MaybeText complaint_about_server(const Server& server) {
  const Number power = power_state(server);
  if (power != 1 && power != 3) {
    return "Instance " + server.id + " in power_state " + std::to_string(power) +
           ". Cannot live-migrate while the instance is in this state.";
  }
  if (has_feature(server, "pci")) {
    return "Migration pre-check error: Cannot live migrate PCI resources with this version of the "
           "cloud.";
  }
  return std::nullopt;
}

MaybeText complaint_before(Cloud& cloud, const Server& server, const Migration& migration) {
  if (auto complaint = complaint_about_server(server)) {
    return complaint;
  }
  const Service* source = find_compute(cloud.state, migration.source_compute);
  return source != nullptr && is_up(cloud, *source)
             ? std::nullopt
             : MaybeText("Compute service of " + migration.source_compute +
                         " is unavailable at this time.");
}

// The conductor's part: the source's allocation is held by the migration, the destination's is the
// server's.
bool choose_destination(Cloud& cloud, Migration& migration) {
  State& state = cloud.state;
  const Server* server = find_server(state, migration.instance_uuid);
  if (server == nullptr) {
    set_status(cloud, migration, "error");
    return true;
  }
  MaybeText complaint = complaint_before(cloud, *server, migration);
  hand_over(state, server->id, migration.uuid);
  Verdict verdict;
  if (!complaint && migration.plan != "error") {
    verdict = select_host(
        cloud, *server, {migration.wanted_host, migration.source_compute, true, migration.forced});
  }
  if (verdict.node == nullptr) {
    give_up(cloud, migration, "error");
    record_event(cloud, migration, conductor_event, complaint ? complaint : no_valid_host(verdict));
    return true;
  }
  migration.dest_compute = verdict.node->host;
  migration.dest_node = verdict.node->hypervisor_hostname;
  allocate(state, {server->id, verdict.node->id, needs_of(state, *server)});
  record_event(cloud, migration, conductor_event, std::nullopt);
  set_status(cloud, migration, "queued");
  return true;
}

bool holds_slot(const Migration& migration) {
  return migration.migration_type == "live-migration" &&
         (migration.status == "preparing" || migration.status == "running");
}

// A slot of the source is free: since the end of the move before, or since it was asked for.
bool start_if_possible(Cloud& cloud, Migration& migration) {
  Number taken = 0;
  Number free_since = migration.began_ms;
  for (const Migration& other : cloud.state.migrations) {
    if (other.source_compute == migration.source_compute) {
      taken += holds_slot(other) ? 1 : 0;
      free_since = std::max(free_since, other.ended_ms);
    }
  }
  if (taken >= cloud.state.settings.max_concurrent_live_migrations) {
    return false;
  }
  migration.began_ms = free_since;
  set_status(cloud, migration, "preparing");
  return true;
}

void finish(Cloud& cloud, Migration& migration) {
  const std::string event = "compute_live_migration";
  if (migration.plan == "failed" || migration.plan == "cancelled") {
    give_up(cloud, migration, migration.plan);
    record_event(cloud,
                 migration,
                 event,
                 migration.plan == "failed" ? MaybeText("Live Migration failure: the guest did not "
                                                        "arrive and stays where it is.")
                                            : std::nullopt);
    return;
  }
  set_status(cloud, migration, "completed");
  release(cloud.state, migration.uuid);
  if (Server* server = find_server(cloud.state, migration.instance_uuid)) {
    arrive(cloud, *server, migration);
    server->task_state.reset();
  }
  record_event(cloud, migration, event, std::nullopt);
}

}  // namespace

bool step_live(Cloud& cloud, Migration& migration) {
  if (migration.status == "accepted") {
    return choose_destination(cloud, migration);
  }
  if (migration.status == "queued") {
    return start_if_possible(cloud, migration);
  }
  const Number lasts = milliseconds(cloud.state.settings.live_seconds);
  const Number done = now_ms(cloud) - migration.began_ms;
  if (migration.status == "preparing" && done * 10 >= lasts) {
    set_status(cloud, migration, "running");
    return true;
  }
  if (migration.status == "running" && done >= lasts && migration.plan != "hang") {
    finish(cloud, migration);
    migration.ended_ms = migration.began_ms + lasts;
    return true;
  }
  return false;
}

}  // namespace ncc::fake_cloud
