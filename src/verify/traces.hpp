#pragma once
// What a proof leaves in the cloud while it runs: names, looking for it, removing it.

#include <chrono>
#include <set>
#include <string>

#include "verify.hpp"

namespace ncc::verify {

enum class Kind { server, volume, group, flavor, keypair };

/// How all that a unit's proofs make is named. Two models may have units of one name, so a part of
/// the host's name is in it.
struct Names {
  std::string of_unit = {};  // verify-nova-compute-3-1f2e: the beginning of all of them
  std::string of_run = {};   // verify-nova-compute-3-1f2e0a9b8c7d
};

/// `random`: hexadecimal digits, eight at least.
[[nodiscard]] Names names_for(const Node& node, const std::string& random);

/// Key of the metadata of our volumes; the value is Names::of_unit.
inline constexpr const char* volume_mark = "nova-compute-verify";

/// Looks for things of these kinds whose names begin so. Throws HttpError when the account is
/// refused; other refusals are in Traces::unknown.
[[nodiscard]] Traces look(openstack::Session& session,
                          const std::string& beginning,
                          const std::set<Kind>& kinds);

/// Removes all of it, again and again until it is gone or the time is over; what is left.
[[nodiscard]] Traces clear(const Platform& platform,
                           openstack::Session& session,
                           const std::string& beginning,
                           const std::set<Kind>& kinds,
                           std::chrono::seconds time);

/// Pauses between two looks: short at first, then longer.
class Pause {
 public:
  explicit Pause(Clock& clock) : clock_(clock) {}

  void sleep();

  /// Short again.
  void reset() { next_ = first; }

 private:
  Clock& clock_;
  static constexpr std::chrono::milliseconds first{100};
  std::chrono::milliseconds next_ = first;
};

}  // namespace ncc::verify
