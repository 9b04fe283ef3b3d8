// Every row of the table of states: what is seen of one node, what is done next.

#include "handover/views.hpp"
#include "support/catch.hpp"

using namespace ncc;
using namespace ncc::handover;
using namespace ncc::handover::test;
using Catch::Contains;

namespace {

NodeState free_node(const std::string& shard, const std::string& row) {
  return {.shard = shard, .provision_state = "available", .row = row};
}

NodeState served_node(const std::string& shard, const std::string& row, const std::string& host) {
  return {.shard = shard,
          .provision_state = "active",
          .instance = server_a,
          .row = row,
          .server_host = host};
}

void gives_to(const Decision& decision, const std::string& host) {
  const auto step = only_step<SetShard>(decision);
  REQUIRE(step);
  CHECK(step->node == node_a);
  CHECK(step->shard == host);
  CHECK(decision.counts == Counts{.nodes = 1, .to_give = 1});
}

void is_over(const Decision& decision) {
  CHECK(only_step<DeleteService>(decision));
  CHECK(decision.pending.empty());
  CHECK(decision.counts == Counts{.nodes = 1, .done = 1});
}

void waits(const Decision& decision, const std::string& reason) {
  CHECK(decision.steps.empty());
  REQUIRE(decision.pending.size() == 1);
  CHECK_THAT(decision.pending[0].reason, Contains(reason));
  CHECK(!decision.pending[0].final);
  CHECK(!decision.needs_person());
}

void needs_person(const Decision& decision, const std::string& reason) {
  CHECK(decision.steps.empty());
  REQUIRE(decision.pending.size() == 1);
  CHECK_THAT(decision.pending[0].reason, Contains(reason));
  CHECK(decision.needs_person());
}

}  // namespace

TEST_CASE("A A free: its shard is changed", "[handover][unit]") {
  gives_to(decide(view_of(free_node("a", "a"))), "b");
}

TEST_CASE("B A free: its new host is waited for", "[handover][unit]") {
  waits(decide(view_of(free_node("b", "a"))), "has not taken it yet");
}

TEST_CASE("B B free: it is done", "[handover][unit]") {
  is_over(decide(view_of(free_node("b", "b"))));
}

TEST_CASE("A B free: its shard is changed", "[handover][unit]") {
  gives_to(decide(view_of(free_node("a", "b"))), "b");
}

TEST_CASE("A A with a server: its shard is changed, and nothing else yet", "[handover][unit]") {
  const Decision decision = decide(view_of(served_node("a", "a", "a")));

  gives_to(decision, "b");
  CHECK(decision.commands.empty());
}

TEST_CASE("B A with a server on A: nova-manage must move it", "[handover][unit]") {
  const Decision decision = decide(view_of(served_node("b", "a", "a")));

  needs_person(decision, "nova-manage");
  CHECK(decision.commands ==
        std::vector<std::string>{"nova-manage db ironic_compute_node_move --ironic-node-uuid " +
                                 node_a + " --destination-host b"});
  CHECK(decision.pending[0].server == server_a);
}

TEST_CASE("B A with a server, and B down: no command moves it to a dead host", "[handover][unit]") {
  View view = view_of(served_node("b", "a", "a"));
  view.targets["b"].up = false;

  const Decision decision = decide(view);

  waits(decision, "b is down");
  CHECK(decision.commands.empty());
}

TEST_CASE("row 96: B B with a server on A: half moved, an alarm", "[handover][unit]") {
  const Decision decision = decide(view_of(served_node("b", "b", "a")));

  needs_person(decision, "ALARM: half moved");
  REQUIRE(decision.commands.size() == 6);
  CHECK_THAT(decision.commands[0], Contains("--down b "));
  CHECK_THAT(decision.commands[1], Contains("--up a "));
  CHECK_THAT(decision.commands[2], Contains("--destination-host a"));
  CHECK_THAT(decision.commands[3], Contains("--down a "));
  CHECK_THAT(decision.commands[4], Contains("--up b "));
  CHECK_THAT(decision.commands[5], Contains("--destination-host b"));
}

TEST_CASE("B B with a server on B: it is done", "[handover][unit]") {
  is_over(decide(view_of(served_node("b", "b", "b"))));
}

TEST_CASE("A B with a server on B: its shard follows", "[handover][unit]") {
  gives_to(decide(view_of(served_node("a", "b", "b"))), "b");
}

TEST_CASE("a server that went elsewhere than planned takes its shard along", "[handover][unit]") {
  const Decision first = decide(view_of(served_node("b", "c", "c")));
  REQUIRE(first.plan);
  CHECK(first.plan->targets.at(node_a) == "c");

  gives_to(decide(view_of(served_node("b", "c", "c")), *first.plan), "c");
}

TEST_CASE("a server that Nova does not know: dangling, for a person", "[handover][unit]") {
  const auto [shard, row] =
      GENERATE(table<std::string, std::string>({{"a", "a"}, {"b", "a"}, {"b", "b"}, {"a", ""}}));

  needs_person(decide(view_of(served_node(shard, row, ""))), "Nova knows no server");
}

TEST_CASE("B, no compute node, free: its new host is waited for", "[handover][unit]") {
  waits(decide(view_of(free_node("b", ""))), "has not taken it yet");
}

TEST_CASE("A, no compute node, free: its shard is changed", "[handover][unit]") {
  gives_to(decide(view_of(free_node("a", ""))), "b");
}

TEST_CASE("a server without a compute node is for a person", "[handover][unit]") {
  needs_person(decide(view_of(served_node("b", "", "a"))), "no compute node");
}

TEST_CASE("row 94: a node that Ironic does not know is dropped, and its row goes with the service",
          "[handover][unit]") {
  const Decision decision = decide(view_of({.gone = true, .row = "a"}));

  is_over(decision);
  REQUIRE(decision.dropped.size() == 1);
  CHECK_THAT(decision.dropped[0], Contains(node_a));
}

TEST_CASE("a free node in a shard of somebody else is left to them", "[handover][unit]") {
  const Decision decision = decide(view_of(free_node("theirs", "a")));

  is_over(decision);
  REQUIRE(decision.dropped.size() == 1);
  CHECK_THAT(decision.dropped[0], Contains("theirs"));
}

TEST_CASE("a node with an allocation is given, and adopted when that ends", "[handover][unit]") {
  NodeState node = served_node("a", "a", "");
  node.allocated = true;
  gives_to(decide(view_of(node)), "b");

  node.shard = "b";
  is_over(decide(view_of(node)));
}

TEST_CASE("a node without its provider once the service is gone is waited for",
          "[handover][unit]") {
  NodeState node = free_node("b", "b");
  node.has_provider = false;
  View view = view_of(node);
  view.service.reset();

  waits(decide(view), "provider");
  view.nodes[node_a].has_provider = true;
  CHECK(decide(view).done);
}

TEST_CASE("rows 92, 93: a node that was turned down is left until its time", "[handover][unit]") {
  View view = view_of(free_node("a", "a"));
  view.now = 100;
  Tries tries{{node_a, {.conflicts = 1, .not_before = 101, .said = "locked by cond-1"}}};

  waits(decide(view, plan_to("b"), tries), "locked by cond-1");
  view.now = 101;
  gives_to(decide(view, plan_to("b"), tries), "b");
  tries[node_a].refused = true;
  needs_person(decide(view, plan_to("b"), tries), "locked by cond-1");
}

TEST_CASE("a server of the source without a node keeps its service", "[handover][unit]") {
  View view = view_of(free_node("b", "b"));
  openstack::Server server;
  server.id = server_a;
  server.status = "SOFT_DELETED";
  view.servers = {server};

  needs_person(decide(view), "SOFT_DELETED");
}
