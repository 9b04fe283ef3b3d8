#pragma once
// An emulated cloud with bare-metal hosts a, b and c, each with a shard of its own name; a leaves.
// Nothing waits: sleeping moves the clock on.

#include <algorithm>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "drain/bed.hpp"
#include "handover.hpp"
#include "support/together_http.hpp"

namespace ncc::handover::test {

using drain::test::CloudHttp;
using drain::test::is_killed;
using drain::test::Killed;
using drain::test::MortalJournal;
using drain::test::NoFiles;
using drain::test::NoProcesses;
using nlohmann::json;

inline const std::string tombstone = "scale-in 4f2a9c01 nova-compute/1";

/// The one element that is so.
template <typename List, typename Is>
auto& found(List& list, Is is) {
  const auto at = std::find_if(list.begin(), list.end(), is);
  if (at == list.end()) {
    throw std::logic_error("not in the cloud");
  }
  return *at;
}

class Bed : public drain::test::CloudWorld {
 public:
  Bed() {
    control("POST /_emulator/ironic/nodes", {{"count", 0}});
    for (const std::string host : {"a", "b", "c"}) {
      start(host);
    }
    // So that Nova lists a hypervisor of each.
    add_nodes(1, "b");
    add_nodes(1, "c");
    discover();
  }

  void start(const std::string& host) {
    control("POST /_emulator/compute",
            {{"host", host}, {"action", "start"}, {"ironic_shard", host}});
    if (host == "a") {
      runs = true;
    }
  }

  void stop(const std::string& host) {
    control("POST /_emulator/compute", {{"host", host}, {"action", "stop"}});
  }

  void discover() { control("POST /_emulator/discover", {{"by_service", true}}); }

  /// uuids of new nodes in the shard of `host`.
  std::vector<std::string> add_nodes(int count,
                                     const std::string& host,
                                     json keys = json::object()) {
    keys["count"] = count;
    keys["prefix"] = "n" + std::to_string(cloud.state.ironic_nodes.size());
    keys["shard"] = host;
    control("POST /_emulator/ironic/nodes", keys);
    adopt();
    std::vector<std::string> uuids;
    const auto& nodes = cloud.state.ironic_nodes;
    for (std::size_t i = nodes.size() - static_cast<std::size_t>(count); i < nodes.size(); ++i) {
      uuids.push_back(nodes[i].uuid);
    }
    return uuids;
  }

  /// The nova-computes look at their nodes.
  void adopt() { (void)handle(cloud, fake_cloud::make_request("GET /_emulator/state", {})); }

  /// Nodes with an instance of that host; the servers' ids are those of serving().
  std::vector<std::string> add_served(int count, const std::string& host) {
    const std::vector<std::string> uuids =
        add_nodes(count, host, {{"provision_state", "active"}, {"power_state", "power on"}});
    for (const std::string& uuid : uuids) {
      fake_cloud::Server server;
      server.id = serving(uuid);
      server.name = "on-" + uuid;
      server.status = "ACTIVE";
      server.flavor = cloud.state.flavors.at(0).id;
      server.image = cloud.state.images.at(0).id;
      server.host = host;
      server.node = uuid;
      server.created_at = 1'699'000'000;
      cloud.state.servers.push_back(server);
      node(uuid).instance_uuid = server.id;
    }
    return uuids;
  }

  static std::string serving(const std::string& uuid) { return "5e000000" + uuid.substr(8); }

  fake_cloud::IronicNode& node(const std::string& uuid) {
    return found(cloud.state.ironic_nodes,
                 [&](const fake_cloud::IronicNode& one) { return one.uuid == uuid; });
  }

  fake_cloud::Service& service(const std::string& host) {
    return found(cloud.state.services, [&](const fake_cloud::Service& one) {
      return one.host == host && one.binary == "nova-compute";
    });
  }

  [[nodiscard]] bool has_service(const std::string& host) const {
    return std::any_of(
        cloud.state.services.begin(), cloud.state.services.end(), [&](const auto& one) {
          return one.host == host && one.binary == "nova-compute";
        });
  }

  fake_cloud::Server& server_on(const std::string& uuid) {
    return found(cloud.state.servers,
                 [&](const fake_cloud::Server& one) { return one.id == serving(uuid); });
  }

  /// Host of the node's compute node; empty: it has none.
  std::string row(const std::string& uuid) {
    adopt();
    for (const fake_cloud::Hypervisor& one : cloud.state.hypervisors) {
      if (one.id == uuid) {
        return one.host;
      }
    }
    return "";
  }

  [[nodiscard]] bool has_provider(const std::string& uuid) const {
    return std::any_of(cloud.state.providers.begin(),
                       cloud.state.providers.end(),
                       [&](const auto& one) { return one.uuid == uuid; });
  }

  std::map<std::string, int> by_shard() const {
    std::map<std::string, int> counts;
    for (const fake_cloud::IronicNode& one : cloud.state.ironic_nodes) {
      ++counts[one.shard.value_or("")];
    }
    return counts;
  }

  /// nova-manage db ironic_compute_node_move, of a line of Decision::commands.
  void run_command(const std::string& command, bool dies_between = false) {
    const auto word_after = [&](const std::string& option) {
      const std::size_t at = command.find(option) + option.size() + 1;
      return command.substr(at, command.find(' ', at) - at);
    };
    if (command.starts_with("nova-manage")) {
      json body{{"node", word_after("--ironic-node-uuid")},
                {"destination", word_after("--destination-host")}};
      body["dies_between"] = dies_between;
      control("POST /_emulator/ironic/move", body);
    } else {
      const bool down = command.find("--down") != std::string::npos;
      service(word_after(down ? "--down" : "--up")).forced_down = down;
    }
  }

  /// Requests of this method whose path contains `part`.
  [[nodiscard]] int count(const std::string& method, const std::string& part) const {
    return static_cast<int>(
        std::count_if(cloud.log.begin(), cloud.log.end(), [&](const fake_cloud::LogEntry& entry) {
          return entry.method == method && entry.path.find(part) != std::string::npos;
        }));
  }

  [[nodiscard]] int patches() const { return count("PATCH", "/nodes/"); }

  [[nodiscard]] int puts() const { return count("PUT", "/os-services/"); }

  void fault(const json& body) { control("POST /_emulator/faults", body); }

  Result run() {
    return over([&](auto&... args) { return handover::run(args..., progress()); });
  }

  Result look() {
    return over([](auto&... args) { return preview(args...); });
  }

  testing::Together<CloudHttp> http{cloud, clock, reaper};
  MortalJournal journal{reaper};
  NoProcesses processes = {};
  NoFiles files = {};
  Platform platform{processes, files, http, clock};
  Job job = {.source = {UnitName("nova-compute/1"), HostName("a"), tombstone, false},
             .targets = {{HostName("b")}, {HostName("c")}},
             .options = {.id = "4f2a9c01"}};
  bool runs = false;  // nova-compute on the machine of a
  bool stops = true;  // it obeys
  std::vector<std::string> lines = {};

 private:
  Progress progress() {
    return [this](const std::string& line, const Counts&) { lines.push_back(line); };
  }

  Machine machine() {
    if (job.source.fenced) {
      return {};
    }
    return {.runs = [this] { return runs; },
            .stop =
                [this] {
                  reaper.pass();
                  runs = !stops;
                  if (stops) {
                    stop("a");
                  }
                  reaper.pass();
                }};
  }

  openstack::Credentials credentials_for(bool system) const {
    openstack::Credentials chosen = credentials;
    chosen.system_scope = system;
    return chosen;
  }

  template <typename Call>
  Result over(Call call) {
    openstack::Session nova(platform, credentials_for(false));
    openstack::Session ironic(platform, credentials_for(true));
    const Clients clients{nova, ironic};
    const Machine source = machine();
    return call(platform, clients, journal, job, source);
  }
};

/// Calls `act` once, before the first request at or after `at` seconds.
inline void at_time(Bed& bed, double at, std::function<void()> act) {
  bed.http.before_request =
      [&bed, at, act = std::move(act), done = false](const HttpRequest&) mutable {
        if (!done && bed.clock.seconds() >= at) {
          done = true;
          act();
        }
      };
}

}  // namespace ncc::handover::test
