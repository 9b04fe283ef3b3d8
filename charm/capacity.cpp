// How much more fits into the cloud: the leader's looks at update-status, what it decides, and whom
// it tells. The action shows a look and decides nothing. docs/capacity.md.

#include "capacity.hpp"

#include <algorithm>
#include <array>

#include "charm/ironic.hpp"
#include "log.hpp"
#include "words/entries.hpp"
#include "words/error.hpp"
#include "words/text.hpp"

namespace ncc::charm {

namespace {

using std::chrono::seconds;

constexpr const char* scope = "capacity";
/// Keys of our application's databag on compute-peer.
constexpr const char* standings_key = "capacity";
constexpr const char* wanted_key = "wanted-units";
constexpr const char* spare_key = "spare-units";
constexpr const char* begun_key = "nodes-begun";  // "<when it was decided> <how many since>"
constexpr std::array all_keys{standings_key, wanted_key, spare_key, begun_key};

bool is_watched(const Config& config) {
  return !config.capacity_flavors.empty() || config.capacity_used_up > 0;
}

capacity::Thresholds thresholds_of(const Config& config) {
  return {.up = config.capacity_up,
          .down = config.capacity_down,
          .size = config.capacity_size,
          .used_up = config.capacity_used_up,
          .used_down = config.capacity_used_down,
          .looks = static_cast<int>(config.capacity_looks),
          .cooldown = config.capacity_cooldown};
}

capacity::Report look(const Scene& scene, const std::vector<std::string>& flavors) {
  const Model& model = scene.model;
  openstack::Session session(scene.platform, credentials_of(model));
  capacity::Wish wish{.flavors = {flavors.begin(), flavors.end()},
                      .is_tombstone = [](const std::string& reason) {
                        return scalein::read_mark(reason).has_value();
                      }};
  std::optional<openstack::Session> bare_metal;
  if (is_ironic(model)) {
    wish.bare_metal = &bare_metal.emplace(scene.platform, system_credentials_of(model));
  }
  return capacity::report(capacity::observe_look(session, wish));
}

/// Units that Juju has or is making.
long long units_of(juju::Tools& tools) {
  long long units = 0;
  for (const auto& [unit, status] : tools.goal_units()) {
    units += status == "dying" ? 0 : 1;
  }
  return units;
}

capacity::State read_state(Scene& scene) {
  try {
    return {
        .standings = capacity::read_standings(entry_of(scene.model.capacity_told, standings_key)),
        .streaks = capacity::read_streaks(scene.journal.get(scope, "streaks").value_or(""))};
  } catch (const ConfigError& error) {
    log::warn("{}: begun anew", error.what());
    return {};
  }
}

/// Writes what has changed: every unit gets a hook of it. A key that is not `wanted` goes.
void publish(Scene& scene, const Databag& wanted) {
  Databag changed;
  for (const char* key : all_keys) {
    const std::string value = entry_of(wanted, key);
    if (entry_of(scene.model.capacity_told, key) != value) {
      changed[key] = value;
    }
  }
  if (!changed.empty()) {
    scene.tools.relation_set_application(peer_relation(scene.model), changed);
  }
}

/// What the handler makes of a decision, as keys for whoever reads the databag.
Databag hand_over(const Config& config, const capacity::Decision& decision, long long units) {
  const bool publishes = config.capacity_handler == "juju";
  const auto number_if = [&](long long of, long long number) {
    return publishes && of > 0 ? std::to_string(number) : std::string();
  };
  return {{wanted_key, number_if(decision.wanted, units + decision.wanted)},
          {spare_key, number_if(decision.spare, decision.spare)}};
}

/// For the template of a new node: the flavor that is low, or else the class.
std::string profile_of(const capacity::Standings& standings) {
  std::string profile;
  for (const auto& [subject, standing] : standings) {
    if (standing.level == capacity::Level::low &&
        (profile.empty() || subject.starts_with("flavor "))) {
      profile = subject.substr(subject.find(' ') + 1);
    }
  }
  return profile;
}

/// How many nodes of that decision leaders before us have begun, as they told.
long long begun_before(const Model& model, std::int64_t decided_at) {
  const std::vector<std::string> words = split(entry_of(model.capacity_told, begun_key), " ");
  const bool is_of_it = words.size() == 2 && to_integer(words.front()) == decided_at;
  return is_of_it ? to_integer(words.back()).value_or(0) : 0;
}

/// The handler openstack-nova: begins a run of create-node, one at a time, for each node of a
/// decision once. A node that does not come to serve is not made again before the next decision,
/// capacity-cooldown later. Returns why none was begun though one is wanted; else empty. `bag` gets
/// how many were.
std::string make_node(Scene& scene, const capacity::Decision& decision, Databag& bag) {
  const bool acts = scene.model.config.capacity_handler == "openstack-nova";
  if (!acts || decision.wanted == 0 || !decision.doubt.empty()) {
    bag[begun_key] = decision.doubt.empty() ? "" : entry_of(scene.model.capacity_told, begun_key);
    return "";
  }
  Journal& journal = scene.journal;
  const auto number = [&](const char* key) {
    return to_integer(journal.get(scope, key).value_or("")).value_or(0);
  };
  std::int64_t decided_at = 0;
  for (const auto& [subject, standing] : decision.state.standings) {
    decided_at = std::max(decided_at, standing.decided_at);
  }
  if (number("decided-at") != decided_at) {
    journal.put(scope, "begun", "0");
    journal.put(scope, "asked", std::to_string(decision.wanted));
    journal.put(scope, "decided-at", std::to_string(decided_at));
  }
  const long long begun = std::max(number("begun"), begun_before(scene.model, decided_at));
  const auto tell = [&](long long nodes) {
    bag[begun_key] = std::to_string(decided_at) + " " + std::to_string(nodes);
  };
  tell(begun);
  if (scene.model.node.open || begun >= number("asked")) {
    return "";
  }
  journal.put(scope, "begun", std::to_string(begun + 1));  // before: rather none than two
  const std::string refusal = request_node(scene, profile_of(decision.state.standings));
  if (refusal.empty()) {
    tell(begun + 1);
  } else {
    log::warn("no node is made: {}", refusal);
    journal.put(scope, "begun", std::to_string(begun));
  }
  return refusal;
}

CapacityView read_view(Journal& journal) {
  const std::map<std::string, std::string> facts = journal.list(scope);
  const auto number = [&](const char* key) { return to_integer(entry_of(facts, key)).value_or(0); };
  return {.text = entry_of(facts, "text"),
          .wanted = number("wanted"),
          .spare = number("spare"),
          .looked_at = number("looked-at"),
          .report = entry_of(facts, "report")};
}

void keep(Journal& journal, const CapacityView& view) {
  journal.put(scope, "text", view.text);
  journal.put(scope, "wanted", std::to_string(view.wanted));
  journal.put(scope, "spare", std::to_string(view.spare));
  journal.put(scope, "looked-at", std::to_string(view.looked_at));
  journal.put(scope, "report", view.report);
}

/// Once when it changes; numbers alone change often.
void tell_change(const capacity::State& before, const capacity::Decision& decision) {
  for (const auto& [subject, standing] : decision.state.standings) {
    const auto found = before.standings.find(subject);
    const capacity::Standing last =
        found == before.standings.end() ? capacity::Standing{} : found->second;
    if (last.level != standing.level) {
      if (standing.level == capacity::Level::low) {
        log::warn("capacity of {} is low: {}", subject, decision.text);
      } else {
        log::info("capacity of {} is {}", subject, to_string(standing.level));
      }
    } else if (last.decided_at != standing.decided_at) {
      log::info("capacity of {} is still low: {}", subject, decision.text);
    }
  }
}

void look_and_decide(Scene& scene, CapacityView& view) {
  const Config& config = scene.model.config;
  const capacity::State before = read_state(scene);
  const capacity::Report report = look(scene, config.capacity_flavors);
  const long long units = units_of(scene.tools);
  const capacity::Decision decision = capacity::decide(
      report, thresholds_of(config), before, {.now = view.looked_at, .units = units});
  tell_change(before, decision);
  Databag bag = hand_over(config, decision, units);
  bag[standings_key] =
      decision.state.standings.empty() ? "" : capacity::to_text(decision.state.standings);
  scene.journal.put(scope, "streaks", capacity::to_text(decision.state.streaks));
  const std::string refusal = make_node(scene, decision, bag);
  publish(scene, bag);
  view.text = decision.text + (refusal.empty() ? "" : "; no node is made: " + refusal);
  view.wanted = decision.wanted;
  view.spare = decision.spare;
  view.report = capacity::to_json(report);
}

/// Watching was switched off: nothing of it stays where people look.
void stop_watching(Scene& scene) {
  if (!scene.model.capacity_told.empty() && scene.tools.is_leader()) {
    publish(scene, {});
  }
  if (!scene.journal.list(scope).empty()) {
    scene.journal.forget(scope);
  }
}

std::vector<std::string> flavors_of(const Config& config, const juju::Values& parameters) {
  const auto found = parameters.find("flavors");
  return found == parameters.end() || trim(found->second).empty() ? config.capacity_flavors
                                                                  : split(found->second, ",");
}

std::string left_of(const capacity::Report& report) {
  std::vector<std::string> parts;
  for (const capacity::Profile& profile : report.profiles) {
    parts.push_back(profile.name + "=" +
                    (profile.no_capacity() ? "no capacity" : std::to_string(profile.left)));
  }
  for (const std::string& name : report.missing_flavors) {
    parts.push_back(name + "=no such flavor");
  }
  return join(parts, ", ");
}

}  // namespace

Databag capacity_keys(const Databag& application) {
  Databag keys;
  for (const char* key : all_keys) {
    if (const std::string value = entry_of(application, key); !value.empty()) {
      keys[key] = value;
    }
  }
  return keys;
}

void watch_capacity(Scene& scene) {
  Model& model = scene.model;
  if (!model.config.problems.empty() || is_stopping(model) || peer_relation(model).empty()) {
    return;
  }
  if (!is_watched(model.config)) {
    stop_watching(scene);
    return;
  }
  if (!account_of(model) || !scene.tools.is_leader()) {
    return;
  }
  CapacityView view = read_view(scene.journal);
  const std::int64_t now = scene.platform.clock.now_seconds();
  const bool due = now < view.looked_at || now - view.looked_at >= model.config.capacity_interval;
  if (model.event == Event::update_status && due) {
    view.looked_at = now;
    try {
      look_and_decide(scene, view);
    } catch (const HttpError& error) {
      log::warn("{}", error.what());
      view.text = std::string("Capacity not judged: ") + error.what();
    } catch (const ConfigError& error) {
      log::warn("{}", error.what());
      view.text = std::string("Capacity not judged: ") + error.what();
    }
    keep(scene.journal, view);
  }
  model.capacity = view;
}

Outcome show_capacity(Scene& scene, const juju::Values& parameters) {
  const Config& config = scene.model.config;
  const capacity::Report report = look(scene, flavors_of(config, parameters));
  const CapacityView view = read_view(scene.journal);
  return {{{"result", "done"},
           {"left", left_of(report)},
           {"doubt", capacity::doubt_about(report)},
           {"status", view.text},
           {"wanted-nodes", std::to_string(view.wanted)},
           {"spare-nodes", std::to_string(view.spare)},
           {"report", capacity::to_json(report)}}};
}

}  // namespace ncc::charm
