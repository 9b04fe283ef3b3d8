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
  std::string request_id = {};

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
/// Keystone's id of the project that the token is for; empty for none.
[[nodiscard]] std::string project_id(const Token& token);
/// The 401 of keystonemiddleware in front of every service.
[[nodiscard]] Response unauthorized(const Cloud& cloud);
[[nodiscard]] std::optional<Token> valid_token(const Cloud& cloud, const Request& request);
/// What no real service says: the emulator does not have this call. A test that sees it has found a
/// gap here.
[[nodiscard]] Response not_emulated(const Request& request);

// keystone.cpp, nova.cpp, placement.cpp, neutron.cpp, glance.cpp, cinder.cpp, ironic.cpp,
// designate.cpp, control.cpp: one service each
[[nodiscard]] Response keystone(Call call);
[[nodiscard]] Response nova(Call call);
[[nodiscard]] Response placement(Call call);
[[nodiscard]] Response neutron(Call call);
[[nodiscard]] Response glance(Call call);
[[nodiscard]] Response cinder(Call call);
[[nodiscard]] Response ironic(Call call);
[[nodiscard]] Response designate(Call call);
[[nodiscard]] Response control(Call call);

// The parts of Nova; nullopt when the call is not theirs.
[[nodiscard]] std::optional<Response> nova_services(const Call& call);
[[nodiscard]] std::optional<Response> nova_hypervisors(const Call& call);
[[nodiscard]] std::optional<Response> nova_servers(const Call& call);
[[nodiscard]] std::optional<Response> nova_flavors(const Call& call);
[[nodiscard]] std::optional<Response> nova_migrations(const Call& call);
[[nodiscard]] std::optional<Response> nova_server_actions(const Call& call);
[[nodiscard]] std::optional<Response> nova_instance_actions(const Call& call);
[[nodiscard]] std::optional<Response> nova_groups(const Call& call);
[[nodiscard]] std::optional<Response> nova_aggregates(const Call& call);
[[nodiscard]] std::optional<Response> nova_volumes(const Call& call);
[[nodiscard]] std::optional<Response> nova_keypairs(const Call& call);
[[nodiscard]] std::optional<Response> nova_consoles(const Call& call);

// Parts of Neutron.
[[nodiscard]] std::optional<Response> neutron_groups(const Call& call);
[[nodiscard]] Response neutron_error(int status,
                                     const std::string& type,
                                     const std::string& message);

/// {"itemNotFound": {"code": 404, "message": ...}} with the name that Nova has for the code.
[[nodiscard]] Response nova_error(int status, const std::string& message);
[[nodiscard]] Response nova_forbidden(const std::string& policy);
/// "Invalid input for field/attribute FIELD. Value: ... why", as Nova's schemas complain.
[[nodiscard]] std::string invalid_field(const std::string& field,
                                        const Json& value,
                                        const std::string& why);
[[nodiscard]] std::string unexpected_key(const std::string& key);
[[nodiscard]] bool is_down_cell(const State& state, const std::string& host);
/// The server of servers/{id}/..., if the caller may see it.
[[nodiscard]] Server* server_of(const Call& call);
[[nodiscard]] Response no_such_server(const Call& call);
[[nodiscard]] Response list_servers(const Call& call, bool detail);
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

/// Servers as Nova shows them. Looks the world's ports over once, for any number of servers.
class ServerViews {
 public:
  explicit ServerViews(const Call& call);
  [[nodiscard]] Json full(const Server& server) const;
  [[nodiscard]] Json brief(const Server& server) const;

 private:
  [[nodiscard]] Json addresses(const Server& server) const;
  [[nodiscard]] Json volumes(const Server& server) const;

  const Call& call_;
  std::multimap<std::string, const Port*> ports_ = {};  // by server
};

// compute.cpp: hosts and their processes
[[nodiscard]] bool is_up(const Cloud& cloud, const Service& service);
[[nodiscard]] Service* find_compute(State& state, const std::string& host);
[[nodiscard]] Hypervisor* find_hypervisor(State& state, const std::string& host);
[[nodiscard]] Provider* find_provider(State& state, const std::string& uuid);
void start_compute(Cloud& cloud, const Json& description);
void stop_compute(Cloud& cloud, const std::string& host);
/// A compute node and its provider, unless something has allocations of that.
void forget_node(State& state, const Hypervisor& node);
/// Removes the service, its host mapping, compute nodes and providers, and remembers the node.
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

// ironic_computes.cpp
/// There may be something to do for settle() and the next report.
void expect_ironic_work(Cloud& cloud);
/// What every nova-compute with the Ironic driver does from time to time: its nodes become compute
/// nodes and resource providers. Called before Nova and Placement are asked.
void report_ironic_nodes(Cloud& cloud);
/// Ironic's part of settle().
void settle_ironic(Cloud& cloud);
/// The driver takes the server's node for it. False when somebody else has it, so that Nova tries
/// another one; true for a server that is not on a node of Ironic's.
[[nodiscard]] bool take_ironic_node(Cloud& cloud, const Server& server);
/// The server on the node is active.
void server_is_built(Cloud& cloud, const Server& server);
/// The driver cleans the node; while its nova-compute is down nobody does, and the node keeps the
/// server's uuid.
void server_is_gone(Cloud& cloud, const Server& server);

// cinder_states.cpp: volumes on their way
[[nodiscard]] Volume* find_volume(State& state, const std::string& id);
/// True, and one less of them, when this step is to fail.
[[nodiscard]] bool takes_failure(Settings& settings, const std::string& step);
/// The volume begins a step (creating, reserved, detaching, deleting), which settle_volumes() ends.
void begin_step(Cloud& cloud, Volume& volume, const std::string& status);
void settle_volumes(Cloud& cloud);
/// A server is gone: its volumes are free.
void free_volumes_of(State& state, const std::string& server);

// agents.cpp
[[nodiscard]] bool agent_alive(const State& state, const Agent& agent);
/// Name of the OVN chassis that an agent belongs to: its controller's id.
[[nodiscard]] std::string chassis_of(const State& state, const Agent& agent);
[[nodiscard]] bool host_can_bind(const State& state, const std::string& host);
/// DELETE of an agent: its chassis goes too, and is there again if it still reports.
void delete_agent(Cloud& cloud, const std::string& id);
void report_agent(Cloud& cloud, const Json& description);

// gateways.cpp: which chassis a router's gateway is on
/// Neutron's part, after a change of a chassis: who may have the gateways of the routers.
void elect_gateways(State& state);
/// The same for routers that have no gateway chassis yet.
void elect_new_gateways(State& state);
/// OVN's part: each gateway port is where the first of them lives.
void follow_gateways(State& state);
[[nodiscard]] Port gateway_port(const State& state, const Router& router);
[[nodiscard]] Json router_view(const State& state, const Router& router);

}  // namespace ncc::fake_cloud
