#pragma once
// How the tests of nova.conf look into it.

#include <string>
#include <vector>

#include "compute.hpp"

namespace ncc::compute {

/// The lines of one section of nova.conf, in their order; an option that is there twice has two.
inline std::vector<std::string> lines_of(const Model& model, const std::string& section) {
  std::vector<std::string> lines;
  std::string current;
  std::string text = nova_conf(model).render();
  for (std::size_t end = text.find('\n'); end != std::string::npos; end = text.find('\n')) {
    const std::string line = text.substr(0, end);
    text.erase(0, end + 1);
    if (line.starts_with('[')) {
      current = line.substr(1, line.size() - 2);
    } else if (current == section && !line.empty()) {
      lines.push_back(line);
    }
  }
  return lines;
}

}  // namespace ncc::compute
