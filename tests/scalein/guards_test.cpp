#include "scalein/views.hpp"
#include "support/catch.hpp"

namespace {

using namespace ncc;
using namespace ncc::test;
using Catch::Matchers::Contains;
using scalein::Survey;
using Names = std::vector<std::string>;

Survey three_hosts() {
  Survey survey;
  survey.services = {a_service("a"), a_service("b"), a_service("c")};
  return survey;
}

}  // namespace

TEST_CASE("one of three healthy hosts may go", "[scalein][unit]") {
  CHECK(scalein::guards(three_hosts(), {a_member(0, "a")}, {}).empty());
}

TEST_CASE("row 6: a unit whose service is missing is refused", "[scalein][unit]") {
  const auto refusals = scalein::guards(three_hosts(), {a_member(0, "z")}, {});

  REQUIRE(guards_of(refusals) == Names{"service"});
  CHECK(refusals[0].text == "service not found for host z");
  CHECK_FALSE(refusals[0].forcible);
}

TEST_CASE("row 7: two services of one host are ambiguous", "[scalein][unit]") {
  Survey survey = three_hosts();
  survey.services.push_back(a_service("a"));

  CHECK(guards_of(scalein::guards(survey, {a_member(0, "a")}, {})) == Names{"service"});
}

TEST_CASE("row 60: a host whose cell does not answer is refused", "[scalein][unit]") {
  Survey survey = three_hosts();
  survey.services[0] = {.host = "a", .binary = "nova-compute", .unknown = true};

  const auto refusals = scalein::guards(survey, {a_member(0, "a")}, {});

  REQUIRE(guards_of(refusals) == Names{"cell"});
  CHECK_FALSE(refusals[0].forcible);
}

TEST_CASE("row 8: all hosts at once are refused with the numbers", "[scalein][unit]") {
  const auto refusals = scalein::guards(
      three_hosts(), {a_member(0, "a"), a_member(1, "b"), a_member(2, "c")}, {.min_computes = 1});

  REQUIRE(guards_of(refusals) == Names{"min-computes"});
  CHECK(refusals[0].text ==
        "0 of 3 compute services would be left up and enabled, min-computes is 1");
  CHECK(refusals[0].forcible);
}

TEST_CASE("row 21: when no service reports, the messages are suspected and not the hosts",
          "[scalein][unit]") {
  Survey survey = three_hosts();
  for (auto& service : survey.services) {
    service.up = false;
  }

  const auto refusals = scalein::guards(survey, {a_member(0, "a")}, {.min_computes = 1});

  REQUIRE(guards_of(refusals) == Names{"min-computes"});
  CHECK_THAT(refusals[0].text, Contains("is the message queue down?"));
  survey.services[1].up = true;
  const auto one_reports = scalein::guards(survey, {a_member(0, "a")}, {.min_computes = 2});
  REQUIRE(guards_of(one_reports) == Names{"min-computes"});
  CHECK_THAT(one_reports[0].text, !Contains("queue"));
}

TEST_CASE("hosts that are down, disabled or tombstoned do not count as left", "[scalein][unit]") {
  Survey survey = three_hosts();
  survey.services.push_back(a_service("d"));
  survey.services[1].up = false;
  survey.services[2] = a_service("c", "scale-in 4f2a9c01 nova-compute/2");

  CHECK(guards_of(scalein::guards(survey, {a_member(0, "a")}, {.min_computes = 2})) ==
        Names{"min-computes"});
  CHECK(scalein::guards(survey, {a_member(0, "a")}, {.min_computes = 1}).empty());
}

TEST_CASE("a host that somebody else disabled is left to them unless forced", "[scalein][unit]") {
  Survey survey = three_hosts();
  survey.services[0] = a_service("a", "disk is dying");

  const auto refusals = scalein::guards(survey, {a_member(0, "a")}, {});

  REQUIRE(guards_of(refusals) == Names{"foreign"});
  CHECK(refusals[0].forcible);
  CHECK_THAT(refusals[0].text, Contains("disk is dying"));
}

TEST_CASE("a host that another unit's run holds is refused", "[scalein][unit]") {
  Survey survey = three_hosts();
  survey.services[0] = a_service("a", "scale-in 4f2a9c01 nova-compute/7");

  const auto refusals = scalein::guards(survey, {a_member(0, "a")}, {});

  REQUIRE(guards_of(refusals) == Names{"lease"});
  CHECK_FALSE(refusals[0].forcible);
}

TEST_CASE("row 13: the last gateway of a physical network is refused with its routers",
          "[scalein][unit]") {
  Survey survey = three_hosts();
  survey.agents = {a_gateway("a")};
  survey.gateways = {{.id = "p1", .router = "r1", .network = "ext", .host = "a"}};
  survey.physical = {{"ext", "physnet1"}};

  const auto refusals = scalein::guards(survey, {a_member(0, "a")}, {});

  REQUIRE(guards_of(refusals) == Names{"last-gateway"});
  CHECK(refusals[0].text ==
        "physical network physnet1: 0 of 1 gateways would be left, min-gateways is 1; routers "
        "active on the leaving ones: 1");
}

TEST_CASE("row 12: a gateway may go while another one stays", "[scalein][unit]") {
  Survey survey = three_hosts();
  survey.agents = {a_gateway("a"), a_gateway("b")};

  CHECK(scalein::guards(survey, {a_member(0, "a")}, {}).empty());
  CHECK(guards_of(scalein::guards(survey, {a_member(0, "a")}, {.min_gateways = 2})) ==
        Names{"min-gateways"});
}

TEST_CASE("a gateway stays only if it is alive, not tombstoned, and of the same zone",
          "[scalein][unit]") {
  Survey survey = three_hosts();
  survey.agents = {a_gateway("a", "az1"), a_gateway("b", "az1")};

  SECTION("dead") {
    survey.agents[1].alive = false;
  }
  SECTION("tombstoned") {
    survey.services[1] = a_service("b", "scale-in 4f2a9c01 nova-compute/1");
  }
  SECTION("another zone") {
    survey.agents[1].zone = "az2";
  }

  CHECK(guards_of(scalein::guards(survey, {a_member(0, "a")}, {})) == Names{"last-gateway"});
}

TEST_CASE("a host that is no gateway takes none away", "[scalein][unit]") {
  Survey survey = three_hosts();
  survey.agents = {a_gateway("b")};

  CHECK(scalein::guards(survey, {a_member(0, "a")}, {}).empty());
}

TEST_CASE("row 9: what does not fit elsewhere is refused with its numbers", "[scalein][unit]") {
  Survey survey = three_hosts();
  survey.shortages = {
      {.flavor = "m1.large", .count = 7, .fits = 3, .need = {{"VCPU", 4}}, .free = {{"VCPU", 13}}}};

  const auto refusals = scalein::guards(survey, {a_member(0, "a")}, {});

  REQUIRE(guards_of(refusals) == Names{"capacity"});
  CHECK_THAT(refusals[0].text, Contains("3 of 7") && Contains("13"));
}

TEST_CASE("row 52: a hard affinity group on a leaving host is named", "[scalein][unit]") {
  Survey survey = three_hosts();
  survey.servers["a"] = {{.id = "v1"}, {.id = "v2"}};
  survey.groups = {{.id = "g1", .policy = "affinity", .members = {"v1", "v2"}},
                   {.id = "g2", .policy = "soft-affinity", .members = {"v1"}}};

  const auto refusals = scalein::guards(survey, {a_member(0, "a")}, {});

  REQUIRE(guards_of(refusals) == Names{"affinity"});
  CHECK_THAT(refusals[0].text, Contains("g1") && Contains("2 of its servers"));
}
