#include <algorithm>
#include <stdexcept>

#include "model.hpp"
#include "support/builders.hpp"
#include "support/catch.hpp"

namespace ncc {
namespace {

std::string whole(const Plan& plan) {
  std::string text;
  for (const std::string& line : describe(plan)) {
    text += line + '\n';
  }
  return text;
}

std::vector<Plan> four_pieces() {
  Plan files;
  files.files["/etc/a"] = {.content = "a\n"};
  files.packages = {"nova-compute"};
  files.services["nova-compute"] = ServiceState::running;
  Plan other;
  other.files["/etc/b"] = {.content = "b\n"};
  other.packages = {"nova-compute", "ovn-host"};
  other.services["nova-compute"] = ServiceState::running;
  Plan record;
  record.record = Record{.host = "node4.maas"};
  record.nova = NovaStep::disable;
  record.nova_reason = "not ready";
  Plan switches;
  switches.ovs = OvsPlan{.managers = {"ptcp:6640:127.0.0.1"}};
  switches.absent_files = {"/etc/c"};
  return {files, other, record, switches};
}

TEST_CASE("the order in which pieces are merged does not matter", "[model][unit]") {
  const std::vector<Plan> pieces = four_pieces();
  Plan expected;
  for (const Plan& piece : pieces) {
    merge(expected, piece);
  }
  std::vector<std::size_t> order = {0, 1, 2, 3};

  do {
    Plan plan;
    for (const std::size_t index : order) {
      merge(plan, pieces[index]);
    }
    CHECK(plan == expected);
  } while (std::next_permutation(order.begin(), order.end()));
  CHECK(expected.packages == std::set<std::string>{"nova-compute", "ovn-host"});
  CHECK(expected.files.size() == 2);
}

TEST_CASE("two pieces that plan one thing differently are refused", "[model][unit]") {
  Plan plan;
  Plan piece;

  SECTION("a file with another content") {
    plan.files["/etc/a"] = {.content = "1"};
    piece.files["/etc/a"] = {.content = "2"};
  }
  SECTION("a file that is also to be absent") {
    plan.files["/etc/a"] = {.content = "1"};
    piece.absent_files = {"/etc/a"};
  }
  SECTION("a service running and stopped") {
    plan.services["nova-compute"] = ServiceState::running;
    piece.services["nova-compute"] = ServiceState::stopped;
  }
  SECTION("two records") {
    plan.record = Record{.host = "a"};
    piece.record = Record{.host = "b"};
  }
  SECTION("enable and disable") {
    plan.nova = NovaStep::enable;
    piece.nova = NovaStep::disable;
  }
  SECTION("two databags for one relation") {
    plan.publish["amqp:1"] = {{"username", "nova"}};
    piece.publish["amqp:1"] = {{"username", "other"}};
  }
  SECTION("two wishes for Open vSwitch") {
    plan.ovs = OvsPlan{.managers = {"ptcp:6640:127.0.0.1"}};
    piece.ovs = OvsPlan{};
  }

  CHECK_THROWS_AS(merge(plan, piece), std::logic_error);
}

TEST_CASE("a description shows what a file shows and no more", "[model][unit]") {
  Plan plan;
  plan.files["/etc/nova/nova.conf"] = {.content = "password = " + test::marker + '\n',
                                       .shown = "password = ***\n",
                                       .mode = 0640,
                                       .owner = "root:nova",
                                       .restarts = {"nova-compute"}};
  plan.record = test::a_record();

  const std::string text = whole(plan);

  CHECK(text.find(test::marker) == std::string::npos);
  CHECK(text.find("file /etc/nova/nova.conf 0640 root:nova, a change restarts nova-compute\n"
                  "  | password = ***\n") != std::string::npos);
  CHECK(text.find("record metadata_secret: ***\n") != std::string::npos);
}

TEST_CASE("a description names every kind of thing", "[model][unit]") {
  Plan plan;
  plan.packages = {"ovn-host"};
  plan.directories["/srv"] = {.mode = 0775, .owner = "nova:nova"};
  plan.absent_files = {"/etc/old"};
  plan.ssh_keys["root"] = "/root/.ssh/id_rsa";
  plan.shells["nova"] = "/bin/bash";
  plan.services["nova-compute"] = ServiceState::stopped;
  plan.publish["amqp:2"] = {{"username", "nova"}, {"vhost", "openstack"}};
  plan.nova = NovaStep::disable;
  plan.nova_reason = "nova-compute/3: not ready yet";
  plan.notes = {"no interface eth9"};
  plan.ovs =
      OvsPlan{.external_ids = {{"system-id", "node4.maas"}, {"ovn-cms-options", std::nullopt}}};

  CHECK(describe(plan) == std::vector<std::string>{
                              "package ovn-host",
                              "key pair of root /root/.ssh/id_rsa",
                              "shell of nova /bin/bash",
                              "directory /srv 0775 nova:nova",
                              "no file /etc/old",
                              "Open vSwitch external_ids:ovn-cms-options absent",
                              "Open vSwitch external_ids:system-id=node4.maas",
                              "service nova-compute stopped",
                              "publish amqp:2: username=nova vhost=openstack",
                              "nova: disable our service: nova-compute/3: not ready yet",
                              "note: no interface eth9",
                          });
}

}  // namespace
}  // namespace ncc
