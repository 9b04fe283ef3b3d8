// Rounds, the wait for Nova, and the two places where errors end.

#include <algorithm>

#include "charm/charm.hpp"
#include "log.hpp"
#include "words/text.hpp"

namespace ncc::charm {

namespace {

/// Round 1 installs, round 2 configures, round 3 publishes what round 2 made (keys) or finds
/// nothing left to do.
constexpr int most_rounds = 3;
/// How long a hook stays for a new host to register, be mapped and get its chassis; update-status
/// looks again after that.
constexpr std::chrono::seconds join_time{60};
constexpr std::chrono::milliseconds join_pause{300};

Report decide_and_apply(Scene& scene) {
  Model& model = scene.model;
  const Plan plan = decide(model);
  if (const auto shown = progress(plan, model)) {
    scene.tools.status_set(shown->status, shown->message);
  }
  Report report = apply(plan, model, scene.platform);
  for (const std::string& line : report.lines) {
    log::info("{}", line);
  }
  if (plan.record) {
    model.record = *plan.record;
  }
  return report;
}

bool may_join(const Model& model) {
  const FlagSet flags = derive_flags(model);
  const auto service = model.machine.services.find("nova-compute");
  const bool runs = service != model.machine.services.end() && service->second.active;
  return runs && flags.has_all({Flag::nova_ready, Flag::network_ready, Flag::config_valid}) &&
         !flags.has_any({Flag::stopping, Flag::joined, Flag::two_owners, Flag::compute_retired});
}

/// Juju runs update-status when nothing else is to be done: what Juju says has not changed since
/// the last hook, or that hook would be waiting. So a unit that was ready then needs a look at its
/// services only.
bool nothing_to_do(const juju::Context& context, const Platform& platform) {
  return context.hook == "update-status" && is_settled(context.unit, platform);
}

/// A new order is kept before the machine is changed for it; what it asks of the cloud comes after.
void follow(Scene& scene) {
  Model& model = scene.model;
  const Leaving& leaving = model.leaving;
  const bool closed = leaving.order.want == Want::serving && !leaving.open;
  if (closed || is_stopping(model)) {
    return;
  }
  const Followed followed = follow_order(scene);
  model.leaving.pending = followed.reason;
  if (followed.state != scalein::State::done) {
    log::warn("scale-in {}: {}: {}",
              model.leaving.order.run,
              to_string(model.leaving.order.want),
              followed.reason);
  }
  settle(scene);  // publishes how far it has come
}

/// What juju status should say now, of the unit and, by the leader, of the application.
UnitStatus tell(Scene& scene) {
  Model& model = scene.model;
  const bool is_there = model.leaving.phase == Phase::none && !is_stopping(model);
  if (is_tombstoned(model) && is_there && !is_ironic(model) && account_of(model)) {
    openstack::Session session(scene.platform, credentials_of(model));
    model.leaving.drain = observe_drain(model, session);
  }
  const UnitStatus status = assess(model);
  scene.tools.status_set(status.status, status.message);
  tell_application(scene, status);
  return status;
}

/// juju remove-unit: the first hooks of a leaving unit say that it parts from others.
bool must_drain(const Scene& scene) {
  const Model& model = scene.model;
  return model.config.drain_on_remove && scene.context.departing_unit == scene.context.unit &&
         model.leaving.phase != Phase::ended;
}

void warn_of_guests(const Model& model) {
  if (is_stopping(model) && has_guests(model) && model.leaving.phase != Phase::ended) {
    log::warn(
        "guests are (or may be) on this machine and stay as they are, and so do its network and "
        "its record in Nova: the action scale-in should have come before remove-unit; they have to "
        "be moved or deleted by hand now");
  }
}

void work(Scene& scene) {
  forget_settled(scene.context.unit, scene.platform);
  scene.model = observe(scene.context, scene.platform, scene.journal);
  warn_of_guests(scene.model);
  if (must_drain(scene)) {
    drain_before_leaving(scene);
  }
  if (scene.model.leaving.order.number > 0) {
    accept_order(scene, scene.model.leaving.order);
  }
  ask_about_shards(scene);
  settle(scene);
  join_cloud(scene);
  follow(scene);
  share_out_shards(scene);
  follow_shards(scene);
  if (!scene.model.run.open && !scene.model.run.finished) {
    finish_run(scene);
  }
  watch_capacity(scene);
  // A leader looks after the shards of all units, and after the capacity of the cloud.
  const bool watches = scene.model.shards.has_value() || scene.model.capacity.has_value();
  const UnitStatus status = tell(scene);
  if (derive_flags(scene.model).has(Flag::metrics_read)) {
    settle(scene);  // with what the cloud has said since
  }
  if (status == ready_status() && scene.model.run.finished && !watches) {
    remember_settled(scene.context.unit, scene.model, scene.platform);
  }
}

}  // namespace

void settle(Scene& scene) {
  Model& model = scene.model;
  std::set<std::string> restarts;
  bool changed = true;
  for (int round = 0; changed && round < most_rounds; ++round) {
    const Report report = decide_and_apply(scene);
    restarts.insert(report.restarts.begin(), report.restarts.end());
    for (const std::string& name : report.started) {
      restarts.erase(name);
    }
    changed = report.changed();
    if (changed) {
      observe_machine(model, scene.platform);
    }
  }
  std::erase_if(restarts,
                [&](const std::string& name) { return !model.machine.services[name].active; });
  if (!restarts.empty()) {
    restart_services(restarts, scene.platform);
    log::info("restarted {}", join({restarts.begin(), restarts.end()}, " "));
    observe_machine(model, scene.platform);
  }
}

/// Until Nova knows the host there is nothing to decide. Beside a chassis with our tunnel address
/// ours cannot be: then waiting is in vain.
void join_cloud(Scene& scene) {
  Model& model = scene.model;
  if (!may_join(model)) {
    return;
  }
  const std::string foreign = observe_foreign_chassis(model, scene.platform);
  openstack::Session session(scene.platform, credentials_of(model));
  const auto deadline = scene.platform.clock.steady() + join_time;
  while (may_join(model)) {
    model.cloud = observe_cloud(model, session);
    model.cloud->foreign_chassis = foreign;
    model.cloud->chassis_alive = model.cloud->chassis_alive && foreign.empty();
    const bool known = !model.cloud->service_id.empty();
    if (known && decide_and_apply(scene).changed()) {
      continue;
    }
    const bool in_vain = !model.cloud->error.empty() || (known && !foreign.empty());
    if (in_vain || scene.platform.clock.steady() >= deadline) {
      return;
    }
    scene.platform.clock.sleep(join_pause);
  }
}

int run_hook(const juju::Context& context, const Platform& platform, Journal& journal) {
  juju::Tools tools(platform.processes);
  Scene scene{context, platform, journal, tools};
  try {
    if (nothing_to_do(context, platform)) {
      tools.status_set(ready_status().status, ready_status().message);
    } else {
      work(scene);
    }
    return 0;
  } catch (const std::runtime_error& error) {
    log::error("{}: {}", context.hook, error.what());
    return 1;
  }
}

int run_action(const juju::Context& context, const Platform& platform, Journal& journal) {
  juju::Tools tools(platform.processes);
  const auto action = std::find_if(actions().begin(), actions().end(), [&](const Action& row) {
    return row.name == context.action;
  });
  if (action == actions().end()) {
    tools.action_fail("this charm has no action " + context.action);
    return 0;
  }
  try {
    Scene scene{context, platform, journal, tools, observe(context, platform, journal)};
    const Outcome outcome = action->run(scene, tools.action_parameters());
    if (scene.status_is_old) {
      follow_shards(scene);
    }
    if (!outcome.results.empty()) {
      tools.action_set(outcome.results);
    }
    if (!outcome.failure.empty()) {
      tools.action_fail(outcome.failure);
    }
    if (scene.status_is_old) {
      forget_settled(context.unit, platform);
      watch_capacity(scene);
      tell(scene);
    }
  } catch (const std::runtime_error& error) {
    tools.action_fail(error.what());
  }
  return 0;
}

}  // namespace ncc::charm
