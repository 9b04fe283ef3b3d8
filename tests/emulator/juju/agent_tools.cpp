// The agent's answers to hook tools while a hook runs, with the planted faults; and the end of a
// task.
#include <chrono>
#include <csignal>
#include <thread>

#include <sys/wait.h>

#include "agent.hpp"
#include "text.hpp"
#include "tools.hpp"

namespace local_juju {
namespace {

Fields rpc_error(const std::string& text) {
  return {text, "1", "", ""};
}

int signal_number(const std::string& name) {
  return name == "TERM" ? SIGTERM : name == "SEGV" ? SIGSEGV : SIGKILL;
}

void add_text(Json& results, const char* key, const std::string& text) {
  if (text.empty())
    return;
  const bool plain = is_utf8(text);
  results[key] = plain ? text : base64_encode(text);
  if (!plain)
    results[std::string(key) + "-encoding"] = "base64";
}

}  // namespace

Fields Agent::answer(Running& running, const Fields& request, int pid) {
  if (request.size() < 5)
    return rpc_error("bad request: command not specified");
  if (request[0] != running.context.id)
    return rpc_error("bad request: wrong context ID; got " + go_quoted(request[0]));
  if (request[2] == "#main") {
    running.runner->set_main(pid);
    return {"", "0", "", ""};
  }
  if (request[1].empty() || request[1][0] != '/')
    return rpc_error("bad request: Dir is not absolute");
  Call call{request[2], {request.begin() + 5, request.end()}, request[1]};
  if (request[3] == "1") {
    call.input = request[4];
    return reply_of(running, call, run_tool(running.context, call));
  }
  ++running.count.all;
  ++running.count.of[call.name];
  if (const std::optional<Fields> fields = apply_fault(running, call))
    return *fields;
  const Reply reply = run_tool(running.context, call);
  if (reply.wants_input)
    return rpc_error("hook tool requires stdin, none supplied");
  return reply_of(running, call, reply);
}

/// The answer that a fault gives in the tool's place; nullopt: the tool runs.
std::optional<Fields> Agent::apply_fault(Running& running, const Call& call) {
  Context& context = running.context;
  const std::optional<Fault> fault =
      take_tool_fault(model_, context.unit.name, context.hook, call.name, running.count);
  if (!fault)
    return std::nullopt;
  if (fault->slow > 0)
    std::this_thread::sleep_for(std::chrono::duration<double>(fault->slow));
  if (fault->lose_leadership)
    move_leadership(model_, context.unit.app, context.unit.name);
  if (fault->kill_at_tool > 0) {
    running.runner->kill_main(signal_number(fault->signal));
    return reply_of(running, call, {1, "", "ERROR connection is shut down\n"});
  }
  if (fault->exit == 0)
    return std::nullopt;
  return reply_of(
      running, call, {fault->exit, "", "ERROR " + call.name + ": connection is shut down\n"});
}

Fields Agent::reply_of(Running& running, const Call& call, const Reply& reply) {
  std::vector<std::string> argv{call.name};
  argv.insert(argv.end(), call.arguments.begin(), call.arguments.end());
  running.tools.push_back({{"argv", argv}, {"exit", reply.code}});
  if (running.context.reboot_now && call.name == "juju-reboot")
    running.runner->kill_main(SIGKILL);
  // What takes effect at once is shown by `status` of another process, when a hook takes its time.
  const bool at_once = call.name == "status-set" || call.name == "application-version-set" ||
                       call.name == "action-log";
  if (at_once &&
      std::chrono::steady_clock::now() - running.started > std::chrono::milliseconds(500))
    store_.save(model_);
  return {"", std::to_string(reply.code), reply.out, reply.err};
}

void finalize_task(Task& task,
                   const Context& context,
                   const Outcome& outcome,
                   const std::string& flush_error) {
  const bool missing = outcome.error == "missing";
  const std::string how = outcome.error.empty() ? go_exit(outcome.status) : outcome.error;
  const bool killed = outcome.error.empty() && WIFSIGNALED(outcome.status) &&
                      (WTERMSIG(outcome.status) == SIGKILL || WTERMSIG(outcome.status) == SIGTERM);
  const bool commands = task.action == "juju-exec";
  task.results = context.results;
  if (!missing) {
    task.results["return-code"] = WIFEXITED(outcome.status) ? WEXITSTATUS(outcome.status) : -1;
    add_text(task.results, "stdout", outcome.out);
    add_text(task.results, "stderr", outcome.err + flush_error);
  }
  task.message = context.action_message;
  const bool failed = context.action_failed || (!how.empty() && !commands) || !flush_error.empty();
  if (!flush_error.empty() && task.message.empty())
    task.message = "committing requested changes failed";
  if (missing)
    task.message = "action not implemented on unit " + go_quoted(task.unit);
  else if (!how.empty() && !commands)
    task.message = killed ? "terminated" : how;
  task.status = task.status == "aborting" ? "aborted" : failed ? "failed" : "completed";
  task.completed = timestamp();
}

}  // namespace local_juju
