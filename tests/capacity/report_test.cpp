// The report of one look: sums by class, places by flavor. Every number is worked out by hand.

#include "capacity.hpp"
#include "capacity/looks.hpp"
#include "support/catch.hpp"

using namespace ncc;
using namespace ncc::testing;
using capacity::ClassReport;
using capacity::Look;
using capacity::Profile;
using capacity::Report;
using Hosts = std::map<std::string, long long>;

TEST_CASE("classes are summed over the hosts that serve", "[capacity][report]") {
  Look look;
  add_host(look, "a", {.vcpus = 10, .memory = 4096, .disk = 20});
  add_host(look, "b", {.vcpus = 2, .memory = 1024, .disk = 0});
  add_host(look, "c", {.vcpus = 1, .memory = 872, .disk = 40}, HostState::tombstoned);

  const Report report = capacity::report(look);

  CHECK(report.classes.at("VCPU") ==
        ClassReport{
            .total = 16, .reserved = 0, .capacity = 64, .used = 12, .free = 52, .stranded = 31});
  CHECK(report.classes.at("MEMORY_MB") == ClassReport{.total = 32768,
                                                      .reserved = 1024,
                                                      .capacity = 31744,
                                                      .used = 5120,
                                                      .free = 26624,
                                                      .stranded = 15000});
  CHECK(report.classes.at("DISK_GB").stranded == 60);
  CHECK(report.serving() == 2);
  CHECK(report.hosts.at(HostState::tombstoned) == std::vector<std::string>{"c"});
}

TEST_CASE("servers of a flavor are counted host by host, by the class that ends first",
          "[capacity][report]") {
  Look look;
  add_host(look, "a", {.vcpus = 24, .memory = 0, .disk = 0});     // 8 VCPU left: 2
  add_host(look, "b", {.vcpus = 0, .memory = 0, .disk = 0});      // 15872 MiB: 3
  add_host(look, "c", {.vcpus = 0, .memory = 13000, .disk = 0});  // none
  add_host(look, "d", {.vcpus = 0, .memory = 0, .disk = 75}, HostState::disabled);
  add_host(look, "e", {.vcpus = 0, .memory = 0, .disk = 85}, HostState::down);
  ask(look, "m1.large", large);

  const Profile profile = capacity::report(look).profiles.at(0);

  CHECK(profile.left == 5);
  CHECK(profile.hosts == Hosts{{"a", 2}, {"b", 3}});
  CHECK(profile.stranded == Hosts{{"d", 2}, {"e", 1}});
  CHECK(profile.per_node == 3);
  CHECK_FALSE(profile.no_capacity());
}

TEST_CASE("a host that Placement leaves out of the candidates takes none", "[capacity][report]") {
  Look look;
  add_host(look, "a", {});
  add_host(look, "b", {});
  ask(look, "m1.large", large);
  look.flavors.front().able.erase("uuid-b");  // more than its max_unit, a trait, an aggregate

  const Profile profile = capacity::report(look).profiles.at(0);

  CHECK(profile.left == 3);
  CHECK(profile.hosts == Hosts{{"a", 3}});
  CHECK(profile.per_node == 3);
}

TEST_CASE("an over-full class is not negative", "[capacity][report]") {
  Look look;
  add_host(look, "a", {.vcpus = 40, .memory = 0, .disk = 0});
  ask(look, "m1.large", large);

  const Report report = capacity::report(look);

  CHECK(report.classes.at("VCPU").free == 0);
  CHECK(report.profiles.at(0).left == 0);
  CHECK(report.profiles.at(0).per_node == 3);
}

TEST_CASE("a host of which Placement says nothing is full", "[capacity][report]") {
  Look look;
  add_host(look, "a", {});
  add_host(look, "full", {.vcpus = 32, .memory = 15872, .disk = 100});
  look.providers.erase("uuid-full");

  const Report report = capacity::report(look);

  CHECK(report.classes.at("VCPU") ==
        ClassReport{
            .total = 16, .reserved = 0, .capacity = 64, .used = 32, .free = 32, .stranded = 0});
  CHECK(report.classes.at("DISK_GB").free == 100);
}

TEST_CASE("a class of a server comes whole from one provider of a tree", "[capacity][report]") {
  Look look;
  add_host(look, "a", {});
  for (const char* child : {"pci-1", "pci-2"}) {
    look.providers[child] = {.root = "uuid-a", .room = {{"CUSTOM_GPU", {.capacity = 3}}}};
  }
  look.flavors.push_back({.name = "gpu",
                          .need = {{"VCPU", 1}, {"CUSTOM_GPU", 2}},
                          .able = {"uuid-a", "pci-1", "pci-2"}});

  CHECK(capacity::report(look).profiles.at(0).left == 2);  // one of 3 is left over in each
}

TEST_CASE("a shared pool is counted once", "[capacity][report]") {
  Look look;
  for (const char* host : {"a", "b"}) {
    add_host(look, host, {});
    look.providers["uuid-" + std::string(host)].room.erase("DISK_GB");
  }
  look.providers["pool"] = {.root = "pool", .room = {{"DISK_GB", {.capacity = 60, .used = 20}}}};
  look.flavors.push_back({.name = "m1.large", .need = large, .able = {"uuid-a", "uuid-b", "pool"}});

  const Report report = capacity::report(look);

  CHECK(report.classes.at("DISK_GB").free == 40);
  CHECK(report.profiles.at(0).left == 4);  // of 6 by memory
}

TEST_CASE("a provider without a hypervisor counts for nothing", "[capacity][report]") {
  Look look;
  add_host(look, "a", {});
  add_host(look, "left-over", {});
  look.nodes.pop_back();  // Nova lists no such node (any more, or yet)
  ask(look, "m1.large", large);

  const Report report = capacity::report(look);

  CHECK(report.classes.at("VCPU").capacity == 32);
  CHECK(report.profiles.at(0).left == 3);
}

TEST_CASE("nodes of Ironic are free, with a server, or reserved", "[capacity][report]") {
  Look look;
  look.hosts["shard-1"] = HostState::serving;
  for (const char* node : {"n1", "n2", "n3", "n4", "n5"}) {
    look.nodes.push_back(
        {.hypervisor = {.id = node, .name = node, .host = "shard-1", .type = "ironic"}});
  }
  look.providers["n1"] = {.root = "n1", .room = {{"CUSTOM_GOLD", {.capacity = 1}}}};
  look.providers["n2"] = {.root = "n2", .room = {{"CUSTOM_GOLD", {.capacity = 1}}}};
  // In use, with the rest of its tree told: total 1, reserved 1, used 1.
  look.providers["n3"] = {.root = "n3", .room = {{"CUSTOM_GOLD", {.capacity = 0, .used = 1}}}};
  look.bare_metal["CUSTOM_GOLD"] = {.nodes = 5, .with_server = 2};
  look.flavors.push_back({.name = "gold", .need = {{"CUSTOM_GOLD", 1}}, .able = {"n1", "n2"}});

  const Report report = capacity::report(look);

  CHECK(report.classes.at("CUSTOM_GOLD") ==
        ClassReport{.total = 5, .reserved = 1, .capacity = 4, .used = 2, .free = 2, .stranded = 0});
  CHECK(report.profiles.at(0).left == 2);
  CHECK(report.profiles.at(0).hosts == Hosts{{"shard-1", 2}});
  CHECK(report.profiles.at(0).bare_metal);
}

TEST_CASE("row 107: without capacity and without use nothing is divided by zero",
          "[capacity][report]") {
  Look look;
  ask(look, "m1.large", large);

  const Report report = capacity::report(look);

  CHECK(report.profiles.at(0).no_capacity());
  CHECK(capacity::used_percent(ClassReport{}) == 0);
  const capacity::Decision decision =
      capacity::decide(report, {.up = 5, .down = 10, .used_up = 80, .used_down = 60}, {}, {});
  CHECK(decision.text == "No capacity: m1.large");
  CHECK(decision.wanted == 0);
}

TEST_CASE("row 107: hosts that could not take one server have no capacity for it",
          "[capacity][report]") {
  Look look;
  add_host(look, "a", {});
  ask(look, "m1.huge", {{"MEMORY_MB", 20000}});

  CHECK(capacity::report(look).profiles.at(0).no_capacity());
}
