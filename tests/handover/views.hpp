#pragma once
// What next() sees: source a, targets b and c.

#include <optional>
#include <string>
#include <variant>

#include "handover.hpp"

namespace ncc::handover::test {

inline const std::string node_a = "00000000-0000-4000-8000-00000000000a";
inline const std::string server_a = "5e000000-0000-4000-8000-00000000000a";

/// Uuid of node number `number`, 0 to 99.
inline std::string uuid_of(int number) {
  const std::string digits = std::to_string(number);
  return "00000000-0000-4000-8000-0000000001" + std::string(2 - digits.size(), '0') + digits;
}

inline TargetState healthy() {
  return {.known = true, .up = true, .enabled = true, .mapped = true};
}

inline openstack::Service service_a() {
  openstack::Service service;
  service.id = "service-a";
  service.host = "a";
  service.forced_down = true;
  return service;
}

/// The source is out of service already.
inline View view_of(const NodeState& node) {
  View view{.ironic = "1.96", .service = service_a()};
  view.targets = {{"b", healthy()}, {"c", healthy()}};
  view.nodes[node_a] = node;
  return view;
}

inline Source source_a() {
  return {UnitName("nova-compute/1"), HostName("a"), "scale-in 4f2a9c01 nova-compute/1", false};
}

inline Plan plan_to(const std::string& host) {
  return {.id = "4f2a9c01", .revision = 1, .targets = {{node_a, host}}};
}

inline Decision decide(const View& view, const Plan& plan = plan_to("b"), const Tries& tries = {}) {
  return next(view, source_a(), plan, tries, {.id = "4f2a9c01"});
}

/// The one cloud step of a decision; nullopt when it is another one, or there are more.
template <typename Kind>
std::optional<Kind> only_step(const Decision& decision) {
  const auto* cloud =
      decision.steps.size() == 1 ? std::get_if<CloudStep>(&decision.steps[0]) : nullptr;
  const auto* step = cloud ? std::get_if<Kind>(cloud) : nullptr;
  return step ? std::optional(*step) : std::nullopt;
}

}  // namespace ncc::handover::test
