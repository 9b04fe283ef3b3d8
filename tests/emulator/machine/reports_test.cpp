#include "listening_cloud.hpp"
#include "test_machine.hpp"

using emulated::Json;
using emulated::ListeningCloud;
using emulated::TestMachine;
using emulated::Words;

namespace {

void configure_nova(const TestMachine& machine, const std::string& host) {
  machine.write("/etc/nova/nova.conf",
                "[DEFAULT]\nhost = " + host + "\ntransport_url = rabbit://x\n");
}

void set_ids(const TestMachine& machine, const Words& settings) {
  Words words = {"--no-wait", "set", "Open_vSwitch", "."};
  words.insert(words.end(), settings.begin(), settings.end());
  REQUIRE(machine.call("ovs-vsctl", words).exit == 0);
}

const Words chassis_ids = {"external_ids:ovn-remote=tcp:10.0.0.1:6642",
                           "external_ids:system-id=n0",
                           "external_ids:ovn-encap-type=geneve",
                           "external_ids:ovn-encap-ip=10.78.0.10"};

}  // namespace

TEST_CASE("nova-compute reports the host that it read when it started", "[emulator][reports]") {
  const TestMachine machine;
  ListeningCloud cloud;
  machine.patch({{"cloud_control", cloud.url()}});
  machine.install({"nova-compute-kvm"});
  CHECK(cloud.heard().empty());

  configure_nova(machine, "n0");
  CHECK(machine.call("systemctl", {"is-active", "nova-compute"}).exit == 0);
  CHECK(cloud.heard().empty());
  REQUIRE(machine.call("systemctl", {"restart", "nova-compute"}).exit == 0);
  CHECK(cloud.heard() == Words{R"(/_emulator/compute {"action":"start","host":"n0","id":"ID"})"});
  REQUIRE(machine.call("systemctl", {"stop", "nova-compute"}).exit == 0);

  CHECK(cloud.heard() == Words{R"(/_emulator/compute {"action":"stop","host":"n0"})"});
}

TEST_CASE("a changed host is another service: the old one stops", "[emulator][reports]") {
  const TestMachine machine;
  ListeningCloud cloud;
  machine.install({"nova-compute-kvm"});
  configure_nova(machine, "old");
  REQUIRE(machine.call("systemctl", {"restart", "nova-compute"}).exit == 0);
  machine.patch({{"cloud_control", cloud.url()}});
  CHECK(cloud.heard() == Words{R"(/_emulator/compute {"action":"start","host":"old","id":"ID"})"});

  configure_nova(machine, "new");
  REQUIRE(machine.call("systemctl", {"restart", "nova-compute"}).exit == 0);

  CHECK(cloud.heard() == Words{R"(/_emulator/compute {"action":"stop","host":"old"})",
                               R"(/_emulator/compute {"action":"start","host":"new","id":"ID"})"});
}

TEST_CASE("a machine becomes a chassis when all keys are there, and a gateway by its options",
          "[emulator][reports]") {
  const TestMachine machine;
  ListeningCloud cloud;
  machine.patch({{"cloud_control", cloud.url()}});
  machine.install({"ovn-host"});
  set_ids(machine, {"external_ids:ovn-remote=tcp:10.0.0.1:6642"});
  CHECK(cloud.heard().empty());

  set_ids(machine, chassis_ids);
  CHECK(
      cloud.heard() ==
      Words{
          R"(/_emulator/agents {"alive":true,"availability_zone":"","bridge_mappings":"","host":"node-0.emulated.test","id":"n0","kind":"controller"})"});
  set_ids(machine, {"external_ids:ovn-cms-options=enable-chassis-as-gw"});
  CHECK(
      cloud.heard() ==
      Words{
          R"(/_emulator/agents {"alive":true,"availability_zone":"","bridge_mappings":"","host":"node-0.emulated.test","id":"n0","kind":"gateway"})"});
  set_ids(machine, {"external_ids:unrelated=1"});
  CHECK(cloud.heard().empty());
  REQUIRE(machine.call("ovn-appctl", {"-t", "ovn-controller", "exit"}).exit == 0);

  CHECK(
      cloud.heard() ==
      Words{
          R"(/_emulator/agents {"availability_zone":"","bridge_mappings":"","host":"node-0.emulated.test","id":"n0","kind":"gateway","remove":true})"});
}

TEST_CASE("an ssl remote needs the three files of the SSL row", "[emulator][reports]") {
  const TestMachine machine;
  machine.install({"ovn-host"});
  set_ids(machine, chassis_ids);
  set_ids(machine, {"external_ids:ovn-remote=ssl:10.0.0.1:6642"});
  REQUIRE(
      machine.call("ovs-vsctl", {"--no-wait", "set-ssl", "/etc/ovn/k", "/etc/ovn/c", "/etc/ovn/a"})
          .exit == 0);
  const Words question = {"-t", "ovn-controller", "connection-status"};
  CHECK(machine.call("ovn-appctl", question).output == "not connected\n");

  for (const std::string path : {"/etc/ovn/k", "/etc/ovn/c", "/etc/ovn/a"})
    machine.write(path, "pem");

  CHECK(machine.call("ovn-appctl", question).output == "connected\n");
}

TEST_CASE("the metadata agent is alive on a chassis when it has its southbound address",
          "[emulator][reports]") {
  const TestMachine machine;
  ListeningCloud cloud;
  machine.install({"ovn-host", "neutron-ovn-metadata-agent"});
  set_ids(machine, chassis_ids);
  machine.patch({{"cloud_control", cloud.url()}});
  static_cast<void>(cloud.heard());

  machine.write("/etc/neutron/neutron_ovn_metadata_agent.ini",
                "[ovn]\novn_sb_connection = tcp:10.0.0.1:6642\n");
  REQUIRE(machine.call("systemctl", {"restart", "neutron-ovn-metadata-agent"}).exit == 0);

  CHECK(
      cloud.heard() ==
      Words{R"(/_emulator/agents {"alive":true,"host":"node-0.emulated.test","kind":"metadata"})"});
}

TEST_CASE("what the cloud could not be told is told at the next call", "[emulator][reports]") {
  const TestMachine machine;
  machine.patch({{"cloud_control", "http://127.0.0.1:9"}});
  machine.install({"nova-compute-kvm"});
  configure_nova(machine, "n0");
  REQUIRE(machine.call("systemctl", {"restart", "nova-compute"}).exit == 0);
  ListeningCloud cloud;

  machine.patch({{"cloud_control", cloud.url()}});

  CHECK(cloud.heard() == Words{R"(/_emulator/compute {"action":"start","host":"n0","id":"ID"})"});
}

TEST_CASE("a destroyed machine goes away from the cloud too", "[emulator][reports]") {
  const TestMachine machine;
  ListeningCloud cloud;
  machine.patch({{"cloud_control", cloud.url()}});
  machine.install({"nova-compute-kvm"});
  configure_nova(machine, "n0");
  REQUIRE(machine.call("systemctl", {"restart", "nova-compute"}).exit == 0);
  static_cast<void>(cloud.heard());

  REQUIRE(machine.driver({"destroy", "0"}).exit == 0);

  CHECK(cloud.heard() == Words{R"(/_emulator/compute {"action":"stop","host":"n0"})"});
}

TEST_CASE("what changes of a chassis is told: mappings, zones, and the options of its own key",
          "[emulator][reports]") {
  const TestMachine machine;
  ListeningCloud cloud;
  machine.install({"ovn-host"});
  set_ids(machine, chassis_ids);
  machine.patch({{"cloud_control", cloud.url()}});
  static_cast<void>(cloud.heard());
  const auto told =
      [&](const std::string& zones, const std::string& maps, const std::string& kind) {
        return Words{R"(/_emulator/agents {"alive":true,"availability_zone":")" + zones +
                     R"(","bridge_mappings":")" + maps +
                     R"(","host":"node-0.emulated.test","id":"n0","kind":")" + kind + R"("})"};
      };

  set_ids(machine, {"external_ids:ovn-bridge-mappings=\"physnet1:br-ex,physnet2:br-b\""});
  CHECK(cloud.heard() == told("", "physnet1:br-ex,physnet2:br-b", "controller"));
  set_ids(machine,
          {"external_ids:ovn-cms-options=\"enable-chassis-as-gw,availability-zones=az1:az2\""});
  CHECK(cloud.heard() == told("az1, az2", "physnet1:br-ex,physnet2:br-b", "gateway"));
  set_ids(machine, {"external_ids:ovn-cms-options-n0=availability-zones=az1"});
  CHECK(cloud.heard() == told("az1", "physnet1:br-ex,physnet2:br-b", "controller"));
  REQUIRE(
      machine
          .call("ovs-vsctl",
                {"--no-wait", "remove", "Open_vSwitch", ".", "external_ids", "ovn-cms-options-n0"})
          .exit == 0);

  CHECK(cloud.heard() == told("az1, az2", "physnet1:br-ex,physnet2:br-b", "gateway"));
}

TEST_CASE("a killed ovn-controller leaves its chassis behind", "[emulator][reports]") {
  const TestMachine machine;
  ListeningCloud cloud;
  machine.install({"ovn-host"});
  set_ids(machine, chassis_ids);
  machine.patch({{"cloud_control", cloud.url()},
                 {"units", {{"ovn-controller.service", {{"hangs_on_stop_ms", 1}}}}}});
  static_cast<void>(cloud.heard());

  REQUIRE(machine.call("systemctl", {"stop", "ovn-controller"}).exit == 0);

  const Words heard = cloud.heard();
  REQUIRE(heard.size() == 1);
  CHECK(heard[0].find(R"("alive":false)") != std::string::npos);
}

TEST_CASE("nova-compute keeps its compute_id, over its package too", "[emulator][reports]") {
  const TestMachine machine;
  ListeningCloud cloud;
  machine.patch({{"cloud_control", cloud.url()}});
  machine.install({"nova-compute-kvm"});
  configure_nova(machine, "n0");
  REQUIRE(machine.call("systemctl", {"restart", "nova-compute"}).exit == 0);

  const std::string id = machine.file("/var/lib/nova/compute_id");
  CHECK(id.size() == 37);
  cloud.have({{"services", {{{"host", "n0"}, {"binary", "nova-compute"}}}}});
  REQUIRE(machine.call("apt-get", {"purge", "--yes", "nova-compute"}).exit == 0);
  machine.install({"nova-compute-kvm"});

  CHECK(machine.file("/var/lib/nova/compute_id") == id);
}

TEST_CASE("nova-compute refuses to start as Nova's does", "[emulator][reports]") {
  const Json service = {{"host", "n0"}, {"binary", "nova-compute"}};
  const Json guest = {
      {"id", "11111111-1111-4111-8111-111111111111"}, {"host", "n0"}, {"status", "ACTIVE"}};
  const auto [known, guests, file, state] = GENERATE_COPY(table<bool, bool, bool, std::string>(
      {{false, false, true, "active"},     // was deleted, comes back
       {false, true, true, "failed"},      // existing instances but a new service
       {true, true, true, "active"},       // a restart
       {true, false, false, "failed"}}));  // compute_id was lost
  const TestMachine machine;
  ListeningCloud cloud;
  Json cloud_has = {{"services", Json::array()}, {"servers", Json::array()}};
  if (known)
    cloud_has["services"].push_back(service);
  if (guests)
    cloud_has["servers"].push_back(guest);
  cloud.have(cloud_has);
  machine.install({"nova-compute-kvm"});
  configure_nova(machine, "n0");
  if (file)
    machine.write("/var/lib/nova/compute_id", "22222222-2222-4222-8222-222222222222\n");
  machine.patch({{"cloud_control", cloud.url()}});

  CHECK(machine.call("systemctl", {"restart", "nova-compute"}).exit == 0);

  CHECK(machine.call("systemctl", {"is-active", "nova-compute"}).output == state + "\n");
  CHECK(cloud.heard().empty() == (state == "failed"));
}

TEST_CASE("servers of the cloud on this host are domains of libvirt", "[emulator][domains]") {
  const TestMachine machine;
  ListeningCloud cloud;
  machine.install({"nova-compute-kvm"});
  configure_nova(machine, "n0");
  REQUIRE(machine.call("systemctl", {"restart", "nova-compute"}).exit == 0);
  const auto server = [](char digit, const std::string& host, const std::string& status) {
    return Json{{"id", std::string(8, digit)}, {"host", host}, {"status", status}};
  };
  cloud.have({{"servers",
               {server('1', "n0", "ACTIVE"),
                server('2', "n0", "SHUTOFF"),
                server('3', "n1", "ACTIVE"),
                server('4', "n0", "PAUSED"),
                server('5', "n0", "SHELVED_OFFLOADED")}},
              {"left_guests", {{"n0", {"66666666"}}}}});
  machine.patch({{"cloud_control", cloud.url()},
                 {"domains", {{{"uuid", "own"}, {"name", "own"}, {"state", "running"}}}}});

  CHECK(machine.call("virsh", {"list", "--all", "--uuid"}).output ==
        "own\n11111111\n22222222\n44444444\n66666666\n\n");
  CHECK(machine.call("virsh", {"list", "--uuid"}).output == "own\n11111111\n44444444\n\n");
  CHECK(machine.call("virsh", {"list", "--all", "--name"}).output.find("instance-22222222\n") !=
        std::string::npos);
}

TEST_CASE("ovn-sbctl finds the rows of a chassis while it has them", "[emulator][ovn-sbctl]") {
  const TestMachine machine;
  ListeningCloud cloud;
  machine.install({"ovn-host"});
  set_ids(machine, chassis_ids);
  const Json metadata = {{"id", "m"}, {"host", "h0"}, {"kind", "metadata"}};
  const Json own = {{"id", "n0"}, {"host", "h0"}, {"kind", "gateway"}, {"chassis_gone", false}};
  Json gone = own;
  gone["chassis_gone"] = true;
  const auto find = [&](const std::string& columns, const Words& words) {
    Words all = {
        "--db=tcp:10.0.0.1:6642", "--timeout=10", "--format=json", "--columns=" + columns, "find"};
    all.insert(all.end(), words.begin(), words.end());
    return machine.call("ovn-sbctl", all);
  };
  CHECK(find("name", {"Chassis", "name=n0"}).error ==
        "ovn-sbctl: tcp:10.0.0.1:6642: database connection failed (Connection refused)\n");
  cloud.have({{"agents", {metadata, own}}});
  machine.patch({{"cloud_control", cloud.url()}});

  CHECK(find("name,hostname", {"Chassis", "name=\"n0\""}).output ==
        "{\"data\":[[\"n0\",\"h0\"]],\"headings\":[\"name\",\"hostname\"]}\n");
  CHECK(find("name", {"Chassis_Private", "name=n0"}).output ==
        "{\"data\":[[\"n0\"]],\"headings\":[\"name\"]}\n");
  CHECK(find("ip", {"Encap", "chassis_name=\"n0\""}).output ==
        "{\"data\":[[\"10.78.0.10\"]],\"headings\":[\"ip\"]}\n");
  CHECK(find("name", {"Chassis", "name=other"}).output ==
        "{\"data\":[],\"headings\":[\"name\"]}\n");
  cloud.have({{"agents", {gone}}});
  machine.patch({{"southbound", {{"Encap", {{{"ip", "10.78.0.10"}, {"chassis_name", "old"}}}}}}});

  CHECK(find("name", {"Chassis", "name=n0"}).output == "{\"data\":[],\"headings\":[\"name\"]}\n");
  CHECK(find("chassis_name", {"Encap", "ip=10.78.0.10"}).output ==
        "{\"data\":[[\"old\"]],\"headings\":[\"chassis_name\"]}\n");
}

TEST_CASE("ovn-sbctl over ssl needs its three files, and knows what it does not know",
          "[emulator][ovn-sbctl]") {
  const TestMachine machine;
  ListeningCloud cloud;
  machine.install({"ovn-common"});
  machine.patch({{"cloud_control", cloud.url()}});
  const Words call = {"--db=ssl:10.0.0.1:6642",
                      "--private-key=/etc/ovn/k",
                      "--certificate=/etc/ovn/c",
                      "--ca-cert=/etc/ovn/a",
                      "--format=json",
                      "list",
                      "Chassis"};
  CHECK(machine.call("ovn-sbctl", call).exit == 1);
  for (const std::string path : {"/etc/ovn/k", "/etc/ovn/c", "/etc/ovn/a"})
    machine.write(path, "pem");

  CHECK(machine.call("ovn-sbctl", call).output ==
        "{\"data\":[],\"headings\":[\"_uuid\",\"hostname\",\"name\"]}\n");
  CHECK(machine.call("ovn-sbctl", {"--format=json", "list", "Port_Binding"}).error ==
        "ovn-sbctl: emulated: no table Port_Binding\n");
  CHECK(machine.call("ovn-sbctl", {"--format=json", "list", "Chassis"}).error ==
        "ovn-sbctl: unix:/var/run/ovn/ovnsb_db.sock: database connection failed (No such file or "
        "directory)\n");
}
