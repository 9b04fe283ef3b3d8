#pragma once
// Band 2: facts that cannot be read back from the world, kept in a small database on this machine
// (SQLite, one row a fact). A fact is on the disk before the effect that it is about: state-set is
// flushed only when a hook or action ends well, and dies with a killed one. Several processes may
// have it open at once.

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "words/error.hpp"

namespace ncc {

/// Facts are text, addressed by scope ("unit", "run 4f2a9c01", "server UUID") and key.
/// All calls throw FileError naming the file when the database cannot be read or written; a damaged
/// one is never replaced by an empty one.
class Journal {
 public:
  virtual ~Journal() = default;

  /// On the disk (fsync) when it returns. An equal value is not written again.
  virtual void put(const std::string& scope, const std::string& key, const std::string& value) = 0;
  [[nodiscard]] virtual std::optional<std::string> get(const std::string& scope,
                                                       const std::string& key) = 0;
  [[nodiscard]] virtual std::map<std::string, std::string> list(const std::string& scope) = 0;
  /// Scopes that begin with `prefix`, sorted.
  [[nodiscard]] virtual std::vector<std::string> scopes(const std::string& prefix) = 0;
  virtual void forget(const std::string& scope) = 0;
};

/// The journal at `path`: empty as long as there is no such file; the first put() makes it (0600)
/// and its directory (0700). Waits up to 10 s for another process that writes. The whole file is
/// checked at the first use: FileError "damaged: ..." (also for an empty file: a new journal gets
/// its name when it is complete), "not a journal of this charm", or "written by a newer revision of
/// this charm ...".
[[nodiscard]] std::unique_ptr<Journal> open_journal(const std::string& path);

}  // namespace ncc
