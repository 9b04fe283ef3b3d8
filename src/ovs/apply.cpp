#include <chrono>
#include <string>
#include <vector>

#include "ovs.hpp"

namespace ncc::ovs {

void apply(ProcessRunner& runner, const std::vector<std::string>& changes) {
  if (changes.empty()) {
    return;
  }
  Command command{.argv = {"/usr/bin/ovs-vsctl", "--no-wait", "--timeout=30", "--"},
                  .timeout = std::chrono::seconds(40)};
  command.argv.insert(command.argv.end(), changes.begin(), changes.end());
  run_or_throw(runner, command);
}

}  // namespace ncc::ovs
