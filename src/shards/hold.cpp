#include <algorithm>

#include "shards.hpp"
#include "words/error.hpp"

namespace ncc::shards {
namespace {

const Claims* claims_of(const Holding& holding, const UnitName& unit) {
  if (unit == holding.me) {
    return &holding.mine;
  }
  const auto found = holding.peers.find(unit);
  return found == holding.peers.end() ? nullptr : &found->second;
}

bool fenced(const Holding& holding, const UnitName& unit) {
  return is_fenced(holding.assignment, unit, claims_of(holding, unit));
}

std::set<Shard> wanted_of(const Holding& holding) {
  std::set<Shard> wanted;
  if (holding.leaving || fenced(holding, holding.me)) {
    return wanted;
  }
  for (const auto& [shard, owner] : holding.assignment.owners) {
    if (owner == holding.me) {
      wanted.insert(shard);
    }
  }
  return wanted;
}

/// The claims that allow to run: those of an earlier boot do not, nor those of a fenced unit, as
/// others may run these shards by now.
std::set<Shard> covered_of(const Holding& holding) {
  const bool valid = holding.mine.boot == holding.boot && !fenced(holding, holding.me);
  return valid ? holding.mine.shards : std::set<Shard>();
}

int acknowledged_of(const Holding& holding) {
  const int before = holding.mine.acknowledged;
  const bool rebooted = holding.mine.boot != holding.boot;
  const int after = rebooted && before < for_good ? before + 1 : before;
  const auto fence = holding.assignment.fenced.find(holding.me);
  return fence == holding.assignment.fenced.end() ? after : std::max(after, fence->second);
}

std::optional<UnitName> claimant(const Holding& holding, const Shard& shard) {
  for (const auto& [peer, claims] : holding.peers) {
    if (claims.shards.contains(shard) && !fenced(holding, peer)) {
      return peer;
    }
  }
  return std::nullopt;
}

std::set<UnitName> granted_of(const Holding& holding, const Shard& shard) {
  const auto found = holding.assignment.granted.find(shard);
  return found == holding.assignment.granted.end() ? std::set<UnitName>() : found->second;
}

NovaSays nova_says(const Holding& holding, const Shard& shard) {
  const auto found = holding.nova.find(shard);
  return found == holding.nova.end() ? NovaSays::not_asked : found->second;
}

bool nova_shows_stopped(const Holding& holding, const Shard& shard) {
  const NovaSays says = nova_says(holding, shard);
  return says == NovaSays::down || says == NovaSays::absent;
}

/// Units that are gone, may have left a process of the shard behind, and have not been proven
/// stopped before.
std::set<UnitName> ghosts_of(const Holding& holding, const Shard& shard) {
  std::set<UnitName> ghosts;
  const auto proven = holding.mine.stopped.find(shard);
  for (const UnitName& unit : granted_of(holding, shard)) {
    const bool gone = claims_of(holding, unit) == nullptr && !fenced(holding, unit);
    const bool known = proven != holding.mine.stopped.end() && proven->second.contains(unit);
    if (gone && !known) {
      ghosts.insert(unit);
    }
  }
  return ghosts;
}

/// Since when the unit is missed; a clock that was set back starts anew.
std::int64_t gone_since(const Holding& holding, const UnitName& ghost) {
  const auto found = holding.mine.gone.find(ghost);
  return found == holding.mine.gone.end() ? holding.now : std::min(found->second, holding.now);
}

std::map<UnitName, std::int64_t> gone_of(const Holding& holding, const std::set<Shard>& wanted) {
  std::map<UnitName, std::int64_t> gone;
  for (const Shard& shard : wanted) {
    for (const UnitName& ghost : ghosts_of(holding, shard)) {
      gone.emplace(ghost, gone_since(holding, ghost));
    }
  }
  return gone;
}

/// Units that are gone so short a time that Nova's answer proves nothing.
std::optional<UnitName> just_gone(const Holding& holding, const Shard& shard) {
  for (const UnitName& ghost : ghosts_of(holding, shard)) {
    if (holding.now - gone_since(holding, ghost) < grace.count()) {
      return ghost;
    }
  }
  return std::nullopt;
}

/// Proofs hold for good: kept as long as the leader still names the unit.
std::map<Shard, std::set<UnitName>> stopped_of(const Holding& holding) {
  std::map<Shard, std::set<UnitName>> stopped;
  for (const auto& [shard, units] : holding.mine.stopped) {
    const std::set<UnitName> granted = granted_of(holding, shard);
    for (const UnitName& unit : units) {
      if (granted.contains(unit)) {
        stopped[shard].insert(unit);
      }
    }
  }
  for (const auto& [shard, says] : holding.nova) {
    const std::set<UnitName> ghosts = ghosts_of(holding, shard);
    if (nova_shows_stopped(holding, shard) && !ghosts.empty() && !just_gone(holding, shard)) {
      stopped[shard].insert(ghosts.begin(), ghosts.end());
    }
  }
  return stopped;
}

/// Why the shard must wait, and who ends the wait.
struct Wait {
  std::string why = {};
  bool ask = false;
  bool again = false;
};

std::optional<Wait> for_ghosts(const Holding& holding, const Shard& shard) {
  const std::set<UnitName> ghosts = ghosts_of(holding, shard);
  if (ghosts.empty()) {
    return std::nullopt;
  }
  if (const auto ghost = just_gone(holding, shard)) {
    return Wait{.why = ghost->str() + " has just gone and may still report to Nova", .again = true};
  }
  const std::string name = ghosts.begin()->str();
  if (nova_says(holding, shard) == NovaSays::not_asked) {
    return Wait{.why = name + " is gone; Nova has not been asked about its process yet",
                .ask = true,
                .again = true};
  }
  if (nova_shows_stopped(holding, shard)) {
    return std::nullopt;
  }
  return Wait{.why = name + " is gone, but Nova sees the shard's host up: switch its machine off",
              .again = true};
}

/// nullopt: it may start now.
std::optional<Wait> wait_of(const Holding& holding, const Shard& shard) {
  if (!covered_of(holding).contains(shard)) {
    return Wait{.why = "claimed by this hook, the next one starts it", .again = true};
  }
  if (const auto peer = claimant(holding, shard)) {
    return Wait{.why = peer->str() + " has not let go of it yet"};
  }
  if (!granted_of(holding, shard).contains(holding.me)) {
    return Wait{.why = "the leader has not granted it to this unit"};
  }
  return for_ghosts(holding, shard);
}

void start_or_wait(HoldStep& step, const Holding& holding, const Shard& shard) {
  const auto wait = wait_of(holding, shard);
  if (!wait) {
    step.start.insert(shard);
    return;
  }
  step.waits[shard] = "shard " + shard + ": " + wait->why;
  if (wait->ask) {
    step.ask.insert(shard);
  }
  step.again = step.again || wait->again;
}

std::set<Shard> stop_of(const Holding& holding, const std::set<Shard>& wanted) {
  const std::set<Shard> covered = covered_of(holding);
  std::set<Shard> stop;
  for (const Shard& shard : holding.running) {
    if (!wanted.contains(shard) || !covered.contains(shard)) {
      stop.insert(shard);
    }
  }
  return stop;
}

}  // namespace

bool is_fenced(const Assignment& assignment, const UnitName& unit, const Claims* claims) {
  const auto fence = assignment.fenced.find(unit);
  if (fence == assignment.fenced.end()) {
    return false;
  }
  return claims == nullptr ? fence->second == for_good : fence->second > claims->acknowledged;
}

HoldStep hold(const Holding& holding) {
  if (holding.boot.empty()) {
    throw ConfigError("boot id", "is empty");
  }
  const std::set<Shard> wanted = wanted_of(holding);
  HoldStep step;
  step.stop = stop_of(holding, wanted);
  step.publish = {.shards = wanted,
                  .acknowledged = acknowledged_of(holding),
                  .boot = holding.boot,
                  .stopped = stopped_of(holding),
                  .gone = gone_of(holding, wanted)};
  for (const Shard& shard : wanted) {
    const bool runs_on = holding.running.contains(shard) && !step.stop.contains(shard);
    if (!runs_on) {
      start_or_wait(step, holding, shard);
    }
  }
  return step;
}

}  // namespace ncc::shards
