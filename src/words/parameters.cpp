#include "words/parameters.hpp"

#include <optional>

#include "words/error.hpp"
#include "words/text.hpp"

namespace ncc {

std::string text_in(const Parameters& parameters, const char* name) {
  const auto found = parameters.find(name);
  return found == parameters.end() ? std::string() : trim(found->second);
}

std::vector<std::string> words_in(const Parameters& parameters, const char* name) {
  return split(text_in(parameters, name), ", \t\n");
}

bool flag_in(const Parameters& parameters, const char* name, bool otherwise) {
  const std::string text = text_in(parameters, name);
  const std::optional<bool> value = text.empty() ? otherwise : to_bool(text);
  if (!value) {
    throw ConfigError(name, "is neither true nor false");
  }
  return *value;
}

long long number_in(const Parameters& parameters,
                    const char* name,
                    long long otherwise,
                    Range range) {
  const std::string text = text_in(parameters, name);
  const std::optional<long long> value = text.empty() ? otherwise : to_integer(text);
  if (!value || *value < range.least || *value > range.most) {
    const bool open = range.most == Range{}.most;
    throw ConfigError(name,
                      "is no whole number from " + std::to_string(range.least) +
                          (open ? " on" : " to " + std::to_string(range.most)));
  }
  return *value;
}

}  // namespace ncc
