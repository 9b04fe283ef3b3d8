// When the openstack-nova handler may begin a run, and what a unit shows of its last one.

#include "charm/charm.hpp"
#include "openstack/fake_services.hpp"
#include "support/builders.hpp"
#include "support/catch.hpp"
#include "support/memory_journal.hpp"

using namespace ncc;
using namespace ncc::charm;
using Catch::Contains;

namespace {

struct Unit {
  Unit() {
    scene.model = ncc::test::a_fully_related_model();
    scene.model.config.node_base_name = "compute";
    scene.model.config.node_max = 10;
    scene.model.config.node_timeout = 100;
  }

  testing::FakeCloud cloud = testing::FakeCloud::with_services();
  juju::Context context = {};
  testing::MemoryJournal journal = {};
  juju::Tools tools{cloud.processes};
  Scene scene{context, cloud.platform, journal, tools};
};

}  // namespace

TEST_CASE("one run at a time, and after a failure none until a person resumes", "[charm][unit]") {
  Unit unit;

  SECTION("a run goes on") {
    unit.scene.model.node = {.id = "4f2a9c01", .open = true};
    CHECK_THAT(request_node(unit.scene, "large"), Contains("4f2a9c01 makes a node already"));
  }
  SECTION("the last one failed") {
    unit.scene.model.node = {.id = "4f2a9c01", .failure = "No valid host was found."};
    CHECK_THAT(request_node(unit.scene, "large"),
               Contains("No valid host was found.") && Contains("resume=true"));
  }
  SECTION("the options lack something") {
    CHECK_THAT(request_node(unit.scene, "large"), Contains("image: has no value"));
  }

  CHECK(unit.journal.list(node::scope).empty());
  CHECK(unit.cloud.http.requests.empty());
}

TEST_CASE("the last run is what the journal says, and a new one forgets its failure",
          "[charm][unit]") {
  testing::MemoryJournal journal;
  node::begin_run(journal, "4f2a9c01", 1'700'000'000);
  CHECK(node_run_of(journal) == NodeRun{.id = "4f2a9c01"});
  journal.put(node::scope, "state", "open");
  CHECK(node_run_of(journal).open);
  journal.put(node::scope, "failure", "out of time after 100 s");
  CHECK(node_run_of(journal).failure.empty());
  journal.put(node::scope, "state", "failed");
  CHECK(node_run_of(journal) ==
        NodeRun{.id = "4f2a9c01", .open = false, .failure = "out of time after 100 s"});

  node::begin_run(journal, "5f2a9c01", 1'700'000'100);
  CHECK(node_run_of(journal) == NodeRun{.id = "5f2a9c01"});
}
