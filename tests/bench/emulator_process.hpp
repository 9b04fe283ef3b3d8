#pragma once
// The emulated cloud as a process of its own, so that its memory and time are not ours.

#include <csignal>
#include <cstdio>
#include <stdexcept>
#include <string>

#include <sys/wait.h>
#include <unistd.h>

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

}  // namespace ncc::bench
