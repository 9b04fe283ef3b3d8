#include "bags.hpp"
#include "support/catch.hpp"

using namespace ncc;

namespace {

OurSide us() {
  OurSide side{UnitName("nova-compute/3"), HostName("node4.maas")};
  side.availability_zone = "az1";
  side.migration_address = "10.20.0.14";
  side.root_public_key = "ssh-rsa AAAAB3 root@node4";
  side.nova_public_key = "ssh-rsa AAAAB3 nova@node4";
  side.rabbit_user = "nova";
  side.rabbit_vhost = "openstack";
  side.certificate_id = "0b6cdd92-6a2d-4c38-8b3c-4d1f6a2b9a11";
  return side;
}

}  // namespace

TEST_CASE("with both features the controller gets all of our keys", "[relations][unit]") {
  OurSide side = us();
  side.live_migration = true;
  side.resize = true;

  CHECK(publish_cloud_compute(side) ==
        Databag{{"availability_zone", "az1"},
                {"hostname", "node4.maas"},
                {"private-address", "10.20.0.14"},
                {"migration_auth_type", "ssh"},
                {"ssh_public_key", "ssh-rsa AAAAB3 root@node4"},
                {"nova_ssh_public_key", "ssh-rsa AAAAB3 nova@node4"}});
}

TEST_CASE("resize alone sends the gate and nova's key", "[relations][unit]") {
  OurSide side = us();
  side.resize = true;

  const Databag bag = publish_cloud_compute(side);

  CHECK(bag.at("migration_auth_type") == "ssh");
  CHECK(bag.at("nova_ssh_public_key") == "ssh-rsa AAAAB3 nova@node4");
  CHECK(bag.at("ssh_public_key").empty());
}

TEST_CASE("live migration alone sends root's key", "[relations][unit]") {
  OurSide side = us();
  side.live_migration = true;

  CHECK(publish_cloud_compute(side).at("ssh_public_key") == "ssh-rsa AAAAB3 root@node4");
  CHECK(publish_cloud_compute(side).at("nova_ssh_public_key").empty());
}

TEST_CASE("features switched off delete their keys and leave Juju's address", "[relations][unit]") {
  CHECK(publish_cloud_compute(us()) == Databag{{"availability_zone", "az1"},
                                               {"hostname", ""},
                                               {"migration_auth_type", ""},
                                               {"ssh_public_key", ""},
                                               {"nova_ssh_public_key", ""}});
}

TEST_CASE("an unknown migration address leaves Juju's", "[relations][unit]") {
  OurSide side = us();
  side.live_migration = true;
  side.migration_address.clear();

  CHECK_FALSE(publish_cloud_compute(side).contains("private-address"));
}

TEST_CASE("the other endpoints get what they ask for", "[relations][unit]") {
  CHECK(publish_amqp(us()) == Databag{{"username", "nova"}, {"vhost", "openstack"}});
  CHECK(publish_cloud_credentials(us()) == Databag{{"username", "nova_compute"}});
  CHECK(publish_neutron_plugin(us()) == Databag{{"default_availability_zone", "az1"}});
  CHECK(publish_compute_peer(us()) ==
        Databag{{"hostname", "node4.maas"}, {"address", "10.20.0.14"}});
  CHECK(publish_certificates(us()) ==
        Databag{{"unit_name", "nova-compute_3"},
                {"common_name", "node4.maas"},
                {"sans", "[]"},
                {"certificate_name", "0b6cdd92-6a2d-4c38-8b3c-4d1f6a2b9a11"}});
}

TEST_CASE("no certificate is asked for before the request has an id", "[relations][unit]") {
  OurSide side = us();
  side.certificate_id.clear();

  CHECK(publish_certificates(side).empty());
}
