// Cold migrations and resizes, their confirmation and reversal. Behaviour and texts:
// nova/conductor/tasks/migrate.py, nova/compute/manager.py.
#include "cloud/moves.hpp"

namespace ncc::fake_cloud {

namespace {

bool is_resize(const Migration& migration) {
  return migration.migration_type == "resize";
}

// A resize may end where it began, if Nova is told so.
Search search_for(const State& state, const Migration& migration) {
  Search search;
  search.host = migration.wanted_host;
  if (!is_resize(migration) || !state.settings.resize_to_same_host) {
    search.not_host = migration.source_compute;
  }
  return search;
}

bool choose_destination(Cloud& cloud, Migration& migration, const Server& moving) {
  State& state = cloud.state;
  const std::string event = "cold_migrate";
  Server server = moving;
  server.flavor = is_resize(migration) ? migration.new_flavor : moving.flavor;
  hand_over(state, server.id, migration.uuid);
  Verdict verdict;
  if (migration.plan != "error") {
    verdict = select_host(cloud, server, search_for(state, migration));
  }
  if (verdict.node == nullptr) {
    give_up(cloud, migration, "error");
    record_event(cloud, migration, event, no_valid_host(verdict));
    return true;
  }
  migration.dest_compute = verdict.node->host;
  migration.dest_node = verdict.node->hypervisor_hostname;
  migration.updated_at = now(cloud);
  allocate(state, {server.id, verdict.node->id, needs_of(state, server)});
  record_event(cloud, migration, event, std::nullopt);
  return true;
}

void finish(Cloud& cloud, Migration& migration, Server& server) {
  const std::string event = "compute_finish_resize";
  if (has_ports(cloud.state, server) && !host_can_bind(cloud.state, migration.dest_compute)) {
    const std::string failure =
        "Binding failed for a port, please check neutron logs for more "
        "information.";
    set_status(cloud, migration, "error");
    release(cloud.state, migration.uuid);
    server.status = "ERROR";
    server.fault = failure;
    server.task_state.reset();
    record_event(cloud, migration, event, failure);
    return;
  }
  set_status(cloud, migration, "finished");
  server.flavor = is_resize(migration) ? migration.new_flavor : server.flavor;
  server.old_status = server.status;
  server.status = "VERIFY_RESIZE";
  server.task_state.reset();
  record_event(cloud, migration, event, std::nullopt);
}

void go_back(Cloud& cloud, Migration& migration, Server& server) {
  server.host = migration.source_compute;
  server.node = migration.source_node;
  bind_ports(cloud.state, server);
  server.status = server.old_status;
  server.flavor = is_resize(migration) ? migration.old_flavor : server.flavor;
  give_up(cloud, migration, "reverted");
  record_event(cloud, migration, "compute_revert_resize", std::nullopt);
}

bool confirm(Cloud& cloud, Migration& migration, Server& server) {
  if (migration.plan == "unconfirmed") {
    return false;
  }
  set_status(cloud, migration, "confirmed");
  migration.ended_ms = now_ms(cloud);
  release(cloud.state, migration.uuid);
  server.status = server.old_status;
  server.updated_at = now(cloud);
  record_event(cloud, migration, "compute_confirm_resize", std::nullopt);
  return true;
}

bool migrate(Cloud& cloud, Migration& migration, Server& server) {
  if (migration.plan == "failed" || migration.plan == "cancelled") {
    give_up(cloud, migration, migration.plan == "failed" ? "error" : "cancelled");
    record_event(cloud, migration, "compute_resize_instance", "Resize error: not able to copy.");
    return true;
  }
  set_status(cloud, migration, "post-migrating");
  server.task_state = "resize_migrated";
  arrive(cloud, server, migration);
  return true;
}

bool go_on(Cloud& cloud, Migration& migration, Server& server) {
  const Number lasts = milliseconds(cloud.state.settings.cold_seconds);
  const Number done = now_ms(cloud) - migration.began_ms;
  if (migration.status == "pre-migrating" && done * 10 >= lasts) {
    set_status(cloud, migration, "migrating");
    server.task_state = "resize_migrating";
    return true;
  }
  if (migration.status == "migrating" && done * 10 >= lasts * 8 && migration.plan != "hang") {
    return migrate(cloud, migration, server);
  }
  if (migration.status == "post-migrating" && done >= lasts) {
    finish(cloud, migration, server);
    return true;
  }
  return false;
}

}  // namespace

bool step_cold(Cloud& cloud, Migration& migration) {
  Server* server = find_server(cloud.state, migration.instance_uuid);
  if (server == nullptr || migration.status == "finished") {
    return false;
  }
  if (migration.status == "confirming") {
    return confirm(cloud, migration, *server);
  }
  if (migration.status == "reverting") {
    go_back(cloud, migration, *server);
    return true;
  }
  if (migration.dest_compute.empty()) {
    return choose_destination(cloud, migration, *server);
  }
  return go_on(cloud, migration, *server);
}

}  // namespace ncc::fake_cloud
