#pragma once
// Inside charm: what the actions of bare-metal units share. Shards: ironic_scale_in.cpp; hosts that
// are their own shard: ironic_nodes.cpp.

#include "charm/charm.hpp"

namespace ncc::charm {

/// Throws ConfigError naming virt-type unless it is ironic.
void must_be_ironic(const Model& model);
/// The log-in for Ironic: only a token for the whole system sees and changes all nodes.
[[nodiscard]] openstack::Credentials system_credentials_of(const Model& model);

enum class IronicVerb { start, migrate, end, recover, scale_in };

/// The scale-in actions of a unit that holds shards.
[[nodiscard]] Outcome ironic_scale_in(Scene& scene,
                                      const juju::Values& parameters,
                                      IronicVerb verb);
/// handover, mode=shards: the units give all their shards away, or, fenced, have them taken.
[[nodiscard]] Outcome hand_over_shards(Scene& scene, const scalein::Request& request);

/// handover, mode=nodes: every node of a unit without shards goes to the other units.
[[nodiscard]] Outcome hand_over_nodes(Scene& scene, const scalein::Request& request);
/// What a unit without shards does that was told to leave: its nova-compute stays stopped, until
/// all its nodes are handed over and longer.
[[nodiscard]] Followed follow_nodes(Scene& scene);

}  // namespace ncc::charm
