#pragma once
// Band 6: Ironic nodes are split into shards, and each shard is one nova-compute process with a
// fixed identity ([DEFAULT] host, [ironic] shard). Here is decided who runs which shard, when a
// process may start, and which node belongs to which shard. Pure: no input or output, no clock.
//
// Two processes of one identity never run, because
//   - a unit's committed claim covers the whole time its process runs: it starts only what an
//     earlier hook claimed, and takes a claim back only when the process is stopped;
//   - it starts only when it reads no such claim in the bag of any other unit. Of two claims the
//     later one is followed by a read that sees the earlier: no two units start.
// That needs neither an honest leader nor the number of an epoch: an old leader's write that lands
// late moves shards about, no more. What a leader must not forget (`granted`, `fenced`) is one key
// an entry in the databag, so that a late write cannot take away an entry which it has not seen.
//
// What the reader of the databags owes:
//   - the own bag and the assignment as the controller has them, read before anything is written;
//   - present is what goal-state names, asked in this hook: relation-list does not know a unit
//     whose joined hook has not run here. Bags are read by name; without one, Claims are empty;
//   - processes are stopped and started before the hook ends, and a failure of that fails the hook;
//   - no shard's process starts by itself when the machine does.

#include <chrono>
#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "words/names.hpp"

namespace ncc::shards {

using Shard = std::string;  // opaque, as in Ironic
using Owners = std::map<Shard, UnitName>;

/// Spreads the shards over the units, counts within one, with the fewest changes against
/// `previous`. A unit that leaves or is fenced is not in `units`. Without units the previous owners
/// stay.
[[nodiscard]] Owners assign(const std::set<Shard>& shards,
                            const std::set<UnitName>& units,
                            const Owners& previous);

/// The leader's word, in the application databag.
struct Assignment {
  Owners owners = {};
  /// Every unit that was ever named owner of the shard, until it is gone and proven stopped.
  std::map<Shard, std::set<UnitName>> granted = {};
  /// A person's word that the unit's machine is off. In force while the number is above the one
  /// that the unit acknowledged; for a unit that is gone, when it is `for_good`.
  std::map<UnitName, int> fenced = {};
  friend bool operator==(const Assignment&, const Assignment&) = default;
};

constexpr int for_good = std::numeric_limits<int>::max();

/// A unit's word, in its own databag.
struct Claims {
  std::set<Shard> shards = {};
  int acknowledged = 0;  // fences up to this number are over
  /// The machine's boot id at the claim. A reboot acknowledges one more fence before anything
  /// starts: a fence that lands late is about the boot before. Empty: the unit never held.
  std::string boot = {};
  /// Units that are gone and whose process of the shard Nova has shown stopped.
  std::map<Shard, std::set<UnitName>> stopped = {};
  /// When this unit first missed a unit that may run a shard it wants; seconds of its own clock.
  std::map<UnitName, std::int64_t> gone = {};
  friend bool operator==(const Claims&, const Claims&) = default;
};

using Peers = std::map<UnitName, Claims>;

/// True when the claims of `unit` are void. `claims`: its bag, nullptr when it is gone.
[[nodiscard]] bool is_fenced(const Assignment& assignment,
                             const UnitName& unit,
                             const Claims* claims);

/// Nova's service record of a shard's host.
enum class NovaSays { not_asked, up, down, absent };

/// Nova is asked about a unit so long after it was first missed: by then its last hook has ended
/// and a process that it started has reported.
constexpr std::chrono::seconds grace{120};

/// What a unit knows in one hook.
struct Holding {
  UnitName me;
  std::string boot = {};  // of this machine now, not empty
  std::int64_t now = 0;   // seconds
  bool leaving = false;
  Assignment assignment = {};           // as committed, also on the leader that writes a new one
  Claims mine = {};                     // as committed before this hook
  Peers peers = {};                     // present units but me, read in this hook
  std::set<Shard> running = {};         // processes on this machine
  std::map<Shard, NovaSays> nova = {};  // not named: not asked
};

/// What it does: stop, then start, then publish when the hook ends.
struct HoldStep {
  std::set<Shard> stop = {};
  std::set<Shard> start = {};
  Claims publish = {};
  /// Why a wanted shard does not run yet: "shard s3: nova-compute/1 has not let go of it yet".
  std::map<Shard, std::string> waits = {};
  std::set<Shard> ask = {};  // ask Nova about these hosts and decide again, in the same hook
  bool again = false;        // another hook is needed soon, and no event will bring it
  friend bool operator==(const HoldStep&, const HoldStep&) = default;
};

/// Throws ConfigError when `boot` is empty.
[[nodiscard]] HoldStep hold(const Holding& holding);

/// What the leader knows in one hook.
struct Leading {
  std::set<Shard> shards = {};  // configured
  Peers units = {};             // present units, the leader among them
  std::set<UnitName> leaving = {};
  Assignment previous = {};
  std::set<UnitName> fence = {};  // a person says now: these machines are off
};

/// The next assignment. A unit has its share when it is present, has held once, does not leave and
/// is not fenced. Throws ConfigError naming `unit` for a fence on a unit that is neither present
/// nor was ever given a shard.
[[nodiscard]] Assignment lead(const Leading& leading);

/// A node as Ironic lists it.
struct Node {
  Uuid uuid;
  Shard shard = {};  // empty: none
  std::string conductor_group = {};
  bool has_instance = false;
  bool movable = true;  // false: in transition, locked, or kept by a person
};

/// A shard as configured. Bound to a conductor group it takes nodes of that group; unbound (empty)
/// it takes those of all groups without a shard of their own.
struct Place {
  Shard shard = {};
  std::string conductor_group = {};
  int cap = 1000;  // nodes; Nova's problems begin there
};

struct Rules {
  /// Only nodes without a configured shard of their group move, each to the emptiest shard.
  bool orphans_only = true;
  /// Nodes with an instance move too when orphaned: their instance's host must be changed as well.
  bool move_instances = false;
};

struct Move {
  Uuid uuid;
  Shard from = {};  // empty: none
  Shard to = {};
  friend bool operator==(const Move&, const Move&) = default;
};

enum class Why { has_instance, not_movable, no_room };

struct Stay {
  Uuid uuid;
  Why why = Why::no_room;
  friend bool operator==(const Stay&, const Stay&) = default;
};

/// The shards of one conductor group (empty: the unbound ones) are too small.
struct TooFull {
  std::string conductor_group = {};
  long nodes = 0;     // that should have a place
  long room = 0;      // sum of caps
  long unplaced = 0;  // without a shard
  long over = 0;      // above the cap of their shard
  friend bool operator==(const TooFull&, const TooFull&) = default;
};

struct Resharding {
  std::vector<Move> moves = {};     // sorted by uuid
  std::vector<Stay> orphaned = {};  // nodes that remain without a shard, sorted by uuid
  std::vector<TooFull> too_full = {};
  std::map<Shard, long> counts = {};  // nodes of each configured shard afterwards
};

/// Gives nodes to shards: of each conductor group within one (or as near as caps and nodes that
/// stay allow), with the fewest moves. Nodes with an instance never move for balance. Independent
/// of the order of its input. Throws ConfigError naming `shards` or `nodes` for a name or uuid that
/// is there twice, an empty name, or a negative cap.
[[nodiscard]] Resharding reshard(const std::vector<Node>& nodes,
                                 const std::vector<Place>& places,
                                 const Rules& rules);

/// "conductor group rack1: 120 nodes, room for 100: 15 have no shard, 5 are above a cap"
[[nodiscard]] std::string to_text(const TooFull& too_full);

}  // namespace ncc::shards
