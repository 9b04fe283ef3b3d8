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

Report decide_and_apply(Model& model, const Platform& platform, juju::Tools& tools) {
  const Plan plan = decide(model);
  if (const auto shown = progress(plan, model)) {
    tools.status_set(shown->status, shown->message);
  }
  Report report = apply(plan, model, platform);
  for (const std::string& line : report.lines) {
    log::info("{}", line);
  }
  if (plan.record) {
    model.record = *plan.record;
  }
  return report;
}

void settle(Model& model, const Platform& platform, juju::Tools& tools) {
  std::set<std::string> restarts;
  bool changed = true;
  for (int round = 0; changed && round < most_rounds; ++round) {
    const Report report = decide_and_apply(model, platform, tools);
    restarts.insert(report.restarts.begin(), report.restarts.end());
    for (const std::string& name : report.started) {
      restarts.erase(name);
    }
    changed = report.changed();
    if (changed) {
      observe_machine(model, platform);
    }
  }
  std::erase_if(restarts,
                [&](const std::string& name) { return !model.machine.services[name].active; });
  if (!restarts.empty()) {
    restart_services(restarts, platform);
    log::info("restarted {}", join({restarts.begin(), restarts.end()}, " "));
    observe_machine(model, platform);
  }
}

bool may_join(const Model& model) {
  const FlagSet flags = derive_flags(model);
  const auto service = model.machine.services.find("nova-compute");
  const bool runs = service != model.machine.services.end() && service->second.active;
  return runs && flags.has_all({Flag::nova_ready, Flag::network_ready, Flag::config_valid}) &&
         !flags.has_any({Flag::stopping, Flag::joined, Flag::two_owners});
}

/// A new host is disabled as soon as Nova knows it, and enabled when all it needs is there. Until
/// Nova knows it there is nothing to decide.
void join_cloud(Model& model, const Platform& platform, juju::Tools& tools) {
  if (!may_join(model)) {
    return;
  }
  openstack::Session session(platform, credentials_of(model));
  const auto deadline = platform.clock.steady() + join_time;
  while (may_join(model)) {
    model.cloud = observe_cloud(model, session);
    const bool known = !model.cloud->service_id.empty();
    if (known && decide_and_apply(model, platform, tools).changed()) {
      continue;
    }
    if (!model.cloud->error.empty() || platform.clock.steady() >= deadline) {
      return;
    }
    platform.clock.sleep(join_pause);
  }
}

/// Juju runs update-status when nothing else is to be done: what Juju says has not changed since
/// the last hook, or that hook would be waiting. So a unit that was ready then needs a look at its
/// services only.
bool nothing_to_do(const juju::Context& context, const Platform& platform) {
  return context.hook == "update-status" && is_settled(context.unit, platform);
}

}  // namespace

int run_hook(const juju::Context& context, const Platform& platform) {
  juju::Tools tools(platform.processes);
  try {
    UnitStatus status = ready_status();
    if (!nothing_to_do(context, platform)) {
      forget_settled(context.unit, platform);
      Model model = observe(context, platform);
      settle(model, platform, tools);
      join_cloud(model, platform, tools);
      status = assess(model);
      if (status == ready_status()) {
        remember_settled(context.unit, model, platform);
      }
    }
    tools.status_set(status.status, status.message);
    return 0;
  } catch (const std::runtime_error& error) {
    log::error("{}: {}", context.hook, error.what());
    return 1;
  }
}

int run_action(const juju::Context& context, const Platform& platform) {
  juju::Tools tools(platform.processes);
  const auto action = std::find_if(actions().begin(), actions().end(), [&](const Action& row) {
    return row.name == context.action;
  });
  if (action == actions().end()) {
    tools.action_fail("this charm has no action " + context.action);
    return 0;
  }
  try {
    const Model model = observe(context, platform);
    const Outcome outcome = action->run(model, tools.action_parameters(), platform, tools);
    if (!outcome.results.empty()) {
      tools.action_set(outcome.results);
    }
    if (!outcome.failure.empty()) {
      tools.action_fail(outcome.failure);
    }
  } catch (const std::runtime_error& error) {
    tools.action_fail(error.what());
  }
  return 0;
}

}  // namespace ncc::charm
