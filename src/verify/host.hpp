#pragma once
// What the cloud says about the host, asked.

#include "verify.hpp"

namespace ncc::verify {

/// Each part is asked on its own: where one gives no answer, the others are still told. Throws
/// HttpError when the account is refused.
[[nodiscard]] HostView observe_host(openstack::Session& session, const HostName& host);

}  // namespace ncc::verify
