#include "host/failure.hpp"

#include <string>
#include <vector>

#include "words/text.hpp"

namespace ncc::host {

ProcessError failure(const Command& command, const ProcessResult& result) {
  const std::vector<std::string> lines = split(result.error_output, "\n");
  return {command.argv.at(0), result.exit_code, lines.empty() ? "" : lines.back()};
}

}  // namespace ncc::host
