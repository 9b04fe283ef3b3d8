// Evacuations: the server is made anew elsewhere while its source is down. Behaviour:
// nova/conductor/manager.py (rebuild_instance), nova/compute/manager.py.
#include "cloud/moves.hpp"

namespace ncc::fake_cloud {

namespace {

// Unlike the other moves, an evacuation that fails leaves the server in ERROR.
void fail(Cloud& cloud, Migration& migration, Server& server) {
  const std::string failure = server.fault.value_or("");
  server.status = "ERROR";
  server.task_state.reset();
  server.updated_at = now(cloud);
  record_event(cloud, migration, "rebuild_server", failure);
}

bool choose_destination(Cloud& cloud, Migration& migration, Server& server) {
  State& state = cloud.state;
  Verdict verdict;
  if (migration.plan != "error") {
    verdict = select_host(
        cloud, server, {migration.wanted_host, migration.source_compute, false, migration.forced});
  }
  if (verdict.node == nullptr) {
    set_status(cloud, migration, "error");
    server.fault = no_valid_host(verdict);
    fail(cloud, migration, server);
    return true;
  }
  migration.dest_compute = verdict.node->host;
  migration.dest_node = verdict.node->hypervisor_hostname;
  allocate(state, {server.id, verdict.node->id, needs_of(state, server)});
  set_status(cloud, migration, "pre-migrating");
  return true;
}

bool is_unlucky(const State& state, const Migration& migration, const Server& server) {
  return migration.plan == "failed" || migration.plan == "cancelled" ||
         (has_ports(state, server) && !host_can_bind(state, migration.dest_compute));
}

void finish(Cloud& cloud, Migration& migration, Server& server) {
  if (is_unlucky(cloud.state, migration, server)) {
    set_status(cloud, migration, "failed");
    server.fault = "The server could not be built on " + migration.dest_compute + ".";
    auto& all = cloud.state.allocations;
    for (auto each = all.begin(); each != all.end(); ++each) {
      const Provider* provider = find_provider(cloud.state, each->provider);
      if (each->consumer == server.id && provider != nullptr &&
          provider->name == migration.dest_node) {
        all.erase(each);
        break;
      }
    }
    fail(cloud, migration, server);
    return;
  }
  set_status(cloud, migration, "done");
  cloud.state.left_guests[migration.source_compute].push_back(server.id);
  arrive(cloud, server, migration);
  server.status = migration.stops || server.status == "SHUTOFF" ? "SHUTOFF" : "ACTIVE";
  server.power_state = -1;
  server.task_state.reset();
  server.fault.reset();
  record_event(cloud, migration, "rebuild_server", std::nullopt);
}

}  // namespace

bool step_evacuation(Cloud& cloud, Migration& migration) {
  Server* server = find_server(cloud.state, migration.instance_uuid);
  if (server == nullptr) {
    return false;
  }
  if (migration.dest_compute.empty()) {
    return choose_destination(cloud, migration, *server);
  }
  const Number lasts = milliseconds(cloud.state.settings.evacuate_seconds);
  if (now_ms(cloud) - migration.began_ms < lasts || migration.plan == "hang") {
    return false;
  }
  finish(cloud, migration, *server);
  migration.ended_ms = migration.began_ms + lasts;
  return true;
}

}  // namespace ncc::fake_cloud
