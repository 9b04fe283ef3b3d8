// The deployment that the other tests of this folder work on is one that works.

#include "scenario/world.hpp"

#include "scenario/portrait.hpp"
#include "support/catch.hpp"

using namespace ncc::scenario;

TEST_CASE("units of a deployment are ready and serve", "[scenario][harness]") {
  World world(deployment(3, 2));
  for (const auto& [name, unit] : world.stage.units) {
    CHECK(unit.status == "active Unit is ready");
    CHECK(unit.state.at("joined") == "true");
  }
  CHECK(world.stage.cloud.state.hypervisors.size() == 3);
}

TEST_CASE("scale-in of one unit moves its servers and ends it", "[scenario][harness]") {
  World world(deployment(3, 2));
  world.boot(node_name(1));
  const auto result = world.action(unit_name(1), "scale-in");
  REQUIRE(result);
  CHECK(result->failure == "");
  CHECK(result->results.at("result") == "done");
  REQUIRE(moves_asked(world.stage).size() == 1);
  CHECK(moves_asked(world.stage).begin()->second == 1);
  world.settle();
  CHECK(world.stage.units.at(unit_name(1)).status ==
        "blocked Scaled in: run juju remove-unit nova-compute/1");
}
