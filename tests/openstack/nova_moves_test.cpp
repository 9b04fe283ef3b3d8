#include <string>
#include <vector>

#include "openstack/nova_world.hpp"
#include "support/catch.hpp"

namespace {

using namespace ncc::testing;
namespace openstack = ncc::openstack;
using Catch::Matchers::Contains;
using ncc::HttpResponse;
using openstack::Verdict;

std::string migration(const std::string& id, const std::string& status) {
  return R"({"id": )" + id + R"(, "uuid": "m)" + id + R"(", "instance_uuid": "1", "status": ")" +
         status + R"(", "migration_type": "live-migration", "source_compute": "a",
      "dest_compute": null, "created_at": "2026-01-01T00:00:10.000000", "updated_at": null})";
}

}  // namespace

TEST_CASE("a live migration leaves the blocks to Nova and the host to the scheduler",
          "[openstack][client]") {
  NovaWorld world;
  world.answer("POST",
               "/servers/1/action",
               HttpResponse{.code = 202, .headers = {{"x-openstack-request-id", "req-7"}}});

  const openstack::Outcome outcome = world.nova.live_migrate("1");

  CHECK(outcome.verdict == Verdict::done);
  CHECK(outcome.request_id == "req-7");
  CHECK(world.last_body() ==
        json::parse(R"({"os-migrateLive": {"host": null, "block_migration": "auto"}})"));
  CHECK(world.last_version() == "compute 2.68");
}

TEST_CASE("a live migration to a host is never forced", "[openstack][client]") {
  const auto [newest, sent] = GENERATE(
      table<std::string, std::string>({{"2.90", "2.68"}, {"2.60", "2.60"}, {"2.34", "2.34"}}));
  NovaWorld world(newest);
  world.answer("POST", "/servers/1/action", HttpResponse{.code = 202});

  CHECK(world.nova.live_migrate("1", "b").verdict == Verdict::done);

  CHECK(world.last_body() ==
        json::parse(R"({"os-migrateLive": {"host": "b", "block_migration": "auto"}})"));
  CHECK(world.last_version() == "compute " + sent);
}

TEST_CASE("a cloud whose live migration checks before it answers is too old",
          "[openstack][client]") {
  NovaWorld world("2.33");

  CHECK_THROWS_AS(world.nova.live_migrate("1"), ncc::ConfigError);
}

TEST_CASE("a cold migration goes where the scheduler or we choose", "[openstack][client]") {
  NovaWorld world;
  world.answer("POST", "/servers/1/action", HttpResponse{.code = 202});

  CHECK(world.nova.cold_migrate("1").verdict == Verdict::done);
  CHECK(world.last_body() == json::parse(R"({"migrate": null})"));
  CHECK(world.last_version() == "compute 2.56");

  CHECK(world.nova.cold_migrate("1", "b").verdict == Verdict::done);
  CHECK(world.last_body() == json::parse(R"({"migrate": {"host": "b"}})"));
}

TEST_CASE("a resize is confirmed, a shelved server offloaded", "[openstack][client]") {
  NovaWorld world;
  world.answer("POST", "/servers/1/action", HttpResponse{.code = 204});

  CHECK(world.nova.confirm_resize("1").verdict == Verdict::done);
  CHECK(world.last_body() == json::parse(R"({"confirmResize": null})"));
  CHECK(world.last_version() == "compute 2.53");

  CHECK(world.nova.shelve_offload("1").verdict == Verdict::done);
  CHECK(world.last_body() == json::parse(R"({"shelveOffload": null})"));
}

TEST_CASE("an evacuation stops the guest where the cloud can", "[openstack][client]") {
  const auto [newest, sent] = GENERATE(
      table<std::string, std::string>({{"2.96", "2.95"}, {"2.90", "2.90"}, {"2.53", "2.53"}}));
  NovaWorld world(newest);
  world.answer("POST", "/servers/1/action", "");

  CHECK(world.nova.evacuate("1").verdict == Verdict::done);
  CHECK(world.last_body() == json::parse(R"({"evacuate": {}})"));
  CHECK(world.last_version() == "compute " + sent);

  CHECK(world.nova.evacuate("1", "b").verdict == Verdict::done);
  CHECK(world.last_body() == json::parse(R"({"evacuate": {"host": "b"}})"));
}

TEST_CASE("a migration is aborted by its number", "[openstack][client]") {
  NovaWorld world;
  world.answer("DELETE", "/servers/1/migrations/42", HttpResponse{.code = 202});

  CHECK(world.nova.abort_migration("1", 42).verdict == Verdict::done);

  CHECK(world.last_version() == "compute 2.65");
}

TEST_CASE("migrations are listed over all pages", "[openstack][client]") {
  NovaWorld world;
  world.answer("GET",
               "/os-migrations?host=a",
               R"({"migrations": [)" + migration("2", "running") +
                   R"(], "migrations_links": [{"rel": "next",
                       "href": "http://p/v2.1/os-migrations?host=a&marker=m2"}]})");
  world.answer("GET", "/os-migrations?host=a&marker=m2", R"({"migrations": [
      {"id": 1, "uuid": "m1", "instance_uuid": "2", "status": "completed",
       "migration_type": "migration", "source_compute": "a", "source_node": "a.example.org",
       "dest_compute": "b", "dest_host": "10.0.0.2", "old_instance_type_id": 1,
       "created_at": "2026-01-01T00:00:00.000000", "updated_at": "2026-01-01T00:01:00.000000"}]})");

  CHECK(world.nova.migrations({.host = "a"}) ==
        std::vector<openstack::Migration>{{.id = 2,
                                           .uuid = "m2",
                                           .server = "1",
                                           .type = "live-migration",
                                           .status = "running",
                                           .source = "a",
                                           .created_at = 1767225610,
                                           .updated_at = 1767225610},
                                          {.id = 1,
                                           .uuid = "m1",
                                           .server = "2",
                                           .type = "migration",
                                           .status = "completed",
                                           .source = "a",
                                           .destination = "b",
                                           .created_at = 1767225600,
                                           .updated_at = 1767225660}});
  CHECK(world.last_version() == "compute 2.59");
}

TEST_CASE("migrations are asked for by host, server and time", "[openstack][client]") {
  const auto [filter, query] = GENERATE(table<openstack::Nova::MigrationFilter, std::string>({
      {openstack::Nova::MigrationFilter(), ""},
      {{.server = "1"}, "?instance_uuid=1"},
      {{.host = "a", .server = "1", .changed_since = 1767225600},
       "?host=a&instance_uuid=1&changes-since=2026-01-01T00%3A00%3A00Z"},
  }));
  NovaWorld world;
  world.answer("GET", "/os-migrations" + query, R"({"migrations": []})");

  CHECK(world.nova.migrations(filter).empty());
}

TEST_CASE("a migration whose time is none is an error", "[openstack][client]") {
  NovaWorld world;
  std::string row = migration("2", "running");
  row.replace(row.find("2026-01-01T00"), 13, "yesterday at ");
  world.answer("GET", "/os-migrations", R"({"migrations": [)" + row + "]}");

  CHECK_THROWS_WITH(world.nova.migrations({}), Contains("key created_at"));
}

TEST_CASE("a migration is open until its status is final", "[openstack][unit]") {
  const auto [status, open, in_flight] = GENERATE(table<std::string, bool, bool>({
      {"accepted", true, true},
      {"queued", true, true},
      {"preparing", true, true},
      {"running", true, true},
      {"running (post-copy)", true, true},
      {"pre-migrating", true, true},
      {"migrating", true, true},
      {"post-migrating", true, true},
      {"confirming", true, true},
      {"reverting", true, true},
      {"finished", true, false},
      {"confirmed", false, false},
      {"reverted", false, false},
      {"error", false, false},
      {"failed", false, false},
      {"completed", false, false},
      {"cancelled", false, false},
      {"done", false, false},
  }));

  CHECK(openstack::is_open({.status = status}) == open);
  CHECK(openstack::is_in_flight({.status = status}) == in_flight);
}

TEST_CASE("an action failed for the reason of its first failed event", "[openstack][client]") {
  NovaWorld world;
  world.answer("GET", "/servers/1/os-instance-actions/req-7", R"({"instanceAction": {
      "action": "live-migration", "message": "Error", "events": [
        {"event": "third", "start_time": "2026-01-01T00:00:03.000000", "result": "Error",
         "traceback": "T", "details": "later"},
        {"event": "conductor_live_migrate_instance", "result": "Error", "traceback": "T",
         "start_time": "2026-01-01T00:00:02.000000", "details": "No valid\nhost was found."},
        {"event": "first", "start_time": "2026-01-01T00:00:01.000000", "result": "Success",
         "traceback": null, "details": null}]}})");

  CHECK(world.nova.action_failure("1", "req-7") ==
        "conductor_live_migrate_instance: No valid host was found.");
  CHECK(world.last_version() == "compute 2.84");
}

TEST_CASE("older clouds name the event that failed", "[openstack][client]") {
  NovaWorld world("2.60");
  world.answer("GET", "/servers/1/os-instance-actions/req-7", R"({"instanceAction": {
      "action": "migrate", "message": "Error", "events": [
        {"event": "compute_prep_resize", "start_time": "2026-01-01T00:00:02.000000",
         "result": "Error", "traceback": "T"}]}})");

  CHECK(world.nova.action_failure("1", "req-7") == "compute_prep_resize failed");
  CHECK(world.last_version() == "compute 2.60");
}

TEST_CASE("an action without failed events says its message", "[openstack][client]") {
  const auto [message, failure] =
      GENERATE(table<std::string, std::string>({{"null", ""}, {R"("Error")", "Error"}}));
  NovaWorld world;
  world.answer("GET",
               "/servers/1/os-instance-actions/req-7",
               R"({"instanceAction": {"message": )" + message + R"(, "events": [
                   {"event": "e", "start_time": null, "result": null}]}})");

  CHECK(world.nova.action_failure("1", "req-7") == failure);
}

TEST_CASE("an action that is not there has not failed", "[openstack][client]") {
  NovaWorld world;
  world.answer("GET", "/servers/1/os-instance-actions/req-7", HttpResponse{.code = 404});

  CHECK(world.nova.action_failure("1", "req-7").empty());
}
