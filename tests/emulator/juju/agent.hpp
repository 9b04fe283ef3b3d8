#pragma once
// The unit agent: runs one event of one unit to its end (uniter/operation, uniter/runner).
#include <chrono>

#include "commit.hpp"
#include "context.hpp"
#include "faults.hpp"
#include "flush.hpp"
#include "runner.hpp"
#include "store.hpp"

namespace local_juju {

struct Call;
struct Reply;

class Agent {
 public:
  /// `verbose`: a line on stderr for each run.
  Agent(Model& model, const Store& store, bool verbose);

  /// Runs the event and leaves the unit in its next state: done, in error, or queued again. Saves
  /// the model before the process starts, so that a dead agent is found Pending.
  void run(Unit& unit, const Event& event);
  /// `cancel-task` while this process works. Returns what became of it: "aborting", "cancelled" or
  /// an error text.
  std::string cancel(int task);

  /// Listens on DIR/control.socket for cancel-task of other processes while it lives.
  [[nodiscard]] Server& control() { return control_; }

 private:
  struct Running {  // one process
    Context& context;
    Runner* runner = nullptr;
    ToolCount count = {};
    Json tools = Json::array();
    std::chrono::steady_clock::time_point started = std::chrono::steady_clock::now();
  };

  Outcome execute(Context& context, Json& tools);
  [[nodiscard]] Launch launch_of(const Context& context) const;
  Fields answer(Running& running, const Fields& request, int pid);
  std::optional<Fields> apply_fault(Running& running, const Call& call);
  Fields reply_of(Running& running, const Call& call, const Reply& reply);
  void finish_hook(Context& context, const Seen& seen, const Outcome& outcome, Json& entry);
  void finish_task(Context& context, const Outcome& outcome, Json& entry);
  void fail_hook(Context& context, const std::string& how, const std::string& why);
  void reboot_machine(const std::string& machine);
  void log(const Unit& unit, const std::string& level, const std::string& text) const;

  Model& model_;
  const Store& store_;
  Journal journal_;
  bool verbose_;
  Server control_;
  Running* running_ = nullptr;
  int runs_ = 0;
};

/// What the action's end means for its task (context.go finalizeAction).
void finalize_task(Task& task,
                   const Context& context,
                   const Outcome& outcome,
                   const std::string& flush_error);
/// "hook via dispatch" words of Juju's log.
[[nodiscard]] std::string via(const std::string& program);
/// Gives the lease to another unit of the application that lives, real ones first, or to nobody.
void move_leadership(Model& model, const std::string& app, const std::string& away_from);

}  // namespace local_juju
