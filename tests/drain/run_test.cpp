// run() against the emulated cloud: moves that go well, and those that do not.

#include <string>

#include "drain/bed.hpp"
#include "support/catch.hpp"

using namespace ncc;
using namespace ncc::drain;
using namespace ncc::drain::test;
using Catch::Contains;

TEST_CASE("row 44: every server leaves and is what it was before", "[drain][cloud]") {
  Bed bed;
  for (const int number : {1, 2, 3, 4, 5}) {
    bed.add_server(number, "ACTIVE");
  }
  bed.add_server(6, "SHUTOFF");
  bed.add_server(7, "SHUTOFF");
  bed.add_server(8, "PAUSED");
  bed.cloud.state.settings.live_seconds = 20;
  bed.cloud.state.settings.cold_seconds = 30;

  const Result result = bed.run();

  CHECK(result.left.at("n1").empty());
  CHECK(result.moved.size() == 8);
  CHECK(result.stopped.empty());
  for (const int number : {1, 2, 3, 4, 5, 6, 7, 8}) {
    CHECK(bed.server(number).host != "n1");
    CHECK(bed.server(number).status == (number < 6 ? "ACTIVE" : number < 8 ? "SHUTOFF" : "PAUSED"));
  }
  CHECK(bed.posts("confirmResize").size() == 2);
  CHECK(bed.all_posts() == 10);
  CHECK(bed.journal.facts.empty());
}

TEST_CASE("an empty host is looked at twice, and nothing is done", "[drain][cloud]") {
  Bed bed;

  const Result result = bed.run();

  CHECK(result.left.at("n1").empty());
  CHECK(bed.all_posts() == 0);
  CHECK(bed.clock.seconds() >= 0.5);
  CHECK(bed.clock.seconds() < 10);
}

TEST_CASE("row 45: the limits hold, seen from the migrations of the cloud", "[drain][cloud]") {
  Bed bed;
  bed.cloud.state.settings.live_seconds = 30;
  bed.sources.clear();
  for (const std::string host : {"n1", "n4", "n5", "n6"}) {
    if (host != "n1") {
      bed.add_host(host);
    }
    bed.disable(host);
    bed.sources.push_back(Bed::source(host));
    bed.add_servers(4, host);
  }
  bed.options.parallel = 3;
  bed.options.parallel_per_host = 1;
  int most = 0;
  int most_of_a_host = 0;
  bed.http.before_request = [&](const HttpRequest&) {
    std::map<std::string, int> from;
    int all = 0;
    for (const auto& migration : bed.cloud.state.migrations) {
      if (migration.status != "completed") {
        most = std::max(most, ++all);
        most_of_a_host = std::max(most_of_a_host, ++from[migration.source_compute]);
      }
    }
  };

  const Result result = bed.run();

  CHECK(result.moved.size() == 16);
  CHECK(most == 3);
  CHECK(most_of_a_host == 1);
}

TEST_CASE("row 46: a migration without a valid host is tried again, and Nova's reason is told",
          "[drain][cloud]") {
  Bed bed;
  bed.add_server(1, "ACTIVE");
  bed.cloud.state.settings.move_plans[Bed::id(1)] = {"error", 0};

  const Result result = bed.run();

  REQUIRE(result.left.at("n1").size() == 1);
  const Left left = result.left.at("n1")[0];
  CHECK(left.final);
  CHECK(left.server == Bed::id(1));
  CHECK_THAT(left.reason, Contains("No valid host"));
  CHECK(bed.posts("os-migrateLive")[Bed::id(1)] == 3);
  CHECK(bed.clock.seconds() >= 30 + 60);
  CHECK(bed.server(1).status == "ACTIVE");
  CHECK(result.moved.empty());
}

TEST_CASE("row 47: a migration that failed is tried again, then reported; others go on",
          "[drain][cloud]") {
  Bed bed;
  bed.add_server(1, "ACTIVE");
  bed.add_server(2, "ACTIVE");
  bed.add_server(3, "ACTIVE");
  bed.cloud.state.settings.live_seconds = 10;
  bed.cloud.state.settings.move_plans[Bed::id(1)] = {"failed", 0};
  bed.cloud.state.settings.move_plans[Bed::id(2)] = {"failed", 2};

  const Result result = bed.run();

  REQUIRE(result.left.at("n1").size() == 1);
  CHECK(result.left.at("n1")[0].server == Bed::id(1));
  CHECK_THAT(result.left.at("n1")[0].reason, Contains("failed"));
  CHECK(result.moved.size() == 2);
  CHECK(bed.posts("os-migrateLive")[Bed::id(1)] == 3);
  CHECK(bed.posts("os-migrateLive")[Bed::id(2)] == 3);
  CHECK(bed.posts("os-migrateLive")[Bed::id(3)] == 1);
}

TEST_CASE("row 48: a migration that an operator cancelled is left", "[drain][cloud]") {
  Bed bed;
  bed.add_server(1, "ACTIVE");
  bed.cloud.state.settings.move_plans[Bed::id(1)] = {"cancelled", 1};

  const Result result = bed.run();

  REQUIRE(result.left.at("n1").size() == 1);
  CHECK_THAT(result.left.at("n1")[0].reason, Contains("cancelled by an operator"));
  CHECK(bed.all_posts() == 1);
}

TEST_CASE("a run after a failed one tries anew", "[drain][cloud]") {
  Bed bed;
  bed.add_server(1, "ACTIVE");
  bed.cloud.state.settings.move_plans[Bed::id(1)] = {"cancelled", 1};
  CHECK(bed.run().left.at("n1").size() == 1);

  const Result result = bed.run();

  CHECK(result.left.at("n1").empty());
  CHECK(result.moved.size() == 1);
}

TEST_CASE("row 49: what cannot be moved is reported, the rest moves", "[drain][cloud]") {
  Bed bed;
  bed.add_server(1, "SUSPENDED");
  bed.add_server(2, "RESCUE");
  bed.add_server(3, "ERROR");
  bed.add_server(4, "ACTIVE");
  bed.add_server(5, "SOFT_DELETED");

  const Result result = bed.run();

  CHECK(result.moved == std::vector<std::string>{Bed::id(4)});
  REQUIRE(result.left.at("n1").size() == 4);
  for (const Left& left : result.left.at("n1")) {
    CHECK(left.final);
  }
  CHECK(bed.all_posts() == 1);
}

TEST_CASE("row 50: a shelved server is offloaded", "[drain][cloud]") {
  Bed bed;
  bed.add_server(1, "SHELVED");

  const Result result = bed.run();

  CHECK(result.left.at("n1").empty());
  CHECK(bed.server(1).status == "SHELVED_OFFLOADED");
}

TEST_CASE("row 51: what Nova refuses at once is asked for once", "[drain][cloud]") {
  Bed bed;
  bed.add_server(1, "ACTIVE").features = {"vtpm_user"};
  bed.add_server(2, "ACTIVE").features = {"pci"};

  const Result result = bed.run();

  CHECK(result.left.at("n1").size() == 2);
  CHECK(bed.posts("os-migrateLive")[Bed::id(1)] == 1);
  CHECK(bed.posts("os-migrateLive")[Bed::id(2)] <= 3);
}

TEST_CASE("row 52: a hard affinity group costs no request", "[drain][cloud]") {
  Bed bed;
  bed.add_servers(2);
  bed.cloud.state.server_groups = {
      {.id = Bed::id(77), .name = "g", .policy = "affinity", .members = {Bed::id(1), Bed::id(2)}}};

  const Result result = bed.run();

  REQUIRE(result.left.at("n1").size() == 2);
  CHECK_THAT(result.left.at("n1")[0].reason, Contains(Bed::id(77)));
  CHECK(bed.all_posts() == 0);
}

TEST_CASE("row 53: an anti-affinity group that fits nowhere is reported, others move",
          "[drain][cloud]") {
  Bed bed;
  bed.add_server(1, "ACTIVE", "n1");
  bed.add_server(2, "ACTIVE", "n2");
  bed.add_server(3, "ACTIVE", "n3");
  bed.add_server(4, "ACTIVE", "n1");
  bed.cloud.state.server_groups = {{.id = Bed::id(77),
                                    .name = "g",
                                    .policy = "anti-affinity",
                                    .members = {Bed::id(1), Bed::id(2), Bed::id(3)}}};

  const Result result = bed.run();

  REQUIRE(result.left.at("n1").size() == 1);
  CHECK(result.left.at("n1")[0].server == Bed::id(1));
  CHECK_THAT(result.left.at("n1")[0].reason, Contains("No valid host"));
  CHECK(result.moved == std::vector<std::string>{Bed::id(4)});
}

TEST_CASE("row 54: a locked server stays, or moves and stays locked", "[drain][cloud]") {
  Bed bed;
  bed.add_server(1, "ACTIVE").locked = true;

  CHECK(bed.run().left.at("n1").size() == 1);
  CHECK(bed.all_posts() == 0);

  bed.options.respect_locks = false;
  CHECK(bed.run().left.at("n1").empty());
  CHECK(bed.server(1).locked);
}

TEST_CASE("row 56: a server that appears meanwhile is found", "[drain][cloud]") {
  Bed bed;
  bed.add_server(1, "ACTIVE");
  bed.cloud.state.settings.live_seconds = 20;
  bool late = false;
  bed.http.before_request = [&](const HttpRequest&) {
    if (!late && bed.clock.seconds() > 15) {
      late = true;
      bed.add_server(2, "ACTIVE");
    }
  };

  const Result result = bed.run();

  CHECK(result.left.at("n1").empty());
  CHECK(result.moved.size() == 2);
}

TEST_CASE("row 56: a server that appears between the two last looks is found", "[drain][cloud]") {
  Bed bed;
  int listings = 0;
  bed.http.before_request = [&](const HttpRequest& request) {
    listings += request.url.find("soft_deleted=true") != std::string::npos ? 1 : 0;
    if (listings == 1 && bed.cloud.state.servers.empty() && bed.clock.seconds() > 0.4) {
      bed.add_server(1, "ACTIVE");
    }
  };

  const Result result = bed.run();

  CHECK(result.left.at("n1").empty());
  CHECK(result.moved.size() == 1);
}

TEST_CASE("a server whose task is over is moved while others still are", "[drain][cloud]") {
  Bed bed;
  bed.add_server(1, "ACTIVE");
  bed.add_server(2, "ACTIVE").task_state = "image_uploading";
  bed.cloud.state.settings.live_seconds = 300;
  bed.http.before_request = [&bed](const HttpRequest&) {
    if (bed.clock.seconds() > 40 && bed.server(2).task_state == "image_uploading") {
      bed.server(2).task_state.reset();
    }
  };

  const Result result = bed.run();

  CHECK(result.moved.size() == 2);
  CHECK(bed.clock.seconds() < 450);
}

TEST_CASE("row 72: a dead host is evacuated once it is fenced", "[drain][cloud]") {
  Bed bed;
  bed.add_server(1, "ACTIVE");
  bed.add_server(2, "SHUTOFF");
  bed.add_server(3, "PAUSED");
  bed.cloud.state.settings.evacuate_seconds = 20;
  bed.stop_host("n1");
  bed.clock.sleep(std::chrono::seconds(100));
  bed.options.mode = Mode::evacuate;

  CHECK(bed.run().left.at("n1").size() >= 3);
  CHECK(bed.all_posts() == 0);

  bed.options.fenced = true;
  const Result result = bed.run();
  CHECK(bed.service("n1").forced_down);
  CHECK(result.moved.size() == 2);
  REQUIRE(result.left.at("n1").size() == 1);
  CHECK(result.left.at("n1")[0].server == Bed::id(3));
}

TEST_CASE("moves of N servers cost little more than N x T / P", "[drain][cloud]") {
  Bed bed;
  bed.add_servers(40);
  bed.cloud.state.settings.live_seconds = 60;
  bed.options.parallel_per_host = 2;

  const Result result = bed.run();

  CHECK(result.moved.size() == 40);
  CHECK(bed.clock.seconds() <= 1.05 * 40 * 60 / 2);
}

TEST_CASE("a look costs one listing of migrations, not one request a server", "[drain][cloud]") {
  Bed bed;
  bed.add_servers(200);
  bed.cloud.state.settings.live_seconds = 60;
  bed.options.parallel_per_host = 20;
  bed.options.parallel = 20;

  const Result result = bed.run();

  CHECK(result.moved.size() == 200);
  CHECK(bed.http.requests < 12 * 200);
}

TEST_CASE("a plan for people changes nothing", "[drain][cloud]") {
  Bed bed;
  bed.add_server(1, "ACTIVE");
  bed.add_server(2, "SUSPENDED");

  const Decision decision = bed.look();

  CHECK(decision.steps.size() == 1);
  CHECK(decision.left.at("n1").size() == 2);
  CHECK(bed.all_posts() == 0);
  CHECK(bed.journal.facts.empty());
}
