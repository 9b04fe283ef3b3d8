#include "verify/host.hpp"

#include <functional>

#include "words/error.hpp"

namespace ncc::verify {

namespace {

/// Keeps why a part could not be asked.
void ask(HostView& view, const std::string& part, const std::function<void()>& question) {
  try {
    question();
  } catch (const HttpError& error) {
    if (error.code() == 401) {
      throw;
    }
    view.errors[part] = error.what();
  } catch (const ConfigError& error) {
    view.errors[part] = error.what();
  }
}

void observe_services(openstack::Nova& nova, const HostName& host, HostView& view) {
  for (openstack::Service& service : nova.compute_services()) {
    if (service.host == host.str()) {
      view.service = std::move(service);
    } else if (service.up && service.enabled) {
      view.others.push_back(service.host);
    }
  }
}

void observe_agents(openstack::Session& session, const HostName& host, HostView& view) {
  try {
    view.agents = openstack::Neutron(session).agents(host.str());
  } catch (const HttpError& error) {
    if (error.code() != 404) {
      throw;
    }
    view.no_agents = "Neutron does not tell about agents";
  }
}

}  // namespace

HostView observe_host(openstack::Session& session, const HostName& host) {
  openstack::Nova nova(session);
  HostView view;
  ask(view, "service", [&] { observe_services(nova, host, view); });
  ask(view, "hypervisor", [&] {
    for (openstack::Hypervisor& hypervisor : nova.hypervisors(host.str())) {
      view.hypervisor = std::move(hypervisor);
    }
  });
  ask(view, "inventory", [&] {
    if (view.hypervisor) {
      view.inventory = openstack::Placement(session).inventory(view.hypervisor->id);
    }
  });
  if (session.offers("network")) {
    ask(view, "agents", [&] { observe_agents(session, host, view); });
  } else {
    view.no_agents = "the cloud has no Neutron";
  }
  return view;
}

}  // namespace ncc::verify
