// next() and the limits, the service of a source, and moves of others.

#include <chrono>
#include <string>
#include <vector>

#include "drain/views.hpp"
#include "support/catch.hpp"

using namespace ncc;
using namespace ncc::drain;
using namespace ncc::drain::test;
using Catch::Contains;

namespace {

std::vector<openstack::Server> active(const std::string& host, int count) {
  std::vector<openstack::Server> servers;
  for (int i = 0; i < count; ++i) {
    servers.push_back(server(host + "-" + std::to_string(i), "ACTIVE"));
    servers.back().host = host;
  }
  return servers;
}

/// Four hosts to be emptied, five servers each.
Situation four_sources() {
  Situation situation;
  situation.sources.clear();
  situation.view.services = {service("n9", true)};
  for (const std::string host : {"n1", "n2", "n3", "n4"}) {
    situation.sources.push_back(source(host));
    situation.view.services.push_back(service(host, false));
    situation.view.servers[host] = active(host, 5);
  }
  situation.options.parallel = 3;
  situation.options.parallel_per_host = 1;
  return situation;
}

}  // namespace

TEST_CASE("row 45: one move per source and three in all", "[drain][unit]") {
  CHECK(four_sources().steps() ==
        lines({LiveMigrate{"n1-0", ""}, LiveMigrate{"n2-0", ""}, LiveMigrate{"n3-0", ""}}));
}

TEST_CASE("row 45: moves of other people count in the whole cloud", "[drain][unit]") {
  Situation situation = four_sources();
  situation.view.migrations = {migration(7, "foreign-1", "live-migration", "running"),
                               migration(8, "foreign-2", "resize", "migrating"),
                               migration(9, "foreign-3", "resize", "finished"),
                               migration(10, "foreign-4", "live-migration", "error")};
  for (openstack::Migration& one : situation.view.migrations) {
    one.source = "n9";
    one.destination = "n8";
  }

  CHECK(situation.steps() == lines({LiveMigrate{"n1-0", ""}}));
}

TEST_CASE("row 45: moves of other people count for their source", "[drain][unit]") {
  Situation situation = four_sources();
  situation.view.migrations = {migration(7, "n1-4", "live-migration", "running")};

  CHECK(situation.steps() == lines({LiveMigrate{"n2-0", ""}, LiveMigrate{"n3-0", ""}}));
}

TEST_CASE("row 45: a move that was asked for counts before its migration is seen",
          "[drain][unit]") {
  Situation situation = four_sources();
  situation.attempts["n1-2"] = attempt("live");

  CHECK(situation.steps() == lines({LiveMigrate{"n2-0", ""}, LiveMigrate{"n3-0", ""}}));
}

TEST_CASE("a stuck server does not take a place for ever", "[drain][unit]") {
  Situation situation = four_sources();
  situation.attempts["n1-2"] = attempt("live");
  situation.view.servers["n1"][2].task_state = "migrating";
  situation.view.since["n1-2"] = now - 600;

  CHECK(situation.steps().size() == 3);
  CHECK(situation.steps()[0] == lines({LiveMigrate{"n1-0", ""}})[0]);
}

TEST_CASE("a move towards a source is waited for", "[drain][unit]") {
  Situation situation;
  situation.view.migrations = {migration(7, "s", "live-migration", "running")};
  situation.view.migrations[0].source = "n2";
  situation.view.migrations[0].destination = "n1";

  CHECK_FALSE(situation.decide().done());
  CHECK(situation.decide().moving == 1);
  CHECK_THAT(situation.left().reason, Contains("towards this host"));
}

TEST_CASE("an open migration keeps a host from being empty", "[drain][unit]") {
  Situation situation;
  situation.view.migrations = {migration(7, "deleted", "live-migration", "post-migrating")};

  CHECK(situation.decide().left.at("n1").size() == 1);
}

TEST_CASE("nothing is started from a host that carries another mark or is enabled",
          "[drain][unit]") {
  Situation situation({server("s", "ACTIVE")});
  const bool enabled = GENERATE(true, false);
  situation.view.services[0].enabled = enabled;
  situation.view.services[0].disabled_reason = enabled ? "" : "maintenance by Ann";

  const Decision decision = situation.decide();

  CHECK(decision.done());
  CHECK(decision.stop.empty());
  CHECK(decision.left.at("n1").size() == 2);
  for (const Left& left : decision.left.at("n1")) {
    CHECK(left.final);
    CHECK(left.reason == "recovered or taken over meanwhile");
  }
}

TEST_CASE("a host that was taken over is never called empty", "[drain][unit]") {
  Situation situation;
  situation.view.services[0].disabled_reason = "maintenance by Ann";

  CHECK(situation.decide().left.at("n1").size() == 1);
}

TEST_CASE("one source that was recovered does not hold up the others", "[drain][unit]") {
  Situation situation = four_sources();
  situation.view.services[1].disabled_reason = "";

  CHECK(situation.steps() ==
        lines({LiveMigrate{"n2-0", ""}, LiveMigrate{"n3-0", ""}, LiveMigrate{"n4-0", ""}}));
}

TEST_CASE("row 60: a cell that does not answer stops the run", "[drain][unit]") {
  Situation situation({server("s", "ACTIVE")});
  situation.view.services[1] = {};
  situation.view.services[1].host = "n2";
  situation.view.services[1].unknown = true;

  CHECK_THAT(situation.decide().stop, Contains("n2"));
  CHECK(situation.steps().empty());
}

TEST_CASE("row 70: when all services look down nothing is started and nothing given up",
          "[drain][unit]") {
  Situation situation({server("s", "ACTIVE")});
  situation.view.services[0].up = false;
  situation.view.services[1].up = false;
  situation.view.since["n1"] = now - 100'000;

  CHECK(situation.steps().empty());
  CHECK_FALSE(situation.left().final);
  CHECK_FALSE(situation.decide().done());
  situation.options.mode = Mode::evacuate;
  situation.options.fenced = true;
  CHECK(situation.steps().empty());
}

TEST_CASE("row 71: a host that is down alone is suspected, and never evacuated by itself",
          "[drain][unit]") {
  Situation situation({server("s", "ACTIVE")});
  situation.view.services[0].up = false;

  CHECK(situation.steps().empty());
  CHECK_FALSE(situation.decide().done());

  situation.view.since["n1"] = now - 180;
  CHECK(situation.steps().empty());
  CHECK(situation.decide().done());
  CHECK(situation.left().reason == "suspected down, needs fenced=true and mode=evacuate");
}

TEST_CASE("deciding about 10,000 servers is about linear", "[drain][unit]") {
  const auto seconds = [](int count) {
    Situation situation(active("n1", count));
    for (int i = 0; i < count; ++i) {
      const std::string id = "n1-" + std::to_string(i);
      situation.attempts[id] = attempt("live");
      situation.attempts[id].failure = "failed";
      situation.view.migrations.push_back(migration(i + 1, id, "live-migration", "error"));
    }
    const auto start = std::chrono::steady_clock::now();
    const Decision decision = situation.decide();
    CHECK(decision.left.at("n1").size() == static_cast<std::size_t>(count));
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  };

  CHECK(seconds(20'000) < 12 * seconds(4'000) + 0.05);
}
