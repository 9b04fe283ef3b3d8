#include "compute.hpp"
#include "support/builders.hpp"
#include "support/catch.hpp"

namespace ncc::compute {
namespace {

using test::a_fully_related_model;

Model a_migrating_model() {
  Model model = a_fully_related_model();
  model.config.enable_live_migration = true;
  model.config.enable_resize = true;
  return model;
}

TEST_CASE("root's and nova's keys and lists come with their features", "[compute][unit]") {
  const Plan plan = plan_migration(a_migrating_model());

  CHECK(plan.ssh_keys == std::map<std::string, std::string>{{"root", "/root/.ssh/id_rsa"},
                                                            {"nova", "/var/lib/nova/.ssh/id_rsa"}});
  CHECK(plan.files.size() == 4);
  CHECK(plan.files.at("/root/.ssh/known_hosts").content == "|1|hash=|hash= ssh-rsa AAAAroothost\n");
  CHECK(plan.files.at("/var/lib/nova/.ssh/authorized_keys") ==
        File{.content = "ssh-rsa AAAAnova nova@node5\n",
             .mode = 0600,
             .owner = "nova:nova",
             .block = true});
  CHECK(plan.directories.at("/var/lib/nova/.ssh") == Directory{.mode = 0700, .owner = "nova:nova"});
  CHECK(plan.shells.at("nova") == "/bin/bash");
}

TEST_CASE("with both features off only nova's shell is closed", "[compute][unit]") {
  const Plan plan = plan_migration(a_fully_related_model());

  CHECK(plan.ssh_keys.empty());
  CHECK(plan.files.empty());
  CHECK(plan.shells.at("nova") == "/bin/false");
}

TEST_CASE("a list is written only when both lists of the user are there", "[compute][unit]") {
  Model model = a_migrating_model();
  model.controller.value->root_keys.authorized_keys.clear();

  const Plan plan = plan_migration(model);

  CHECK_FALSE(plan.files.contains("/root/.ssh/known_hosts"));
  CHECK_FALSE(plan.files.contains("/root/.ssh/authorized_keys"));
  CHECK(plan.files.contains("/var/lib/nova/.ssh/known_hosts"));
}

TEST_CASE("keys are made before nova-cloud-controller has said anything", "[compute][unit]") {
  Model model = a_migrating_model();
  model.controller = {};

  CHECK(plan_migration(model).ssh_keys.size() == 2);
  CHECK(plan_migration(model).files.empty());
}

TEST_CASE("authorized-keys-path names home and user", "[compute][unit]") {
  Model model = a_migrating_model();
  model.config.authorized_keys_path = "/etc/ssh/keys{homedir}/{username}/{username}";

  const Plan plan = plan_migration(model);

  CHECK(plan.files.contains("/etc/ssh/keys/root/root/root"));
  CHECK(plan.files.contains("/etc/ssh/keys/var/lib/nova/nova/nova"));
}

TEST_CASE("a user that does not exist yet is left alone", "[compute][unit]") {
  Model model = a_migrating_model();
  model.machine.nova_shell = "";

  const Plan plan = plan_migration(model);

  CHECK(plan.shells.empty());
  CHECK_FALSE(plan.ssh_keys.contains("nova"));
  CHECK(plan.ssh_keys.contains("root"));
}

}  // namespace
}  // namespace ncc::compute
