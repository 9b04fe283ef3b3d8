#include "faults.hpp"

#include <algorithm>

namespace local_juju {
namespace {

bool matches(const Fault& fault, const std::string& unit, const std::string& hook) {
  return fault.unit == unit && (fault.event.empty() || fault.event == hook);
}

template <typename Wanted>
std::optional<Fault> take(Model& model, Wanted wanted) {
  const auto found = std::find_if(model.faults.begin(), model.faults.end(), wanted);
  if (found == model.faults.end())
    return std::nullopt;
  Fault fault = *found;
  if (!fault.always)
    model.faults.erase(found);
  return fault;
}

}  // namespace

std::optional<Fault> take_tool_fault(Model& model,
                                     const std::string& unit,
                                     const std::string& hook,
                                     const std::string& tool,
                                     const ToolCount& count) {
  return take(model, [&](const Fault& fault) {
    if (!matches(fault, unit, hook) || !fault.flush.empty())
      return false;
    if (fault.kill_at_tool > 0)
      return count.all == fault.kill_at_tool;
    const int number = fault.tool.empty() ? count.all : count.of.at(tool);
    return (fault.tool.empty() || fault.tool == tool) && number == fault.nth;
  });
}

std::string take_flush_fault(Model& model, const std::string& unit, const std::string& hook) {
  const auto fault = take(
      model, [&](const Fault& item) { return matches(item, unit, hook) && !item.flush.empty(); });
  return fault ? fault->flush : "";
}

Fault parse_fault(const std::string& unit, const std::vector<std::string>& words) {
  Fault fault{.unit = unit};
  for (const std::string& word : words) {
    const std::size_t equals = word.find('=');
    const std::string key = word.substr(0, equals);
    const std::string value = equals == std::string::npos ? "" : word.substr(equals + 1);
    static const std::set<std::string> flushes{
        "refused", "leadership-lost", "quota", "port-conflict"};
    if (key == "tool")
      fault.tool = value;
    else if (key == "event")
      fault.event = value;
    else if (key == "nth")
      fault.nth = std::stoi(value);
    else if (key == "exit")
      fault.exit = std::stoi(value);
    else if (key == "slow")
      fault.slow = std::stod(value);
    else if (key == "kill-hook-at-tool")
      fault.kill_at_tool = std::stoi(value);
    else if (key == "signal" && (value == "KILL" || value == "TERM" || value == "SEGV"))
      fault.signal = value;
    else if (key == "flush" && flushes.contains(value))
      fault.flush = value;
    else if (word == "lose-leadership")
      fault.lose_leadership = true;
    else if (word == "always")
      fault.always = true;
    else
      throw Refused("unknown fault word \"" + word + "\"");
  }
  return fault;
}

}  // namespace local_juju
