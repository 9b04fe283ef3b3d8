// The application's status while units leave, and the orders that are over. The leader's business.

#include <algorithm>

#include "charm/charm.hpp"
#include "log.hpp"
#include "words/error.hpp"
#include "words/text.hpp"

namespace ncc::charm {

namespace {

/// nullopt: Juju knows no such unit any more.
std::optional<Databag> bag_of(Scene& scene, const std::string& relation, const std::string& unit) {
  try {
    return scene.tools.unit_bag(relation, unit);
  } catch (const ProcessError& error) {
    log::info("{} is gone: {}", unit, error.what());
    return std::nullopt;
  }
}

/// What each ordered unit that is there says of itself.
std::map<std::string, Reached> observe_reached(Scene& scene, const std::string& relation) {
  RemoteUnits remote;
  std::map<std::string, Reached> reached;
  for (const auto& [unit, order] : scene.model.orders) {
    if (unit == scene.model.unit.str()) {
      reached[unit] = ncc::reached_of(scene.model);
    } else if (const auto bag = bag_of(scene, relation, unit)) {
      remote.units[unit] = *bag;
    }
  }
  for (const Peer& peer : read_peers(remote)) {
    reached[peer.unit.str()] = peer.reached;
  }
  return reached;
}

bool is_back(const Order& order, const Reached& reached) {
  return order.want == Want::serving && reached.done && reached.number >= order.number;
}

std::string text_of(const std::string& unit, const Order& order, const Reached& reached) {
  if (reached.number < order.number) {
    return unit + " to be " + to_string(order.want);
  }
  return unit + " " + to_string(reached.want) +
         (reached.pending.empty() ? "" : " (" + reached.pending + ")");
}

}  // namespace

void tell_application(Scene& scene, const UnitStatus& own) {
  const bool told_before = scene.journal.get("application", "told") == "true";
  Orders& orders = scene.model.orders;
  const std::string relation = peer_relation(scene.model);
  const bool has_word = scene.model.capacity && !scene.model.capacity->text.empty();
  if ((orders.empty() && !has_word && !told_before) || relation.empty() ||
      !scene.tools.is_leader()) {
    return;
  }
  scene.journal.put("application", "told", "true");
  const std::map<std::string, Reached> reached = observe_reached(scene, relation);
  const std::string& departed = scene.context.departing_unit;
  std::vector<std::string> texts;
  const auto removed = std::erase_if(orders, [&](const auto& entry) {
    const auto& [unit, order] = entry;
    const auto said = reached.find(unit);
    return unit == departed || said == reached.end() || is_back(order, said->second);
  });
  for (const auto& [unit, order] : orders) {
    texts.push_back(text_of(unit, order, reached.at(unit)));
  }
  if (removed > 0) {
    scene.tools.relation_set_application(relation, {{"scale-in", to_text(orders)}});
  }
  const UnitStatus status = assess_application(own, texts, scene.model.capacity);
  scene.tools.application_status_set(status.status, status.message);
}

}  // namespace ncc::charm
