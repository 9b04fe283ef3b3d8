#pragma once
// Small text helpers shared by the parsers of this charm.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ncc {

/// Parts between any of `separators`, trimmed, empty ones left out: split("a, b", ", ") is {"a",
/// "b"}.
[[nodiscard]] std::vector<std::string> split(std::string_view text,
                                             std::string_view separators = " \t\n\r");
[[nodiscard]] std::string trim(std::string_view text);
[[nodiscard]] std::string join(const std::vector<std::string>& parts, std::string_view separator);
/// True for True, true, yes, on, 1; false for False, false, no, off, 0 (any case); nullopt
/// otherwise.
[[nodiscard]] std::optional<bool> to_bool(std::string_view text);
/// A whole decimal number, nothing around it.
[[nodiscard]] std::optional<long long> to_integer(std::string_view text);
/// A decimal fraction such as 16.0, finite; nothing around it.
[[nodiscard]] std::optional<double> to_number(std::string_view text);
/// The decoded bytes; nullopt when it is no base64 (white space is skipped).
[[nodiscard]] std::optional<std::string> from_base64(std::string_view text);
[[nodiscard]] std::string to_base64(std::string_view bytes);
/// RFC 3986 unreserved characters stay; everything else becomes %XX.
[[nodiscard]] std::string percent_encode(std::string_view text);
/// An address as part of a URL: IPv6 gets brackets.
[[nodiscard]] std::string url_host(const std::string& address);
/// True for a literal IPv4 or IPv6 address.
[[nodiscard]] bool is_ip_address(const std::string& text);
/// True when `address` lies in `cidr` (both of one family). Throws ConfigError("cidr", ...) when
/// cidr is none.
[[nodiscard]] bool in_network(const std::string& address, const std::string& cidr);
/// FNV-1a of 64 bits as 16 hexadecimal digits: a fingerprint for "did it change", not for security.
[[nodiscard]] std::string fingerprint(std::string_view text);

}  // namespace ncc
