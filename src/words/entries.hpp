#pragma once
// Reading maps of text: facts of a journal, metadata, headers, databags.

#include <map>
#include <string>

namespace ncc {

/// The value of `key`; empty when there is none.
[[nodiscard]] inline std::string entry_of(const std::map<std::string, std::string>& map,
                                          const std::string& key) {
  const auto found = map.find(key);
  return found == map.end() ? std::string() : found->second;
}

}  // namespace ncc
