#pragma once
// Strings with a meaning. Each type has its own grammar, checked by its constructor, so that two of
// them cannot be swapped.

#include <compare>
#include <string>
#include <utility>

namespace ncc {

/// A validated string. `Kind` has `static bool valid(const std::string&)` and `static constexpr
/// const char* name`. The constructor throws ConfigError naming Kind::name when the text does not
/// fit.
template <typename Kind>
class Name {
 public:
  explicit Name(std::string text) : text_(std::move(text)) { check(text_); }

  [[nodiscard]] const std::string& str() const noexcept { return text_; }

  friend auto operator<=>(const Name&, const Name&) = default;

 private:
  static void check(const std::string& text);
  std::string text_;
};

struct UnitKind {
  static constexpr const char* name = "unit name";
  /// `<application>/<number>`, for example nova-compute/3.
  static bool valid(const std::string& text);
};

struct HostKind {
  static constexpr const char* name = "host name";
  /// RFC 1123 labels separated by dots, at most 253 characters.
  static bool valid(const std::string& text);
};

struct UuidKind {
  static constexpr const char* name = "uuid";
  /// 8-4-4-4-12 hexadecimal digits.
  static bool valid(const std::string& text);
};

using UnitName = Name<UnitKind>;
using HostName = Name<HostKind>;
using Uuid = Name<UuidKind>;

/// The application part: nova-compute of nova-compute/3.
[[nodiscard]] std::string application_of(const UnitName& unit);
/// The number: 3 of nova-compute/3.
[[nodiscard]] int number_of(const UnitName& unit);
/// `nova-compute_3`: the form that the certificates endpoint wants.
[[nodiscard]] std::string underscored(const UnitName& unit);
/// Orders by application, then by number (text order puts a/10 before a/2).
[[nodiscard]] bool by_number(const UnitName& left, const UnitName& right);

}  // namespace ncc
