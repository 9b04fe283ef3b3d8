#pragma once
// Entry point of every hook; hooks/dispatch.cpp calls it.

#include "journal.hpp"
#include "juju.hpp"
#include "platform.hpp"

namespace ncc {

/// Exit code for Juju: 0 done, 1 try again soon.
int hook_main(const juju::Context& context, const Platform& platform, Journal& journal);

}  // namespace ncc
