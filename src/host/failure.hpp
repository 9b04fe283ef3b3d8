#pragma once
// The error for a program whose exit code says more than "failed", so that run_or_throw does not
// fit.

#include "platform.hpp"

namespace ncc::host {

/// Names the program and the last line it wrote to stderr.
[[nodiscard]] ProcessError failure(const Command& command, const ProcessResult& result);

}  // namespace ncc::host
