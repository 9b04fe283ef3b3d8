// One HTTP request on a socket; enough for a server on loopback.
#include <array>

#include <arpa/inet.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "reports.hpp"

namespace emulated {

namespace {

struct Address {
  std::string ip = {};
  int port = 80;
  std::string path = "/";
};

Address parse_url(const std::string& url) {
  const std::string scheme = "http://";
  if (!starts_with(url, scheme))
    throw std::runtime_error("cloud_control is not an http:// address: " + url);
  const std::size_t slash = url.find('/', scheme.size());
  const std::string authority =
      url.substr(scheme.size(), slash == std::string::npos ? slash : slash - scheme.size());
  const std::size_t colon = authority.find(':');
  Address address{.ip = authority.substr(0, colon)};
  if (address.ip == "localhost")
    address.ip = "127.0.0.1";
  if (colon != std::string::npos)
    address.port = std::stoi(authority.substr(colon + 1));
  if (slash != std::string::npos)
    address.path = url.substr(slash);
  return address;
}

bool connect_to(int socket, const Address& address) {
  sockaddr_in target{};
  target.sin_family = AF_INET;
  target.sin_port = htons(static_cast<std::uint16_t>(address.port));
  if (::inet_pton(AF_INET, address.ip.c_str(), &target.sin_addr) != 1)
    throw std::runtime_error("cloud_control needs an IPv4 address: " + address.ip);
  const timeval limit{.tv_sec = 2, .tv_usec = 0};
  ::setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  ::setsockopt(socket, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): the socket API's own way
  return ::connect(socket, reinterpret_cast<const sockaddr*>(&target), sizeof target) == 0;
}

/// All that comes until the other side closes.
std::string read_all(int socket) {
  std::string answer;
  std::array<char, 16384> buffer{};
  for (;;) {
    const ssize_t count = ::recv(socket, buffer.data(), buffer.size(), 0);
    if (count <= 0)
      return answer;
    answer.append(buffer.data(), static_cast<std::size_t>(count));
  }
}

struct Answer {
  int status = 0;  // 0: none came
  std::string body = {};
};

Answer ask(const std::string& method, const std::string& url, const std::string& body) {
  const Address address = parse_url(url);
  const std::string request =
      method + " " + address.path + " HTTP/1.1\r\nHost: " + address.ip +
      "\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length: " +
      std::to_string(body.size()) + "\r\n\r\n" + body;
  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (socket < 0)
    return {};
  std::string text;
  if (connect_to(socket, address) && ::send(socket, request.data(), request.size(), MSG_NOSIGNAL) ==
                                         static_cast<ssize_t>(request.size()))
    text = read_all(socket);
  ::close(socket);
  const std::size_t space = text.find(' ');
  const std::size_t head = text.find("\r\n\r\n");
  if (space == std::string::npos || head == std::string::npos)
    return {};
  return {.status = std::atoi(text.c_str() + space), .body = text.substr(head + 4)};
}

}  // namespace

int post_json(const std::string& url, const Json& body) {
  return ask("POST", url, body.dump()).status;
}

Json cloud_state(const World& world) {
  const std::string cloud = world.data.value("cloud_control", "");
  const Answer answer = cloud.empty() ? Answer() : ask("GET", cloud + "/_emulator/state", "");
  const Json state = Json::parse(answer.body, nullptr, false);
  return answer.status == 200 && state.is_object() ? state : Json();
}

}  // namespace emulated
