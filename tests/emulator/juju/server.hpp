#pragma once
// The agent's side of the hook tools' socket: many connections, one command at a time. It lives for
// one run.
#include <functional>
#include <map>
#include <string>
#include <vector>

#include <poll.h>

namespace local_juju {

using Fields = std::vector<std::string>;  // of one message, see hook_tool.cpp

class Server {
 public:
  /// `answer` gets a request and the caller's process id.
  using Handler = std::function<Fields(const Fields&, int pid)>;

  /// Makes the socket under a temporary name, mode 0700, and renames it into place.
  Server(const std::string& path, Handler answer);
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;
  ~Server();

  /// Descriptors to wait for.
  void add_to(std::vector<pollfd>& polled) const;
  /// Serves what came; `polled` as poll(2) left it.
  void serve(const std::vector<pollfd>& polled);
  void stop_listening();

  [[nodiscard]] bool has_connections() const { return !connections_.empty(); }

 private:
  struct Connection {
    int pid = 0;
    std::string input = {};
  };

  void accept_one();
  bool read_some(int fd, Connection& connection);
  bool answer_complete(int fd, Connection& connection);

  std::string path_;
  Handler answer_;
  int listener_ = -1;
  std::map<int, Connection> connections_ = {};
};

}  // namespace local_juju
