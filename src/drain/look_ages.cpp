// Since when each server has been as it is: what the bounds of next() are measured by.

#include "drain/fate.hpp"
#include "drain/look.hpp"

namespace ncc::drain {

namespace {

using openstack::Migration;
using openstack::Server;

bool rests(const Server& server) {
  const bool runs =
      server.status == "ACTIVE" && (server.power_state == 1 || server.power_state == 3);
  return server.task_state.empty() && (runs || server.status == "SHUTOFF");
}

std::string state_of(const Server& server) {
  return server.host + " " + server.status + " " + server.task_state + " " +
         std::to_string(server.power_state);
}

std::string state_of(const Migration& migration) {
  return std::to_string(migration.id) + " " + migration.status + " " +
         std::to_string(migration.updated_at) + " ";
}

void add_busy(std::map<std::string, std::string>& states,
              const std::vector<Server>& servers,
              const Attempts& attempts) {
  for (const Server& server : servers) {
    if (!rests(server) || states.contains(server.id) || attempts.contains(server.id)) {
      states[server.id] += state_of(server);
    }
  }
}

}  // namespace

/// Of hosts that are down and servers that something is going on with.
std::map<std::string, std::string> Look::states(const Attempts& attempts) const {
  std::map<std::string, std::string> states;
  for (const openstack::Service& service : view_.services) {
    if (!service.up && is_source(service.host)) {
      states[service.host] = "down";
    }
  }
  for (const Migration& migration : view_.migrations) {
    if (openstack::is_open(migration)) {
      states[migration.server] += state_of(migration);
    }
  }
  for (const auto& [host, servers] : view_.servers) {
    add_busy(states, servers, attempts);
  }
  for (const auto& [id, server] : view_.away) {
    states[id] += state_of(server);
  }
  return states;
}

void Look::note_ages(const Attempts& attempts) {
  std::map<std::string, Seen> seen;
  view_.since.clear();
  for (auto& [key, state] : states(attempts)) {
    const auto before = seen_.find(key);
    const bool same = before != seen_.end() && before->second.state == state;
    const std::int64_t since = same ? before->second.since : view_.now;
    view_.since.emplace(key, since);
    seen.emplace(key, Seen{state, since});
  }
  seen_ = std::move(seen);
}

}  // namespace ncc::drain
