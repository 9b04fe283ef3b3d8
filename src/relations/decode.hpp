#pragma once
// Inside src/relations only: how a databag's text becomes a value. charmhelpers writes Python text
// ("True", "None"), reactive charms write JSON (a string carries its quotes); both are understood
// here, for every key. Whatever has a wrong form is a ConfigError("endpoint: key", problem).

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "relations.hpp"

namespace ncc {

/// The value without JSON quotes; nullopt for what stands for nothing: "", None, null, __null__.
[[nodiscard]] std::optional<std::string> decoded(const std::string& raw);

/// The remote units of one endpoint, merged: a key's value is that of the first unit, by unit
/// number, that has it.
class Bags {
 public:
  Bags(std::string endpoint, const RemoteUnits& remote);

  /// One line of text; empty when no unit has the key.
  [[nodiscard]] std::string text(const std::string& key) const;
  /// As text(), of the first of `keys` that is there.
  [[nodiscard]] std::string text_of(const std::vector<std::string>& keys) const;
  /// Text that may have several lines.
  [[nodiscard]] std::string document(const std::string& key) const;
  [[nodiscard]] std::optional<bool> boolean(const std::string& key) const;
  [[nodiscard]] std::optional<int> port(const std::string& key) const;  // 1 to 65535
  /// A host name or an address, IPv6 without brackets.
  [[nodiscard]] std::string host(const std::string& key) const;
  [[nodiscard]] std::string url(const std::string& key) const;
  /// One of `allowed`, in lower case.
  [[nodiscard]] std::string choice(const std::string& key,
                                   const std::vector<std::string>& allowed) const;
  /// PEM, which the counterpart sends as base64.
  [[nodiscard]] std::string pem_of_base64(const std::string& key) const;
  /// PEM, ending with a line break.
  [[nodiscard]] std::string pem(const std::string& key) const;
  /// A JSON object; null when no unit has the key.
  [[nodiscard]] nlohmann::json object(const std::string& key) const;

  /// Each unit alone, in the order of unit numbers.
  [[nodiscard]] std::vector<Bags> each() const;
  /// Keys of the first unit that begin with `prefix`.
  [[nodiscard]] std::vector<std::string> keys(const std::string& prefix) const;

  [[nodiscard]] const std::string& endpoint() const noexcept { return endpoint_; }

  /// Throws the ConfigError of `key`.
  [[noreturn]] void wrong(const std::string& key, const std::string& problem) const;

 private:
  Bags(std::string endpoint, std::vector<Databag> bags)
      : endpoint_(std::move(endpoint)), bags_(std::move(bags)) {}

  std::string endpoint_;
  std::vector<Databag> bags_ = {};  // by unit number
};

/// `no <key> yet`.
[[nodiscard]] std::string awaited(const std::string& key);
/// The first of `keys` whose text is empty, as awaited(); empty when all are there.
[[nodiscard]] std::string first_awaited(
    const std::vector<std::pair<std::string, std::string>>& keys);
/// scheme://host:port
[[nodiscard]] std::string base_url(const std::string& scheme, const std::string& host, int port);
[[nodiscard]] bool has_line_break(const std::string& text);
/// Sorted, each once, empty ones left out.
[[nodiscard]] std::vector<std::string> sorted_once(std::vector<std::string> values);

}  // namespace ncc
