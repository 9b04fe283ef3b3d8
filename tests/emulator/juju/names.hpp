#pragma once
// Juju's grammars of names (github.com/juju/names, charm/meta.go, core/secrets).
#include <string>

namespace local_juju {

/// Also charm and storage names: hyphenated parts, each with a letter.
[[nodiscard]] bool is_application_name(const std::string& text);
[[nodiscard]] bool is_unit_name(const std::string& text);
[[nodiscard]] bool is_endpoint_name(const std::string& text);
[[nodiscard]] bool is_action_name(const std::string& text);
/// 20 of [0-9a-z], with or without "secret:" in front.
[[nodiscard]] bool is_secret_id(const std::string& text);
[[nodiscard]] bool is_secret_key(const std::string& text);
/// "juju" and "juju-..." belong to Juju.
[[nodiscard]] bool is_reserved_name(const std::string& text);

}  // namespace local_juju
