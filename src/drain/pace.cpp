#include "drain/pace.hpp"

#include <algorithm>

namespace ncc::drain {

namespace {

using std::chrono::duration;
using std::chrono::duration_cast;

constexpr Pace::Rest shortest{500};
constexpr Pace::Rest longest_after_error{30'000};
constexpr double part_of_a_move = 0.025;
constexpr double weight_of_the_last = 0.25;

}  // namespace

void Pace::moved(const std::string& server, Time now) {
  const auto found = started_.find(server);
  if (found == started_.end()) {
    return;
  }
  const duration<double> took = now - found->second;
  typical_ = typical_.count() > 0 ? typical_ + weight_of_the_last * (took - typical_) : took;
  started_.erase(found);
}

Pace::Rest Pace::poll(Rest unchanged) const {
  const duration<double> takes = typical_.count() > 0 ? typical_ : duration<double>(unchanged);
  return std::clamp(duration_cast<Rest>(part_of_a_move * takes), shortest, longest);
}

Pace::Rest Pace::after_error() {
  constexpr int doublings = 6;
  const Rest rest = shortest * (1 << std::min(errors_, doublings));
  ++errors_;
  return std::min(rest, longest_after_error);
}

}  // namespace ncc::drain
