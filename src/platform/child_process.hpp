#pragma once
// One running child process: its pipes, its deadline, its end. Killed and reaped when it goes out
// of scope.

#include <array>
#include <chrono>
#include <string>

#include <poll.h>
#include <sys/types.h>

#include "platform.hpp"
#include "platform/fd.hpp"

namespace ncc {

/// What a child is started with; pointers into it are handed to exec. Built before vfork, because a
/// child may not allocate.
class ProcessImage {
 public:
  explicit ProcessImage(const Command& command);

  [[nodiscard]] char* const* argv() { return argv_pointers_.data(); }

  [[nodiscard]] char* const* environment() { return environment_pointers_.data(); }

 private:
  static std::vector<char*> pointers(std::vector<std::string>& texts);

  std::vector<std::string> argv_;
  std::vector<std::string> environment_;
  std::vector<char*> argv_pointers_;
  std::vector<char*> environment_pointers_;
};

class ChildProcess {
 public:
  using Time = std::chrono::steady_clock::time_point;

  /// Starts it. One that cannot be started has ended at once, with exit code -1 and the reason as
  /// error output.
  explicit ChildProcess(const Command& command);
  ~ChildProcess();
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;
  ChildProcess(ChildProcess&&) = delete;
  ChildProcess& operator=(ChildProcess&&) = delete;

  /// What poll() should wait for, closed ones as -1: its end, its stdout, its stderr, its stdin.
  [[nodiscard]] std::array<pollfd, 4> watched() const;

  /// When it has to be advanced even if nothing happens.
  [[nodiscard]] Time deadline() const noexcept { return deadline_; }

  [[nodiscard]] bool ended() const noexcept { return ended_; }

  /// Moves the data that is ready, enforces the deadline, notices the end. Does not block.
  void advance(Time now);

  [[nodiscard]] const ProcessResult& result() const noexcept { return result_; }

 private:
  void start(const Command& command);
  void feed();
  void collect();
  void enforce(Time now);
  void reap(int options);

  pid_t pid_ = -1;
  UniqueFd end_;
  UniqueFd stdin_;
  UniqueFd stdout_;
  UniqueFd stderr_;
  std::string input_;
  std::size_t fed_ = 0;
  Time deadline_;
  bool timed_out_ = false;
  bool ended_ = false;
  ProcessResult result_;
};

}  // namespace ncc
