#pragma once
// How a journal comes into being, and what tells it from other databases. For the files of this
// folder.

#include <string>

namespace ncc {

/// Kept in the file itself: PRAGMA application_id ("NCCJ") and user_version.
constexpr int journal_application = 0x4e43434a;
constexpr int journal_schema = 1;

/// Makes an empty journal (0600) and its directory (0700) unless something has that name. It gets
/// the name only when it is complete, so an empty or half-made file is always damage.
void create_if_missing(const std::string& path);

}  // namespace ncc
