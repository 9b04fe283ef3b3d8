// run() against the emulated cloud when the cloud, the network, or people get in the way.

#include <string>

#include "drain/bed.hpp"
#include "support/catch.hpp"

using namespace ncc;
using namespace ncc::drain;
using namespace ncc::drain::test;
using Catch::Contains;

namespace {

void set_running(Bed& bed, bool running) {
  for (fake_cloud::Service& service : bed.cloud.state.services) {
    service.running = running;
    service.last_seen = fake_cloud::now(bed.cloud);
  }
}

}  // namespace

TEST_CASE("row 59: without admin rights nothing is asked for", "[drain][cloud]") {
  Bed bed;
  bed.add_servers(2);
  bed.cloud.state.users[0].roles = {"member"};

  const Result result = bed.run();

  CHECK_FALSE(result.stopped.empty());
  CHECK(bed.all_posts() == 0);
  CHECK_FALSE(result.left.at("n1").empty());
}

TEST_CASE("row 60: a cell that does not answer ends the run, and nothing is called empty",
          "[drain][cloud]") {
  Bed bed;
  bed.cloud.state.settings.down_cells = {"n2"};

  const Result result = bed.run();

  CHECK_THAT(result.stopped, Contains("does not answer"));
  CHECK_FALSE(result.left.at("n1").empty());
  CHECK(bed.all_posts() == 0);
}

TEST_CASE("row 61: a token that expires is renewed", "[drain][cloud]") {
  Bed bed;
  give_slow_servers(bed, 3);
  bed.cloud.state.settings.token_lifetime = 50;

  const Result result = bed.run();

  CHECK(result.moved.size() == 3);
  CHECK(bed.logins() >= 3);
}

TEST_CASE("row 62: revoked credentials end the run, the next one adopts what runs",
          "[drain][cloud]") {
  Bed bed;
  give_slow_servers(bed, 2);
  at_time(bed, 20, [&bed] {
    bed.cloud.state.users[0].password = "changed";
    bed.cloud.tokens.clear();
  });

  const Result ended = bed.run();
  bed.cloud.state.users[0].password = "cloud-secret";
  const Result result = bed.run();

  CHECK_THAT(ended.stopped, Contains("401"));
  CHECK(ended.left.at("n1").size() == 2);
  CHECK(ended.in_flight.at("n1") == 1);  // parallel-per-host
  CHECK(result.left.at("n1").empty());
  CHECK(result.in_flight.empty());
  CHECK(bed.posts("os-migrateLive")[Bed::id(1)] == 1);
  CHECK(bed.posts("os-migrateLive")[Bed::id(2)] == 1);
}

TEST_CASE("row 63: a move that the policy forbids ends the run at once", "[drain][cloud]") {
  Bed bed;
  bed.add_servers(3);
  bed.fault(R"({"method":"POST","path":"/action$","status":403,"count":0})");

  const Result result = bed.run();

  CHECK_THAT(result.stopped, Contains("403"));
  CHECK(result.in_flight.empty());
  CHECK(bed.all_posts() == 1);
  CHECK(bed.journal.facts.empty());
}

TEST_CASE("row 65: a server stuck in its task is reported, and the run ends", "[drain][cloud]") {
  Bed bed;
  bed.add_servers(2);
  bed.options.parallel_per_host = 1;
  bed.cloud.state.settings.move_plans[Bed::id(1)] = {"lost", 0};
  bed.fault(R"({"method":"POST","path":"/action$","status":500,"process":true})");

  const Result result = bed.run();

  REQUIRE(result.left.at("n1").size() == 1);
  CHECK_THAT(result.left.at("n1")[0].reason, Contains("stuck"));
  CHECK(result.left.at("n1")[0].server == Bed::id(1));
  CHECK(result.moved == std::vector<std::string>{Bed::id(2)});
  CHECK(bed.posts("os-migrateLive")[Bed::id(1)] == 1);
  CHECK(bed.clock.seconds() < 1200);
}

TEST_CASE("row 66: a request that Nova did not carry out is made again", "[drain][cloud]") {
  Bed bed;
  bed.add_servers(1);
  bed.fault(R"({"method":"POST","path":"/action$","status":500})");

  const Result result = bed.run();

  CHECK(result.moved.size() == 1);
  CHECK(bed.all_posts() == 2);
  CHECK(bed.clock.seconds() >= 60);
}

TEST_CASE("row 76: a request that was heard, but not answered, is not made again",
          "[drain][cloud]") {
  Bed bed;
  give_slow_servers(bed, 1);
  const std::string fault =
      GENERATE(R"("status":502,"process":true,"html":true)", R"("drop":"after")");
  bed.fault(R"({"method":"POST","path":"/action$",)" + fault + "}");

  const Result result = bed.run();

  CHECK(result.moved.size() == 1);
  CHECK(bed.all_posts() == 1);
}

TEST_CASE("a request that came to nothing is told with what came instead of an answer",
          "[drain][cloud]") {
  Bed bed;
  bed.add_servers(1);
  bed.fault(R"({"method":"POST","path":"/action$","status":503,"count":0})");

  const Result result = bed.run();

  REQUIRE(result.left.at("n1").size() == 1);
  CHECK_THAT(result.left.at("n1")[0].reason, Contains("Nova answered 503"));
}

TEST_CASE("a confirmation that Nova turns down is told, and the next run confirms again",
          "[drain][cloud]") {
  Bed bed;
  bed.add_server(1, "SHUTOFF");
  bed.fault(R"({"method":"POST","path":"/action$","status":409,"nth":2,"count":0})");

  const Result ended = bed.run();
  bed.cloud.faults.clear();
  const Result next_run = bed.run();

  REQUIRE(ended.left.at("n1").size() == 1);
  CHECK_THAT(ended.left.at("n1")[0].reason, Contains("Nova answered 409"));
  CHECK(next_run.left.at("n1").empty());
  CHECK(bed.server(1).status == "SHUTOFF");
}

TEST_CASE("row 67: a server that got busy before our request is tried later", "[drain][cloud]") {
  Bed bed;
  bed.add_servers(1);
  bool met = false;
  bed.http.before_request = [&](const HttpRequest& request) {
    if (!met && request.url.ends_with("/action")) {
      met = true;
      bed.server(1).task_state = "image_uploading";
    } else if (bed.clock.seconds() > 45) {
      bed.server(1).task_state.reset();
      bed.http.before_request = {};
    }
  };

  const Result result = bed.run();

  CHECK(result.moved.size() == 1);
  CHECK(bed.all_posts() == 2);
}

TEST_CASE("row 68: two minutes of a proxy's error pages are waited out", "[drain][cloud]") {
  Bed bed;
  give_slow_servers(bed, 2);
  const std::string fault =
      GENERATE(R"("status":503,"html":true)", R"("drop":"before")", R"("status":500)");
  at_time(bed, 10, [&] { bed.fault(R"({"path":".","count":0,)" + fault + "}"); });
  at_time(bed, 130, [&bed] { bed.cloud.faults.clear(); });

  const Result result = bed.run();

  CHECK(result.left.at("n1").empty());
  CHECK(result.moved.size() == 2);
  CHECK(bed.clock.seconds() < 130 + 60 + 60 + 30);
}

TEST_CASE("row 70: nothing is started while all services look down", "[drain][cloud]") {
  Bed bed;
  give_slow_servers(bed, 6);
  bed.options.parallel_per_host = 2;
  at_time(bed, 10, [&bed] { set_running(bed, false); });
  at_time(bed, 1000, [&bed] { set_running(bed, true); });
  int posts_while_down = 0;
  at_time(bed, 100, [&] { posts_while_down -= bed.all_posts(); });
  at_time(bed, 999, [&] { posts_while_down += bed.all_posts(); });

  const Result result = bed.run();

  CHECK(posts_while_down == 0);
  CHECK(result.moved.size() == 6);
  CHECK(result.left.at("n1").empty());
}

TEST_CASE("row 71: a host that loses its power is suspected, not evacuated", "[drain][cloud]") {
  Bed bed;
  give_slow_servers(bed, 3);
  at_time(bed, 20, [&bed] { bed.stop_host("n1"); });

  const Result result = bed.run();

  CHECK(bed.posts("evacuate").empty());
  CHECK_FALSE(bed.service("n1").forced_down);
  CHECK(result.left.at("n1").size() == 4);  // the host and its servers
  for (const Left& left : result.left.at("n1")) {
    CHECK(left.final);
    CHECK_THAT(left.reason, Contains("suspected down"));
  }
  CHECK(bed.clock.seconds() < 600);
}

TEST_CASE("row 74: a migration that a restart of nova-compute aborted is tried again",
          "[drain][cloud]") {
  Bed bed;
  give_slow_servers(bed, 1);
  at_time(bed, 30, [&bed] {
    bed.stop_host("n1");
    bed.control("POST /_emulator/compute", R"({"action":"start","host":"n1"})");
  });

  const Result result = bed.run();

  CHECK(result.left.at("n1").empty());
  CHECK(bed.posts("os-migrateLive")[Bed::id(1)] == 2);
}

TEST_CASE("row 122: a wrong password is tried once", "[drain][cloud]") {
  Bed bed;
  bed.add_servers(1);
  bed.credentials.password = Secret("wrong");

  const Result result = bed.run();

  CHECK(bed.logins() == 1);
  CHECK_THAT(result.stopped, Contains("401"));
}

TEST_CASE("row 126: an older cloud is never sent a newer microversion", "[drain][cloud]") {
  Bed bed;
  bed.cloud.state.settings.compute_max = "2.90";
  bed.add_server(1, "ACTIVE");
  bed.add_server(2, "SHUTOFF");

  CHECK(bed.run().left.at("n1").empty());
  for (const fake_cloud::LogEntry& entry : bed.cloud.log) {
    CHECK(entry.microversion <= "compute 2.90");
    CHECK(entry.status != 406);
  }
}
