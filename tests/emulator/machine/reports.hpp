#pragma once
// The machine's services as the cloud sees them. After each call the services' wishes are compared
// with what the cloud was told last (world `reported`) and the differences are posted to the cloud
// emulator's control API, as the real daemons would report over the message bus and the southbound
// database. A post that fails is tried again at the next call, as a daemon retries.
//   a nova-compute runs and was started with a transport_url (nova_compute.hpp)
//       POST /_emulator/compute {host, action: start | stop, id: of /var/lib/nova/compute_id}; with
//       the Ironic driver no id, but {ironic_shard: "" for none, ironic_conductor_group: when set}
//   the machine is a chassis (is_chassis)
//       POST /_emulator/agents {host, kind: controller | gateway, id, alive, bridge_mappings,
//       availability_zone}; remove instead of alive when ovn-controller ended in good order
//   it is, and the metadata agent runs configured
//       POST /_emulator/agents {host, kind: metadata, alive}

#include "world.hpp"

namespace emulated {

/// ovn-controller runs and Open vSwitch has all that it needs to register: ovn-remote, system-id,
/// ovn-encap-type and ovn-encap-ip, and for an ssl: remote the three files of the SSL row.
[[nodiscard]] bool is_chassis(const World& world);
/// Tells the cloud what changed. Without cloud_control nothing is told and nothing is forgotten.
void report(World& world);
/// The machine is gone: everything that was alive stops.
void report_gone(World& world);

/// POST of a JSON body to http://IP:PORT/path by hand. Returns the status, 0 when no answer came
/// within two seconds.
[[nodiscard]] int post_json(const std::string& url, const Json& body);
/// The whole state of the cloud emulator; null when there is no cloud or it does not answer.
[[nodiscard]] Json cloud_state(const World& world);

}  // namespace emulated
