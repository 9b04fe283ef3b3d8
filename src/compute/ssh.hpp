#pragma once
// Inside compute: the two users whose SSH the charm looks after.

#include <string>
#include <vector>

#include "model.hpp"

namespace ncc::compute {

struct SshUser {
  std::string name = {};  // also its group
  std::string home = {};
  SshKeys keys = {};  // what nova-cloud-controller has sent for it
};

/// root for live migration, nova for resize and cold migration: each only while its feature is on
/// and its user exists.
[[nodiscard]] std::vector<SshUser> ssh_users(const Model& model);
[[nodiscard]] std::string known_hosts_path(const SshUser& user);
/// Option authorized-keys-path with {homedir} and {username} put in.
[[nodiscard]] std::string authorized_keys_path(const SshUser& user, const Config& config);

}  // namespace ncc::compute
