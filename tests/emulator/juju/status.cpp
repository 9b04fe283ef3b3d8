#include "status.hpp"

#include <algorithm>

#include "counterpart.hpp"
#include "machine.hpp"

namespace local_juju {
namespace {

int severity(const std::string& status) {
  static const std::map<std::string, int> order{{"error", 100},
                                                {"blocked", 90},
                                                {"maintenance", 80},
                                                {"waiting", 70},
                                                {"active", 60},
                                                {"terminated", 50},
                                                {"unknown", 40}};
  const auto found = order.find(status);
  return found == order.end() ? 0 : found->second;
}

std::string address_of(const Model& model, const Unit& unit) {
  const auto machine = model.machines.find(unit.machine);
  if (unit.played)
    return played_address(unit.name);
  const auto known = machine->second.network.find("");
  if (known != machine->second.network.end())
    return known->second["address"];
  for (const auto& [binding, network] : machine->second.network)
    return network["address"];
  return "";
}

Json described(const Status& status) {
  Json value = {{"current", status.value}, {"since", status.since}};
  if (!status.message.empty())
    value["message"] = status.message;
  return value;
}

std::vector<std::string> open_ports(const Unit& unit) {
  std::set<std::string> ports;
  for (const auto& [endpoint, ranges] : unit.ports)
    ports.insert(ranges.begin(), ranges.end());
  return {ports.begin(), ports.end()};
}

Json unit_document(const Model& model, const Unit& unit) {
  Json value = {{"workload-status", described(shown_workload(model, unit))},
                {"juju-status", described(unit.agent)},
                {"machine", unit.machine},
                {"public-address", address_of(model, unit)}};
  if (unit.played)
    value["juju-status"]["current"] = "idle";
  if (is_down(model, unit))
    value["juju-status"] = {{"current", "lost"},
                            {"message", "agent is not communicating with the server"}};
  value["juju-status"]["version"] = model.is_40() ? "4.0.15" : "3.6.28";
  if (model.applications.at(unit.app).leader == unit.name)
    value["leader"] = true;
  if (!unit.ports.empty())
    value["open-ports"] = open_ports(unit);
  return value;
}

Json relations_document(const Model& model, const Application& application) {
  Json endpoints = Json::object();
  for (const auto& [id, relation] : model.relations)
    if (takes_part(relation, application.name))
      endpoints[endpoint_of(relation, application.name)].push_back(
          {{"related-application", remote_app_of(relation, application.name)},
           {"interface", relation.interface},
           {"scope", relation.container ? "container" : "global"}});
  return endpoints;
}

Json base_document(const std::string& base) {
  const std::size_t at = base.find('@');
  return {{"name", base.substr(0, at)},
          {"channel", at == std::string::npos ? "" : base.substr(at + 1)}};
}

Json application_document(const Model& model, const Application& application) {
  Json bindings = {{"", "alpha"}};
  for (const auto& [name, endpoint] : application.charm.endpoints)
    bindings[name] = "alpha";
  for (const std::string& name : application.charm.extra_bindings)
    bindings[name] = "alpha";
  const bool local = application.spec.empty();
  Json value = {{"charm",
                 (local ? "local:" : "") + application.charm.name + (local ? "-" : "") +
                     (local ? std::to_string(application.charm.revision) : "")},
                {"charm-name", application.charm.name},
                {"charm-rev", application.charm.revision},
                {"charm-origin", local ? "local" : "charmhub"},
                {"base", base_document(application.base)},
                {"exposed", application.exposed},
                {"application-status", described(shown_application(model, application))},
                {"endpoint-bindings", bindings}};
  if (!application.version.empty())
    value["version"] = application.version;
  const Json relations = relations_document(model, application);
  if (!relations.empty())
    value["relations"] = relations;
  for (const auto& [name, unit] : model.units)
    if (unit.app == application.name)
      value["units"][name] = unit_document(model, unit);
  return value;
}

Json machine_document(const Model& model, const Machine& machine) {
  Json value = {{"juju-status", {{"current", machine.down ? "down" : "started"}}},
                {"machine-status", {{"current", "running"}}},
                {"instance-id", "local-" + machine.name}};
  for (const auto& [name, unit] : model.units) {
    if (unit.machine != machine.name)
      continue;
    value["dns-name"] = address_of(model, unit);
    value["ip-addresses"] = Json::array({address_of(model, unit)});
    value["base"] = base_document(model.applications.at(unit.app).base);
  }
  return value;
}

std::string joined(const std::vector<std::string>& words, const char* between) {
  std::string text;
  for (const std::string& word : words)
    text += (text.empty() ? "" : between) + word;
  return text;
}

std::vector<std::vector<std::string>> application_rows(const Model& model) {
  std::vector<std::vector<std::string>> rows{
      {"App", "Version", "Status", "Scale", "Charm", "Channel", "Rev", "Exposed", "Message"}};
  for (const auto& [name, application] : model.applications) {
    const auto scale = std::count_if(model.units.begin(), model.units.end(), [&](const auto& item) {
      return item.second.app == name;
    });
    const Status status = shown_application(model, application);
    rows.push_back({name,
                    application.version,
                    status.value,
                    std::to_string(scale),
                    application.charm.name,
                    "",
                    std::to_string(application.charm.revision),
                    application.exposed ? "yes" : "no",
                    status.message});
  }
  return rows;
}

std::vector<std::vector<std::string>> unit_rows(const Model& model) {
  std::vector<std::vector<std::string>> rows{
      {"Unit", "Workload", "Agent", "Machine", "Public address", "Ports", "Message"}};
  for (const auto& [name, unit] : model.units) {
    const Status workload = shown_workload(model, unit);
    const bool leader = model.applications.at(unit.app).leader == name;
    const bool own_word = !workload.message.empty() || unit.agent.message.empty();
    rows.push_back({name + (leader ? "*" : ""),
                    workload.value,
                    is_down(model, unit) ? "lost"
                    : unit.played        ? "idle"
                                         : unit.agent.value,
                    unit.machine,
                    address_of(model, unit),
                    joined(open_ports(unit), ","),
                    own_word ? workload.message : "(" + unit.agent.message + ")"});
    if (unit.agent.value == "executing" && own_word && !unit.agent.message.empty())
      rows.back().back() = "(" + unit.agent.message + ") " + workload.message;
  }
  return rows;
}

}  // namespace

Status shown_workload(const Model& model, const Unit& unit) {
  if (is_down(model, unit))
    return {
        "unknown", "agent lost, see 'juju show-status-log " + unit.name + "'", unit.agent.since};
  if (unit.error)
    return {
        "error", "hook failed: \"" + hook_name(model, unit, unit.event) + "\"", unit.agent.since};
  if (unit.workload.value.empty())
    return {"waiting", unit.played ? "" : "agent initialising", unit.agent.since};
  return unit.workload;
}

Status shown_application(const Model& model, const Application& application) {
  if (!application.status.value.empty())
    return application.status;
  Status worst;
  for (const auto& [name, unit] : model.units) {
    const Status status = shown_workload(model, unit);
    if (unit.app == application.name && severity(status.value) > severity(worst.value))
      worst = status;
  }
  return worst.value.empty() ? Status{"unknown", "", timestamp()} : worst;
}

Json status_document(const Model& model) {
  Json value = {{"model",
                 {{"name", model.name},
                  {"type", "iaas"},
                  {"controller", "local"},
                  {"cloud", "local"},
                  {"version", model.is_40() ? "4.0.15" : "3.6.28"}}},
                {"machines", Json::object()},
                {"applications", Json::object()}};
  for (const auto& [name, machine] : model.machines)
    value["machines"][name] = machine_document(model, machine);
  for (const auto& [name, application] : model.applications)
    value["applications"][name] = application_document(model, application);
  return value;
}

std::string table(const std::vector<std::vector<std::string>>& rows) {
  std::vector<std::size_t> widths(rows.front().size(), 0);
  for (const auto& row : rows)
    for (std::size_t i = 0; i < row.size(); ++i)
      widths[i] = std::max(widths[i], row[i].size());
  std::string text;
  for (const auto& row : rows) {
    std::string line;
    for (std::size_t i = 0; i < row.size(); ++i)
      line += row[i] + std::string(widths[i] - row[i].size() + 2, ' ');
    line.erase(line.find_last_not_of(' ') + 1);
    text += line + "\n";
  }
  return text;
}

std::string status_table(const Model& model) {
  std::vector<std::string> head{"Model", "Controller", "Cloud/Region", "Version"};
  std::vector<std::string> values{
      model.name, "local", "local", model.is_40() ? "4.0.15" : "3.6.28"};
  if (!model.is_40()) {
    head.emplace_back("SLA");
    values.emplace_back("unsupported");
  }
  head.emplace_back("Timestamp");
  values.push_back(timestamp().substr(11));
  std::string text = table({head, values});
  if (model.applications.empty())
    return text + "\nModel \"" + model.name + "\" is empty.\n";
  text += "\n" + table(application_rows(model)) + "\n" + table(unit_rows(model));
  std::vector<std::vector<std::string>> machines{
      {"Machine", "State", "Address", "Inst id", "Base", "AZ", "Message"}};
  for (const auto& [name, machine] : model.machines) {
    const Json document = machine_document(model, machine);
    const Json base = document.value("base", Json::object());
    machines.push_back({name,
                        machine.down ? "down" : "started",
                        document.value("dns-name", ""),
                        document.value("instance-id", ""),
                        base.value("name", "") + "@" + base.value("channel", ""),
                        "",
                        "Running"});
  }
  return text + "\n" + table(machines);
}

}  // namespace local_juju
