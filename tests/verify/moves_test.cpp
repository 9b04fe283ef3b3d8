// What comes next in each step, without a cloud.

#include <string>

#include "support/catch.hpp"
#include "verify.hpp"

using namespace ncc;
using namespace ncc::verify;

namespace {

openstack::Server server(const std::string& status, const std::string& task = "") {
  return {.id = "1", .status = status, .task_state = task, .host = "n1"};
}

Course course(const std::string& step, int asked) {
  return {.step = step, .asked = asked, .host = "n1"};
}

Move seen(Course course, const openstack::Server& server) {
  course.server = server;
  return next_move(course);
}

Move seen(Course course, const std::string& volume) {
  if (!volume.empty()) {
    course.volume = openstack::Volume{.id = "v", .status = volume};
  }
  return next_move(course);
}

Move late(Course course, const openstack::Server& server) {
  course.out_of_time = true;
  return seen(std::move(course), server);
}

bool is_failed(const Move& move) {
  return move.go == Go::settle && move.result == Result::failed;
}

bool is_passed(const Move& move) {
  return move.go == Go::settle && move.result == Result::passed;
}

}  // namespace

TEST_CASE("a VM is awaited until it is ACTIVE, in ERROR, gone or late", "[verify][unit]") {
  const Course building = course("boot", 1);

  CHECK(next_move(course("boot", 0)).go == Go::ask);
  CHECK(seen(building, server("BUILD")).go == Go::wait);
  CHECK(is_passed(seen(building, server("ACTIVE"))));
  CHECK(is_failed(seen(building, server("ERROR"))));
  CHECK(is_failed(next_move(building)));
  CHECK(late(building, server("BUILD", "spawning")).detail ==
        "the server is BUILD (spawning) after 0 s");
}

TEST_CASE("a console is awaited until it shows something", "[verify][unit]") {
  Course reading = course("console", 0);

  CHECK(seen(reading, server("ACTIVE")).go == Go::wait);
  CHECK(is_failed(late(reading, server("ACTIVE"))));
  reading.console = "login:";
  CHECK(is_passed(seen(reading, server("ACTIVE"))));
}

TEST_CASE("a volume goes from step to step", "[verify][unit]") {
  CHECK(seen(course("volume", 0), "").go == Go::ask);
  CHECK(seen(course("volume", 1), "creating").go == Go::wait);
  CHECK(seen(course("volume", 1), "available").go == Go::ask);
  CHECK(seen(course("volume", 2), "reserved").go == Go::wait);
  CHECK(seen(course("volume", 2), "in-use").go == Go::ask);
  CHECK(seen(course("volume", 3), "detaching").go == Go::wait);
  CHECK(seen(course("volume", 3), "available").go == Go::ask);
  CHECK(seen(course("volume", 4), "deleting").go == Go::wait);
  CHECK(is_passed(seen(course("volume", 4), "")));
}

TEST_CASE("a volume in another state than asked for has failed", "[verify][unit]") {
  const auto [asked, status] = GENERATE(table<int, std::string>({{1, "error"},
                                                                 {1, ""},
                                                                 {2, "available"},
                                                                 {3, "in-use"},
                                                                 {4, "available"},
                                                                 {4, "error_deleting"}}));

  CHECK(is_failed(seen(course("volume", asked), status)));
}

TEST_CASE("a resize waits for us, and is done once the VM is at rest", "[verify][unit]") {
  const std::string step = GENERATE("resize", "resize-revert");

  CHECK(next_move(course(step, 0)).go == Go::ask);
  CHECK(seen(course(step, 1), server("ACTIVE", "resize_prep")).go == Go::wait);
  CHECK(seen(course(step, 1), server("RESIZE", "resize_migrating")).go == Go::wait);
  CHECK(seen(course(step, 1), server("VERIFY_RESIZE")).go == Go::ask);
  CHECK(is_failed(seen(course(step, 1), server("ACTIVE"))));
  CHECK(seen(course(step, 2), server("VERIFY_RESIZE")).go == Go::wait);
  CHECK(seen(course(step, 2), server("REVERT_RESIZE", "resize_reverting")).go == Go::wait);
  CHECK(is_passed(seen(course(step, 2), server("ACTIVE"))));
  CHECK(is_failed(seen(course(step, 2), server("ERROR"))));
  CHECK(is_failed(late(course(step, 2), server("VERIFY_RESIZE"))));
}

TEST_CASE("a VM that was to come back and is elsewhere has failed", "[verify][unit]") {
  openstack::Server away = server("ACTIVE");
  away.host = "n2";

  CHECK(is_failed(seen(course("resize-revert", 2), away)));
  CHECK(seen(course("resize", 2), away).detail == "from n1 to n2");
}

TEST_CASE("a refused change ends the step in the cloud's words", "[verify][unit]") {
  Course refused = course("resize", 1);
  refused.refusal = "no, not this one";

  CHECK(seen(refused, server("ACTIVE")).detail == "no, not this one");
}

TEST_CASE("steps of a VM need it, and the VM a host in order", "[verify][unit]") {
  const std::vector<Step> down{{"service", Result::failed}, {"image", Result::failed}};
  CHECK(reason_to_skip("boot", down) == "needs service, image");
  CHECK_FALSE(reason_to_skip("boot", {{"keypair", Result::failed}, {"chassis", Result::skipped}}));
  CHECK(reason_to_skip("console", {{"boot", Result::failed}}) == "needs boot");
  CHECK_FALSE(reason_to_skip("console", {{"boot", Result::passed}}));
  CHECK(reason_to_skip("resize", {{"boot", Result::passed}, {"resize-revert", Result::failed}}) ==
        "needs resize-revert");
  CHECK_FALSE(reason_to_skip("keypair", down));
}

TEST_CASE("volumes and groups go after the servers", "[verify][unit]") {
  Traces traces{.servers = {server("ACTIVE")},
                .volumes = {{.id = "a", .status = "available"},
                            {.id = "b", .status = "in-use"},
                            {.id = "c", .status = "deleting"},
                            {.id = "d", .status = "error"}},
                .groups = {{.id = "g"}},
                .flavors = {{.id = "f"}},
                .keypairs = {{.name = "k"}}};

  CHECK(removals(traces).volumes.empty());
  CHECK(removals(traces).groups.empty());
  CHECK(removals(traces).flavors.size() == 1);
  CHECK(removals(traces).keypairs.size() == 1);
  traces.servers.clear();
  CHECK(removals(traces).volumes.size() == 2);
  CHECK(removals(traces).groups.size() == 1);
}
