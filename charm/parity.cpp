// The actions of charm-nova-compute that put a host out of service and back, in the terms of
// scale-in: none of them undoes a tombstone without saying so.

#include "charm/charm.hpp"
#include "log.hpp"

namespace ncc::charm {

namespace {

constexpr const char* removed = "Unit was removed from the cloud";

std::string our_reason(const Model& model) {
  return model.unit.str() + ": disabled by the action disable";
}

openstack::Service own_service(Scene& scene, openstack::Session& session) {
  const auto services = openstack::Nova(session).compute_services(scene.model.host.str());
  if (services.empty()) {
    throw ConfigError("nova", "service not found for host " + scene.model.host.str());
  }
  return services.front();
}

void done_or_throw(const CloudStep& step, openstack::Session& session) {
  const openstack::Outcome outcome = perform(step, session);
  if (outcome.verdict != openstack::Verdict::done) {
    throw HttpError(describe(step), outcome.code, outcome.message);
  }
}

bool is_forced(const juju::Values& parameters) {
  return scalein::read_request(parameters).force;
}

Outcome with_message(Outcome outcome, const std::string& message) {
  if (outcome.failure.empty()) {
    outcome.results["message"] = message;
  }
  return outcome;
}

}  // namespace

Outcome disable(Scene& scene, const juju::Values&) {
  openstack::Session session(scene.platform, credentials_of(scene.model));
  const openstack::Service service = own_service(scene, session);
  if (service.enabled) {
    done_or_throw(DisableService{service.id, our_reason(scene.model)}, session);
    return {{{"message", "disabled"}}, {}};
  }
  return {{{"message", "it was disabled already: " + service.disabled_reason}}, {}};
}

Outcome enable(Scene& scene, const juju::Values& parameters) {
  openstack::Session session(scene.platform, credentials_of(scene.model));
  const openstack::Service service = own_service(scene, session);
  if (service.enabled) {
    return {{{"message", "it was enabled already"}}, {}};
  }
  if (const auto mark = scalein::read_mark(service.disabled_reason)) {
    return {{}, "scale-in " + mark->run + " has tombstoned it: run scalein-recover"};
  }
  if (service.disabled_reason != our_reason(scene.model) && !is_forced(parameters)) {
    return {{},
            "somebody else has disabled it: \"" + service.disabled_reason +
                "\"; force=true enables it all the same"};
  }
  done_or_throw(EnableService{service.id}, session);
  return {{{"message", "enabled"}}, {}};
}

/// Tombstoned first, so that no server comes while the host is looked at.
Outcome remove_from_cloud(Scene& scene, const juju::Values& parameters) {
  const Outcome started = scale_in_start(scene, parameters);
  return started.failure.empty() ? with_message(scale_in_end(scene, parameters), removed) : started;
}

Outcome register_to_cloud(Scene& scene, const juju::Values& parameters) {
  return with_message(scale_in_recover(scene, parameters), "Nova compute service is registered");
}

Outcome pause(Scene& scene, const juju::Values&) {
  scene.journal.put("unit", "paused", "true");
  scene.model.paused = true;
  forget_settled(scene.model.unit.str(), scene.platform);
  settle(scene);
  scene.status_is_old = true;
  return {};
}

/// An ended unit stays ended.
Outcome resume(Scene& scene, const juju::Values&) {
  scene.journal.put("unit", "paused", "false");
  scene.model.paused = false;
  settle(scene);
  scene.status_is_old = true;
  return {};
}

Plan plan_pause(const Model& model) {
  Plan plan;
  plan.services["nova-compute"] = ServiceState::masked;
  if (!metadata_secret_of(model).empty()) {
    plan.services["nova-api-metadata"] = ServiceState::stopped;
  }
  return plan;
}

}  // namespace ncc::charm
