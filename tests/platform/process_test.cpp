#include <algorithm>
#include <chrono>
#include <csignal>
#include <fstream>
#include <string>
#include <vector>

#include <poll.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "platform.hpp"
#include "platform/scratch.hpp"
#include "support/catch.hpp"

using namespace ncc;
using namespace std::chrono_literals;

namespace {

Command shell(const std::string& script) {
  return {.argv = {"/bin/sh", "-c", script}};
}

ProcessResult run(const Command& command) {
  return make_process_runner()->run(command);
}

std::chrono::steady_clock::duration since(std::chrono::steady_clock::time_point start) {
  return std::chrono::steady_clock::now() - start;
}

/// True when the process ends within ten seconds, or has ended.
bool ends(pid_t pid) {
  const int end = static_cast<int>(syscall(SYS_pidfd_open, pid, 0U));
  if (end < 0) {
    return true;
  }
  pollfd watched = {.fd = end, .events = POLLIN, .revents = 0};
  const bool ended = poll(&watched, 1, 10'000) == 1;
  close(end);
  return ended;
}

}  // namespace

TEST_CASE("a command gives its exit code and both outputs", "[platform][process]") {
  const ProcessResult result = run(shell("echo out; echo err >&2; exit 3"));

  CHECK(result.exit_code == 3);
  CHECK(result.output == "out\n");
  CHECK(result.error_output == "err\n");
}

TEST_CASE("arguments arrive unchanged, no shell is between", "[platform][process]") {
  const ProcessResult result = run({.argv = {"printf", "%s|", "a b", "$HOME", "", "*"}});

  CHECK(result.output == "a b|$HOME||*|");
}

TEST_CASE("a killed command ends with 128 and its signal", "[platform][process]") {
  CHECK(run(shell("kill -9 $$")).exit_code == 137);
}

TEST_CASE("a program that is not there could not be started", "[platform][process]") {
  const std::string program = GENERATE("no-such-program", "/no/such/program", "/etc/passwd", "/");
  const ProcessResult result = run({.argv = {program}});

  CHECK(result.exit_code == -1);
  CHECK_FALSE(result.error_output.empty());
}

TEST_CASE("an argument list that is too long could not be started", "[platform][process]") {
  const ProcessResult result = run({.argv = {"true", std::string(200'000, 'x')}});

  CHECK(result.exit_code == -1);
  CHECK(result.error_output == "Argument list too long");
}

TEST_CASE("a command without a program is a mistake of ours", "[platform][process]") {
  CHECK_THROWS_AS(run({}), std::logic_error);
}

TEST_CASE("input larger than a pipe goes through", "[platform][process]") {
  const std::string input(1'000'000, 'x');
  const ProcessResult result = run({.argv = {"cat"}, .input = input});

  CHECK(result.exit_code == 0);
  CHECK(result.output == input);
}

TEST_CASE("without input stdin is empty", "[platform][process]") {
  CHECK(run(shell("readlink /proc/self/fd/0")).output == "/dev/null\n");
}

TEST_CASE("a command that leaves its input unread still succeeds", "[platform][process]") {
  const ProcessResult result = run({.argv = {"true"}, .input = std::string(1'000'000, 'x')});

  CHECK(result.exit_code == 0);
}

TEST_CASE("a command gets a home, a locale and what was added", "[platform][process]") {
  const std::string home = getenv("HOME") == nullptr ? "" : getenv("HOME");
  unsetenv("HOME");
  setenv("NCC_TEST_INHERITED", "yes", 1);
  Command command = shell("echo $HOME $LC_ALL $NCC_TEST_INHERITED $NCC_TEST_ADDED");
  command.environment = {{"NCC_TEST_ADDED", "a=b"}};

  const ProcessResult result = run(command);

  unsetenv("NCC_TEST_INHERITED");
  if (!home.empty()) {
    setenv("HOME", home.c_str(), 1);
  }
  CHECK(result.output == "/root C.UTF-8 yes a=b\n");
}

TEST_CASE("a command inherits no file of ours", "[platform][process]") {
  CHECK(run({.argv = {"ls", "/proc/self/fd"}, .input = "x"}).output == "0\n1\n2\n3\n");
}

TEST_CASE("a command gets the default signal actions", "[platform][process]") {
  const ProcessResult result = run(shell("grep SigIgn: /proc/self/status"));

  CHECK(result.output == "SigIgn:\t0000000000000000\n");
}

TEST_CASE("a command that takes too long is ended with all that it started",
          "[platform][process]") {
  const auto start = std::chrono::steady_clock::now();
  Command command = shell("sleep 60 & echo $!; wait");
  command.timeout = 200ms;

  const ProcessResult result = run(command);

  CHECK(result.exit_code == -2);
  CHECK(since(start) >= 200ms);
  CHECK(ends(std::stoi(result.output)));
}

TEST_CASE("a command that ignores SIGTERM is killed", "[platform][process]") {
  Command command = shell("trap '' TERM; while :; do sleep 60; done");
  command.timeout = 100ms;

  CHECK(run(command).exit_code == -2);
}

TEST_CASE("a command that writes without end is ended", "[platform][process]") {
  Command command = {.argv = {"yes"}, .timeout = 100ms};

  CHECK(run(command).exit_code == -2);
}

TEST_CASE("a daemon that holds the pipes open is not awaited", "[platform][process]") {
  const auto start = std::chrono::steady_clock::now();
  const ProcessResult result = run(shell("sleep 60 & echo $!"));
  kill(std::stoi(result.output), SIGKILL);

  CHECK(result.exit_code == 0);
  CHECK(since(start) < 5s);
}

TEST_CASE("commands run side by side and answer in order", "[platform][process]") {
  const Scratch scratch;
  // Each waits for a byte that only the last one of eight writes: one after the other they would
  // never end.
  const std::string fifo = scratch / "fifo";
  REQUIRE(mkfifo(fifo.c_str(), 0600) == 0);
  std::vector<Command> commands;
  for (int i = 0; i < 7; ++i) {
    commands.push_back(shell("head -c 1 <>" + fifo + "; echo " + std::to_string(i)));
  }
  commands.push_back(shell("printf xxxxxxx 1<>" + fifo + "; echo 7; sleep 0.2"));

  const auto results = make_process_runner()->run_all(commands);

  REQUIRE(results.size() == 8);
  for (std::size_t i = 0; i < 7; ++i) {
    CHECK(results[i].output == "x" + std::to_string(i) + "\n");
  }
  CHECK(results[7].output == "7\n");
}

TEST_CASE("more commands than run side by side all run", "[platform][process]") {
  std::vector<Command> commands;
  for (int i = 0; i < 30; ++i) {
    commands.push_back({.argv = {"echo", std::to_string(i)}});
  }
  commands[11] = {.argv = {"no-such-program"}};

  const auto results = make_process_runner()->run_all(commands);

  REQUIRE(results.size() == 30);
  CHECK(results[0].output == "0\n");
  CHECK(results[11].exit_code == -1);
  CHECK(results[29].output == "29\n");
  CHECK(make_process_runner()->run_all({}).empty());
}

TEST_CASE("a child dies with us", "[platform][process]") {
  const Scratch scratch;
  const std::string fifo = scratch / "fifo";
  REQUIRE(mkfifo(fifo.c_str(), 0600) == 0);
  const pid_t parent = fork();
  if (parent == 0) {
    run(shell("echo $$ >" + fifo + "; exec sleep 60"));
    _exit(0);
  }
  pid_t child = 0;
  std::ifstream(fifo) >> child;
  REQUIRE(child > 0);

  kill(parent, SIGKILL);
  waitpid(parent, nullptr, 0);

  CHECK(ends(child));
}

TEST_CASE("run_or_throw gives stdout or a ProcessError", "[platform][process]") {
  const auto runner = make_process_runner();

  CHECK(run_or_throw(*runner, {.argv = {"echo", "x"}}) == "x\n");
  CHECK_THROWS_WITH(run_or_throw(*runner, shell("echo s3cret; echo a >&2; echo b >&2; exit 4")),
                    "/bin/sh ended with 4: b");
}

TEST_CASE("starting a program takes well below ten milliseconds", "[platform][process]") {
  const auto runner = make_process_runner();
  const std::vector<Command> commands(100, {.argv = {"/bin/true"}});
  const auto start = std::chrono::steady_clock::now();

  const auto results = runner->run_all(commands);

  CHECK(
      std::all_of(results.begin(), results.end(), [](const auto& r) { return r.exit_code == 0; }));
  CHECK(since(start) < 1s);
}
