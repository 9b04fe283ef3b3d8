// The verbs an operator has. Result keys of the first three are those of charm-nova-compute:
// juju-verify reads them.

#include <nlohmann/json.hpp>

#include "charm/charm.hpp"
#include "verify.hpp"

namespace ncc::charm {

namespace {

Outcome node_name(const Model& model, const juju::Values&, const Platform&, juju::Tools&) {
  return {{{"node-name", model.host.str()}}};
}

Outcome list_compute_nodes(const Model& model,
                           const juju::Values&,
                           const Platform& platform,
                           juju::Tools&) {
  openstack::Session session(platform, credentials_of(model));
  nlohmann::ordered_json nodes = nlohmann::ordered_json::array();
  for (const openstack::Service& service : openstack::Nova(session).compute_services()) {
    nodes.push_back({{"host", service.host},
                     {"status", service.enabled ? "enabled" : "disabled"},
                     {"state", service.up ? "up" : "down"},
                     {"disabled_reason", service.disabled_reason},
                     {"id", service.id}});
  }
  return {{{"node-name", model.host.str()}, {"compute-nodes", nodes.dump()}}};
}

/// Servers of this host in any state: what must be gone before the node may go.
Outcome instance_count(const Model& model,
                       const juju::Values&,
                       const Platform& platform,
                       juju::Tools&) {
  openstack::Session session(platform, credentials_of(model));
  const std::size_t count = openstack::Nova(session).servers_on(model.host.str()).size();
  return {{{"instance-count", std::to_string(count)}}};
}

Outcome verify_node(const Model& model,
                    const juju::Values& parameters,
                    const Platform& platform,
                    juju::Tools& tools) {
  const verify::Request request = verify::read_request(parameters);
  const verify::Report report =
      verify::run(platform,
                  credentials_of(model),
                  model.unit,
                  model.host,
                  !model.related.contains("neutron-plugin"),
                  request,
                  [&](const std::string& line) { tools.action_log(line); });
  const std::string failure = report.failure();
  return {{{"node-name", model.host.str()},
           {"result", failure.empty() ? "passed" : "failed"},
           {"checks", report.json()}},
          failure};
}

}  // namespace

const std::vector<Action>& actions() {
  static const std::vector<Action> table{
      {"node-name", "Show the name under which Nova knows this host.", node_name},
      {"list-compute-nodes", "List the compute hosts of the cloud.", list_compute_nodes},
      {"instance-count", "Count the VMs on this host, in any state.", instance_count},
      {"verify",
       "Prove that this host works: check it in Nova, Placement and Neutron, then boot a VM on it "
       "and delete it again.",
       verify_node},
  };
  return table;
}

}  // namespace ncc::charm
