// Reads, plans, and makes the moves in rounds: what met a lock or a transition is tried again after
// 1, 2, 4 and 8 seconds, then left to the next run.
//
// Nothing breaks when a node is scheduled to while its shard changes. Only nodes without an
// instance are planned to move. PATCH of /shard touches no instance_uuid, and Ironic lets one
// instance only claim a node, whichever nova-compute asks; the loser has Nova schedule anew. Once
// the claim is made, provisioning begins and Ironic refuses the PATCH (409). In between, the answer
// to the PATCH shows the node with its instance, and the node is put back where it was claimed.

#include <algorithm>

#include "log.hpp"
#include "reshard.hpp"
#include "reshard/moves.hpp"
#include "reshard/nodes.hpp"
#include "words/error.hpp"

namespace ncc::reshard {
namespace {

using openstack::Outcome;
using std::chrono::seconds;

constexpr seconds last_pause{8};
constexpr seconds between_questions{20};  // whether we are the writer; Juju says so for 30 s
constexpr std::size_t parts = 20;         // a line each

class Run {
 public:
  Run(const Platform& platform,
      openstack::Session& session,
      const Request& request,
      const Watcher& watcher)
      : clock_(platform.clock),
        ironic_(session),
        request_(request),
        watcher_(watcher),
        deadline_(clock_.steady() + request.timeout),
        asked_(clock_.steady()) {}

  Result run() {
    must_have_shards();
    plan();
    if (request_.plan) {
      return std::move(result_);
    }
    Moves moves(result_);
    try {
      make(moves);
    } catch (const HttpError& error) {
      result_.stopped = error.what();
    }
    moves.end();
    return std::move(result_);
  }

 private:
  void must_have_shards() {
    if (!ironic_.has_shards()) {
      throw ConfigError("Ironic",
                        "its newest API version is " + ironic_.newest_version() +
                            ", shards need 1.82; until then nodes are split by conductor_group");
    }
  }

  void plan() {
    const Nodes nodes = observe_nodes(ironic_, request_);
    shards::Resharding planned =
        shards::reshard(nodes.nodes, request_.places, {.orphans_only = request_.orphans_only});
    result_.shards = counts_of(nodes, request_);
    result_.unplaced = unplaced_of(nodes, planned);
    result_.deferred = deferred_of(nodes, planned);
    result_.too_full = std::move(planned.too_full);
    result_.plan = std::move(planned.moves);
    if (request_.plan) {
      for (const auto& [shard, after] : planned.counts) {
        result_.shards[shard].after = after;
      }
    } else if (request_.limit > 0 && result_.plan.size() > request_.limit) {
      result_.not_reached = result_.plan.size() - request_.limit;
      result_.plan.erase(result_.plan.begin() + static_cast<std::ptrdiff_t>(request_.limit),
                         result_.plan.end());
    }
    watcher_.tell(std::to_string(nodes.nodes.size()) + " nodes, " +
                  std::to_string(result_.plan.size()) + " to move");
  }

  void make(Moves& moves) {
    bool again = true;
    for (seconds pause{1}; again; pause *= 2) {
      send(moves);
      again = moves.has_more() && pause <= last_pause && may_go_on();
      if (again) {
        clock_.sleep(pause);
      }
      for (const std::string& uuid : moves.doubtful()) {
        moves.look(uuid, ironic_.node(uuid));
      }
      moves.reopen();
    }
  }

  void send(Moves& moves) {
    ironic_.set_shards(
        request_.parallel,
        [&]() -> std::optional<openstack::NodeMove> {
          const std::optional<shards::Move> move = moves.next(may_go_on());
          return move ? std::optional(openstack::NodeMove{move->uuid.str(), {move->to}})
                      : std::nullopt;
        },
        [&](std::size_t number, const Outcome& outcome) {
          moves.take(number, outcome);
          tell();
        });
  }

  bool may_go_on() {
    const auto now = clock_.steady();
    if (is_writer_ && now - asked_ >= between_questions) {
      is_writer_ = watcher_.is_writer();
      asked_ = now;
    }
    if (!is_writer_) {
      result_.stopped = "this unit is the leader no more";
    }
    return is_writer_ && now < deadline_;
  }

  void tell() {
    const std::size_t part = result_.moved * parts / std::max<std::size_t>(result_.plan.size(), 1);
    if (part > told_) {
      told_ = part;
      watcher_.tell("moved " + std::to_string(result_.moved) + " of " +
                    std::to_string(result_.plan.size()) + " nodes");
    }
  }

  Clock& clock_;
  openstack::Ironic ironic_;
  const Request& request_;
  const Watcher& watcher_;
  std::chrono::steady_clock::time_point deadline_;
  std::chrono::steady_clock::time_point asked_;
  bool is_writer_ = true;
  std::size_t told_ = 0;
  Result result_ = {};
};

}  // namespace

Result run(const Platform& platform,
           openstack::Session& session,
           const Request& request,
           const Watcher& watcher) {
  return Run(platform, session, request, watcher).run();
}

}  // namespace ncc::reshard
