#include <tuple>

#include "config.hpp"
#include "support/catch.hpp"

using namespace ncc;
using Problems = std::vector<std::string>;

namespace {

Config with(const std::string& option, const std::string& value) {
  return read_config({{option, value}});
}

Problems problems(const std::string& option, const std::string& value) {
  return with(option, value).problems;
}

}  // namespace

TEST_CASE("no options give empty values and no problem", "[config][unit]") {
  CHECK(read_config({}) == Config{});
  CHECK(with("os-internal-network", "") == Config{});
  CHECK(with("instances-path", "  \n") == Config{});
}

TEST_CASE("an option that does not exist is left alone", "[config][unit]") {
  CHECK(with("future-option", "x") == Config{});
}

TEST_CASE("a boolean is read as Juju and Python write it", "[config][unit]") {
  CHECK(with("debug", "true").debug);
  CHECK(with("debug", "True").debug);
  CHECK_FALSE(with("force-raw-images", "false").force_raw_images);
  CHECK(with("disable-mlockall", "false").disable_mlockall == false);
  CHECK_FALSE(with("disable-mlockall", "").disable_mlockall.has_value());
  CHECK(problems("debug", "maybe") ==
        Problems{"debug: \"maybe\" is no boolean; allowed: true, false"});
}

TEST_CASE("counts start at 0", "[config][unit]") {
  CHECK(with("reserved-host-memory", "0").reserved_host_memory_mb == 0);
  CHECK(with("reserved-host-memory", "512").reserved_host_memory_mb == 512);
  CHECK(with("live-migration-completion-timeout", "0").live_migration_completion_timeout == 0);
  CHECK(problems("reserved-host-disk", "-1") ==
        Problems{"reserved-host-disk: \"-1\" is no count; allowed: whole numbers from 0"});
  CHECK(problems("openstack-metadata-workers", "two").size() == 1);
  CHECK(problems("block-device-allocate-retries", "99999999999999999999").size() == 1);
}

TEST_CASE("downtimes of live migration are raised to what nova accepts", "[config][unit]") {
  CHECK(with("live-migration-downtime", "50").live_migration_downtime == 100);
  CHECK(with("live-migration-downtime", "101").live_migration_downtime == 101);
  CHECK(with("live-migration-downtime-steps", "0").live_migration_downtime_steps == 3);
  CHECK(with("live-migration-downtime-delay", "1").live_migration_downtime_delay == 3);
  CHECK_FALSE(with("live-migration-downtime", "-1").live_migration_downtime.has_value());
}

TEST_CASE("a ratio of 0 is none", "[config][unit]") {
  CHECK(with("cpu-allocation-ratio", "16.0").cpu_allocation_ratio == 16.0);
  CHECK(with("ram-allocation-ratio", "0.98").ram_allocation_ratio == 0.98);
  CHECK_FALSE(with("disk-allocation-ratio", "0").disk_allocation_ratio.has_value());
  CHECK(with("disk-allocation-ratio", "0").problems.empty());
  CHECK(problems("initial-cpu-allocation-ratio", "-2") ==
        Problems{"initial-cpu-allocation-ratio: \"-2\" is no ratio; allowed: numbers above 0, such "
                 "as 16.0, and 0 for none"});
}

TEST_CASE("options with a fixed set of words refuse others", "[config][unit]") {
  CHECK(with("virt-type", "auto").virt_type == "auto");
  CHECK(with("libvirt-image-backend", "flat").libvirt_image_backend == "flat");
  CHECK(problems("virt-type", "lxd") ==
        Problems{"virt-type: \"lxd\" is not allowed; allowed: auto, kvm, qemu, ironic"});
  CHECK(problems("libvirt-image-backend", "rbd").size() == 1);
  CHECK(problems("migration-auth-type", "ssh").empty());
  CHECK(problems("migration-auth-type", "sasl") ==
        Problems{"migration-auth-type: \"sasl\" is not allowed; allowed: ssh"});
}

TEST_CASE("networks are written as CIDR", "[config][unit]") {
  const std::string good =
      GENERATE("10.0.0.0/8", "192.168.1.5/24", "fd00::/64", "0.0.0.0/0", "10.0.0.1/32");
  const std::string bad = GENERATE("10.0.0.0",
                                   "10.0.0.0/33",
                                   "10.0.0/24",
                                   "fd00::/129",
                                   "x/8",
                                   "10.0.0.0/",
                                   "/8",
                                   "10.0.0.0/-1");

  CHECK(with("os-internal-network", good).os_internal_network == good);
  CHECK(with("libvirt-migration-network", bad).libvirt_migration_network.empty());
  CHECK(problems("libvirt-migration-network", bad).size() == 1);
}

TEST_CASE("paths are absolute and stay where they say", "[config][unit]") {
  CHECK(with("instances-path", "/srv/nova").instances_path == "/srv/nova");
  const std::string bad = GENERATE("srv", "/", "/srv/../etc", "/srv/a b", "/srv\nx");

  CHECK(problems("instances-path", bad).size() == 1);
}

TEST_CASE("authorized-keys-path is absolute once it is filled in", "[config][unit]") {
  const std::string good = GENERATE("{homedir}/.ssh/authorized_keys", "/etc/ssh/{username}/keys");
  const std::string bad =
      GENERATE(".ssh/keys", "{homedir}/{unit}/keys", "{username}/keys", "/etc/ssh/keys");

  CHECK(with("authorized-keys-path", good).authorized_keys_path == good);
  CHECK(problems("authorized-keys-path", bad).size() == 1);
}

TEST_CASE("archives have three forms", "[config][unit]") {
  using Row = std::tuple<const char*, const char*>;
  const auto [text, archive] = GENERATE(table<const char*, const char*>({
      Row{"distro", "distro"},
      Row{"caracal", "distro"},
      Row{"cloud:noble-epoxy", "cloud:noble-epoxy"},
      Row{"deb http://archive.example.test/ubuntu noble main",
          "deb http://archive.example.test/ubuntu noble main"},
      Row{"deb [arch=amd64] http://archive.example.test/ubuntu noble main universe",
          "deb [arch=amd64] http://archive.example.test/ubuntu noble main universe"},
  }));
  const std::string bad = GENERATE("epoxy",
                                   "cloud:noble",
                                   "cloud:noble-",
                                   "ppa:a/b",
                                   "deb noble main",
                                   "deb http://x\ndeb y",
                                   "deb [x http://y z");

  CHECK(with("openstack-origin", text).openstack_origin == archive);
  CHECK(problems("ovn-source", bad).size() == 1);
}

TEST_CASE("huge pages are a number or a percentage", "[config][unit]") {
  const std::string good = GENERATE("1024", "25%", "0");
  const std::string bad = GENERATE("-1", "100%", "%", "1G", "2.5%");

  CHECK(with("hugepages", good).hugepages == good);
  CHECK(problems("hugepages", bad).size() == 1);
}

TEST_CASE("a value that goes into a file has no line break", "[config][unit]") {
  const std::string option = GENERATE("rabbit-user",
                                      "rabbit-vhost",
                                      "default-availability-zone",
                                      "config-flags",
                                      "openstack-origin",
                                      "cpu-model",
                                      "cpu-model-extra-flags",
                                      "instances-path");
  const std::string separator = GENERATE("\n", "\r");

  const Config config = with(option, "deb" + separator + "b=c");

  REQUIRE(config.problems.size() == 1);
  CHECK(config.problems[0].starts_with(option + ": "));
  CHECK(config.problems[0].find_first_of("\r\n") == std::string::npos);
}

TEST_CASE("row 105: thresholds that an addition would jump over are refused by their names",
          "[config][unit]") {
  const auto with_capacity = [](const char* up, const char* down, const char* size) {
    return read_config({{"capacity-up", up}, {"capacity-down", down}, {"capacity-size", size}})
        .problems;
  };

  CHECK(with_capacity("4", "9", "5").empty());
  CHECK(with_capacity("0", "0", "5").empty());
  CHECK(with_capacity("4", "8", "5") ==
        Problems{"capacity-down: 8 is less than capacity-up + capacity-size (4 + 5): an addition "
                 "would be in plenty at once (flapping)"});
  CHECK(read_config({{"capacity-used-up", "80"}, {"capacity-used-down", "79"}}).problems.empty());
  CHECK(read_config({{"capacity-used-up", "80"}, {"capacity-used-down", "80"}}).problems ==
        Problems{"capacity-used-down: 80 is not below capacity-used-up (80) (flapping)"});
  CHECK(read_config({{"capacity-used-up", "80"}}).problems ==
        Problems{"capacity-used-down: 0 is never reached; allowed: 1 to 99"});
  CHECK(problems("capacity-used-up", "101").size() == 1);
}

TEST_CASE("flavors are names separated by commas", "[config][unit]") {
  CHECK(with("capacity-flavors", "m1.small, big one").capacity_flavors ==
        std::vector<std::string>{"m1.small", "big one"});
}
