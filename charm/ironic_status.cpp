// ironic-status: per shard and unit, who should run it, who does, and what its nodes are at. One
// pass over Ironic's nodes, page by page; changes nothing.

#include <algorithm>
#include <set>

#include <nlohmann/json.hpp>

#include "charm/ironic.hpp"
#include "compute.hpp"

namespace ncc::charm {

namespace {

using nlohmann::ordered_json;

constexpr std::size_t most_dangling = 100;  // named one by one; `dangling-count` has them all

struct Count {
  long long nodes = 0;
  long long free = 0;           // available, no instance, not in maintenance
  long long with_instance = 0;  // of Nova
  long long reserved = 0;       // by an allocation
  long long maintenance = 0;
  long long moving = 0;  // in a state transition

  void add(const openstack::Node& node, bool is_reserved) {
    const bool is_taken = !node.instance_uuid.empty();
    ++nodes;
    with_instance += is_taken && !is_reserved ? 1 : 0;
    reserved += is_reserved ? 1 : 0;
    maintenance += node.maintenance ? 1 : 0;
    moving += node.target_provision_state.empty() ? 0 : 1;
    free += node.provision_state == "available" && !is_taken && !node.maintenance ? 1 : 0;
  }
};

ordered_json to_json(const Count& count) {
  return {{"nodes", count.nodes},
          {"free", count.free},
          {"with-instance", count.with_instance},
          {"reserved", count.reserved},
          {"maintenance", count.maintenance},
          {"moving", count.moving}};
}

std::vector<std::string> claimants(const Model& model, const std::string& shard) {
  std::vector<std::string> units;
  if (!model.shards) {
    return units;
  }
  if (model.shards->mine.shards.contains(shard)) {
    units.push_back(model.unit.str());
  }
  for (const auto& [unit, claims] : model.shards->peers) {
    if (claims.shards.contains(shard)) {
      units.push_back(unit.str());
    }
  }
  return units;
}

std::string owner_of(const Model& model, const std::string& shard) {
  if (!model.shards) {
    return "";
  }
  const auto owner = model.shards->assignment.owners.find(shard);
  return owner == model.shards->assignment.owners.end() ? "" : owner->second.str();
}

std::string state_of(const std::vector<openstack::Service>& services, const std::string& host) {
  for (const openstack::Service& service : services) {
    if (service.host == host) {
      return service.unknown ? "unknown" : service.up ? "up" : "down";
    }
  }
  return "absent";
}

/// Shards whose nodes this application serves.
std::vector<std::string> our_shards(const Model& model) {
  if (!has_shards(model)) {
    return {model.host.str()};
  }
  std::vector<std::string> names;
  for (const Shards::Named& shard : shards_of(model)) {
    names.push_back(shard.name);
  }
  return names;
}

/// A node that Ironic says has an instance which Nova does not know.
struct Dangling {
  std::string node = {};
  std::string instance = {};
  bool by_allocation = false;
};

class Survey {
 public:
  explicit Survey(Scene& scene)
      : model_(scene.model),
        nova_session_(scene.platform, credentials_of(scene.model)),
        ironic_session_(scene.platform, system_credentials_of(scene.model)) {}

  Outcome run() {
    services_ = openstack::Nova(nova_session_).compute_services();
    const std::vector<std::string> ours = our_shards(model_);
    const std::set<std::string> servers = servers_on(ours);
    openstack::Ironic ironic(ironic_session_);
    const std::set<std::string> allocations = ironic.allocation_uuids();
    ironic.for_each_node({}, [&](const openstack::Node& node) {
      // An allocation can be made for a node in use, too (backfill): it has the server's uuid then.
      const bool has_server = servers.contains(node.instance_uuid);
      const bool is_reserved = !has_server && allocations.contains(node.instance_uuid);
      counts_[node.shard].add(node, is_reserved);
      const bool is_ours =
          node.shard.empty() || std::find(ours.begin(), ours.end(), node.shard) != ours.end();
      if (is_ours && !node.instance_uuid.empty() && !has_server) {
        instances_[node.instance_uuid] = {node.uuid, is_reserved};
      }
    });
    find_dangling();
    return {{{"result", "done"},
             {"shards", shards_json().dump()},
             {"units", units_json().dump()},
             {"imbalance", std::to_string(imbalance())},
             {"without-shard", std::to_string(counts_[""].nodes)},
             {"dangling-count", std::to_string(dangling_.size())},
             {"dangling", dangling_json().dump()}},
            {}};
  }

 private:
  using Instances = std::map<std::string, std::pair<std::string, bool>>;  // uuid -> node, reserved

  std::set<std::string> servers_on(const std::vector<std::string>& hosts) {
    openstack::Nova nova(nova_session_);
    std::set<std::string> servers;
    for (const std::string& host : hosts) {
      for (const openstack::Server& server : nova.servers_on(host)) {
        servers.insert(server.id);
      }
    }
    return servers;
  }

  /// What Nova did not list on our hosts is asked for one by one.
  void find_dangling() {
    openstack::Nova nova(nova_session_);
    for (const auto& [instance, where] : instances_) {
      if (!nova.server(instance)) {
        dangling_.push_back({where.first, instance, where.second});
      }
    }
  }

  ordered_json shards_json() {
    ordered_json list = ordered_json::array();
    for (const std::string& shard : our_shards(model_)) {
      ordered_json row{{"shard", shard},
                       {"unit", owner_of(model_, shard)},
                       {"claimed-by", claimants(model_, shard)},
                       {"service", state_of(services_, shard)}};
      row.update(to_json(counts_[shard]));
      list.push_back(row);
    }
    return list;
  }

  ordered_json units_json() {
    std::map<std::string, ordered_json> units;
    for (const std::string& shard : our_shards(model_)) {
      for (const std::string& unit : claimants(model_, shard)) {
        ordered_json& row = units[unit];
        row["unit"] = unit;
        row["shards"] = row.value("shards", 0) + 1;
        row["nodes"] = row.value("nodes", 0LL) + counts_[shard].nodes;
      }
    }
    ordered_json list = ordered_json::array();
    for (const auto& [unit, row] : units) {
      list.push_back(row);
    }
    return list;
  }

  /// Nodes of the fullest shard of ours above those of the emptiest, of one conductor group.
  long long imbalance() {
    std::map<std::string, std::pair<long long, long long>> extremes;
    for (const Shards::Named& shard : shards_of(model_)) {
      const long long nodes = counts_[shard.name].nodes;
      auto [at, fresh] = extremes.try_emplace(shard.conductor_group, nodes, nodes);
      at->second = {std::min(at->second.first, nodes), std::max(at->second.second, nodes)};
    }
    long long most = 0;
    for (const auto& [group, extreme] : extremes) {
      most = std::max(most, extreme.second - extreme.first);
    }
    return most;
  }

  [[nodiscard]] ordered_json dangling_json() const {
    ordered_json list = ordered_json::array();
    for (std::size_t i = 0; i < std::min(dangling_.size(), most_dangling); ++i) {
      list.push_back({{"node", dangling_[i].node},
                      {"instance", dangling_[i].instance},
                      {"allocation", dangling_[i].by_allocation}});
    }
    return list;
  }

  const Model& model_;
  openstack::Session nova_session_;
  openstack::Session ironic_session_;
  std::vector<openstack::Service> services_ = {};
  std::map<std::string, Count> counts_ = {};
  Instances instances_ = {};  // that Nova did not list
  std::vector<Dangling> dangling_ = {};
};

}  // namespace

Outcome ironic_status(Scene& scene, const juju::Values&) {
  must_be_ironic(scene.model);
  return Survey(scene).run();
}

}  // namespace ncc::charm
