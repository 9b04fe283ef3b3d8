#pragma once
// Inside reshard: how far each move has come. No input or output.

#include <cstddef>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "reshard.hpp"

namespace ncc::reshard {

struct Errand {
  shards::Move move;
  bool back = false;        // the node got an instance meanwhile
  std::string reason = {};  // what became of it the last time; empty: not tried yet
  friend bool operator==(const Errand&, const Errand&) = default;
};

class Moves {
 public:
  /// What becomes of them is noted in `result`; both outlive this.
  explicit Moves(Result& result);

  /// The next one to be sent in this round; nullopt when there is none. Without `may_begin` only
  /// what has been begun is ended: nodes go back.
  [[nodiscard]] std::optional<shards::Move> next(bool may_begin);
  /// What became of the one that went out as number `number` of this round, from 0.
  void take(std::size_t number, const openstack::Outcome& outcome);
  /// Moves of this round that may have happened: their nodes must be looked at.
  [[nodiscard]] std::vector<std::string> doubtful() const;
  /// The node of a doubtful move as it is now; nullopt: it is no more.
  void look(const std::string& uuid, const std::optional<openstack::Node>& node);
  /// Another round is worth while.
  [[nodiscard]] bool has_more() const;
  /// What was in the way may be gone: the next round begins.
  void reopen();
  /// What is not done now is not done by this run.
  void end();

 private:
  void done(const Errand& errand, const std::string& instance);
  void stop(const std::string& reason);

  Result& result_;
  std::deque<Errand> open_ = {};
  std::size_t sent_ = 0;                         // in this round
  std::map<std::size_t, Errand> on_way_ = {};    // number -> errand
  std::deque<Errand> held_up_ = {};              // certainly not done
  std::map<std::string, Errand> doubtful_ = {};  // uuid -> errand, perhaps done
};

}  // namespace ncc::reshard
