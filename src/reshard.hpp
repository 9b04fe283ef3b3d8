#pragma once
// Band 6: nodes of Ironic get shards. What goes where is planned by shards::reshard; here the nodes
// are read, the moves are made, and what could not be done is told. Nothing is kept meanwhile: a
// run that was broken off is begun anew, and finds right what is right. One writer at a time, as
// Ironic has no compare-and-swap. Read next: reshard/run.cpp.

#include <chrono>
#include <cstddef>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "openstack.hpp"
#include "platform.hpp"
#include "shards.hpp"

namespace ncc::reshard {

using shards::Shard;

struct Request {
  std::vector<shards::Place> places = {};  // the shards of this application
  std::set<Shard> given_up = {};  // shards that are no more: their nodes are taken over. Nodes on
                                  // other shards than these belong to somebody else
  bool plan = false;              // show, change nothing
  bool orphans_only = true;       // shards::Rules
  std::size_t parallel = 16;      // changes at the same time
  std::size_t limit = 0;          // most nodes that are moved; 0: all
  std::chrono::seconds timeout{600};  // then nothing more is begun
};

/// Parameters of the action, as text; `places` stay empty. Throws ConfigError naming the parameter.
[[nodiscard]] Request read_request(const std::map<std::string, std::string>& parameters);

struct Count {
  long before = 0;
  long after = 0;
  friend bool operator==(const Count&, const Count&) = default;
};

struct Left {
  std::string node = {};    // uuid
  std::string reason = {};  // Ironic's words, or its state
  friend bool operator==(const Left&, const Left&) = default;
};

/// Nodes of one conductor group that remain without a shard.
struct Unplaced {
  long with_instance = 0;  // their instance's host would have to be changed in Nova's database
  long in_transition = 0;  // these are deferred, too
  long without_room = 0;
  friend bool operator==(const Unplaced&, const Unplaced&) = default;
};

struct Result {
  std::map<Shard, Count> shards = {};      // nodes; `after` as planned when nothing is changed
  std::vector<shards::Move> plan = {};     // sorted by uuid
  std::size_t moved = 0;                   // nodes that have the shard that was planned
  std::vector<Left> deferred = {};         // try again later
  std::vector<Left> refused = {};          // Ironic will not, now or later
  std::vector<std::string> gone = {};      // uuids of nodes that were deleted meanwhile
  std::vector<std::string> returned = {};  // uuids: got an instance meanwhile, put back
  std::size_t not_reached = 0;             // planned, and not begun
  std::map<std::string, Unplaced> unplaced = {};  // by conductor group
  std::vector<shards::TooFull> too_full = {};
  std::string stopped = {};  // why Ironic was not asked any further; empty: it was
};

/// What to tell, and whether to go on: asked now and then.
struct Watcher {
  std::function<void(const std::string& line)> tell = [](const std::string&) {};
  std::function<bool()> is_writer = [] { return true; };  // false: somebody else may write now
};

/// Reads all nodes, plans, and changes what is not as planned. Throws ConfigError when Ironic is
/// older than its shards (1.82), HttpError when nodes cannot be read.
[[nodiscard]] Result run(const Platform& platform,
                         openstack::Session& session,
                         const Request& request,
                         const Watcher& watcher);

/// done, in-progress (run it again), or failed (somebody must act).
[[nodiscard]] std::string summary_of(const Result& result);
/// Why it is failed; empty when it is not.
[[nodiscard]] std::string failure_of(const Result& result);
/// Results of the action but for `result`: numbers, and JSON lists of at most a hundred each.
[[nodiscard]] std::map<std::string, std::string> to_values(const Result& result);

}  // namespace ncc::reshard
