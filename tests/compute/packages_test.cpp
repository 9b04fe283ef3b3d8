#include "compute.hpp"
#include "support/builders.hpp"
#include "support/catch.hpp"

namespace ncc::compute {
namespace {

using test::a_fully_related_model;

TEST_CASE("kvm and qemu have their own hypervisor package", "[compute][unit]") {
  Model model = a_fully_related_model();
  CHECK(plan_packages(model).packages == std::set<std::string>{"ca-certificates",
                                                               "genisoimage",
                                                               "libvirt-clients",
                                                               "nova-api-metadata",
                                                               "nova-compute",
                                                               "nova-compute-kvm"});

  model.machine.kvm = false;

  CHECK(plan_packages(model).packages.contains("nova-compute-qemu"));
  CHECK_FALSE(plan_packages(model).packages.contains("nova-compute-kvm"));
}

TEST_CASE("features bring their packages", "[compute][unit]") {
  Model model = a_fully_related_model();
  model.config.use_multipath = true;
  model.config.enable_resize = true;

  const std::set<std::string> packages = plan_packages(model).packages;

  CHECK(packages.contains("multipath-tools"));
  CHECK(packages.contains("sysfsutils"));
  CHECK(packages.contains("openssh-server"));
}

TEST_CASE("Debian has no nova-api-metadata and starts nova-compute like Ubuntu",
          "[compute][unit]") {
  Model model = a_fully_related_model();
  CHECK(plan_packages(model).files.empty());

  model.machine.release_id = "debian";
  const Plan plan = plan_packages(model);

  CHECK_FALSE(plan.packages.contains("nova-api-metadata"));
  CHECK(plan.files.at("/etc/systemd/system/nova-compute.service.d/10-charm.conf") ==
        File{.content = "[Service]\nType=simple\n", .early = true});
}

TEST_CASE("a cloud archive is added once its key is there", "[compute][unit]") {
  const auto [origin, line] = GENERATE(table<std::string, std::string>(
      {{"cloud:noble-epoxy",
        "deb http://ubuntu-cloud.archive.canonical.com/ubuntu noble-updates/epoxy main\n"},
       {"cloud:noble-epoxy/proposed",
        "deb http://ubuntu-cloud.archive.canonical.com/ubuntu noble-proposed/epoxy main\n"}}));
  Model model = a_fully_related_model();
  model.config.openstack_origin = origin;
  const Plan first = plan_packages(model);
  CHECK(first.packages == std::set<std::string>{"ubuntu-cloud-keyring"});
  CHECK(first.files.empty());

  model.machine.packages["ubuntu-cloud-keyring"] = "2023.11.28.1";
  const Plan second = plan_packages(model);

  CHECK(second.packages.contains("nova-compute"));
  CHECK(second.files.at("/etc/apt/sources.list.d/nova-compute-openstack.list") ==
        File{.content = line, .early = true});
}

TEST_CASE("a deb line is an archive as it is, for OVN a file of its own", "[compute][unit]") {
  Model model = a_fully_related_model();
  model.config.openstack_origin = "deb http://archive.test noble main";
  model.config.ovn_source = "deb http://ovn.test noble main";

  const Plan plan = plan_packages(model);

  CHECK(plan.files.at("/etc/apt/sources.list.d/nova-compute-openstack.list").content ==
        "deb http://archive.test noble main\n");
  CHECK(plan.files.at("/etc/apt/sources.list.d/nova-compute-ovn.list").content ==
        "deb http://ovn.test noble main\n");
  CHECK(plan.packages.contains("nova-compute"));
}

TEST_CASE("the cloud archive is not used on Debian and the plan says so", "[compute][unit]") {
  Model model = a_fully_related_model();
  model.machine.release_id = "debian";
  model.config.openstack_origin = "cloud:noble-epoxy";

  const Plan plan = plan_packages(model);

  CHECK(plan.packages.contains("nova-compute"));
  CHECK(plan.notes ==
        std::set<std::string>{"cloud:noble-epoxy is an archive for Ubuntu: not used on debian"});
}

TEST_CASE("packages of interest are all that plans ask for", "[compute][unit]") {
  Model model = a_fully_related_model();
  model.config.openstack_origin = "cloud:noble-epoxy";

  const std::set<std::string> packages = packages_of_interest(model);

  for (const char* name : {"ubuntu-cloud-keyring", "nova-common", "nova-compute-kvm"}) {
    CHECK(packages.contains(name));
  }
}

TEST_CASE("the workload's version is the upstream part of nova-common's", "[compute][unit]") {
  const auto [version, expected] =
      GENERATE(table<std::string, std::string>({{"3:29.2.0-0ubuntu1", "29.2.0"},
                                                {"2:26.2.2-1~deb12u5", "26.2.2"},
                                                {"31.0.0~rc1-1", "31.0.0"}}));
  Model model = a_fully_related_model();
  model.machine.packages["nova-common"] = version;
  CHECK(workload_version(model) == expected);

  model.machine.packages.clear();

  CHECK(workload_version(model).empty());
}

}  // namespace
}  // namespace ncc::compute
