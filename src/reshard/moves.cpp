#include "reshard/moves.hpp"

#include <utility>

namespace ncc::reshard {
namespace {

using openstack::Outcome;
using openstack::Verdict;

/// So many answers of one round that say nothing, and Ironic is left alone.
constexpr std::size_t most_doubtful = 100;

std::string words_of(const Outcome& outcome) {
  return outcome.message.empty() ? "Ironic answered " + std::to_string(outcome.code)
                                 : outcome.message;
}

/// The instance of a node that has just moved. Nobody schedules to nodes without a shard.
std::string instance_in(const Outcome& outcome, const shards::Move& move) {
  return move.from.empty() ? "" : openstack::Ironic::node_in(outcome).instance_uuid;
}

void count(Result& result, const Shard& shard, long nodes) {
  if (const auto found = result.shards.find(shard); found != result.shards.end()) {
    found->second.after += nodes;
  }
}

}  // namespace

Moves::Moves(Result& result) : result_(result) {
  for (const shards::Move& move : result.plan) {
    open_.push_back({move});
  }
}

std::optional<shards::Move> Moves::next(bool may_begin) {
  if (open_.empty() || !result_.stopped.empty() || !(may_begin || open_.front().back)) {
    return std::nullopt;
  }
  const auto placed = on_way_.emplace(sent_++, std::move(open_.front()));
  open_.pop_front();
  return placed.first->second.move;
}

void Moves::take(std::size_t number, const Outcome& outcome) {
  Errand errand = std::move(on_way_.extract(number).mapped());
  errand.reason = words_of(outcome);
  const std::string uuid = errand.move.uuid.str();
  switch (outcome.verdict) {
    case Verdict::done:
      return done(errand, instance_in(outcome, errand.move));
    case Verdict::missing:
      result_.gone.push_back(uuid);
      return count(result_, errand.move.from, -1);
    case Verdict::refused:
      return result_.refused.push_back({uuid, errand.reason});
    case Verdict::conflict:
      return held_up_.push_back(std::move(errand));
    case Verdict::forbidden:
      stop("Ironic lets this account change no shards: " + errand.reason);
      return held_up_.push_back(std::move(errand));
    case Verdict::unknown:
      break;
  }
  if (doubtful_.size() + 1 >= most_doubtful) {
    stop("Ironic fails: " + errand.reason);
  }
  doubtful_.emplace(uuid, std::move(errand));
}

std::vector<std::string> Moves::doubtful() const {
  std::vector<std::string> uuids;
  for (const auto& [uuid, errand] : doubtful_) {
    uuids.push_back(uuid);
  }
  return uuids;
}

void Moves::look(const std::string& uuid, const std::optional<openstack::Node>& node) {
  Errand errand = std::move(doubtful_.extract(uuid).mapped());
  if (!node) {
    result_.gone.push_back(uuid);
    count(result_, errand.move.from, -1);
  } else if (node->shard == errand.move.to) {
    done(errand, node->instance_uuid);
  } else {
    held_up_.push_back(std::move(errand));
  }
}

/// A node that Nova took while its shard changed goes back to the shard whose nova-compute took it:
/// that is the host of the instance. No nova-compute of ours sees nodes without a shard.
void Moves::done(const Errand& errand, const std::string& instance) {
  const shards::Move& move = errand.move;
  count(result_, move.from, -1);
  count(result_, move.to, 1);
  if (errand.back) {
    --result_.moved;
    result_.returned.push_back(move.uuid.str());
    return;
  }
  ++result_.moved;
  if (!instance.empty() && !move.from.empty()) {
    open_.push_front({.move = {move.uuid, move.to, move.from}, .back = true});
  }
}

void Moves::stop(const std::string& reason) {
  if (result_.stopped.empty()) {
    result_.stopped = reason;
  }
}

bool Moves::has_more() const {
  return result_.stopped.empty() && !(open_.empty() && held_up_.empty() && doubtful_.empty());
}

void Moves::reopen() {
  open_.insert(open_.end(), held_up_.begin(), held_up_.end());
  held_up_.clear();
  sent_ = 0;
}

void Moves::end() {
  reopen();
  for (const auto& [number, errand] : on_way_) {
    result_.deferred.push_back({errand.move.uuid.str(), "its answer was not awaited"});
  }
  for (const auto& [uuid, errand] : doubtful_) {
    result_.deferred.push_back({uuid, errand.reason});
  }
  for (const Errand& errand : open_) {
    const std::string uuid = errand.move.uuid.str();
    if (errand.back) {
      result_.deferred.push_back({uuid,
                                  "got an instance while it moved and belongs back on shard " +
                                      errand.move.to + ": " + errand.reason});
    } else if (errand.reason.empty()) {
      ++result_.not_reached;
    } else {
      result_.deferred.push_back({uuid, errand.reason});
    }
  }
}

}  // namespace ncc::reshard
