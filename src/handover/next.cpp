// What is done next: the service of the source is disabled, its process stopped, its death
// declared; then its nodes go; the service goes last. Pure.

#include <algorithm>

#include "handover/fate.hpp"
#include "words/text.hpp"

namespace ncc::handover {

namespace {

/// What nova-compute of the source has in hand: it must end before the process does.
std::vector<std::string> in_hand(const View& view) {
  std::vector<std::string> things;
  for (const openstack::Server& server : view.servers) {
    if (!server.task_state.empty() || server.status == "BUILD") {
      things.push_back("server " + server.id + " (" +
                       (server.task_state.empty() ? server.status : server.task_state) + ")");
    }
  }
  for (const auto& [uuid, node] : view.nodes) {
    const std::string& state = node.provision_state;
    if (state == "deploying" || state == "wait call-back" || state == "deleting") {
      things.push_back("node " + uuid + " (" + state + ")");
    }
  }
  return things;
}

std::string not_mapped(const View& view) {
  std::vector<std::string> hosts;
  for (const auto& [host, target] : view.targets) {
    if (target.known && target.up && !target.mapped) {
      hosts.push_back(host);
    }
  }
  return hosts.empty()
             ? ""
             : "Nova lists no hypervisor of " + join(hosts, ", ") +
                   ": the host may not be mapped to its cell. Run nova-manage cell_v2 "
                   "discover_hosts --by-service; force=true takes a host that is mapped and only "
                   "has no node yet";
}

std::string why_unusable(const TargetState& target) {
  if (!target.known) {
    return "has no service";
  }
  if (!target.up) {
    return "is down";
  }
  return target.enabled ? "is not mapped" : "is disabled";
}

std::string no_target(const View& view, const Options& options) {
  std::vector<std::string> reasons;
  for (const auto& [host, target] : view.targets) {
    if (is_usable(target, options)) {
      return "";
    }
    reasons.push_back(host + " " + why_unusable(target));
  }
  return "no host can take the nodes" + (reasons.empty() ? "" : ": " + join(reasons, "; "));
}

/// What forbids to begin.
std::string refusal(const View& view, const Options& options) {
  if (view.nodes.empty()) {
    return "";
  }
  for (const std::string& reason :
       {options.force ? std::string() : not_mapped(view), no_target(view, options)}) {
    if (!reason.empty()) {
      return reason;
    }
  }
  return "";
}

bool is_alive(const View& view) {
  return view.service && view.service->up && !view.service->forced_down;
}

class Deciding {
 public:
  Deciding(const View& view,
           const Source& source,
           const Plan& plan,
           const Tries& tries,
           const Options& options)
      : view_(view),
        host_(source.host.str()),
        source_(source),
        plan_(plan),
        tries_(tries),
        options_(options) {}

  Decision decide() {
    decision_.refuse = why_not();
    if (!decision_.refuse.empty()) {
      return decision_;
    }
    const bool is_over = !view_.service && view_.nodes.empty();
    const Plan wanted = is_over ? plan_ : planned_anew(view_, host_, plan_, options_);
    if (!(wanted == plan_)) {
      decision_.plan = wanted;
      return decision_;
    }
    look_at_nodes();
    look_at_servers();
    if (is_out_of_service()) {
      go_on();
    }
    return decision_;
  }

 private:
  [[nodiscard]] std::string why_not() const {
    if (!view_.has_shards) {
      return "Ironic offers microversion " + view_.ironic +
             ", shards need 1.82: upgrade Ironic, or keep hosts apart by conductor_group";
    }
    if (source_.fenced && is_alive(view_)) {
      return "Nova sees " + host_ +
             " up: its machine is not off, or went off less than a minute ago";
    }
    return plan_.revision == 0 ? refusal(view_, options_) : "";
  }

  /// True when no process of the source can write any more: then nodes may go. Otherwise the step
  /// there, or what it waits for.
  bool is_out_of_service() {
    if (!view_.service) {
      return own(view_.runs, StopCompute{});
    }
    const openstack::Service& service = *view_.service;
    if (service.unknown) {
      return wait("the cell of " + host_ + " does not answer");
    }
    if (service.enabled) {
      return own(true, CloudStep(DisableService{service.id, source_.mark}));
    }
    if (view_.runs) {
      const std::vector<std::string> busy = in_hand(view_);
      const bool may_stop = busy.empty() || service.forced_down;
      return may_stop ? own(true, StopCompute{})
                      : wait("nova-compute has work in hand: " + join(busy, ", "));
    }
    if (service.forced_down) {
      return true;
    }
    if (view_.is_stuck) {
      decision_.refuse = "nova-compute is stopped, and Nova still sees " + host_ +
                         " up: another process has its name";
      return false;
    }
    return service.up ? wait("Nova to see nova-compute stopped")
                      : own(true, CloudStep(ForceDown{service.id, true}));
  }

  bool wait(const std::string& what) {
    decision_.await = what;
    return false;
  }

  /// A step of the source itself; true when there is none.
  bool own(bool needed, const Step& step) {
    if (needed) {
      decision_.steps = {step};
    }
    return !needed;
  }

  void look_at_nodes() {
    for (const auto& [uuid, node] : view_.nodes) {
      const auto planned = plan_.targets.find(uuid);
      look_at(uuid, node, planned == plan_.targets.end() ? std::string() : planned->second);
    }
  }

  void look_at(const std::string& uuid, const NodeState& node, const std::string& planned) {
    const Fate fate = fate_of(node, host_, planned, view_);
    ++decision_.counts.nodes;
    switch (fate.need) {
      case Need::gone:
      case Need::foreign:
        decision_.dropped.push_back(uuid + ": " + fate.reason);
        ++decision_.counts.done;
        return;
      case Need::done:
      case Need::parked:
        ++decision_.counts.done;
        return;
      case Need::shard:
        return give(uuid, node, fate);
      case Need::adoption:
        ++decision_.counts.adopting;
        return pend(uuid, node, fate, false);
      case Need::move:
        return move(uuid, node, fate);
      case Need::half_moved:
        repair(uuid, fate.to);
        return pend(uuid, node, fate, true);
      case Need::dangling:
      case Need::stray:
      case Need::place:
        return pend(uuid, node, fate, true);
    }
  }

  /// A node that Ironic has turned down is left for later.
  void give(const std::string& uuid, const NodeState& node, Fate fate) {
    ++decision_.counts.to_give;
    const auto last = tries_.find(uuid);
    const bool is_refused = last != tries_.end() && last->second.refused;
    if (last != tries_.end()) {
      fate.reason += ": " + last->second.said;
    }
    pend(uuid, node, fate, is_refused);
    if (!is_refused && (last == tries_.end() || last->second.not_before <= view_.now)) {
      give_.emplace_back(CloudStep(SetShard{uuid, fate.to}));
    }
  }

  void move(const std::string& uuid, const NodeState& node, Fate fate) {
    ++decision_.counts.to_move;
    const auto target = view_.targets.find(fate.to);
    const bool can_go = target != view_.targets.end() && target->second.up;
    if (can_go) {
      decision_.commands.push_back(move_command(uuid, fate.to));
    } else {
      fate.reason = "its target " + fate.to + " is down";
    }
    pend(uuid, node, fate, can_go);
  }

  void pend(const std::string& uuid, const NodeState& node, const Fate& fate, bool final) {
    decision_.pending.push_back({.node = uuid,
                                 .server = node.allocated ? "" : node.instance,
                                 .target = fate.to,
                                 .reason = fate.reason,
                                 .final = final});
  }

  /// Before all other commands: a list that is cut off holds whole repairs.
  void repair(const std::string& uuid, const std::string& target) {
    const std::vector<std::string> commands = repair_commands(uuid, host_, target);
    decision_.commands.insert(decision_.commands.begin(), commands.begin(), commands.end());
  }

  /// Servers of the source that are on none of its nodes.
  void look_at_servers() {
    for (const openstack::Server& server : view_.servers) {
      const bool has_node =
          std::any_of(decision_.pending.begin(), decision_.pending.end(), [&](const Pending& one) {
            return one.server == server.id;
          });
      if (!has_node) {
        decision_.pending.push_back(
            {.server = server.id,
             .reason = "server (" + server.status + ") of " + host_ +
                       " without a node: delete it, or put it right in Nova's database",
             .final = true});
      }
    }
  }

  /// The source is out of service: its nodes go, and when none is left, its record does.
  void go_on() {
    decision_.steps = give_;
    if (!decision_.pending.empty()) {
      return;
    }
    if (view_.service) {
      decision_.steps.emplace_back(CloudStep(DeleteService{view_.service->id}));
    } else {
      decision_.done = true;
    }
  }

  const View& view_;
  const std::string& host_;
  const Source& source_;
  const Plan& plan_;
  const Tries& tries_;
  const Options& options_;
  Decision decision_ = {};
  std::vector<Step> give_ = {};
};

}  // namespace

bool Decision::needs_person() const {
  return !done && steps.empty() && await.empty() && !pending.empty() &&
         std::all_of(pending.begin(), pending.end(), [](const Pending& one) { return one.final; });
}

Decision next(const View& view,
              const Source& source,
              const Plan& plan,
              const Tries& tries,
              const Options& options) {
  return Deciding(view, source, plan, tries, options).decide();
}

}  // namespace ncc::handover
