#include "shards/spread.hpp"

#include <algorithm>
#include <numeric>

namespace ncc::shards {
namespace {

long bounded(const Bin& bin, long level) {
  return std::clamp(level, bin.lower, bin.upper);
}

long sum_at(const std::vector<Bin>& bins, long level) {
  return std::accumulate(bins.begin(), bins.end(), 0L, [level](long sum, const Bin& bin) {
    return sum + bounded(bin, level);
  });
}

/// The highest level that needs no more than `total`.
long level_of(const std::vector<Bin>& bins, long total) {
  long low = 0;
  long high = 0;
  for (const Bin& bin : bins) {
    high = std::max(high, bin.upper);
  }
  while (low < high) {
    const long middle = low + (high - low + 1) / 2;
    if (sum_at(bins, middle) <= total) {
      low = middle;
    } else {
      high = middle - 1;
    }
  }
  return low;
}

std::uint64_t mixed(std::uint64_t value) {  // the finalizer of splitmix64
  value = (value ^ (value >> 30U)) * 0xbf58476d1ce4e5b9U;
  value = (value ^ (value >> 27U)) * 0x94d049bb133111ebU;
  return value ^ (value >> 31U);
}

}  // namespace

std::vector<long> targets(const std::vector<Bin>& bins, long total) {
  const long level = level_of(bins, total);
  std::vector<long> result;
  std::vector<std::size_t> growing;
  for (const Bin& bin : bins) {
    if (bin.lower <= level && level < bin.upper) {
      growing.push_back(result.size());
    }
    result.push_back(bounded(bin, level));
  }
  std::stable_sort(growing.begin(), growing.end(), [&bins](std::size_t left, std::size_t right) {
    return bins[left].count > bins[right].count;
  });
  const long rest = std::max(0L, total - sum_at(bins, level));
  growing.resize(std::min(growing.size(), static_cast<std::size_t>(rest)));
  for (const std::size_t bin : growing) {
    ++result[bin];
  }
  return result;
}

std::uint64_t hash(std::string_view text) {
  std::uint64_t value = 0xcbf29ce484222325U;  // FNV-1a
  for (const char c : text) {
    value = (value ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
  }
  return mixed(value);
}

std::uint64_t liking(std::uint64_t place, std::uint64_t thing) {
  return mixed(place + 0x9e3779b97f4a7c15U * (thing | 1U));
}

void Rooms::add(std::size_t place, std::uint64_t place_hash, long room) {
  if (room > 0) {
    rooms_.push_back({place, place_hash, room});
  }
}

std::size_t Rooms::take(std::uint64_t thing) {
  auto best = rooms_.begin();
  std::uint64_t most = liking(best->place_hash, thing);
  for (auto room = std::next(best); room != rooms_.end(); ++room) {
    const std::uint64_t score = liking(room->place_hash, thing);
    if (score > most) {
      best = room;
      most = score;
    }
  }
  const std::size_t place = best->place;
  if (--best->room == 0) {
    rooms_.erase(best);
  }
  return place;
}

}  // namespace ncc::shards
