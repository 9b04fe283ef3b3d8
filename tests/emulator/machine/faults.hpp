#pragma once
// Faults per program. An entry of the world's `faults`:
//   program    name, required
//   arguments  text that the joined arguments must contain; absent: any
//   call       the n-th matching call only, from 1; absent: every one
//   delay_ms   the call is slow; alone, it then goes on as always
//   exit, stderr, signal   the call fails so; with `after: true` it has done its work before
//   seen       counted by the emulator: matching calls so far

#include "world.hpp"

namespace emulated {

struct Fault {
  bool fails = false;
  bool after = false;
  int delay_ms = 0;
  Outcome outcome = {};
};

/// Counts the call in all entries that match it; the first one that is due is returned.
[[nodiscard]] Fault next_fault(World& world, const Call& call);

}  // namespace emulated
