#pragma once
// The errors of this charm. Absence is an optional, misuse is std::logic_error; these three cover
// the rest. Thrown at the seams, caught in charm/run.cpp only.

#include <stdexcept>
#include <string>
#include <vector>

namespace ncc {

/// An operator can repair it. `field` names the option, parameter, or "endpoint: key" at fault;
/// what() is "field: problem".
class ConfigError : public std::runtime_error {
 public:
  ConfigError(const std::string& field, const std::string& problem)
      : std::runtime_error(field + ": " + problem), field_(field) {}

  [[nodiscard]] const std::string& field() const noexcept { return field_; }

 private:
  std::string field_;
};

/// A program ended other than expected. what() holds the program, its exit and the last line of
/// stderr, never its arguments' values nor its input (they may be secret).
class ProcessError : public std::runtime_error {
 public:
  ProcessError(const std::string& program, int exit_code, const std::string& stderr_tail)
      : std::runtime_error(program + " ended with " + std::to_string(exit_code) + ": " +
                           stderr_tail),
        exit_code_(exit_code) {}

  /// Exit status; 128 + signal when killed; -1 when it could not be started, -2 when it ran out of
  /// time.
  [[nodiscard]] int exit_code() const noexcept { return exit_code_; }

 private:
  int exit_code_;
};

/// An HTTP call failed. `code` is the status, 0 when no whole answer came (connection, timeout,
/// truncated body).
class HttpError : public std::runtime_error {
 public:
  HttpError(const std::string& call, int code, const std::string& excerpt)
      : std::runtime_error(
            call + (code == 0 ? " got no answer: " : " answered " + std::to_string(code) + ": ") +
            excerpt),
        code_(code) {}

  [[nodiscard]] int code() const noexcept { return code_; }

 private:
  int code_;
};

/// A file could not be read or written. what() is "path: reason".
class FileError : public std::runtime_error {
 public:
  FileError(const std::string& path, const std::string& reason)
      : std::runtime_error(path + ": " + reason) {}
};

}  // namespace ncc
