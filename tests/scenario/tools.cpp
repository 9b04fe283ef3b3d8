#include "scenario/tools.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "scenario/counterparts.hpp"

namespace ncc::scenario {

namespace {

using Words = std::vector<std::string>;

ProcessResult printed(const Json& value) {
  return {.output = value.dump() + "\n"};
}

ProcessResult refused(const std::string& text) {
  return {.exit_code = 1, .error_output = "ERROR " + text};
}

std::logic_error unknown(const std::string& program, const Words& words) {
  std::string text = "no such hook command:" + (" " + program);
  for (const std::string& word : words) {
    text += " " + word;
  }
  return std::logic_error(text);
}

/// An empty value deletes its key.
void set_all(Bag& bag, const std::string& input) {
  const Json values = Json::parse(input);
  for (const auto& [key, value] : values.items()) {
    if (value.get<std::string>().empty()) {
      bag.erase(key);
    } else {
      bag[key] = value.get<std::string>();
    }
  }
}

}  // namespace

HookTools::HookTools(Stage& stage, std::string unit, Bag parameters)
    : stage_(stage),
      name_(std::move(unit)),
      unit_(stage.units.at(name_)),
      parameters_(std::move(parameters)),
      bags_(unit_.bags),
      orders_(stage.orders),
      state_(unit_.state),
      status_(unit_.status),
      application_status_(stage.application_status) {}

bool HookTools::knows(const std::string& program) {
  static const std::set<std::string> names{"action-fail",
                                           "action-get",
                                           "action-log",
                                           "action-set",
                                           "application-version-set",
                                           "config-get",
                                           "goal-state",
                                           "is-leader",
                                           "network-get",
                                           "relation-get",
                                           "relation-ids",
                                           "relation-list",
                                           "relation-set",
                                           "state-get",
                                           "state-set",
                                           "status-set"};
  return names.contains(program);
}

ProcessResult HookTools::run(const Command& command) {
  const std::string& program = command.argv[0];
  Words words(command.argv.begin() + 1, command.argv.end());
  std::erase(words, "--format=json");
  if (program == "is-leader" && words.empty()) {
    return printed(is_leader());
  }
  if (program == "config-get" && words.empty()) {
    return printed(stage_.config);
  }
  if (program == "goal-state" && words.empty()) {
    return goal_state();
  }
  if (program == "action-get" && words.empty()) {
    return printed(parameters_);
  }
  if (program == "state-get" && words.empty()) {
    return printed(state_);
  }
  if (program == "relation-ids" && words.size() == 1) {
    const auto& ids = relation_ids(stage_.config);
    const auto id = ids.find(words[0]);
    return printed(id == ids.end() ? Json::array() : Json::array({id->second}));
  }
  if (program == "relation-list" && words.size() == 2 && words[0] == "-r") {
    return relation_list(words[1]);
  }
  if (program == "relation-get") {
    return relation_get(words);
  }
  if (program == "network-get" && words.size() == 1) {
    return network_get(words[0]);
  }
  return write(command.argv, command.input);
}

ProcessResult HookTools::write(const Words& argv, const std::string& input) {
  const std::string& program = argv[0];
  const Words words(argv.begin() + 1, argv.end());
  if (program == "relation-set") {
    return relation_set(words, input);
  }
  if (program == "state-set" && words == Words{"--file", "-"}) {
    set_all(state_, input);
    return {};
  }
  if (program == "status-set") {
    return status_set(words);
  }
  if (program == "action-set") {
    return action_set(words);
  }
  if (program == "action-fail" && words.size() == 2 && words[0] == "--") {
    result.failure = words[1];
    return {};
  }
  if ((program == "action-log" || program == "application-version-set") && words.size() == 2) {
    return {};
  }
  throw unknown(program, words);
}

std::optional<Bag> HookTools::unit_bag(const std::string& id, const std::string& unit) const {
  if (id != peer_relation) {
    return unit == counterpart_of(id)
               ? std::optional(counterpart_bag(id, name_, unit_.machine.fqdn))
               : std::nullopt;
  }
  if (unit == name_) {
    const auto own = bags_.find(id);
    return own == bags_.end() ? Bag() : own->second;
  }
  const auto peer = stage_.units.find(unit);
  if (peer == stage_.units.end() || !peer->second.bags.contains(id)) {
    return std::nullopt;
  }
  return peer->second.bags.at(id);
}

/// relation-get -r ID - UNIT, relation-get --app -r ID - APPLICATION
ProcessResult HookTools::relation_get(const Words& words) {
  if (words == Words{"--app", "-r", peer_relation, "-", "nova-compute"}) {
    return printed(orders_);
  }
  if (words.size() != 4 || words[0] != "-r" || words[2] != "-") {
    throw unknown("relation-get", words);
  }
  const auto bag = unit_bag(words[1], words[3]);
  return bag ? printed(*bag) : refused("permission denied (unauthorized access)");
}

ProcessResult HookTools::goal_state() const {
  Json units = Json::object();
  for (const auto& [name, unit] : stage_.units) {
    units[name] = {{"status", unit.leaving ? "dying" : "active"}};
  }
  return printed({{"units", units}, {"relations", Json::object()}});
}

ProcessResult HookTools::relation_list(const std::string& id) {
  Json units = Json::array();
  if (id != peer_relation) {
    units.push_back(counterpart_of(id));
    return printed(units);
  }
  for (const auto& [name, unit] : stage_.units) {
    if (name != name_ && !unit.leaving) {
      units.push_back(name);
    }
  }
  return printed(units);
}

/// relation-set [--app] -r ID --file -
ProcessResult HookTools::relation_set(const Words& words, const std::string& input) {
  const bool application = !words.empty() && words[0] == "--app";
  const Words rest(words.begin() + (application ? 1 : 0), words.end());
  if (rest.size() != 4 || rest[0] != "-r" || rest[2] != "--file" || rest[3] != "-") {
    throw unknown("relation-set", words);
  }
  if (application && (!is_leader() || rest[1] != peer_relation)) {
    return refused("cannot write relation settings");
  }
  set_all(application ? orders_ : bags_[rest[1]], input);
  return {};
}

ProcessResult HookTools::network_get(const std::string& binding) {
  static const std::set<std::string> bindings{"cloud-compute", "data", "internal", "migration"};
  if (!bindings.contains(binding)) {
    throw unknown("network-get", {binding});
  }
  const std::string& address = unit_.machine.address;
  return printed(
      {{"bind-addresses", {{{"interface-name", "eth0"}, {"addresses", {{{"value", address}}}}}}},
       {"ingress-addresses", {address}}});
}

ProcessResult HookTools::status_set(const Words& words) {
  const bool application = !words.empty() && words[0] == "--application";
  const Words rest(words.begin() + (application ? 1 : 0), words.end());
  if (rest.size() != 3 || rest[1] != "--") {
    throw unknown("status-set", words);
  }
  if (application && !is_leader()) {
    return refused("this unit is not the leader");
  }
  (application ? application_status_ : status_) = rest[0] + " " + rest[2];
  return {};
}

ProcessResult HookTools::action_set(const Words& words) {
  for (const std::string& word : words) {
    const std::size_t equals = word.find('=');
    result.results[word.substr(0, equals)] = word.substr(equals + 1);
  }
  return {};
}

void HookTools::tell_others() const {
  for (auto& [name, unit] : stage_.units) {
    const Event event{.hook = "compute-peer-relation-changed", .remote_unit = name_};
    const bool waits =
        std::find(unit.events.begin(), unit.events.end(), event) != unit.events.end();
    if (name != name_ && !unit.leaving && !waits) {
      unit.events.push_back(event);
    }
  }
}

void HookTools::flush() {
  const bool tells = orders_ != stage_.orders || bags_[peer_relation] != unit_.bags[peer_relation];
  stage_.orders = orders_;
  unit_.bags = bags_;
  unit_.state = state_;
  unit_.status = status_;
  stage_.application_status = application_status_;
  if (tells) {
    tell_others();
  }
}

}  // namespace ncc::scenario
