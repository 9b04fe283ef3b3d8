#pragma once
// A string that cannot be printed by accident. It has no stream operator and no formatter; reveal()
// can be searched for.

#include <string>
#include <utility>

namespace ncc {

class Secret {
 public:
  Secret() = default;

  explicit Secret(std::string value) : value_(std::move(value)) {}

  /// The real text. For renderers of files and for clients only.
  [[nodiscard]] const std::string& reveal() const noexcept { return value_; }

  [[nodiscard]] bool empty() const noexcept { return value_.empty(); }

  friend bool operator==(const Secret&, const Secret&) = default;

 private:
  std::string value_;
};

}  // namespace ncc
