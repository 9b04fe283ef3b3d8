#include "text.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <regex>

namespace local_juju {
namespace {

using Ordered = nlohmann::ordered_json;

/// Go has one number type behind interface{}: 5.0 prints as 5.
template <typename Value>
Value with_integral_floats(const Value& value) {
  if (value.is_number_float()) {
    const double number = value.template get<double>();
    if (std::trunc(number) == number && std::abs(number) < 9.2e18)
      return static_cast<std::int64_t>(number);
  }
  if (!value.is_structured())
    return value;
  Value copy = value;
  for (auto& item : copy)
    item = with_integral_floats(item);
  return copy;
}

template <typename Value>
std::string dump(const Value& value) {
  const std::string plain =
      with_integral_floats(value).dump(-1, ' ', false, Value::error_handler_t::replace);
  std::string text;
  for (const char c : plain) {
    if (c == '<')
      text += "\\u003c";
    else if (c == '>')
      text += "\\u003e";
    else if (c == '&')
      text += "\\u0026";
    else
      text += c;
  }
  return text;
}

/// Go's FormatFloat(x, 'g', -1, 64): with an exponent below 1e-04 and from 1e+06 on.
std::string go_float(double number) {
  std::array<char, 400> text{};
  char* const end = text.data() + text.size();
  const auto scientific = std::to_chars(text.data(), end, number, std::chars_format::scientific);
  const std::string exponential(text.data(), scientific.ptr);
  const int exponent = std::stoi(exponential.substr(exponential.find('e') + 1));
  if (exponent < -4 || exponent >= 6)
    return exponential;
  const auto fixed = std::to_chars(text.data(), end, number, std::chars_format::fixed);
  return {text.data(), fixed.ptr};
}

bool needs_quotes(const std::string& text) {
  static const std::regex special(
      R"(^(?:~|null|Null|NULL|true|True|TRUE|false|False|FALSE|y|Y|yes|Yes|YES|n|N|no|No|NO|on|On|ON|off|Off|OFF|[-+]?[0-9][0-9_]*|[-+]?0x[0-9a-fA-F]+|[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)|[0-9]{4}-[0-9]{2}-[0-9]{2}.*|=|<<)$)");
  if (text.empty() || std::regex_match(text, special))
    return true;
  if (std::string_view("-?:,[]{}#&*!|>'\"%@`").find(text[0]) != std::string_view::npos &&
      !((text[0] == '-' || text[0] == '?' || text[0] == ':') && text.size() > 1 && text[1] != ' '))
    return true;
  return text.find(": ") != std::string::npos || text.find(" #") != std::string::npos ||
         text.back() == ':' || text.front() == ' ' || text.back() == ' ';
}

bool has_control(const std::string& text) {
  return std::any_of(text.begin(), text.end(), [](char c) {
    return static_cast<unsigned char>(c) < 0x20 && c != '\n';
  });
}

std::string yaml_block(const std::string& text, int indent) {
  const std::string pad(static_cast<std::size_t>(indent) + 2, ' ');
  std::string out = text.back() == '\n' ? "|" : "|-";
  std::size_t from = 0;
  while (from < text.size()) {
    const std::size_t end = std::min(text.find('\n', from), text.size());
    out += "\n" + (end > from ? pad : "") + text.substr(from, end - from);
    from = end + 1;
  }
  return out;
}

std::string yaml_scalar(const Json& value, int indent) {
  if (value.is_null())
    return "null";
  if (value.is_number_float())
    return go_float(value.get<double>());
  if (!value.is_string())
    return value.dump();
  const auto& text = value.get_ref<const std::string&>();
  if (has_control(text))
    return value.dump();
  if (text.find('\n') != std::string::npos)
    return text.find_first_not_of('\n') == std::string::npos ? value.dump()
                                                             : yaml_block(text, indent);
  if (!needs_quotes(text))
    return text;
  return text.find('\'') == std::string::npos && !text.empty() &&
                 text.find('"') != std::string::npos
             ? "'" + text + "'"
             : value.dump();
}

void emit(const Json& value, int indent, std::string& out);

void emit_item(const Json& value, int indent, std::string& out) {
  const bool nested = value.is_structured() && !value.empty();
  if (!nested) {
    out += " ";
    out += value.is_object() ? "{}" : value.is_array() ? "[]" : yaml_scalar(value, indent);
    out += "\n";
    return;
  }
  out += "\n";
  emit(value, value.is_array() ? indent : indent + 2, out);
}

void emit(const Json& value, int indent, std::string& out) {
  const std::string pad(static_cast<std::size_t>(indent), ' ');
  if (value.is_object()) {
    for (const auto& [key, item] : value.items()) {
      out += pad + yaml_scalar(key, indent) + ":";
      emit_item(item, indent, out);
    }
    return;
  }
  for (const Json& item : value) {
    if (item.is_object() && !item.empty()) {
      std::string inner;
      emit(item, indent + 2, inner);
      out += pad + "- " + inner.substr(static_cast<std::size_t>(indent) + 2);
    } else {
      out += pad + "-";
      emit_item(item, indent + 2, out);
    }
  }
}

}  // namespace

std::string go_json(const Json& value) {
  return dump(value);
}

std::string go_json(const Ordered& value) {
  return dump(value);
}

std::string go_yaml(const Json& value) {
  if (!value.is_structured())
    return yaml_scalar(value, 0) + "\n";
  if (value.empty())
    return value.is_object() ? "{}\n" : "[]\n";
  std::string out;
  emit(value, 0, out);
  return out;
}

std::string go_smart(const Json& value) {
  if (value.is_null())
    return "";
  if (value.is_string()) {
    const auto& text = value.get_ref<const std::string&>();
    return text.empty() ? "" : text + "\n";
  }
  if (value.is_boolean())
    return value.get<bool>() ? "True\n" : "False\n";
  const bool lines =
      value.is_array() &&
      std::all_of(value.begin(), value.end(), [](const Json& item) { return item.is_string(); });
  if (!lines)
    return go_yaml(value);
  std::string out;
  for (const Json& item : value)
    out += item.get<std::string>() + "\n";
  return out;
}

const Json& child(const Json& map, const std::string& key) {
  static const Json none;
  const auto found = map.find(key);
  return found == map.end() ? none : *found;
}

std::string go_quoted(const std::string& text) {
  return Json(text).dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string trimmed(const std::string& text) {
  constexpr const char* blank = " \t\n\v\f\r";
  const std::size_t first = text.find_first_not_of(blank);
  if (first == std::string::npos)
    return "";
  return text.substr(first, text.find_last_not_of(blank) - first + 1);
}

bool is_utf8(const std::string& text) {
  try {
    return !Json(text).dump().empty();
  } catch (const Json::type_error&) {
    return false;
  }
}

std::string base64_encode(const std::string& bytes) {
  static constexpr const char* digits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    std::uint32_t group = 0;
    for (std::size_t k = 0; k < 3; ++k)
      group = group << 8 | (i + k < bytes.size() ? static_cast<unsigned char>(bytes[i + k]) : 0U);
    for (std::size_t k = 0; k < 4; ++k)
      out += i + k > bytes.size() ? '=' : digits[group >> (18 - 6 * k) & 63];
  }
  return out;
}

std::optional<std::string> base64_decode(const std::string& text) {
  static const std::string digits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  if (text.size() % 4 != 0)
    return std::nullopt;
  std::string out;
  for (std::size_t i = 0; i < text.size(); i += 4) {
    std::uint32_t group = 0;
    std::size_t padding = 0;
    for (std::size_t k = 0; k < 4; ++k) {
      const std::size_t digit = digits.find(text[i + k]);
      const bool pad = text[i + k] == '=' && i + 4 == text.size() && k >= 2;
      if (digit == std::string::npos && !pad)
        return std::nullopt;
      padding += pad ? 1 : 0;
      group = group << 6 | (pad ? 0U : static_cast<std::uint32_t>(digit));
    }
    for (std::size_t k = 0; k < 3 - padding; ++k)
      out += static_cast<char>(group >> (16 - 8 * k) & 255U);
  }
  return out;
}

}  // namespace local_juju
