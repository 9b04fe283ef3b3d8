#pragma once
// What a charm archive promises, and the rules by which Juju refuses it (charm/meta.go, config.go,
// actions.go, charmarchive.go, localcharmclient.go).
#include <filesystem>

#include "model.hpp"

namespace local_juju {

/// Reads metadata.yaml, config.yaml, actions.yaml and manifest.yaml of the archive. `juju` is 3.6
/// or 4.0. Throws Refused with the first thing that is wrong.
[[nodiscard]] Charm read_charm(const std::filesystem::path& archive, const std::string& juju);

/// The value that `option` takes from what an operator gave (a YAML value, or text of the command
/// line). Throws Refused: option "x" expected int, got "abc".
[[nodiscard]] Json checked_option(const std::string& name, const Option& option, const Json& given);

/// Parameters with the defaults of the action's schema filled in. Throws Refused when they break
/// the schema. Unknown parameters: accepted by 3.6 and refused by 4.0 where the schema does not
/// say.
[[nodiscard]] Json checked_params(const Charm& charm,
                                  const std::string& action,
                                  const Json& params,
                                  const std::string& juju);

}  // namespace local_juju
