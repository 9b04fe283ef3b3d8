// What each check means, and what comes next for the VM. Pure.

#include <algorithm>

#include <nlohmann/json.hpp>

#include "verify.hpp"
#include "words/text.hpp"

namespace ncc::verify {

namespace {

Check passed(std::string name, std::string detail) {
  return {std::move(name), true, std::move(detail)};
}

Check failed(std::string name, std::string detail) {
  return {std::move(name), false, std::move(detail)};
}

Check check_service(const HostView& view, const HostName& host) {
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

Check check_hypervisor(const HostView& view, const HostName& host) {
  return view.hypervisor
             ? passed("hypervisor", view.hypervisor->name)
             : failed("hypervisor",
                      host.str() + " is not mapped to a cell, or has no hypervisor record");
}

Check check_inventory(const HostView& view) {
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

Check check_agent(const HostView& view,
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

}  // namespace

std::vector<Check> check_host(const HostView& view, const HostName& host, bool ovn_built_in) {
  std::vector<Check> checks{
      check_service(view, host), check_hypervisor(view, host), check_inventory(view)};
  if (ovn_built_in) {
    checks.push_back(check_agent(view, host, "chassis", "OVN Controller"));
    checks.push_back(check_agent(view, host, "metadata", "OVN Metadata"));
  } else {
    checks.push_back(check_agent(view, host, "agent", ""));
  }
  return checks;
}

VmStep next_step(const VmView& view) {
  if (!view.booted) {
    return VmStep::boot;
  }
  if (!view.server) {
    return VmStep::done;
  }
  if (view.deleting) {
    return view.out_of_time ? VmStep::done : VmStep::wait;
  }
  const bool settled = view.server->status == "ACTIVE" || view.server->status == "ERROR";
  return settled || view.out_of_time ? VmStep::remove : VmStep::wait;
}

std::string Report::failure() const {
  std::vector<std::string> failures;
  for (const Check& check : checks) {
    if (!check.passed) {
      failures.push_back(check.name + ": " + check.detail);
    }
  }
  return join(failures, "; ");
}

std::string Report::json() const {
  nlohmann::ordered_json list = nlohmann::ordered_json::array();
  for (const Check& check : checks) {
    list.push_back({{"check", check.name}, {"passed", check.passed}, {"detail", check.detail}});
  }
  return list.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace ncc::verify
