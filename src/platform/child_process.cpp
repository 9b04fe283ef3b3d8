#include "platform/child_process.hpp"

#include <cerrno>
#include <csignal>
#include <map>
#include <system_error>

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>

namespace ncc {
namespace {

constexpr std::chrono::seconds grace(2);  // between SIGTERM and SIGKILL

struct Pipe {
  UniqueFd reader;
  UniqueFd writer;
};

[[noreturn]] void fail(const char* what) {
  throw std::system_error(errno, std::generic_category(), what);
}

Pipe make_pipe() {
  std::array<int, 2> ends{};
  if (pipe2(ends.data(), O_CLOEXEC) != 0) {
    fail("pipe2");
  }
  return {.reader = UniqueFd(ends[0]), .writer = UniqueFd(ends[1])};
}

/// Our end only: O_NONBLOCK belongs to one end of a pipe, the child's stays as programs expect it.
void make_nonblocking(const UniqueFd& fd) {
  if (fcntl(fd.get(), F_SETFL, O_NONBLOCK) != 0) {
    fail("fcntl");
  }
}

struct Standard {
  int in = -1;
  int out = -1;
  int err = -1;
};

/// The child between vfork and exec, in our memory: async-signal-safe calls only. Returns errno
/// when exec failed.
int become(ProcessImage& image, const Standard& standard, pid_t parent) {
  // A group of its own, so that a timeout reaches what it started, too.
  setpgid(0, 0);
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) {
    return ESRCH;  // we were killed before prctl
  }
  dup2(standard.in, 0);
  dup2(standard.out, 1);
  dup2(standard.err, 2);
  close_range(3, ~0U, 0);  // also what we inherited ourselves
  std::signal(SIGPIPE, SIG_DFL);
  sigset_t none;
  sigemptyset(&none);
  pthread_sigmask(SIG_SETMASK, &none, nullptr);
  execvpe(image.argv()[0], image.argv(), image.environment());
  return errno;
}

struct Started {
  pid_t pid = -1;
  int error = 0;
};

/// vfork, not posix_spawn, because of PR_SET_PDEATHSIG; not fork, because a hook starts dozens of
/// programs: we wait until the child has left our memory, so `error` tells at once whether exec
/// worked.
Started spawn(ProcessImage& image, const Standard& standard) {
  const pid_t parent = getpid();
  volatile int error = 0;
  const pid_t pid = vfork();
  if (pid == 0) {
    error = become(image, standard, parent);
    _exit(127);
  }
  return {.pid = pid, .error = pid < 0 ? errno : error};
}

/// Appends what can be read now, at most 1 MiB, so that a chatty child cannot hold us past its
/// deadline. Closes at the end.
void drain(UniqueFd& fd, std::string& text) {
  std::array<char, 65536> buffer;
  for (int round = 0; fd.open() && round < 16; ++round) {
    const ssize_t size = read(fd.get(), buffer.data(), buffer.size());
    if (size > 0) {
      text.append(buffer.data(), static_cast<std::size_t>(size));
    } else if (size < 0 && (errno == EAGAIN || errno == EINTR)) {
      return;
    } else {
      fd.reset();
    }
  }
}

int exit_code_of(int status) {
  return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

}  // namespace

ProcessImage::ProcessImage(const Command& command) : argv_(command.argv) {
  std::map<std::string, std::string> values = {{"HOME", "/root"}};
  for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
    const std::string text = *entry;
    const auto equals = text.find('=');
    if (equals != std::string::npos) {
      values[text.substr(0, equals)] = text.substr(equals + 1);
    }
  }
  values["LC_ALL"] = "C.UTF-8";
  for (const auto& [name, value] : command.environment) {
    values[name] = value;
  }
  for (const auto& [name, value] : values) {
    environment_.emplace_back(name).append("=").append(value);
  }
  argv_pointers_ = pointers(argv_);
  environment_pointers_ = pointers(environment_);
}

std::vector<char*> ProcessImage::pointers(std::vector<std::string>& texts) {
  std::vector<char*> result;
  result.reserve(texts.size() + 1);
  for (std::string& text : texts) {
    result.push_back(text.data());
  }
  result.push_back(nullptr);
  return result;
}

ChildProcess::ChildProcess(const Command& command)
    : input_(command.input), deadline_(std::chrono::steady_clock::now() + command.timeout) {
  if (command.argv.empty()) {
    throw std::logic_error("a command without a program");
  }
  start(command);
}

void ChildProcess::start(const Command& command) {
  Pipe in;
  if (input_.empty()) {
    in.reader = UniqueFd(open("/dev/null", O_RDONLY | O_CLOEXEC));
  } else {
    in = make_pipe();
    make_nonblocking(in.writer);
  }
  Pipe out = make_pipe();
  Pipe err = make_pipe();
  make_nonblocking(out.reader);
  make_nonblocking(err.reader);

  ProcessImage image(command);
  const Started started =
      spawn(image, {.in = in.reader.get(), .out = out.writer.get(), .err = err.writer.get()});
  pid_ = started.pid;
  if (started.error != 0) {
    reap(0);
    result_ = {.exit_code = -1, .error_output = std::generic_category().message(started.error)};
    return;
  }
  end_ = UniqueFd(static_cast<int>(syscall(SYS_pidfd_open, pid_, 0U)));
  if (!end_.open()) {
    fail("pidfd_open");
  }
  stdin_ = std::move(in.writer);
  stdout_ = std::move(out.reader);
  stderr_ = std::move(err.reader);
}

ChildProcess::~ChildProcess() {
  if (!ended_) {
    kill(-pid_, SIGKILL);
    reap(0);
  }
}

std::array<pollfd, 4> ChildProcess::watched() const {
  return {{{.fd = end_.get(), .events = POLLIN, .revents = 0},
           {.fd = stdout_.get(), .events = POLLIN, .revents = 0},
           {.fd = stderr_.get(), .events = POLLIN, .revents = 0},
           {.fd = stdin_.get(), .events = POLLOUT, .revents = 0}}};
}

void ChildProcess::advance(Time now) {
  feed();
  collect();
  reap(WNOHANG);
  if (ended_) {
    // What it wrote last. A daemon that it left behind may hold the pipes open: they are not
    // awaited.
    collect();
  } else {
    enforce(now);
  }
}

void ChildProcess::feed() {
  while (stdin_.open()) {
    const ssize_t size = write(stdin_.get(), input_.data() + fed_, input_.size() - fed_);
    if (size < 0 && (errno == EAGAIN || errno == EINTR)) {
      return;
    }
    fed_ += size > 0 ? static_cast<std::size_t>(size) : 0;
    if (size < 0 || fed_ == input_.size()) {
      stdin_.reset();  // a child that does not read all of its input says by its exit code whether
                       // that is wrong
    }
  }
}

void ChildProcess::collect() {
  drain(stdout_, result_.output);
  drain(stderr_, result_.error_output);
}

void ChildProcess::enforce(Time now) {
  if (now < deadline_) {
    return;
  }
  kill(-pid_, timed_out_ ? SIGKILL : SIGTERM);
  timed_out_ = true;
  deadline_ = now + grace;
}

void ChildProcess::reap(int options) {
  int status = 0;
  pid_t reaped = 0;
  do {
    reaped = pid_ < 0 ? -1 : waitpid(pid_, &status, options);
  } while (reaped < 0 && errno == EINTR);
  if (reaped == 0) {
    return;
  }
  ended_ = true;
  if (reaped < 0) {
    result_.exit_code = -1;
  } else {
    result_.exit_code = timed_out_ ? -2 : exit_code_of(status);
  }
}

}  // namespace ncc
