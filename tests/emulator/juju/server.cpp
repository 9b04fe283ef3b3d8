#include "server.hpp"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <optional>

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "model.hpp"

namespace local_juju {
namespace {

std::uint32_t number_at(const std::string& bytes, std::size_t at) {
  std::uint32_t number = 0;
  std::memcpy(&number, bytes.data() + at, sizeof number);
  return number;
}

/// Takes one message off the front of `bytes`; nullopt: not complete yet.
std::optional<Fields> take_message(std::string& bytes) {
  if (bytes.size() < 4)
    return std::nullopt;
  Fields fields;
  std::size_t at = 4;
  for (std::uint32_t left = number_at(bytes, 0); left > 0; --left) {
    if (bytes.size() < at + 4 || bytes.size() < at + 4 + number_at(bytes, at))
      return std::nullopt;
    fields.push_back(bytes.substr(at + 4, number_at(bytes, at)));
    at += 4 + fields.back().size();
  }
  bytes.erase(0, at);
  return fields;
}

std::string packed(const Fields& fields) {
  const auto number = [](std::size_t value) {
    const auto small = static_cast<std::uint32_t>(value);
    char bytes[sizeof small];
    std::memcpy(bytes, &small, sizeof small);
    return std::string(bytes, sizeof bytes);
  };
  std::string bytes = number(fields.size());
  for (const std::string& field : fields)
    bytes += number(field.size()) + field;
  return bytes;
}

int caller_of(int fd) {
  ucred credentials{};
  socklen_t size = sizeof credentials;
  getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &credentials, &size);
  return credentials.pid;
}

void write_all(int fd, const std::string& bytes) {
  std::size_t done = 0;
  while (done < bytes.size()) {
    const ssize_t size = send(fd, bytes.data() + done, bytes.size() - done, MSG_NOSIGNAL);
    if (size <= 0)
      return;  // the tool was killed; its hook will notice
    done += static_cast<std::size_t>(size);
  }
}

}  // namespace

Server::Server(const std::string& path, Handler answer) : path_(path), answer_(std::move(answer)) {
  const std::filesystem::path folder = std::filesystem::path(path).parent_path();
  const int at = open(folder.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const std::string through = "/proc/self/fd/" + std::to_string(at) + "/agent.socket.new";
  std::copy(through.begin(), through.end(), address.sun_path);
  unlinkat(at, "agent.socket.new", 0);
  listener_ = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const bool bound =
      bind(listener_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0 &&
      fchmodat(at, "agent.socket.new", 0700, 0) == 0 && listen(listener_, 128) == 0 &&
      renameat(at, "agent.socket.new", at, std::filesystem::path(path).filename().c_str()) == 0;
  close(at);
  if (!bound)
    throw Refused("cannot make the agent's socket " + path + ": " + std::strerror(errno));
}

Server::~Server() {
  stop_listening();
  for (const auto& [fd, connection] : connections_)
    close(fd);
}

void Server::stop_listening() {
  if (listener_ < 0)
    return;
  close(listener_);
  unlink(path_.c_str());
  listener_ = -1;
}

void Server::add_to(std::vector<pollfd>& polled) const {
  if (listener_ >= 0)
    polled.push_back({listener_, POLLIN, 0});
  for (const auto& [fd, connection] : connections_)
    polled.push_back({fd, POLLIN, 0});
}

void Server::serve(const std::vector<pollfd>& polled) {
  for (const pollfd& item : polled) {
    if (item.revents == 0)
      continue;
    if (item.fd == listener_) {
      accept_one();
      continue;
    }
    const auto found = connections_.find(item.fd);
    if (found == connections_.end())
      continue;
    if (!read_some(item.fd, found->second)) {
      close(item.fd);
      connections_.erase(found);
    }
  }
}

void Server::accept_one() {
  const int fd = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
  if (fd >= 0)
    connections_[fd] = Connection{.pid = caller_of(fd)};
}

bool Server::read_some(int fd, Connection& connection) {
  char block[65536];
  const ssize_t size = read(fd, block, sizeof block);
  if (size <= 0)
    return false;
  connection.input.append(block, static_cast<std::size_t>(size));
  return answer_complete(fd, connection);
}

bool Server::answer_complete(int fd, Connection& connection) {
  while (const std::optional<Fields> request = take_message(connection.input))
    write_all(fd, packed(answer_(*request, connection.pid)));
  return true;
}

}  // namespace local_juju
