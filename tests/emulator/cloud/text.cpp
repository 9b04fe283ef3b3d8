// Small conversions: times, ids, percent encoding, versions.
#include <algorithm>
#include <array>
#include <cctype>
#include <cstdio>
#include <ctime>
#include <iomanip>
#include <locale>
#include <sstream>

#include "cloud/internal.hpp"

namespace ncc::fake_cloud {

namespace {

// splitmix64: spreads a counter over 64 bits; ids need to look random, not to be secret.
std::uint64_t mixed(std::uint64_t value) {
  value += 0x9e3779b97f4a7c15U;
  value = (value ^ (value >> 30U)) * 0xbf58476d1ce4e5b9U;
  value = (value ^ (value >> 27U)) * 0x94d049bb133111ebU;
  return value ^ (value >> 31U);
}

std::string hex(std::uint64_t value) {
  std::array<char, 17> digits{};
  std::snprintf(digits.data(), digits.size(), "%016llx", static_cast<unsigned long long>(value));
  return digits.data();
}

bool is_plain(char letter) {
  return std::isalnum(static_cast<unsigned char>(letter)) != 0 ||
         std::string("-._~").find(letter) != std::string::npos;
}

}  // namespace

std::string iso_time(Number seconds, const std::string& format) {
  const std::time_t time = seconds;
  std::tm parts{};
  gmtime_r(&time, &parts);
  std::ostringstream text;
  text.imbue(std::locale::classic());
  text << std::put_time(&parts, format.c_str());
  return text.str();
}

std::string make_uuid(Cloud& cloud) {
  ++cloud.ids_made;
  std::string digits = hex(mixed(cloud.ids_made)) + hex(mixed(~cloud.ids_made));
  digits[12] = '4';
  digits[16] = 'a';
  for (const std::size_t place : {20U, 16U, 12U, 8U}) {
    digits.insert(place, "-");
  }
  return digits;
}

std::string id_of(const std::string& name) {
  std::uint64_t sum = 0;
  for (const char letter : name) {
    sum = mixed(sum ^ static_cast<unsigned char>(letter));
  }
  return hex(sum) + hex(mixed(sum));
}

std::string decode(const std::string& text) {
  std::string plain;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size() &&
        std::isxdigit(static_cast<unsigned char>(text[i + 1])) != 0 &&
        std::isxdigit(static_cast<unsigned char>(text[i + 2])) != 0) {
      plain += static_cast<char>(std::stoi(text.substr(i + 1, 2), nullptr, 16));
      i += 2;
    } else {
      plain += text[i] == '+' ? ' ' : text[i];
    }
  }
  return plain;
}

std::string encode(const std::string& text) {
  std::string encoded;
  for (const char letter : text) {
    std::array<char, 4> code{};
    std::snprintf(code.data(),
                  code.size(),
                  "%%%02X",
                  static_cast<unsigned>(static_cast<unsigned char>(letter)));
    encoded += is_plain(letter) ? std::string(1, letter) : std::string(code.data());
  }
  return encoded;
}

std::vector<std::string> split(const std::string& text, char separator) {
  std::vector<std::string> parts;
  std::size_t start = 0;
  while (start <= text.size()) {
    const std::size_t end = std::min(text.find(separator, start), text.size());
    if (end > start) {
      parts.push_back(text.substr(start, end - start));
    }
    start = end + 1;
  }
  return parts;
}

std::optional<Version> read_version(const std::string& text) {
  const std::size_t dot = text.find('.');
  const auto is_number = [](const std::string& part) {
    return !part.empty() && part.size() < 6 &&
           std::all_of(
               part.begin(), part.end(), [](unsigned char c) { return std::isdigit(c) != 0; });
  };
  if (dot == std::string::npos || !is_number(text.substr(0, dot)) ||
      !is_number(text.substr(dot + 1))) {
    return std::nullopt;
  }
  return Version{std::stoi(text.substr(0, dot)), std::stoi(text.substr(dot + 1))};
}

bool looks_like_uuid(const std::string& text) {
  std::string digits = text;
  digits.erase(std::remove(digits.begin(), digits.end(), '-'), digits.end());
  return digits.size() == 32 && std::all_of(digits.begin(), digits.end(), [](unsigned char c) {
           return std::isxdigit(c) != 0;
         });
}

std::optional<bool> read_bool(const std::string& text) {
  std::string lower = text;
  std::transform(lower.begin(), lower.end(), lower.begin(), [](unsigned char c) {
    return static_cast<char>(std::tolower(c));
  });
  for (const char* word : {"1", "t", "true", "on", "y", "yes"}) {
    if (lower == word) {
      return true;
    }
  }
  for (const char* word : {"0", "f", "false", "off", "n", "no"}) {
    if (lower == word) {
      return false;
    }
  }
  return std::nullopt;
}

std::string version_header(const Request& request,
                           const std::string& service,
                           const std::string& legacy_header) {
  const auto common = request.headers.find("openstack-api-version");
  if (common != request.headers.end()) {
    for (const std::string& item : split(common->second, ',')) {
      const std::vector<std::string> words = split(item, ' ');
      if (words.size() == 2 && words[0] == service) {
        return words[1];
      }
    }
  }
  const auto legacy = request.headers.find(legacy_header);
  return legacy == request.headers.end() ? "" : legacy->second;
}

}  // namespace ncc::fake_cloud
