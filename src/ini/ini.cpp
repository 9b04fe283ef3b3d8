#include "ini.hpp"

#include <algorithm>

#include "words/error.hpp"
#include "words/text.hpp"

namespace ncc {
namespace {

bool breaks_line(const std::string& text) {
  return text.find_first_of("\r\n") != std::string::npos;
}

/// Comments end a block, too: an empty line stands between any two blocks.
void start_block(std::string& text) {
  if (!text.empty()) {
    text += '\n';
  }
}

}  // namespace

Ini& Ini::section(const std::string& name) {
  const auto known = std::find_if(
      sections_.begin(), sections_.end(), [&](const Section& each) { return each.name == name; });
  current_ = static_cast<std::size_t>(known - sections_.begin());
  if (known == sections_.end()) {
    sections_.push_back({.name = name});
  }
  return *this;
}

Ini& Ini::set(const std::string& option, const std::string& value, const Source& source) {
  return add({.option = option, .value = value, .source = source.text});
}

Ini& Ini::set(const std::string& option, const Secret& value, const Source& source) {
  return add({.option = option, .value = value.reveal(), .source = source.text, .secret = true});
}

Ini& Ini::set(const std::string& option, bool value, const Source& source) {
  return set(option, std::string(value ? "True" : "False"), source);
}

Ini& Ini::set(const std::string& option, const char* value, const Source& source) {
  return set(option, std::string(value), source);
}

Ini& Ini::set(const std::string& option, long long value, const Source& source) {
  return set(option, std::to_string(value), source);
}

Ini& Ini::comment(const std::string& text) {
  if (breaks_line(text)) {
    throw ConfigError("comment", "a line break does not fit in one line");
  }
  comments_.push_back(text);
  return *this;
}

Ini::Section& Ini::current() {
  if (sections_.empty()) {
    section("DEFAULT");
  }
  return sections_.at(current_);
}

Ini& Ini::add(Line line) {
  Section& section = current();
  if (breaks_line(line.value)) {
    throw ConfigError(section.name + "." + line.option, "a line break does not fit in one line");
  }
  section.lines.push_back(std::move(line));
  return *this;
}

std::string Ini::text_of(const Line& line, View view) {
  const bool masked = view == View::shown && line.secret;
  std::string text = line.option + " = ";
  text += masked ? "***" : line.value;
  return view == View::shown ? text + " # " + line.source + '\n' : text + '\n';
}

std::string Ini::text_of(View view) const {
  std::string text;
  for (const std::string& comment : comments_) {
    text += "# " + comment + '\n';
  }
  for (const Section& section : sections_) {
    if (section.lines.empty()) {
      continue;
    }
    start_block(text);
    text += '[' + section.name + "]\n";
    for (const Line& line : section.lines) {
      text += text_of(line, view);
    }
  }
  return text;
}

std::string Ini::render() const {
  return text_of(View::file);
}

std::string Ini::render_shown() const {
  return text_of(View::shown);
}

bool Ini::has(const std::string& section, const std::string& option) const {
  return std::any_of(sections_.begin(), sections_.end(), [&](const Section& each) {
    return each.name == section &&
           std::any_of(each.lines.begin(), each.lines.end(), [&](const Line& line) {
             return line.option == option;
           });
  });
}

}  // namespace ncc
