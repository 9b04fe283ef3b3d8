#pragma once
// Starting programs: posix_spawn with an exact environment, and a small capture for drivers and
// answer programs.
#include <string>
#include <vector>

#include <sys/types.h>

namespace local_juju {

struct Launch {
  std::vector<std::string> argv = {};  // argv[0] is a path
  std::vector<std::string> environment = {};
  std::string folder = {};
  int input = -1;  // -1: /dev/null
  int out = -1;
  int err = -1;
};

/// Process id. Throws Refused with Go's words when the program cannot be started.
[[nodiscard]] pid_t spawn(const Launch& launch);
/// stdout of a program found on PATH that gets `input` on stdin; stderr and environment are ours.
/// Throws Refused when it fails.
[[nodiscard]] std::string output_of(const std::vector<std::string>& argv,
                                    const std::string& input = "",
                                    const std::string& folder = "");
/// Exit status of a program found on PATH, 128 + signal when killed; stdout is dropped.
[[nodiscard]] int exit_of(const std::vector<std::string>& argv);
/// The program's path, looked up on our PATH. Throws Refused.
[[nodiscard]] std::string resolved_program(const std::string& name);
/// Words of a command, split at spaces.
[[nodiscard]] std::vector<std::string> words_of(const std::string& command);
[[nodiscard]] std::vector<std::string> lines_of(const std::string& text);
/// "signal: killed", "exit status 3", "" for exit 0: as Go's os/exec says it.
[[nodiscard]] std::string go_exit(int wait_status);

}  // namespace local_juju
