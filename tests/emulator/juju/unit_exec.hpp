#pragma once
// juju-exec's other half. The client (juju_exec.cpp) runs on the unit's machine and cannot see the
// model; a script in the model's folder carries the environment that local-juju needs, and calls
// `local-juju unit-exec MACHINE [-u] UNIT COMMAND`. It waits for the model's lock, as the commands
// of the real one wait for the unit's agent and the machine's lock, and runs them in a hook
// context.
#include "session.hpp"

namespace local_juju {

/// Puts client and script in place for a machine.
void install_juju_exec(const Machine& machine, const std::filesystem::path& model_folder);
/// `words` without the verb. Prints what the commands print; their exit status. Throws UsageError,
/// Refused.
[[nodiscard]] int unit_exec(const Settings& settings, const std::vector<std::string>& words);

}  // namespace local_juju
