#include "scenario/cases.hpp"

#include <stdexcept>

namespace ncc::scenario {

namespace {

const std::string leaver = unit_name(1);

void must_be_done(const std::optional<ActionResult>& result) {
  if (!result || !result->failure.empty()) {
    throw std::runtime_error("a case cannot be prepared: " + (result ? result->failure : "killed"));
  }
}

Stage serving(int servers) {
  World world(deployment(2, 2));
  fake_cloud::State& state = world.stage.cloud.state;
  state.settings.live_seconds = 20;
  state.settings.cold_seconds = 20;
  for (int i = 0; i < servers; ++i) {
    world.boot(source_host());
  }
  if (servers > 0) {
    state.servers.back().status = "SHUTOFF";  // it leaves by a cold migration
  }
  world.settle();
  return world.stage;
}

Stage after(Stage start, const std::vector<std::string>& actions) {
  World world(std::move(start));
  for (const std::string& action : actions) {
    must_be_done(world.action(leaver, action));
    world.settle();
  }
  world.stage.cloud.log.clear();
  return world.stage;
}

}  // namespace

std::string source_host() {
  return node_name(1);
}

std::optional<ActionResult> act(World& world, const Case& one) {
  return world.action(one.unit, one.action, one.parameters);
}

std::vector<Case> cases() {
  const Stage full = serving(2);
  const Stage empty = serving(0);
  const Bag short_run{{"timeout", "300"}};
  std::vector<Case> all{
      {"scalein-start", leaver, "scalein-start", {}, after(full, {})},
      {"scalein-end", leaver, "scalein-end", {}, after(empty, {"scalein-start"})},
      {"scalein-recover", leaver, "scalein-recover", {}, after(full, {"scalein-start"})},
      {"scalein-recover of an ended unit",
       leaver,
       "scalein-recover",
       {},
       after(empty, {"scalein-start", "scalein-end"})},
      {"migrate", leaver, "migrate", short_run, after(full, {"scalein-start"})},
      {"scale-in", leaver, "scale-in", short_run, after(full, {})}};
  const std::size_t own = all.size();
  for (std::size_t i = 0; i < own; ++i) {
    Case other = all[i];
    other.name += " by the leader";
    other.unit = unit_name(0);
    other.parameters["units"] = leaver;
    all.push_back(other);
  }
  return all;
}

}  // namespace ncc::scenario
