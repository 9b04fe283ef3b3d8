#pragma once
// What becomes of one server: the table of docs/scale-in.md, in fate_by_state.cpp; what was tried
// before, in fate.cpp; and servers that have left already, in fate_away.cpp. Pure.

#include <optional>
#include <string>

#include "drain.hpp"
#include "drain/index.hpp"

namespace ncc::drain {

struct Fate {
  enum class Kind {
    gone,     // needs no host, or has arrived
    moving,   // under way, by us or by others: takes a place in the limits
    waits,    // to be looked at again
    left,     // an operator must act
    failed,   // its Attempt has ended without a move; tried again later
    refused,  // the same, not tried again
    ready     // `step` may be taken
  };

  Kind kind = Kind::gone;
  std::string reason = {};
  std::optional<CloudStep> step = {};
};

/// Of a server on a source. `attempt` may be nullptr.
[[nodiscard]] Fate fate_on_source(const openstack::Server& server,
                                  const Attempt* attempt,
                                  const Index& index);
/// Of a server that is on no source any more. Kind::ready means a ConfirmResize.
[[nodiscard]] Fate fate_away(const openstack::Server& server,
                             const Attempt* attempt,
                             const Index& index);
/// Of a server without any task and without an Attempt that is open: its status alone decides.
[[nodiscard]] Fate fate_by_state(const openstack::Server& server, const Index& index);

/// The migration that `attempt` brought about; nullptr: none so far.
[[nodiscard]] const openstack::Migration* migration_of(const std::string& server,
                                                       const Attempt& attempt,
                                                       const Index& index);
[[nodiscard]] bool is_open(const Attempt& attempt);
/// "live-migration 17"
[[nodiscard]] std::string describe(const openstack::Migration& migration);
/// waits, and is left once it has been as it is for `bound` seconds.
[[nodiscard]] Fate bounded(Fate fate, std::int64_t age, std::int64_t bound);

}  // namespace ncc::drain
