#pragma once
// YAML in, and out again as Go prints it: the JSON, YAML and "smart" forms of hook tools and of
// juju's own output.
#include "model.hpp"

namespace local_juju {

/// A YAML (or JSON) document as JSON; plain scalars become null, bool, int or float. Throws
/// Refused.
[[nodiscard]] Json parse_yaml(const std::string& text);
/// A mapping of string to scalar, every scalar as its text, null as "": the `--file` of
/// relation-set and state-set. Throws Refused.
[[nodiscard]] Bag parse_string_map(const std::string& text);

/// Go's encoding/json without indentation: `<`, `>`, `&` escaped, map keys sorted, integral floats
/// without ".0".
[[nodiscard]] std::string go_json(const Json& value);
/// The same for structures whose order is fixed.
[[nodiscard]] std::string go_json(const nlohmann::ordered_json& value);
/// Go's yaml.v2: block style, lists not indented below their key, sorted keys.
[[nodiscard]] std::string go_yaml(const Json& value);
/// Strings raw, booleans True/False, lists of strings by line, nothing for null and "", the rest as
/// YAML.
[[nodiscard]] std::string go_smart(const Json& value);
/// The value of a key, null if there is none: stays alive, unlike Json::value(), while its items
/// are visited.
[[nodiscard]] const Json& child(const Json& map, const std::string& key);
/// Go's %q.
[[nodiscard]] std::string go_quoted(const std::string& text);
[[nodiscard]] std::string trimmed(const std::string& text);
[[nodiscard]] bool is_utf8(const std::string& text);
[[nodiscard]] std::string base64_encode(const std::string& bytes);
/// nullopt if it is not base64.
[[nodiscard]] std::optional<std::string> base64_decode(const std::string& text);

}  // namespace local_juju
