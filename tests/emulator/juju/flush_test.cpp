// juju-contract rows "buffers", "flush failure", "fixed views".
#include "support/catch.hpp"
#include "test_world.hpp"

using namespace local_juju;

namespace {

constexpr const char* writes =
    "relation-set -r db:1 mine=1; relation-set -r db:1 --app ours=1; state-set k=v; open-port 80;"
    "status-set blocked -- now; application-version-set 9; juju-log said; storage-add data;"
    "secret-add --label l pass=word > /dev/null;";

const Files with_storage{
    {"metadata.yaml",
     {test_metadata("probe") + "storage:\n  data: {type: filesystem, multiple: {range: 0-3}}\n"}}};

struct Related : World {
  explicit Related(const std::string& script, const std::string& juju = "3.6") : World(juju) {
    counterpart("mysql", {{"interface", "mysql"}, {"endpoints", {{"db", Json::object()}}}});
    deploy_charm("probe", {{"update-status", script}}, 1, with_storage);
    integrate(model, "probe:db", "mysql");
    settle();
    forget();
  }

  void tick() {
    model.units.at("probe/0").update_status_due = true;
    settle();
  }

  Bag bag() { return model.relations.at(1).members.at("probe/0").bag; }
};

}  // namespace

TEST_CASE("a hook that exits 0 commits everything it wrote", "[emulator][juju]") {
  Related world(writes);

  world.tick();

  CHECK(world.bag().at("mine") == "1");
  CHECK(world.model.relations.at(1).apps.at("probe").bag == Bag{{"ours", "1"}});
  CHECK(world.model.units.at("probe/0").state == Bag{{"k", "v"}});
  CHECK(world.model.units.at("probe/0").ports == PortRanges{{"", {"80/tcp"}}});
  CHECK(world.model.storage.contains("data/0"));
  CHECK(world.model.secrets.size() == 1);
  CHECK(world.journal()[0]["flushed"]["state"] == Json{{"k", "v"}});
}

TEST_CASE("a hook that fails loses its writes, but not status, version and log",
          "[emulator][juju]") {
  Related world(std::string(writes) + "exit 1");

  world.tick();

  CHECK_FALSE(world.bag().contains("mine"));
  CHECK(world.model.relations.at(1).apps["probe"].bag.empty());
  CHECK(world.model.units.at("probe/0").state.empty());
  CHECK(world.model.units.at("probe/0").ports.empty());
  CHECK(world.model.storage.empty());
  CHECK(world.model.secrets.empty());
  CHECK(world.model.units.at("probe/0").workload.message == "now");
  CHECK(world.model.applications.at("probe").version == "9");
  CHECK(world.log("probe/0").find("INFO unit.probe/0.juju-log said") != std::string::npos);
}

TEST_CASE("pending writes are read back in the same hook, but for storage and status",
          "[emulator][juju]") {
  Related world("status-get > /dev/null;" + std::string(writes) +
                "{ relation-get -r db:1 mine probe/0; relation-get -r db:1 --app ours probe; "
                "state-get k; opened-ports;"
                "storage-list; status-get; } > $OUT/seen");
  world.model.units.at("probe/0").workload = {"active", "", ""};

  world.tick();

  CHECK(world.out("seen") == "1\n1\nv\n80/tcp\nactive\n");
}

TEST_CASE("a refused flush fails a hook that exited 0, and a retry gets through",
          "[emulator][juju]") {
  const auto fault =
      GENERATE(as<std::string>{}, "refused", "quota", "port-conflict", "leadership-lost");
  Related world("state-set k=v; relation-set -r db:1 mine=1");
  world.model.faults.push_back(parse_fault("probe/0", {"flush=" + fault}));

  world.tick();

  CHECK(world.model.units.at("probe/0").error);
  CHECK(world.model.units.at("probe/0").state.empty());
  CHECK(world.log("probe/0").find("cannot apply changes: ") != std::string::npos);
  world.retry();
  CHECK_FALSE(world.model.units.at("probe/0").error);
  CHECK(world.model.units.at("probe/0").state == Bag{{"k", "v"}});
}

TEST_CASE("3.6 keeps the secrets of a refused flush, 4.0 keeps nothing", "[emulator][juju]") {
  const auto [juju, kept] = GENERATE(table<std::string, std::size_t>({{"3.6", 1}, {"4.0", 0}}));
  Related world("secret-add --label l pass=word; state-set k=v", juju);
  world.model.faults.push_back(parse_fault("probe/0", {"flush=refused"}));

  world.tick();

  CHECK(world.model.secrets.size() == kept);
  CHECK(world.model.units.at("probe/0").state.empty());
}

TEST_CASE("the charm state has a total limit in 3.6 only", "[emulator][juju]") {
  const auto [juju, error] = GENERATE(table<std::string, bool>({{"3.6", true}, {"4.0", false}}));
  Related world(
      "for i in $(seq 40); do echo \"k$i: $(head -c 60000 /dev/zero | tr '\\0' x)\"; done | "
      "state-set --file -",
      juju);

  world.tick();

  CHECK(world.model.units.at("probe/0").error == error);
}

TEST_CASE("config, members and remote bags stay as first read while a hook runs",
          "[emulator][juju]") {
  Related world("");
  const Journal journal(world.store.folder());
  Context context{world.model, world.model.units.at("probe/0"), journal};
  const auto read = [&](const std::string& tool, const Texts& words) {
    return run_tool(context, {tool, words}).out;
  };
  world.model.relations.at(1).members.at("mysql/0").bag["k"] = "old";
  CHECK(read("relation-get", {"-r", "1", "k", "mysql/0"}) == "old\n");
  CHECK(read("config-get", {"number"}) == "5\n");
  CHECK(read("relation-list", {"-r", "1"}) == "mysql/0\n");

  world.model.relations.at(1).members.at("mysql/0").bag["k"] = "new";
  world.model.applications.at("probe").config["number"] = 6;
  add_units(world.model, world.store, "mysql", 1);

  CHECK(read("relation-get", {"-r", "1", "k", "mysql/0"}) == "old\n");
  CHECK(read("config-get", {"number"}) == "5\n");
  CHECK(read("relation-list", {"-r", "1"}) == "mysql/0\n");
}

TEST_CASE("remote bags stay cached across hooks until one of that unit renews them",
          "[emulator][juju]") {
  World world;
  world.counterpart("mysql", {{"interface", "mysql"}, {"endpoints", {{"db", Json::object()}}}});
  world.deploy_charm("probe", {{"backup", "relation-get -r db:1 k mysql/0 >> $OUT/seen"}});
  integrate(world.model, "probe:db", "mysql");
  world.settle();
  auto& said = world.model.relations.at(1).members.at("mysql/0").said;
  said["k"] = "one";
  world.settle();
  world.act("probe/0", "backup");

  // An action comes before the relation-changed that will renew the bag.
  said["k"] = "two";
  world.act("probe/0", "backup");
  world.act("probe/0", "backup");

  CHECK(world.out("seen") == "one\none\ntwo\n");
}

TEST_CASE("config-changed refreshes the network keys, but not those the hook wrote",
          "[emulator][juju]") {
  World world;
  world.counterpart("mysql", {{"interface", "mysql"}, {"endpoints", {{"db", Json::object()}}}});
  world.deploy_charm(
      "probe",
      {{"config-changed",
        "[ $(relation-ids db) ] && relation-set -r db:1 ingress-address=own; true"}});
  integrate(world.model, "probe:db", "mysql");
  world.settle();

  Machine& machine = world.model.machines.at("0");
  machine.network["db"] = {
      {"address", "192.0.2.7"}, {"cidr", "192.0.2.0/24"}, {"interface", "eth0"}, {"mac", ""}};
  ++machine.network_version;
  world.settle();

  const Bag bag = world.model.relations.at(1).members.at("probe/0").bag;
  CHECK(bag.at("ingress-address") == "own");
  CHECK(bag.at("private-address") == "192.0.2.7");
  CHECK(bag.at("egress-subnets") == "192.0.2.7/32");
}
