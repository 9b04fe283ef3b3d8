#pragma once
// The actions that the proofs of this folder are about, each in the situation it is for.

#include <string>
#include <vector>

#include "scenario/world.hpp"

namespace ncc::scenario {

struct Case {
  std::string name = {};
  std::string unit = {};  // where the action runs
  std::string action = {};
  Bag parameters = {};
  Stage start = {};
};

/// Unit 1 of two is what leaves or comes back: told by itself, or by the leader, unit 0.
[[nodiscard]] std::vector<Case> cases();
/// Likewise of units with bare-metal nodes: shards are shared out, or each unit has its own nodes.
[[nodiscard]] std::vector<Case> metal_cases();
/// Two units with `each` bare-metal nodes on each of the shards `names`: they are the
/// application's, or, not `shared`, the units' own host names.
[[nodiscard]] Stage metal(const std::vector<std::string>& names, bool shared, int each);
/// The host of unit 1.
[[nodiscard]] std::string source_host();
/// Runs the action of a case; nullopt: it was killed.
std::optional<ActionResult> act(World& world, const Case& one);

}  // namespace ncc::scenario
