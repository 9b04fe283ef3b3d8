#pragma once
// The Attempts of a run and their place in the journal. What is here is on the disk.

#include <string>
#include <vector>

#include "drain.hpp"

namespace ncc::drain {

class Tries {
 public:
  /// Reads the Attempts that were made from these sources.
  Tries(Journal& journal, const std::vector<Source>& sources);

  [[nodiscard]] const Attempts& all() const { return attempts_; }

  /// An empty Attempt when there is none.
  [[nodiscard]] Attempt of(const std::string& server) const;
  void save(const std::string& server, const Attempt& attempt);
  void forget(const std::string& server);
  /// At the end of a run that ran through: the next one may try anew what failed in this one, moves
  /// and confirmations.
  void start_over();

 private:
  Journal& journal_;
  Attempts attempts_ = {};
};

[[nodiscard]] std::string to_text(const Attempt& attempt);
/// Throws std::invalid_argument when it is no Attempt.
[[nodiscard]] Attempt read_attempt(const std::string& text);

}  // namespace ncc::drain
