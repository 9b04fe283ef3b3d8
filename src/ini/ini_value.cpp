// Reads one value of INI text the way oslo.config does (oslo_config/iniparser.py): ':' or '='
// separate, '#' and ';' start comment lines, and a line that begins with white space continues the
// value before it.

#include <optional>
#include <sstream>

#include "ini.hpp"
#include "words/text.hpp"

namespace ncc {
namespace {

struct Key {
  std::string section = {};
  std::string option = {};
};

class Reader {
 public:
  explicit Reader(Key wanted) : wanted_(std::move(wanted)) {}

  void take(const std::string& line) {
    const std::string text = trim(line);
    if (text.empty()) {
      in_value_ = false;
    } else if (line.front() == '#' || line.front() == ';') {
      return;
    } else if (line.front() == ' ' || line.front() == '\t') {
      take_continuation(text);
    } else if (line.front() == '[') {
      in_section_ = text == "[" + wanted_.section + "]";
      in_value_ = false;
    } else {
      take_option(text);
    }
  }

  [[nodiscard]] const std::string& value() const noexcept { return value_; }

 private:
  void take_continuation(const std::string& text) {
    if (in_value_) {
      value_ += '\n' + text;
    }
  }

  void take_option(const std::string& text) {
    const auto separator = text.find_first_of(":=");
    in_value_ = in_section_ && separator != std::string::npos &&
                trim(text.substr(0, separator)) == wanted_.option;
    if (in_value_) {
      value_ = unquoted(trim(text.substr(separator + 1)));
    }
  }

  /// oslo takes off one pair of like quotes around a value.
  static std::string unquoted(const std::string& text) {
    const bool quoted = text.size() > 1 && text.front() == text.back() &&
                        (text.front() == '"' || text.front() == '\'');
    return quoted ? text.substr(1, text.size() - 2) : text;
  }

  Key wanted_;
  bool in_section_ = false;
  bool in_value_ = false;
  std::string value_ = {};
};

}  // namespace

std::string ini_value(const std::string& text,
                      const std::string& section,
                      const std::string& option) {
  Reader reader({.section = section, .option = option});
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    reader.take(line);
  }
  return reader.value();
}

}  // namespace ncc
