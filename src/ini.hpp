#pragma once
// Band 2: an INI file as oslo.config reads it, in the order it was built. Every setting carries
// where its value comes from; render() gives the file, render_shown() the same with secrets masked
// and sources as comments (for people).

#include <string>
#include <vector>

#include "words/secret.hpp"

namespace ncc {

/// Where a value comes from, as a reader would look for it: "amqp: password, private-address" or
/// "config: debug".
struct Source {
  std::string text = {};
};

[[nodiscard]] inline Source from(std::string text) {
  return {std::move(text)};
}

class Ini {
 public:
  /// Later set() calls go to this section. Sections are rendered in order of first mention, one
  /// block each; without any, set() goes to DEFAULT.
  Ini& section(const std::string& name);
  /// One `option = value` line. Setting the same option of a section twice gives two lines (oslo
  /// MultiStrOpt). A value with a line break is a ConfigError naming section and option: it would
  /// smuggle in other options.
  Ini& set(const std::string& option, const std::string& value, const Source& source);
  Ini& set(const std::string& option, const Secret& value, const Source& source);
  Ini& set(const std::string& option, bool value, const Source& source);  // True / False
  Ini& set(const std::string& option, const char* value, const Source& source);
  Ini& set(const std::string& option, long long value, const Source& source);
  /// A comment line at the top of the file, before any section.
  Ini& comment(const std::string& text);

  [[nodiscard]] std::string render() const;
  [[nodiscard]] std::string render_shown() const;
  /// True when the section has the option.
  [[nodiscard]] bool has(const std::string& section, const std::string& option) const;

 private:
  struct Line {
    std::string option = {};
    std::string value = {};
    std::string source = {};
    bool secret = false;
  };

  struct Section {
    std::string name = {};
    std::vector<Line> lines = {};
  };

  enum class View { file, shown };

  Section& current();
  Ini& add(Line line);
  [[nodiscard]] static std::string text_of(const Line& line, View view);
  [[nodiscard]] std::string text_of(View view) const;
  std::vector<std::string> comments_ = {};
  std::vector<Section> sections_ = {};
  std::size_t current_ = 0;
};

/// The value of `option` in `section` of INI text, the last one if there are several; empty when
/// absent.
[[nodiscard]] std::string ini_value(const std::string& text,
                                    const std::string& section,
                                    const std::string& option);

}  // namespace ncc
