#pragma once
// How long to rest between two looks: a small part of what a move takes, so that little of it is
// lost, and after errors longer and longer.

#include <chrono>
#include <map>
#include <string>

#include "drain.hpp"

namespace ncc::drain {

class Pace {
 public:
  using Time = std::chrono::steady_clock::time_point;
  using Rest = std::chrono::milliseconds;
  static constexpr Rest longest{5'000};  // between two polls

  void started(const std::string& server, Time now) { started_[server] = now; }

  void moved(const std::string& server, Time now);

  void gave_up(const std::string& server) { started_.erase(server); }

  /// Before the next look. Until a move has ended, the time since anything changed stands for what
  /// one takes.
  [[nodiscard]] Rest poll(Rest unchanged) const;
  /// After one more error in a row: 0.5 s doubling to 30 s.
  [[nodiscard]] Rest after_error();

  void no_error() { errors_ = 0; }

  [[nodiscard]] int errors() const { return errors_; }

 private:
  std::map<std::string, Time> started_ = {};  // moves in flight that this process asked for
  std::chrono::duration<double> typical_ = {};
  int errors_ = 0;
};

}  // namespace ncc::drain
