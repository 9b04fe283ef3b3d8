// The contract on the real thing: an ovsdb-server of our own, without ovs-vswitchd.

#include "ovs/contract.hpp"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <system_error>
#include <vector>

#include <poll.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "platform.hpp"
#include "support/catch.hpp"

namespace {

namespace contract = ncc::ovs::contract;

constexpr const char* server = "/usr/sbin/ovsdb-server";

/// Sends ovs-vsctl to a database other than the machine's.
class RedirectedRunner : public ncc::ProcessRunner {
 public:
  RedirectedRunner(ncc::ProcessRunner& real, std::string database)
      : real_(real), database_(std::move(database)) {}

  ncc::ProcessResult run(const ncc::Command& command) override {
    ncc::Command redirected = command;
    redirected.argv.insert(redirected.argv.begin() + 1, "--db=" + database_);
    return real_.run(redirected);
  }

  std::vector<ncc::ProcessResult> run_all(const std::vector<ncc::Command>& commands) override {
    std::vector<ncc::ProcessResult> results;
    for (const ncc::Command& command : commands) {
      results.push_back(run(command));
    }
    return results;
  }

 private:
  ncc::ProcessRunner& real_;
  std::string database_;
};

/// A fresh database and its server, in a directory that goes away with it.
class Database {
 public:
  Database() {
    std::string pattern = (std::filesystem::temp_directory_path() / "ncc-ovsdb-XXXXXX").string();
    REQUIRE(::mkdtemp(pattern.data()) != nullptr);
    directory_ = pattern;
    run({"/usr/bin/ovsdb-tool",
         "create",
         directory_ + "/conf.db",
         "/usr/share/openvswitch/vswitch.ovsschema"});
    run({server,
         "--detach",
         "--no-chdir",
         "--remote=punix:" + directory_ + "/db.sock",
         "--unixctl=" + directory_ + "/ctl",
         "--pidfile=" + directory_ + "/pid",
         "--log-file=" + directory_ + "/log",
         directory_ + "/conf.db"});
    runner_ = std::make_unique<RedirectedRunner>(*real_, "unix:" + directory_ + "/db.sock");
    ncc::run_or_throw(*runner_, {.argv = {"/usr/bin/ovs-vsctl", "--no-wait", "init"}});
  }

  ~Database() {
    pollfd server_end{.fd = open_server(), .events = POLLIN, .revents = 0};
    static_cast<void>(
        real_->run({.argv = {"/usr/bin/ovs-appctl", "--target=" + directory_ + "/ctl", "exit"}}));
    ::poll(&server_end, 1, 10000);  // it removes its own files until then
    ::close(server_end.fd);
    std::error_code ignored;
    std::filesystem::remove_all(directory_, ignored);
  }

  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  RedirectedRunner& runner() { return *runner_; }

 private:
  /// Becomes readable when the server has ended; -1 when there is none.
  [[nodiscard]] int open_server() const {
    pid_t pid = -1;
    std::ifstream(directory_ + "/pid") >> pid;
    return static_cast<int>(::syscall(SYS_pidfd_open, pid, 0));
  }

  void run(const std::vector<std::string>& argv) { ncc::run_or_throw(*real_, {.argv = argv}); }

  std::string directory_ = {};
  std::unique_ptr<ncc::ProcessRunner> real_ = ncc::make_process_runner();
  std::unique_ptr<RedirectedRunner> runner_ = {};
};

bool is_installed() {
  if (!std::filesystem::exists(server)) {
    WARN("skipped: openvswitch-switch is not installed");
    return false;
  }
  return true;
}

}  // namespace

TEST_CASE("the real database becomes a chassis and is cleared again", "[ovs][contract]") {
  if (is_installed()) {
    contract::check_chassis(Database().runner());
  }
}

TEST_CASE("the real database keeps what is not ours", "[ovs][contract]") {
  if (is_installed()) {
    contract::check_others_survive(Database().runner());
  }
}

TEST_CASE("the real database has nothing to change after any wish", "[ovs][contract]") {
  if (is_installed()) {
    contract::check_random_wishes(Database().runner(), 20240, 60);
  }
}

TEST_CASE("a real database without server does not answer", "[ovs][contract]") {
  if (is_installed()) {
    const auto real = ncc::make_process_runner();
    RedirectedRunner runner(*real, "unix:/nonexistent/db.sock");
    CHECK_FALSE(ncc::ovs::read(runner));
  }
}
