#pragma once
// Shared by the services' files: the request taken apart, who sent it, and how each service writes
// its answers and errors.

#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "cloud/cloud.hpp"

namespace ncc::fake_cloud {

using Json = nlohmann::json;

/// major.minor; compares as a pair.
struct Version {
  int major = 0, minor = 0;
  friend auto operator<=>(const Version&, const Version&) = default;
};

/// A request on its way through one service. `path` holds the segments below the service's root,
/// decoded.
struct Call {
  Cloud& cloud;
  const Request& request;
  std::string method = {};
  std::vector<std::string> path = {};
  std::vector<std::pair<std::string, std::string>> query = {};
  Version version = {};
  Token token = {};

  [[nodiscard]] State& state() const { return cloud.state; }

  [[nodiscard]] std::optional<std::string> parameter(const std::string& name) const;
  [[nodiscard]] bool is_admin() const;
  /// True for e.g. is("GET", "servers/*"): a star stands for any one segment.
  [[nodiscard]] bool is(const std::string& wanted_method, const std::string& pattern) const;
};

// text.cpp
[[nodiscard]] std::string iso_time(Number seconds, const std::string& format);  // strftime in UTC
[[nodiscard]] std::string make_uuid(Cloud& cloud);
[[nodiscard]] std::string id_of(
    const std::string& name);  // 32 hex digits, always the same for a name
[[nodiscard]] std::string decode(const std::string& text);
[[nodiscard]] std::string encode(const std::string& text);
[[nodiscard]] std::vector<std::string> split(const std::string& text, char separator);
[[nodiscard]] std::optional<Version> read_version(const std::string& text);
[[nodiscard]] bool looks_like_uuid(const std::string& text);
[[nodiscard]] std::optional<bool> read_bool(
    const std::string& text);  // as oslo's bool_from_string(strict)
/// The version asked of `service` in OpenStack-API-Version or `legacy_header`; empty when none.
[[nodiscard]] std::string version_header(const Request& request,
                                         const std::string& service,
                                         const std::string& legacy_header);

// cloud.cpp
[[nodiscard]] Response json_response(int status, const Json& body);
[[nodiscard]] Response empty_response(int status);
[[nodiscard]] std::string standard_title(int status);
/// The 401 of keystonemiddleware in front of every service.
[[nodiscard]] Response unauthorized(const Cloud& cloud);
[[nodiscard]] std::optional<Token> valid_token(const Cloud& cloud, const Request& request);
/// What no real service says: the emulator does not have this call. A test that sees it has found a
/// gap here.
[[nodiscard]] Response not_emulated(const Request& request);

// keystone.cpp, nova.cpp, placement.cpp, neutron.cpp, glance.cpp, control.cpp: one service each
[[nodiscard]] Response keystone(Call call);
[[nodiscard]] Response nova(Call call);
[[nodiscard]] Response placement(Call call);
[[nodiscard]] Response neutron(Call call);
[[nodiscard]] Response glance(Call call);
[[nodiscard]] Response control(Call call);

// The parts of Nova; nullopt when the call is not theirs.
[[nodiscard]] std::optional<Response> nova_services(const Call& call);
[[nodiscard]] std::optional<Response> nova_hypervisors(const Call& call);
[[nodiscard]] std::optional<Response> nova_servers(const Call& call);
[[nodiscard]] std::optional<Response> nova_flavors(const Call& call);
[[nodiscard]] std::optional<Response> nova_migrations(const Call& call);

/// {"itemNotFound": {"code": 404, "message": ...}} with the name that Nova has for the code.
[[nodiscard]] Response nova_error(int status, const std::string& message);
[[nodiscard]] Response nova_forbidden(const std::string& policy);
[[nodiscard]] std::string nova_url(const Call& call, const std::string& tail);

/// limit and marker of a list, or the 400 that Nova answers.
struct Page {
  std::size_t limit = 0;
  std::optional<std::string> marker = {};
  std::optional<Response> refusal = {};
};

[[nodiscard]] Page read_page(const Call& call);
/// href of the next page: this request with another marker.
[[nodiscard]] std::string next_page(const Call& call, const std::string& marker);
[[nodiscard]] Json server_view(const Call& call, const Server& server);

// compute.cpp: hosts and their processes
[[nodiscard]] bool is_up(const Cloud& cloud, const Service& service);
[[nodiscard]] Service* find_compute(State& state, const std::string& host);
[[nodiscard]] Hypervisor* find_hypervisor(State& state, const std::string& host);
[[nodiscard]] Provider* find_provider(State& state, const std::string& uuid);
void start_compute(Cloud& cloud, const Json& description);
void stop_compute(Cloud& cloud, const std::string& host);
/// Removes the service, its host mapping, compute node and provider, and remembers the node.
void delete_compute(Cloud& cloud, const std::string& host);
void discover_hosts(Cloud& cloud, bool by_service);
/// Sets or clears COMPUTE_STATUS_DISABLED, as nova-compute does when it is reached.
void sync_disabled_trait(Cloud& cloud, const Service& service);

// scheduler.cpp: where a server goes and how it ends
void schedule(Cloud& cloud, Server& server, const std::optional<std::string>& host);
void begin_delete(Cloud& cloud, Server& server);
/// Carries on with everything that is due by time alone; called before each request.
void settle(Cloud& cloud);
/// Counts one read of a server by a client, which may be what it waits for.
void count_read(Server& server);

// agents.cpp
[[nodiscard]] bool agent_alive(const State& state, const Agent& agent);
/// Name of the OVN chassis that an agent belongs to: its controller's id.
[[nodiscard]] std::string chassis_of(const State& state, const Agent& agent);
[[nodiscard]] bool host_can_bind(const State& state, const std::string& host);
void report_agent(Cloud& cloud, const Json& description);

}  // namespace ncc::fake_cloud
