#pragma once
// What the cloud hears of a machine's services.

#include "scenario/stage.hpp"

namespace ncc::scenario {

void start_nova_compute(Stage& stage, Machine& machine);
/// What the cloud hears of a nova-compute with the Ironic driver that has this configuration: it
/// has no node of its own, and no identity but its host.
[[nodiscard]] Json ironic_start(const Json& config);
void stop_nova_compute(Stage& stage, Machine& machine);
/// A table of the southbound database: Chassis, Chassis_Private or Encap.
[[nodiscard]] std::vector<Bag> southbound_rows(const Stage& stage, const std::string& table);
/// libvirt's domains on a host: the guests of its servers.
[[nodiscard]] std::vector<std::string> domains_of(const fake_cloud::State& state,
                                                  const std::string& host);

}  // namespace ncc::scenario
