// The mark of a tombstoned host, as Nova shows it to everybody.

#include "scalein.hpp"
#include "words/text.hpp"

namespace ncc::scalein {
namespace {

constexpr const char* first_word = "scale-in";
constexpr const char* claim_word = "(claim)";

bool is_run(const std::string& text) {
  return text.size() == 8 && text.find_first_not_of("0123456789abcdef") == std::string::npos;
}

}  // namespace

std::string to_text(const Mark& mark) {
  const std::string text = std::string(first_word) + " " + mark.run + " " + mark.unit.str();
  return mark.claim ? text + " " + claim_word : text;
}

std::optional<Mark> read_mark(const std::string& reason) {
  const std::vector<std::string> words = split(reason);
  if (words.size() < 3 || words[0] != first_word || !is_run(words[1]) ||
      !UnitKind::valid(words[2])) {
    return std::nullopt;
  }
  Mark mark{.run = words[1], .unit = UnitName(words[2]), .claim = words.size() == 4};
  return to_text(mark) == reason ? std::optional(mark) : std::nullopt;
}

}  // namespace ncc::scalein
