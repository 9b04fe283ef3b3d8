// The supervisor of one service: see processes.hpp. It has no power over the world but to say what
// its process did; a world that names another supervisor, or none, ends it.
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <optional>

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "ovs_database.hpp"
#include "processes.hpp"

namespace emulated {

namespace {

constexpr int tick_ms = 200;

struct Started {
  int main = 0;
  int error = 0;
};

[[noreturn]] void become(const UnitFile& file,
                         char* const* argv,
                         char* const* environment,
                         int end) {
  ::setsid();
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  errno = 0;
  if (::chdir(file.folder.c_str()) == 0)
    ::execve(argv[0], argv, environment);
  const int reason = errno;
  static_cast<void>(::write(end, &reason, sizeof reason));
  ::_exit(203);
}

/// The process of the unit, once it is executed or could not be.
Started start_process(const UnitFile& file) {
  std::string invocation = new_uuid();
  std::erase(invocation, '-');
  Words variables = {"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin",
                     "LANG=C.UTF-8",
                     "INVOCATION_ID=" + invocation};
  variables.insert(variables.end(), file.environment.begin(), file.environment.end());
  std::vector<char*> argv;
  for (const std::string& word : file.command)
    argv.push_back(const_cast<char*>(word.c_str()));
  argv.push_back(nullptr);
  std::vector<char*> environment;
  for (const std::string& word : variables)
    environment.push_back(const_cast<char*>(word.c_str()));
  environment.push_back(nullptr);
  int ends[2] = {};
  if (::pipe2(ends, O_CLOEXEC) != 0)
    throw std::runtime_error("no pipe");
  Started started{.main = ::fork()};
  if (started.main == 0)
    become(file, argv.data(), environment.data(), ends[1]);
  ::close(ends[1]);
  if (::read(ends[0], &started.error, sizeof started.error) != sizeof started.error)
    started.error = 0;
  ::close(ends[0]);
  return started;
}

class Supervisor {
 public:
  explicit Supervisor(std::string unit) : unit_(std::move(unit)), file_(definition()) {}

  int run(int report) {
    ::fcntl(report, F_SETFD, FD_CLOEXEC);
    Started started = start_process(file_);
    dprintf(
        report, "%d %ld %d %d\n", ::getpid(), birth_of(::getpid()), started.main, started.error);
    ::close(report);
    for (;;) {
      starts_.push_back(now_ms());
      const int status = await_end(started.main);
      signal_session(started.main, SIGKILL);
      if (!note_end(status) || !await_restart())
        return 0;
      started = start_process(file_);
      if (!note_start(started.main))
        return 0;
    }
  }

 private:
  [[nodiscard]] UnitFile definition() const {
    const World world = load_world("");
    return parse_unit_file(world.data.at("units").at(unit_).at("text").get<std::string>(), unit_);
  }

  /// The unit's state while this supervisor is the one that it names.
  [[nodiscard]] Json* own_state(World& world) const {
    Json& units = world.data["units"];
    if (!units.contains(unit_) || units[unit_].value("supervisor", 0) != ::getpid())
      return nullptr;
    return &units[unit_];
  }

  /// The process has its time to end after SIGTERM; a machine that is gone takes it along.
  void check_on(int main) const {
    if (!std::filesystem::exists("/run/emulator/world.json")) {
      signal_session(main, SIGKILL);
      ::_exit(0);
    }
    World world = load_world("");
    const Json* state = own_state(world);
    if (state != nullptr && state->value("active", "") == "deactivating" &&
        now_ms() >= state->value("stops_at", std::int64_t{0}))
      signal_session(main, SIGKILL);
  }

  [[nodiscard]] int await_end(int main) const {
    const int handle = static_cast<int>(::syscall(SYS_pidfd_open, main, 0));
    pollfd polled{handle, POLLIN, 0};
    while (::poll(&polled, 1, tick_ms) == 0)
      check_on(main);
    ::close(handle);
    int status = 0;
    ::waitpid(main, &status, 0);
    return status;
  }

  [[nodiscard]] bool is_clean(int status) const {
    if (!WIFSIGNALED(status))
      return WEXITSTATUS(status) == 0;
    const int signal = WTERMSIG(status);
    return file_.type != "oneshot" &&
           (signal == SIGTERM || signal == SIGHUP || signal == SIGINT || signal == SIGPIPE);
  }

  [[nodiscard]] bool limit_is_hit() const {
    std::int64_t recent = 0;
    for (const std::int64_t start : starts_)
      recent += now_ms() - start < file_.interval_ms ? 1 : 0;
    return file_.interval_ms > 0 && recent >= file_.burst;
  }

  /// Result= of a process that ended so.
  [[nodiscard]] std::string result_of(int status, bool asked) const {
    if (is_clean(status))
      return "success";
    if (!WIFSIGNALED(status))
      return "exit-code";
    return asked && WTERMSIG(status) == SIGKILL ? "timeout" : "signal";
  }

  /// True when it is to be started again.
  [[nodiscard]] bool note_end(int status) const {
    const Lock lock("");
    World world = load_world("");
    Json* state = own_state(world);
    if (state == nullptr)
      return false;
    const bool asked = state->at("active") == "deactivating";
    std::string result = result_of(status, asked);
    bool again = !asked && (file_.restart == "always" ||
                            (file_.restart == "on-failure" && result != "success"));
    if (again && limit_is_hit()) {
      again = false;
      result = "start-limit-hit";
    }
    (*state)["main_pid"] = 0;
    (*state)["exit_status"] = WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status);
    (*state)["result"] = result;
    (*state)["active"] = again ? "activating" : result == "success" ? "inactive" : "failed";
    save_world(world);
    return again;
  }

  [[nodiscard]] bool await_restart() const {
    const std::int64_t end = now_ms() + file_.restart_ms;
    while (now_ms() < end) {
      if (!std::filesystem::exists("/run/emulator/world.json"))
        return false;
      ::poll(nullptr, 0, static_cast<int>(std::min<std::int64_t>(tick_ms, end - now_ms())));
    }
    return true;
  }

  /// False when the unit was stopped meanwhile.
  [[nodiscard]] bool note_start(int main) const {
    const Lock lock("");
    World world = load_world("");
    Json* state = own_state(world);
    if (state == nullptr || state->at("active") != "activating") {
      signal_session(main, SIGKILL);
      return false;
    }
    (*state)["main_pid"] = main;
    (*state)["active"] = "active";
    (*state)["starts"] = state->value("starts", 0) + 1;
    (*state)["restarts"] = state->value("restarts", 0) + 1;
    save_world(world);
    return true;
  }

  std::string unit_;
  UnitFile file_;
  std::vector<std::int64_t> starts_ = {};
};

}  // namespace

int supervise(const std::string& unit, int report) {
  return Supervisor(unit).run(report);
}

}  // namespace emulated
