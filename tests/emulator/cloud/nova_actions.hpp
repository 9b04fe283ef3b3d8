#pragma once
// The actions of a server that are more than a change of its state, and what all actions ask first.

#include <optional>
#include <string>
#include <vector>

#include "cloud/moves.hpp"

namespace ncc::fake_cloud {

// nova_move_actions.cpp; `body` is what the action's key holds
[[nodiscard]] Response migrate_live(const Call& call, Server& server, const Json& body);
[[nodiscard]] Response resize(const Call& call, Server& server, const Json& body);
[[nodiscard]] Response migrate(const Call& call, Server& server, const Json& body);
[[nodiscard]] Response confirm_resize(const Call& call, Server& server, const Json& body);
[[nodiscard]] Response revert_resize(const Call& call, Server& server, const Json& body);
[[nodiscard]] Response evacuate(const Call& call, Server& server, const Json& body);

// nova_consoles.cpp
[[nodiscard]] Response console_output(const Call& call, Server& server, const Json& body);

// nova_server_actions.cpp
/// 409 unless the server is in one of these vm_states and has no task.
[[nodiscard]] std::optional<Response> refuse_state(const Server& server,
                                                   const std::string& action,
                                                   const std::vector<std::string>& vm_states);

struct Keys {
  std::vector<std::string> required = {}, optional = {};
};

/// What Nova's schema complains about in an object with these keys.
[[nodiscard]] std::optional<std::string> complaint_about_keys(const std::string& field,
                                                              const Json& body,
                                                              const Keys& keys);

}  // namespace ncc::fake_cloud
