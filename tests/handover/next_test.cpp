// The way of the source out of service, and who is given what.

#include "handover/views.hpp"
#include "support/catch.hpp"
#include "words/error.hpp"

using namespace ncc;
using namespace ncc::handover;
using namespace ncc::handover::test;
using Catch::Contains;

namespace {

/// The source serves, with one free node.
View serving() {
  View view = view_of({.shard = "a", .provision_state = "available", .row = "a"});
  view.service->enabled = true;
  view.service->up = true;
  view.service->forced_down = false;
  view.runs = true;
  return view;
}

View with_nodes(int count) {
  View view = view_of({});
  view.nodes.clear();
  for (int i = 0; i < count; ++i) {
    view.nodes[uuid_of(i)] = {.shard = "a", .provision_state = "available", .row = "a"};
  }
  return view;
}

std::map<std::string, int> counts(const Plan& plan) {
  std::map<std::string, int> counts;
  for (const auto& [node, host] : plan.targets) {
    ++counts[host];
  }
  return counts;
}

}  // namespace

TEST_CASE("the service is disabled, the process stopped, its death declared, in this order",
          "[handover][unit]") {
  View view = serving();
  const auto disable = only_step<DisableService>(decide(view));
  REQUIRE(disable);
  CHECK(disable->reason == source_a().mark);

  view.service->enabled = false;
  const Decision stopping = decide(view);
  REQUIRE(stopping.steps.size() == 1);
  CHECK(std::holds_alternative<StopCompute>(stopping.steps[0]));

  view.runs = false;
  const Decision waiting = decide(view);
  CHECK(waiting.steps.empty());
  CHECK_THAT(waiting.await, Contains("stopped"));

  view.service->up = false;
  REQUIRE(only_step<ForceDown>(decide(view)));
  CHECK(only_step<ForceDown>(decide(view))->down);

  view.service->forced_down = true;
  CHECK(only_step<SetShard>(decide(view)));
}

TEST_CASE("what nova-compute has in hand ends before it is stopped", "[handover][unit]") {
  View view = serving();
  view.service->enabled = false;

  SECTION("a server with a task") {
    openstack::Server server;
    server.id = server_a;
    server.status = "ACTIVE";
    server.task_state = "rebooting";
    view.servers = {server};
    CHECK_THAT(decide(view).await, Contains("rebooting"));
  }
  SECTION("a node that is deployed") {
    view.nodes[node_a].provision_state = "deploying";
    CHECK_THAT(decide(view).await, Contains("deploying"));
  }
  SECTION("cleaning goes on without it") {
    view.nodes[node_a].provision_state = "cleaning";
    CHECK(decide(view).await.empty());
    CHECK(decide(view).steps.size() == 1);
  }
}

TEST_CASE("row 97: a source that Nova sees up is not declared dead", "[handover][unit]") {
  View view = serving();
  view.service->enabled = false;
  view.runs = false;
  Source fenced = source_a();
  fenced.fenced = true;
  CHECK_THAT(next(view, fenced, plan_to("b"), {}, {}).refuse, Contains("not off"));

  view.is_stuck = true;
  const Decision decision = decide(view);
  CHECK_THAT(decision.refuse, Contains("another process"));
  CHECK(decision.steps.empty());
}

TEST_CASE("a process that somebody started again is stopped before any node goes",
          "[handover][unit]") {
  View view = serving();
  view.service->enabled = false;
  view.service->forced_down = true;
  view.service->up = false;

  const Decision decision = decide(view);

  REQUIRE(decision.steps.size() == 1);
  CHECK(std::holds_alternative<StopCompute>(decision.steps[0]));
}

TEST_CASE("row 101: without shards in Ironic nothing is planned", "[handover][unit]") {
  View view = serving();
  view.has_shards = false;
  view.ironic = "1.81";

  const Decision decision = decide(view, {});

  CHECK_THAT(decision.refuse, Contains("1.81") && Contains("conductor_group"));
  CHECK(!decision.plan);
  CHECK(decision.steps.empty());
}

TEST_CASE("row 98: a target that no hypervisor proves mapped forbids a new plan",
          "[handover][unit]") {
  View view = serving();
  view.targets["c"].mapped = false;

  CHECK_THAT(decide(view, {}).refuse, Contains("c:") && Contains("--by-service"));
  CHECK(next(view, source_a(), {}, {}, {.id = "4f2a9c01", .force = true}).plan);
}

TEST_CASE("a host that is down, disabled or unknown is given nothing", "[handover][unit]") {
  View view = with_nodes(4);
  const int which = GENERATE(0, 1, 2);
  view.targets["c"].up = which != 0;
  view.targets["c"].enabled = which != 1;
  view.targets["c"].known = which != 2;
  if (which == 2) {
    view.targets["c"] = {};
  }

  const Decision decision = decide(view, {});

  REQUIRE(decision.plan);
  CHECK(counts(*decision.plan) == std::map<std::string, int>{{"b", 4}});
}

TEST_CASE("without a host that can take nodes it is refused, with why", "[handover][unit]") {
  View view = with_nodes(1);
  view.targets["b"].up = false;
  view.targets["c"].enabled = false;

  CHECK_THAT(decide(view, {}).refuse, Contains("b is down") && Contains("c is disabled"));
}

TEST_CASE("nodes are spread evenly, what the targets have counted", "[handover][unit]") {
  View view = with_nodes(10);
  for (int i = 50; i < 54; ++i) {
    view.others.push_back({.uuid = Uuid(uuid_of(i)), .shard = "b"});
  }

  const Decision decision = decide(view, {});

  REQUIRE(decision.plan);
  CHECK(decision.plan->revision == 1);
  CHECK(decision.plan->id == "4f2a9c01");
  CHECK(counts(*decision.plan) == std::map<std::string, int>{{"b", 3}, {"c", 7}});
}

TEST_CASE("a node stays in its conductor group", "[handover][unit]") {
  View view = with_nodes(4);
  view.targets["c"].conductor_group = "rack1";
  view.nodes[uuid_of(0)].conductor_group = "rack1";

  const Decision decision = decide(view, {});

  REQUIRE(decision.plan);
  CHECK(decision.plan->targets.at(uuid_of(0)) == "c");
  CHECK(counts(*decision.plan) == std::map<std::string, int>{{"b", 3}, {"c", 1}});
}

TEST_CASE("a plan that fits is kept as it is", "[handover][unit]") {
  View view = with_nodes(6);
  const Decision first = decide(view, {});
  REQUIRE(first.plan);

  CHECK(!decide(view, *first.plan).plan);
  view.targets["c"].up = false;  // for a moment
  CHECK(!decide(view, *first.plan).plan);
}

TEST_CASE("without a plan, a node that was given already goes where it was given",
          "[handover][unit]") {
  View view = with_nodes(6);
  for (int i = 0; i < 5; ++i) {
    view.nodes[uuid_of(i)].shard = "c";
  }

  const Decision decision = decide(view, {});

  REQUIRE(decision.plan);
  for (int i = 0; i < 5; ++i) {
    CHECK(decision.plan->targets.at(uuid_of(i)) == "c");
  }
  CHECK(decision.plan->targets.at(uuid_of(5)) == "b");
}

TEST_CASE("row 99: nodes of a lost target go elsewhere, but for those it has taken",
          "[handover][unit]") {
  View view = with_nodes(6);
  const Plan first = decide(view, {}).plan.value();
  std::string taken;
  for (const auto& [node, host] : first.targets) {
    view.nodes[node].shard = host;
    if (host == "b" && taken.empty()) {
      taken = node;
      view.nodes[node].row = "b";
    }
  }
  view.targets["b"].up = false;
  view.targets["b"].is_lost = true;

  const Decision decision = decide(view, first);

  REQUIRE(decision.plan);
  CHECK(decision.plan->id == first.id);
  CHECK(decision.plan->revision == 2);
  CHECK(decision.plan->targets.at(taken) == "b");
  CHECK(counts(*decision.plan) == std::map<std::string, int>{{"b", 1}, {"c", 5}});
}

TEST_CASE("a node that came to the source later is planned, too", "[handover][unit]") {
  View view = with_nodes(4);
  const Plan first = decide(view, {}).plan.value();
  view.nodes[uuid_of(9)] = {.shard = "a", .row = "a"};

  const Decision decision = decide(view, first);

  REQUIRE(decision.plan);
  CHECK(decision.plan->revision == 2);
  CHECK(decision.plan->targets.size() == 5);
}

TEST_CASE("a plan is read as it was written", "[handover][unit]") {
  const Plan plan = decide(with_nodes(7), {}).plan.value();

  CHECK(read_plan(to_text(plan)) == plan);
  CHECK_THROWS_AS(read_plan("{\"id\": \"4f2a9c01\"}"), ConfigError);
  CHECK_THROWS_AS(read_plan("["), ConfigError);
}
