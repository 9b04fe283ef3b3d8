#pragma once
// The emulated cloud as a value: Keystone, Nova, Placement, Neutron, Glance, Cinder, Designate and
// Ironic as far as the charm uses them, one request at a time through handle(). No sockets, no
// threads, no sleeping: server.hpp puts it behind HTTP. The world is a State (state.hpp), time is
// the machine's clock plus what a test has advanced it by. Read next: state.hpp, internal.hpp,
// nova_servers.cpp.
//
//   path             service             path              service
//   /v3 /identity    Keystone v3         /network/v2.0     Neutron
//   /compute/v2.1    Nova                /image/v2         Glance
//   /placement       Placement           /baremetal/v1     Ironic
//   /volume/v3       Cinder              /dns/v2           Designate
//   /_emulator/      control, not part of the cloud (control.cpp, ironic_control.cpp)

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "cloud/faults.hpp"
#include "cloud/state.hpp"

namespace ncc::fake_cloud {

struct Request {
  std::string method = "GET";
  std::string target = "/";  // path and query, percent-encoded as on the wire
  std::map<std::string, std::string> headers = {};  // names in lower case
  std::string body = {};
};

/// What the wire does with a response, beyond sending it.
struct Delivery {
  std::chrono::milliseconds delay = {};       // before the first byte
  std::optional<std::size_t> cut_after = {};  // bytes of the body sent before the connection closes
  bool drop = false;                          // close without any answer
};

struct Response {
  int status = 200;
  std::vector<std::pair<std::string, std::string>> headers = {};
  std::string body = {};
  Delivery delivery = {};
};

/// One request as it came, for tests that ask "what did the charm do". Tokens and passwords are
/// never in it.
struct LogEntry {
  std::string method = {};
  std::string path = {};
  std::string query = {};
  std::string microversion = {};  // "compute 2.53", empty when none was sent
  int status = 0;                 // 0: the connection was dropped
  std::map<std::string, std::string> headers = {};
  std::string body = {};  // empty for POST /v3/auth/tokens
};

struct Token {
  std::string user = {};
  std::string user_domain = {};
  std::string project = {};  // empty: unscoped
  bool system = false;       // of system scope; has no project
  std::string project_domain = {};
  std::vector<std::string> roles = {};
  std::int64_t issued_at = 0;
  std::int64_t expires_at = 0;
};

/// What saves the emulated Ironic from looking at all its nodes at each request.
struct IronicWork {
  bool in_transition = true;     // a node or allocation may have something to go on with
  bool unreported = true;        // something changed since the nova-computes looked at their nodes
  std::int64_t reported_at = 0;  // when they did
  std::unordered_map<std::string, std::size_t> index = {};  // uuid -> place among the nodes
};

struct Cloud {
  State state = default_state();
  std::string base_url = "http://127.0.0.1:5000";  // scheme, host and port of the catalog's URLs
  std::vector<Fault> faults = {};
  std::vector<LogEntry> log = {};
  std::map<std::string, Token> tokens = {};
  std::int64_t advanced = 0;  // seconds added to the machine's clock
  std::uint64_t ids_made = 0;
  std::function<std::int64_t()> real_seconds = {};  // empty: the machine's clock
  IronicWork ironic = {};
};

/// Answers one request and changes the cloud. Throws nothing: what is wrong with a request is an
/// answer.
[[nodiscard]] Response handle(Cloud& cloud, const Request& request);

/// Seconds since the epoch, virtual.
[[nodiscard]] std::int64_t now(const Cloud& cloud);
[[nodiscard]] std::int64_t now_ms(const Cloud& cloud);  // the same, in milliseconds

/// A request as a client of the cloud would send it: `token` in X-Auth-Token unless empty,
/// `microversion` ("compute 2.53") in OpenStack-API-Version unless empty. For tests that call
/// handle() themselves.
struct Caller {
  std::string token = {};
  std::string microversion = {};
};

[[nodiscard]] Request make_request(const std::string& method_and_target,
                                   const Caller& caller,
                                   const std::string& body = {});

}  // namespace ncc::fake_cloud
