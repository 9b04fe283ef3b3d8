// handover, mode=nodes: a unit without ironic-shards is one nova-compute whose host name is its
// shard. Each of its nodes goes to another unit's. On the unit itself the action stops
// nova-compute; for a unit whose machine is off the leader does it all, on a person's word
// (fenced).

#include <algorithm>

#include <nlohmann/json.hpp>

#include "charm/ironic.hpp"
#include "charm/leave.hpp"
#include "charm/scale_in.hpp"
#include "handover.hpp"
#include "log.hpp"
#include "words/error.hpp"
#include "words/text.hpp"

namespace ncc::charm {

namespace {

using nlohmann::ordered_json;
using scalein::Member;
using scalein::Request;
using scalein::State;

/// A result must fit into one argument of a hook tool: the first rows, and how many there are.
class FirstRows {
 public:
  explicit FirstRows(std::size_t most) : most_(most) {}

  void add(ordered_json row) {
    if (count_++ < most_) {
      rows_.push_back(std::move(row));
    }
  }

  [[nodiscard]] std::string text() const { return rows_.dump(); }

  [[nodiscard]] std::string count() const { return std::to_string(count_); }

 private:
  std::size_t most_;
  std::size_t count_ = 0;
  ordered_json rows_ = ordered_json::array();
};

constexpr std::size_t most_rows = 100;
constexpr std::size_t most_commands = 300;  // a repair has six, and goes first

bool leaves(const Scene& scene, const Peer& peer) {
  return scene.model.shards && scene.model.shards->leaving.contains(peer.unit);
}

/// Hosts of the units that stay.
std::vector<handover::Target> targets_of(Scene& scene, const Batch& batch) {
  std::set<UnitName> leaving;
  for (const Member& member : batch.members()) {
    leaving.insert(member.unit);
  }
  std::vector<handover::Target> targets;
  for (const Peer& peer : observe_peers(scene)) {
    if (peer.host && !leaving.contains(peer.unit) && !leaves(scene, peer)) {
      targets.push_back({.host = *peer.host});
    }
  }
  if (!leaving.contains(scene.model.unit) && !is_tombstoned(scene.model)) {
    targets.push_back({.host = scene.model.host});
  }
  return targets;
}

/// nova-compute runs, or a hook or a reboot may start it.
bool may_run(Scene& scene) {
  observe_machine(scene.model, scene.platform);
  const auto found = scene.model.machine.services.find("nova-compute");
  const bool runs = found != scene.model.machine.services.end() && found->second.active;
  return runs || scene.model.leaving.phase == Phase::none;
}

/// A machine that was off when its nodes were handed over came back, and its nova-compute made a
/// new record before it was stopped.
Followed delete_record(Scene& scene) {
  openstack::Session session(scene.platform, credentials_of(scene.model));
  openstack::Nova nova(session);
  const std::string& host = scene.model.host.str();
  for (const openstack::Service& service : nova.compute_services(host)) {
    if (!nova.hypervisors(host).empty() || !nova.servers_on(host).empty()) {
      return {State::in_progress, "nodes or servers came to it again: run handover"};
    }
    const CloudStep step = DeleteService{service.id};
    const openstack::Outcome outcome = perform(step, session);
    if (outcome.verdict != openstack::Verdict::done &&
        outcome.verdict != openstack::Verdict::missing) {
      return {State::in_progress, describe(step) + ": " + outcome.message};
    }
    log::info("{}", describe(step));
  }
  return {};
}

class Handing {
 public:
  Handing(Scene& scene, const Request& request)
      : scene_(scene),
        request_(request),
        batch_(scene, request),
        targets_(targets_of(scene, batch_)),
        nova_(scene.platform, credentials_of(scene.model)),
        ironic_(scene.platform, system_credentials_of(scene.model)) {}

  Outcome run() {
    batch_.for_each([&](const Member& member) {
      const std::string refusal = why_not(member);
      if (!refusal.empty()) {
        batch_.set(member.unit.str(), State::refused, refusal);
      } else if (request_.plan) {
        show(member);
      } else if (!is_self(member) || !batch_.is_ended(member)) {
        hand_over(member);
      }
    });
    batch_.publish();
    return batch_.outcome({{"plan", plans_.dump()},
                           {"revision", std::to_string(revision_)},
                           {"pending", pending_.text()},
                           {"pending-count", pending_.count()},
                           {"commands", commands_.text()},
                           {"commands-count", commands_.count()},
                           {"dropped", dropped_.text()},
                           {"dropped-count", dropped_.count()}});
  }

 private:
  [[nodiscard]] bool is_self(const Member& member) const {
    return member.unit == scene_.model.unit;
  }

  [[nodiscard]] std::string too_few() const {
    const auto least = std::max(1LL, scene_.model.config.min_computes);
    const auto left = static_cast<long long>(targets_.size());
    return left >= least || request_.force
               ? ""
               : std::to_string(left) + " units that take nodes would be left, " +
                     std::to_string(least) + " must be (option min-computes)";
  }

  [[nodiscard]] std::string why_not(const Member& member) const {
    if (is_self(member) && request_.drain.fenced) {
      return "this unit runs the action: its machine is not off";
    }
    if (!is_self(member) && !request_.drain.fenced) {
      return "its nova-compute must be stopped first: run handover on " + member.unit.str() +
             " itself, or with fenced=true if its machine is off";
    }
    return batch_.order_of(member).want == Want::serving ? too_few() : "";
  }

  [[nodiscard]] handover::Job job_of(const Member& member) const {
    const std::string run = batch_.run_of(member);
    return {.source = {.unit = member.unit,
                       .host = member.host,
                       .mark = scalein::to_text({.run = run, .unit = member.unit}),
                       .fenced = request_.drain.fenced},
            .targets = targets_,
            .options = {.id = run, .timeout = request_.drain.timeout, .force = request_.force}};
  }

  /// Its nova-compute stays stopped over reboots from the moment it is stopped.
  handover::Machine machine_of(const Member& member) {
    if (!is_self(member)) {
      return {};
    }
    return {.runs = [&] { return may_run(scene_); },
            .stop =
                [&, run = batch_.run_of(member)] {
                  order_self(member, run, Want::tombstoned);
                  set_phase(scene_, Phase::stopping);
                  settle(scene_);
                }};
  }

  void order_self(const Member& member, const std::string& run, Want want) {
    Order order = batch_.order_of(member);
    if (order.want != want || order.run != run) {
      order = {.number = order.number + 1, .run = run, .want = want};
      accept_order(scene_, order);
    }
  }

  void show(const Member& member) {
    const handover::Job job = job_of(member);
    const handover::Machine machine = machine_of(member);
    const handover::Result result =
        handover::preview(scene_.platform, {nova_, ironic_}, scene_.journal, job, machine);
    tell(member, result);
    batch_.set(member.unit.str(),
               result.last.refuse.empty() ? State::done : State::refused,
               result.last.refuse);
  }

  void hand_over(const Member& member) {
    const handover::Job job = job_of(member);
    const handover::Machine machine = machine_of(member);
    const handover::Result result =
        handover::run(scene_.platform,
                      {nova_, ironic_},
                      scene_.journal,
                      job,
                      machine,
                      [&](const std::string& line, const handover::Counts&) {
                        scene_.tools.action_log(member.unit.str() + ": " + line);
                      });
    tell(member, result);
    follow_up(member, result.last.done ? Want::ended : Want::tombstoned, result);
    judge(member, result);
  }

  /// The unit is told what it is now. One whose machine is off stops its nova-compute when it comes
  /// back.
  void follow_up(const Member& member, Want want, const handover::Result& result) {
    const std::string run = batch_.run_of(member);
    if (!is_self(member)) {
      if (result.last.refuse.empty()) {
        batch_.order(member, {.run = run, .want = want});
      }
      return;
    }
    if (want == Want::ended) {
      order_self(member, run, want);
      set_phase(scene_, Phase::ended);
    } else if (scene_.model.leaving.phase != Phase::none) {
      scene_.model.leaving.pending = reason_of(result);
    }
    settle(scene_);
  }

  static std::string reason_of(const handover::Result& result) {
    const handover::Counts& counts = result.last.counts;
    std::string reason = std::to_string(counts.nodes - counts.done) + " of " +
                         std::to_string(counts.nodes) + " nodes left, " +
                         std::to_string(counts.to_move) +
                         " of them for nova-manage: run what `commands` has, then handover again";
    return result.stopped.empty() ? reason : reason + " (" + result.stopped + ")";
  }

  void judge(const Member& member, const handover::Result& result) {
    const std::string& unit = member.unit.str();
    if (result.last.done) {
      batch_.set(unit, State::done, "");
    } else if (!result.last.refuse.empty()) {
      batch_.set(unit, State::refused, result.last.refuse);
    } else {
      batch_.set(unit, State::in_progress, reason_of(result));
    }
  }

  void tell(const Member& member, const handover::Result& result) {
    ordered_json counts = ordered_json::object();
    for (const auto& [node, host] : result.plan.targets) {
      counts[host] = counts.value(host, 0) + 1;
    }
    plans_[member.unit.str()] = counts;
    revision_ = std::max(revision_, result.plan.revision);
    for (const handover::Pending& one : result.last.pending) {
      pending_.add({{"unit", member.unit.str()},
                    {"node", one.node},
                    {"server", one.server},
                    {"target", one.target},
                    {"reason", one.reason},
                    {"final", one.final}});
    }
    for (const std::string& command : result.last.commands) {
      commands_.add(command);
    }
    for (const std::string& node : result.last.dropped) {
      dropped_.add(node);
    }
  }

  Scene& scene_;
  const Request& request_;
  Batch batch_;
  std::vector<handover::Target> targets_;
  openstack::Session nova_;
  openstack::Session ironic_;
  ordered_json plans_ = ordered_json::object();
  FirstRows pending_{most_rows};
  FirstRows commands_{most_commands};
  FirstRows dropped_{most_rows};
  int revision_ = 0;
};

}  // namespace

Outcome hand_over_nodes(Scene& scene, const Request& request) {
  if (has_shards(scene.model)) {
    throw ConfigError("mode",
                      "nodes is for units without ironic-shards: here shards are handed over");
  }
  return Handing(scene, request).run();
}

Followed follow_nodes(Scene& scene) {
  const Leaving& leaving = scene.model.leaving;
  if (leaving.phase == Phase::ended) {
    return {};
  }
  if (leaving.phase == Phase::none) {
    set_phase(scene, Phase::stopping);
    settle(scene);
  }
  if (leaving.order.want != Want::ended) {
    return {State::in_progress, "its nodes are being handed over: handover says which are left"};
  }
  const Followed gone = delete_record(scene);
  if (gone.state == State::done) {
    set_phase(scene, Phase::ended);
  }
  return gone;
}

}  // namespace ncc::charm
