// Random small worlds: what shortages() claims is held against every way to place the servers.

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include <rapidcheck.h>

#include "capacity.hpp"
#include "support/catch.hpp"

using namespace ncc;
using capacity::Load;
using openstack::Rooms;

namespace {

const std::array<std::string, 3> classes{"VCPU", "MEMORY_MB", "DISK_GB"};
using Amounts = std::array<int, 3>;  // in the order of `classes`

struct Flavor {
  Amounts need = {};
  int count = 0;
};

struct World {
  std::vector<Amounts> free = {};
  std::vector<Flavor> flavors = {};
};

Amounts amounts(int below) {
  return *rc::gen::container<Amounts>(rc::gen::inRange(0, below));
}

World a_world(int most_flavors, int most_servers) {
  World world;
  for (int rooms = *rc::gen::inRange(0, 4); rooms > 0; --rooms) {
    world.free.push_back(amounts(25));
  }
  for (int flavors = *rc::gen::inRange(1, most_flavors + 1); flavors > 0; --flavors) {
    Amounts need = amounts(6);
    need[1] += 1;  // no server needs nothing
    world.flavors.push_back({need, *rc::gen::inRange(1, most_servers + 1)});
  }
  return world;
}

/// Some room is used up already, or more than that.
Rooms rooms_of(const World& world) {
  Rooms rooms;
  for (const Amounts& free : world.free) {
    auto& room = rooms["room " + std::to_string(rooms.size())];
    for (std::size_t i = 0; i < classes.size(); ++i) {
      const int over = free[i] == 0 ? *rc::gen::inRange(0, 3) : 0;
      const int used = over + *rc::gen::inRange(0, 9);
      room[classes[i]] = {.capacity = free[i] + used - over, .used = used};
    }
  }
  return rooms;
}

std::vector<Load> loads_of(const World& world) {
  std::vector<Load> loads;
  for (const Flavor& flavor : world.flavors) {
    Load& load = loads.emplace_back();
    load.name = "flavor " + std::to_string(loads.size());
    load.count = flavor.count;
    for (std::size_t i = 0; i < classes.size(); ++i) {
      if (flavor.need[i] > 0) {
        load.need[classes[i]] = flavor.need[i];
      }
    }
  }
  return loads;
}

int count_of(const World& world) {
  int count = 0;
  for (const Flavor& flavor : world.flavors) {
    count += flavor.count;
  }
  return count;
}

/// How many servers the answer claims to fit.
int claimed(const World& world) {
  int missing = 0;
  for (const capacity::Shortage& shortage : capacity::shortages(loads_of(world), rooms_of(world))) {
    missing += shortage.count - shortage.fits;
  }
  return count_of(world) - missing;
}

bool take(Amounts& free, const Amounts& need) {
  for (std::size_t i = 0; i < need.size(); ++i) {
    if (free[i] < need[i]) {
      return false;
    }
  }
  for (std::size_t i = 0; i < need.size(); ++i) {
    free[i] -= need[i];
  }
  return true;
}

/// The most servers from `first` on that fit at once, by trying every room and none for each.
int most(const std::vector<Amounts>& servers, std::size_t first, std::vector<Amounts>& free) {
  if (first == servers.size()) {
    return 0;
  }
  int best = most(servers, first + 1, free);
  for (Amounts& room : free) {
    const Amounts before = room;
    if (take(room, servers[first])) {
      best = std::max(best, 1 + most(servers, first + 1, free));
      room = before;
    }
  }
  return best;
}

int most(const World& world) {
  std::vector<Amounts> servers;
  for (const Flavor& flavor : world.flavors) {
    servers.insert(servers.end(), static_cast<std::size_t>(flavor.count), flavor.need);
  }
  std::vector<Amounts> free = world.free;
  return most(servers, 0, free);
}

/// The sum over rooms of the least of floor(free / need).
int headroom(const World& world, const Amounts& need) {
  int sum = 0;
  for (const Amounts& free : world.free) {
    int least = 1'000'000;
    for (std::size_t i = 0; i < need.size(); ++i) {
      least = need[i] == 0 ? least : std::min(least, free[i] / need[i]);
    }
    sum += least;
  }
  return sum;
}

}  // namespace

TEST_CASE("never more servers are said to fit than there is a way to place",
          "[capacity][property]") {
  CHECK(rc::check("claimed <= most", [] {
    const World world = a_world(3, 2);
    RC_CLASSIFY(claimed(world) < count_of(world), "with a shortage");
    RC_ASSERT(claimed(world) <= most(world));
  }));
}

TEST_CASE("of one flavor as many fit as the rooms hold one by one", "[capacity][property]") {
  CHECK(rc::check("claimed == headroom", [] {
    const World world = a_world(1, 30);
    const Flavor& only = world.flavors.front();
    RC_ASSERT(claimed(world) == std::min(only.count, headroom(world, only.need)));
  }));
}

TEST_CASE("the answer does not depend on the order of the loads", "[capacity][property]") {
  CHECK(rc::check("reversed loads, same shortages", [] {
    const World world = a_world(4, 5);
    const Rooms rooms = rooms_of(world);
    std::vector<Load> loads = loads_of(world);
    const auto forwards = capacity::shortages(loads, rooms);
    std::reverse(loads.begin(), loads.end());
    RC_ASSERT(capacity::shortages(loads, rooms) == forwards);
  }));
}
