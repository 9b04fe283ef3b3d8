// scalein-status: where units stand between serving and ended, read from the cloud and from what
// they say. Changes nothing.

#include <algorithm>

#include <nlohmann/json.hpp>

#include "charm/charm.hpp"
#include "charm/scale_in.hpp"

namespace ncc::charm {

namespace {

using scalein::Member;

/// What the cloud shows of one unit's host.
struct Standing {
  const openstack::Service* service = nullptr;
  std::optional<scalein::Mark> mark = {};
  std::size_t servers = 0;
  int moving = 0;
  long gateways = 0;
};

/// States of docs/scale-in.md.
std::string state_of(const Standing& standing, const Order& order, const Reached& reached) {
  if (order.want == Want::ended) {
    return reached.done ? "ended" : "ending";
  }
  if (order.want == Want::serving && !reached.done && reached.number > 0) {
    return "recovering";
  }
  if (!standing.mark) {
    return standing.service && standing.service->enabled ? "active" : "disabled";
  }
  if (standing.mark->claim || !reached.done || standing.gateways > 0) {
    return "tombstoning";
  }
  if (standing.moving > 0) {
    return "draining";
  }
  return standing.servers == 0 ? "drained" : "tombstoned";
}

std::string next_step(const std::string& state, const std::string& unit) {
  static const std::map<std::string, std::string> steps{
      {"active", ""},
      {"disabled", "enabled by whoever disabled it"},
      {"tombstoning", "scalein-start again, or wait for the unit's next hook"},
      {"tombstoned", "migrate"},
      {"draining", "wait, or migrate again"},
      {"drained", "scalein-end, or scalein-recover"},
      {"ending", "wait for the unit's next hook, or scalein-end again"},
      {"recovering", "wait for the unit's next hook, or scalein-recover again"}};
  const auto found = steps.find(state);
  return found == steps.end() ? "juju remove-unit " + unit : found->second;
}

Standing observe_standing(openstack::Session& session,
                          const std::vector<openstack::Service>& services,
                          const std::vector<openstack::GatewayPort>& ports,
                          const Member& member) {
  openstack::Nova nova(session);
  const std::string& host = member.host.str();
  Standing standing{.service = scalein::service_of(services, member.host)};
  if (standing.service && !standing.service->enabled) {
    standing.mark = scalein::read_mark(standing.service->disabled_reason);
  }
  standing.servers = nova.servers_on(host).size();
  for (const openstack::Migration& migration : nova.migrations({.host = host})) {
    standing.moving += migration.source == host && openstack::is_in_flight(migration) ? 1 : 0;
  }
  standing.gateways = std::count_if(
      ports.begin(), ports.end(), [&](const auto& port) { return port.host == host; });
  return standing;
}

}  // namespace

Outcome scale_in_status(Scene& scene, const juju::Values& parameters) {
  Batch batch(scene, scalein::read_request(parameters));
  openstack::Session session(scene.platform, credentials_of(scene.model));
  const auto services = openstack::Nova(session).compute_services();
  const auto ports = openstack::Neutron(session).gateway_ports();
  nlohmann::ordered_json list = nlohmann::ordered_json::array();
  batch.for_each([&](const Member& member) {
    const Standing standing = observe_standing(session, services, ports, member);
    const Order order = batch.order_of(member);
    const Reached reached = batch.reached_by(member);
    const std::string state = state_of(standing, order, reached);
    list.push_back({{"unit", member.unit.str()},
                    {"host", member.host.str()},
                    {"state", state},
                    {"run", order.run},
                    {"servers", standing.servers},
                    {"migrating", standing.moving},
                    {"gateways", standing.gateways},
                    {"pending", reached.done ? "" : reached.pending},
                    {"next", next_step(state, member.unit.str())}});
  });
  Outcome outcome = batch.outcome({});
  outcome.results["states"] = list.dump();
  return outcome;
}

}  // namespace ncc::charm
