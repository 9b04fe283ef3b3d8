#include <string>
#include <vector>

#include "capacity.hpp"
#include "support/catch.hpp"

using namespace ncc;
using capacity::Load;
using capacity::Shortage;
using openstack::Resources;
using openstack::Room;
using openstack::Rooms;

namespace {

Load memory_load(const std::string& name, long long memory, int count) {
  return {.name = name, .need = {{"MEMORY_MB", memory}}, .count = count};
}

/// Rooms "0", "1" ... with so much memory free.
Rooms memory_rooms(const std::vector<long long>& free) {
  Rooms rooms;
  for (const long long memory : free) {
    rooms[std::to_string(rooms.size())] = {{"MEMORY_MB", {.capacity = memory + 100, .used = 100}}};
  }
  return rooms;
}

std::vector<std::string> names_of(const std::vector<Shortage>& shortages) {
  std::vector<std::string> names;
  for (const Shortage& shortage : shortages) {
    names.push_back(shortage.flavor);
  }
  return names;
}

}  // namespace

TEST_CASE("what finds a place for everyone is no shortage", "[capacity][shortage]") {
  const std::vector<Load> loads{
      {.name = "m1.large", .need = {{"VCPU", 4}, {"MEMORY_MB", 8192}}, .count = 3}};

  CHECK(capacity::shortages(loads,
                            {{"b", {{"VCPU", {16, 8}}, {"MEMORY_MB", {16384, 0}}}},
                             {"c", {{"VCPU", {8, 4}}, {"MEMORY_MB", {8192, 0}}}}})
            .empty());
  CHECK(capacity::shortages({}, {}).empty());
}

TEST_CASE("a shortage tells how many fit and what is free", "[capacity][shortage]") {
  const Resources need{{"VCPU", 4}, {"MEMORY_MB", 8192}};

  // b: 8 of 4 VCPU, 3 of 8192 MB: 2. c: 1 VCPU short: 0. d: 1.
  const auto found = capacity::shortages(
      {{.name = "m1.large", .need = need, .count = 7}},
      {{"b", {{"VCPU", {16, 8}}, {"MEMORY_MB", {24576, 0}}, {"DISK_GB", {500, 0}}}},
       {"c", {{"VCPU", {16, 13}}, {"MEMORY_MB", {90000, 0}}}},
       {"d", {{"VCPU", {4, 0}}, {"MEMORY_MB", {10000, 1000}}}}});

  CHECK(found == std::vector<Shortage>{{.flavor = "m1.large",
                                        .count = 7,
                                        .fits = 3,
                                        .need = need,
                                        .free = {{"VCPU", 15}, {"MEMORY_MB", 123576}}}});
}

TEST_CASE("nothing fits where there is no room", "[capacity][shortage]") {
  CHECK(capacity::shortages({memory_load("small", 1, 2)}, {}) ==
        std::vector<Shortage>{{.flavor = "small",
                               .count = 2,
                               .fits = 0,
                               .need = {{"MEMORY_MB", 1}},
                               .free = {{"MEMORY_MB", 0}}}});
}

TEST_CASE("a room that lacks a class of the need does not fit", "[capacity][shortage]") {
  const auto found = capacity::shortages(
      {{.name = "gpu", .need = {{"MEMORY_MB", 10}, {"VGPU", 1}}, .count = 1}}, memory_rooms({100}));

  REQUIRE(found.size() == 1);
  CHECK(found[0].fits == 0);
  CHECK(found[0].free == Resources{{"MEMORY_MB", 100}, {"VGPU", 0}});
}

TEST_CASE("an overfull room is a full one", "[capacity][shortage]") {
  const auto found = capacity::shortages(
      {memory_load("small", 10, 2)},
      {{"b", {{"MEMORY_MB", {.capacity = 50, .used = 90}}}}, {"c", {{"MEMORY_MB", {25, 15}}}}});

  REQUIRE(found.size() == 1);
  CHECK(found[0].fits == 1);
  CHECK(found[0].free == Resources{{"MEMORY_MB", 10}});
}

TEST_CASE("a bare metal node is a room for one", "[capacity][shortage]") {
  // node-2 is in use: its one is reserved, so its capacity is 0 and 1 is used.
  const Rooms nodes{{"node-1", {{"CUSTOM_GOLD", {1, 0}}}},
                    {"node-2", {{"CUSTOM_GOLD", {0, 1}}}},
                    {"node-3", {{"CUSTOM_GOLD", {1, 0}}}}};

  const auto found =
      capacity::shortages({{.name = "gold", .need = {{"CUSTOM_GOLD", 1}}, .count = 3}}, nodes);

  REQUIRE(found.size() == 1);
  CHECK(found[0].fits == 2);
}

TEST_CASE("the largest get their places first", "[capacity][shortage]") {
  // The other way round, small would take the only room that large fits into.
  CHECK(names_of(capacity::shortages({memory_load("small", 4, 2), memory_load("large", 5, 1)},
                                     memory_rooms({8}))) == std::vector<std::string>{"small"});
}

TEST_CASE("each takes the room that it leaves smallest", "[capacity][shortage]") {
  // large goes to the room of 6, so that both of small find theirs in the room of 10.
  const std::vector<Load> loads{memory_load("large", 6, 1), memory_load("small", 5, 2)};

  CHECK(capacity::shortages(loads, memory_rooms({10, 6})).empty());
  CHECK(capacity::shortages(loads, memory_rooms({6, 10})).empty());
}

TEST_CASE("larger is more memory, then more CPUs, then more disk", "[capacity][shortage]") {
  const std::vector<Load> loads{
      {.name = "e", .need = {{"DISK_GB", 900}}, .count = 1},
      {.name = "d", .need = {{"MEMORY_MB", 10}, {"VCPU", 1}, {"DISK_GB", 1}}, .count = 1},
      {.name = "b", .need = {{"MEMORY_MB", 10}, {"PCPU", 2}, {"DISK_GB", 1}}, .count = 1},
      {.name = "a", .need = {{"MEMORY_MB", 20}}, .count = 1},
      {.name = "c", .need = {{"MEMORY_MB", 10}, {"VCPU", 1}, {"DISK_GB", 2}}, .count = 1}};

  CHECK(names_of(capacity::shortages(loads, {})) ==
        std::vector<std::string>{"a", "b", "c", "d", "e"});
}

TEST_CASE("who needs nothing finds a place", "[capacity][shortage]") {
  CHECK(capacity::shortages({{.name = "none", .need = {}, .count = 2}}, {}).empty());
  CHECK(capacity::shortages({{.name = "zero", .need = {{"VCPU", 0}}, .count = 2}}, {}).empty());
}

TEST_CASE("a shortage reads as one line", "[capacity][shortage]") {
  const Shortage plain{.flavor = "m1.large",
                       .count = 7,
                       .fits = 3,
                       .need = {{"VCPU", 4}, {"MEMORY_MB", 8192}},
                       .free = {{"VCPU", 13}, {"MEMORY_MB", 30000}}};
  const Shortage odd{.flavor = "x",
                     .count = 1,
                     .fits = 0,
                     .need = {{"CUSTOM_X", 1}, {"DISK_GB", 2}, {"MEMORY_MB", 3}, {"PCPU", 4}},
                     .free = {{"CUSTOM_X", 0}, {"DISK_GB", 6}, {"MEMORY_MB", 7}, {"PCPU", 8}}};

  CHECK(capacity::to_text(plain) ==
        "m1.large: 3 of 7 fit (needs VCPU 4, MEMORY_MB 8192; free VCPU 13, MEMORY_MB 30000)");
  CHECK(capacity::to_text(odd) ==
        "x: 0 of 1 fit (needs PCPU 4, MEMORY_MB 3, DISK_GB 2, CUSTOM_X 1;"
        " free PCPU 8, MEMORY_MB 7, DISK_GB 6, CUSTOM_X 0)");
}
