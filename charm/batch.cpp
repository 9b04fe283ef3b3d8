#include <algorithm>

#include "charm/charm.hpp"
#include "charm/scale_in.hpp"
#include "log.hpp"
#include "words/error.hpp"

namespace ncc::charm {

namespace {

using scalein::Member;
using scalein::State;
using scalein::UnitResult;

const std::string peer_endpoint = "compute-peer";

}  // namespace

/// compute-peer has no related side: read_peers wants the databags of all other units.
std::vector<Peer> observe_peers(Scene& scene) {
  RemoteUnits remote;
  for (const auto& [name, endpoint] : scene.tools.endpoints({peer_endpoint}, "", {})) {
    for (const juju::Relation& relation : endpoint.relations) {
      remote.units.insert(relation.units.begin(), relation.units.end());
    }
  }
  return read_peers(remote);
}

Batch::Batch(Scene& scene, const scalein::Request& request) : scene_(scene) {
  const std::string& self = scene.model.unit.str();
  const bool others = std::any_of(request.units.begin(),
                                  request.units.end(),
                                  [&](const std::string& unit) { return unit != self; });
  orders_ = read_orders(observe_application(scene.model, scene.tools));
  if (others) {
    if (!scene.tools.is_leader()) {
      throw ConfigError("units",
                        "only the leader can act on other units: run it on " +
                            scene.model.application + "/leader");
    }
    peers_ = observe_peers(scene);
  }
  const std::vector<std::string> names =
      request.units.empty() ? std::vector<std::string>{self} : request.units;
  for (const std::string& name : names) {
    resolve(name);
  }
}

void Batch::resolve(const std::string& name) {
  results_.push_back({.unit = name});
  if (name == scene_.model.unit.str()) {
    members_.push_back({.unit = scene_.model.unit, .host = scene_.model.host});
    results_.back().host = scene_.model.host.str();
    return;
  }
  const auto peer = std::find_if(
      peers_.begin(), peers_.end(), [&](const Peer& one) { return one.unit.str() == name; });
  if (peer == peers_.end()) {
    set(name, State::unknown, "no such unit");
  } else if (!peer->host) {
    set(name, State::refused, "it has not said its host name yet");
  } else {
    members_.push_back({.unit = peer->unit, .host = *peer->host});
    results_.back().host = peer->host->str();
  }
}

std::vector<Member> Batch::open_members() const {
  std::vector<Member> open;
  for (const Member& member : members_) {
    const auto result = std::find_if(results_.begin(), results_.end(), [&](const UnitResult& one) {
      return one.unit == member.unit.str();
    });
    if (result->state == State::done || result->state == State::in_progress) {
      open.push_back(member);
    }
  }
  return open;
}

UnitResult& Batch::result_of(const std::string& unit) {
  const auto result = std::find_if(
      results_.begin(), results_.end(), [&](const UnitResult& one) { return one.unit == unit; });
  if (result == results_.end()) {
    throw std::logic_error("no result of " + unit);
  }
  return *result;
}

void Batch::set(const std::string& unit, State state, const std::string& reason) {
  UnitResult& result = result_of(unit);
  result.state = state;
  result.reason = reason;
}

const std::string& Batch::reason_of(const std::string& unit) {
  return result_of(unit).reason;
}

void Batch::set_left(const std::string& unit, std::vector<drain::Left> left) {
  result_of(unit).left = std::move(left);
}

void Batch::for_each(const std::function<void(const Member&)>& work) {
  for (const Member& member : members_) {
    attempt(member.unit.str(), State::failed, [&] { work(member); });
  }
}

void Batch::attempt(const std::string& unit, State trouble, const std::function<void()>& work) {
  try {
    work();
  } catch (const std::runtime_error& error) {
    log::warn("{}: {}", unit, error.what());
    set(unit, trouble, error.what());
  }
}

bool Batch::is_self(const Member& member) const {
  return member.unit == scene_.model.unit;
}

const Peer* Batch::peer_of(const Member& member) const {
  const auto peer = std::find_if(
      peers_.begin(), peers_.end(), [&](const Peer& one) { return one.unit == member.unit; });
  return peer == peers_.end() ? nullptr : &*peer;
}

Reached Batch::reached_by(const Member& member) const {
  if (is_self(member)) {
    return ncc::reached_of(scene_.model);
  }
  const Peer* peer = peer_of(member);
  return peer ? peer->reached : Reached{};
}

/// What a unit was told by itself is in what it says.
Order Batch::order_of(const Member& member) const {
  Order order = is_self(member) ? scene_.model.leaving.order : Order{};
  const auto found = orders_.find(member.unit.str());
  if (found != orders_.end() && found->second.number > order.number) {
    order = found->second;
  }
  const Reached reached = reached_by(member);
  if (reached.number > order.number) {
    order = {.number = reached.number, .run = reached.run, .want = reached.want};
  }
  return order;
}

bool Batch::reached(const Member& member) const {
  const Reached said = reached_by(member);
  return said.done && said.number == order_of(member).number;
}

bool Batch::is_ended(const Member& member) const {
  return order_of(member).want == Want::ended && reached(member);
}

bool Batch::is_serving(const Member& member) const {
  const Order order = order_of(member);
  return order.number == 0 || (order.want == Want::serving && reached(member));
}

std::string Batch::run_of(const Member& member) const {
  const std::string run = order_of(member).run;
  return run.empty() ? scene_.model.fresh_uuids.at(0).substr(0, 8) : run;
}

void Batch::order(const Member& member, Order order) {
  const Order last = order_of(member);
  order.number = last.number;
  if (!(order == last)) {
    ++order.number;
  }
  if (is_self(member)) {
    order_self(order);
    return;
  }
  to_publish_ = to_publish_ || !(orders_[member.unit.str()] == order);
  orders_[member.unit.str()] = order;
  if (!reached(member)) {
    const std::string pending = reached_by(member).pending;
    set(member.unit.str(),
        State::in_progress,
        std::string("ordered to be ") + to_string(order.want) + ": its next hook does it" +
            (pending.empty() ? "" : " (" + pending + ")"));
  }
}

void Batch::order_self(const Order& order) {
  accept_order(scene_, order);
  settle(scene_);
  join_cloud(scene_);
  const Followed followed = follow_order(scene_);
  scene_.model.leaving.pending = followed.reason;
  settle(scene_);
  set(scene_.model.unit.str(), followed.state, followed.reason);
}

bool Batch::publish() {
  const std::string relation = peer_relation(scene_.model);
  const bool published = to_publish_ && !relation.empty();
  if (published) {
    scene_.tools.relation_set_application(relation, {{"scale-in", to_text(orders_)}});
  }
  to_publish_ = false;
  return published;
}

Outcome Batch::outcome(const std::map<std::string, std::string>& more) const {
  Outcome outcome{.results = more, .failure = scalein::failure_of(results_)};
  outcome.results["result"] = scalein::summary_of(results_);
  outcome.results["units"] = scalein::to_json(results_);
  return outcome;
}

}  // namespace ncc::charm
