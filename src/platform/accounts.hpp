#pragma once
// Users and groups of the machine by name and by number, for the files of this folder.

#include <string>

#include <sys/types.h>

namespace ncc {

struct Owner {
  uid_t user = 0;
  gid_t group = 0;
};

/// Numbers of "user:group". Throws FileError for `path` when the machine has no such user or group.
[[nodiscard]] Owner owner_ids(const std::string& text, const std::string& path);
/// "user:group"; an id without a name stays a number.
[[nodiscard]] std::string owner_name(const Owner& owner);

}  // namespace ncc
