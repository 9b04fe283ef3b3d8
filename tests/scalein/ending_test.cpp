#include "scalein/views.hpp"
#include "support/catch.hpp"

namespace {

using namespace ncc;
using namespace ncc::test;
using namespace ncc::scalein;
using Catch::Matchers::Contains;

const Mark mark{.run = "4f2a9c01", .unit = UnitName("nova-compute/0")};

/// Tombstoned, empty, everything still runs.
Ending an_ending(Phase phase = Phase::none) {
  Ending ending;
  ending.phase = phase;
  ending.service = a_service("a", to_text(mark));
  ending.providers = {{.uuid = "p", .name = "a"}};
  ending.agents = {{.id = "a", .host = "a"}, {.id = "m", .host = "a"}};
  ending.compute_runs = phase == Phase::none;
  ending.agents_run = phase != Phase::ended;
  ending.domains = 0;
  return ending;
}

std::string refusal(const Ending& ending, const EndOptions& options = {}) {
  const EndStep step = next_end_step(ending, options, mark);
  const auto* refuse = std::get_if<Refuse>(&step);
  return refuse ? refuse->reason : "";
}

template <typename Step>
Step cloud_step(const EndStep& step) {
  return std::get<Step>(std::get<CloudStep>(step));
}

}  // namespace

TEST_CASE("a tombstoned and empty unit stops its nova-compute first", "[scalein][unit]") {
  CHECK(std::get<GoTo>(next_end_step(an_ending(), {}, mark)).phase == Phase::stopping);
}

TEST_CASE("row 27: a unit that is not tombstoned does not end", "[scalein][unit]") {
  Ending ending = an_ending();

  SECTION("no mark") {
    const EndStep step = next_end_step(ending, {}, std::nullopt);
    CHECK_THAT(std::get<Refuse>(step).reason, Contains("scalein-start"));
  }
  SECTION("only claimed") {
    const Mark claimed{.run = mark.run, .unit = mark.unit, .claim = true};
    CHECK(std::holds_alternative<Refuse>(next_end_step(ending, {}, claimed)));
  }
  SECTION("enabled by somebody") {
    ending.service->enabled = true;
    CHECK_THAT(refusal(ending), Contains("not tombstoned"));
  }
}

TEST_CASE("row 28: servers of any state keep a unit", "[scalein][unit]") {
  Ending ending = an_ending();
  ending.servers = {{.id = "v1", .status = "SOFT_DELETED"}};

  CHECK_THAT(refusal(ending), Contains("1 server on it") && Contains("v1 (SOFT_DELETED)"));
}

TEST_CASE("row 31: an open migration keeps a unit and is named", "[scalein][unit]") {
  Ending ending = an_ending();
  ending.migrations = {{.uuid = "mig", .server = "v1", .status = "confirming"}};

  CHECK_THAT(refusal(ending), Contains("mig (confirming, server v1)"));
}

TEST_CASE("row 14: active gateways keep a unit unless they are given up", "[scalein][unit]") {
  Ending ending = an_ending();
  ending.gateways = {{.id = "g", .router = "r1", .host = "a"}};

  CHECK_THAT(refusal(ending), Contains("r1"));
  CHECK(std::holds_alternative<GoTo>(next_end_step(ending, {.force_last_gateway = true}, mark)));
}

TEST_CASE("row 132: domains that Nova does not know keep a unit", "[scalein][unit]") {
  Ending ending = an_ending();

  ending.domains = 2;
  CHECK_THAT(refusal(ending), Contains("2 domains"));
  ending.domains.reset();
  CHECK_THAT(refusal(ending), Contains("libvirt does not answer"));
}

TEST_CASE("row 35: allocations of unknown servers are listed, and removed when asked for",
          "[scalein][unit]") {
  Ending ending = an_ending();
  ending.consumers = {{"gone", false}};

  CHECK_THAT(refusal(ending), Contains("gone (unknown to Nova)"));
  CHECK(cloud_step<DeleteAllocations>(next_end_step(ending, {.purge_orphans = true}, mark))
            .consumer == "gone");

  ending.consumers = {{"elsewhere", true}};
  CHECK_THAT(refusal(ending, {.purge_orphans = true}), Contains("elsewhere (a server elsewhere)"));
}

TEST_CASE("the record is deleted once nova-compute has stopped", "[scalein][unit]") {
  Ending ending = an_ending(Phase::stopping);

  ending.compute_runs = true;
  CHECK(std::holds_alternative<Await>(next_end_step(ending, {}, mark)));
  ending.compute_runs = false;
  CHECK(cloud_step<DeleteService>(next_end_step(ending, {}, mark)).service == "s-a");
}

TEST_CASE("a server that appears while nova-compute stops ends the ending", "[scalein][unit]") {
  Ending ending = an_ending(Phase::stopping);
  ending.servers = {{.id = "v1", .status = "ACTIVE"}};

  CHECK_THAT(refusal(ending), Contains("v1"));
}

TEST_CASE("row 34: providers that are left go, leaves first", "[scalein][unit]") {
  Ending ending = an_ending(Phase::stopping);
  ending.service.reset();
  ending.providers = {{.uuid = "root", .name = "a"},
                      {.uuid = "leaf", .name = "n", .parent = "root"}};

  CHECK(cloud_step<DeleteProvider>(next_end_step(ending, {}, mark)).provider == "leaf");
  ending.providers.pop_back();
  CHECK(cloud_step<DeleteProvider>(next_end_step(ending, {}, mark)).provider == "root");
  ending.providers.clear();
  CHECK(std::get<GoTo>(next_end_step(ending, {}, mark)).phase == Phase::leaving);
}

TEST_CASE("row 37: no agent is deleted while one runs", "[scalein][unit]") {
  Ending ending = an_ending(Phase::leaving);
  ending.service.reset();

  ending.agents_run = true;
  CHECK(std::holds_alternative<Await>(next_end_step(ending, {}, mark)));
  ending.agents_run = false;
  CHECK(cloud_step<DeleteAgent>(next_end_step(ending, {}, mark)).agent == "a");
}

TEST_CASE("row 32: a unit has ended when agents and chassis rows are gone", "[scalein][unit]") {
  Ending ending = an_ending(Phase::leaving);
  ending.agents_run = false;
  ending.agents.clear();

  ending.chassis = {"Chassis_Private a"};
  CHECK_THAT(std::get<Await>(next_end_step(ending, {}, mark)).what, Contains("Chassis_Private a"));
  ending.chassis.clear();
  CHECK(std::get<GoTo>(next_end_step(ending, {}, mark)).phase == Phase::ended);
}

TEST_CASE("row 33: an ended unit has nothing left to do", "[scalein][unit]") {
  CHECK(std::holds_alternative<Ended>(next_end_step(an_ending(Phase::ended), {}, mark)));
}

TEST_CASE("row 80: without a record an ending goes on after it", "[scalein][unit]") {
  Ending ending = an_ending(Phase::stopping);
  ending.service.reset();
  ending.providers.clear();

  CHECK(std::get<GoTo>(next_end_step(ending, {}, std::nullopt)).phase == Phase::leaving);
}

TEST_CASE("facts come back as they were kept", "[scalein][unit]") {
  const Facts facts{
      .service = "s", .providers = {"p", "q"}, .agents = {"a", "m"}, .aggregates = {3, 7}};

  CHECK(read_facts(to_text(facts)) == facts);
}
