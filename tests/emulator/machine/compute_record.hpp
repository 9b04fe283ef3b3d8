#pragma once
// When each nova-compute ran, as which host: a line of JSON per start and per end, in the journal
// of its machine and in one record of all machines of a folder (FOLDER/computes, a file that every
// machine has as run/emulator/computes by a hard link). The order of the record's lines is the
// order of events over all machines:
//   event     start | stop
//   machine, unit, instance   "0", "nova-compute-shard@rack1.service", "rack1" ("" without @)
//   host      the identity that it has in the cloud
//   at        milliseconds since the epoch, for the reader
//   beside    only in a start that must never be: [{machine, unit}] that ran as this host already
// One that is still stopping runs.

#include "world.hpp"

namespace emulated {

/// Those that ran as `host` when the record ended with these lines: [{machine, unit}].
[[nodiscard]] Json running_as(const std::vector<Json>& lines, const std::string& host);
/// Writes down what has changed since the last call (world `computes`).
void note_computes(World& world);
/// None runs any more: the machine is gone.
void note_computes_gone(World& world);
/// Gives the machine the record of its folder, which is made when it is not there.
void link_record(const std::string& machines, const std::string& root);

}  // namespace emulated
