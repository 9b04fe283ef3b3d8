#pragma once
// The emulated cloud as a process of its own, so that its memory and time are not ours.

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <stdexcept>
#include <string>
#include <vector>

#include <sys/wait.h>
#include <unistd.h>

#include "log.hpp"
#include "openstack.hpp"
#include "platform.hpp"

namespace ncc::bench {

class EmulatorProcess {
 public:
  explicit EmulatorProcess(const char* program) {
    int ends[2] = {};
    if (pipe(ends) != 0) {
      throw std::runtime_error("no pipe");
    }
    process_ = fork();
    if (process_ == 0) {
      dup2(ends[1], STDOUT_FILENO);
      close(ends[0]);
      execl(program, program, nullptr);
      _exit(127);
    }
    close(ends[1]);
    std::FILE* out = fdopen(ends[0], "r");
    const bool told = out != nullptr && std::fscanf(out, "%d", &port_) == 1;
    if (out != nullptr) {
      std::fclose(out);
    }
    if (!told) {
      throw std::runtime_error(std::string("cannot run ") + program);
    }
  }

  EmulatorProcess(const EmulatorProcess&) = delete;
  EmulatorProcess& operator=(const EmulatorProcess&) = delete;

  ~EmulatorProcess() {
    kill(process_, SIGTERM);
    waitpid(process_, nullptr, 0);
  }

  [[nodiscard]] std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }

  /// The account that the emulated cloud knows.
  [[nodiscard]] openstack::Credentials account() const {
    return {.auth_url = url() + "/v3",
            .username = "nova_compute",
            .password = Secret("cloud-secret"),
            .project = "services",
            .user_domain = "service_domain",
            .project_domain = "service_domain",
            .region = "RegionOne"};
  }

  /// POST of a control call, such as ironic/nodes.
  void control(HttpTransport& http, const std::string& call, const std::string& body) const {
    const HttpResponse response =
        http.send({.method = "POST", .url = url() + "/_emulator/" + call, .body = body});
    if (response.code != 200) {
      throw std::runtime_error(call + ": " + response.body);
    }
  }

 private:
  pid_t process_ = -1;
  int port_ = 0;
};

/// The main() of a measurement: `measure` gets the emulator's program and the numbers behind it,
/// which are `numbers` where the command line has none. Exit status 2: nothing could be measured.
inline int run_measurement(
    int argc,
    char** argv,
    const char* usage,
    std::vector<long> numbers,
    const std::function<int(const char* program, const std::vector<long>& numbers)>& measure) {
  log::set_sink([](log::Level, const std::string&) {});
  if (argc < 2) {
    std::fprintf(stderr, "usage: %s\n", usage);
    return 2;
  }
  for (std::size_t i = 0; i < numbers.size() && static_cast<int>(i) + 2 < argc; ++i) {
    numbers[i] = std::strtol(argv[i + 2], nullptr, 10);
  }
  try {
    return measure(argv[1], numbers);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s: %s\n", argv[0], error.what());
    return 2;
  }
}

}  // namespace ncc::bench
