#pragma once
// Inside src/config only: the kinds of value an option can have, one function each. A kind gets
// trimmed text that is not empty and answers with the value, or with what is wrong and what is
// allowed ("\"x\" is no number; allowed: ...").

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "config.hpp"

namespace ncc::kinds {

template <typename T>
struct Parsed {
  T value = {};
  std::string problem = {};  // empty when the value fits
};

using Pairs = std::vector<std::pair<std::string, std::string>>;

/// The text in quotes, shortened, control characters replaced: fit for one line of status.
[[nodiscard]] std::string quoted(const std::string& text);
/// `"text" is no <what>; allowed: <allowed>`.
[[nodiscard]] std::string misfit(const std::string& text,
                                 const char* what,
                                 const std::string& allowed);

// Scalars (scalars.cpp)
[[nodiscard]] Parsed<bool> boolean(const std::string& text);
[[nodiscard]] Parsed<std::optional<bool>> maybe_boolean(const std::string& text);
[[nodiscard]] Parsed<long long> count(const std::string& text);  // 0 and above
[[nodiscard]] Parsed<std::optional<long long>> maybe_count(const std::string& text);
[[nodiscard]] Parsed<long long> percentage(const std::string& text);  // 0 to 100
/// A ratio above 0; 0 stands for none.
[[nodiscard]] Parsed<std::optional<double>> ratio(const std::string& text);
/// Anything on one line.
[[nodiscard]] Parsed<std::string> line(const std::string& text);
/// Anything.
[[nodiscard]] Parsed<std::string> text(const std::string& text);
/// One word: neither white space nor control characters.
[[nodiscard]] Parsed<std::string> word(const std::string& text);
[[nodiscard]] Parsed<std::string> network(const std::string& text);    // CIDR
[[nodiscard]] Parsed<std::string> directory(const std::string& text);  // absolute path, not /
[[nodiscard]] Parsed<std::string> key_file(
    const std::string& text);  // absolute once {homedir}, {username} are filled in
[[nodiscard]] Parsed<std::string> archive(const std::string& text);    // openstack-origin
[[nodiscard]] Parsed<std::string> hugepages(const std::string& text);  // 1024 or 10%

/// A count that is raised to `Least` when it is lower (nova-compute would not start with less).
template <long long Least>
[[nodiscard]] Parsed<std::optional<long long>> at_least(const std::string& text) {
  Parsed<std::optional<long long>> parsed = maybe_count(text);
  if (parsed.value) {
    parsed.value = std::max(*parsed.value, Least);
  }
  return parsed;
}

[[nodiscard]] std::string one_of(const std::string_view* first, const std::string_view* last);

/// One of a fixed set of words.
template <const auto& Allowed>
[[nodiscard]] Parsed<std::string> choice(const std::string& text) {
  if (std::find(Allowed.begin(), Allowed.end(), text) != Allowed.end()) {
    return {text};
  }
  return {{},
          quoted(text) + " is not allowed; allowed: " +
              one_of(Allowed.data(), Allowed.data() + Allowed.size())};
}

// Lists (lists.cpp)
[[nodiscard]] Parsed<std::string> cpu_list(const std::string& text);  // 0-3,^2,8; without blanks
[[nodiscard]] Parsed<std::vector<std::string>> cpu_models(const std::string& text);
[[nodiscard]] Parsed<std::string> cpu_model(const std::string& text);
[[nodiscard]] Parsed<std::string> cpu_flags(const std::string& text);           // joined by commas
[[nodiscard]] Parsed<std::string> cache_modes(const std::string& text);         // joined by commas
[[nodiscard]] Parsed<std::vector<std::string>> names(const std::string& text);  // by commas
[[nodiscard]] Parsed<Flags> flags(const std::string& text);
[[nodiscard]] Parsed<Pairs> bridge_mappings(const std::string& text);     // physnet -> bridge
[[nodiscard]] Parsed<Pairs> interface_mappings(const std::string& text);  // bridge -> name or MAC

// Structured text (structured.cpp)
/// 4, or rack1,rack2@group: at least one, at most a thousand, no name twice.
[[nodiscard]] Parsed<Shards> shards(const std::string& text);
/// One JSON object, a JSON list of objects, or one object per line. Each comes back on one line
/// with sorted keys.
[[nodiscard]] Parsed<std::vector<std::string>> json_objects(const std::string& text);
/// A YAML map of kernel parameters to scalars.
[[nodiscard]] Parsed<std::map<std::string, std::string>> sysctl(const std::string& text);

}  // namespace ncc::kinds
