#pragma once
// Rules of secrets that several tools share (core/secrets, uniter/runner/context/secrets.go).
#include "tools.hpp"

namespace local_juju {

/// "secret:9m4e..." or the bare id -> the bare id. Throws UsageError when it has not the form.
[[nodiscard]] std::string bare_secret_id(const std::string& text);
/// Throws ToolError: not found, permission denied, or not the leader.
const Secret& managed_secret(ToolRun& run, const std::string& id);
[[nodiscard]] bool may_read(const Context& context, const Secret& secret);
/// `k=v`, `k#base64=v`, `k#file=/path` words and --file into base64 values. Throws UsageError or
/// ToolError.
[[nodiscard]] Bag secret_values(const ToolRun& run);
/// RFC 3339 of --expire: a time or a duration. Throws UsageError.
[[nodiscard]] std::string expiry_of(const std::string& spec);

}  // namespace local_juju
