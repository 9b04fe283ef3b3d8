// juju-contract rows "ports", "storage, resources", "upgrade".
#include "support/catch.hpp"
#include "test_world.hpp"

using namespace local_juju;

namespace {

Files with(const std::string& metadata) {
  return {{"metadata.yaml", {test_metadata("probe") + metadata}}};
}

constexpr const char* resources = "resources:\n  image: {type: file, filename: image.bin}\n";

}  // namespace

TEST_CASE("ports open, close and are shown with their endpoints", "[emulator][juju]") {
  World world;
  world.deploy_charm("probe");

  world.exec(
      "probe/0",
      "open-port 80; open-port 8000-8010/udp; open-port icmp; open-port 81 --endpoints db,website");
  CHECK(world.exec("probe/0", "opened-ports --endpoints --format=json")["stdout"] ==
        "[\"80/tcp (*)\",\"8000-8010/udp (*)\",\"81/tcp (db, website)\",\"icmp (*)\"]\n");
  world.exec("probe/0", "close-port 80/tcp; close-port 443; close-port 81 --endpoints db");

  CHECK(world.model.units.at("probe/0").ports ==
        PortRanges{{"", {"8000-8010/udp", "icmp"}}, {"website", {"81/tcp"}}});
}

TEST_CASE("overlapping ranges conflict at the call, equal ones do not", "[emulator][juju]") {
  World world;
  world.deploy_charm("probe");
  world.exec("probe/0", "open-port 80-90");

  CHECK(world.call("probe/0", "open-port", {"80-90/tcp"}).code == 0);
  CHECK(world.call("probe/0", "open-port", {"85/udp"}).code == 0);
  CHECK(world.call("probe/0", "open-port", {"85-95"}).err ==
        "ERROR cannot open 85-95/tcp (unit \"probe/0\"): port range conflicts with 80-90/tcp (unit "
        "\"probe/0\")\n");
  CHECK(world.exec("probe/0", "open-port 100-110; open-port 105")["stderr"] ==
        "ERROR cannot open 105/tcp (unit \"probe/0\"): port range conflicts with 100-110/tcp (unit "
        "\"probe/0\") requested earlier\n");
}

TEST_CASE("a range of another unit on the machine conflicts", "[emulator][juju]") {
  World world;
  world.deploy_charm("probe", {}, 2);
  world.model.units.at("probe/1").machine = "0";
  world.model.units.at("probe/1").ports[""] = {"80/tcp"};

  CHECK(world.call("probe/0", "open-port", {"80"}).err ==
        "ERROR cannot open 80/tcp (unit \"probe/0\"): port range conflicts with 80/tcp (unit "
        "\"probe/1\")\n");
}

TEST_CASE("a wrong port is refused", "[emulator][juju]") {
  World world;
  world.deploy_charm("probe");
  const auto port = GENERATE(as<std::string>{}, "0", "65536", "90-80", "80/sctp", "http");

  CHECK(world.call("probe/0", "open-port", {port}).code == 2);
}

TEST_CASE("storage has ids, kinds and places, and its hooks name it", "[emulator][juju]") {
  World world;
  world.deploy_charm("probe",
                     {{"data-storage-attached",
                       "echo \"$JUJU_STORAGE_ID $JUJU_STORAGE_LOCATION $JUJU_STORAGE_KIND "
                       "$(storage-get location)\" >> $OUT/s"},
                      {"install", "storage-list >> $OUT/s"}},
                     1,
                     with("storage:\n  data: {type: filesystem, location: /srv/data, multiple: "
                          "{range: 0-3}}\n  disk: {type: block}\n"));
  CHECK(world.out("s") == "disk/0\n");

  world.exec("probe/0", "storage-add data=2");

  CHECK(world.out("s") ==
        "disk/0\ndata/0 /srv/data/data/0 filesystem /srv/data/data/0\n"
        "data/1 /srv/data/data/1 filesystem /srv/data/data/1\n");
  CHECK(world.call("probe/0", "storage-get", {"-s", "disk/0", "--format=json"}).out ==
        "{\"kind\":\"block\",\"location\":\"/dev/loop0\"}\n");
  CHECK(world.call("probe/0", "storage-get", {"-s", "disk/0", "size"}).err ==
        "ERROR invalid storage attribute \"size\"\n");
}

TEST_CASE("detached storage runs its hook and is gone", "[emulator][juju]") {
  World world;
  world.deploy_charm("probe", {}, 1, with("storage:\n  data: {type: filesystem}\n"));
  world.forget();
  world.model.storage.at("data/0").dying = true;
  world.settle();

  CHECK(world.events("probe/0") == Texts{"data-storage-detaching"});
  CHECK(world.model.storage.empty());
}

TEST_CASE("resource-get prints a path without newline, and fails for what was never uploaded",
          "[emulator][juju]") {
  World world;
  world.deploy_charm("probe", {}, 1, with(resources));
  CHECK(world.call("probe/0", "resource-get", {"image"}).code == 1);

  write_file(world.folder / "file", "bytes");
  world.model.applications.at("probe").resources["image"] = {world.folder / "file", 1};
  const std::string path = world.call("probe/0", "resource-get", {"image"}).out;

  const std::string end = "/agents/unit-probe-0/resources/image/image.bin";
  CHECK(path.substr(path.size() - end.size()) == end);
  CHECK(read_file(path) == "bytes");
  CHECK((std::filesystem::status(path).permissions() & std::filesystem::perms::owner_exec) ==
        std::filesystem::perms::none);
}

TEST_CASE("a new resource revision gives upgrade-charm and config-changed", "[emulator][juju]") {
  World world;
  world.deploy_charm("probe", {}, 1, with(resources));
  world.forget();
  world.model.applications.at("probe").resources["image"] = {world.folder / "file", 1};
  world.settle();

  CHECK(world.events("probe/0") == Texts{"upgrade-charm", "config-changed"});
}

TEST_CASE("an upgrade replaces the charm's files, keeps made ones and runs two hooks",
          "[emulator][juju]") {
  World world;
  world.deploy_charm("probe",
                     {{"install", "mkdir -p lib; echo made > lib/made; echo made > made"}},
                     1,
                     {{"lib/old", {"old"}}, {"both", {"1"}}});
  world.forget();

  refresh(world.model,
          world.store,
          "probe",
          world.pack("probe", {}, {{"both", {"2"}}, {"new", {"new"}}}),
          false);
  world.settle();

  CHECK(world.events("probe/0") == Texts{"upgrade-charm", "config-changed"});
  CHECK(read_file(world.charm_file("probe/0", "both")) == "2");
  CHECK(read_file(world.charm_file("probe/0", "new")) == "new");
  CHECK(read_file(world.charm_file("probe/0", "made")) == "made\n");
  CHECK(read_file(world.charm_file("probe/0", "lib/made")) == "made\n");
  CHECK_FALSE(std::filesystem::exists(world.charm_file("probe/0", "lib/old")));
}

TEST_CASE("a forced upgrade retries the failed hook with the new files", "[emulator][juju]") {
  World world;
  world.deploy_charm("probe", {{"install", "exit 1"}});
  world.forget();

  refresh(world.model, world.store, "probe", world.pack("probe", {}), true);
  world.settle();

  CHECK(world.events("probe/0").front() == "install");
  CHECK(world.model.units.at("probe/0").started);
  const Texts events = world.events("probe/0");
  CHECK(std::count(events.begin(), events.end(), "upgrade-charm") == 0);
}

TEST_CASE("an upgrade drops options that no longer fit", "[emulator][juju]") {
  World world;
  world.deploy_charm("probe");
  set_config(world.model, "probe", {{"number", 7}, {"debug", true}});
  const std::string config = "options:\n  number: {type: boolean}\n  debug: {type: boolean}\n";

  refresh(world.model,
          world.store,
          "probe",
          world.pack("probe", {}, {{"config.yaml", {config}}}),
          false);

  CHECK(world.model.applications.at("probe").config ==
        std::map<std::string, Json>{{"debug", true}});
}
