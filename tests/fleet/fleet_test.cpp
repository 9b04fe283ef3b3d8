#include "fleet.hpp"

#include <string>
#include <vector>

#include "openstack/fake_services.hpp"
#include "support/catch.hpp"

namespace {

using namespace ncc;
using namespace ncc::testing;
using openstack::Verdict;

/// A step, and what it is in words, on the wire and in the body.
struct Case {
  CloudStep step = {};
  std::string words = {};
  std::string line = {};
  json body = {};
};

const std::string action = "POST http://compute/v2.1/servers/1/action";

std::vector<Case> cases() {
  const std::string service = "http://compute/v2.1/os-services/s1";
  return {
      {DisableService{.service = "s1", .reason = "scale-in"},
       "disable compute service s1: scale-in",
       "PUT " + service,
       {{"status", "disabled"}, {"disabled_reason", "scale-in"}}},
      {EnableService{.service = "s1"},
       "enable compute service s1",
       "PUT " + service,
       {{"status", "enabled"}}},
      {ForceDown{.service = "s1"},
       "declare compute service s1 dead",
       "PUT " + service,
       {{"forced_down", true}}},
      {ForceDown{.service = "s1", .down = false},
       "no longer declare compute service s1 dead",
       "PUT " + service,
       {{"forced_down", false}}},
      {DeleteService{.service = "s1"}, "delete compute service s1", "DELETE " + service, nullptr},
      {DeleteProvider{.provider = "p1"},
       "delete resource provider p1",
       "DELETE http://placement/resource_providers/p1",
       nullptr},
      {DeleteAllocations{.consumer = "c1"},
       "delete the allocations of consumer c1",
       "DELETE http://placement/allocations/c1",
       nullptr},
      {DeleteAgent{.agent = "a1"},
       "delete network agent a1",
       "DELETE http://network/v2.0/agents/a1",
       nullptr},
      {AddToAggregate{.aggregate = 2, .host = "a"},
       "add host a to aggregate 2",
       "POST http://compute/v2.1/os-aggregates/2/action",
       {{"add_host", {{"host", "a"}}}}},
  };
}

std::vector<Case> moves() {
  return {
      {LiveMigrate{.server = "1"},
       "live migrate server 1 to a host that the scheduler chooses",
       action,
       {{"os-migrateLive", {{"host", nullptr}, {"block_migration", "auto"}}}}},
      {LiveMigrate{.server = "1", .target = "b"},
       "live migrate server 1 to b",
       action,
       {{"os-migrateLive", {{"host", "b"}, {"block_migration", "auto"}}}}},
      {ColdMigrate{.server = "1"},
       "cold migrate server 1 to a host that the scheduler chooses",
       action,
       {{"migrate", nullptr}}},
      {ColdMigrate{.server = "1", .target = "b"},
       "cold migrate server 1 to b",
       action,
       {{"migrate", {{"host", "b"}}}}},
      {ConfirmResize{.server = "1"},
       "confirm the resize of server 1",
       action,
       {{"confirmResize", nullptr}}},
      {ShelveOffload{.server = "1"},
       "offload shelved server 1",
       action,
       {{"shelveOffload", nullptr}}},
      {Evacuate{.server = "1"},
       "evacuate server 1 to a host that the scheduler chooses",
       action,
       {{"evacuate", json::object()}}},
      {Evacuate{.server = "1", .target = "b"},
       "evacuate server 1 to b",
       action,
       {{"evacuate", {{"host", "b"}}}}},
  };
}

void check(const Case& one) {
  INFO(one.words);
  FakeCloud cloud = FakeCloud::with_services();
  cloud.http.answer(one.line, HttpResponse{.code = 202});
  openstack::Session session(cloud.platform, cloud.credentials);

  CHECK(perform(one.step, session).verdict == Verdict::done);

  const HttpRequest& last = cloud.http.requests.back();
  CHECK(last.method + " " + last.url == one.line);
  CHECK((last.body.empty() ? json(nullptr) : json::parse(last.body)) == one.body);
  CHECK(describe(one.step) == one.words);
}

}  // namespace

TEST_CASE("every step on hosts is one call of the API and one line of text", "[fleet][client]") {
  for (const Case& one : cases()) {
    check(one);
  }
}

TEST_CASE("every move is one call of the API and one line of text", "[fleet][client]") {
  for (const Case& one : moves()) {
    check(one);
  }
}

TEST_CASE("a step that is refused is an outcome", "[fleet][client]") {
  FakeCloud cloud = FakeCloud::with_services();
  cloud.http.answer(action, HttpResponse{.code = 409, .body = R"({"conflictingRequest": {
      "code": 409, "message": "Cannot migrate while it is in task_state migrating"}})"});
  openstack::Session session(cloud.platform, cloud.credentials);

  const openstack::Outcome outcome = perform(LiveMigrate{.server = "1"}, session);

  CHECK(outcome.verdict == Verdict::conflict);
  CHECK(outcome.message == "Cannot migrate while it is in task_state migrating");
}

TEST_CASE("many moves ask for Nova's newest microversion once", "[fleet][client]") {
  FakeCloud cloud = FakeCloud::with_services();
  cloud.http.answer(action, HttpResponse{.code = 202});
  openstack::Session session(cloud.platform, cloud.credentials);

  static_cast<void>(perform(LiveMigrate{.server = "1"}, session));
  static_cast<void>(perform(LiveMigrate{.server = "1"}, session));

  CHECK(cloud.http.requests.size() == 4);  // log-in, newest microversion, two moves
}
