#include <algorithm>
#include <tuple>
#include <utility>

#include "capacity.hpp"
#include "words/text.hpp"

namespace ncc::capacity {
namespace {

long long amount_of(const Resources& resources, const std::string& name) {
  const auto found = resources.find(name);
  return found == resources.end() ? 0 : found->second;
}

/// What is larger: memory first, then CPUs, then disk; the classes by name settle the rest.
auto size_of(const Resources& resources) {
  return std::tuple(amount_of(resources, "MEMORY_MB"),
                    amount_of(resources, "VCPU") + amount_of(resources, "PCPU"),
                    amount_of(resources, "DISK_GB"),
                    resources);
}

/// What each room has left.
std::vector<Resources> free_in(const Rooms& rooms) {
  std::vector<Resources> result;
  for (const auto& [provider, classes] : rooms) {
    Resources& free = result.emplace_back();
    for (const auto& [name, room] : classes) {
      free[name] = std::max(0LL, room.capacity - room.used);
    }
  }
  return result;
}

Resources sum_of(const std::vector<Resources>& rooms, const Resources& need) {
  Resources sum;
  for (const auto& [name, amount] : need) {
    sum[name] = 0;
    for (const Resources& free : rooms) {
      sum[name] += amount_of(free, name);
    }
  }
  return sum;
}

bool is_nothing(const Resources& need) {
  return std::all_of(need.begin(), need.end(), [](const auto& each) { return each.second == 0; });
}

/// How many times `need` goes into `free`, at most `count`.
int times_in(const Resources& need, const Resources& free, int count) {
  long long times = count;
  for (const auto& [name, amount] : need) {
    if (amount > 0) {
      times = std::min(times, amount_of(free, name) / amount);
    }
  }
  return static_cast<int>(times);
}

/// Takes the places of `load` from the rooms and returns how many were found. The room that is left
/// smallest is the smallest one that fits, and stays so until it is full.
int place(const Load& load, std::vector<Resources>& rooms) {
  std::sort(rooms.begin(), rooms.end(), [](const Resources& a, const Resources& b) {
    return size_of(a) < size_of(b);
  });
  int placed = is_nothing(load.need) ? load.count : 0;
  for (Resources& free : rooms) {
    const int times = times_in(load.need, free, load.count - placed);
    for (const auto& [name, amount] : load.need) {
      free[name] -= times * amount;
    }
    placed += times;
  }
  return placed;
}

std::string list(const Resources& resources) {
  Resources others = resources;
  std::vector<std::string> words;
  for (const char* name : {"VCPU", "PCPU", "MEMORY_MB", "DISK_GB"}) {
    if (const auto known = others.extract(name)) {
      words.push_back(known.key() + " " + std::to_string(known.mapped()));
    }
  }
  for (const auto& [name, amount] : others) {
    words.push_back(name + " " + std::to_string(amount));
  }
  return join(words, ", ");
}

}  // namespace

std::vector<Shortage> shortages(const std::vector<Load>& loads, const Rooms& rooms) {
  std::vector<Load> largest_first = loads;
  std::sort(largest_first.begin(), largest_first.end(), [](const Load& a, const Load& b) {
    return std::pair(size_of(b.need), a.name) < std::pair(size_of(a.need), b.name);
  });
  std::vector<Resources> left = free_in(rooms);
  const std::vector<Resources> free = left;

  std::vector<Shortage> result;
  for (const Load& load : largest_first) {
    const int fits = place(load, left);
    if (fits < load.count) {
      result.push_back({.flavor = load.name,
                        .count = load.count,
                        .fits = fits,
                        .need = load.need,
                        .free = sum_of(free, load.need)});
    }
  }
  return result;
}

std::string to_text(const Shortage& shortage) {
  return shortage.flavor + ": " + std::to_string(shortage.fits) + " of " +
         std::to_string(shortage.count) + " fit (needs " + list(shortage.need) + "; free " +
         list(shortage.free) + ")";
}

}  // namespace ncc::capacity
