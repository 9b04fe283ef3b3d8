#pragma once
// Inside charm: the units that a scale-in action is about, the orders given to them, and what
// becomes of each.

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "charm/charm.hpp"

namespace ncc::charm {

/// All other units of the application, from their databags.
[[nodiscard]] std::vector<Peer> observe_peers(Scene& scene);

class Batch {
 public:
  /// Finds the units of `request` among the peers; an unknown one is a result of its own. Throws
  /// ConfigError when other units are named on a unit that is not the leader.
  Batch(Scene& scene, const scalein::Request& request);

  [[nodiscard]] const std::vector<scalein::Member>& members() const noexcept { return members_; }

  /// Those without a result that is not done.
  [[nodiscard]] std::vector<scalein::Member> open_members() const;

  void set(const std::string& unit, scalein::State state, const std::string& reason);
  [[nodiscard]] const std::string& reason_of(const std::string& unit);
  /// The remaining servers of a unit, for its result.
  void set_left(const std::string& unit, std::vector<drain::Left> left);

  /// Does `work` for each member. What the world refuses to one of them (HttpError, ProcessError,
  /// FileError, ConfigError) is that one's result, failed, and stops no other.
  void for_each(const std::function<void(const scalein::Member&)>& work);

  /// Does `work` for one named unit, member or not; what the world refuses is its result,
  /// `trouble`.
  void attempt(const std::string& unit, scalein::State trouble, const std::function<void()>& work);

  /// Gives an order, unless the same one stands: to this unit at once (settle and follow_order), to
  /// others with publish(). `number` is filled in.
  void order(const scalein::Member& member, Order order);
  /// True when there was something to publish.
  bool publish();

  /// The unit has said that its newest order is fulfilled.
  [[nodiscard]] bool reached(const scalein::Member& member) const;
  [[nodiscard]] bool is_ended(const scalein::Member& member) const;
  /// It has no order, or has come back from the last one.
  [[nodiscard]] bool is_serving(const scalein::Member& member) const;
  /// Of its newest order; a new one when there is none.
  [[nodiscard]] std::string run_of(const scalein::Member& member) const;
  [[nodiscard]] Reached reached_by(const scalein::Member& member) const;
  [[nodiscard]] Order order_of(const scalein::Member& member) const;

  [[nodiscard]] const std::vector<scalein::UnitResult>& results() const noexcept {
    return results_;
  }

  /// result, units (JSON) and `more`; failed unless every unit is done.
  [[nodiscard]] Outcome outcome(const std::map<std::string, std::string>& more) const;

 private:
  void resolve(const std::string& name);
  void order_self(const Order& order);
  [[nodiscard]] bool is_self(const scalein::Member& member) const;
  [[nodiscard]] const Peer* peer_of(const scalein::Member& member) const;
  scalein::UnitResult& result_of(const std::string& unit);

  Scene& scene_;
  std::vector<Peer> peers_ = {};
  std::vector<scalein::Member> members_ = {};
  std::vector<scalein::UnitResult> results_ = {};
  Orders orders_ = {};
  bool to_publish_ = false;
};

}  // namespace ncc::charm
