// Who gets which node: as even as can be, each node given once. A node keeps its target until that
// is lost; then only nodes that it has not taken yet go elsewhere.

#include <set>

#include <nlohmann/json.hpp>

#include "handover/fate.hpp"
#include "words/entries.hpp"
#include "words/error.hpp"

namespace ncc::handover {

namespace {

using nlohmann::json;

constexpr int cap = 1000;  // nodes of one nova-compute; Nova's problems begin there
constexpr int no_cap = 1'000'000'000;

/// Where the node is bound to go already: the host that has taken it, the one it was planned for,
/// or the one whose shard it is in. Empty: nowhere.
std::string standing_target(const NodeState& node,
                            const std::string& planned,
                            const std::string& source,
                            const View& view) {
  const auto holds = [&](const std::string& host) {
    const auto target = view.targets.find(host);
    return target != view.targets.end() && target->second.known && !target->second.is_lost;
  };
  const bool is_adopted = !node.row.empty() && node.row != source;
  if (is_adopted && (node.row == planned || !node.instance.empty())) {
    return node.row;
  }
  if (!planned.empty()) {
    return holds(planned) ? planned : "";
  }
  if (holds(node.shard)) {
    return node.shard;
  }
  return is_adopted && holds(node.row) ? node.row : "";
}

bool needs_place(const NodeState& node, const std::string& source, const View& view) {
  return fate_of(node, source, "", view).need == Need::place;
}

shards::Node board_node(const std::string& uuid, const NodeState& node, const std::string& shard) {
  return {.uuid = Uuid(uuid),
          .shard = shard,
          .conductor_group = node.conductor_group,
          .has_instance = !node.instance.empty()};
}

/// Nodes in the shards of hosts that are given none say nothing about balance.
class Board {
 public:
  Board(const View& view, const Options& options) {
    for (const auto& [host, target] : view.targets) {
      if (is_usable(target, options)) {
        places_.push_back({host, target.conductor_group, options.force ? no_cap : cap});
        hosts_.insert(host);
      }
    }
    for (const shards::Node& node : view.others) {
      if (hosts_.contains(node.shard)) {
        nodes_.push_back(node);
      }
    }
  }

  /// `shard` empty: it needs a place.
  void add(const std::string& uuid, const NodeState& node, const std::string& shard) {
    if (shard.empty() || hosts_.contains(shard)) {
      nodes_.push_back(board_node(uuid, node, shard));
    }
  }

  /// Targets of the nodes that needed a place.
  [[nodiscard]] std::map<std::string, std::string> placed() const {
    const shards::Rules rules{.orphans_only = true, .move_instances = true};
    std::map<std::string, std::string> targets;
    for (const shards::Move& move : shards::reshard(nodes_, places_, rules).moves) {
      if (move.from.empty()) {
        targets[move.uuid.str()] = move.to;
      }
    }
    return targets;
  }

 private:
  std::vector<shards::Place> places_ = {};
  std::set<std::string> hosts_ = {};
  std::vector<shards::Node> nodes_ = {};
};

}  // namespace

bool is_usable(const TargetState& target, const Options& options) {
  return target.known && target.up && target.enabled && (target.mapped || options.force);
}

Plan planned_anew(const View& view,
                  const std::string& source,
                  const Plan& plan,
                  const Options& options) {
  Plan result = plan;
  Board board(view, options);
  for (const auto& [uuid, node] : view.nodes) {
    const std::string planned = entry_of(plan.targets, uuid);
    const std::string standing = standing_target(node, planned, source, view);
    if (!standing.empty()) {
      result.targets[uuid] = standing;
      board.add(uuid, node, standing);
    } else if (needs_place(node, source, view)) {
      board.add(uuid, node, "");
    }
  }
  for (const auto& [uuid, host] : board.placed()) {
    result.targets[uuid] = host;
  }
  if (!(result == plan) || plan.revision == 0) {
    result.id = plan.revision == 0 ? options.id : plan.id;
    ++result.revision;
  }
  return result;
}

std::string to_text(const Plan& plan) {
  json targets = json::object();
  for (const auto& [node, host] : plan.targets) {
    targets[host].push_back(node);
  }
  return json{{"id", plan.id}, {"revision", plan.revision}, {"targets", targets}}.dump();
}

Plan read_plan(const std::string& text) {
  try {
    const json object = json::parse(text);
    Plan plan{.id = object.at("id").get<std::string>(),
              .revision = object.at("revision").get<int>()};
    for (const auto& [host, nodes] : object.at("targets").items()) {
      for (const json& node : nodes) {
        plan.targets[node.get<std::string>()] = host;
      }
    }
    return plan;
  } catch (const json::exception&) {
    throw ConfigError("journal: handover", "has a wrong form");
  }
}

}  // namespace ncc::handover
