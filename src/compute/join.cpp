// A fresh host is enabled by Nova itself as soon as its nova-compute reports. The charm disables it
// until everything a guest needs is there, enables it once, and never touches it again: from then
// on whether it takes guests is the operator's business.

#include "compute/join.hpp"

#include "compute.hpp"

namespace ncc::compute {
namespace {

/// What Nova writes itself where the conductor's enable_new_services is off (service_create).
constexpr const char* novas_reason = "New compute service disabled due to config option.";

std::string our_reason(const Model& model) {
  return model.unit.str() + ": not ready yet";
}

/// With a subordinate its agents are its business: having said what nova.conf needs is all that we
/// can see.
bool has_network(const Model& model, const CloudView& cloud) {
  if (ovn_built_in(model)) {
    return model.southbound.value && model.certificates.value && cloud.chassis_alive;
  }
  return model.plugin.value && !model.related.contains("ovsdb");
}

/// A service without a node of its own yet is listed by no hypervisor: nothing shows that it is
/// mapped.
bool is_ready(const Model& model, const CloudView& cloud) {
  if (is_ironic(model)) {
    return cloud.up && is_configurable(model);
  }
  return cloud.up && cloud.mapped && is_configurable(model) && has_network(model, cloud) &&
         keys_received(model);
}

}  // namespace

bool keys_received(const Model& model) {
  if (is_ironic(model)) {
    return true;
  }
  if (!model.controller.value) {
    return false;
  }
  const auto has_both = [](const SshKeys& keys) {
    return !keys.known_hosts.empty() && !keys.authorized_keys.empty();
  };
  const Controller& controller = *model.controller.value;
  return (!model.config.enable_live_migration || has_both(controller.root_keys)) &&
         (!model.config.enable_resize || has_both(controller.nova_keys));
}

bool is_fresh(const std::string& disabled_reason) {
  return disabled_reason == novas_reason;
}

Join join_of(const Model& model) {
  if (is_stopping(model) || model.record.joined || !model.cloud) {
    return {};
  }
  const CloudView& cloud = *model.cloud;
  if (!cloud.error.empty() || cloud.service_id.empty()) {
    return {};
  }
  const bool ready = is_ready(model, cloud);
  if (cloud.enabled) {
    return {.step = ready ? NovaStep::none : NovaStep::disable, .joined = ready};
  }
  if (cloud.disabled_reason == our_reason(model) || is_fresh(cloud.disabled_reason)) {
    return {.step = ready ? NovaStep::enable : NovaStep::none, .joined = ready};
  }
  // "AUTO: ..." is nova-compute's own, while libvirt does not answer; it goes away by itself. Any
  // other reason is a person's, who then decides when the host is enabled.
  return {.joined = ready && !cloud.disabled_reason.starts_with("AUTO:")};
}

Plan plan_join(const Model& model) {
  Plan plan;
  plan.nova = join_of(model).step;
  if (plan.nova == NovaStep::disable) {
    plan.nova_reason = our_reason(model);
  }
  return plan;
}

}  // namespace ncc::compute
