#pragma once
// The emulated cloud with Cinder and Designate behind a clock of its own: one large host that
// servers boot on. A server that is active becomes a compute node when somebody asks Nova for its
// service, unless `registers` is false.

#include <algorithm>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "drain/bed.hpp"
#include "node.hpp"

namespace ncc::node::test {

using drain::test::CloudHttp;
using drain::test::is_killed;
using drain::test::Killed;
using drain::test::MortalJournal;
using nlohmann::json;

/// How many of each there are.
struct Things {
  std::size_t servers = 0, volumes = 0, records = 0, ports = 0;
  friend bool operator==(const Things&, const Things&) = default;
};

inline const Things nothing{};
inline const Things one_node{1, 1, 1, 1};

inline Request a_request() {
  return {.base = "compute",
          .image = "cirros",
          .flavor = "m1.tiny",
          .network = "net",
          .user_data = "#!/bin/sh\nhostname @fqdn@\n",
          .volume = {.size_gib = 10, .device = "/dev/vdb"},
          .domain = "example.org",
          .dns_zone = "example.org",
          .timeout = std::chrono::seconds(600)};
}

class Bed : public drain::test::CloudWorld {
 public:
  Bed() {
    cloud.state.settings.designate = true;
    cloud.state.zones = {{"a86dba58-0043-4cc6-a1bb-69d5e86f3ca3", "example.org."}};
    start("host-1");
    control("POST /_emulator/agents", {{"host", "host-1"}, {"kind", "controller"}});
    http.before_request = [this](const HttpRequest& sent) { before(sent); };
  }

  void fault(const json& fault) { control("POST /_emulator/faults", fault); }

  void start(const std::string& host) {
    control("POST /_emulator/compute",
            {{"action", "start"},
             {"host", host},
             {"vcpus", 999},
             {"memory_mb", 999999},
             {"local_gb", 99999}});
  }

  [[nodiscard]] std::int64_t now() {
    return clock.now_seconds();
  }

  Result run() {
    if (!journal.get(scope, "run")) {
      begin_run(journal, run_id, now());
    }
    openstack::Session session(platform, credentials);
    return node::run(platform, session, journal, request, [this](const std::string& line) {
      told.push_back(line);
    });
  }

  Result remove(long long number) {
    openstack::Session session(platform, credentials);
    return node::remove(
        platform,
        session,
        request,
        number,
        [](const std::string& host) { return "scale-in of " + host; },
        [this](const std::string& line) { told.push_back(line); });
  }

  [[nodiscard]] Things things() {
    control("POST /_emulator/clock", {{"advance", 1}});
    if (cloud.state.settings.absent_services.empty()) {  // what is due is done at a request
      openstack::Session session(platform, credentials);
      (void)openstack::Cinder(session).volumes_named("none");
      (void)openstack::Designate(session).zone_id("none.");
    }
    const auto& state = cloud.state;
    return {state.servers.size(), state.volumes.size(), state.records.size(), state.ports.size()};
  }

  fake_cloud::Server& add_server(const std::string& name) {
    fake_cloud::Server server;
    server.id = "00000000-0000-4000-8000-00000000000" + std::to_string(cloud.state.servers.size());
    server.name = name;
    server.flavor = "1";
    server.image = cloud.state.images[0].id;
    return cloud.state.servers.emplace_back(server);
  }

  [[nodiscard]] long count(const std::string& method, const std::string& end) const {
    return std::count_if(cloud.log.begin(), cloud.log.end(), [&](const auto& entry) {
      return entry.method == method && entry.path.ends_with(end);
    });
  }

  bool registers = true;
  std::string run_id = "4f2a9c01";
  std::vector<std::string> told = {};
  std::function<void(const HttpRequest&)> meanwhile = {};

  CloudHttp http{cloud, clock, reaper};
  MortalJournal journal{reaper};
  drain::test::NoProcesses processes = {};
  drain::test::NoFiles files = {};
  Platform platform{processes, files, http, clock};
  Request request = a_request();

 private:
  void before(const HttpRequest& sent) {
    if (meanwhile) {
      meanwhile(sent);
    }
    const std::size_t at = sent.url.find("/os-services?binary=nova-compute&host=compute-");
    if (registers && at != std::string::npos && sent.url.ends_with(".example.org")) {
      const std::string host = sent.url.substr(sent.url.rfind('=') + 1);
      const auto& services = cloud.state.services;
      if (std::none_of(services.begin(), services.end(), [&](const auto& service) {
            return service.host == host;
          })) {
        start(host);
      }
    }
  }
};

}  // namespace ncc::node::test
