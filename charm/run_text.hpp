#pragma once
// Inside charm: a drain's request and result as JSON, for the journal; and its log-in for
// the file that the service reads.

#include <string>

#include "charm/charm.hpp"

namespace ncc::charm::run_text {

[[nodiscard]] std::string to_text(const RunRequest& request);
[[nodiscard]] RunRequest read_request(const std::string& text);
[[nodiscard]] std::string to_text(const drain::Result& result);
[[nodiscard]] drain::Result read_result(const std::string& text);
/// With the password in clear: only for a file that root alone can read.
[[nodiscard]] std::string to_text(const openstack::Credentials& credentials);
[[nodiscard]] openstack::Credentials read_credentials(const std::string& text);

}  // namespace ncc::charm::run_text
