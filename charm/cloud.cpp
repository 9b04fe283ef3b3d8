// How Nova and Neutron see this host, asked only until the unit has joined.

#include <algorithm>

#include "charm/charm.hpp"
#include "log.hpp"
#include "ovs.hpp"
#include "words/error.hpp"
#include "words/text.hpp"

namespace ncc::charm {

openstack::Credentials credentials_of(const Model& model) {
  const std::optional<ServiceAccount> account = account_of(model);
  if (!account) {
    throw ConfigError("cloud-credentials",
                      "no account for the cloud's API yet: " + model.credentials.missing);
  }
  openstack::Credentials credentials;
  credentials.auth_url = account->auth_url + "/v3";
  credentials.username = account->username;
  credentials.password = account->password;
  credentials.project = account->project;
  credentials.user_domain = account->user_domain;
  credentials.project_domain = account->project_domain;
  credentials.region = account->region;
  credentials.interface = model.config.use_internal_endpoints ? "internal" : "public";
  return credentials;
}

std::string observe_foreign_chassis(const Model& model, const Platform& platform) {
  try {
    const auto settings =
        ovn_built_in(model) ? ovs::read(platform.processes) : std::optional<ovs::Settings>();
    if (!settings) {
      return "";
    }
    const std::vector<std::string> names =
        ovs::chassis_with_our_address(platform.processes, *settings, model.host.str());
    return names.empty() ? ""
                         : "chassis " + join(names, ", ") + " has the tunnel address " +
                               settings->external_ids.at("ovn-encap-ip").value_or("") +
                               " of this host: delete it from OVN's southbound database";
  } catch (const ProcessError& error) {
    log::warn("{}", error.what());
    return "";
  }
}

CloudView observe_cloud(const Model& model, openstack::Session& session) {
  CloudView view;
  try {
    openstack::Nova nova(session);
    const std::string& host = model.host.str();
    for (const openstack::Service& service : nova.compute_services(host)) {
      view.service_id = service.id;
      view.up = service.up;
      view.enabled = service.enabled;
      view.disabled_reason = service.disabled_reason;
    }
    if (view.service_id.empty()) {
      return view;
    }
    view.mapped = !nova.hypervisors(host).empty();
    const std::vector<openstack::Agent> agents = openstack::Neutron(session).agents(host);
    view.chassis_alive =
        std::any_of(agents.begin(), agents.end(), [](const openstack::Agent& agent) {
          return agent.alive && agent.type.starts_with("OVN Controller");
        });
  } catch (const HttpError& error) {
    // The cloud not answering is a fact about this unit, shown in its status; the next hook asks
    // again.
    view.error = error.what();
  }
  return view;
}

}  // namespace ncc::charm
