#include "scenario/portrait.hpp"

#include <algorithm>
#include <regex>

#include "scenario/counterparts.hpp"

namespace ncc::scenario {

namespace {

std::string without_run(const std::string& text) {
  static const std::regex run("scale-in [0-9a-f]{8}");
  return std::regex_replace(text, run, "scale-in RUN");
}

Json services(const fake_cloud::State& state) {
  Json all = Json::object();
  for (const fake_cloud::Service& service : state.services) {
    all[service.binary + " " + service.host] = {
        {"enabled", service.enabled},
        {"reason", without_run(service.disabled_reason.value_or(""))},
        {"running", service.running},
        {"mapped", service.mapped}};
  }
  return all;
}

Json servers(const fake_cloud::State& state, const std::string& source) {
  Json all = Json::object();
  for (const fake_cloud::Server& server : state.servers) {
    all[server.id] = {{"status", server.status},
                      {"task", server.task_state.value_or("")},
                      {"on source", server.host == source}};
  }
  return all;
}

Json network(const fake_cloud::State& state) {
  Json all = Json::object();
  for (const fake_cloud::Agent& agent : state.agents) {
    all[agent.kind + " of " + agent.host] = {
        {"alive", agent.alive}, {"mappings", agent.bridge_mappings}, {"gone", agent.chassis_gone}};
  }
  for (const fake_cloud::Router& router : state.routers) {
    all[router.name] = std::set<std::string>(router.chassis.begin(), router.chassis.end());
  }
  return all;
}

/// Which node is where is left out, but not how many are.
Json metal(const fake_cloud::State& state) {
  std::map<std::string, std::string> hosts;
  for (const fake_cloud::Hypervisor& row : state.hypervisors) {
    hosts[row.id] = row.host;
  }
  std::map<std::string, int> nodes;
  int with_instance = 0;
  for (const fake_cloud::IronicNode& node : state.ironic_nodes) {
    ++nodes[node.shard.value_or("") + " served by " + hosts[node.uuid]];
    with_instance += node.instance_uuid ? 1 : 0;
  }
  Json allocations = Json::array();
  for (const fake_cloud::IronicAllocation& one : state.ironic_allocations) {
    allocations.push_back({one.name.value_or(""), one.state, one.node_uuid.has_value()});
  }
  return {{"nodes", nodes}, {"with instance", with_instance}, {"allocations", allocations}};
}

Json cloud_of(const fake_cloud::State& state, const std::string& source) {
  Json providers = Json::object();
  for (const fake_cloud::Provider& provider : state.providers) {
    std::set<std::string> consumers;
    for (const fake_cloud::Allocation& allocation : state.allocations) {
      if (allocation.provider == provider.uuid && provider.name == source) {
        consumers.insert(allocation.consumer);
      }
    }
    providers[provider.name] = {
        {"traits", std::set<std::string>(provider.traits.begin(), provider.traits.end())},
        {"consumers", consumers}};
  }
  Json aggregates = Json::object();
  for (const fake_cloud::Aggregate& aggregate : state.aggregates) {
    aggregates[aggregate.name] =
        std::set<std::string>(aggregate.hosts.begin(), aggregate.hosts.end());
  }
  return {{"services", services(state)},
          {"servers", servers(state, source)},
          {"network", network(state)},
          {"providers", providers},
          {"allocations", state.allocations.size()},
          {"hypervisors", state.hypervisors.size()},
          {"aggregates", aggregates},
          {"metal", metal(state)}};
}

/// Open vSwitch's own ids are left out.
Json switch_of(const Machine& machine) {
  Json all = Json::object();
  for (const std::string table : {"Open_vSwitch", "Bridge"}) {
    const Json rows = machine.ovs.value(table, Json::object());
    for (const auto& [uuid, row] : rows.items()) {
      const std::string name = row.value("name", Json("switch")).get<std::string>();
      all[name] = row.at("external_ids");
    }
  }
  return all;
}

Json machine_of(const Machine& machine) {
  Json daemons = Json::object();
  for (const auto& [name, daemon] : machine.daemons) {
    daemons[name] = {daemon.active, daemon.enabled, daemon.masked};
  }
  Json files = Json::object();
  for (const auto& [path, file] : machine.files) {
    files[path] = path == "/var/lib/nova/compute_id" ? "an id" : file.content;
  }
  return {{"daemons", daemons}, {"files", files}, {"switch", switch_of(machine)}};
}

Json peer_bag(const Unit& unit) {
  Bag bag = unit.bags.contains(peer_relation) ? unit.bags.at(peer_relation) : Bag();
  if (!bag.contains("scale-in")) {
    return bag;
  }
  Json reached = Json::parse(bag["scale-in"]);
  reached.erase("number");
  reached.erase("run");
  Json all = bag;
  all["scale-in"] = reached;
  return all;
}

/// What decides about later hooks; the rest is history.
Json journal_of(const Unit& unit) {
  static const std::set<std::string> telling{
      "want", "phase", "open", "rejoin", "state", "finished"};
  Json all = Json::object();
  for (const auto& [scope, facts] : unit.journal.facts) {
    for (const auto& [key, value] : facts) {
      if (telling.contains(key) && value != "false") {
        all[scope][key] = value;
      }
    }
  }
  return all;
}

}  // namespace

Json portrait(const Stage& stage, const std::string& source) {
  Json all{{"cloud", cloud_of(stage.cloud.state, source)},
           {"application", stage.application_status},
           {"units", Json::object()}};
  for (const auto& [name, unit] : stage.units) {
    all["units"][name] = {{"status", unit.status},
                          {"machine", machine_of(unit.machine)},
                          {"peer", peer_bag(unit)},
                          {"journal", journal_of(unit)},
                          {"joined", unit.state.contains("joined") ? unit.state.at("joined") : ""}};
  }
  const Json orders = Json::parse(stage.orders.contains("scale-in") ? stage.orders.at("scale-in")
                                                                    : std::string("{}"));
  for (const auto& [unit, order] : orders.items()) {
    all["orders"][unit] = order.at("want");
  }
  return all;
}

std::string difference(const Json& expected, const Json& actual) {
  std::string text;
  for (const Json& change : Json::diff(expected, actual)) {
    const Json::json_pointer where(change.at("path").get<std::string>());
    const std::string before = expected.contains(where) ? expected.at(where).dump() : "nothing";
    text += change.at("path").get<std::string>() + ": " + change.value("value", Json()).dump() +
            " instead of " + before + "\n";
  }
  return text;
}

std::map<std::string, int> moves_asked(const Stage& stage) {
  std::map<std::string, int> count;
  for (const fake_cloud::LogEntry& entry : stage.cloud.log) {
    const bool moves = entry.body.find("\"os-migrateLive\"") != std::string::npos ||
                       entry.body.find("\"migrate\"") != std::string::npos ||
                       entry.body.find("\"evacuate\"") != std::string::npos;
    if (entry.method == "POST" && moves && entry.path.ends_with("/action")) {
      ++count[entry.path];
    }
  }
  return count;
}

std::string outcome_of(const ActionResult& result) {
  std::string text;
  const auto units = result.results.find("units");
  for (const Json& row :
       units == result.results.end() ? Json::array() : Json::parse(units->second)) {
    if (row.contains("result")) {
      text += row.at("unit").get<std::string>() + " " + row.at("result").get<std::string>() + " " +
              row.at("reason").get<std::string>() + "\n";
    }
  }
  return text.empty() ? "failure: " + result.failure : text;
}

}  // namespace ncc::scenario
