#pragma once
// How long the drain waits for what, in seconds.

#include <cstdint>

namespace ncc::drain {

/// An accepted or lost request without any trace in Nova for so long has come to nothing.
constexpr std::int64_t trace_time = 60;
/// A server that stays as it is with a task and no migration, or a migration without a task: stuck.
constexpr std::int64_t stuck_time = 600;
/// The same for a migration in flight whose record does not change (a disk is copied silently).
constexpr std::int64_t silent_time = std::int64_t{6} * 3600;
/// Tasks and states of other people's making (snapshots, builds).
constexpr std::int64_t busy_time = 3600;
/// Nova compares power states every 600 s.
constexpr std::int64_t power_time = 900;
/// A service that reports again within this time was only restarted.
constexpr std::int64_t down_time = 180;
/// Nova's clock and ours may differ by so much.
constexpr std::int64_t clock_slack = 3600;
/// Between two tries of one server: this, doubled each time.
constexpr std::int64_t first_pause = 30;

}  // namespace ncc::drain
