#pragma once
// An action's parameters, each as text, and typed readers of them. What is missing or empty has the
// value `otherwise`. The readers throw ConfigError naming the parameter.

#include <limits>
#include <map>
#include <string>
#include <vector>

namespace ncc {

using Parameters = std::map<std::string, std::string>;

struct Range {
  long long least = 0;
  long long most = std::numeric_limits<long long>::max();
};

/// Without blanks around it; empty when it is missing.
[[nodiscard]] std::string text_in(const Parameters& parameters, const char* name);
/// Words separated by commas or white space.
[[nodiscard]] std::vector<std::string> words_in(const Parameters& parameters, const char* name);
[[nodiscard]] bool flag_in(const Parameters& parameters, const char* name, bool otherwise);
[[nodiscard]] long long number_in(const Parameters& parameters,
                                  const char* name,
                                  long long otherwise,
                                  Range range = {});

}  // namespace ncc
