// Text as other formats write it: base64 and URLs.

#include <algorithm>
#include <cstdint>
#include <iterator>

#include "words/text.hpp"

namespace ncc {
namespace {

constexpr std::string_view base64_digits =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// `text` without white space; nullopt when what is left has no base64 length.
std::optional<std::string> quartets(std::string_view text) {
  std::string result;
  std::copy_if(text.begin(), text.end(), std::back_inserter(result), [](char c) {
    return std::string_view(" \t\n\r").find(c) == std::string_view::npos;
  });
  return result.size() % 4 == 0 ? std::optional(result) : std::nullopt;
}

bool is_unreserved(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '.' || c == '_' || c == '~';
}

}  // namespace

std::optional<std::string> from_base64(std::string_view text) {
  const std::optional<std::string> digits = quartets(text);
  if (!digits) {
    return std::nullopt;
  }
  const std::size_t used = std::min(digits->find('='), digits->size());
  const std::size_t padding = digits->size() - used;
  if (padding > 2 || digits->find_first_not_of('=', used) != std::string::npos) {
    return std::nullopt;
  }
  std::string bytes;
  std::uint32_t buffer = 0;
  unsigned bits = 0;
  for (std::size_t i = 0; i < used; ++i) {
    const auto value = base64_digits.find((*digits)[i]);
    if (value == std::string_view::npos) {
      return std::nullopt;
    }
    buffer = (buffer << 6U) | static_cast<std::uint32_t>(value);
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      bytes += static_cast<char>((buffer >> bits) & 0xffU);
    }
  }
  return bytes;
}

std::string to_base64(std::string_view bytes) {
  std::string text;
  for (std::size_t at = 0; at < bytes.size(); at += 3) {
    const std::size_t count = std::min<std::size_t>(3, bytes.size() - at);
    std::uint32_t buffer = 0;
    for (std::size_t i = 0; i < 3; ++i) {
      const unsigned char byte = i < count ? static_cast<unsigned char>(bytes[at + i]) : 0;
      buffer = (buffer << 8U) | byte;
    }
    for (std::size_t digit = 0; digit < 4; ++digit) {
      const std::uint32_t value = (buffer >> (18U - 6U * digit)) & 0x3fU;
      text += digit <= count ? base64_digits[value] : '=';
    }
  }
  return text;
}

std::string percent_encode(std::string_view text) {
  constexpr std::string_view hexadecimal = "0123456789ABCDEF";
  std::string result;
  for (const char c : text) {
    if (is_unreserved(c)) {
      result += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      result += {'%', hexadecimal[byte >> 4U], hexadecimal[byte & 0xfU]};
    }
  }
  return result;
}

}  // namespace ncc
