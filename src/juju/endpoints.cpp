// Reading many databags and networks at once: each round is one batch of commands that do not
// depend on each other.

#include <algorithm>
#include <set>

#include "juju.hpp"
#include "juju/json.hpp"
#include "words/text.hpp"

namespace ncc::juju {
namespace {

bool says(const ProcessResult& result, const std::string& text) {
  return result.exit_code != 0 && result.error_output.find(text) != std::string::npos;
}

/// A relation that went away between two of our calls.
bool is_gone(const ProcessResult& result) {
  return says(result, "relation not found");
}

/// 7 of amqp:7. Text order would put 10 before 7.
long long number_of(const std::string& relation_id) {
  return to_integer(relation_id.substr(relation_id.rfind(':') + 1)).value_or(0);
}

/// One reading of all endpoints, three rounds long.
class Reading {
 public:
  explicit Reading(ProcessRunner& runner) : runner_(runner) {}

  void take_id(const std::string& endpoint, const std::string& id) {
    endpoints_[endpoint] = {.name = endpoint, .relations = {{.id = id}}};
  }

  void read_ids(const std::vector<std::string>& endpoints, const std::string& broken_id) {
    std::vector<Command> commands;
    commands.reserve(endpoints.size());
    for (const std::string& endpoint : endpoints) {
      commands.push_back({.argv = {"relation-ids", "--format=json", endpoint}});
    }
    const auto results = runner_.run_all(commands);
    for (std::size_t i = 0; i < commands.size(); ++i) {
      Endpoint& endpoint = endpoints_[endpoints[i]];
      endpoint.name = endpoints[i];
      for (const std::string& id : to_list(parse_output(commands[i], results[i]))) {
        if (id != broken_id) {
          endpoint.relations.push_back({.id = id});
        }
      }
      std::sort(endpoint.relations.begin(),
                endpoint.relations.end(),
                [](const auto& a, const auto& b) { return number_of(a.id) < number_of(b.id); });
    }
  }

  void read_units(const std::set<std::string>& without_units) {
    const std::vector<Relation*> asked = relations(without_units);
    std::vector<Command> commands;
    commands.reserve(asked.size());
    for (const Relation* relation : asked) {
      commands.push_back({.argv = {"relation-list", "--format=json", "-r", relation->id}});
    }
    const auto results = runner_.run_all(commands);
    for (std::size_t i = 0; i < commands.size(); ++i) {
      if (is_gone(results[i])) {
        gone_.insert(asked[i]->id);
        continue;
      }
      for (const std::string& unit : to_list(parse_output(commands[i], results[i]))) {
        asked[i]->units[unit] = {};
      }
    }
  }

  void read_bags() {
    std::vector<Command> commands;
    std::vector<std::pair<Relation*, std::string>> asked;
    for (Relation* relation : relations({})) {
      for (const auto& [unit, bag] : relation->units) {
        commands.push_back(
            {.argv = {"relation-get", "--format=json", "-r", relation->id, "-", unit}});
        asked.emplace_back(relation, unit);
      }
    }
    const auto results = runner_.run_all(commands);
    for (std::size_t i = 0; i < commands.size(); ++i) {
      const auto& [relation, unit] = asked[i];
      if (is_gone(results[i])) {
        gone_.insert(relation->id);
      } else if (says(results[i], "permission denied")) {
        relation->units.erase(unit);  // not in the relation yet, or no longer
      } else {
        relation->units[unit] = to_map(parse_output(commands[i], results[i]));
      }
    }
  }

  [[nodiscard]] std::map<std::string, Endpoint> finish() {
    for (auto& [name, endpoint] : endpoints_) {
      std::erase_if(endpoint.relations,
                    [&](const Relation& relation) { return gone_.contains(relation.id); });
    }
    return std::move(endpoints_);
  }

 private:
  /// All relations but those of the endpoints in `without`.
  std::vector<Relation*> relations(const std::set<std::string>& without) {
    std::vector<Relation*> result;
    for (auto& [name, endpoint] : endpoints_) {
      if (!without.contains(name)) {
        for (Relation& relation : endpoint.relations) {
          result.push_back(&relation);
        }
      }
    }
    return result;
  }

  ProcessRunner& runner_;
  std::map<std::string, Endpoint> endpoints_;
  std::set<std::string> gone_;
};

/// Member `name` of an object; null when it is not there.
nlohmann::json member(const nlohmann::json& object, const char* name) {
  return object.is_object() ? object.value(name, nlohmann::json()) : nlohmann::json();
}

Network to_network(const nlohmann::json& object) {
  Network network = {.ingress_addresses = to_list(member(object, "ingress-addresses"))};
  for (const nlohmann::json& interface : member(object, "bind-addresses")) {
    for (const nlohmann::json& address : member(interface, "addresses")) {
      const std::string value = to_text(member(address, "value"));
      if (is_ip_address(value)) {
        network.bind_addresses.push_back(value);
      }
    }
  }
  return network;
}

}  // namespace

std::map<std::string, Endpoint> Tools::endpoints(const std::vector<std::string>& endpoints,
                                                 const std::string& broken_id,
                                                 const std::vector<std::string>& without_units,
                                                 const std::map<std::string, std::string>& known) {
  Reading reading(runner_);
  std::vector<std::string> unknown;
  for (const std::string& endpoint : endpoints) {
    if (const auto found = known.find(endpoint); found != known.end()) {
      reading.take_id(endpoint, found->second);
    } else {
      unknown.push_back(endpoint);
    }
  }
  reading.read_ids(unknown, broken_id);
  reading.read_units({without_units.begin(), without_units.end()});
  reading.read_bags();
  return reading.finish();
}

Bag Tools::unit_bag(const std::string& relation_id, const std::string& unit) {
  const Command command{.argv = {"relation-get", "--format=json", "-r", relation_id, "-", unit}};
  const ProcessResult result = runner_.run(command);
  const bool gone =
      is_gone(result) || says(result, "permission denied") || says(result, "not found");
  return gone ? Bag() : to_map(parse_output(command, result));
}

Bag Tools::application_bag(const std::string& relation_id, const std::string& application) {
  const Command command{
      .argv = {"relation-get", "--format=json", "--app", "-r", relation_id, "-", application}};
  const ProcessResult result = runner_.run(command);
  return is_gone(result) ? Bag() : to_map(parse_output(command, result));
}

std::map<std::string, Network> Tools::networks(const std::vector<std::string>& bindings) {
  std::vector<Command> commands;
  commands.reserve(bindings.size());
  for (const std::string& binding : bindings) {
    commands.push_back({.argv = {"network-get", "--format=json", binding}});
  }
  const auto results = runner_.run_all(commands);
  std::map<std::string, Network> networks;
  for (std::size_t i = 0; i < commands.size(); ++i) {
    if (!says(results[i], "no network config found")) {
      networks[bindings[i]] = to_network(parse_output(commands[i], results[i]));
    }
  }
  return networks;
}

}  // namespace ncc::juju
