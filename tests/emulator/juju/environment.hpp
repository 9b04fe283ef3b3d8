#pragma once
// The process of a hook: which file is run, with which variables.
#include "model.hpp"

namespace local_juju {

/// Exactly the variables that the unit agent sets (uniter/runner/context/context.go HookVars,
/// env.go, runner.go).
[[nodiscard]] std::vector<std::string> environment(const Model& model,
                                                   const Unit& unit,
                                                   const Event& event,
                                                   const std::string& context_id);

struct Program {
  enum class Kind { found, missing, broken };
  Kind kind = Kind::missing;
  std::string path = {};   // below the charm folder: "dispatch", "hooks/install"
  std::string error = {};  // of a broken one
};

/// dispatch for everything if it is there, else hooks/<name> or actions/<name>; a file without
/// execute bit is an error, never skipped (runner.go discoverHookHandler).
[[nodiscard]] Program find_program(const std::string& charm_folder,
                                   const std::string& kind,
                                   const std::string& name);

}  // namespace local_juju
