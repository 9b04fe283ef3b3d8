#include "agent.hpp"

#include <chrono>
#include <csignal>
#include <iostream>
#include <memory>
#include <random>

#include <sys/wait.h>
#include <unistd.h>

#include "environment.hpp"
#include "machine.hpp"
#include "resolver.hpp"
#include "text.hpp"
#include "tools.hpp"

namespace local_juju {
namespace {

using Clock = std::chrono::steady_clock;

std::string new_context_id(const Unit& unit, const Event& event, const std::string& hook) {
  static std::mt19937_64 random{std::random_device{}()};
  char digits[40];
  snprintf(digits,
           sizeof digits,
           "%016llx%016llx",
           static_cast<unsigned long long>(random()),
           static_cast<unsigned long long>(random()));
  return unit.name + "-" + (event.kind == "juju-exec" ? "run-commands" : hook) + "-" + digits;
}

/// Killed in a way that looks like the machine going down: run again, no error state.
bool terminated(const Outcome& outcome) {
  return outcome.error.empty() && WIFSIGNALED(outcome.status) &&
         (WTERMSIG(outcome.status) == SIGKILL || WTERMSIG(outcome.status) == SIGTERM);
}

bool is_task(const Event& event) {
  return event.task > 0;
}

std::string exit_text(const Outcome& outcome) {
  return outcome.error.empty() ? go_exit(outcome.status) : outcome.error;
}

}  // namespace

std::string via(const std::string& program) {
  return program == "dispatch" ? "via hook dispatching script: dispatch"
                               : "via explicit, bespoke hook script";
}

void move_leadership(Model& model, const std::string& app, const std::string& away_from) {
  Application& application = model.applications.at(app);
  std::string next;
  for (const bool played : {false, true})
    for (const auto& [name, unit] : model.units)
      if (next.empty() && unit.app == app && name != away_from && !unit.dying &&
          unit.played == played && !is_down(model, unit))
        next = name;
  application.leader = next;
  ++application.leader_settings_version;
  if (model.units.contains(away_from))
    model.units.at(away_from).leader_hook_ran = false;
}

Agent::Agent(Model& model, const Store& store, bool verbose)
    : model_(model),
      store_(store),
      journal_(store.folder()),
      verbose_(verbose),
      control_(std::filesystem::absolute(store.folder()) / "control.socket",
               [this](const Fields& request, int) -> Fields {
                 const bool known = request.size() == 2 && request[0] == "cancel";
                 return {known ? cancel(std::stoi(request[1])) : "unknown request"};
               }) {}

void Agent::log(const Unit& unit, const std::string& level, const std::string& text) const {
  journal_.line(unit.name, level, "juju.worker.uniter.operation", text);
}

void Agent::run(Unit& unit, const Event& event) {
  const auto started = Clock::now();
  Seen seen;
  if (is_task(event)) {
    Task& task = model_.tasks.at(event.task);
    task.status = "running";
    task.started = timestamp();
  } else if (unit.skip) {
    commit_hook(model_, unit, event, begin_hook(model_, unit, event));
    return;
  } else {
    seen = begin_hook(model_, unit, event);
  }
  const std::string hook = hook_name(model_, unit, event);
  Context context{model_, unit, journal_, event, new_context_id(unit, event, hook), hook};
  Json entry = {{"unit", unit.name}, {"event", hook.empty() ? "juju-exec" : hook}};
  if (!event.remote_unit.empty())
    entry["remote"] = event.remote_unit;
  store_.save(model_);
  const Outcome outcome = execute(context, entry["tools"]);
  entry["exit"] =
      WIFEXITED(outcome.status) ? WEXITSTATUS(outcome.status) : -WTERMSIG(outcome.status);
  if (is_task(event))
    finish_task(context, outcome, entry);
  else
    finish_hook(context, seen, outcome, entry);
  const std::chrono::duration<double> seconds = Clock::now() - started;
  entry["seconds"] = seconds.count();
  entry["number"] = ++runs_;
  journal_.run(entry);
  if (verbose_)
    std::cerr << unit.name << ": " << entry["event"].get<std::string>()
              << (event.remote_unit.empty() ? "" : " (" + event.remote_unit + ")") << ": "
              << (exit_text(outcome).empty() ? "done" : exit_text(outcome)) << "\n";
}

Launch Agent::launch_of(const Context& context) const {
  const std::string charm = agent_folder(model_, context.unit) + "/charm";
  Launch launch{.environment = environment(model_, context.unit, context.event, context.id)};
  const std::string inside = shared_folder_inside(model_, context.unit);
  if (context.event.kind == "juju-exec") {
    write_file(shared_folder_host(model_, context.unit) + "/commands.sh",
               model_.tasks.at(context.event.task).command + "\n");
    launch.argv = {"/bin/bash", inside + "/commands.sh"};
  } else {
    const Program program = find_program(
        host_path(context, charm), context.in_action() ? "actions" : "hooks", context.hook);
    if (program.kind != Program::Kind::found)
      throw Refused(program.kind == Program::Kind::missing ? "missing" : program.error);
    launch.argv = {charm + "/" + program.path};
  }
  const Machine& machine = model_.machines.at(context.unit.machine);
  if (machine.command.empty()) {
    launch.folder = charm;
    return launch;
  }
  std::vector<std::string> argv = machine.enter;
  argv[0] = resolved_program(argv[0]);
  for (const std::string& word : {inside + "/hook-tool", std::string("exec"), charm})
    argv.push_back(word);
  argv.insert(argv.end(), launch.argv.begin(), launch.argv.end());
  launch.argv = argv;
  return launch;
}

Outcome Agent::execute(Context& context, Json& tools) {
  const auto owned = std::make_unique<Running>(Running{context});
  Running& running = *owned;
  const std::string module =
      "unit." + context.unit.name + "." + (context.hook.empty() ? "juju-exec" : context.hook);
  Outcome outcome;
  try {
    const Launch launch = launch_of(context);
    Server server(shared_folder_host(model_, context.unit) + "/agent.socket",
                  [&](const Fields& request, int pid) { return answer(running, request, pid); });
    Runner runner(server, &control_, [&](bool is_err, const std::string& text) {
      journal_.line(context.unit.name, is_err ? "WARNING" : "DEBUG", module, text);
    });
    running.runner = &runner;
    running_ = &running;
    outcome = runner.run(launch);
  } catch (const Refused& error) {
    outcome.error = error.what();
  }
  running_ = nullptr;
  tools = running.tools;
  return outcome;
}

void Agent::fail_hook(Context& context, const std::string& how, const std::string& why) {
  context.unit.error = true;
  context.unit.agent = {"idle", "", timestamp()};
  log(context.unit,
      "ERROR",
      "hook " + go_quoted(context.hook) + (how.empty() ? "" : " (" + how + ")") +
          " failed: " + why);
}

void Agent::finish_hook(Context& context, const Seen& seen, const Outcome& outcome, Json& entry) {
  Unit& unit = context.unit;
  const std::string charm = host_path(context, agent_folder(model_, unit) + "/charm");
  if (outcome.error == "missing") {
    entry["result"] = "missing";
    log(unit, "INFO", "skipped " + go_quoted(context.hook) + " hook (missing)");
    commit_hook(model_, unit, context.event, seen);
    return;
  }
  const std::string how = via(find_program(charm, "hooks", context.hook).path);
  if (terminated(outcome)) {
    entry["result"] = "requeued";
    unit.step = Step::queued;
    log(unit, "WARNING", "hook " + go_quoted(context.hook) + " was killed: " + exit_text(outcome));
    if (context.reboot_now)
      reboot_machine(unit.machine);
    return;
  }
  if (const std::string why = exit_text(outcome); !why.empty()) {
    entry["result"] = "failed";
    entry["error"] = why;
    fail_hook(context, how, why);
    return;
  }
  const Flushed flushed = flush(context, take_flush_fault(model_, unit.name, context.hook));
  entry["flushed"] = flushed.changes;
  if (!flushed.error.empty()) {
    entry["result"] = "flush refused";
    entry["error"] = flushed.error;
    fail_hook(context, how, "cannot apply changes: " + flushed.error);
    return;
  }
  entry["result"] = "done";
  log(unit, "INFO", "ran " + go_quoted(context.hook) + " hook (" + how + ")");
  commit_hook(model_, unit, context.event, seen);
  if (context.reboot)
    reboot_machine(unit.machine);
}

void Agent::finish_task(Context& context, const Outcome& outcome, Json& entry) {
  Task& task = model_.tasks.at(context.event.task);
  std::string flush_error;
  const bool commands = context.event.kind == "juju-exec";
  if (outcome.error.empty() && (commands || exit_text(outcome).empty())) {
    const Flushed flushed =
        flush(context, take_flush_fault(model_, context.unit.name, context.hook));
    entry["flushed"] = flushed.changes;
    flush_error = flushed.error;
  }
  finalize_task(task, context, outcome, flush_error);
  entry["result"] = task.status;
}

void Agent::reboot_machine(const std::string& machine) {
  tell_driver(model_.machines.at(machine), "reboot");
  refresh_machine(model_.machines.at(machine), store_.folder());
  for (auto& [name, unit] : model_.units)
    if (unit.machine == machine && !unit.played)
      unit.rebooted = unit.started;
}

std::string Agent::cancel(int id) {
  const auto found = model_.tasks.find(id);
  if (found == model_.tasks.end())
    return "task " + std::to_string(id) + " not found";
  Task& task = found->second;
  if (task.status == "pending") {
    task.status = "cancelled";
    task.completed = timestamp();
  } else if (task.status == "running" && running_ != nullptr &&
             running_->context.event.task == id) {
    task.status = "aborting";
    running_->runner->kill_main(SIGKILL);
  }
  return task.status;
}

}  // namespace local_juju
