// scalein-*, migrate, scale-in and handover of units that hold shards of bare-metal nodes. Nothing
// is moved: a shard is an identity in Nova, and another unit takes it with all that is on it. So a
// unit that is to leave is ordered so, the leader gives its shards to others, and it has left when
// it holds none.

#include <algorithm>

#include <nlohmann/json.hpp>

#include "charm/ironic.hpp"
#include "charm/scale_in.hpp"
#include "compute.hpp"
#include "words/error.hpp"
#include "words/text.hpp"

namespace ncc::charm {

namespace {

using scalein::Member;
using scalein::Request;
using scalein::State;

const ShardView& view_of(const Scene& scene) {
  if (!scene.model.shards) {
    throw ConfigError("compute-peer", "the relation is not there yet");
  }
  return *scene.model.shards;
}

void must_have_shards(const Scene& scene) {
  static_cast<void>(view_of(scene));
  if (!has_shards(scene.model)) {
    throw ConfigError("ironic-shards",
                      "has no value: the nodes of a unit leave with handover mode=nodes");
  }
}

/// Units that could hold shards when `batch` has left.
std::set<UnitName> units_left(const Scene& scene, const Batch& batch) {
  const ShardView& view = view_of(scene);
  std::set<UnitName> left;
  const auto add = [&](const UnitName& unit, const shards::Claims& claims) {
    if (!claims.boot.empty() && !view.leaving.contains(unit) &&
        !shards::is_fenced(view.assignment, unit, &claims)) {
      left.insert(unit);
    }
  };
  if (!is_tombstoned(scene.model)) {
    add(scene.model.unit, view.mine);
  }
  for (const auto& [unit, claims] : view.peers) {
    add(unit, claims);
  }
  for (const Member& member : batch.members()) {
    left.erase(member.unit);
  }
  return left;
}

/// Empty: the batch may leave.
std::string guard(const Scene& scene, const Batch& batch) {
  const auto least = static_cast<std::size_t>(std::max(1LL, scene.model.config.min_computes));
  const std::size_t left = units_left(scene, batch).size();
  return left >= least ? ""
                       : std::to_string(left) + " units that can hold shards would be left, " +
                             std::to_string(least) + " must be (option min-computes)";
}

Outcome order_to(Batch& batch, Want want) {
  batch.for_each([&](const Member& member) {
    batch.order(member, {.run = batch.run_of(member), .want = want});
  });
  batch.publish();
  return batch.outcome({});
}

Outcome leave(Scene& scene, const Request& request, Want want) {
  Batch batch(scene, request);
  const std::string raised = guard(scene, batch);
  nlohmann::ordered_json guards = nlohmann::ordered_json::array();
  if (!raised.empty()) {
    guards.push_back({{"guard", "min-computes"}, {"text", raised}, {"forcible", true}});
  }
  if (!raised.empty() && !request.force) {
    for (const Member& member : batch.members()) {
      batch.set(member.unit.str(), State::refused, raised);
    }
  }
  const bool go = !request.plan && (raised.empty() || request.force);
  Outcome outcome = go ? order_to(batch, want) : batch.outcome({});
  outcome.results["guards"] = guards.dump();
  return outcome;
}

bool is_tombstoned_by_us(const Batch& batch, const Member& member) {
  return batch.order_of(member).want != Want::serving && batch.reached(member);
}

Outcome end(Scene& scene, const Request& request) {
  Batch batch(scene, request);
  batch.for_each([&](const Member& member) {
    if (batch.is_ended(member)) {
      return;
    }
    if (!is_tombstoned_by_us(batch, member)) {
      batch.set(member.unit.str(),
                State::refused,
                "it holds shards, or was not tombstoned: run scalein-start first");
    } else if (!request.plan) {
      batch.order(member, {.run = batch.run_of(member), .want = Want::ended});
    }
  });
  if (!request.plan) {
    batch.publish();
  }
  return batch.outcome({});
}

/// A tombstoned unit loses its shards by itself; there is nothing else to migrate.
Outcome wait_for_shards(Scene& scene, const Request& request) {
  Batch batch(scene, request);
  batch.for_each([&](const Member& member) {
    const bool ordered = batch.order_of(member).want != Want::serving;
    if (!ordered) {
      batch.set(member.unit.str(), State::refused, "it is not tombstoned: run scalein-start first");
    } else if (!batch.reached(member)) {
      batch.set(member.unit.str(), State::in_progress, batch.reached_by(member).pending);
    }
  });
  return batch.outcome({});
}

Outcome recover(Scene& scene, const Request& request) {
  Batch batch(scene, request);
  batch.for_each([&](const Member& member) {
    if (batch.is_serving(member)) {
      batch.set(member.unit.str(), State::done, "not tombstoned");
    } else if (!request.plan) {
      batch.order(member, {.run = batch.run_of(member)});
    }
  });
  if (!request.plan) {
    batch.publish();
  }
  return batch.outcome({});
}

const shards::Claims* claims_of(const ShardView& view, const UnitName& unit) {
  const auto claims = view.peers.find(unit);
  return claims == view.peers.end() ? nullptr : &claims->second;
}

bool is_known(const ShardView& view, const UnitName& unit) {
  const auto& granted = view.assignment.granted;
  return view.peers.contains(unit) ||
         std::any_of(granted.begin(), granted.end(), [&](const auto& shard) {
           return shard.second.contains(unit);
         });
}

/// Shards that the unit claims or was given, of which Nova says that they are up: its machine runs.
std::vector<std::string> shards_up(const ShardView& view,
                                   const UnitName& unit,
                                   openstack::Session& session) {
  std::set<std::string> hosts;
  if (const shards::Claims* claims = claims_of(view, unit)) {
    hosts = claims->shards;
  }
  for (const auto& [shard, owner] : view.assignment.owners) {
    if (owner == unit) {
      hosts.insert(shard);
    }
  }
  std::vector<std::string> up;
  for (const openstack::Service& service : openstack::Nova(session).compute_services()) {
    if (service.up && hosts.contains(service.host)) {
      up.push_back(service.host);
    }
  }
  return up;
}

/// Shards that a fenced unit still claims and nobody else does yet.
std::vector<std::string> not_taken(const ShardView& view, const UnitName& unit) {
  std::set<std::string> left;
  if (const shards::Claims* claims = claims_of(view, unit)) {
    left = claims->shards;
  }
  const auto take = [&](const shards::Claims& claims) {
    std::erase_if(left, [&](const std::string& shard) { return claims.shards.contains(shard); });
  };
  take(view.mine);
  for (const auto& [peer, claims] : view.peers) {
    if (peer != unit) {
      take(claims);
    }
  }
  return {left.begin(), left.end()};
}

/// A person's word that machines are off: their shards go to others at once. A unit that was
/// removed by force, with its machine, is no peer any more.
Outcome hand_over_fenced(Scene& scene, const Request& request) {
  if (!scene.tools.is_leader()) {
    throw ConfigError("fenced",
                      "only the leader can: run it on " + scene.model.application + "/leader");
  }
  Batch batch(scene, request);
  openstack::Session session(scene.platform, credentials_of(scene.model));
  const auto take = [&](const UnitName& unit) {
    ShardView& view = *scene.model.shards;
    if (unit == scene.model.unit) {
      return batch.set(
          unit.str(), State::refused, "this unit runs the action: its machine is not off");
    }
    if (!is_known(view, unit)) {
      return batch.set(unit.str(), State::unknown, "no such unit");
    }
    if (shards::is_fenced(view.assignment, unit, claims_of(view, unit))) {
      const auto left = not_taken(view, unit);
      return batch.set(unit.str(),
                       left.empty() ? State::done : State::in_progress,
                       left.empty() ? "" : join(left, ", ") + " wait for their new units");
    }
    if (const auto up = shards_up(view, unit, session); !up.empty()) {
      return batch.set(unit.str(),
                       State::refused,
                       "Nova sees its shards " + join(up, ", ") +
                           " up: its machine is not off, or went off less than a minute ago");
    }
    view.fence.insert(unit);
    batch.set(
        unit.str(), State::in_progress, "its shards go to the other units with their next hooks");
  };
  const std::vector<scalein::UnitResult> named = batch.results();
  for (const scalein::UnitResult& one : named) {
    batch.attempt(one.unit, State::unknown, [&] { take(UnitName(one.unit)); });
  }
  if (!request.plan) {
    share_out_shards(scene);
    scene.status_is_old = true;
  }
  return batch.outcome({});
}

}  // namespace

Outcome ironic_scale_in(Scene& scene, const juju::Values& parameters, IronicVerb verb) {
  const Request request = scalein::read_request(parameters);
  if (verb != IronicVerb::recover) {
    must_have_shards(scene);
  }
  switch (verb) {
    case IronicVerb::start:
      return leave(scene, request, Want::tombstoned);
    case IronicVerb::scale_in:
      return leave(scene, request, Want::ended);
    case IronicVerb::migrate:
      return wait_for_shards(scene, request);
    case IronicVerb::end:
      return end(scene, request);
    case IronicVerb::recover:
      break;
  }
  return recover(scene, request);
}

void must_be_ironic(const Model& model) {
  if (!is_ironic(model)) {
    throw ConfigError("virt-type", "is not ironic: this unit has no bare-metal nodes");
  }
}

openstack::Credentials system_credentials_of(const Model& model) {
  openstack::Credentials credentials = credentials_of(model);
  credentials.system_scope = true;
  return credentials;
}

Outcome handover(Scene& scene, const juju::Values& parameters) {
  must_be_ironic(scene.model);
  juju::Values rest = parameters;
  const auto given = rest.extract("mode");
  const std::string mode = given ? given.mapped() : has_shards(scene.model) ? "shards" : "nodes";
  const Request request = scalein::read_request(rest);
  if (mode == "nodes") {
    return hand_over_nodes(scene, request);
  }
  if (mode != "shards") {
    throw ConfigError("mode", "is neither shards nor nodes");
  }
  return hand_over_shards(scene, request);
}

Outcome hand_over_shards(Scene& scene, const scalein::Request& request) {
  must_have_shards(scene);
  return request.drain.fenced ? hand_over_fenced(scene, request)
                              : leave(scene, request, Want::tombstoned);
}

}  // namespace ncc::charm
