#pragma once
// Entry point of every action; hooks/dispatch.cpp calls it.

#include "journal.hpp"
#include "juju.hpp"
#include "platform.hpp"

namespace ncc {

/// Exit code for Juju, always 0: a failure is told by action-fail, whose text a non-zero exit would
/// lose.
int action_main(const juju::Context& context, const Platform& platform, Journal& journal);

}  // namespace ncc
