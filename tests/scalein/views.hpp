#pragma once
// Values for the tests of scale-in: hosts a, b, c ... with their services.

#include <string>
#include <vector>

#include "scalein.hpp"

namespace ncc::test {

inline openstack::Service a_service(const std::string& host, const std::string& reason = "") {
  return {.id = "s-" + host,
          .host = host,
          .binary = "nova-compute",
          .zone = "nova",
          .enabled = reason.empty(),
          .up = true,
          .disabled_reason = reason};
}

inline scalein::Member a_member(int number, const std::string& host) {
  return {.unit = UnitName("nova-compute/" + std::to_string(number)), .host = HostName(host)};
}

inline openstack::Agent a_gateway(const std::string& host, const std::string& zone = "") {
  return {.id = host,
          .type = "OVN Controller Gateway agent",
          .host = host,
          .alive = true,
          .zone = zone,
          .bridge_mappings = {{"physnet1", "br-ex"}}};
}

inline std::vector<std::string> guards_of(const std::vector<scalein::Refusal>& refusals) {
  std::vector<std::string> names;
  for (const scalein::Refusal& refusal : refusals) {
    names.push_back(refusal.guard);
  }
  return names;
}

}  // namespace ncc::test
