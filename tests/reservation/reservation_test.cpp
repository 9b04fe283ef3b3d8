#include "reservation.hpp"

#include "support/catch.hpp"
#include "words/error.hpp"

namespace ncc::reservation {
namespace {

using openstack::SizedNode;
using Strings = std::vector<std::string>;

SizedNode node(const std::string& uuid, const std::string& type, long long memory) {
  return {.uuid = uuid,
          .resource_class = type,
          .memory_mb = memory,
          .vcpus = 8,
          .local_gb = 100,
          .capabilities = {{"boot_mode", "uefi"}},
          .traits = {"CUSTOM_GPU"}};
}

const std::vector<SizedNode> nodes{node("n3", "large", 64000),
                                   node("n1", "small", 8000),
                                   node("n4", "small", 16000),
                                   node("n2", "small", 8000)};

TEST_CASE("of a class, every free node is a candidate, the smallest first", "[reservation][unit]") {
  CHECK(choose({.resource_class = "small"}, nodes) == Choice{"small", {"n1", "n2", "n4"}, ""});
}

TEST_CASE("by size, the class with the smallest node that fits is taken", "[reservation][unit]") {
  CHECK(choose({.memory_mb = 9000}, nodes) == Choice{"small", {"n4"}, ""});
  CHECK(choose({.memory_mb = 16001}, nodes) == Choice{"large", {"n3"}, ""});
  CHECK(choose({.memory_mb = 1, .vcpus = 8, .root_gb = 100}, nodes).candidates ==
        Strings{"n1", "n2", "n4"});
}

TEST_CASE("nothing that fits is said with what was asked for", "[reservation][unit]") {
  CHECK(choose({.memory_mb = 64001, .traits = {"CUSTOM_GPU"}}, nodes).reason ==
        "none of 4 free nodes has 64001 MiB, CUSTOM_GPU");
  CHECK(choose({.vcpus = 9}, nodes).candidates.empty());
  CHECK(choose({.root_gb = 101}, nodes).candidates.empty());
}

TEST_CASE("traits, capabilities, candidates and owner narrow the choice", "[reservation][unit]") {
  std::vector<SizedNode> some = nodes;
  some[1].traits.clear();                      // n1
  some[2].capabilities["boot_mode"] = "bios";  // n4
  some[3].owner = "project-a";                 // n2
  some[3].name = "rack1-u2";

  const Request by_trait{.resource_class = "small", .traits = {"CUSTOM_GPU"}};
  const Request by_mode{.resource_class = "small", .capabilities = {{"boot_mode", "bios"}}};
  const Request by_owner{.resource_class = "small", .owner = "project-a"};
  const Request by_name{
      .resource_class = "small", .candidates = {"rack1-u2", "n1"}, .owner = "project-a"};
  CHECK(choose(by_trait, some).candidates == Strings{"n4"});
  CHECK(choose(by_mode, some).candidates == Strings{"n4"});
  CHECK(choose(by_owner, some).candidates == Strings{"n1", "n2", "n4"});
  CHECK(choose(by_name, some).candidates == Strings{"n1", "n2"});
}

TEST_CASE("at most a hundred candidates are named", "[reservation][unit]") {
  const std::vector<SizedNode> many(250, node("n", "small", 1));

  CHECK(choose({.resource_class = "small"}, many).candidates.size() == 100);
}

TEST_CASE("a reservation is left over when its server is gone", "[reservation][unit]") {
  const openstack::NodeAllocation made_for{.uuid = "a", .extra = {{"server", "s1"}}};

  CHECK(is_left_over(made_for, {"s2"}));
  CHECK_FALSE(is_left_over(made_for, {"s2", "s1"}));
  CHECK_FALSE(is_left_over({.uuid = "a"}, {}));
}

TEST_CASE("parameters are read, and a wrong one is named", "[reservation][unit]") {
  const Request request = read_request({{"name", "db1"},
                                        {"memory", "8000"},
                                        {"traits", "CUSTOM_GPU, HW_CPU_X86_VMX"},
                                        {"capabilities", "boot_mode:uefi,secure_boot:true"},
                                        {"candidate-nodes", "n1 n2"}});
  CHECK(request.memory_mb == 8000);
  CHECK(request.traits == Strings{"CUSTOM_GPU", "HW_CPU_X86_VMX"});
  CHECK(request.capabilities ==
        std::map<std::string, std::string>{{"boot_mode", "uefi"}, {"secure_boot", "true"}});
  CHECK(request.candidates == Strings{"n1", "n2"});

  const auto [parameter, value] =
      GENERATE(table<std::string, std::string>({{"memory", "-1"},
                                                {"vcpus", "many"},
                                                {"traits", "gpu"},
                                                {"capabilities", "uefi"},
                                                {"timeout", "x"},
                                                {"name", ""}}));
  std::map<std::string, std::string> parameters{{"name", "db1"}, {"resource-class", "bm"}};
  parameters[parameter] = value;
  try {
    static_cast<void>(read_request(parameters));
    FAIL("read");
  } catch (const ConfigError& error) {
    CHECK(error.field() == parameter);
  }
}

TEST_CASE("a class or a size must be given", "[reservation][unit]") {
  CHECK_THROWS_AS(read_request({{"name", "db1"}}), ConfigError);
  CHECK_NOTHROW(read_request({{"name", "db1"}, {"root-disk", "10"}}));
}

}  // namespace
}  // namespace ncc::reservation
