// The only place where a status is chosen: the first of these that applies, most urgent first.

#include <optional>

#include "charm/charm.hpp"
#include "compute.hpp"
#include "words/text.hpp"

namespace ncc::charm {

namespace {

using juju::Status;
using Found = std::optional<UnitStatus>;

UnitStatus blocked(std::string message) {
  return {Status::blocked, std::move(message)};
}

UnitStatus waiting(std::string message) {
  return {Status::waiting, std::move(message)};
}

Found operator_must_repair(const Model& model, FlagSet flags) {
  if (flags.has(Flag::two_owners)) {
    return blocked(
        "ovsdb and neutron-plugin are both related: remove one, only one may own Open vSwitch");
  }
  if (!flags.has(Flag::config_valid)) {
    return blocked("config: " + model.config.problems.front());
  }
  if (!flags.has(Flag::databags_valid)) {
    return blocked(model.databag_problems.front());
  }
  if (model.config.virt_type == "kvm" && !model.machine.kvm) {
    return blocked("config: virt-type: kvm, but this machine has no /dev/kvm");
  }
  return std::nullopt;
}

/// Endpoints without which no node can work; OVN comes from ovsdb and certificates, or from
/// neutron-plugin.
Found relations_missing(const Model& model, FlagSet flags) {
  std::vector<std::string> needed{"amqp", "cloud-compute", "image-service"};
  if (flags.has(Flag::ironic)) {
    needed.emplace_back("ironic-api");
  }
  if (flags.has(Flag::ovn_built_in)) {
    needed.insert(needed.end(), {"certificates", "ovsdb"});
  }
  std::erase_if(needed,
                [&](const std::string& endpoint) { return model.related.contains(endpoint); });
  if (needed.empty()) {
    return std::nullopt;
  }
  return blocked("Missing relations: " + join(needed, ", "));
}

/// The first key that a related endpoint has not sent.
Found data_missing(const Model& model, FlagSet flags) {
  const auto first_missing = [](const char* endpoint, const auto& need) {
    return Found(waiting(std::string(endpoint) + ": " + need.missing));
  };
  if (!model.messaging.value) {
    return first_missing("amqp", model.messaging);
  }
  if (!model.controller.value) {
    return first_missing("cloud-compute", model.controller);
  }
  if (!flags.has(Flag::account_ready)) {
    const bool own = model.related.contains("cloud-credentials");
    return waiting(own ? "cloud-credentials: " + model.credentials.missing
                       : "cloud-compute: " + model.controller.value->account_missing);
  }
  if (!model.images.value) {
    return first_missing("image-service", model.images);
  }
  if (flags.has(Flag::ironic)) {
    return model.ironic_api.value ? std::nullopt : first_missing("ironic-api", model.ironic_api);
  }
  if (!flags.has(Flag::ovn_built_in)) {
    return model.plugin.value ? std::nullopt : first_missing("neutron-plugin", model.plugin);
  }
  if (!model.certificates.value) {
    return first_missing("certificates", model.certificates);
  }
  return model.southbound.value ? std::nullopt : first_missing("ovsdb", model.southbound);
}

/// An address that a binding should have given; a network option that fits none of its addresses is
/// the operator's.
Found address_missing(const Model& model, FlagSet flags) {
  struct Row {
    bool needed;
    const std::string& address;
    const char* binding;
    const char* option;
    const std::string& network;
  };

  const bool console = !flags.has(Flag::ironic) && model.controller.value &&
                       !model.controller.value->console.protocol.empty();
  static const std::string none;
  for (const Row& row :
       {Row{true,
            model.my_ip,
            "cloud-compute",
            "os-internal-network",
            model.config.os_internal_network},
        Row{console,
            model.console_address,
            "internal",
            "os-internal-network",
            model.config.os_internal_network},
        Row{flags.has(Flag::migration_on),
            model.migration_address,
            "migration",
            "libvirt-migration-network",
            model.config.libvirt_migration_network},
        Row{flags.has(Flag::ovn_built_in), model.data_address, "data", "", none}}) {
    if (row.needed && row.address.empty()) {
      return row.network.empty()
                 ? waiting(std::string("network: binding ") + row.binding + " has no address yet")
                 : blocked(std::string("config: ") + row.option + ": no address of binding " +
                           row.binding + " is in " + row.network);
    }
  }
  return std::nullopt;
}

Found keys_missing(FlagSet flags) {
  if (flags.has(Flag::migration_on) && !flags.has(Flag::keys_received)) {
    return waiting("cloud-compute: no known_hosts and authorized_keys yet");
  }
  return std::nullopt;
}

Found services_stopped(const Model& model) {
  std::vector<std::string> stopped;
  for (const auto& [name, state] : decide(model).services) {
    const auto seen = model.machine.services.find(name);
    const bool should_run = state == ServiceState::running || state == ServiceState::started;
    if (should_run && name != "nova-compute-wake" &&
        (seen == model.machine.services.end() || !seen->second.active)) {
      stopped.push_back(name);
    }
  }
  if (stopped.empty()) {
    return std::nullopt;
  }
  return blocked("Services not running that should be: " + join(stopped, ", "));
}

/// A shard that is ours and does not serve yet; on the leader, units that seem dead.
Found shards_wanting(const Model& model) {
  if (!model.shards) {
    return std::nullopt;
  }
  if (!model.shards->pending.empty()) {
    return waiting(model.shards->pending.front());
  }
  if (!model.shards->silent.empty()) {
    return blocked(model.shards->silent.front());
  }
  return std::nullopt;
}

/// Until the unit has joined: what Nova and Neutron have not seen yet.
Found not_joined(const Model& model, FlagSet flags) {
  if (flags.has(Flag::joined) || has_shards(model)) {
    return std::nullopt;
  }
  if (!model.cloud) {
    return waiting("nova: not asked about this host yet");
  }
  if (!model.cloud->error.empty()) {
    return waiting("nova: " + model.cloud->error);
  }
  if (!model.cloud->foreign_chassis.empty()) {
    return blocked("ovn: " + model.cloud->foreign_chassis);
  }
  if (model.cloud->service_id.empty() || !model.cloud->up) {
    return waiting("nova: the service of " + model.host.str() + " is not up yet");
  }
  if (!flags.has(Flag::ironic) && !model.cloud->mapped) {
    return waiting("nova: " + model.host.str() + " is not mapped to a cell yet");
  }
  if (flags.has(Flag::ovn_built_in) && !model.cloud->chassis_alive) {
    return waiting("neutron: no living OVN controller agent on " + model.host.str() + " yet");
  }
  return waiting("nova: the service is not enabled yet");
}

std::string servers(int number) {
  return std::to_string(number) + (number == 1 ? " server" : " servers");
}

UnitStatus tombstoned(const Leaving& leaving) {
  std::string text = "Tombstoned: ";
  if (!leaving.drain || !leaving.drain->error.empty()) {
    text += leaving.drain ? "nova: " + leaving.drain->error : "nova was not asked yet";
  } else if (leaving.drain->servers == 0 && leaving.drain->moving == 0) {
    text += "empty";
  } else {
    text += servers(leaving.drain->servers) + " left, " + std::to_string(leaving.drain->moving) +
            " migrating";
  }
  if (leaving.drain && leaving.drain->enabled) {
    return blocked(text +
                   "; somebody enabled the service in Nova: run scalein-start or "
                   "scalein-recover");
  }
  return {Status::maintenance, text};
}

UnitStatus tombstoned_ironic(const Leaving& leaving) {
  return {Status::maintenance,
          "Tombstoned: " + (leaving.pending.empty() ? std::string("no shards") : leaving.pending)};
}

/// A node could not be made, and nobody has looked into it.
Found node_failed(const Model& model) {
  return model.node.failure.empty() ? std::nullopt
                                    : Found(blocked("create-node failed: " + model.node.failure +
                                                    ". Try again with resume=true"));
}

/// A unit that was ordered to leave, and one that is not wholly back yet.
Found leaving(const Model& model) {
  const Leaving& leaving = model.leaving;
  if (leaving.phase == Phase::ended) {
    return blocked("Scaled in: run juju remove-unit " + model.unit.str());
  }
  if (leaving.order.want == Want::ended) {
    const std::string what = leaving.pending.empty() ? "not begun yet" : leaving.pending;
    return leaving.phase == Phase::none ? blocked("Not ended: " + what)
                                        : UnitStatus{Status::maintenance, "Ending: " + what};
  }
  if (leaving.order.want == Want::tombstoned) {
    return is_ironic(model) ? tombstoned_ironic(leaving) : tombstoned(leaving);
  }
  if (leaving.open) {
    return waiting("Recovering: " +
                   (leaving.pending.empty() ? std::string("not begun yet") : leaving.pending));
  }
  return std::nullopt;
}

}  // namespace

UnitStatus assess(const Model& model) {
  const FlagSet flags = derive_flags(model);
  if (flags.has(Flag::stopping)) {
    return {Status::maintenance,
            has_guests(model) ? "Leaving: services stopped; guests stay on this machine"
                              : "Leaving: services stopped"};
  }
  if (model.leaving.phase != Phase::none) {
    return *leaving(model);
  }
  if (flags.has(Flag::paused)) {
    return {Status::maintenance, "Paused. Use 'resume' action to resume normal service."};
  }
  if (const Found found = operator_must_repair(model, flags)) {
    return *found;
  }
  if (!flags.has(Flag::packages_installed)) {
    return {Status::maintenance, "Packages are not installed yet"};
  }
  for (const Found& found : {relations_missing(model, flags),
                             data_missing(model, flags),
                             address_missing(model, flags),
                             keys_missing(flags),
                             services_stopped(model),
                             not_joined(model, flags),
                             leaving(model),
                             shards_wanting(model),
                             node_failed(model)}) {
    if (found) {
      return *found;
    }
  }
  return ready_status();
}

UnitStatus assess_application(const UnitStatus& own,
                              const std::vector<std::string>& leaving,
                              const std::optional<CapacityView>& capacity) {
  if (!leaving.empty()) {
    return {Status::maintenance, "Scaling in: " + join(leaving, ", ")};
  }
  if (own == ready_status() && capacity && !capacity->text.empty()) {
    return {Status::active, capacity->text};
  }
  return own;
}

UnitStatus ready_status() {
  return {Status::active, "Unit is ready"};
}

std::optional<UnitStatus> progress(const Plan& plan, const Model& model) {
  std::vector<std::string> missing;
  for (const std::string& package : plan.packages) {
    if (!model.machine.packages.contains(package)) {
      missing.push_back(package);
    }
  }
  if (missing.empty()) {
    return std::nullopt;
  }
  return UnitStatus{Status::maintenance, "Installing " + join(missing, " ")};
}

}  // namespace ncc::charm
