// next() by the table of states: one server on the source, nothing tried yet.

#include <string>
#include <vector>

#include "drain/views.hpp"
#include "support/catch.hpp"

using namespace ncc;
using namespace ncc::drain;
using namespace ncc::drain::test;
using Catch::Contains;
using Steps = std::vector<CloudStep>;

TEST_CASE("row 44: each server goes the way of its status", "[drain][unit]") {
  const auto [status, step] = GENERATE(table<std::string, CloudStep>({
      {"ACTIVE", LiveMigrate{"s", ""}},
      {"PAUSED", LiveMigrate{"s", ""}},
      {"SHUTOFF", ColdMigrate{"s", ""}},
      {"SHELVED", ShelveOffload{"s"}},
  }));
  const Situation situation({server("s", status)});

  CHECK(situation.steps() == lines({step}));
  CHECK_FALSE(situation.decide().done());
}

TEST_CASE("row 49: a server that cannot be moved is left with what to do about it",
          "[drain][unit]") {
  const auto [status, step] = GENERATE(table<std::string, std::string>({
      {"SUSPENDED", "resume it"},
      {"RESCUE", "unrescue it"},
      {"ERROR", "reset its state"},
      {"SOFT_DELETED", "deletion"},
      {"VERIFY_RESIZE", "confirm the resize"},
  }));
  const Situation situation({server("s", status)});

  CHECK(situation.steps().empty());
  CHECK(situation.left().final);
  CHECK(situation.left().status == status);
  CHECK_THAT(situation.left().reason, Contains(step));
  CHECK(situation.decide().done());
}

TEST_CASE("a server that is busy is waited for, not for ever", "[drain][unit]") {
  const auto [status, task] = GENERATE(table<std::string, std::string>({
      {"BUILD", ""},
      {"BUILD", "spawning"},
      {"RESIZE", ""},
      {"MIGRATING", ""},
      {"REBUILD", "rebuilding"},
      {"ACTIVE", "image_uploading"},
      {"SHUTOFF", "powering-on"},
      {"ERROR", "deleting"},
  }));
  openstack::Server busy = server("s", status);
  busy.task_state = task;
  Situation situation({busy});

  CHECK(situation.steps().empty());
  CHECK_FALSE(situation.left().final);
  CHECK_FALSE(situation.decide().done());

  situation.view.since["s"] = now - 3600;
  CHECK(situation.left().final);
  CHECK_THAT(situation.left().reason, Contains("stuck"));
  CHECK(situation.decide().done());
}

TEST_CASE("an ACTIVE server whose guest does not run waits for Nova to notice, not for ever",
          "[drain][unit]") {
  openstack::Server crashed = server("s", "ACTIVE");
  crashed.power_state = 4;
  Situation situation({crashed});

  CHECK(situation.steps().empty());
  CHECK_FALSE(situation.left().final);

  situation.view.since["s"] = now - 900;
  CHECK(situation.left().final);
}

TEST_CASE("row 50: an offloaded server has no host and is not left", "[drain][unit]") {
  openstack::Server offloaded = server("s", "SHELVED_OFFLOADED");
  offloaded.host.clear();
  const Situation situation({offloaded, server("t", "DELETED")});

  CHECK(situation.decide().left.at("n1").empty());
  CHECK(situation.decide().done());
}

TEST_CASE("row 50: an offloaded server that still names its host is waited for", "[drain][unit]") {
  const Situation situation({server("s", "SHELVED_OFFLOADED")});

  CHECK_FALSE(situation.decide().done());
  CHECK(situation.decide().left.at("n1").size() == 1);
}

TEST_CASE("row 60: a server of a cell that does not answer stops the run", "[drain][unit]") {
  const Situation situation({server("s", "UNKNOWN")});

  CHECK_FALSE(situation.decide().stop.empty());
}

TEST_CASE("row 54: a locked server is left, or moved when locks are not respected",
          "[drain][unit]") {
  openstack::Server locked = server("s", "ACTIVE");
  locked.locked = true;
  Situation situation({locked});

  CHECK(situation.steps().empty());
  CHECK(situation.left().final);
  CHECK_THAT(situation.left().reason, Contains("locked"));

  situation.options.respect_locks = false;
  CHECK(situation.steps() == lines({LiveMigrate{"s", ""}}));
}

TEST_CASE("row 52: members of an affinity group that is all here are left without a POST",
          "[drain][unit]") {
  Situation situation({server("s", "ACTIVE"), server("t", "SHUTOFF"), server("u", "ACTIVE")});
  situation.view.groups = {{.id = "group-1", .policy = "affinity", .members = {"s", "t"}}};

  const Decision decision = situation.decide();

  CHECK(situation.steps() == lines({LiveMigrate{"u", ""}}));
  CHECK_THAT(decision.left.at("n1").at(0).reason, Contains("group-1"));
  CHECK(decision.left.at("n1").at(0).final);
  CHECK_THAT(decision.left.at("n1").at(1).reason, Contains("group-1"));
}

TEST_CASE("other server groups do not hold a server back", "[drain][unit]") {
  const std::string policy = GENERATE("anti-affinity", "soft-affinity", "soft-anti-affinity");
  Situation situation({server("s", "ACTIVE"), server("t", "ACTIVE")});
  situation.view.groups = {{.id = "group-1", .policy = policy, .members = {"s", "t"}}};

  CHECK(situation.steps().size() == 2);
}

TEST_CASE("an affinity group with a member elsewhere can be moved there", "[drain][unit]") {
  Situation situation({server("s", "ACTIVE")});
  situation.view.groups = {{.id = "group-1", .policy = "affinity", .members = {"s", "elsewhere"}}};

  CHECK(situation.steps().size() == 1);
}

TEST_CASE("modes live and cold move only what goes that way", "[drain][unit]") {
  Situation situation({server("a", "ACTIVE"),
                       server("b", "SHUTOFF"),
                       server("c", "SHELVED"),
                       server("d", "PAUSED")});

  situation.options.mode = Mode::live;
  CHECK(situation.steps() == lines({LiveMigrate{"a", ""}, LiveMigrate{"d", ""}}));
  situation.options.mode = Mode::cold;
  CHECK(situation.steps() == lines({ColdMigrate{"a", ""}, ColdMigrate{"b", ""}}));
}

TEST_CASE("a named target goes into every move", "[drain][unit]") {
  Situation situation({server("a", "ACTIVE"), server("b", "SHUTOFF")});
  situation.options.target = "n2";

  CHECK(situation.steps() == lines({LiveMigrate{"a", "n2"}, ColdMigrate{"b", "n2"}}));
}

namespace {

Situation dead_host(std::vector<openstack::Server> servers) {
  Situation situation(std::move(servers));
  situation.options.mode = Mode::evacuate;
  situation.options.fenced = true;
  situation.view.services[0].up = false;
  return situation;
}

}  // namespace

TEST_CASE("row 72: a dead host is forced down first, then evacuated", "[drain][unit]") {
  openstack::Server stuck = server("d", "MIGRATING");
  stuck.vm_state = "active";
  stuck.task_state = "migrating";
  Situation situation = dead_host({server("a", "ACTIVE"),
                                   server("b", "SHUTOFF"),
                                   server("c", "ERROR"),
                                   stuck,
                                   server("e", "PAUSED")});

  CHECK(situation.steps() == lines({ForceDown{"service-n1", true}}));

  situation.view.services[0].forced_down = true;
  CHECK(situation.steps() ==
        lines({Evacuate{"a", ""}, Evacuate{"b", ""}, Evacuate{"c", ""}, Evacuate{"d", ""}}));
  CHECK(situation.decide().left.at("n1").at(4).final);
}

TEST_CASE("row 71: nothing is evacuated without a person's word", "[drain][unit]") {
  Situation situation = dead_host({server("a", "ACTIVE")});
  situation.options.fenced = false;

  CHECK(situation.steps().empty());
  CHECK(situation.decide().done());
  CHECK_THAT(situation.left().reason, Contains("fenced=true"));
}

TEST_CASE("a host whose service reports is not evacuated", "[drain][unit]") {
  Situation situation = dead_host({server("a", "ACTIVE")});
  situation.view.services[0].up = true;

  CHECK(situation.steps().empty());
  CHECK(situation.decide().done());
}

TEST_CASE("a live migration that died with its host does not hold up the evacuation",
          "[drain][unit]") {
  openstack::Server moving = server("a", "MIGRATING");
  moving.vm_state = "active";
  moving.task_state = "migrating";
  Situation situation = dead_host({moving});
  situation.options.parallel_per_host = 1;
  situation.view.services[0].forced_down = true;
  situation.view.migrations = {migration(7, "a", "live-migration", "running")};

  CHECK(situation.steps() == lines({Evacuate{"a", ""}}));
}
