#include <map>
#include <string>

#include "capacity.hpp"
#include "support/catch.hpp"

using namespace ncc;
using capacity::Load;
using openstack::Flavor;
using openstack::Resources;
using Specs = std::map<std::string, std::string>;

namespace {

Flavor a_flavor() {
  return {.name = "m1.large", .vcpus = 4, .ram_mib = 8192, .disk_gib = 80};
}

Resources need_with(const Specs& extra_specs) {
  Flavor flavor = a_flavor();
  flavor.extra_specs = extra_specs;
  return capacity::need_of(flavor, false);
}

}  // namespace

TEST_CASE("a server needs its vCPUs, memory and disks", "[capacity][need]") {
  Flavor flavor = a_flavor();
  flavor.ephemeral_gib = 10;
  flavor.swap_mib = 2048;

  CHECK(capacity::need_of(flavor, false) ==
        Resources{{"VCPU", 4}, {"MEMORY_MB", 8192}, {"DISK_GB", 92}});
}

TEST_CASE("the root disk of a server that boots from a volume is elsewhere", "[capacity][need]") {
  Flavor flavor = a_flavor();
  CHECK(capacity::need_of(flavor, true) == Resources{{"VCPU", 4}, {"MEMORY_MB", 8192}});

  flavor.ephemeral_gib = 10;
  CHECK(capacity::need_of(flavor, true) ==
        Resources{{"VCPU", 4}, {"MEMORY_MB", 8192}, {"DISK_GB", 10}});
}

TEST_CASE("swap takes whole GiB, rounded up", "[capacity][need]") {
  const auto [swap_mib, disk_gib] = GENERATE(table<long long, long long>(
      {{0, 80}, {1, 81}, {1023, 81}, {1024, 81}, {1025, 82}, {4096, 84}}));
  Flavor flavor = a_flavor();
  flavor.swap_mib = swap_mib;

  CHECK(capacity::need_of(flavor, false).at("DISK_GB") == disk_gib);
}

TEST_CASE("a dedicated CPU policy needs PCPU in the place of VCPU", "[capacity][need]") {
  CHECK(need_with({{"hw:cpu_policy", "dedicated"}}) ==
        Resources{{"PCPU", 4}, {"MEMORY_MB", 8192}, {"DISK_GB", 80}});
  CHECK(need_with({{"hw:cpu_policy", "shared"}}) ==
        Resources{{"VCPU", 4}, {"MEMORY_MB", 8192}, {"DISK_GB", 80}});
}

TEST_CASE("extra specs replace, add and take out classes", "[capacity][need]") {
  CHECK(need_with({{"resources:VCPU", "2"}, {"resources:VGPU", "1"}}) ==
        Resources{{"VCPU", 2}, {"MEMORY_MB", 8192}, {"DISK_GB", 80}, {"VGPU", 1}});
  CHECK(need_with({{"resources:VCPU", "0"}}) == Resources{{"MEMORY_MB", 8192}, {"DISK_GB", 80}});
  // Nova adds no VCPU of its own once either kind of CPU is asked for.
  CHECK(need_with({{"resources:PCPU", "4"}}) ==
        Resources{{"PCPU", 4}, {"MEMORY_MB", 8192}, {"DISK_GB", 80}});
  CHECK(need_with({{"hw:cpu_policy", "dedicated"}, {"resources:VCPU", "0"}}) ==
        Resources{{"PCPU", 4}, {"MEMORY_MB", 8192}, {"DISK_GB", 80}});
}

TEST_CASE("a bare metal flavor needs one node of its class and nothing else", "[capacity][need]") {
  CHECK(need_with({{"resources:VCPU", "0"},
                   {"resources:MEMORY_MB", "0"},
                   {"resources:DISK_GB", "0"},
                   {"resources:CUSTOM_GOLD", "1"}}) == Resources{{"CUSTOM_GOLD", 1}});
}

TEST_CASE("extra specs that Nova passes over change no need", "[capacity][need]") {
  const Resources plain{{"VCPU", 4}, {"MEMORY_MB", 8192}, {"DISK_GB", 80}};

  CHECK(need_with({{"resources:VCPU", "many"}, {"resources:CUSTOM_X", "-1"}}) == plain);
  CHECK(need_with({{"hw:numa_nodes", "2"}, {"trait:HW_CPU_X86_AVX", "required"}}) == plain);
}

TEST_CASE("servers of one need are one load", "[capacity][need]") {
  const Flavor large = a_flavor();
  Flavor same = large;
  same.name = "c2.large";
  const Flavor small{.name = "m1.small", .vcpus = 1, .ram_mib = 2048, .disk_gib = 20};

  const std::vector<Load> loads =
      capacity::loads_of({{.id = "1", .flavor = large},
                          {.id = "2", .flavor = small},
                          {.id = "3", .flavor = same},
                          {.id = "4", .flavor = large},
                          {.id = "5", .from_volume = true, .flavor = large}});

  std::map<Resources, std::pair<std::string, int>> found;
  for (const Load& load : loads) {
    found[load.need] = {load.name, load.count};
  }
  CHECK(loads.size() == 3);
  CHECK(found ==
        std::map<Resources, std::pair<std::string, int>>{
            {{{"VCPU", 4}, {"MEMORY_MB", 8192}, {"DISK_GB", 80}}, {"c2.large, m1.large", 3}},
            {{{"VCPU", 1}, {"MEMORY_MB", 2048}, {"DISK_GB", 20}}, {"m1.small", 1}},
            {{{"VCPU", 4}, {"MEMORY_MB", 8192}}, {"m1.large", 1}}});
}

TEST_CASE("no servers are no load", "[capacity][need]") {
  CHECK(capacity::loads_of({}).empty());
}
