#include "handover/look.hpp"

#include <chrono>

namespace ncc::handover {

namespace {

using std::chrono::seconds;

/// A service that is down for less was only restarted; one that is up for longer than this after
/// its process has stopped has another process (Nova sees a death after 60 s).
constexpr std::int64_t grace = 180;

}  // namespace

Look::Look(Clock& clock, const Clients& clients, const Job& job, const Machine& machine)
    : clock_(clock),
      clients_(clients),
      source_(job.source),
      targets_(job.targets),
      parallel_(job.options.parallel),
      machine_(machine) {}

View Look::view(const Plan& plan) {
  View view;
  openstack::Ironic ironic(clients_.ironic);
  view.now = std::chrono::duration_cast<seconds>(clock_.steady().time_since_epoch()).count();
  view.ironic = ironic.newest_version();
  view.has_shards = ironic.has_shards();
  if (!view.has_shards) {
    return view;
  }
  read_services(view);
  read_machine(view);
  const Rows rows = read_rows(view);
  read_nodes(view, plan, rows);
  read_rest(view, plan, rows);
  read_servers(view);
  if (!view.service) {
    read_providers(view);
  }
  return view;
}

std::int64_t Look::lasts(const std::string& fact, bool is_so, std::int64_t now) {
  if (!is_so) {
    since_.erase(fact);
    return 0;
  }
  return now - since_.emplace(fact, now).first->second;
}

void Look::read_services(View& view) {
  for (const Target& target : targets_) {
    view.targets[target.host.str()].conductor_group = target.conductor_group;
  }
  for (const openstack::Service& service : openstack::Nova(clients_.nova).compute_services()) {
    if (service.host == source_.host.str()) {
      view.service = service;
    } else if (const auto found = view.targets.find(service.host); found != view.targets.end()) {
      found->second.known = !service.unknown;
      found->second.up = service.up;
      found->second.enabled = service.enabled;
    }
  }
  for (auto& [host, target] : view.targets) {
    target.is_lost = lasts("down " + host, !target.up, view.now) >= grace;
  }
}

void Look::read_machine(View& view) {
  view.runs = machine_.runs && machine_.runs();
  const bool lingers = view.service && view.service->up && !view.runs && !source_.fenced;
  view.is_stuck = lasts("stopped", lingers, view.now) >= grace;
}

Look::Rows Look::read_rows(View& view) {
  Rows rows;
  openstack::Nova(clients_.nova).for_each_hypervisor([&](const openstack::Hypervisor& one) {
    rows[one.id] = one.host;
    if (const auto target = view.targets.find(one.host); target != view.targets.end()) {
      target->second.mapped = true;
    }
  });
  return rows;
}

void Look::read_nodes(View& view, const Plan& plan, const Rows& rows) {
  openstack::Ironic ironic(clients_.ironic);
  allocations_ = ironic.allocation_uuids();
  const auto keep = [&](const openstack::Node& node) {
    const auto row = rows.find(node.uuid);
    view.nodes[node.uuid] = {.shard = node.shard,
                             .conductor_group = node.conductor_group,
                             .provision_state = node.provision_state,
                             .instance = node.instance_uuid,
                             .row = row == rows.end() ? std::string() : row->second};
  };
  ironic.for_each_node({.shard = source_.host.str()}, keep);
  for (const Target& target : targets_) {
    ironic.for_each_node({.shard = target.host.str()}, [&](const openstack::Node& node) {
      const auto row = rows.find(node.uuid);
      const bool is_of_source = row != rows.end() && row->second == source_.host.str();
      if (is_of_source || plan.targets.contains(node.uuid)) {
        keep(node);
      } else {
        view.others.push_back({.uuid = Uuid(node.uuid),
                               .shard = node.shard,
                               .conductor_group = node.conductor_group,
                               .has_instance = !node.instance_uuid.empty()});
      }
    });
  }
}

/// Nodes of ours that are in no shard of ours: deleted, or given to somebody else.
void Look::read_rest(View& view, const Plan& plan, const Rows& rows) {
  std::set<std::string> rest;
  for (const auto& [uuid, host] : rows) {
    if (host == source_.host.str()) {
      rest.insert(uuid);
    }
  }
  for (const auto& [uuid, host] : plan.targets) {
    rest.insert(uuid);
  }
  for (const std::string& uuid : rest) {
    if (view.nodes.contains(uuid)) {
      continue;
    }
    const auto node = openstack::Ironic(clients_.ironic).node(uuid);
    NodeState& state = view.nodes[uuid];
    state.gone = !node.has_value();
    if (node) {
      state.shard = node->shard;
      state.conductor_group = node->conductor_group;
      state.provision_state = node->provision_state;
      state.instance = node->instance_uuid;
    }
    if (const auto row = rows.find(uuid); row != rows.end()) {
      state.row = row->second;
    }
  }
}

void Look::read_servers(View& view) {
  view.servers = openstack::Nova(clients_.nova).servers_on(source_.host.str());
  std::set<std::string> here;
  for (const openstack::Server& server : view.servers) {
    here.insert(server.id);
  }
  for (auto& [uuid, node] : view.nodes) {
    if (node.instance.empty()) {
      continue;
    }
    node.server_host =
        here.contains(node.instance) ? source_.host.str() : server_host(node.instance);
    node.allocated = node.server_host.empty() && allocations_.contains(node.instance);
  }
}

/// Empty: Nova knows no such server, or it is on no host.
std::string Look::server_host(const std::string& server) {
  if (const auto known = moved_.find(server); known != moved_.end()) {
    return known->second;
  }
  const auto found = openstack::Nova(clients_.nova).server(server);
  if (found && !found->host.empty() && found->host != source_.host.str()) {
    moved_[server] = found->host;
  }
  return found ? found->host : "";
}

void Look::read_providers(View& view) {
  std::vector<std::string> unseen;
  for (const auto& [uuid, node] : view.nodes) {
    if (!node.row.empty() && !provided_.contains(uuid)) {
      unseen.push_back(uuid);
    }
  }
  if (unseen.empty()) {
    return;
  }
  provided_.merge(openstack::Placement(clients_.nova).present(unseen, parallel_));
  for (const std::string& uuid : unseen) {
    view.nodes[uuid].has_provider = provided_.contains(uuid);
  }
}

}  // namespace ncc::handover
