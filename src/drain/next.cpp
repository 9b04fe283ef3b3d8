// The fates of all servers, and which steps fit into the limits. Pure.

#include <algorithm>
#include <unordered_map>
#include <unordered_set>

#include "drain/bounds.hpp"
#include "drain/fate.hpp"
#include "drain/index.hpp"

namespace ncc::drain {

namespace {

using openstack::Migration;
using openstack::Server;
using Kind = Fate::Kind;

const Attempt* attempt_of(const Attempts& attempts, const std::string& server) {
  const auto found = attempts.find(server);
  return found == attempts.end() ? nullptr : &found->second;
}

/// Collects one decision.
class Chooser {
 public:
  Chooser(const Index& index, const Attempts& attempts) : index_(index), attempts_(attempts) {}

  Decision choose() {
    if (index_.unknown_service() != nullptr) {
      return indeterminate("the cell of " + index_.unknown_service()->host);
    }
    for (const auto& [host, servers] : index_.view().servers) {
      judge_source(host, servers);
    }
    for (const auto& [id, server] : index_.view().away) {
      judge_away(server);
    }
    for (const Migration& migration : index_.view().migrations) {
      judge_other(migration);
    }
    start_moves();
    return std::move(decision_);
  }

 private:
  struct Candidate {
    std::string host = {};
    std::size_t left = 0;  // its place in the host's list
    CloudStep step;
  };

  static Decision indeterminate(const std::string& whose) {
    Decision decision;
    decision.stop = whose + " does not answer: nothing is known for sure";
    return decision;
  }

  void judge_source(const std::string& host, const std::vector<Server>& servers) {
    const Gate& gate = index_.gate(host);
    decision_.left[host].reserve(servers.size());
    if (gate.final) {
      leave({"", "", "", gate.reason, true}, host);
    }
    if (!gate.force_down.empty()) {
      decision_.steps.emplace_back(ForceDown{gate.force_down, true});
    }
    for (const Server& server : servers) {
      if (server.status == "UNKNOWN") {
        decision_.stop = "the cell of server " + server.id + " does not answer";
      }
      take(server, host, fate_on_source(server, attempt_of(attempts_, server.id), index_));
    }
  }

  void take(const Server& server, const std::string& host, Fate fate) {
    seen_.insert(server.id);
    if (fate.kind == Kind::gone) {
      return;
    }
    stop_at_dead(fate, host);
    if (fate.kind == Kind::moving) {
      count(host);
    }
    if (fate.kind == Kind::failed || fate.kind == Kind::refused) {
      decision_.failed.push_back({server.id, fate.reason, fate.kind == Kind::failed});
    }
    hold_at_gate(fate, host);
    if (fate.kind == Kind::ready) {
      candidates_.push_back({host, decision_.left[host].size(), std::move(*fate.step)});
    }
    leave(left_of(server, fate), host);
  }

  void hold_at_gate(Fate& fate, const std::string& host) const {
    const Gate& gate = index_.gate(host);
    const bool held = fate.kind == Kind::ready && !gate.reason.empty();
    if (held || (fate.kind == Kind::waits && gate.final)) {
      fate = {gate.final ? Kind::left : Kind::waits, gate.reason};
    }
  }

  /// What was under way when its source went down will not arrive by itself.
  void stop_at_dead(Fate& fate, const std::string& host) const {
    const Gate& gate = index_.gate(host);
    if (gate.dead && fate.kind == Kind::moving) {
      fate = {Kind::left, fate.reason + ", its host " + gate.reason};
    }
  }

  static Left left_of(const Server& server, const Fate& fate) {
    return {server.id, server.name, server.status, fate.reason, fate.kind == Kind::left};
  }

  void leave(Left left, const std::string& host) {
    decision_.left[host].push_back(std::move(left));
  }

  /// Where it came from: by what was asked, else by its newest migration.
  [[nodiscard]] std::string origin(const Server& server) const {
    const Attempt* attempt = attempt_of(attempts_, server.id);
    if (attempt != nullptr && index_.is_source(attempt->source)) {
      return attempt->source;
    }
    const Migration* migration = index_.newest(server.id);
    return migration != nullptr && index_.is_source(migration->source) ? migration->source : "";
  }

  void judge_away(const Server& server) {
    seen_.insert(server.id);
    const std::string host = origin(server);
    Fate fate = fate_away(server, attempt_of(attempts_, server.id), index_);
    if (fate.kind == Kind::gone || host.empty()) {
      decision_.moved.push_back(server.id);
      return;
    }
    stop_at_dead(fate, host);
    if (fate.kind == Kind::moving || fate.kind == Kind::ready) {
      count(host);
    }
    const Gate& gate = index_.gate(host);
    if (fate.kind == Kind::ready && (gate.reason.empty() || gate.final)) {
      decision_.steps.push_back(*fate.step);
    }
    leave(left_of(server, fate), host);
  }

  /// Migrations of servers that are neither here nor known to be away: those to a source, those of
  /// deleted servers, and those of the rest of the cloud.
  void judge_other(const Migration& migration) {
    if (!openstack::is_open(migration) || seen_.contains(migration.server)) {
      return;
    }
    const bool from_here = index_.is_source(migration.source);
    const bool to_here = index_.is_source(migration.destination);
    const bool stalls = index_.age(migration.server) >= (from_here ? stuck_time : silent_time);
    if (openstack::is_in_flight(migration) && !stalls) {
      ++in_flight_;
      ++in_flight_from_[migration.source];
      decision_.moving += from_here || to_here ? 1 : 0;
    }
    if (from_here) {
      leave(left_of(migration, "", stalls), migration.source);
    } else if (to_here) {
      leave(left_of(migration, ", towards this host", stalls), migration.destination);
    }
  }

  static Left left_of(const Migration& migration, const std::string& where, bool final) {
    return {migration.server,
            "",
            "",
            describe(migration) + " of this server is " + migration.status + where,
            final};
  }

  void count(const std::string& host) {
    ++decision_.moving;
    ++in_flight_;
    ++in_flight_from_[host];
  }

  void start_moves() {
    const Options& options = index_.options();
    for (Candidate& candidate : candidates_) {
      int& from_host = in_flight_from_[candidate.host];
      if (in_flight_ >= options.parallel || from_host >= options.parallel_per_host) {
        continue;
      }
      ++in_flight_;
      ++from_host;
      decision_.left[candidate.host][candidate.left].reason = "to be moved now";
      decision_.steps.push_back(std::move(candidate.step));
    }
  }

  const Index& index_;
  const Attempts& attempts_;
  Decision decision_ = {};
  std::vector<Candidate> candidates_ = {};
  std::unordered_set<std::string_view> seen_ = {};
  std::unordered_map<std::string, int> in_flight_from_ = {};
  int in_flight_ = 0;
};

}  // namespace

bool Decision::done() const {
  if (!steps.empty() || !failed.empty() || !moved.empty() || moving > 0) {
    return false;
  }
  return std::all_of(left.begin(), left.end(), [](const auto& host) {
    return std::all_of(
        host.second.begin(), host.second.end(), [](const Left& one) { return one.final; });
  });
}

Decision next(const View& view,
              const std::vector<Source>& sources,
              const Attempts& attempts,
              const Options& options) {
  const Index index(view, sources, options);
  return Chooser(index, attempts).choose();
}

}  // namespace ncc::drain
