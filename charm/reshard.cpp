// reshard: nodes of Ironic get shards of this application, by shards::reshard. On the leader, so
// that one unit writes at a time.

#include "reshard.hpp"

#include "charm/ironic.hpp"
#include "words/error.hpp"

namespace ncc::charm {

namespace {

std::vector<shards::Place> places_of(const Model& model) {
  std::vector<shards::Place> places;
  for (const Shards::Named& shard : shards_of(model)) {
    places.push_back({.shard = shard.name,
                      .conductor_group = shard.conductor_group,
                      .cap = static_cast<int>(model.config.ironic_shard_cap)});
  }
  return places;
}

void must_be_the_writer(Scene& scene) {
  must_be_ironic(scene.model);
  if (!has_shards(scene.model)) {
    throw ConfigError("ironic-shards", "has no value: there are no shards to give");
  }
  if (!scene.tools.is_leader()) {
    throw ConfigError("reshard",
                      "only the leader can: run it on " + scene.model.application + "/leader");
  }
}

}  // namespace

Outcome reshard_nodes(Scene& scene, const juju::Values& parameters) {
  must_be_the_writer(scene);
  reshard::Request request = reshard::read_request(parameters);
  request.places = places_of(scene.model);
  openstack::Session session(scene.platform, system_credentials_of(scene.model));
  const reshard::Result result =
      reshard::run(scene.platform,
                   session,
                   request,
                   {.tell = [&](const std::string& line) { scene.tools.action_log(line); },
                    .is_writer = [&] { return scene.tools.is_leader(); }});
  Outcome outcome{reshard::to_values(result), reshard::failure_of(result)};
  outcome.results["result"] = request.plan ? "done" : reshard::summary_of(result);
  if (request.plan) {
    outcome.failure.clear();
  }
  return outcome;
}

}  // namespace ncc::charm
