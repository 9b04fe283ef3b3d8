#pragma once
// Servers on their way: what they allocate, where the scheduler sends them, how a move goes on in
// time, and the instance actions that tell of it. settle() (scheduler.cpp) calls settle_moves()
// before each request.
//
//   type            path of the migration's status, and when
//   live-migration  accepted; queued until a slot of the source is free; preparing for a tenth of
//                   live_seconds, running for the rest; completed
//   migration, resize
//                   pre-migrating for a tenth of cold_seconds, migrating until eight tenths,
//                   post-migrating; finished until it is confirmed (confirming, confirmed) or
//                   reverted (reverting, reverted)
//   evacuation      accepted, pre-migrating for evacuate_seconds; done until the source restarts;
//                   completed
//
// A move stands still while its source host's nova-compute does not run, but for an evacuation. One
// whose began_ms is 0 never goes on: a record that was left behind.

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "cloud/internal.hpp"

namespace ncc::fake_cloud {

using Resources = std::map<std::string, Number>;

// allocations.cpp
[[nodiscard]] Resources needs_of(const State& state, const Server& server);
/// provider uuid -> class -> sum of its allocations
[[nodiscard]] std::map<std::string, Resources> usage(const State& state);
[[nodiscard]] bool has_room(const Provider& provider, const Resources& used, const Resources& need);
/// (total - reserved) * allocation_ratio, rounded down.
[[nodiscard]] Number capacity(const Inventory& inventory);
void allocate(State& state, const Allocation& allocation);
/// All allocations of a consumer; how many there were.
std::size_t release(State& state, const std::string& consumer);
/// What `from` holds is `to`'s from now on.
void hand_over(State& state, const std::string& from, const std::string& to);

// scheduler.cpp
/// {} finds any host that the scheduler would take.
struct Search {
  std::optional<std::string> host = {};  // no other than this
  std::optional<std::string> not_host = {};
  bool can_bind = false;  // hosts that cannot bind the server's ports are passed over
  bool forced = false;    // `host` without filters
  std::set<std::string> not_nodes = {};  // compute nodes that were tried in vain
};

struct Verdict {
  const Hypervisor* node = nullptr;
  std::string reason = {};  // Nova's NoValidHost has none when Placement finds nothing
};

[[nodiscard]] Verdict select_host(Cloud& cloud, const Server& server, const Search& search);
[[nodiscard]] std::string no_valid_host(const Verdict& verdict);
[[nodiscard]] bool has_ports(const State& state, const Server& server);
void bind_ports(State& state, const Server& server);
[[nodiscard]] Server* find_server(State& state, const std::string& id);

// server_states.cpp: what is shown follows from status and task_state
[[nodiscard]] std::string vm_state(const Server& server);
[[nodiscard]] Number power_state(const Server& server);
[[nodiscard]] std::string shown_status(const Server& server);
[[nodiscard]] bool is_soft_deleted(const Server& server);
[[nodiscard]] bool has_feature(const Server& server, const std::string& feature);

// actions.cpp
void record_action(const Call& call, const Server& server, const std::string& action);
/// A finished event; nullopt: Success, else what went wrong.
void record_event(Cloud& cloud,
                  const Migration& migration,
                  const std::string& event,
                  const MaybeText& failure);

// moves.cpp
[[nodiscard]] bool is_open(const Migration& migration);
void set_status(Cloud& cloud, Migration& migration, const std::string& status);
/// Begins a move of `draft`'s type from where the server is; nullptr when its plan is to be lost.
Migration* begin_move(Cloud& cloud, Server& server, Migration draft);
/// Takes the server's present plan if it is one of `ends`; "" otherwise.
[[nodiscard]] std::string take_plan(State& state,
                                    const std::string& server,
                                    const std::vector<std::string>& ends);
void settle_moves(Cloud& cloud);
/// The nova-compute of a host starts or stops: what becomes of the moves there.
void moves_of_started_host(Cloud& cloud, const std::string& host);
void moves_of_stopped_host(Cloud& cloud, const std::string& host);
/// The server is deleted.
void end_moves_of(Cloud& cloud, const Server& server);

[[nodiscard]] Number milliseconds(double seconds);
/// Back to the source as if nothing had been: allocations, task_state.
void give_up(Cloud& cloud, Migration& migration, const std::string& status);
/// The server is at the destination now.
void arrive(Cloud& cloud, Server& server, const Migration& migration);

// moves_live.cpp, moves_cold.cpp, moves_evacuation.cpp: one step, if it is due; true if it was
[[nodiscard]] bool step_live(Cloud& cloud, Migration& migration);
[[nodiscard]] bool step_cold(Cloud& cloud, Migration& migration);
[[nodiscard]] bool step_evacuation(Cloud& cloud, Migration& migration);

}  // namespace ncc::fake_cloud
