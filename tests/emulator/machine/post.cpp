// One HTTP POST on a socket; enough for a server on loopback.
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

/// Reads up to the end of the status line: "HTTP/1.1 204 No Content".
int read_status(int socket) {
  std::string answer;
  std::array<char, 512> buffer{};
  while (answer.find('\n') == std::string::npos) {
    const ssize_t count = ::recv(socket, buffer.data(), buffer.size(), 0);
    if (count <= 0)
      return 0;
    answer.append(buffer.data(), static_cast<std::size_t>(count));
  }
  const std::size_t space = answer.find(' ');
  return space == std::string::npos ? 0 : std::atoi(answer.c_str() + space);
}

}  // namespace

int post_json(const std::string& url, const Json& body) {
  const Address address = parse_url(url);
  const std::string text = body.dump();
  const std::string request =
      "POST " + address.path + " HTTP/1.1\r\nHost: " + address.ip +
      "\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length: " +
      std::to_string(text.size()) + "\r\n\r\n" + text;
  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (socket < 0)
    return 0;
  int status = 0;
  if (connect_to(socket, address) && ::send(socket, request.data(), request.size(), MSG_NOSIGNAL) ==
                                         static_cast<ssize_t>(request.size()))
    status = read_status(socket);
  ::close(socket);
  return status;
}

}  // namespace emulated
