// nova-compute of a template's instances, and with the Ironic driver.
#include <filesystem>

#include "listening_cloud.hpp"
#include "programs.hpp"
#include "test_machine.hpp"

using emulated::Json;
using emulated::ListeningCloud;
using emulated::TestMachine;
using emulated::Words;

namespace {

const std::string shard_unit =
    "[Unit]\nDescription=nova-compute of the shard %i\n[Service]\nType=simple\nUser=nova\n"
    "ExecStart=/usr/bin/nova-compute --config-file=/etc/nova/nova.conf "
    "--config-file=/etc/nova/nova-compute.conf --config-file=/etc/nova/shards/%i.conf "
    "--log-file=/var/log/nova/nova-compute-%i.log\n";

void add_shard(const TestMachine& machine, const std::string& name, const std::string& more = "") {
  machine.write("/etc/nova/shards/" + name + ".conf",
                "[DEFAULT]\nhost = " + name + "\n[ironic]\nshard = " + name + "\n" + more);
}

void prepare(const TestMachine& machine) {
  machine.install({"nova-compute-ironic"});
  machine.write("/etc/nova/nova.conf", "[DEFAULT]\nhost = n\ntransport_url = rabbit://x\n");
  machine.write("/etc/systemd/system/nova-compute-shard@.service", shard_unit);
  REQUIRE(machine.call("systemctl", {"stop", "nova-compute"}).exit == 0);
  REQUIRE(machine.call("systemctl", {"daemon-reload"}).exit == 0);
}

int systemctl(const TestMachine& machine, const std::string& verb, const std::string& shard) {
  return machine.call("systemctl", {verb, "--", "nova-compute-shard@" + shard}).exit;
}

std::string state(const TestMachine& machine, const std::string& shard) {
  return machine.call("systemctl", {"is-active", "nova-compute-shard@" + shard}).output;
}

std::string told(const std::string& action, const std::string& host) {
  return R"(/_emulator/compute {"action":")" + action + R"(","host":")" + host + '"';
}

/// "event instance machine beside" of each line of the record, from `since`.
Words record(const TestMachine& machine, std::size_t since = 0) {
  Words lines;
  for (const std::string& line : emulated::split(machine.driver({"computes", "0"}).output, '\n')) {
    const Json entry = Json::parse(line);
    std::string text = entry["event"].get<std::string>() + " " + entry["host"].get<std::string>() +
                       " on " + entry["machine"].get<std::string>();
    for (const Json& other : entry.value("beside", Json::array()))
      text += " beside " + other["machine"].get<std::string>();
    lines.push_back(text);
  }
  return {lines.begin() + static_cast<std::ptrdiff_t>(since), lines.end()};
}

}  // namespace

TEST_CASE("the ironic package brings its driver and takes the place of other hypervisors",
          "[emulator][nova-compute]") {
  const TestMachine machine;
  machine.install({"nova-compute-ironic"});
  CHECK(machine.file("/etc/nova/nova-compute.conf") ==
        "[DEFAULT]\ncompute_driver=ironic.IronicDriver\n");
  CHECK(machine.world()["units"]["nova-compute.service"]["active"] == "active");

  machine.install({"nova-compute-qemu"});

  CHECK(machine.world()["packages"]["nova-compute-ironic"]["status"] == "config-files");
}

TEST_CASE("each shard is a service of its own in the cloud", "[emulator][nova-compute]") {
  const TestMachine machine;
  ListeningCloud cloud;
  prepare(machine);
  add_shard(machine, "rack1");
  add_shard(machine, "rack-2", "conductor_group = east\n");
  machine.patch({{"cloud_control", cloud.url()}});

  REQUIRE(systemctl(machine, "start", "rack1") == 0);
  CHECK(cloud.heard() == Words{told("start", "rack1") + R"(,"ironic_shard":"rack1"})"});
  REQUIRE(systemctl(machine, "start", "rack-2") == 0);
  CHECK(cloud.heard() == Words{told("start", "rack-2") +
                               R"(,"ironic_conductor_group":"east","ironic_shard":"rack-2"})"});
  REQUIRE(systemctl(machine, "stop", "rack1") == 0);

  CHECK(cloud.heard() == Words{told("stop", "rack1") + "}"});
  CHECK(state(machine, "rack1") == "inactive\n");
  CHECK(state(machine, "rack-2") == "active\n");
  CHECK(machine.file("/var/lib/nova/compute_id").empty());
}

TEST_CASE("the plain service with the Ironic driver takes its shard from nova.conf",
          "[emulator][nova-compute]") {
  const TestMachine machine;
  ListeningCloud cloud;
  cloud.have({{"servers", {{{"id", "11111111"}, {"host", "n"}, {"status", "ACTIVE"}}}}});
  prepare(machine);
  machine.write("/etc/nova/nova.conf",
                "[DEFAULT]\nhost = n\ntransport_url = rabbit://x\n[ironic]\nshard = s\n");
  machine.patch({{"cloud_control", cloud.url()}});

  REQUIRE(machine.call("systemctl", {"start", "nova-compute"}).exit == 0);

  CHECK(cloud.heard() == Words{told("start", "n") + R"(,"ironic_shard":"s"})"});
  CHECK(machine.call("virsh", {"list", "--all", "--uuid"}).output == "\n");
}

TEST_CASE("an instance without its configuration, or without its program, ends at once",
          "[emulator][nova-compute]") {
  const TestMachine machine;
  prepare(machine);

  CHECK(systemctl(machine, "start", "rack1") == 0);
  CHECK(state(machine, "rack1") == "failed\n");
  CHECK(machine.file("/var/log/nova/nova-compute-rack1.log").find("/etc/nova/shards/rack1.conf") !=
        std::string::npos);
  add_shard(machine, "rack1");
  CHECK(systemctl(machine, "start", "rack1") == 0);
  CHECK(state(machine, "rack1") == "active\n");
  REQUIRE(systemctl(machine, "stop", "rack1") == 0);
  REQUIRE(machine.call("apt-get", {"purge", "--yes", "nova-compute"}).exit == 0);

  CHECK(systemctl(machine, "start", "rack1") == 0);
  CHECK(state(machine, "rack1") == "failed\n");
  CHECK(machine
            .call("systemctl",
                  {"show", "--value", "--property=ExecMainStatus", "nova-compute-shard@rack1"})
            .output == "203\n");
}

TEST_CASE("a start that the cloud refuses ends the instance, not another",
          "[emulator][nova-compute]") {
  const TestMachine machine;
  ListeningCloud cloud;
  prepare(machine);
  add_shard(machine, "rack1");
  add_shard(machine, "rack2");
  machine.patch({{"cloud_control", cloud.url()}});
  REQUIRE(systemctl(machine, "start", "rack2") == 0);
  cloud.refuse(true);

  REQUIRE(systemctl(machine, "start", "rack1") == 0);

  CHECK(state(machine, "rack1") == "failed\n");
  CHECK(state(machine, "rack2") == "active\n");
  CHECK(record(machine).back() == "stop rack1 on 0");
}

TEST_CASE("no instance runs after a reboot, and the cloud hears of it",
          "[emulator][nova-compute]") {
  const TestMachine machine;
  ListeningCloud cloud;
  prepare(machine);
  add_shard(machine, "rack1");
  machine.patch({{"cloud_control", cloud.url()}});
  REQUIRE(systemctl(machine, "enable", "rack1") == 0);
  REQUIRE(systemctl(machine, "start", "rack1") == 0);
  REQUIRE(machine.call("systemctl", {"disable", "nova-compute"}).exit == 0);
  static_cast<void>(cloud.heard());

  REQUIRE(machine.driver({"reboot", "0"}).exit == 0);

  CHECK(state(machine, "rack1") == "inactive\n");
  CHECK(cloud.heard() == Words{told("stop", "rack1") + "}"});
}

TEST_CASE("a killed instance is started again only as its Restart= says",
          "[emulator][nova-compute]") {
  const auto [more, expected] = GENERATE(
      table<std::string, std::string>({{"", "failed\n"}, {"Restart=on-failure\n", "active\n"}}));
  const TestMachine machine;
  prepare(machine);
  add_shard(machine, "rack1");
  machine.write("/etc/systemd/system/nova-compute-shard@.service", shard_unit + more);
  REQUIRE(systemctl(machine, "start", "rack1") == 0);

  REQUIRE(machine.call("systemctl", {"kill", "--signal=KILL", "nova-compute-shard@rack1"}).exit ==
          0);

  CHECK(state(machine, "rack1") == expected);
}

TEST_CASE("the record tells when each ran on which machine, over all machines",
          "[emulator][nova-compute]") {
  const TestMachine machine;
  REQUIRE(machine.driver({"create", "1"}).exit == 0);
  const auto other = [&](const std::string& verb) {
    const std::string root = machine.machines() + "/1/root";
    return emulated::play(root, {.program = "systemctl", .arguments = {verb, "nova-compute"}}).exit;
  };
  const auto other_host = [&](const std::string& host) {
    emulated::write_text({.root = machine.machines() + "/1/root"},
                         "/etc/nova/nova.conf",
                         "[DEFAULT]\nhost = " + host + "\n");
  };
  prepare(machine);
  add_shard(machine, "rack1");
  REQUIRE(emulated::play(machine.machines() + "/1/root",
                         {.program = "apt-get", .arguments = {"update"}})
              .exit == 0);
  REQUIRE(emulated::play(
              machine.machines() + "/1/root",
              {.program = "apt-get", .arguments = {"install", "--yes", "nova-compute-ironic"}})
              .exit == 0);
  other_host("rack1");
  REQUIRE(other("stop") == 0);
  const std::size_t before = record(machine).size();

  REQUIRE(systemctl(machine, "start", "rack1") == 0);
  REQUIRE(systemctl(machine, "stop", "rack1") == 0);
  REQUIRE(other("start") == 0);
  REQUIRE(systemctl(machine, "restart", "rack1") == 0);
  REQUIRE(machine.driver({"destroy", "1"}).exit == 0);
  REQUIRE(systemctl(machine, "restart", "rack1") == 0);

  CHECK(record(machine, before) == Words{"start rack1 on 0",
                                         "stop rack1 on 0",
                                         "start rack1 on 1",
                                         "start rack1 on 0 beside 1",
                                         "stop rack1 on 1",
                                         "stop rack1 on 0",
                                         "start rack1 on 0"});
  CHECK(machine.driver({"journal", "0"}).output.find(R"("instance":"rack1")") != std::string::npos);
}

TEST_CASE("one that hangs when stopped runs until it is killed", "[emulator][nova-compute]") {
  const TestMachine machine;
  prepare(machine);
  add_shard(machine, "rack1");
  REQUIRE(systemctl(machine, "start", "rack1") == 0);
  const std::size_t before = record(machine).size();
  machine.patch({{"units", {{"nova-compute-shard@rack1.service", {{"hangs_on_stop_ms", 600}}}}}});

  const emulated::Ended impatient = machine.inside(
      {"/usr/bin/timeout", "0.2", "/usr/bin/systemctl", "stop", "nova-compute-shard@rack1"});
  CHECK(impatient.exit == 124);
  CHECK(state(machine, "rack1") == "deactivating\n");
  CHECK(record(machine, before).empty());
  REQUIRE(systemctl(machine, "stop", "rack1") == 0);

  CHECK(record(machine, before) == Words{"stop rack1 on 0"});
}

TEST_CASE("machines that are copied with their links share the copy's record",
          "[emulator][nova-compute]") {
  const TestMachine machine;
  prepare(machine);
  add_shard(machine, "rack1");
  const std::string copy = emulated::temporary_folder() + "/machines";
  REQUIRE(emulated::run_process({"/bin/cp", "-a", machine.machines(), copy}).exit == 0);

  REQUIRE(
      emulated::play(copy + "/0/root",
                     {.program = "systemctl", .arguments = {"start", "nova-compute-shard@rack1"}})
          .exit == 0);

  CHECK(emulated::read_text({.root = copy}, "/computes").find("rack1") != std::string::npos);
  CHECK(machine.driver({"computes", "0"}).output.find("rack1") == std::string::npos);
  std::filesystem::remove_all(std::filesystem::path(copy).parent_path());
}
