// The verbs an operator has. Result keys of the first three are those of charm-nova-compute:
// juju-verify reads them.

#include <nlohmann/json.hpp>

#include "charm/charm.hpp"
#include "compute.hpp"
#include "verify.hpp"
#include "words/error.hpp"

namespace ncc::charm {

namespace {

Outcome node_name(Scene& scene, const juju::Values&) {
  return {{{"node-name", scene.model.host.str()}}};
}

/// unknown: its cell does not answer, and so neither enabled nor up tells anything.
const char* state_of(const openstack::Service& service) {
  if (service.unknown) {
    return "unknown";
  }
  return service.up ? "up" : "down";
}

Outcome list_compute_nodes(Scene& scene, const juju::Values&) {
  openstack::Session session(scene.platform, credentials_of(scene.model));
  nlohmann::ordered_json nodes = nlohmann::ordered_json::array();
  for (const openstack::Service& service : openstack::Nova(session).compute_services()) {
    nodes.push_back({{"host", service.host},
                     {"status", service.enabled ? "enabled" : "disabled"},
                     {"state", state_of(service)},
                     {"disabled_reason", service.disabled_reason},
                     {"id", service.id}});
  }
  return {{{"node-name", scene.model.host.str()}, {"compute-nodes", nodes.dump()}}};
}

/// Names that Nova knows this unit's nova-computes by.
std::set<std::string> hosts_of(const Model& model) {
  return has_shards(model) ? compute::running_shards(model)
                           : std::set<std::string>{model.host.str()};
}

/// Servers of this unit in any state: what must be gone before the node may go.
Outcome instance_count(Scene& scene, const juju::Values&) {
  openstack::Session session(scene.platform, credentials_of(scene.model));
  std::size_t count = 0;
  for (const std::string& host : hosts_of(scene.model)) {
    count += openstack::Nova(session).servers_on(host).size();
  }
  return {{{"instance-count", std::to_string(count)}}};
}

/// Nova's allow_resize_to_same_host as the controller wants it.
bool resizes_to_itself(const Model& model) {
  return model.controller.value &&
         model.controller.value->allow_resize_to_same_host.value_or(false);
}

/// novnc, xvpvnc or vnc
bool shows_vnc(const Model& model) {
  return model.controller.value && model.controller.value->console.protocol.ends_with("vnc");
}

Outcome verify_node(Scene& scene, const juju::Values& parameters) {
  const Model& model = scene.model;
  if (is_ironic(model)) {
    throw ConfigError("virt-type",
                      "is ironic: no VM can be booted on this unit; see ironic-status");
  }
  const verify::Request request = verify::read_request(parameters);
  const verify::Node node{.unit = model.unit,
                          .host = model.host,
                          .shows_vnc = shows_vnc(model),
                          .ovn_built_in = !model.related.contains("neutron-plugin"),
                          .resize_enabled = model.config.enable_resize,
                          .resizes_to_itself = resizes_to_itself(model)};
  const verify::Report report = verify::run(
      scene.platform, credentials_of(model), node, request, [&](const std::string& line) {
        scene.tools.action_log(line);
      });
  const std::string failure = report.failure();
  return {{{"node-name", model.host.str()},
           {"result", failure.empty() ? "passed" : "failed"},
           {"checks", report.json()},
           {"table", report.table()}},
          failure};
}

}  // namespace

const std::vector<Action>& actions() {
  static const std::vector<Action> table{
      {"node-name", "Show the name under which Nova knows this host.", node_name},
      {"list-compute-nodes", "List the compute hosts of the cloud.", list_compute_nodes},
      {"instance-count", "Count the VMs on this host, in any state.", instance_count},
      {"verify",
       "Prove that this host works, step by step: what the cloud says about it, then the whole "
       "life of "
       "a VM on it.",
       verify_node},
      {"scalein-start",
       "Tombstone units: no new server and no gateway comes to them any more.",
       scale_in_start},
      {"scalein-end",
       "End tombstoned units that are empty: nothing of them is left in the cloud.",
       scale_in_end},
      {"scalein-recover",
       "Put units back into service: what scalein-start or scalein-end took is given back.",
       scale_in_recover},
      {"scalein-status", "Show how far units have come on their way out or back.", scale_in_status},
      {"migrate",
       "Empty tombstoned units: every server that can move goes to another host.",
       migrate},
      {"scale-in",
       "Take units out: tombstone all, empty all, end those that are empty and recover the others.",
       scale_in},
      {"disable", "Keep new servers off this host.", disable},
      {"enable", "Let new servers come to this host again.", enable},
      {"remove-from-cloud",
       "Take this empty host out of the cloud, as scalein-start and scalein-end do.",
       remove_from_cloud},
      {"register-to-cloud",
       "Bring this host back into the cloud, as scalein-recover does.",
       register_to_cloud},
      {"handover", "Give the shards or nodes of units to the other units.", handover},
      {"reshard",
       "Give shards of this application to nodes of Ironic that have none, or level the shards",
       reshard_nodes},
      {"ironic-status", "Show the shards of this application.", ironic_status},
      {"reserve", "Keep a free bare-metal node for somebody.", reserve},
      {"release", "Give back what reserve took.", release},
      {"capacity", "Show how much more fits into the cloud.", show_capacity},
      {"pause", "Stop nova-compute until resume; servers on this host go on running", pause},
      {"resume", "Start nova-compute again after pause.", resume},
      {"create-node",
       "Boot a server that becomes a compute node, with a volume and a DNS record where wanted.",
       create_node},
      {"delete-node",
       "Take away a server that create-node made, with its volume and its DNS record.",
       delete_node},
  };
  return table;
}

}  // namespace ncc::charm
