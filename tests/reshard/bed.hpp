#pragma once
// The emulated cloud with an Ironic and two shards, b and c, behind a clock of its own. A PATCH
// that gives a node the shard it has is counted in `idle_patches`.

#include <algorithm>
#include <map>
#include <stdexcept>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "drain/bed.hpp"
#include "reshard.hpp"

namespace ncc::reshard::test {

using drain::test::CloudHttp;
using drain::test::is_killed;
using drain::test::Killed;
using fake_cloud::IronicNode;
using nlohmann::json;
using Counts = std::map<std::string, long>;

class Bed : public drain::test::CloudWorld {
 public:
  Bed() {
    credentials.system_scope = true;
    control("POST /_emulator/ironic/nodes", {{"count", 0}});
    http.before_request = [this](const HttpRequest& sent) {
      if (sent.method == "PATCH") {
        before_patch(node(uuid_of(sent.url)), json::parse(sent.body)[0]["value"]);
      }
    };
  }

  /// `keys` of a node as the emulator's state has them.
  void add(int count, const std::string& shard, json keys = json::object()) {
    keys["count"] = count;
    keys["prefix"] = "bm" + std::to_string(cloud.state.ironic_nodes.size());
    if (!shard.empty()) {
      keys["shard"] = shard;
    }
    control("POST /_emulator/ironic/nodes", keys);
  }

  void fault(const json& fault) { control("POST /_emulator/faults", fault); }

  IronicNode& node(const std::string& uuid) {
    const auto found = std::find_if(cloud.state.ironic_nodes.begin(),
                                    cloud.state.ironic_nodes.end(),
                                    [&](const IronicNode& one) { return one.uuid == uuid; });
    if (found == cloud.state.ironic_nodes.end()) {
      static IronicNode none;
      return none;
    }
    return *found;
  }

  IronicNode& nth(std::size_t number) { return cloud.state.ironic_nodes.at(number); }

  void remove(const std::string& uuid) {
    control("DELETE /_emulator/ironic/nodes/" + uuid, json::object());
  }

  Result run() {
    openstack::Session session(platform, credentials);
    return reshard::run(platform,
                        session,
                        request,
                        {.tell = [this](const std::string& line) { told.push_back(line); },
                         .is_writer = [this] { return is_writer; }});
  }

  /// Nodes of each shard, empty name: of none.
  Counts counts() const {
    Counts counts;
    for (const IronicNode& one : cloud.state.ironic_nodes) {
      ++counts[one.shard.value_or("")];
    }
    return counts;
  }

  long requests(const std::string& method, const std::string& path = "/nodes") const {
    return std::count_if(
        cloud.log.begin(), cloud.log.end(), [&](const fake_cloud::LogEntry& entry) {
          return entry.method == method && entry.path.find(path) != std::string::npos;
        });
  }

  long patches() const { return requests("PATCH"); }

  /// Called with a node before Ironic gets its PATCH.
  std::function<void(IronicNode&)> meanwhile = {};
  long idle_patches = 0;
  bool is_writer = true;
  std::vector<std::string> told = {};

  CloudHttp http{cloud, clock, reaper};
  drain::test::NoProcesses processes = {};
  drain::test::NoFiles files = {};
  Platform platform{processes, files, http, clock};
  Request request{.places = {{.shard = "b"}, {.shard = "c"}}};

 private:
  static std::string uuid_of(const std::string& url) { return url.substr(url.rfind('/') + 1); }

  void before_patch(IronicNode& patched, const json& shard) {
    idle_patches += patched.shard.value_or("") == shard ? 1 : 0;
    if (meanwhile) {
      meanwhile(patched);
    }
  }
};

/// Does something to the first node that is patched, once.
inline void once(Bed& bed, std::function<void(IronicNode&)> act) {
  bed.meanwhile = [act = std::move(act), done = false](IronicNode& node) mutable {
    if (!done) {
      done = true;
      act(node);
    }
  };
}

}  // namespace ncc::reshard::test
