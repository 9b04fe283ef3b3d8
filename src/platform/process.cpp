#include <algorithm>
#include <csignal>
#include <memory>

#include "platform.hpp"
#include "platform/child_process.hpp"
#include "words/text.hpp"

namespace ncc {
namespace {

constexpr std::size_t side_by_side = 8;

std::string last_line(const std::string& text) {
  const std::vector<std::string> lines = split(text, "\r\n");
  return lines.empty() ? std::string() : lines.back();
}

/// The commands of one run_all: started in order, up to eight at a time, results by index.
class Batch {
 public:
  explicit Batch(const std::vector<Command>& commands)
      : commands_(commands), children_(commands.size()), results_(commands.size()) {}

  std::vector<ProcessResult> run() {
    for (start(); running_ > 0; start()) {
      wait();
      advance();
    }
    return std::move(results_);
  }

 private:
  void start() {
    for (; next_ < commands_.size() && running_ < side_by_side; ++next_) {
      children_[next_] = std::make_unique<ChildProcess>(commands_[next_]);
      ++running_;
      finish(next_);
    }
  }

  void finish(std::size_t index) {
    if (children_[index]->ended()) {
      results_[index] = children_[index]->result();
      children_[index].reset();
      --running_;
    }
  }

  void wait() {
    std::vector<pollfd> watched;
    auto deadline = ChildProcess::Time::max();
    for (const auto& child : children_) {
      if (child) {
        const auto fds = child->watched();
        watched.insert(watched.end(), fds.begin(), fds.end());
        deadline = std::min(deadline, child->deadline());
      }
    }
    using Milliseconds = std::chrono::duration<int, std::milli>;
    const auto left =
        std::clamp<std::chrono::steady_clock::duration>(deadline - std::chrono::steady_clock::now(),
                                                        std::chrono::seconds(0),
                                                        std::chrono::hours(1));
    // One more, since a wait rounded down would end before the deadline. EINTR is a wait that was
    // short.
    poll(
        watched.data(), watched.size(), std::chrono::duration_cast<Milliseconds>(left).count() + 1);
  }

  void advance() {
    const auto now = std::chrono::steady_clock::now();
    for (std::size_t i = 0; i < next_; ++i) {
      if (children_[i]) {
        children_[i]->advance(now);
        finish(i);
      }
    }
  }

  const std::vector<Command>& commands_;
  std::vector<std::unique_ptr<ChildProcess>> children_;
  std::vector<ProcessResult> results_;
  std::size_t next_ = 0;
  std::size_t running_ = 0;
};

class RealProcessRunner final : public ProcessRunner {
 public:
  RealProcessRunner() {
    std::signal(SIGPIPE, SIG_IGN);
    std::signal(SIGCHLD,
                SIG_DFL);  // ignored ones, which we may inherit, would leave us without exit codes
  }

  [[nodiscard]] ProcessResult run(const Command& command) override {
    return run_all({command}).front();
  }

  [[nodiscard]] std::vector<ProcessResult> run_all(const std::vector<Command>& commands) override {
    return Batch(commands).run();
  }
};

}  // namespace

const std::string& output_or_throw(const Command& command, const ProcessResult& result) {
  if (result.exit_code != 0) {
    throw ProcessError(command.argv.at(0), result.exit_code, last_line(result.error_output));
  }
  return result.output;
}

std::string run_or_throw(ProcessRunner& runner, const Command& command) {
  return output_or_throw(command, runner.run(command));
}

std::unique_ptr<ProcessRunner> make_process_runner() {
  return std::make_unique<RealProcessRunner>();
}

}  // namespace ncc
