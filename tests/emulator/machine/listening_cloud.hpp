#pragma once
// A cloud for tests: it writes down what it is told, and has the state that a test gives it.

#include <mutex>
#include <thread>

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include "support/catch.hpp"
#include "world.hpp"

namespace emulated {

class ListeningCloud {
 public:
  ListeningCloud() : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    REQUIRE(::bind(socket_, reinterpret_cast<sockaddr*>(&address), size) == 0);
    REQUIRE(::listen(socket_, 8) == 0);
    REQUIRE(::getsockname(socket_, reinterpret_cast<sockaddr*>(&address), &size) == 0);
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] { serve(); });
  }

  ListeningCloud(const ListeningCloud&) = delete;
  ListeningCloud& operator=(const ListeningCloud&) = delete;

  ~ListeningCloud() {
    ::shutdown(socket_, SHUT_RDWR);
    thread_.join();
    ::close(socket_);
  }

  [[nodiscard]] std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }

  /// "PATH BODY" of what was posted since the last call. Uuids of compute nodes read ID.
  Words heard() {
    const std::lock_guard<std::mutex> guard(mutex_);
    return std::exchange(heard_, {});
  }

  /// Whether what is posted from now on is answered with 400.
  void refuse(bool refuses) {
    const std::lock_guard<std::mutex> guard(mutex_);
    refuses_ = refuses;
  }

  void have(const Json& state) {
    const std::lock_guard<std::mutex> guard(mutex_);
    state_ = state;
  }

 private:
  /// Head and body of one request.
  static std::string request(int peer) {
    std::string text;
    char buffer[2048];
    const auto complete = [&] {
      const std::size_t head = text.find("\r\n\r\n");
      const std::size_t length = text.find("Content-Length: ");
      return head != std::string::npos &&
             text.size() >= head + 4 + std::stoul(text.substr(length + 16));
    };
    while (!complete()) {
      const ssize_t count = ::recv(peer, buffer, sizeof buffer, 0);
      if (count <= 0)
        break;
      text.append(buffer, static_cast<std::size_t>(count));
    }
    return text;
  }

  std::string answer(const std::string& text) {
    const std::lock_guard<std::mutex> guard(mutex_);
    if (starts_with(text, "GET "))
      return "HTTP/1.1 200 OK\r\n\r\n" + state_.dump();
    std::string body = text.substr(text.find("\r\n\r\n") + 4);
    const std::size_t id = body.find("\"id\":\"");
    if (id != std::string::npos && body.find('"', id + 6) == id + 42)
      body.replace(id + 6, 36, "ID");
    heard_.push_back(text.substr(5, text.find(' ', 5) - 5) + " " + body);
    return refuses_ ? "HTTP/1.1 400 Bad Request\r\n\r\n" : "HTTP/1.1 204 No Content\r\n\r\n";
  }

  void serve() {
    for (int peer = 0; (peer = ::accept(socket_, nullptr, nullptr)) >= 0; ::close(peer)) {
      const std::string reply = answer(request(peer));
      static_cast<void>(::send(peer, reply.data(), reply.size(), MSG_NOSIGNAL));
    }
  }

  int socket_;
  int port_ = 0;
  std::mutex mutex_ = {};
  Words heard_ = {};
  Json state_ = Json::object();
  bool refuses_ = false;
  std::thread thread_ = {};
};

}  // namespace emulated
