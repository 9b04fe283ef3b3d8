// What the cloud says about the host, judged. Pure.

#include <algorithm>

#include "verify.hpp"
#include "words/text.hpp"

namespace ncc::verify {

namespace {

Step passed(std::string name, std::string detail) {
  return {std::move(name), Result::passed, std::move(detail)};
}

Step failed(std::string name, std::string detail) {
  return {std::move(name), Result::failed, std::move(detail)};
}

Step check_service(const HostView& view, const HostName& host) {
  if (!view.service) {
    return failed("service", "Nova has no nova-compute service on " + host.str());
  }
  const openstack::Service& service = *view.service;
  if (!service.up || service.forced_down) {
    return failed("service",
                  std::string("nova-compute on ") + host.str() + " is " +
                      (service.forced_down ? "forced down" : "down"));
  }
  if (!service.enabled) {
    return failed("service",
                  "nova-compute on " + host.str() + " is disabled: " + service.disabled_reason);
  }
  return passed("service", "up and enabled");
}

Step check_hypervisor(const HostView& view, const HostName& host) {
  return view.hypervisor
             ? passed("hypervisor", view.hypervisor->name)
             : failed("hypervisor",
                      host.str() + " is not mapped to a cell, or has no hypervisor record");
}

Step check_inventory(const HostView& view) {
  if (!view.inventory) {
    return failed("inventory", "Placement has no resource provider of this hypervisor");
  }
  std::vector<std::string> found;
  for (const char* resource : {"VCPU", "MEMORY_MB", "DISK_GB"}) {
    const auto total = view.inventory->total.find(resource);
    const bool dedicated =
        std::string(resource) == "VCPU" && view.inventory->total.contains("PCPU");
    if ((total == view.inventory->total.end() || total->second <= 0) && !dedicated) {
      return failed("inventory", std::string("no ") + resource + " in Placement");
    }
    if (total != view.inventory->total.end()) {
      found.push_back(std::string(resource) + " " + std::to_string(total->second));
    }
  }
  if (view.inventory->disabled) {
    return failed("inventory", "the provider carries the trait COMPUTE_STATUS_DISABLED");
  }
  return passed("inventory", join(found, ", "));
}

Step check_agent(const HostView& view,
                 const HostName& host,
                 const std::string& name,
                 const std::string& type) {
  const auto found =
      std::find_if(view.agents.begin(), view.agents.end(), [&](const openstack::Agent& agent) {
        return agent.type.starts_with(type);
      });
  if (found == view.agents.end()) {
    return failed(name, "Neutron has no " + type + " agent on " + host.str());
  }
  return found->alive ? passed(name, found->type + " alive")
                      : failed(name, found->type + " on " + host.str() + " is dead");
}

/// Those of the agents; skipped where Neutron cannot tell about them.
std::vector<Step> check_agents(const HostView& view, const Node& node) {
  const std::map<std::string, std::string> wanted =
      node.ovn_built_in ? std::map<std::string, std::string>{{"chassis", "OVN Controller"},
                                                             {"metadata", "OVN Metadata"}}
                        : std::map<std::string, std::string>{{"agent", ""}};
  const auto error = view.errors.find("agents");
  std::vector<Step> steps;
  for (const auto& [name, type] : wanted) {
    if (!view.no_agents.empty()) {
      steps.push_back({name, Result::skipped, view.no_agents});
    } else {
      steps.push_back(error != view.errors.end() ? failed(name, error->second)
                                                 : check_agent(view, node.host, name, type));
    }
  }
  return steps;
}

}  // namespace

std::vector<Step> check_host(const HostView& view, const Node& node) {
  std::vector<Step> steps{
      check_service(view, node.host), check_hypervisor(view, node.host), check_inventory(view)};
  for (Step& step : steps) {
    const auto error = view.errors.find(step.name);
    if (error != view.errors.end()) {
      step.detail = error->second;
    }
  }
  for (Step& step : check_agents(view, node)) {
    steps.push_back(std::move(step));
  }
  return steps;
}

}  // namespace ncc::verify
