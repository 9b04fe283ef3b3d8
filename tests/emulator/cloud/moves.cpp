// Moves: their beginning, their end, and what hosts that start and stop do to them. The steps
// between are in moves_live.cpp, moves_cold.cpp, moves_evacuation.cpp.
#include "cloud/moves.hpp"

#include <algorithm>
#include <cmath>
#include <set>

namespace ncc::fake_cloud {

namespace {

bool step(Cloud& cloud, Migration& migration) {
  if (migration.migration_type == "evacuation") {
    return step_evacuation(cloud, migration);
  }
  const Service* source = find_compute(cloud.state, migration.source_compute);
  // The scheduler's part needs no source.
  const bool stands_still =
      !migration.dest_compute.empty() && (source == nullptr || !source->running);
  if (stands_still) {
    return false;
  }
  return migration.migration_type == "live-migration" ? step_live(cloud, migration)
                                                      : step_cold(cloud, migration);
}

// Nobody works on these any more.
void free_tasks_of(Cloud& cloud, const std::string& host, const std::set<std::string>& moving) {
  for (Server& server : cloud.state.servers) {
    if (server.host == host && server.status != "BUILD" && server.task_state != "deleting" &&
        moving.count(server.id) == 0) {
      server.task_state.reset();
    }
  }
}

void drop_evacuated(State& state, const std::string& host, const Migration& migration) {
  const Hypervisor* node = find_hypervisor(state, host);
  auto& all = state.allocations;
  all.erase(std::remove_if(all.begin(),
                           all.end(),
                           [&](const Allocation& a) {
                             return node != nullptr && a.provider == node->id &&
                                    a.consumer == migration.instance_uuid;
                           }),
            all.end());
}

// Before the scheduler has chosen, the server itself holds the source.
void release_destination(State& state, const Migration& migration) {
  if (!migration.dest_compute.empty()) {
    release(state, migration.instance_uuid);
  }
}

}  // namespace

bool is_open(const Migration& migration) {
  static const std::set<std::string> ended = {
      "confirmed", "reverted", "error", "failed", "completed", "cancelled", "done"};
  return ended.count(migration.status) == 0;
}

Number milliseconds(double seconds) {
  return static_cast<Number>(std::llround(seconds * 1000));
}

void set_status(Cloud& cloud, Migration& migration, const std::string& status) {
  migration.status = status;
  migration.updated_at = now(cloud);
}

std::string take_plan(State& state,
                      const std::string& server,
                      const std::vector<std::string>& ends) {
  auto& plans = state.settings.move_plans;
  auto found = plans.find(server);
  found = found == plans.end() ? plans.find("") : found;
  if (found == plans.end() || std::count(ends.begin(), ends.end(), found->second.end) == 0) {
    return "";
  }
  std::string end = found->second.end;
  if (found->second.count > 0 && --found->second.count == 0) {
    plans.erase(found);
  }
  return end;
}

Migration* begin_move(Cloud& cloud, Server& server, Migration draft) {
  auto& migrations = cloud.state.migrations;
  server.updated_at = now(cloud);
  server.task_state = draft.migration_type == "live-migration" ? "migrating"
                      : draft.migration_type == "evacuation"   ? "rebuilding"
                                                               : "resize_prep";
  draft.plan = take_plan(cloud.state, server.id, {"error", "failed", "cancelled", "hang", "lost"});
  if (draft.plan == "lost") {
    return nullptr;
  }
  for (const Migration& other : migrations) {
    draft.id = std::max(draft.id, other.id);
  }
  ++draft.id;
  draft.uuid = make_uuid(cloud);
  draft.instance_uuid = server.id;
  draft.source_compute = server.host.value_or("");
  draft.source_node = server.node.value_or("");
  draft.created_at = now(cloud);
  draft.began_ms = now_ms(cloud);
  const bool cold = draft.migration_type == "migration" || draft.migration_type == "resize";
  draft.status = cold ? "pre-migrating" : "accepted";
  migrations.push_back(draft);
  return &migrations.back();
}

// Each pass may make place for a move that waits, so until nothing is due.
void settle_moves(Cloud& cloud) {
  bool again = true;
  while (again) {
    again = false;
    for (Migration& migration : cloud.state.migrations) {
      again = (is_open(migration) && migration.began_ms != 0 && step(cloud, migration)) || again;
    }
  }
}

void give_up(Cloud& cloud, Migration& migration, const std::string& status) {
  set_status(cloud, migration, status);
  migration.ended_ms = now_ms(cloud);
  Server* server = find_server(cloud.state, migration.instance_uuid);
  if (server == nullptr || server->host != migration.source_compute) {
    release(cloud.state, migration.uuid);  // evacuated meanwhile
    return;
  }
  release_destination(cloud.state, migration);
  hand_over(cloud.state, migration.uuid, migration.instance_uuid);
  server->task_state.reset();
  server->updated_at = now(cloud);
}

void arrive(Cloud& cloud, Server& server, const Migration& migration) {
  server.host = migration.dest_compute;
  server.node = migration.dest_node;
  server.updated_at = now(cloud);
  bind_ports(cloud.state, server);
}

// nova/compute/manager.py, init_host: a running live migration is aborted, a move nobody knows of
// forgotten, and what was evacuated is cleaned up.
void moves_of_started_host(Cloud& cloud, const std::string& host) {
  std::set<std::string> moving;
  for (Migration& migration : cloud.state.migrations) {
    if (migration.source_compute != host) {
      continue;
    }
    if (migration.migration_type == "live-migration" && migration.status == "running") {
      give_up(cloud, migration, "error");
    } else if (migration.migration_type == "evacuation" && migration.status == "done") {
      set_status(cloud, migration, "completed");
      drop_evacuated(cloud.state, host, migration);
    }
    if (is_open(migration)) {
      moving.insert(migration.instance_uuid);
    }
  }
  cloud.state.left_guests.erase(host);
  free_tasks_of(cloud, host, moving);
}

void moves_of_stopped_host(Cloud& cloud, const std::string& host) {
  for (Migration& migration : cloud.state.migrations) {
    if (migration.source_compute == host && migration.status == "queued") {
      give_up(cloud, migration, "cancelled");
    }
  }
}

void end_moves_of(Cloud& cloud, const Server& server) {
  for (Migration& migration : cloud.state.migrations) {
    if (migration.instance_uuid == server.id && is_open(migration)) {
      const bool moved = migration.status == "finished" || migration.status == "confirming";
      set_status(cloud, migration, moved ? "confirmed" : "error");
      release(cloud.state, migration.uuid);
    }
  }
}

}  // namespace ncc::fake_cloud
