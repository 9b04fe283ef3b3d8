#pragma once
// What a deployment looks like from outside and on its machines, without what may differ between
// two histories that came to the same end: ids, run numbers, times, which host a server went to.

#include <string>
#include <vector>

#include "scenario/stage.hpp"

namespace ncc::scenario {

/// `source` is the host that was to be emptied: a server is there, or elsewhere.
[[nodiscard]] Json portrait(const Stage& stage, const std::string& source);
/// Where two portraits differ, as JSON pointers with both values; empty when they do not.
[[nodiscard]] std::string difference(const Json& expected, const Json& actual);
/// POSTs that asked for a move, by server.
[[nodiscard]] std::map<std::string, int> moves_asked(const Stage& stage);
/// result of each unit in an action's results; "failure: ..." when there are none.
[[nodiscard]] std::string outcome_of(const ActionResult& result);

}  // namespace ncc::scenario
