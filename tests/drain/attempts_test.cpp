// next() with something tried or running: adopted, failed, tried again, confirmed, settled.

#include <string>
#include <vector>

#include "drain/views.hpp"
#include "support/catch.hpp"

using namespace ncc;
using namespace ncc::drain;
using namespace ncc::drain::test;
using Catch::Contains;

namespace {

/// A live migration of "s" was asked for 20 s ago.
Situation asked(const std::string& way = "live") {
  Situation situation({server("s", way == "cold" ? "SHUTOFF" : "ACTIVE")});
  situation.attempts["s"] = attempt(way);
  return situation;
}

}  // namespace

TEST_CASE("an accepted request is not asked for again while nothing is seen of it",
          "[drain][unit]") {
  const Situation situation = asked();

  CHECK(situation.steps().empty());
  CHECK(situation.decide().failed.empty());
  CHECK(situation.decide().moving == 1);
}

TEST_CASE("row 66: a request without a trace after a minute counts as a failed try",
          "[drain][unit]") {
  Situation situation = asked();
  situation.attempts["s"].request_id = "";
  situation.attempts["s"].asked_at = now - 60;

  CHECK(situation.decide().failed ==
        std::vector<Failure>{{"s", "the request came to nothing", true}});
  CHECK(situation.decide().moving == 0);
}

TEST_CASE("after a lost answer the minute begins with its loss", "[drain][unit]") {
  Situation situation = asked();
  situation.attempts["s"].asked_at = now - 90;
  situation.attempts["s"].not_before = now + 30;

  CHECK(situation.decide().failed.empty());
  CHECK(situation.decide().moving == 1);
}

TEST_CASE("row 76: a task or a newer migration shows that a request was heard", "[drain][unit]") {
  Situation task = asked();
  task.attempts["s"].asked_at = now - 300;
  task.view.servers["n1"][0].task_state = "migrating";
  Situation record = asked();
  record.attempts["s"].asked_at = now - 300;
  record.attempts["s"].newest = 6;
  record.view.migrations = {migration(7, "s", "live-migration", "queued")};

  CHECK(task.decide().moving == 1);
  CHECK(task.decide().failed.empty());
  CHECK(record.decide().moving == 1);
  CHECK(record.decide().failed.empty());
}

TEST_CASE("row 65: a task without a migration is reported as stuck, nothing is reset",
          "[drain][unit]") {
  Situation situation = asked();
  situation.view.servers["n1"][0].task_state = "migrating";
  situation.view.since["s"] = now - 600;

  CHECK(situation.left().final);
  CHECK_THAT(situation.left().reason, Contains("stuck"));
  CHECK(situation.steps().empty());
  CHECK(situation.decide().done());
}

TEST_CASE("row 47: a migration that ended badly closes its try", "[drain][unit]") {
  const std::string status = GENERATE("error", "failed");
  Situation situation = asked();
  situation.view.migrations = {migration(7, "s", "live-migration", status)};

  const std::vector<Failure> failed = situation.decide().failed;

  REQUIRE(failed.size() == 1);
  CHECK(failed[0].retry);
  CHECK_THAT(failed[0].reason, Contains("live-migration 7 ended in status " + status));
}

TEST_CASE("a migration that ended before the request says nothing about it", "[drain][unit]") {
  Situation situation = asked();
  situation.attempts["s"].newest = 7;
  situation.view.migrations = {migration(7, "s", "live-migration", "error")};

  CHECK(situation.decide().failed.empty());
  CHECK(situation.decide().moving == 1);
}

TEST_CASE("row 48: a migration that an operator cancelled is not tried again", "[drain][unit]") {
  Situation situation = asked();
  situation.view.migrations = {migration(7, "s", "live-migration", "cancelled")};

  const std::vector<Failure> failed = situation.decide().failed;

  REQUIRE(failed.size() == 1);
  CHECK_FALSE(failed[0].retry);
  CHECK_THAT(failed[0].reason, Contains("cancelled by an operator"));
}

TEST_CASE("a failed try is repeated after its pause, as often as allowed", "[drain][unit]") {
  Situation situation = asked();
  situation.attempts["s"].failure = "NoValidHost";
  situation.attempts["s"].not_before = now + 1;

  CHECK(situation.steps().empty());
  CHECK_FALSE(situation.decide().done());
  situation.attempts["s"].not_before = now;
  CHECK(situation.steps() == lines({LiveMigrate{"s", ""}}));
  situation.attempts["s"].number = 3;
  CHECK(situation.steps().empty());
  CHECK(situation.left().final);
  CHECK_THAT(situation.left().reason, Contains("NoValidHost"));
}

TEST_CASE("row 51: what Nova refused is not tried again", "[drain][unit]") {
  Situation situation = asked();
  situation.attempts["s"].failure = "Nova answered 400: vTPM";
  situation.attempts["s"].refused = true;

  CHECK(situation.steps().empty());
  CHECK(situation.left().final);
  CHECK(situation.left().reason == "Nova answered 400: vTPM");
}

TEST_CASE("a migration that somebody else started is waited for", "[drain][unit]") {
  Situation situation({server("s", "ACTIVE")});
  situation.view.migrations = {migration(7, "s", "live-migration", "running")};

  CHECK(situation.steps().empty());
  CHECK(situation.decide().moving == 1);
  CHECK_FALSE(situation.left().final);
}

TEST_CASE("row 74: a migration that a restart left open is no reason not to move",
          "[drain][unit]") {
  Situation situation({server("s", "ACTIVE")});
  situation.view.migrations = {migration(7, "s", "live-migration", "preparing")};
  situation.view.since["s"] = now - 600;

  CHECK(situation.steps() == lines({LiveMigrate{"s", ""}}));

  situation.view.servers["n1"].clear();
  CHECK(situation.steps().empty());
  CHECK(situation.left().final);
  CHECK_THAT(situation.left().reason, Contains("live-migration 7"));
}

namespace {

/// A cold migration of "s" has finished: it is on n2, to be confirmed.
Situation finished() {
  Situation situation = asked("cold");
  openstack::Server resized = situation.view.servers["n1"][0];
  situation.view.servers["n1"].clear();
  resized.host = "n2";
  resized.status = "VERIFY_RESIZE";
  situation.view.away["s"] = resized;
  situation.view.migrations = {migration(7, "s", "migration", "finished")};
  return situation;
}

}  // namespace

TEST_CASE("row 44: our own cold migration is confirmed", "[drain][unit]") {
  const Situation situation = finished();

  CHECK(situation.steps() == lines({ConfirmResize{"s"}}));
  CHECK(situation.decide().moving == 1);
  CHECK_FALSE(situation.decide().done());
}

TEST_CASE("a confirmation is not asked for again before its pause, and not for ever",
          "[drain][unit]") {
  Situation situation = finished();
  situation.attempts["s"].confirms = 1;
  situation.attempts["s"].not_before = now + 1;

  CHECK(situation.steps().empty());
  CHECK(situation.decide().moving == 1);
  situation.attempts["s"].confirms = 3;
  CHECK(situation.left().final);
}

TEST_CASE("a resize by somebody else is left to its owner", "[drain][unit]") {
  Situation never_asked = finished();
  never_asked.attempts.clear();
  Situation other_way = finished();
  other_way.attempts["s"].way = "live";
  Situation refused = finished();
  refused.attempts["s"].way = "";
  Situation resize = finished();
  resize.view.migrations[0].type = "resize";
  Situation long_before = finished();
  long_before.view.migrations[0].created_at = now - 7200;

  for (const Situation& situation : {never_asked, other_way, refused, resize, long_before}) {
    CHECK(situation.steps().empty());
    CHECK(situation.left().final);
    CHECK_THAT(situation.left().reason, Contains("confirm"));
  }
}

TEST_CASE("Nova's clock may be some minutes behind ours", "[drain][unit]") {
  Situation situation = finished();
  situation.view.migrations[0].created_at = situation.attempts["s"].asked_at - 600;

  CHECK(situation.steps() == lines({ConfirmResize{"s"}}));
}

TEST_CASE(
    "row 77: a server has moved when it is elsewhere without a task and its migration is over",
    "[drain][unit]") {
  Situation situation = finished();
  situation.view.migrations[0].status = "confirmed";
  situation.view.away["s"].status = "SHUTOFF";
  situation.view.away["s"].task_state = "resize_finish";

  CHECK(situation.decide().moved.empty());
  CHECK(situation.decide().moving == 1);
  situation.view.away["s"].task_state = "";
  CHECK(situation.decide().moved == std::vector<std::string>{"s"});
  CHECK(situation.decide().left.at("n1").empty());
}

TEST_CASE("an accepted request is no success while the server is still there", "[drain][unit]") {
  Situation situation = asked();
  situation.view.migrations = {migration(7, "s", "live-migration", "completed")};

  CHECK(situation.decide().moved.empty());
  CHECK(situation.left().server == "s");
}

TEST_CASE("what was tried on another host does not count here", "[drain][unit]") {
  Situation situation = asked();
  situation.attempts["s"].source = "n7";

  CHECK(situation.steps() == lines({LiveMigrate{"s", ""}}));
}
