#include "drain/index.hpp"

#include <algorithm>

#include "drain/bounds.hpp"

namespace ncc::drain {

namespace {

using openstack::Migration;
using openstack::Server;
using openstack::ServerGroup;
using openstack::Service;

void keep_newer(std::unordered_map<std::string_view, const Migration*>& newest,
                const Migration& migration) {
  const Migration*& kept = newest[migration.server];
  if (kept == nullptr || kept->id < migration.id) {
    kept = &migration;
  }
}

bool is_up(const Service& service) {
  return service.up && !service.forced_down;
}

/// The one source that all members are on; empty: there is none such.
std::string common_host(const ServerGroup& group,
                        const std::unordered_map<std::string_view, std::string_view>& hosts) {
  std::string common;
  for (const std::string& member : group.members) {
    const auto found = hosts.find(member);
    if (found == hosts.end() || (!common.empty() && common != found->second)) {
      return "";
    }
    common = found->second;
  }
  return common;
}

}  // namespace

Index::Index(const View& view, const std::vector<Source>& sources, const Options& options)
    : view_(view), options_(options) {
  read_migrations();
  read_groups();
  read_services(sources);
}

const Migration* Index::newest(std::string_view server) const {
  const auto found = newest_.find(server);
  return found == newest_.end() ? nullptr : found->second;
}

const Migration* Index::in_flight(std::string_view server) const {
  const auto found = in_flight_.find(server);
  return found == in_flight_.end() ? nullptr : found->second;
}

const ServerGroup* Index::binding_group(std::string_view server, const std::string& host) const {
  const auto found = bound_.find(server);
  return found == bound_.end() || found->second.host != host ? nullptr : found->second.group;
}

std::int64_t Index::age(const std::string& key) const {
  const auto found = view_.since.find(key);
  return found == view_.since.end() ? 0 : view_.now - found->second;
}

void Index::read_migrations() {
  const bool evacuating = options_.mode == Mode::evacuate;
  for (const Migration& migration : view_.migrations) {
    keep_newer(newest_, migration);
    if (openstack::is_in_flight(migration) && (!evacuating || migration.type == "evacuation")) {
      keep_newer(in_flight_, migration);
    }
  }
}

void Index::read_groups() {
  std::unordered_map<std::string_view, std::string_view> hosts;
  for (const auto& [host, servers] : view_.servers) {
    for (const Server& server : servers) {
      hosts.emplace(server.id, host);
    }
  }
  for (const ServerGroup& group : view_.groups) {
    if (group.policy != "affinity") {
      continue;
    }
    const std::string host = common_host(group, hosts);
    for (const std::string& member : group.members) {
      bound_[member] = {&group, host};
    }
  }
}

void Index::read_services(const std::vector<Source>& sources) {
  for (const Service& service : view_.services) {
    if (service.unknown) {
      unknown_ = &service;
    }
  }
  const bool outage = std::none_of(view_.services.begin(), view_.services.end(), is_up);
  for (const Source& source : sources) {
    gates_.emplace(source.host.str(), gate_of(source, outage));
  }
}

Gate Index::gate_of(const Source& source, bool outage) const {
  const auto service =
      std::find_if(view_.services.begin(), view_.services.end(), [&](const Service& one) {
        return one.host == source.host.str();
      });
  if (service == view_.services.end()) {
    return {"Nova has no compute service of this host", true};
  }
  if (service->enabled || service->disabled_reason != source.mark) {
    return {"recovered or taken over meanwhile", true};
  }
  return gate_of_service(*service, outage);
}

Gate Index::gate_of_service(const Service& service, bool outage) const {
  if (options_.mode == Mode::evacuate && !options_.fenced) {
    return {"evacuation needs fenced=true: a person's word that the host is off", true};
  }
  if (outage) {
    return {"all compute services look down: a messaging outage, not dead hosts", false};
  }
  if (options_.mode == Mode::evacuate) {
    return evacuation_gate(service);
  }
  if (!is_up(service)) {
    const bool dead = age(service.host) >= down_time;
    return {"suspected down, needs fenced=true and mode=evacuate", dead, dead};
  }
  return {};
}

Gate Index::evacuation_gate(const Service& service) const {
  if (is_up(service)) {
    return {"its compute service is up: only dead hosts are evacuated", true};
  }
  if (!service.forced_down) {
    return {.reason = "it is forced down first", .force_down = service.id};
  }
  return {};
}

}  // namespace ncc::drain
