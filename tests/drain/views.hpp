#pragma once
// Views as values: two hosts, n1 to be emptied and n2; a test adds what it is about.

#include <string>
#include <utility>
#include <vector>

#include "drain.hpp"

namespace ncc::drain::test {

constexpr std::int64_t now = 1'700'000'000;
inline const std::string mark = "scale-in 4f2a9c01 nova-compute/1";

inline Source source(const std::string& host) {
  return {UnitName("nova-compute/1"), HostName(host), mark};
}

inline openstack::Service service(const std::string& host, bool enabled) {
  openstack::Service service;
  service.id = "service-" + host;
  service.host = host;
  service.binary = "nova-compute";
  service.enabled = enabled;
  service.up = true;
  service.disabled_reason = enabled ? "" : mark;
  return service;
}

inline openstack::Server server(const std::string& id, const std::string& status) {
  openstack::Server server;
  server.id = id;
  server.name = "name of " + id;
  server.status = status;
  server.vm_state = status == "ACTIVE"    ? "active"
                    : status == "SHUTOFF" ? "stopped"
                    : status == "ERROR"   ? "error"
                                          : "other";
  server.power_state = status == "SHUTOFF" ? 4 : status == "PAUSED" ? 3 : 1;
  server.host = "n1";
  return server;
}

inline openstack::Migration migration(long long id,
                                      const std::string& server,
                                      const std::string& type,
                                      const std::string& status) {
  openstack::Migration migration;
  migration.id = id;
  migration.server = server;
  migration.type = type;
  migration.status = status;
  migration.source = "n1";
  migration.destination = "n2";
  migration.created_at = now - 30;
  migration.updated_at = now - 5;
  return migration;
}

/// Asked 20 s ago, answered.
inline Attempt attempt(const std::string& way) {
  Attempt attempt;
  attempt.number = 1;
  attempt.way = way;
  attempt.source = "n1";
  attempt.asked_at = now - 20;
  attempt.request_id = "req-1";
  return attempt;
}

struct Situation {
  Situation() {
    view.now = now;
    view.services = {service("n1", false), service("n2", true)};
    view.servers["n1"];
    options.parallel_per_host = 10;
  }

  explicit Situation(std::vector<openstack::Server> servers) : Situation() {
    view.servers["n1"] = std::move(servers);
  }

  [[nodiscard]] Decision decide() const { return next(view, sources, attempts, options); }

  /// The lines of the steps, for comparison.
  [[nodiscard]] std::vector<std::string> steps() const {
    std::vector<std::string> lines;
    for (const CloudStep& step : decide().steps) {
      lines.push_back(describe(step));
    }
    return lines;
  }

  [[nodiscard]] Left left() const { return decide().left.at("n1").at(0); }

  View view = {};
  std::vector<Source> sources = {source("n1")};
  Attempts attempts = {};
  Options options = {};
};

inline std::vector<std::string> lines(const std::vector<CloudStep>& steps) {
  std::vector<std::string> lines;
  for (const CloudStep& step : steps) {
    lines.push_back(describe(step));
  }
  return lines;
}

}  // namespace ncc::drain::test
