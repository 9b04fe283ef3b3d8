#include "scenario/rounds.hpp"

#include <algorithm>

#include "cloud/internal.hpp"
#include "scenario/machine.hpp"

namespace ncc::scenario {

namespace {

constexpr std::size_t most_units = 7;
constexpr std::size_t most_servers = 24;
constexpr long long min_computes = 2;

bool is_ended(const Unit& unit) {
  const auto order = unit.journal.facts.find("order");
  return unit.status.starts_with("blocked Scaled in") && order != unit.journal.facts.end() &&
         order->second.at("phase") == "ended";
}

/// The leader has ordered it to serve again.
bool is_called_back(const Stage& stage, const std::string& unit) {
  const auto orders = stage.orders.find("scale-in");
  return orders != stage.orders.end() &&
         Json::parse(orders->second).value(unit, Json::object()).value("want", "") == "serving";
}

/// The mark of a tombstone, not of a claim.
bool is_tombstone(const fake_cloud::Service& service) {
  const std::string reason = service.disabled_reason.value_or("");
  return !service.enabled && reason.starts_with("scale-in ") && !reason.ends_with("(claim)");
}

bool is_barred(const Machine& machine) {
  const Json bridges = machine.ovs.value("Bridge", Json::object());
  return std::any_of(bridges.begin(), bridges.end(), [](const Json& row) {
    return row.at("external_ids").contains("tombstoned");
  });
}

}  // namespace

Rounds::Rounds(const Stage& start, std::uint64_t seed)
    : world_(start), random_(seed), next_unit_(static_cast<int>(start.units.size())) {
  world_.stage.config["min-computes"] = std::to_string(min_computes);
}

int Rounds::below(int limit) {
  return static_cast<int>(random_() % static_cast<std::uint64_t>(limit));
}

bool Rounds::chance(int percent) {
  return below(100) < percent;
}

std::string Rounds::any_unit() {
  auto unit = world_.stage.units.begin();
  std::advance(unit, below(static_cast<int>(world_.stage.units.size())));
  return unit->first;
}

/// Nothing, a few spoilt calls, a death, or moves that fail.
void Rounds::worsen_weather() {
  static const std::vector<std::string> paths{"/auth/tokens",
                                              "/compute/",
                                              "/os-services",
                                              "/servers/",
                                              "/os-migrations",
                                              "/action$",
                                              "/placement/",
                                              "/network/",
                                              "/agents",
                                              "/ports"};
  const int kind = below(100);
  if (kind < 25) {
    fake_cloud::Fault fault{.path = paths[static_cast<std::size_t>(below(10))],
                            .nth = 1 + below(12),
                            .count = 1 + below(4)};
    const std::vector<int> statuses{500, 503, 409, 403, 401};
    const int how = below(8);
    fault.status = how < 5 ? statuses[static_cast<std::size_t>(how)] : 0;
    fault.drop = how == 5 ? "before" : how == 6 ? "after" : "";
    fault.truncate = how == 7;
    world_.stage.cloud.faults.push_back(fault);
    last_ += " faults";
  } else if (kind < 45) {
    world_.reaper.die_at(world_.reaper.passed + 1 + below(120));
    last_ += " death";
  } else if (kind < 50) {
    world_.stage.cloud.state.settings.move_plans[""] = {.end = chance(50) ? "failed" : "error",
                                                        .count = 1};
    last_ += " failing move";
  }
}

void Rounds::scale_out() {
  std::set<std::string> taken;
  for (const auto& [name, unit] : world_.stage.units) {
    taken.insert(unit.machine.fqdn);
  }
  int node = 0;
  while (taken.contains(node_name(node))) {
    ++node;
  }
  world_.add_unit(next_unit_++, node_name(node));
}

void Rounds::ask(const std::string& action) {
  const bool by_leader = chance(50);
  std::set<std::string> units{any_unit()};
  if (by_leader && chance(40)) {
    units.insert(any_unit());
  }
  Bag parameters{{"timeout", "900"}};
  std::string list;
  for (const std::string& unit : units) {
    list += unit + " ";
  }
  if (by_leader) {
    parameters["units"] = list;
  }
  last_ = action + " " + list + (by_leader ? "by the leader" : "") + last_;
  world_.action(by_leader ? world_.stage.leader : *units.begin(), action, parameters);
}

/// False when none has ended.
bool Rounds::remove_an_ended_unit() {
  for (const auto& [name, unit] : world_.stage.units) {
    if (is_ended(unit) && !is_called_back(world_.stage, name)) {
      last_ = "remove " + name + last_;
      world_.remove_unit(std::string(name));
      return true;
    }
  }
  return false;
}

void Rounds::change_servers() {
  fake_cloud::State& state = world_.stage.cloud.state;
  if (state.servers.size() < most_servers) {
    const std::string id = world_.boot();
    fake_cloud::Server& server = state.servers.back();
    if (server.id == id && server.host) {
      servers_.insert(id);
      server.status = chance(15) ? "SHUTOFF" : chance(4) ? "SUSPENDED" : server.status;
    } else {
      state.servers.pop_back();  // no host had room for it
    }
  } else {
    fake_cloud::Server& server = state.servers.at(static_cast<std::size_t>(below(10)));
    servers_.erase(server.id);
    begin_delete(world_.stage.cloud, server);
  }
}

void Rounds::happen() {
  static const std::vector<std::string> actions{"scalein-start",
                                                "scalein-end",
                                                "scalein-recover",
                                                "scalein-recover",
                                                "migrate",
                                                "scale-in",
                                                "scale-in"};
  const int event = below(100);
  if (event < 25 && remove_an_ended_unit()) {
    return;
  }
  if (event < 25 && world_.stage.units.size() < most_units) {
    last_ = "scale-out" + last_;
    scale_out();
  } else if (event < 40) {
    last_ = "servers" + last_;
    change_servers();
  } else {
    ask(actions[static_cast<std::size_t>(below(static_cast<int>(actions.size())))]);
  }
}

Rounds::Before Rounds::look() {
  Before now;
  const fake_cloud::Cloud& cloud = world_.stage.cloud;
  for (const fake_cloud::Server& server : cloud.state.servers) {
    now.hosts[server.id] = server.host.value_or("");
  }
  for (const fake_cloud::Router& router : cloud.state.routers) {
    now.routers[router.id] = router.host;
  }
  for (const fake_cloud::Service& service : cloud.state.services) {
    now.services.insert(service.host);
    if (is_tombstone(service)) {
      now.tombstones.insert(service.host);
    }
    const bool serves =
        service.binary == "nova-compute" && service.enabled && is_up(cloud, service);
    now.serving += serves ? 1 : 0;
  }
  for (const auto& [name, unit] : world_.stage.units) {
    if (is_barred(unit.machine)) {
      now.barred.insert(unit.machine.fqdn);
    }
  }
  return now;
}

std::string Rounds::servers_wrong(const Before& before, const Before& now) const {
  std::string wrong;
  for (const std::string& id : servers_) {
    const auto host = now.hosts.find(id);
    if (host == now.hosts.end() || host->second.empty()) {
      wrong += "server " + id + " is lost\n";
      continue;
    }
    const auto was = before.hosts.find(id);
    const bool came = was == before.hosts.end() || was->second != host->second;
    if (came && before.tombstones.contains(host->second) && now.tombstones.contains(host->second)) {
      wrong += "server " + id + " came to the tombstoned " + host->second + "\n";
    }
    if (!now.services.contains(host->second)) {
      wrong += "server " + id + " is on " + host->second + ", which has no service\n";
    }
  }
  if (now.hosts.size() > most_servers) {
    wrong += "there are more servers than were booted\n";
  }
  return wrong;
}

std::string Rounds::network_wrong(const Before& before, const Before& now) const {
  std::string wrong;
  for (const auto& [router, host] : now.routers) {
    if (host != before.routers.at(router) && before.barred.contains(host) &&
        now.barred.contains(host)) {
      wrong += "the gateway of " + router + " came to the tombstoned " + host + "\n";
    }
  }
  if (now.serving < std::min(min_computes, before.serving)) {
    wrong += std::to_string(now.serving) + " hosts serve, before " +
             std::to_string(before.serving) + "\n";
  }
  return wrong;
}

std::string Rounds::play() {
  const Before before = look();
  last_.clear();
  worsen_weather();
  happen();
  ++events_[last_.substr(0, last_.find(' '))];
  for (int turns = below(8); turns > 0; --turns) {
    world_.turn();
  }
  world_.reaper.rest();
  world_.stage.cloud.faults.clear();
  world_.stage.cloud.log.clear();
  const Before now = look();
  const std::string wrong = servers_wrong(before, now) + network_wrong(before, now);
  return wrong.empty() ? "" : last_ + ": " + wrong;
}

std::string Rounds::units_wrong() const {
  std::string wrong;
  for (const auto& [name, unit] : world_.stage.units) {
    if (unit.status != "active Unit is ready" && !is_ended(unit)) {
      wrong += name + " is neither serving nor ended: " + unit.status + "\n";
    }
    const auto run = unit.journal.facts.find("run");
    if (run != unit.journal.facts.end() && run->second.contains("state") &&
        run->second.at("state") == "open") {
      wrong += name + " has an open run\n";
    }
  }
  return wrong;
}

std::string Rounds::finish() {
  const Before before = look();
  world_.stage.cloud.state.settings.move_plans.clear();
  world_.settle();
  std::string list;
  for (const auto& [name, unit] : world_.stage.units) {
    list += is_ended(unit) ? "" : name + " ";
  }
  world_.action(world_.stage.leader, "scalein-recover", {{"units", list}});
  world_.settle();
  return servers_wrong(before, look()) + units_wrong();
}

}  // namespace ncc::scenario
