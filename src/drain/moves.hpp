#pragma once
// Performs steps so that a killed process leaves a trace: the Attempt is journalled before the
// POST, its answer after it.

#include <cstdint>
#include <map>
#include <string>

#include "drain.hpp"
#include "drain/look.hpp"
#include "drain/tries.hpp"

namespace ncc::drain {

class Moves {
 public:
  Moves(Clock& clock, openstack::Session& session, Tries& tries, Look& look)
      : clock_(clock), session_(session), tries_(tries), look_(look) {}

  /// Returns why the run must end; empty: it goes on. Throws HttpError when logging in fails; the
  /// step was not taken then.
  [[nodiscard]] std::string perform(const CloudStep& step);
  /// Closes an Attempt that ended without a move, with Nova's own reason.
  void close(const Failure& failure);

 private:
  struct Asked {
    std::string server = {};
    std::string way = {};  // empty: a confirmation or a forced down service
  };

  [[nodiscard]] static Asked asked(const CloudStep& step);
  [[nodiscard]] std::string move(const Asked& asked, const CloudStep& step);
  [[nodiscard]] std::string confirm(const std::string& server, const CloudStep& step);
  [[nodiscard]] std::string source_of(const std::string& server) const;
  void note(const std::string& server, const openstack::Outcome& outcome);
  void put_back(const std::string& server, const Attempt& before);
  [[nodiscard]] std::int64_t now() const;

  Clock& clock_;
  openstack::Session& session_;
  Tries& tries_;
  Look& look_;
  std::map<std::string, std::string> unclear_ = {};  // server -> what came instead of an answer
};

/// Seconds before the next try after `number` of them: 30, 60, 120 ...
[[nodiscard]] std::int64_t pause_after(int number);

}  // namespace ncc::drain
