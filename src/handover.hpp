#pragma once
// Band 6: the Ironic nodes of one host go to other hosts. Without ironic-shards a unit is one
// nova-compute whose host name is its shard, too; when it leaves, each of its nodes is given to the
// shard of another one, which adopts it. A node with an instance must be moved in Nova's database,
// too (nova-manage): no API does that, so a person does, and a later run goes on. next() is pure;
// run() observes, decides and performs. What has been done is read back from Nova and Ironic; only
// the plan is journalled (scope "handover HOST"), before the first step. Read next:
// handover/fate.hpp, the table of states; docs/scale-in.md.

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "fleet.hpp"
#include "journal.hpp"
#include "openstack.hpp"
#include "platform.hpp"
#include "shards.hpp"
#include "words/names.hpp"

namespace ncc::handover {

/// The host that leaves. `mark` is the reason under which its service is disabled.
struct Source {
  UnitName unit{"nova-compute/0"};
  HostName host{"localhost"};
  std::string mark = {};
  bool fenced = false;  // a person's word that its machine is off
};

/// A host that may take nodes: another unit of the application that stays.
struct Target {
  HostName host{"localhost"};
  std::string conductor_group = {};  // empty: takes nodes of all groups
};

struct Options {
  std::string id = {};  // of a new plan, 8 hex digits
  std::chrono::seconds timeout = std::chrono::hours(1);
  /// Targets that no hypervisor proves mapped are taken, and so are more nodes than Nova copes with
  /// (1000 a host).
  bool force = false;
  std::size_t parallel = 16;  // requests at the same time
};

/// Which node goes where; kept until the service of the source is gone.
struct Plan {
  std::string id = {};
  int revision = 0;                                 // counts changes; 0: there is no plan yet
  std::map<std::string, std::string> targets = {};  // node uuid -> host
  friend bool operator==(const Plan&, const Plan&) = default;
};

[[nodiscard]] std::string to_text(const Plan& plan);
/// Throws ConfigError when `text` is not what to_text() writes.
[[nodiscard]] Plan read_plan(const std::string& text);

/// A node as Ironic and Nova have it.
struct NodeState {
  bool gone = false;       // Ironic does not know it any more
  std::string shard = {};  // empty: none
  std::string conductor_group = {};
  std::string provision_state = {};
  std::string instance = {};     // Ironic's instance_uuid; empty: free
  bool allocated = false;        // `instance` is an allocation of Ironic's: Nova does not know it
  std::string row = {};          // host of its compute node; empty: there is none
  std::string server_host = {};  // of the instance; empty: Nova knows no such server
  bool has_provider = true;      // in Placement; looked at once the service of the source is gone
  friend bool operator==(const NodeState&, const NodeState&) = default;
};

/// A target as Nova has it.
struct TargetState {
  std::string conductor_group = {};
  bool known = false;  // has a service
  bool up = false;
  bool enabled = false;
  bool mapped = false;   // a hypervisor of it is listed, which needs the mapping to its cell
  bool is_lost = false;  // not up for so long that it was not only restarted
};

/// One look.
struct View {
  std::string ironic = {};                         // newest microversion
  bool has_shards = true;                          // it is 1.82 or newer
  std::optional<openstack::Service> service = {};  // of the source
  bool runs = false;                               // nova-compute on the machine of the source
  bool is_stuck = false;  // it does not run, and yet Nova has seen it up for long after that
  std::vector<openstack::Server> servers = {};      // on the source, in any state
  std::map<std::string, NodeState> nodes = {};      // by uuid: in the shard of the source, with a
                                                    // compute node of it, or planned
  std::map<std::string, TargetState> targets = {};  // by host
  std::vector<shards::Node> others = {};            // other nodes in the targets' shards
  std::int64_t now = 0;                             // seconds, monotonic
};

/// What became of a node's last change of shard, when it was not made.
struct Try {
  int conflicts = 0;  // in a row
  std::int64_t not_before = 0;
  std::string said = {};
  bool refused = false;  // for good
};

using Tries = std::map<std::string, Try>;  // by node uuid

/// nova-compute is stopped on its machine, and masked.
struct StopCompute {};

using Step = std::variant<CloudStep, StopCompute>;

/// What is not over yet.
struct Pending {
  std::string node = {};    // uuid; empty: it is about a server without a node, or the host
  std::string server = {};  // uuid; empty: none
  std::string target = {};  // host
  std::string reason = {};
  bool final = false;  // nothing goes on by itself: a person must act
  friend bool operator==(const Pending&, const Pending&) = default;
};

struct Counts {
  long nodes = 0;
  long done = 0;      // the target has it, or it is nobody's of ours any more
  long to_give = 0;   // its shard is still to be changed
  long adopting = 0;  // its new host has not taken it yet
  long to_move = 0;   // waits for nova-manage
  friend bool operator==(const Counts&, const Counts&) = default;
};

struct Decision {
  std::optional<Plan> plan = {};  // to be kept; then decide again
  std::vector<Step> steps = {};   // to be taken now, in order
  std::string await = {};         // what must come true before any node goes
  std::string refuse = {};        // nothing may be done, and why
  std::vector<Pending> pending = {};
  std::vector<std::string> commands = {};  // for a person who reaches Nova's database, in order
  std::vector<std::string> dropped = {};   // nodes that Ironic has lost, or given to somebody else
  Counts counts = {};
  bool done = false;  // the service is gone, and every node is where it should be

  /// Nothing goes on before a person has acted.
  [[nodiscard]] bool needs_person() const;
};

/// Pure.
[[nodiscard]] Decision next(const View& view,
                            const Source& source,
                            const Plan& plan,
                            const Tries& tries,
                            const Options& options);

/// The machine of the source; both empty when it is fenced. `runs`: also when nothing keeps
/// nova-compute from being started.
struct Machine {
  std::function<bool()> runs = {};
  std::function<void()> stop = {};
};

struct Clients {
  openstack::Session& nova;
  openstack::Session& ironic;  // system scope
};

struct Result {
  Decision last = {};
  Plan plan = {};
  std::string stopped = {};  // why it ended early; empty: it is done, refused, or needs a person
};

/// Called after every look that changed something, and at least every 30 s.
using Progress = std::function<void(const std::string& line, const Counts& counts)>;

struct Job {
  Source source = {};
  std::vector<Target> targets = {};
  Options options = {};
};

/// Runs until the service of the source is deleted, a person must act, or the time is up. API
/// errors are waited out (0.5 s doubling to 30 s); a second 401 and a 403 end it. A node that is
/// locked or in transition (409) is left for later. Nodes are given several at a time. Two looks
/// must agree before the service goes.
[[nodiscard]] Result run(const Platform& platform,
                         const Clients& clients,
                         Journal& journal,
                         const Job& job,
                         const Machine& machine,
                         const Progress& progress);

/// Observes once and decides: for people, nothing is changed. A plan that is kept counts.
[[nodiscard]] Result preview(const Platform& platform,
                             const Clients& clients,
                             Journal& journal,
                             const Job& job,
                             const Machine& machine);

/// The unit serves again: a later handover begins anew.
void forget_plan(Journal& journal, const HostName& host);

}  // namespace ncc::handover
