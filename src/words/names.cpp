#include "words/names.hpp"

#include <algorithm>
#include <tuple>

#include "words/error.hpp"

namespace ncc {
namespace {

// std::isalnum and its kin follow the locale; these grammars are ASCII.
bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool is_lower(char c) {
  return c >= 'a' && c <= 'z';
}

bool is_alphanumeric(char c) {
  return is_digit(c) || is_lower(c) || (c >= 'A' && c <= 'Z');
}

bool is_hexadecimal(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

bool is_application(const std::string& text) {
  return !text.empty() && is_lower(text.front()) && text.back() != '-' &&
         text.find("--") == std::string::npos && std::all_of(text.begin(), text.end(), [](char c) {
           return is_digit(c) || is_lower(c) || c == '-';
         });
}

/// No leading zeros, and few enough digits for an int.
bool is_number(const std::string& text) {
  return !text.empty() && text.size() <= 9 && std::all_of(text.begin(), text.end(), is_digit) &&
         (text.size() == 1 || text.front() != '0');
}

bool is_label(const std::string& text) {
  return !text.empty() && text.size() <= 63 && text.front() != '-' && text.back() != '-' &&
         std::all_of(
             text.begin(), text.end(), [](char c) { return is_alphanumeric(c) || c == '-'; });
}

}  // namespace

bool UnitKind::valid(const std::string& text) {
  const auto slash = text.find('/');
  return slash != std::string::npos && is_application(text.substr(0, slash)) &&
         is_number(text.substr(slash + 1));
}

bool HostKind::valid(const std::string& text) {
  if (text.size() > 253) {
    return false;
  }
  std::string::size_type begin = 0;
  for (auto dot = text.find('.'); dot != std::string::npos; dot = text.find('.', begin)) {
    if (!is_label(text.substr(begin, dot - begin))) {
      return false;
    }
    begin = dot + 1;
  }
  return is_label(text.substr(begin));
}

bool UuidKind::valid(const std::string& text) {
  const std::string shape = "hhhhhhhh-hhhh-hhhh-hhhh-hhhhhhhhhhhh";
  return std::equal(text.begin(), text.end(), shape.begin(), shape.end(), [](char c, char wanted) {
    return wanted == '-' ? c == '-' : is_hexadecimal(c);
  });
}

template <typename Kind>
void Name<Kind>::check(const std::string& text) {
  if (!Kind::valid(text)) {
    throw ConfigError(Kind::name, "\"" + text + "\" is not one");
  }
}

template class Name<UnitKind>;
template class Name<HostKind>;
template class Name<UuidKind>;

std::string application_of(const UnitName& unit) {
  return unit.str().substr(0, unit.str().find('/'));
}

int number_of(const UnitName& unit) {
  return std::stoi(unit.str().substr(unit.str().find('/') + 1));
}

std::string underscored(const UnitName& unit) {
  return application_of(unit) + "_" + std::to_string(number_of(unit));
}

bool by_number(const UnitName& left, const UnitName& right) {
  return std::make_tuple(application_of(left), number_of(left)) <
         std::make_tuple(application_of(right), number_of(right));
}

}  // namespace ncc
