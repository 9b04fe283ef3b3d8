#pragma once
// A long random life of a deployment: units come and go, people ask for things, processes die and
// the cloud fails. What must never happen is looked for after every round.

#include <random>
#include <set>
#include <string>
#include <vector>

#include "scenario/world.hpp"

namespace ncc::scenario {

class Rounds {
 public:
  Rounds(const Stage& start, std::uint64_t seed);

  /// One round: an event, some hooks. Returns what is wrong now; empty: nothing.
  std::string play();
  /// Good weather; what is tombstoned is recovered. Returns what is wrong in the end.
  std::string finish();

  [[nodiscard]] const std::map<std::string, int>& events() const noexcept { return events_; }

 private:
  /// What the invariants compare with what is there after a round.
  struct Before {
    std::map<std::string, std::string> hosts = {};    // server -> its host
    std::map<std::string, std::string> routers = {};  // router -> host of its gateway
    std::set<std::string> services = {};              // hosts that Nova has a service of
    std::set<std::string> tombstones = {};            // hosts with a mark in Nova
    std::set<std::string> barred = {};                // hosts that dropped their gateway tokens
    long long serving = 0;
  };

  int below(int limit);
  bool chance(int percent);
  std::string any_unit();
  void worsen_weather();
  void happen();
  void scale_out();
  void ask(const std::string& action);
  bool remove_an_ended_unit();
  void change_servers();
  [[nodiscard]] Before look();
  [[nodiscard]] std::string servers_wrong(const Before& before, const Before& now) const;
  [[nodiscard]] std::string network_wrong(const Before& before, const Before& now) const;
  [[nodiscard]] std::string units_wrong() const;

  World world_;
  std::mt19937_64 random_;
  std::set<std::string> servers_;  // that must be there
  int next_unit_;
  std::string last_ = {};  // the event of this round, for people
  std::map<std::string, int> events_ = {};
};

}  // namespace ncc::scenario
