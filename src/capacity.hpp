#pragma once
// Band 6: can the other hosts carry what must leave, how much more fits into the cloud, and are
// more nodes wanted? Pure arithmetic on Placement's numbers, and the looks that get them.
// Necessary, not sufficient: what the scheduler filters beside (affinity, zones) is not in it.
// Read next: capacity/report.cpp, capacity/decide.cpp.

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "openstack.hpp"

namespace ncc::capacity {

using openstack::Resources;
using openstack::Rooms;

/// What a server needs of a provider: VCPU (PCPU when hw:cpu_policy is dedicated), MEMORY_MB,
/// DISK_GB = root (none when it boots from a volume) + ephemeral + swap rounded up to GiB; extra
/// specs `resources:CLASS` replace or add, 0 takes a class out. Classes of 0 are left out.
[[nodiscard]] Resources need_of(const openstack::Flavor& flavor, bool from_volume);

/// So many servers of one need must find a place.
struct Load {
  std::string name = {};  // the flavor's, for people
  Resources need = {};
  int count = 0;
};

struct Shortage {
  std::string flavor = {};
  int count = 0;  // must leave
  int fits = 0;   // find a place beside all the others
  Resources need = {};
  Resources free = {};  // of all rooms, per class of the need
  friend bool operator==(const Shortage&, const Shortage&) = default;
};

/// Places the loads into the rooms, largest need first, each into the room where it leaves least;
/// what finds no place. Empty: everything fits.
[[nodiscard]] std::vector<Shortage> shortages(const std::vector<Load>& loads, const Rooms& rooms);
/// "m1.large: 3 of 7 fit (needs VCPU 4, MEMORY_MB 8192; free VCPU 13, MEMORY_MB 30000)"
[[nodiscard]] std::string to_text(const Shortage& shortage);

/// The servers of leaving hosts, one Load for each need.
[[nodiscard]] std::vector<Load> loads_of(const std::vector<openstack::Server>& servers);
/// Asks Placement once for each different need; rooms of `leaving` (provider uuids) are left out.
[[nodiscard]] Rooms observe_rooms(openstack::Session& session,
                                  const std::vector<Load>& loads,
                                  const std::set<std::string>& leaving);

// How much more fits ------------------------------------------------------------------------------

/// Of a host's compute service; all but serving count as stranded.
enum class HostState {
  serving,     // enabled and up
  tombstoned,  // disabled by a scale-in
  disabled,    // by anybody else
  down,        // enabled, but silent or forced down
  unknown      // its cell does not answer
};

[[nodiscard]] const char* to_string(HostState state);

struct Node {
  openstack::Hypervisor hypervisor = {};
  openstack::Hardware hardware = {};
};

/// A flavor that servers are counted in, and who could take one now.
struct Asked {
  std::string name = {};
  Resources need = {};
  std::set<std::string> able = {};  // provider uuids
};

/// Nodes of Ironic of one resource class.
struct BareMetal {
  long long nodes = 0;
  long long with_server = 0;
};

/// The cloud as one look shows it.
struct Look {
  std::map<std::string, HostState> hosts = {};  // by service host
  std::vector<Node> nodes = {};
  std::map<std::string, openstack::Candidates::Summary> providers = {};  // those with any room
  std::vector<Asked> flavors = {};
  std::vector<std::string> missing_flavors = {};  // the cloud has none of this name
  std::map<std::string, BareMetal> bare_metal =
      {};                  // CUSTOM_ class -> nodes, where Ironic was asked
  bool truncated = false;  // Placement has more than it told
};

struct Wish {
  std::set<std::string> flavors = {};                         // names
  std::function<bool(const std::string&)> is_tombstone = {};  // of a disabled_reason
  openstack::Session* bare_metal = nullptr;  // an account that sees all nodes of Ironic; optional
};

/// One look: services, hypervisors and flavors (listings by pages), and one question for candidates
/// for each flavor, each of VCPU, MEMORY_MB, DISK_GB, and each custom class where a host runs
/// Ironic. So the number of requests does not grow with hosts, but for the pages of listings.
[[nodiscard]] Look observe_look(openstack::Session& session, const Wish& wish);

/// One resource class over all serving hosts, in the class's own unit. Placement tells capacity and
/// used of every provider that has room left; `total` is the hardware as Nova counts it, `reserved`
/// what Nova counts as used there above Placement's allocations. A host without any room is in
/// nothing but Nova's count: its use is taken for its capacity.
struct ClassReport {
  long long total = 0;
  long long reserved = 0;
  long long capacity = 0;  // (total - reserved) * allocation ratio
  long long used = 0;
  long long free = 0;      // never below 0
  long long stranded = 0;  // free on hosts that do not serve
  friend bool operator==(const ClassReport&, const ClassReport&) = default;
};

/// Percent of the capacity, rounded down; 0 where there is no capacity.
[[nodiscard]] long long used_percent(const ClassReport& report);

/// How many more servers of one flavor find a place, each for itself (not beside other flavors').
struct Profile {
  std::string name = {};
  Resources need = {};
  long long left = 0;
  std::map<std::string, long long> hosts = {};     // where: host -> servers, none with 0
  std::map<std::string, long long> stranded = {};  // the same of hosts that do not serve
  long long per_node = 0;   // servers that an empty node takes: the lower median of serving hosts
  bool bare_metal = false;  // a node takes one, and no unit brings more
  friend bool operator==(const Profile&, const Profile&) = default;

  /// Not even empty hosts would take one.
  [[nodiscard]] bool no_capacity() const { return left == 0 && per_node == 0; }
};

struct Report {
  std::map<HostState, std::vector<std::string>> hosts = {};
  std::map<std::string, ClassReport> classes = {};
  std::vector<Profile> profiles = {};  // by name
  std::vector<std::string> missing_flavors = {};
  bool truncated = false;

  [[nodiscard]] long long serving() const;
};

/// Pure.
[[nodiscard]] Report report(const Look& look);
/// Why nothing may be decided on this report: "compute-3 is down", "the cell of compute-4 does not
/// answer", or that Placement told a part only; empty: nothing is in the way.
[[nodiscard]] std::string doubt_about(const Report& report);

// Are more nodes wanted? --------------------------------------------------------------------------

struct Thresholds {
  long long up = 0;           // fewer servers of a profile left: low; 0: off
  long long down = 0;         // low ends with so many left; more: nodes may go
  long long size = 1;         // servers that an addition brings at least
  long long used_up = 0;      // percent of a class from which on it is low; 0: off
  long long used_down = 0;    // below it low ends
  int looks = 1;              // so many looks in a row must agree before anything changes
  std::int64_t cooldown = 0;  // seconds between two decisions about one subject
};

enum class Level { normal, low, ample };

[[nodiscard]] const char* to_string(Level level);

/// What was decided about one subject, a flavor or a class: kept where the next leader finds it.
struct Standing {
  Level level = Level::normal;
  long long nodes = 0;          // serving nodes that there should be; 0: nothing is wanted
  long long units = 0;          // units that there should be for that
  std::int64_t decided_at = 0;  // seconds since the epoch; 0: nothing was decided yet
  friend bool operator==(const Standing&, const Standing&) = default;
};

using Standings = std::map<std::string, Standing>;  // "flavor m1.large", "class VCPU"

/// Looks in a row that agreed on another level than the standing one.
struct Streak {
  Level level = Level::normal;
  int looks = 0;
  friend bool operator==(const Streak&, const Streak&) = default;
};

using Streaks = std::map<std::string, Streak>;

struct State {
  Standings standings = {};
  Streaks streaks = {};
};

/// When, and how many units of the application Juju has or is making.
struct Moment {
  std::int64_t now = 0;  // seconds since the epoch
  long long units = 0;
};

struct Decision {
  State state = {};
  std::string text = {};   // for juju status; empty: nothing to say
  std::string doubt = {};  // why nothing was decided; empty: it was
  long long wanted = 0;    // nodes to add
  long long spare = 0;     // nodes that may go
};

/// low begins when fewer than `up` servers are left (a class: `used_up` percent are used) and stays
/// until `down` are left (less than `used_down` percent are used). While it is low, and fewer than
/// `up` are left, ceil(max(size, up - left) / per_node) nodes are wanted. That is decided as the
/// number of nodes and of units that there should be, so that nodes that serve since, and units
/// that are on their way, are not asked for twice; and anew after `cooldown`. Pure.
[[nodiscard]] Decision decide(const Report& report,
                              const Thresholds& thresholds,
                              const State& before,
                              const Moment& moment);

/// {"flavor m1.large": {"level": "low", "nodes": 5, "units": 3, "decided": 1700000000}};
/// read_standings throws ConfigError for anything else.
[[nodiscard]] std::string to_text(const Standings& standings);
[[nodiscard]] Standings read_standings(const std::string& text);
[[nodiscard]] std::string to_text(const Streaks& streaks);
[[nodiscard]] Streaks read_streaks(const std::string& text);
/// {"hosts": {..}, "classes": {..}, "profiles": {..}}: the report for programs.
[[nodiscard]] std::string to_json(const Report& report);

}  // namespace ncc::capacity
