#pragma once
// Band 6: leaving and coming back. Marks, requests, guards and the steps of an ending are pure;
// observe_survey() and observe_ending() look at the cloud, claim() is the one loop that writes. The
// states are those of docs/scale-in.md. Read next: scalein/guards.cpp, scalein/ending.cpp.

#include <chrono>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <variant>
#include <vector>

#include "capacity.hpp"
#include "drain.hpp"
#include "fleet.hpp"
#include "model.hpp"
#include "openstack.hpp"
#include "platform.hpp"

namespace ncc::scalein {

// Marks ------------------------------------------------------------------------------------------

/// Nova's disabled_reason of a tombstoned host: "scale-in 4f2a9c01 nova-compute/3", and with
/// " (claim)" while its guards are being checked. So whose tombstone it is can be read where it
/// counts, by whichever unit is the leader then.
struct Mark {
  std::string run = {};
  UnitName unit{"nova-compute/0"};
  bool claim = false;
  friend bool operator==(const Mark&, const Mark&) = default;
};

[[nodiscard]] std::string to_text(const Mark& mark);
/// nullopt: the reason is somebody else's.
[[nodiscard]] std::optional<Mark> read_mark(const std::string& reason);

// Requests ---------------------------------------------------------------------------------------

using Parameters = std::map<std::string, std::string>;

struct Request {
  std::vector<std::string> units = {};  // sorted by number, each once; text, since a name may be
                                        // wrong; empty: this unit
  bool force = false;                   // guards that may be overridden are
  bool plan = false;                    // show, change nothing
  bool purge_orphans = false;
  bool force_last_gateway = false;
  drain::Options drain = {};
  std::optional<std::chrono::seconds> wait = {};  // how long to follow a run; nullopt: to its end
  bool abort = false;
};

/// `units` is a list (JSON, or names separated by commas or blanks). Throws ConfigError naming the
/// parameter.
[[nodiscard]] Request read_request(const Parameters& parameters);

// Results ----------------------------------------------------------------------------------------

enum class State { done, in_progress, refused, unknown, failed };

[[nodiscard]] const char* to_string(State state);

struct UnitResult {
  std::string unit = {};
  std::string host = {};  // empty: not known
  State state = State::done;
  std::string reason = {};  // empty when done
  std::vector<drain::Left> left = {};
};

/// "nova-compute/3 refused: 1 server left; ghost/9 unknown: ..."; empty when all are done.
[[nodiscard]] std::string failure_of(const std::vector<UnitResult>& results);
/// done, in-progress, refused, unknown or failed: the worst of all.
[[nodiscard]] std::string summary_of(const std::vector<UnitResult>& results);
/// JSON list of {unit, host, result, reason, servers: [{id, name, status, reason, final}]}.
[[nodiscard]] std::string to_json(const std::vector<UnitResult>& results);

// Start ------------------------------------------------------------------------------------------

/// A unit of this application and its host.
struct Member {
  UnitName unit{"nova-compute/0"};
  HostName host{"localhost"};
  friend bool operator==(const Member&, const Member&) = default;
};

struct Limits {
  long long min_computes = 1;
  long long min_gateways = 1;  // per physical network and availability zone
};

/// One look at the cloud for the guards.
struct Survey {
  std::vector<openstack::Service> services = {};  // all compute services
  std::vector<openstack::Agent> agents = {};      // all OVN agents
  std::vector<openstack::GatewayPort> gateways = {};
  std::map<std::string, std::string> physical = {};                    // network -> physnet
  std::map<std::string, std::vector<openstack::Server>> servers = {};  // of the batch, by host
  std::vector<openstack::ServerGroup> groups = {};
  std::vector<capacity::Shortage> shortages = {};
  std::string neutron_error = {};  // Neutron did not answer: gateways are not known
};

[[nodiscard]] Survey observe_survey(openstack::Session& session, const std::vector<Member>& batch);

/// A reason against a start. `unit` empty: it is about the batch as a whole.
struct Refusal {
  std::string unit = {};
  std::string guard = {};  // service, cell, foreign, lease, min-computes, min-gateways,
                           // last-gateway, capacity, affinity
  std::string text = {};   // with its numbers
  bool forcible = false;
  friend bool operator==(const Refusal&, const Refusal&) = default;
};

/// Everything that speaks against tombstoning `batch`. Pure. Hosts that carry a mark already count
/// as gone.
[[nodiscard]] std::vector<Refusal> guards(const Survey& survey,
                                          const std::vector<Member>& batch,
                                          const Limits& limits);
/// Up, enabled and free of marks, outside of `batch`.
[[nodiscard]] long long serving_outside(const std::vector<openstack::Service>& services,
                                        const std::vector<Member>& batch);
/// The compute service of a host; nullptr when there is none.
[[nodiscard]] const openstack::Service* service_of(const std::vector<openstack::Service>& services,
                                                   const HostName& host);

/// How a claim ended. With a refusal nothing of it is left. A host that Nova did not disable stops
/// no other.
struct Claimed {
  std::optional<Refusal> refusal = {};
  std::map<std::string, std::string> failed = {};  // unit -> why
};

/// Disables the services of `batch` under `run`, at first as a claim. Several starts may run at
/// once, in one model or in several: each claims, looks again, and gives way when, with the claims
/// before its own, too few hosts would be left (claims are ordered by run). Hosts that a foreign
/// reason keeps disabled are left as they are.
[[nodiscard]] Claimed claim(const Platform& platform,
                            openstack::Session& session,
                            const std::vector<Member>& batch,
                            const std::string& run,
                            std::optional<long long> min_computes);

// End --------------------------------------------------------------------------------------------

/// What must be known to finish an ending when the cloud does not tell it any more.
struct Facts {
  std::string service = {};                 // uuid
  std::vector<std::string> providers = {};  // uuids, the root first
  std::vector<std::string> agents = {};     // ids; of the controller: its chassis
  std::vector<long long> aggregates = {};
  friend bool operator==(const Facts&, const Facts&) = default;
};

/// One look at what is left of a host, and at its machine.
struct Ending {
  Phase phase = Phase::none;
  std::optional<Facts> facts = {};  // as journalled before the first step
  std::optional<openstack::Service> service = {};
  std::vector<openstack::Server> servers = {};
  std::vector<openstack::Migration> migrations = {};  // open ones
  std::vector<openstack::Provider> providers = {};    // by uuid and by name
  std::map<std::string, bool> consumers = {};         // of their allocations -> Nova knows it still
  std::vector<openstack::Agent> agents = {};          // those of Facts that Neutron lists still
  std::vector<openstack::GatewayPort> gateways = {};  // active here
  bool compute_runs = false;
  bool agents_run = false;          // ovn-controller or the metadata agent
  std::optional<int> domains = {};  // libvirt's; nullopt: it does not answer
  std::vector<std::string> chassis =
      {};  // rows of the SB database that name this chassis or address
};

struct EndOptions {
  bool purge_orphans = false;
  bool force_last_gateway = false;
};

struct Refuse {
  std::string reason = {};
};

struct GoTo {
  Phase phase = Phase::none;
};

struct Await {
  std::string what = {};
};

struct Ended {};

/// What an ending does next: one step of the cloud, the next phase of the machine, waiting for
/// something to come true, or it is over.
using EndStep = std::variant<CloudStep, GoTo, Await, Refuse, Ended>;

/// Pure. Irreversible from DeleteService on; before it a refusal leads back to Phase::none, so that
/// nova-compute runs again.
[[nodiscard]] EndStep next_end_step(const Ending& ending,
                                    const EndOptions& options,
                                    const std::optional<Mark>& mark);
/// The cloud's part of Ending: fields down to `gateways`.
[[nodiscard]] Ending observe_ending(openstack::Session& session,
                                    const HostName& host,
                                    const std::optional<Facts>& facts);
[[nodiscard]] Facts observe_facts(openstack::Session& session, const HostName& host);
[[nodiscard]] std::string to_text(const Facts& facts);
[[nodiscard]] Facts read_facts(const std::string& text);

}  // namespace ncc::scalein
