#pragma once
// Inside charm: the way of this unit out of the cloud, step by step (end_unit.cpp), and how far it
// has come (leave.cpp).

#include "charm/charm.hpp"

namespace ncc::charm {

/// Takes the steps of scalein::next_end_step until the unit has ended, one is refused, or 180 s
/// have passed. Throws HttpError and ProcessError.
[[nodiscard]] Followed end_unit(Scene& scene);
/// In the journal first: it decides what may run after a kill or a reboot.
void set_phase(Scene& scene, Phase phase);

}  // namespace ncc::charm
