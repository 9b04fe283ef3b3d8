// The shards of Ironic's nodes.

#include <cstddef>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "openstack.hpp"
#include "openstack/ironic_calls.hpp"

namespace ncc::openstack {

namespace {

/// How Ironic's shard list names the nodes that have none.
constexpr const char* no_shard = "None";

/// The same value again and again is as good as once.
Session::Call shard_call(const NodeMove& move) {
  const json patch =
      move.to.name.empty()
          ? json::array({{{"op", "remove"}, {"path", "/shard"}}})
          : json::array({{{"op", "replace"}, {"path", "/shard"}, {"value", move.to.name}}});
  Session::Call call = ironic_call("PATCH", node_path(move.node), patch);
  call.repeatable = true;
  return call;
}

/// Moves whose nodes are read first: a node that was read goes before one that is to be read.
class CarefulMoves {
 public:
  using Next = std::function<std::optional<NodeMove>()>;
  using Still = std::function<bool(std::size_t, const Node&)>;

  CarefulMoves(const Next& next, const Still& still, const Session::TakeOutcome& take)
      : next_(next), still_(still), take_(take) {}

  std::optional<Session::Call> call() {
    if (!read_.empty()) {
      const Errand& errand = on_way_.emplace(given_++, std::move(read_.front())).first->second;
      read_.pop_front();
      return shard_call(errand.move);
    }
    std::optional<NodeMove> move = next_();
    if (!move) {
      return std::nullopt;
    }
    const Session::Call call = node_call(move->node);
    on_way_.emplace(given_++, Errand{moves_++, std::move(*move)});
    return call;
  }

  void land(std::size_t place, const Outcome& outcome) {
    Errand errand = std::move(on_way_.extract(place).mapped());
    if (errand.is_read || outcome.verdict != Verdict::done) {
      take_(errand.number, outcome);
    } else if (still_(errand.number, Ironic::node_in(outcome))) {
      errand.is_read = true;
      read_.push_back(std::move(errand));
    }
  }

 private:
  struct Errand {
    std::size_t number = 0;
    NodeMove move = {};
    bool is_read = false;
  };

  const Next& next_;
  const Still& still_;
  const Session::TakeOutcome& take_;
  std::size_t given_ = 0;  // calls
  std::size_t moves_ = 0;
  std::map<std::size_t, Errand> on_way_ = {};  // by place of the call
  std::deque<Errand> read_ = {};
};

}  // namespace

std::map<std::string, long long> Ironic::shards() {
  const Session::Call call = ironic_call("GET", "/shards");
  const Answer answer(call, session_.send(call));
  std::map<std::string, long long> shards;
  for (const json& row : answer.list(answer.document(), "shards")) {
    const std::string name = answer.text(row, "name");
    shards[name == no_shard ? "" : name] += answer.number(row, "count");
  }
  return shards;
}

Outcome Ironic::set_shard(const std::string& node, const Shard& shard) {
  return session_.change(shard_call({node, shard}));
}

void Ironic::set_shards(std::size_t parallel,
                        const std::function<std::optional<NodeMove>()>& next,
                        const Session::TakeOutcome& take) {
  session_.change_many(
      parallel,
      [&]() -> std::optional<Session::Call> {
        const std::optional<NodeMove> move = next();
        return move ? std::optional(shard_call(*move)) : std::nullopt;
      },
      take);
}

void Ironic::set_shards_if(std::size_t parallel,
                           const std::function<std::optional<NodeMove>()>& next,
                           const std::function<bool(std::size_t, const Node&)>& still,
                           const Session::TakeOutcome& take) {
  CarefulMoves moves(next, still, take);
  session_.change_many(
      parallel,
      [&] { return moves.call(); },
      [&](std::size_t place, const Outcome& outcome) { moves.land(place, outcome); });
}

Node Ironic::node_in(const Outcome& outcome) {
  const Answer answer({.service = "baremetal", .method = "PATCH", .path = "/nodes"},
                      {.code = outcome.code, .body = outcome.body});
  return read_node(answer, answer.document());
}

}  // namespace ncc::openstack
