// A part of a file that others write, too: what stands between our two marks is ours, the rest
// stays as it is.

#include "model.hpp"

namespace ncc {
namespace {

constexpr const char* first_mark = "# begin: managed by the nova-compute charm\n";
constexpr const char* last_mark = "# end: managed by the nova-compute charm\n";

}  // namespace

std::string with_block(const std::string& text, const std::string& content) {
  std::string before = text;
  std::string after;
  const std::size_t begin = text.find(first_mark);
  const std::size_t end = begin == std::string::npos ? begin : text.find(last_mark, begin);
  if (end != std::string::npos) {
    before = text.substr(0, begin);
    after = text.substr(end + std::string(last_mark).size());
  }
  if (content.empty()) {
    return before + after;
  }
  if (!before.empty() && before.back() != '\n') {
    before += '\n';
  }
  return before + first_mark + content + (content.back() == '\n' ? "" : "\n") + last_mark + after;
}

}  // namespace ncc
