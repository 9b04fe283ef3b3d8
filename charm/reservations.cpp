// reserve and release: a bare-metal node is kept for somebody by an allocation of Ironic's.

#include <nlohmann/json.hpp>

#include "charm/ironic.hpp"
#include "log.hpp"
#include "reservation.hpp"
#include "words/error.hpp"
#include "words/parameters.hpp"

namespace ncc::charm {

namespace {

using openstack::NodeAllocation;
using openstack::Verdict;
using reservation::Request;

constexpr std::chrono::milliseconds look_pause{500};

Outcome outcome_of(const NodeAllocation& allocation, const std::string& failure) {
  return {{{"result", failure.empty() ? "done" : "failed"},
           {"allocation", allocation.uuid},
           {"name", allocation.name},
           {"node", allocation.node},
           {"state", allocation.state},
           {"resource-class", allocation.resource_class}},
          failure};
}

std::vector<openstack::SizedNode> free_nodes(openstack::Ironic& ironic) {
  std::vector<openstack::SizedNode> nodes;
  ironic.for_each_free_node([&](const openstack::SizedNode& node) { nodes.push_back(node); });
  return nodes;
}

/// Until Ironic has found a node or given up; an allocation that did not get one goes again.
Outcome await(Scene& scene, openstack::Ironic& ironic, const Request& request) {
  const auto deadline = scene.platform.clock.steady() + request.timeout;
  while (true) {
    const std::optional<NodeAllocation> now = ironic.allocation(request.name);
    if (!now) {
      return {{{"result", "failed"}}, "allocation " + request.name + " is gone"};
    }
    if (now->state == "active") {
      return outcome_of(*now, "");
    }
    if (now->state == "error") {
      const openstack::Outcome gone = ironic.delete_allocation(now->uuid);
      log::info("removed allocation {}: {}", now->uuid, gone.message);
      return outcome_of(*now, "no node: " + now->last_error);
    }
    if (scene.platform.clock.steady() >= deadline) {
      return outcome_of(*now,
                        "still " + now->state + " after " +
                            std::to_string(request.timeout.count()) +
                            " s: run it again, or release");
    }
    scene.platform.clock.sleep(look_pause);
  }
}

Outcome ask(Scene& scene, openstack::Ironic& ironic, const Request& request) {
  const reservation::Choice choice = reservation::choose(request, free_nodes(ironic));
  if (!choice.reason.empty()) {
    return {{{"result", "refused"}}, choice.reason};
  }
  if (request.plan) {
    return {{{"result", "done"},
             {"resource-class", choice.resource_class},
             {"candidates", nlohmann::json(choice.candidates).dump()}},
            {}};
  }
  openstack::AllocationRequest wanted{.name = request.name,
                                      .resource_class = choice.resource_class,
                                      .traits = request.traits,
                                      .candidate_nodes = choice.candidates,
                                      .owner = request.owner};
  if (!request.server.empty()) {
    wanted.extra[reservation::server_key] = request.server;
  }
  const openstack::Outcome outcome = ironic.allocate(wanted);
  // An answer that was lost, and a name that another run took meanwhile, show in what is there.
  const bool may_be_there =
      outcome.verdict == Verdict::unknown || outcome.verdict == Verdict::conflict;
  if (outcome.verdict != Verdict::done && (!may_be_there || !ironic.allocation(request.name))) {
    return {{{"result", "failed"}}, "Ironic: " + outcome.message};
  }
  return await(scene, ironic, request);
}

/// Why `allocation` stays; empty when it has gone.
std::string remove(openstack::Ironic& ironic, const NodeAllocation& allocation) {
  const openstack::Outcome outcome = ironic.delete_allocation(allocation.uuid);
  const bool gone = outcome.verdict == Verdict::done || outcome.verdict == Verdict::missing;
  return gone ? "" : outcome.message;
}

/// Reservations made for servers that Nova does not have any more.
std::vector<NodeAllocation> left_over(Scene& scene, openstack::Ironic& ironic) {
  openstack::Session session(scene.platform, credentials_of(scene.model));
  openstack::Nova nova(session);
  std::vector<NodeAllocation> found;
  for (const NodeAllocation& allocation : ironic.allocations()) {
    const std::string server = reservation::server_of(allocation);
    if (server.empty()) {
      continue;
    }
    const std::vector<std::string> there =
        nova.server(server) ? std::vector{server} : std::vector<std::string>{};
    if (reservation::is_left_over(allocation, there)) {
      found.push_back(allocation);
    }
  }
  return found;
}

Outcome release_all(openstack::Ironic& ironic,
                    const std::vector<NodeAllocation>& allocations,
                    bool plan) {
  nlohmann::ordered_json rows = nlohmann::ordered_json::array();
  std::string failure;
  for (const NodeAllocation& allocation : allocations) {
    const std::string why = plan ? "" : remove(ironic, allocation);
    if (!why.empty()) {
      failure = allocation.name + ": " + why;
    }
    rows.push_back({{"allocation", allocation.uuid},
                    {"name", allocation.name},
                    {"node", allocation.node},
                    {"result", why.empty() ? "done" : "failed"},
                    {"reason", why}});
  }
  return {{{"result", failure.empty() ? "done" : "failed"}, {"allocations", rows.dump()}}, failure};
}

}  // namespace

Outcome reserve(Scene& scene, const juju::Values& parameters) {
  must_be_ironic(scene.model);
  const Request request = reservation::read_request(parameters);
  openstack::Session session(scene.platform, system_credentials_of(scene.model));
  openstack::Ironic ironic(session);
  return ironic.allocation(request.name) ? await(scene, ironic, request)
                                         : ask(scene, ironic, request);
}

Outcome release(Scene& scene, const juju::Values& parameters) {
  must_be_ironic(scene.model);
  openstack::Session session(scene.platform, system_credentials_of(scene.model));
  openstack::Ironic ironic(session);
  const bool plan = flag_in(parameters, "plan", false);
  if (flag_in(parameters, "left-over", false)) {
    return release_all(ironic, left_over(scene, ironic), plan);
  }
  const std::string name = text_in(parameters, "name");
  if (name.empty()) {
    throw ConfigError("name", "is missing: the name or uuid of a reservation, or left-over=true");
  }
  const std::optional<NodeAllocation> allocation = ironic.allocation(name);
  return release_all(
      ironic, allocation ? std::vector{*allocation} : std::vector<NodeAllocation>{}, plan);
}

}  // namespace ncc::charm
