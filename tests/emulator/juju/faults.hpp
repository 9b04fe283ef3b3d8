#pragma once
// Faults that `world fault` planted: found by unit, hook and tool call, gone after their first
// effect unless "always".
#include "model.hpp"

namespace local_juju {

/// How often each tool was called in this run.
struct ToolCount {
  int all = 0;
  std::map<std::string, int> of = {};
};

/// The fault of this tool call, if any. Removes a one-shot.
[[nodiscard]] std::optional<Fault> take_tool_fault(Model& model,
                                                   const std::string& unit,
                                                   const std::string& hook,
                                                   const std::string& tool,
                                                   const ToolCount& count);
/// refused | leadership-lost | quota | port-conflict, or "".
[[nodiscard]] std::string take_flush_fault(Model& model,
                                           const std::string& unit,
                                           const std::string& hook);
/// Reads "tool=relation-get nth=3 exit=1 ..." words. Throws Refused for an unknown word.
[[nodiscard]] Fault parse_fault(const std::string& unit, const std::vector<std::string>& words);

}  // namespace local_juju
