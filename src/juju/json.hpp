#pragma once
// What hook commands print and read as JSON, for the files of this folder.

#include <map>
#include <string>

#include <nlohmann/json.hpp>

#include "platform.hpp"

namespace ncc::juju {

/// The JSON that a command printed. Throws ProcessError when it failed or printed anything else.
[[nodiscard]] nlohmann::json parse_output(const Command& command, const ProcessResult& result);
[[nodiscard]] nlohmann::json run_json(ProcessRunner& runner, const Command& command);

/// Text of a scalar: a string as it is, true/false, a number in decimal (Juju sends 5.0 for 5: all
/// are doubles there); anything else as JSON.
[[nodiscard]] std::string to_text(const nlohmann::json& value);
/// The entries of an object, null ones left out; null (nothing there) is the empty map.
[[nodiscard]] std::map<std::string, std::string> to_map(const nlohmann::json& object);
/// The strings of a list; null is the empty list.
[[nodiscard]] std::vector<std::string> to_list(const nlohmann::json& list);
/// One JSON object for `--file -`. Juju reads it as YAML, which knows no surrogate escapes: so
/// UTF-8 stays as it is.
[[nodiscard]] std::string dump(const std::map<std::string, std::string>& values);

}  // namespace ncc::juju
