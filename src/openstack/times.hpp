#pragma once
// Times as OpenStack writes them, always UTC: 2026-01-31T23:59:59, with a fraction, Z or +00:00
// behind it or nothing.

#include <cstdint>
#include <optional>
#include <string>

namespace ncc::openstack {

/// Seconds since the epoch, the fraction cut off; nullopt when it is no such time.
[[nodiscard]] std::optional<std::int64_t> read_time(const std::string& text);
/// 2026-01-31T23:59:59Z
[[nodiscard]] std::string write_time(std::int64_t seconds);

}  // namespace ncc::openstack
