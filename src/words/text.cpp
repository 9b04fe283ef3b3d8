#include "words/text.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>

namespace ncc {
namespace {

constexpr std::string_view white_space = " \t\n\r\f\v";

std::string lower(std::string_view text) {
  std::string result(text);
  for (char& c : result) {
    if (c >= 'A' && c <= 'Z') {
      c = static_cast<char>(c - 'A' + 'a');
    }
  }
  return result;
}

/// The whole text as a number, or nothing.
template <typename Number, typename... Format>
std::optional<Number> parse(std::string_view text, Format... format) {
  Number number{};
  const char* const end = text.data() + text.size();
  const auto [stopped, error] = std::from_chars(text.data(), end, number, format...);
  if (error != std::errc() || stopped != end) {
    return std::nullopt;
  }
  return number;
}

}  // namespace

std::vector<std::string> split(std::string_view text, std::string_view separators) {
  std::vector<std::string> parts;
  std::size_t begin = 0;
  while (begin <= text.size()) {
    const std::size_t end = std::min(text.find_first_of(separators, begin), text.size());
    std::string part = trim(text.substr(begin, end - begin));
    if (!part.empty()) {
      parts.push_back(std::move(part));
    }
    begin = end + 1;
  }
  return parts;
}

std::string trim(std::string_view text) {
  const auto first = text.find_first_not_of(white_space);
  if (first == std::string_view::npos) {
    return {};
  }
  return std::string(text.substr(first, text.find_last_not_of(white_space) - first + 1));
}

std::string join(const std::vector<std::string>& parts, std::string_view separator) {
  std::string result;
  for (const std::string& part : parts) {
    if (&part != &parts.front()) {
      result += separator;
    }
    result += part;
  }
  return result;
}

std::optional<bool> to_bool(std::string_view text) {
  const std::string word = lower(text);
  if (word == "true" || word == "yes" || word == "on" || word == "1") {
    return true;
  }
  if (word == "false" || word == "no" || word == "off" || word == "0") {
    return false;
  }
  return std::nullopt;
}

std::optional<long long> to_integer(std::string_view text) {
  return parse<long long>(text);
}

std::optional<double> to_number(std::string_view text) {
  const std::optional<double> number = parse<double>(text, std::chars_format::fixed);
  return number && std::isfinite(*number) ? number : std::nullopt;
}

std::string fingerprint(std::string_view text) {
  std::uint64_t hash = 14695981039346656037U;  // FNV-1a: offset basis, then prime
  for (const char c : text) {
    hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211U;
  }
  std::array<char, 16> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), hash, 16).ptr;
  const std::string hexadecimal(digits.data(), end);
  return std::string(digits.size() - hexadecimal.size(), '0') + hexadecimal;
}

}  // namespace ncc
