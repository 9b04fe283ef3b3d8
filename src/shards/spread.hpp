#pragma once
// Even counts with the fewest moves, and who gets what: shared by units (assign) and nodes
// (reshard).

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace ncc::shards {

/// Something that holds `count` things, must keep `lower` of them and can hold `upper`.
struct Bin {
  long count = 0;
  long lower = 0;
  long upper = 0;
};

/// The target of each bin: all at one level or one above, bounded by lower and upper. The fullest
/// bins get the one above, which costs the fewest moves: the sum of count - target where positive.
/// The sum of targets is `total`, brought between the sums of lower and of upper.
[[nodiscard]] std::vector<long> targets(const std::vector<Bin>& bins, long total);

/// 64 well mixed bits of a name; the same on all machines.
[[nodiscard]] std::uint64_t hash(std::string_view text);
/// Rendezvous: how much the thing of the second hash likes the place of the first.
[[nodiscard]] std::uint64_t liking(std::uint64_t place, std::uint64_t thing);

/// Free room of some places; each thing takes the one it likes most.
class Rooms {
 public:
  void add(std::size_t place, std::uint64_t place_hash, long room);

  [[nodiscard]] bool empty() const noexcept { return rooms_.empty(); }

  /// The place that was taken. Not to be called when empty.
  std::size_t take(std::uint64_t thing);

 private:
  struct Room {
    std::size_t place = 0;
    std::uint64_t place_hash = 0;
    long room = 0;
  };

  std::vector<Room> rooms_;
};

}  // namespace ncc::shards
