#pragma once
// One process of a hook, action or juju exec, from start to the last byte of its pipes. While it
// runs, sockets are served in the same loop.
#include <functional>

#include "process.hpp"
#include "server.hpp"

namespace local_juju {

struct Outcome {
  int status = 0;          // as waitpid gives it
  std::string error = {};  // it could not be started
  std::string out = {};
  std::string err = {};
};

class Runner {
 public:
  using Line = std::function<void(bool is_err, const std::string& text)>;

  Runner(Server& tools, Server* control, Line line)
      : tools_(tools), control_(control), line_(std::move(line)) {}

  /// Runs the process to its end. Afterwards pipes are drained for at most 100 ms and every
  /// connection of a tool must close: one that stays open for 10 s would block a real agent for
  /// ever and is reported in `error`.
  Outcome run(const Launch& launch);
  /// Only the main process, as the agent does. Before `run` reached it: nothing.
  void kill_main(int signal) const;

  /// The main process when the launched one is only an argv prefix.
  void set_main(int pid) { main_ = pid; }

 private:
  struct Pipe {
    int fd = -1;
    bool is_err = false;
    std::string partial = {};
    std::string* all = nullptr;
  };

  bool wait_once(int pidfd, int timeout_ms);
  void read_pipe(Pipe& pipe);
  void cut_lines(Pipe& pipe, bool at_end);
  void close_pipe(Pipe& pipe);
  void drain(Outcome& outcome);

  Server& tools_;
  Server* control_;
  Line line_;
  int main_ = 0;
  Pipe pipes_[2] = {};
};

}  // namespace local_juju
