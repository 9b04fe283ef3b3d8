#include "drain/look.hpp"

#include <algorithm>
#include <utility>

#include "drain/bounds.hpp"
#include "drain/fate.hpp"

namespace ncc::drain {

namespace {

using openstack::Migration;
using openstack::Server;

/// What ended longer ago tells nothing about our requests.
constexpr std::int64_t history = std::int64_t{24} * 3600;
/// changes-since goes by the clocks of Nova's conductors, and a change may be seen late.
constexpr std::int64_t slack = 300;

}  // namespace

Look::Look(Clock& clock, openstack::Session& session, const std::vector<Source>& sources)
    : clock_(clock), nova_(session) {
  for (const Source& source : sources) {
    view_.servers[source.host.str()];
  }
}

void Look::at_everything(const Attempts& attempts) {
  at_services();
  if (view_.groups.empty()) {
    read_groups();
  }
  read_changed_migrations();
  read_migrations_of_sources();
  read_servers();
  touched_.clear();
  touch_servers_away();
  reread(attempts);
  changed_ = false;
}

void Look::at_servers(const Attempts& attempts) {
  read_changed_migrations();
  read_servers();
  reread(attempts);
  changed_ = false;
}

bool Look::at_changes(const Attempts& attempts) {
  read_changed_migrations();
  reread(attempts);
  return std::exchange(changed_, false);
}

void Look::at_services() {
  std::vector<openstack::Service> services = nova_.compute_services();
  if (services != view_.services) {
    view_.services = std::move(services);
    changed_ = true;
  }
}

long long Look::newest(const std::string& server) const {
  const auto found = newest_.find(server);
  return found == newest_.end() ? 0 : found->second;
}

std::vector<std::string> Look::take_gone() {
  return std::exchange(gone_, {});
}

void Look::drop(const std::string& server) {
  view_.away.erase(server);
}

void Look::read_changed_migrations() {
  view_.now = clock_.now_seconds();
  openstack::Nova::MigrationFilter filter;
  filter.changed_since =
      newest_change_ == 0 ? view_.now - history : std::min(view_.now, newest_change_) - slack;
  for (Migration& migration : nova_.migrations(filter)) {
    merge(std::move(migration));
  }
}

/// However old: one that was left open years ago keeps its host from being empty.
void Look::read_migrations_of_sources() {
  for (const auto& [host, servers] : view_.servers) {
    for (Migration& migration : nova_.migrations({.host = host})) {
      merge(std::move(migration));
    }
  }
}

void Look::merge(Migration migration) {
  newest_change_ = std::max(newest_change_, migration.updated_at);
  const auto found = places_.find(migration.id);
  if (found != places_.end()) {
    Migration& kept = view_.migrations[found->second];
    const bool moved_on = kept.status != migration.status;
    kept = std::move(migration);
    if (!moved_on) {
      return;
    }
    migration = kept;
  } else if (openstack::is_open(migration) || migration.updated_at >= view_.now - history) {
    places_.emplace(migration.id, view_.migrations.size());
    view_.migrations.push_back(migration);
    long long& newest = newest_[migration.server];
    newest = std::max(newest, migration.id);
  } else {
    return;
  }
  changed_ = true;
  if (concerns_us(migration)) {
    touched_.insert(migration.server);
  }
}

void Look::read_servers() {
  for (auto& [host, servers] : view_.servers) {
    std::vector<Server> listed = nova_.servers_on(host);
    for (Server& server : listed) {
      server.flavor = {};  // not needed, and large
      view_.away.erase(server.id);
    }
    servers = std::move(listed);
  }
}

void Look::read_groups() {
  for (openstack::ServerGroup& group : nova_.server_groups()) {
    if (group.policy == "affinity") {
      view_.groups.push_back(std::move(group));
    }
  }
}

/// Those that a migration from a source still keeps open elsewhere.
void Look::touch_servers_away() {
  for (const Migration& migration : view_.migrations) {
    if (openstack::is_open(migration) && is_source(migration.source) &&
        !is_listed(migration.server)) {
      touched_.insert(migration.server);
    }
  }
}

/// One is taken off the list only when it was read, so an error here loses none.
void Look::reread(const Attempts& attempts) {
  for (const auto& [server, attempt] : attempts) {
    if (is_open(attempt) && !newest_is_in_flight(server)) {
      touched_.insert(server);
    }
  }
  for (const auto& [id, server] : view_.away) {
    if (!server.task_state.empty()) {
      touched_.insert(id);
    }
  }
  while (!touched_.empty()) {
    reread_server(*touched_.begin(), attempts);
    touched_.erase(touched_.begin());
  }
  note_ages(attempts);
}

void Look::reread_server(const std::string& id, const Attempts& attempts) {
  std::optional<Server> server = nova_.server(id);
  const bool was_here = remove(id);
  const auto migration = places_.find(newest(id));
  const bool left_us =
      migration != places_.end() && is_source(view_.migrations[migration->second].source);
  if (!server) {
    gone_.push_back(id);
  } else if (was_here || left_us || attempts.contains(id) || is_source(server->host)) {
    place(*std::move(server));
  }
}

void Look::place(Server server) {
  server.flavor = {};
  const auto source = view_.servers.find(server.host);
  if (source != view_.servers.end()) {
    source->second.push_back(std::move(server));
  } else {
    view_.away.insert_or_assign(server.id, std::move(server));
  }
}

/// True when it was there. Marks a change: its place or state may be another one now.
bool Look::remove(const std::string& id) {
  changed_ = true;
  bool found = view_.away.erase(id) > 0;
  for (auto& [host, servers] : view_.servers) {
    found = std::erase_if(servers, [&](const Server& one) { return one.id == id; }) > 0 || found;
  }
  return found;
}

bool Look::is_source(const std::string& host) const {
  return view_.servers.contains(host);
}

bool Look::is_listed(const std::string& server) const {
  return std::any_of(view_.servers.begin(), view_.servers.end(), [&](const auto& source) {
    return std::any_of(source.second.begin(), source.second.end(), [&](const Server& one) {
      return one.id == server;
    });
  });
}

bool Look::newest_is_in_flight(const std::string& server) const {
  const auto found = places_.find(newest(server));
  return found != places_.end() && openstack::is_in_flight(view_.migrations[found->second]);
}

bool Look::concerns_us(const Migration& migration) const {
  return is_source(migration.source) || is_source(migration.destination);
}

}  // namespace ncc::drain
