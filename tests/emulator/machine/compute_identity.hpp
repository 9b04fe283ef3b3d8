#pragma once
// Who nova-compute is, and when it refuses to start: nova/compute/manager.py (init_host),
// nova/virt/node.py. Its node's uuid is in /var/lib/nova/compute_id, which no package removes.

#include "world.hpp"

namespace emulated {

struct ComputeIdentity {
  bool unknown = false;  // the cloud does not answer: nova-compute waits
  std::string id = {};
  std::string refusal = {};  // why it does not start; empty: it may
};

/// Compares the machine with what the cloud knows of `host`; writes the file of a new node.
[[nodiscard]] ComputeIdentity identify_compute(const World& world, const std::string& host);

}  // namespace emulated
