// run() against the emulated cloud: what a host's nodes go through.

#include <string>

#include "handover/bed.hpp"
#include "support/catch.hpp"

using namespace ncc;
using namespace ncc::handover;
using namespace ncc::handover::test;
using Catch::Contains;

TEST_CASE("row 87: with somebody who runs nova-manage, all nodes leave and the service goes",
          "[handover][cloud]") {
  Bed bed;
  const auto free = bed.add_nodes(60, "a");
  const auto served = bed.add_served(40, "a");

  const Result first = bed.run();
  for (const std::string& command : first.last.commands) {
    bed.run_command(command);
  }
  const Result second = bed.run();

  CHECK(first.last.commands.size() == 40);
  CHECK(second.last.done);
  CHECK(second.last.pending.empty());
  CHECK(!bed.has_service("a"));
  CHECK(bed.by_shard() == std::map<std::string, int>{{"b", 51}, {"c", 51}});
  for (const auto& nodes : {free, served}) {
    for (const std::string& uuid : nodes) {
      CHECK(bed.row(uuid) == bed.node(uuid).shard);
      CHECK(bed.has_provider(uuid));
    }
  }
  for (const std::string& uuid : served) {
    CHECK(bed.server_on(uuid).host == bed.node(uuid).shard);
  }
  CHECK(bed.patches() == 100);
  CHECK(bed.http.most == 16);
  CHECK(bed.journal.facts.empty());
}

TEST_CASE("row 88: without it, free nodes leave, the rest is told and the service stays",
          "[handover][cloud]") {
  Bed bed;
  const auto free = bed.add_nodes(60, "a");
  const auto served = bed.add_served(40, "a");

  const Result result = bed.run();

  CHECK(!result.last.done);
  CHECK(result.stopped.empty());
  CHECK(result.last.refuse.empty());
  CHECK(result.last.pending.size() == 40);
  CHECK(result.last.counts == Counts{.nodes = 100, .done = 60, .to_move = 40});
  for (const std::string& uuid : free) {
    CHECK(bed.row(uuid) == bed.node(uuid).shard);
  }
  for (const std::string& uuid : served) {
    CHECK(bed.row(uuid) == "a");
    CHECK(bed.server_on(uuid).host == "a");
  }
  const fake_cloud::Service& service = bed.service("a");
  CHECK(!service.enabled);
  CHECK(service.disabled_reason == tombstone);
  CHECK(service.forced_down);
  CHECK(!bed.runs);
  CHECK(bed.count("DELETE", "/os-services/") == 0);
}

TEST_CASE("a host without nodes loses its service", "[handover][cloud]") {
  Bed bed;

  const Result result = bed.run();

  CHECK(result.last.done);
  CHECK(!bed.has_service("a"));
  CHECK(bed.patches() == 0);
}

TEST_CASE("a node that appears after a look that saw none leaves before the service goes",
          "[handover][cloud]") {
  Bed bed;
  // The last request of a look that finds the host empty: what comes now is seen by the next one.
  bed.http.before_request = [&, done = false](const HttpRequest& request) mutable {
    const bool lists_servers = request.url.find("/servers/detail") != std::string::npos;
    if (!done && lists_servers && bed.service("a").forced_down) {
      done = true;
      bed.add_nodes(1, "a");
    }
  };

  const Result result = bed.run();

  CHECK(result.last.done);
  const auto first = [&](const std::string& method, const std::string& part) {
    return std::find_if(
        bed.cloud.log.begin(), bed.cloud.log.end(), [&](const fake_cloud::LogEntry& entry) {
          return entry.method == method && entry.path.find(part) != std::string::npos;
        });
  };
  const auto given = first("PATCH", "/nodes/");
  CHECK(given < first("DELETE", "/os-services/"));
  CHECK(given != bed.cloud.log.end());
  CHECK(bed.by_shard().count("a") == 0);
}

TEST_CASE("a fenced host is handed over without its machine", "[handover][cloud]") {
  Bed bed;
  const auto nodes = bed.add_nodes(4, "a");
  bed.stop("a");
  bed.clock.sleep(std::chrono::seconds(61));
  bed.job.source.fenced = true;

  const Result result = bed.run();

  CHECK(result.last.done);
  CHECK(!bed.has_service("a"));
  CHECK(bed.by_shard() == std::map<std::string, int>{{"b", 3}, {"c", 3}});
}

TEST_CASE("row 92: a node whose lock is held thrice is given in the end", "[handover][cloud]") {
  Bed bed;
  const auto nodes = bed.add_nodes(3, "a");
  bed.node(nodes[1]).locked_changes = 3;

  const Result result = bed.run();

  CHECK(result.last.done);
  CHECK(bed.patches() == 3 + 3);
  CHECK(bed.row(nodes[1]) == bed.node(nodes[1]).shard);
}

TEST_CASE("row 93: a node in transition is left for later, and the handover is in progress",
          "[handover][cloud]") {
  Bed bed;
  const auto nodes = bed.add_nodes(3, "a");
  fake_cloud::IronicNode& cleaning = bed.node(nodes[0]);
  cleaning.provision_state = "cleaning";
  cleaning.target_provision_state = "available";
  bed.job.options.timeout = std::chrono::seconds(600);

  const Result result = bed.run();

  CHECK_THAT(result.stopped, Contains("out of time"));
  CHECK(result.last.refuse.empty());
  REQUIRE(result.last.pending.size() == 1);
  CHECK(result.last.pending[0].node == nodes[0]);
  CHECK(!result.last.pending[0].final);
  CHECK(bed.node(nodes[0]).shard == "a");
  CHECK(bed.row(nodes[1]) != "a");
  CHECK(bed.row(nodes[2]) != "a");

  bed.node(nodes[0]).provision_state = "available";
  bed.node(nodes[0]).target_provision_state.reset();
  CHECK(bed.run().last.done);
}

TEST_CASE("row 94: a node that is deleted meanwhile is dropped and reported", "[handover][cloud]") {
  Bed bed;
  const auto nodes = bed.add_nodes(4, "a");
  bed.http.before_request = [&, done = false](const HttpRequest& request) mutable {
    if (!done && request.method == "PATCH") {
      done = true;
      bed.control("DELETE /_emulator/ironic/nodes/" + nodes[3], {});
    }
  };

  const Result result = bed.run();

  CHECK(result.last.done);
  REQUIRE(result.last.dropped.size() == 1);
  CHECK_THAT(result.last.dropped[0], Contains(nodes[3]));
  CHECK(!bed.has_service("a"));
}

TEST_CASE("row 96: a node that was moved gets no command again", "[handover][cloud]") {
  Bed bed;
  const auto served = bed.add_served(2, "a");
  const Result first = bed.run();
  REQUIRE(first.last.commands.size() == 2);
  bed.run_command(first.last.commands[0]);

  const Result second = bed.run();

  CHECK(second.last.commands == std::vector<std::string>{first.last.commands[1]});
  CHECK(bed.patches() == 2);
}

TEST_CASE("row 96: a half move is an alarm, and its repair ends well", "[handover][cloud]") {
  Bed bed;
  const auto served = bed.add_served(1, "a");
  const Result first = bed.run();
  REQUIRE(first.last.commands.size() == 1);
  CHECK_THROWS(bed.run_command(first.last.commands[0], true));

  const Result alarm = bed.run();
  REQUIRE(alarm.last.pending.size() == 1);
  CHECK_THAT(alarm.last.pending[0].reason, Contains("ALARM: half moved"));
  CHECK(alarm.last.commands.size() == 6);
  CHECK(bed.has_service("a"));
  for (const std::string& command : alarm.last.commands) {
    bed.run_command(command);
  }

  CHECK(bed.run().last.done);
  CHECK(bed.server_on(served[0]).host == bed.node(served[0]).shard);
}

TEST_CASE("row 97: while a process of the source runs its death is not declared",
          "[handover][cloud]") {
  Bed bed;
  const auto nodes = bed.add_nodes(2, "a");

  SECTION("fenced") {
    bed.job.source.fenced = true;
    CHECK_THAT(bed.run().last.refuse, Contains("not off"));
    CHECK(bed.puts() == 0);
  }
  SECTION("another process has its name") {
    bed.runs = false;
    CHECK_THAT(bed.run().last.refuse, Contains("another process"));
    CHECK(bed.puts() == 1);
  }
  SECTION("it does not stop") {
    bed.stops = false;
    bed.job.options.timeout = std::chrono::seconds(600);
    CHECK_THAT(bed.run().stopped, Contains("out of time"));
    CHECK(bed.puts() == 1);
  }

  CHECK(!bed.service("a").forced_down);
  CHECK(bed.patches() == 0);
}

TEST_CASE("row 98: a target without a host mapping is named, with what to run",
          "[handover][cloud]") {
  Bed bed;
  const auto nodes = bed.add_nodes(2, "a");
  bed.service("b").mapped = false;
  bed.service("b").found_by_node = false;

  const Result result = bed.run();

  CHECK_THAT(result.last.refuse, Contains("of b:") && Contains("discover_hosts --by-service"));
  CHECK(bed.puts() == 0);
  CHECK(bed.patches() == 0);
  CHECK(bed.runs);
  bed.discover();
  CHECK(bed.run().last.done);
}

TEST_CASE("row 99: when a target dies, what it has not taken goes elsewhere by a new revision",
          "[handover][cloud]") {
  Bed bed;
  bed.add_nodes(6, "a");
  bed.http.before_request = [&, done = false](const HttpRequest& request) mutable {
    if (!done && request.method == "PATCH") {
      done = true;
      bed.stop("b");
    }
  };

  const Result result = bed.run();

  CHECK(result.last.done);
  CHECK(result.plan.revision == 2);
  CHECK(bed.clock.seconds() > 180);
  CHECK(bed.by_shard() == std::map<std::string, int>{{"b", 1}, {"c", 7}});
  CHECK(bed.patches() == 6 + 3);
}

TEST_CASE("row 101: an Ironic without shards is refused before anything is done",
          "[handover][cloud]") {
  Bed bed;
  bed.add_nodes(2, "a");
  bed.cloud.state.settings.ironic_max = "1.81";

  const Result result = bed.run();

  CHECK_THAT(result.last.refuse, Contains("1.81") && Contains("conductor_group"));
  CHECK(bed.patches() == 0);
  CHECK(bed.puts() == 0);
}

TEST_CASE("row 103: a node that gets a server meanwhile is not given away under it",
          "[handover][cloud]") {
  Bed bed;
  const auto nodes = bed.add_nodes(3, "a");
  // Between the look and the change.
  bed.http.before_request = [&, done = false](const HttpRequest& request) mutable {
    const bool rereads = request.method == "GET" && request.url.find(nodes[1]) != std::string::npos;
    if (!done && rereads) {
      done = true;
      bed.node(nodes[1]).instance_uuid = "5e000000-0000-4000-8000-000000000001";
      CHECK(bed.node(nodes[1]).shard == "a");
    }
  };

  const Result result = bed.run();

  CHECK(!result.last.done);
  REQUIRE(result.last.pending.size() == 1);
  CHECK(result.last.pending[0].node == nodes[1]);
  CHECK(bed.node(nodes[1]).shard == "a");
  CHECK(bed.has_service("a"));
}
