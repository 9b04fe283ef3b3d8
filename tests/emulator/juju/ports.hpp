#pragma once
// Port ranges and the conflict rule (core/network/portrange.go, uniter/runner/context/ports.go).
#include <optional>
#include <string>

namespace local_juju {

struct PortRange {
  int from = 0;
  int to = 0;
  std::string protocol = "tcp";  // tcp | udp | icmp

  /// "80/tcp", "8000-8010/udp", "icmp".
  [[nodiscard]] std::string str() const;
  [[nodiscard]] bool overlaps(const PortRange& other) const;
  friend bool operator==(const PortRange&, const PortRange&) = default;
};

/// Reads "80", "80/udp", "80-90/tcp", "icmp". Throws Refused.
[[nodiscard]] PortRange parse_port_range(const std::string& text);

}  // namespace local_juju
