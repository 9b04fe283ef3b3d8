#pragma once
// A loopback HTTP server that says, byte by byte, what a test wants it to say: also half answers.

#include <array>
#include <condition_variable>
#include <cstddef>
#include <mutex>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

/// What is sent instead of an answer: nothing, until the client gives up.
inline const std::string silence = "silence";

/// What is sent instead of an answer: the path of the request, as a body.
inline const std::string echo = "echo";

inline std::string ok(const std::string& body) {
  return "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

/// A listening socket on a free port of 127.0.0.1.
class Listener {
 public:
  Listener() : fd_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address = {};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    void* const raw = &address;
    auto* const generic = static_cast<sockaddr*>(raw);
    if (bind(fd_, generic, size) != 0 || listen(fd_, 8) != 0 ||
        getsockname(fd_, generic, &size) != 0) {
      throw std::runtime_error("no socket on loopback");
    }
    port_ = ntohs(address.sin_port);
  }

  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;

  ~Listener() { close(fd_); }

  [[nodiscard]] std::string address() const { return "127.0.0.1:" + std::to_string(port_); }

  /// The next connection; -1 after stop().
  [[nodiscard]] int accept() const { return ::accept4(fd_, nullptr, nullptr, SOCK_CLOEXEC); }

  void stop() const { shutdown(fd_, SHUT_RDWR); }

 private:
  int fd_;
  int port_ = 0;
};

/// The answers of one connection, in order; it is closed after the last. An empty answer closes
/// without a word.
using Connection = std::vector<std::string>;

class ScriptedServer {
 public:
  explicit ScriptedServer(std::vector<Connection> script)
      : script_(std::move(script)), acceptor_([this] { accept_all(); }) {}

  ScriptedServer(const ScriptedServer&) = delete;
  ScriptedServer& operator=(const ScriptedServer&) = delete;

  /// The client's connections must be closed before.
  ~ScriptedServer() {
    {
      const std::lock_guard lock(mutex_);
      ending_ = true;
    }
    more_.notify_all();
    listener_.stop();
    acceptor_.join();
  }

  /// From now on requests with `text` in them are answered when so many have come of any kind.
  void hold(const std::string& text, std::size_t requests) {
    const std::lock_guard lock(mutex_);
    held_ = text;
    enough_ = requests;
  }

  [[nodiscard]] std::string url(const std::string& path) const {
    return "http://" + listener_.address() + path;
  }

  /// Every request received so far, as it came.
  [[nodiscard]] std::vector<std::string> requests() {
    const std::lock_guard lock(mutex_);
    return requests_;
  }

 private:
  void accept_all() {
    std::vector<std::jthread> connections;
    for (const Connection& answers : script_) {
      const int fd = listener_.accept();
      if (fd < 0) {
        return;
      }
      connections.emplace_back([this, fd, answers] {
        serve(fd, answers);
        close(fd);
      });
    }
  }

  void serve(int fd, const Connection& answers) {
    for (const std::string& answer : answers) {
      const std::string request = receive(fd);
      if (request.empty() || answer.empty()) {
        return;
      }
      if (answer == silence) {
        std::array<char, 1> byte{};
        (void)recv(fd, byte.data(), byte.size(), 0);
        return;
      }
      const std::string text = answer == echo ? ok(path_of(request)) : answer;
      send(fd, text.data(), text.size(), MSG_NOSIGNAL);
    }
  }

  /// One whole request, when it may be answered; empty when the client has gone.
  std::string receive(int fd) {
    std::string text;
    std::array<char, 4096> buffer{};
    while (!complete(text)) {
      const ssize_t size = recv(fd, buffer.data(), buffer.size(), 0);
      if (size <= 0) {
        return "";
      }
      text.append(buffer.data(), static_cast<std::size_t>(size));
    }
    std::unique_lock lock(mutex_);
    requests_.push_back(text);
    more_.notify_all();
    more_.wait(lock, [&] {
      return requests_.size() >= enough_ || text.find(held_) == std::string::npos || ending_;
    });
    return text;
  }

  static std::string path_of(const std::string& request) {
    const std::size_t begin = request.find(' ') + 1;
    return request.substr(begin, request.find(' ', begin) - begin);
  }

  static bool complete(const std::string& text) {
    const auto end = text.find("\r\n\r\n");
    const auto length = text.find("Content-Length: ");
    const std::size_t body = length == std::string::npos ? 0 : std::stoul(text.substr(length + 16));
    return end != std::string::npos && text.size() >= end + 4 + body;
  }

  Listener listener_;
  std::vector<Connection> script_;
  std::mutex mutex_;
  std::condition_variable more_;
  std::vector<std::string> requests_;
  std::string held_;
  std::size_t enough_ = 0;
  bool ending_ = false;
  std::thread acceptor_;
};
