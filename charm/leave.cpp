// The order of this unit (serve, be tombstoned, end) and its way there. What settle() makes of the
// machine follows from order and phase by the map; here is the cloud's part.

#include "charm/leave.hpp"

#include <algorithm>

#include "charm/charm.hpp"
#include "charm/ironic.hpp"
#include "compute.hpp"
#include "handover.hpp"
#include "log.hpp"
#include "ovs.hpp"
#include "words/entries.hpp"
#include "words/text.hpp"

namespace ncc::charm {

namespace {

using openstack::Verdict;
using scalein::State;

constexpr std::array phases{Phase::none, Phase::stopping, Phase::leaving, Phase::ended};

const char* name_of(Phase phase) {
  switch (phase) {
    case Phase::stopping:
      return "stopping";
    case Phase::leaving:
      return "leaving";
    case Phase::ended:
      return "ended";
    case Phase::none:
      break;
  }
  return "none";
}

/// One fact, in the form of the databag: an order is known wholly or not at all.
Order read_own_order(const std::map<std::string, std::string>& facts, const UnitName& unit) {
  const Orders orders = read_orders({{"scale-in", entry_of(facts, "order")}});
  const auto found = orders.find(unit.str());
  return found == orders.end() ? Order{} : found->second;
}

void set_open(Scene& scene, bool open) {
  scene.journal.put("order", "open", open ? "true" : "false");
  scene.model.leaving.open = open;
}

/// Aggregates that Nova took the host out of when its record was deleted.
void restore_aggregates(Scene& scene, openstack::Session& session) {
  const auto text = scene.journal.get("end", "facts");
  if (!text) {
    return;
  }
  for (const long long aggregate : scalein::read_facts(*text).aggregates) {
    const CloudStep step = AddToAggregate{aggregate, scene.model.host.str()};
    const openstack::Outcome outcome = perform(step, session);
    if (outcome.verdict == Verdict::forbidden || outcome.verdict == Verdict::unknown) {
      throw HttpError(describe(step), outcome.code, outcome.message);
    }
    log::info("{}", describe(step));
  }
}

/// Settled, and yet not marked: Open vSwitch does not answer, or is not configured yet.
Followed look_at_chassis(Scene& scene) {
  const auto settings = ovs::read(scene.platform.processes);
  if (!settings) {
    return {State::in_progress, "Open vSwitch does not answer"};
  }
  const auto bridge = settings->bridges.find("br-int");
  const bool marked =
      bridge != settings->bridges.end() && bridge->second.external_ids.contains("tombstoned");
  return marked ? Followed{} : Followed{State::in_progress, "the chassis is not marked yet"};
}

std::string not_ready(const std::optional<CloudView>& cloud) {
  if (cloud && !cloud->error.empty()) {
    return "nova: " + cloud->error;
  }
  if (cloud && !cloud->foreign_chassis.empty()) {
    return "ovn: " + cloud->foreign_chassis;
  }
  return "nova: the service is not ready to be enabled yet";
}

bool is_ours(const openstack::Service& service, const UnitName& unit) {
  const auto mark = scalein::read_mark(service.disabled_reason);
  return !service.enabled && mark && mark->unit == unit;
}

Followed come_back(Scene& scene) {
  if (!scene.model.leaving.open) {
    return {};
  }
  if (scene.model.leaving.phase != Phase::none) {
    return {State::in_progress, scene.model.leaving.pending};
  }
  openstack::Session session(scene.platform, credentials_of(scene.model));
  openstack::Nova nova(session);
  const std::vector<openstack::Service> services = nova.compute_services(scene.model.host.str());
  if (services.empty()) {
    return {State::in_progress, "nova: no service of " + scene.model.host.str() + " yet"};
  }
  const openstack::Service& service = services.front();
  if (!scene.model.record.joined) {
    return {State::in_progress, not_ready(scene.model.cloud)};
  }
  restore_aggregates(scene, session);
  if (is_ours(service, scene.model.unit)) {
    const CloudStep step = EnableService{service.id};
    const openstack::Outcome outcome = perform(step, session);
    if (outcome.verdict != Verdict::done) {
      return {State::failed, describe(step) + ": " + outcome.message};
    }
    log::info("{}", describe(step));
  }
  scene.journal.forget("end");
  scene.journal.put("order", "rejoin", "false");
  set_open(scene, false);
  return {};
}

bool has_record(const Scene& scene) {
  openstack::Session session(scene.platform, credentials_of(scene.model));
  return !openstack::Nova(session).compute_services(scene.model.host.str()).empty();
}

/// Shards that the unit claims, or runs although it does not.
std::set<std::string> shards_held(const Model& model) {
  std::set<std::string> held = compute::running_shards(model);
  if (model.shards) {
    held.insert(model.shards->mine.shards.begin(), model.shards->mine.shards.end());
  }
  return held;
}

/// A unit of bare-metal nodes leaves by letting go of its shards; the others take them with all
/// that is on them.
Followed follow_shard_order(Scene& scene) {
  Leaving& leaving = scene.model.leaving;
  if (leaving.order.want == Want::serving) {
    set_open(scene, false);
    return {};
  }
  const std::set<std::string> held = shards_held(scene.model);
  if (!held.empty()) {
    return {State::in_progress,
            "shards not let go of yet: " + join({held.begin(), held.end()}, ", ")};
  }
  if (leaving.order.want == Want::ended && leaving.phase != Phase::ended) {
    set_phase(scene, Phase::ended);
  }
  return {};
}

/// A handover declared the host dead: it cannot come up in Nova before that is taken back.
void declare_alive(Scene& scene) {
  handover::forget_plan(scene.journal, scene.model.host);
  openstack::Session session(scene.platform, credentials_of(scene.model));
  for (const openstack::Service& service :
       openstack::Nova(session).compute_services(scene.model.host.str())) {
    if (!service.forced_down || !is_ours(service, scene.model.unit)) {
      continue;
    }
    const CloudStep step = ForceDown{service.id, false};
    const openstack::Outcome outcome = perform(step, session);
    if (outcome.verdict != Verdict::done) {
      throw HttpError(describe(step), outcome.code, outcome.message);
    }
    log::info("{}", describe(step));
  }
}

/// Its record is gone, or may be: then the node's id goes before nova-compute runs (Nova maps no
/// node a second time), and it joins as a new host does. Taken up again by every hook until it is
/// done.
void turn_back(Scene& scene) {
  Leaving& leaving = scene.model.leaving;
  if (has_shards(scene.model)) {
    return set_phase(scene, Phase::none);
  }
  try {
    if (is_ironic(scene.model)) {
      declare_alive(scene);
    }
    if (leaving.phase == Phase::stopping && !has_record(scene)) {
      set_phase(scene, Phase::leaving);
    }
    settle(scene);
    scene.journal.put("order", "rejoin", "true");
    scene.model.record.joined = false;
    set_phase(scene, Phase::none);
  } catch (const HttpError& error) {
    leaving.pending = error.what();
  } catch (const ConfigError& error) {
    leaving.pending = error.what();
  }
}

}  // namespace

void set_phase(Scene& scene, Phase phase) {
  scene.journal.put("order", "phase", name_of(phase));
  scene.model.leaving.phase = phase;
  log::info("scale-in {}: phase {}", scene.model.leaving.order.run, name_of(phase));
}

std::string journal_path(const std::string& unit) {
  std::string name = unit;
  std::replace(name.begin(), name.end(), '/', '-');
  return "/var/lib/nova-compute-charm/" + name + "/journal.db";
}

Plan plan_forget(const Model& model) {
  Plan plan;
  if (model.event == Event::remove && model.leaving.phase == Phase::ended) {
    const std::string journal = journal_path(model.unit.str());
    plan.absent_files = {journal, journal.substr(0, journal.rfind('/'))};
  }
  return plan;
}

Databag observe_application(const Model& model, juju::Tools& tools) {
  const std::string relation = peer_relation(model);
  return relation.empty() ? Databag() : tools.application_bag(relation, model.application);
}

std::string peer_relation(const Model& model) {
  const auto ids = model.relation_ids.find("compute-peer");
  return ids == model.relation_ids.end() || ids->second.empty() ? "" : ids->second.front();
}

Leaving read_leaving(const Orders& orders, Journal& journal, const UnitName& unit) {
  const std::map<std::string, std::string> facts = journal.list("order");
  Leaving leaving{.order = read_own_order(facts, unit),
                  .open = entry_of(facts, "open") == "true",
                  .rejoin = entry_of(facts, "rejoin") == "true"};
  const std::string phase = entry_of(facts, "phase");
  const auto known =
      std::find_if(phases.begin(), phases.end(), [&](Phase one) { return phase == name_of(one); });
  leaving.phase = known == phases.end() ? Phase::none : *known;
  const auto order = orders.find(unit.str());
  if (order != orders.end() && order->second.number > leaving.order.number) {
    leaving.order = order->second;
  }
  return leaving;
}

void accept_order(Scene& scene, const Order& order) {
  Leaving& leaving = scene.model.leaving;
  leaving.order = order;
  scene.status_is_old = true;
  const UnitName& unit = scene.model.unit;
  const Order known = read_own_order(scene.journal.list("order"), unit);
  if (order.want != Want::serving || known.number != order.number) {
    set_open(scene, true);  // a return is closed only once it was looked whether there is one
  }
  scene.journal.put("order", "order", to_text(Orders{{unit.str(), order}}));
  if (order.want == Want::serving && leaving.phase != Phase::none) {
    turn_back(scene);
  }
}

/// Errors of the world are reasons here: an order is taken up again by the next hook.
Followed follow_order(Scene& scene) {
  if (has_shards(scene.model)) {
    return follow_shard_order(scene);
  }
  try {
    if (is_ironic(scene.model) && scene.model.leaving.order.want != Want::serving) {
      return follow_nodes(scene);
    }
    switch (scene.model.leaving.order.want) {
      case Want::ended:
        return scene.model.leaving.phase == Phase::ended ? Followed{} : end_unit(scene);
      case Want::serving:
        return come_back(scene);
      case Want::tombstoned:
        break;
    }
    return look_at_chassis(scene);
  } catch (const HttpError& error) {
    return {State::in_progress, error.what()};
  } catch (const ProcessError& error) {
    return {State::in_progress, error.what()};
  } catch (const ConfigError& error) {
    return {State::in_progress, error.what()};
  }
}

DrainView observe_drain(const Model& model, openstack::Session& session) {
  DrainView view;
  try {
    openstack::Nova nova(session);
    const std::string& host = model.host.str();
    view.servers = static_cast<int>(nova.servers_on(host).size());
    for (const openstack::Migration& migration : nova.migrations({.host = host})) {
      view.moving += migration.source == host && is_in_flight(migration) ? 1 : 0;
    }
    for (const openstack::Service& service : nova.compute_services(host)) {
      view.enabled = service.enabled;
    }
  } catch (const HttpError& error) {
    view.error = error.what();
  }
  return view;
}

}  // namespace ncc::charm
