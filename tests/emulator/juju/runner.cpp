#include "runner.hpp"

#include <chrono>
#include <csignal>

#include <fcntl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "model.hpp"

namespace local_juju {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t longest_line = 4096;

int left_ms(Clock::time_point until) {
  const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(until - Clock::now());
  return left.count() < 0 ? 0 : static_cast<int>(left.count());
}

}  // namespace

void Runner::kill_main(int signal) const {
  if (main_ > 0)
    kill(main_, signal);
}

Outcome Runner::run(const Launch& launch) {
  Outcome outcome;
  int out[2];
  int err[2];
  if (pipe2(out, O_CLOEXEC) != 0 || pipe2(err, O_CLOEXEC) != 0)
    throw Refused("cannot make a pipe");
  pipes_[0] = {out[0], false, "", &outcome.out};
  pipes_[1] = {err[0], true, "", &outcome.err};
  Launch connected = launch;
  connected.out = out[1];
  connected.err = err[1];
  try {
    main_ = spawn(connected);
  } catch (const Refused& error) {
    outcome.error = error.what();
  }
  close(out[1]);
  close(err[1]);
  if (outcome.error.empty()) {
    const int child = main_;
    const int pidfd = static_cast<int>(syscall(SYS_pidfd_open, child, 0));
    while (!wait_once(pidfd, -1)) {
    }
    close(pidfd);
    waitpid(child, &outcome.status, 0);
    main_ = 0;
  }
  drain(outcome);
  return outcome;
}

/// True when the process has ended.
bool Runner::wait_once(int pidfd, int timeout_ms) {
  std::vector<pollfd> polled{
      {pidfd, POLLIN, 0}, {pipes_[0].fd, POLLIN, 0}, {pipes_[1].fd, POLLIN, 0}};
  tools_.add_to(polled);
  if (control_ != nullptr)
    control_->add_to(polled);
  if (poll(polled.data(), polled.size(), timeout_ms) <= 0)
    return false;
  for (std::size_t i = 0; i < 2; ++i)
    if (polled[i + 1].revents != 0)
      read_pipe(pipes_[i]);
  const std::vector<pollfd> sockets(polled.begin() + 3, polled.end());
  tools_.serve(sockets);
  if (control_ != nullptr)
    control_->serve(sockets);
  return polled[0].revents != 0;
}

void Runner::read_pipe(Pipe& pipe) {
  char block[65536];
  const ssize_t size = read(pipe.fd, block, sizeof block);
  if (size <= 0) {
    close_pipe(pipe);
    return;
  }
  pipe.all->append(block, static_cast<std::size_t>(size));
  pipe.partial.append(block, static_cast<std::size_t>(size));
  cut_lines(pipe, false);
}

/// Whole lines without their end; a line longer than the agent's buffer becomes several.
void Runner::cut_lines(Pipe& pipe, bool at_end) {
  std::string& text = pipe.partial;
  while (!text.empty()) {
    const std::size_t newline = text.find('\n');
    const bool whole = newline != std::string::npos && newline < longest_line;
    if (!whole && text.size() < longest_line && !at_end)
      return;
    std::string line = text.substr(0, whole ? newline : longest_line);
    text.erase(0, whole ? newline + 1 : line.size());
    if (!line.empty() && line.back() == '\r')
      line.pop_back();
    line_(pipe.is_err, line);
  }
}

void Runner::close_pipe(Pipe& pipe) {
  if (pipe.fd < 0)
    return;
  cut_lines(pipe, true);
  close(pipe.fd);
  pipe.fd = -1;
}

void Runner::drain(Outcome& outcome) {
  tools_.stop_listening();
  const auto pipes_until = Clock::now() + std::chrono::milliseconds(100);
  while ((pipes_[0].fd >= 0 || pipes_[1].fd >= 0) && left_ms(pipes_until) > 0)
    wait_once(-1, left_ms(pipes_until));
  close_pipe(pipes_[0]);
  close_pipe(pipes_[1]);
  const auto connections_until = Clock::now() + std::chrono::seconds(10);
  while (tools_.has_connections() && left_ms(connections_until) > 0)
    wait_once(-1, left_ms(connections_until));
  if (tools_.has_connections())
    outcome.error =
        "a process left a hook tool's connection open: the unit agent would wait for ever";
}

}  // namespace local_juju
