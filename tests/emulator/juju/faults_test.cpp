// juju-contract row "fault injection".
#include "support/catch.hpp"
#include "test_world.hpp"

using namespace local_juju;

namespace {

struct Faulty : World {
  Faulty(const std::string& script, const Texts& fault) {
    deploy_charm("probe", {{"update-status", script}});
    forget();
    model.faults.push_back(parse_fault("probe/0", fault));
  }

  void tick() {
    model.units.at("probe/0").update_status_due = true;
    settle();
  }
};

}  // namespace

TEST_CASE("the nth call of a tool fails once", "[emulator][juju]") {
  Faulty world("for i in 1 2 3; do is-leader > /dev/null 2>&1; echo -n $? >> $OUT/codes; done",
               {"tool=is-leader", "nth=2", "exit=1"});

  world.tick();
  world.tick();

  CHECK(world.out("codes") == "010000");
  CHECK(world.model.faults.empty());
}

TEST_CASE("a fault may last, and wait for one hook", "[emulator][juju]") {
  Faulty world("is-leader > /dev/null 2>&1; echo -n $? >> $OUT/codes",
               {"tool=is-leader", "exit=1", "always", "event=update-status"});

  world.tick();
  world.tick();

  CHECK(world.out("codes") == "11");
  CHECK(world.exec("probe/0", "is-leader")["return-code"] == 0);
}

TEST_CASE("a slow tool still answers", "[emulator][juju]") {
  Faulty world("is-leader > $OUT/answer", {"tool=is-leader", "slow=0.3"});

  world.tick();

  CHECK(world.out("answer") == "True\n");
  CHECK(world.journal()[0]["seconds"].get<double>() >= 0.3);
}

TEST_CASE("a hook killed at its nth tool call is requeued, or in error by its signal",
          "[emulator][juju]") {
  const auto [signal, runs, error] = GENERATE(table<std::string, std::size_t, bool>(
      {{"signal=KILL", 2, false}, {"signal=TERM", 2, false}, {"signal=SEGV", 1, true}}));
  Faulty world("is-leader; state-set k=v; is-leader; echo end >> $OUT/end",
               {"kill-hook-at-tool=2", signal});

  world.tick();

  CHECK(world.events("probe/0").size() == runs);
  CHECK(world.model.units.at("probe/0").error == error);
  CHECK(world.journal()[0]["tools"].size() == 2);
  CHECK(world.out("end") == (error ? "" : "end\n"));
}

TEST_CASE("the journal tells each tool call and what was flushed", "[emulator][juju]") {
  Faulty world("state-set k=v; nothing; state-get --strict x", {"flush=quota", "event=never"});

  world.tick();

  const Json entry = world.journal().at(0);
  CHECK(entry["unit"] == "probe/0");
  CHECK(entry["event"] == "update-status");
  CHECK(entry["exit"] == 1);
  CHECK(entry["result"] == "failed");
  CHECK(
      entry["tools"] ==
      Json::parse(
          R"([{"argv":["state-set","k=v"],"exit":0},{"argv":["state-get","--strict","x"],"exit":1}])"));
}

TEST_CASE("unknown words of a fault are refused", "[emulator][juju]") {
  CHECK_THROWS_AS(parse_fault("probe/0", {"flsuh=quota"}), Refused);
  CHECK_THROWS_AS(parse_fault("probe/0", {"flush=sometimes"}), Refused);
}
