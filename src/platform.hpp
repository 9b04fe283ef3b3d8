#pragma once
// Band 2: the four seams to the world (processes, files, HTTP, clock) and nothing that knows Juju
// or OpenStack. Real implementations are made by make_platform() in src/platform/; tests bring
// their own. Read next: juju.hpp, host.hpp.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "words/error.hpp"

namespace ncc {

/// A command line as a value. No shell is involved. A `program` with a slash is run as it is, a
/// bare name is looked up in PATH.
struct Command {
  std::vector<std::string> argv = {};
  std::string input = {};                               // goes to stdin
  std::map<std::string, std::string> environment = {};  // added to ours
  std::chrono::milliseconds timeout = std::chrono::seconds(120);
};

struct ProcessResult {
  int exit_code = 0;  // as ProcessError::exit_code
  std::string output = {};
  std::string error_output = {};
};

class ProcessRunner {
 public:
  virtual ~ProcessRunner() = default;

  /// Runs one command to its end. Never throws for a non-zero exit: the caller decides.
  [[nodiscard]] virtual ProcessResult run(const Command& command) = 0;
  /// Runs independent commands side by side (a few at a time); results are in the order of
  /// `commands`.
  [[nodiscard]] virtual std::vector<ProcessResult> run_all(
      const std::vector<Command>& commands) = 0;
};

/// stdout of a command that exited 0; throws ProcessError otherwise.
const std::string& output_or_throw(const Command& command, const ProcessResult& result);
/// Runs and throws ProcessError unless it exits 0. Returns stdout.
std::string run_or_throw(ProcessRunner& runner, const Command& command);

struct FileFacts {
  unsigned mode = 0644;  // octal permission bits
  std::string owner = "root:root";
  friend bool operator==(const FileFacts&, const FileFacts&) = default;
};

class FileSystem {
 public:
  virtual ~FileSystem() = default;

  /// Whole content, nullopt when there is no such file. Throws FileError for anything else (a
  /// directory, no permission).
  [[nodiscard]] virtual std::optional<std::string> read(const std::string& path) = 0;
  /// Mode and owner (numbers for ids without a name) of a file or directory; of the link itself
  /// when it is a symlink to a file.
  [[nodiscard]] virtual std::optional<FileFacts> facts(const std::string& path) = 0;
  /// True for a file, directory, device or socket of that name.
  [[nodiscard]] virtual bool exists(const std::string& path) = 0;
  /// Names in a directory, sorted; empty when there is none.
  [[nodiscard]] virtual std::vector<std::string> list(const std::string& directory) = 0;
  /// Replaces the file in one step: temporary file beside it, owner and mode set, fsync, rename.
  /// Makes missing parents (0755 root:root). An owner that does not exist on the machine is a
  /// FileError. A symlink at `path` is replaced, not followed.
  virtual void write(const std::string& path,
                     const std::string& content,
                     const FileFacts& facts) = 0;
  /// Makes a directory and missing parents, or sets mode and owner of the one that is there.
  virtual void make_directory(const std::string& path, const FileFacts& facts) = 0;
  /// Removes a file, or an empty directory; true when there was one. A directory that is not empty
  /// stays.
  virtual bool remove(const std::string& path) = 0;
};

struct HttpRequest {
  std::string method = "GET";
  std::string url = {};
  std::map<std::string, std::string> headers = {};
  std::string body = {};
  std::chrono::milliseconds timeout = std::chrono::seconds(90);
  std::string ca_file = {};  // PEM bundle used instead of the system's; empty = the system's
  bool repeatable = false;   // twice is as good as once, although the method does not say so
};

struct HttpResponse {
  int code = 0;
  std::map<std::string, std::string> headers = {};  // names in lower case
  std::string body = {};
};

/// An answer of any status, or why no whole one came.
using HttpReply = std::variant<HttpResponse, HttpError>;

class HttpTransport {
 public:
  /// The next request, if there is one now.
  using NextRequest = std::function<std::optional<HttpRequest>()>;
  /// A reply, and the place of its request among those that were given, from 0.
  using TakeReply = std::function<void(std::size_t number, const HttpReply& reply)>;

  virtual ~HttpTransport() = default;

  /// Sends one request; any status code is an answer. Throws HttpError with code 0 when no whole
  /// answer came. A stale kept-alive connection is replaced once for requests that are safe to
  /// repeat (GET, PUT, DELETE, and what is `repeatable`).
  [[nodiscard]] virtual HttpResponse send(const HttpRequest& request) = 0;
  /// Sends what `next` gives, up to `parallel` at the same time; `take` gets each reply when it
  /// comes, in any order. `next` is asked whenever another request could go out, also after it had
  /// none; it is over when nothing is on its way and `next` has none. Neither sends by itself. An
  /// exception of theirs drops what is on its way. Here one request goes after the other.
  virtual void send_many(std::size_t parallel, const NextRequest& next, const TakeReply& take);
};

class Clock {
 public:
  virtual ~Clock() = default;

  /// Seconds since the epoch.
  [[nodiscard]] virtual std::chrono::system_clock::time_point now() = 0;

  [[nodiscard]] std::int64_t now_seconds() {
    return std::chrono::duration_cast<std::chrono::seconds>(now().time_since_epoch()).count();
  }

  [[nodiscard]] virtual std::chrono::steady_clock::time_point steady() = 0;
  virtual void sleep(std::chrono::milliseconds duration) = 0;
};

/// The four seams, passed as one. Its owner outlives every user.
struct Platform {
  ProcessRunner& processes;
  FileSystem& files;
  HttpTransport& http;
  Clock& clock;
};

/// The real machine. Child processes get our environment, with LC_ALL=C.UTF-8 and HOME (/root when
/// unset: Juju sets none), and die with us. From here on SIGPIPE is ignored: a child that closes
/// its stdin is no reason to die.
std::unique_ptr<ProcessRunner> make_process_runner();
std::unique_ptr<FileSystem> make_file_system();
std::unique_ptr<HttpTransport> make_http_transport();
std::unique_ptr<Clock> make_clock();

}  // namespace ncc
