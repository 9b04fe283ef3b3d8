#pragma once
// What a unit agent does next: Juju's resolver (uniter/resolver.go and its parts) as a pure
// function.
#include "model.hpp"

namespace local_juju {

/// The relations of a unit in the order they are looked at: non-peer before peer, else as `shuffle`
/// says (0: by id).
[[nodiscard]] std::vector<int> relation_order(const Model& model,
                                              const Unit& unit,
                                              unsigned shuffle);

/// The first thing that local and remote state disagree on; nullopt: nothing to do, or waiting in
/// hook error.
[[nodiscard]] std::optional<Event> next_event(const Model& model,
                                              const Unit& unit,
                                              const std::vector<int>& order);

/// Changes when charm config, trust or the machine's addresses do.
[[nodiscard]] std::string config_fingerprint(const Model& model, const Unit& unit);

}  // namespace local_juju
