#pragma once
// systemctl's questions: show, is-active, is-enabled, is-failed.

#include "options.hpp"

namespace emulated {

/// Properties come in systemd's own order, whatever the order asked for; units are separated by an
/// empty line.
[[nodiscard]] Outcome show_units(const World& world, const Options& options);
/// is-active: 0 when one is active, 3 otherwise, 4 when none is known. is-enabled: 0, 1, 4.
/// is-failed: 0, 1.
[[nodiscard]] Outcome ask_units(const World& world,
                                const std::string& verb,
                                const Options& options);
/// "enabled", "disabled", "static", "masked".
[[nodiscard]] std::string file_state(const Json& state);

}  // namespace emulated
