#pragma once
// Band 6: emptying compute hosts. next() is pure: what is seen and what was tried in, the steps to
// take now out (docs/scale-in.md has the table of states). run() observes, decides and performs
// until nothing is left to do or the time is up. Progress is read back from the cloud; only what it
// cannot tell (that we asked, when, how often) is journalled, before each POST.

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "fleet.hpp"
#include "journal.hpp"
#include "openstack.hpp"
#include "platform.hpp"
#include "words/names.hpp"

namespace ncc::drain {

/// automatic: each server by its state. live: only what can move while it runs. cold: what is shut
/// off, and running guests, too, which are stopped for it. evacuate: from a dead host, fenced.
enum class Mode { automatic, live, cold, evacuate };

struct Options {
  int parallel = 10;          // moves in flight in the whole cloud, other people's included
  int parallel_per_host = 1;  // the same per source host
  std::chrono::seconds timeout = std::chrono::hours(24);  // of the whole run
  Mode mode = Mode::automatic;
  std::string target = {};    // host; empty: the scheduler chooses
  bool respect_locks = true;  // a locked server is left and reported
  bool fenced = false;        // a person's word that the hosts are off; evacuate needs it
  int attempts = 3;           // moves tried per server
  friend bool operator==(const Options&, const Options&) = default;
};

/// A host to be emptied. `mark` is the disabled_reason under which it was tombstoned: once Nova
/// shows another one, somebody else decides about the host, and nothing more is started from it.
struct Source {
  UnitName unit{"nova-compute/0"};
  HostName host{"localhost"};
  std::string mark = {};
};

/// What was tried with one server (journal scope "drain UUID"). Open while `failure` is empty.
struct Attempt {
  int number = 0;               // how often a move was asked for
  std::string way = {};         // live, cold, shelve, evacuate; empty: Nova turned the last one
                                // down, so no migration is ours
  std::string source = {};      // host it was on
  std::int64_t asked_at = 0;    // seconds since the epoch, before the POST
  long long newest = 0;         // id of its newest migration before the POST: ours has a higher one
  std::string request_id = {};  // empty: the answer never came
  std::string failure = {};     // set: this try has ended without a move, and why
  bool refused = false;         // with failure: not tried again in this run
  std::int64_t not_before = 0;  // of the next try, or the next confirmation
  int confirms = 0;             // how often the resize was confirmed
  std::string turned_down = {};  // what Nova said to the last confirmation, unless it took it
  friend bool operator==(const Attempt&, const Attempt&) = default;
};

using Attempts = std::map<std::string, Attempt>;  // by server id

/// One look at the cloud.
struct View {
  std::vector<openstack::Service> services = {};                       // all compute services
  std::map<std::string, std::vector<openstack::Server>> servers = {};  // source host -> servers
  std::map<std::string, openstack::Server> away = {};  // by id: on no source, but with an Attempt
                                                       // or an open migration from a source
  std::vector<openstack::Migration> migrations = {};   // open ones of the cloud, and those changed
                                                       // since the run began
  std::vector<openstack::ServerGroup> groups = {};
  /// Server id, or source host -> when (our clock) it was first seen as it is now. Of servers that
  /// something is going on with, and of hosts that are down.
  std::map<std::string, std::int64_t> since = {};
  std::int64_t now = 0;  // seconds since the epoch, our clock
};

/// A server that is still there and what becomes of it. Without a server id: it is about the host
/// (nothing may be started from it, or it could not be proven empty).
struct Left {
  std::string server = {};
  std::string name = {};
  std::string status = {};
  std::string reason = {};
  bool final = false;  // nothing more will be tried: an operator must act
  friend bool operator==(const Left&, const Left&) = default;
};

/// A try that has ended and left its server where it was.
struct Failure {
  std::string server = {};
  std::string reason = {};
  bool retry = true;
  friend bool operator==(const Failure&, const Failure&) = default;
};

struct Decision {
  std::vector<CloudStep> steps = {};                   // to be taken now, in order
  std::vector<Failure> failed = {};                    // Attempts to be closed first
  std::vector<std::string> moved = {};                 // of View::away: settled elsewhere
  std::map<std::string, std::vector<Left>> left = {};  // source host -> servers, none = empty
  int moving = 0;                                      // of the sources, in flight
  std::string stop = {};  // set: the run must end now, and why (a cell is down)

  [[nodiscard]] bool done() const;  // nothing to do, nothing in flight, every Left final
};

[[nodiscard]] Decision next(const View& view,
                            const std::vector<Source>& sources,
                            const Attempts& attempts,
                            const Options& options);

struct Counts {
  int left = 0;
  int moving = 0;
  int moved = 0;
  int final = 0;
  friend bool operator==(const Counts&, const Counts&) = default;
};

/// How a run ended, per source host.
struct Result {
  std::map<std::string, std::vector<Left>> left = {};  // empty list: proven empty, twice
  std::vector<std::string> moved = {};                 // server ids
  std::string stopped = {};                            // why it ended early; empty: it ran through
  std::map<std::string, int> in_flight = {};  // with stopped: source host -> moves not settled yet
};

/// Called after every look that changed something, and at least every 30 s.
using Progress = std::function<void(const std::string& line, const Counts& counts)>;

/// Observes, decides, performs. One poll costs one listing of migrations however many servers there
/// are; the servers of a host are listed again only after something moved, and once a minute. API
/// errors are waited out (0.5 s doubling to 30 s) within the time; a second 401, 403 and unknown
/// cells end it. `stop_asked` is looked at before every step: nothing new is started once it is
/// true, and the run ends when what is in flight has settled.
[[nodiscard]] Result run(const Platform& platform,
                         openstack::Session& session,
                         Journal& journal,
                         const std::vector<Source>& sources,
                         const Options& options,
                         const Progress& progress,
                         const std::function<bool()>& stop_asked);

/// Observes once and decides: the plan for people, nothing is changed.
[[nodiscard]] Decision preview(const Platform& platform,
                               openstack::Session& session,
                               const std::vector<Source>& sources,
                               const Options& options);

}  // namespace ncc::drain
