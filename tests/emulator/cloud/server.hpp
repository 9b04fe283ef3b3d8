#pragma once
// The HTTP face of the emulated cloud: one listener, one world, one request at a time. Delays are
// slept outside of that order.

#include <functional>
#include <memory>
#include <string>

#include "cloud/cloud.hpp"

namespace ncc::fake_cloud {

struct Listen {
  std::string address = "127.0.0.1";
  int port = 0;                 // 0: any free one
  std::string public_url = {};  // base of the catalog's URLs; empty: http://address:port
};

class CloudServer {
 public:
  /// Binds at once and serves from a thread of its own until destroyed. `changed` is called with
  /// the cloud, while nothing else touches it, after each request. Throws std::runtime_error when
  /// the address cannot be bound.
  CloudServer(Cloud cloud, const Listen& listen, std::function<void(const Cloud&)> changed = {});
  ~CloudServer();
  CloudServer(const CloudServer&) = delete;
  CloudServer& operator=(const CloudServer&) = delete;

  [[nodiscard]] int port() const;
  [[nodiscard]] std::string url() const;  // what clients are told: the catalog's base

 private:
  class Face;
  std::unique_ptr<Face> face_;
};

}  // namespace ncc::fake_cloud
