// What a run says, for people and for programs.

#include <algorithm>

#include <nlohmann/json.hpp>

#include "reshard.hpp"
#include "words/text.hpp"

namespace ncc::reshard {
namespace {

using nlohmann::ordered_json;

constexpr std::size_t most_rows = 100;

/// At most the first hundred elements, each as `row` shows it.
template <typename Element, typename Row>
std::string first_of(const std::vector<Element>& elements, Row row) {
  ordered_json list = ordered_json::array();
  for (std::size_t i = 0; i < std::min(elements.size(), most_rows); ++i) {
    list.push_back(row(elements[i]));
  }
  return list.dump(-1, ' ', false, ordered_json::error_handler_t::replace);
}

std::string lefts(const std::vector<Left>& left) {
  return first_of(left, [](const Left& one) {
    return ordered_json{{"node", one.node}, {"reason", one.reason}};
  });
}

std::string uuids(const std::vector<std::string>& nodes) {
  return first_of(nodes, [](const std::string& node) { return node; });
}

std::string shards_of(const Result& result) {
  ordered_json list = ordered_json::array();
  for (const auto& [shard, count] : result.shards) {
    list.push_back({{"shard", shard}, {"before", count.before}, {"after", count.after}});
  }
  return list.dump();
}

std::string unplaced_of(const Result& result) {
  ordered_json list = ordered_json::array();
  const auto add = [&](const std::string& group, long nodes, const char* reason) {
    if (nodes > 0) {
      list.push_back({{"conductor-group", group}, {"nodes", nodes}, {"reason", reason}});
    }
  };
  for (const auto& [group, count] : result.unplaced) {
    add(group, count.without_room, "no shard of the group has room below ironic-shard-cap");
    add(group, count.in_transition, "in a state transition: deferred");
    add(group,
        count.with_instance,
        "with an instance, whose host nova-manage db ironic_compute_node_move must change first");
  }
  return list.dump();
}

std::vector<std::string> lacks_of_room(const Result& result) {
  std::vector<std::string> texts;
  for (const shards::TooFull& group : result.too_full) {
    if (group.unplaced > 0) {
      texts.push_back(to_text(group) + ": raise ironic-shard-cap or add shards");
    }
  }
  return texts;
}

}  // namespace

std::string failure_of(const Result& result) {
  std::vector<std::string> reasons = lacks_of_room(result);
  if (!result.stopped.empty()) {
    reasons.push_back(result.stopped);
  }
  if (!result.refused.empty()) {
    reasons.push_back(std::to_string(result.refused.size()) + " nodes were refused, the first: " +
                      result.refused.front().node + ": " + result.refused.front().reason);
  }
  return join(reasons, "; ");
}

std::string summary_of(const Result& result) {
  if (!failure_of(result).empty()) {
    return "failed";
  }
  return result.deferred.empty() && result.not_reached == 0 ? "done" : "in-progress";
}

std::map<std::string, std::string> to_values(const Result& result) {
  return {
      {"planned", std::to_string(result.plan.size())},
      {"plan",
       first_of(
           result.plan,
           [](const shards::Move& move) {
             return ordered_json{{"node", move.uuid.str()}, {"from", move.from}, {"to", move.to}};
           })},
      {"moved", std::to_string(result.moved)},
      {"not-reached", std::to_string(result.not_reached)},
      {"deferred", lefts(result.deferred)},
      {"deferred-count", std::to_string(result.deferred.size())},
      {"refused", lefts(result.refused)},
      {"refused-count", std::to_string(result.refused.size())},
      {"gone", uuids(result.gone)},
      {"gone-count", std::to_string(result.gone.size())},
      {"returned", uuids(result.returned)},
      {"unplaced", unplaced_of(result)},
      {"shards", shards_of(result)}};
}

}  // namespace ncc::reshard
