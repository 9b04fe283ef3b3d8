// run() against the emulated cloud when people and other programs act at the same time, and when
// clocks differ.

#include <chrono>
#include <string>

#include "drain/bed.hpp"
#include "support/catch.hpp"

using namespace ncc;
using namespace ncc::drain;
using namespace ncc::drain::test;
using Catch::Contains;
using std::chrono::seconds;

TEST_CASE("row 128: a run that is stopped lets what runs arrive; the next one goes on",
          "[drain][cloud]") {
  Bed bed;
  give_slow_servers(bed, 3);
  bed.stop_asked = [&bed] { return bed.clock.seconds() > 30; };

  const Result stopped = bed.run();
  bed.stop_asked = {};
  const Result result = bed.run();

  CHECK(stopped.stopped == "stopped on request");
  CHECK(stopped.moved.size() == 1);
  CHECK(stopped.left.at("n1").size() == 2);
  CHECK(result.left.at("n1").empty());
  CHECK(bed.all_posts() == 3);
}

TEST_CASE("a cold migration is confirmed although the run was stopped", "[drain][cloud]") {
  Bed bed;
  bed.add_server(1, "SHUTOFF");
  bed.add_server(2, "SHUTOFF");
  bed.cloud.state.settings.cold_seconds = 60;
  bed.options.parallel_per_host = 1;
  bed.stop_asked = [&bed] { return bed.clock.seconds() > 30; };

  const Result result = bed.run();

  CHECK(result.moved == std::vector<std::string>{Bed::id(1)});
  CHECK(bed.server(1).status == "SHUTOFF");
  CHECK(bed.server(2).host == "n1");
}

TEST_CASE("a run that is out of time waits little longer, the next one adopts", "[drain][cloud]") {
  Bed bed;
  bed.add_servers(1);
  bed.cloud.state.settings.live_seconds = 1000;
  bed.options.timeout = seconds(30);

  const Result late = bed.run();
  CHECK_THAT(late.stopped, Contains("out of time"));
  CHECK(late.left.at("n1").size() == 1);
  CHECK(bed.clock.seconds() < 30 + 60 + 10);

  bed.options.timeout = seconds(3600);
  CHECK(bed.run().left.at("n1").empty());
  CHECK(bed.all_posts() == 1);
}

TEST_CASE("a host that is taken over between a look and its moves is let go", "[drain][cloud]") {
  Bed bed;
  bed.add_servers(2);
  bed.http.before_request = [&bed](const HttpRequest& request) {
    if (request.url.find("/servers/detail") != std::string::npos) {
      bed.service("n1").disabled_reason = "maintenance by Ann";
    }
  };

  const Result result = bed.run();

  CHECK(bed.all_posts() == 0);
  CHECK(result.left.at("n1").size() == 3);  // the host and its servers
}

TEST_CASE("a host that is taken over meanwhile is let go", "[drain][cloud]") {
  Bed bed;
  give_slow_servers(bed, 3);
  at_time(bed, 30, [&bed] { bed.service("n1").disabled_reason = "maintenance by Ann"; });

  const Result result = bed.run();

  CHECK(bed.all_posts() == 1);
  CHECK(result.moved.size() == 1);
  CHECK(result.left.at("n1").size() == 3);  // the host and two servers
}

TEST_CASE("moves that other people started are waited for", "[drain][cloud]") {
  Bed bed;
  bed.add_server(1, "ACTIVE");
  bed.add_server(2, "SHUTOFF");
  bed.cloud.state.settings.live_seconds = 60;
  bed.cloud.state.settings.cold_seconds = 60;
  openstack::Session session(bed.platform, bed.credentials);
  openstack::Nova nova(session);
  CHECK(nova.live_migrate(Bed::id(1)).code == 202);
  CHECK(nova.cold_migrate(Bed::id(2)).code == 202);

  const Result result = bed.run();

  CHECK(bed.all_posts() == 2);
  REQUIRE(result.left.at("n1").size() == 1);
  CHECK(result.left.at("n1")[0].server == Bed::id(2));
  CHECK_THAT(result.left.at("n1")[0].reason, Contains("somebody else"));
  CHECK(bed.server(2).status == "VERIFY_RESIZE");
}

TEST_CASE("a resize that awaited its confirmation before the run is reported", "[drain][cloud]") {
  Bed bed;
  bed.add_server(1, "SHUTOFF");
  openstack::Session session(bed.platform, bed.credentials);
  CHECK(openstack::Nova(session).cold_migrate(Bed::id(1)).code == 202);

  const Result result = bed.run();

  REQUIRE(result.left.at("n1").size() == 1);
  CHECK_THAT(result.left.at("n1")[0].reason, Contains("somebody else"));
  CHECK(result.left.at("n1")[0].final);
  CHECK(bed.clock.seconds() < 30);
}

TEST_CASE("one of Nova's clocks may be far ahead", "[drain][cloud]") {
  Bed bed;
  fake_cloud::Migration record;
  record.id = 1;
  record.uuid = Bed::id(99);
  record.instance_uuid = Bed::id(98);
  record.source_compute = record.source_node = "n2";
  record.dest_compute = record.dest_node = "n3";
  record.status = "completed";
  record.created_at = record.updated_at = 1'700'003'600;
  bed.cloud.state.migrations.push_back(record);
  bed.add_servers(1);
  bed.cloud.state.settings.move_plans[Bed::id(1)] = {"failed", 0};

  const Result result = bed.run();

  REQUIRE(result.left.at("n1").size() == 1);
  CHECK_THAT(result.left.at("n1")[0].reason, Contains("ended in status failed"));
}

TEST_CASE("Nova's clock may differ from ours", "[drain][cloud]") {
  Bed bed;
  const int difference = GENERATE(-240, 240);
  const auto real = bed.cloud.real_seconds;
  bed.cloud.real_seconds = [real, difference] { return real() + difference; };
  bed.add_server(1, "ACTIVE");
  bed.add_server(2, "SHUTOFF");
  bed.add_server(3, "ACTIVE");
  bed.cloud.state.settings.live_seconds = 20;
  bed.cloud.state.settings.cold_seconds = 20;
  bed.cloud.state.settings.move_plans[Bed::id(3)] = {"failed", 1};

  const Result result = bed.run();

  CHECK(result.left.at("n1").empty());
  CHECK(bed.all_posts() == 5);  // two moves, a confirmation, a move that failed and its repetition
}

TEST_CASE("a leftover migration of an earlier restart keeps a host from being called empty",
          "[drain][cloud]") {
  Bed bed;
  fake_cloud::Migration record;
  record.id = 1;
  record.uuid = Bed::id(99);
  record.instance_uuid = Bed::id(98);
  record.source_compute = record.source_node = "n1";
  record.dest_compute = record.dest_node = "n2";
  record.status = "preparing";
  record.created_at = 1'699'000'000;
  bed.cloud.state.migrations.push_back(record);

  const Result result = bed.run();

  REQUIRE(result.left.at("n1").size() == 1);
  CHECK(result.left.at("n1")[0].final);
  CHECK_THAT(result.left.at("n1")[0].reason, Contains("live-migration 1"));
}
