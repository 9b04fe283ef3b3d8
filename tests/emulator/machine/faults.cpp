#include "faults.hpp"

namespace emulated {

namespace {

bool matches(const Json& entry, const Call& call) {
  return entry.at("program") == call.program &&
         join(call.arguments, " ").find(entry.value("arguments", "")) != std::string::npos;
}

Fault read_fault(const Json& entry) {
  Fault fault;
  fault.fails = entry.contains("exit") || entry.contains("signal");
  fault.after = entry.value("after", false);
  fault.delay_ms = entry.value("delay_ms", 0);
  fault.outcome.exit = entry.value("exit", 0);
  fault.outcome.signal = entry.value("signal", 0);
  fault.outcome.error = entry.value("stderr", "");
  if (!fault.outcome.error.empty() && fault.outcome.error.back() != '\n')
    fault.outcome.error += '\n';
  return fault;
}

}  // namespace

Fault next_fault(World& world, const Call& call) {
  Fault due;
  bool found = false;
  for (Json& entry : world.data.at("faults")) {
    if (!matches(entry, call))
      continue;
    const int seen = entry.value("seen", 0) + 1;
    entry["seen"] = seen;
    if (found || (entry.contains("call") && entry["call"] != seen))
      continue;
    due = read_fault(entry);
    found = true;
  }
  return due;
}

}  // namespace emulated
