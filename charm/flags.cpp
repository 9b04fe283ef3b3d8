#include "charm/charm.hpp"
#include "charm/run_service.hpp"
#include "compute.hpp"
#include "ovn.hpp"

namespace ncc::charm {

namespace {

bool installed(const Model& model, const Plan& plan) {
  for (const std::string& package : plan.packages) {
    if (!model.machine.packages.contains(package)) {
      return false;
    }
  }
  return true;
}

bool packages_installed(const Model& model, bool built_in) {
  return installed(model, compute::plan_packages(model)) &&
         (!built_in || installed(model, ovn::plan_packages(model)));
}

}  // namespace

FlagSet derive_flags(const Model& model) {
  const bool ironic = is_ironic(model);
  const bool built_in = ovn_built_in(model);
  const bool plugin = !ironic && !built_in;
  const bool southbound = model.southbound.value.has_value();
  const bool certificates = model.certificates.value.has_value();
  const bool account = account_of(model).has_value();
  const bool nova = compute::is_configurable(model) && !model.my_ip.empty();

  FlagSet flags;
  flags.insert_if(model.event == Event::stop || model.event == Event::remove, Flag::stopping);
  flags.insert_if(model.config.problems.empty(), Flag::config_valid);
  flags.insert_if(model.databag_problems.empty(), Flag::databags_valid);
  flags.insert_if(plugin && model.related.contains("ovsdb"), Flag::two_owners);
  flags.insert_if(ironic, Flag::ironic);
  flags.insert_if(built_in, Flag::ovn_built_in);
  flags.insert_if(ironic || (plugin ? model.plugin.value.has_value() : southbound && certificates),
                  Flag::network_ready);
  flags.insert_if(packages_installed(model, built_in), Flag::packages_installed);
  flags.insert_if(account, Flag::account_ready);
  flags.insert_if(southbound, Flag::southbound_ready);
  flags.insert_if(certificates, Flag::certificates_ready);
  flags.insert_if(!ironic && (model.config.enable_live_migration || model.config.enable_resize),
                  Flag::migration_on);
  flags.insert_if(compute::keys_received(model), Flag::keys_received);
  flags.insert_if(nova, Flag::nova_ready);
  flags.insert_if(model.cloud.has_value(), Flag::cloud_seen);
  flags.insert_if(model.record.joined, Flag::joined);
  flags.insert_if(is_tombstoned(model), Flag::tombstoned);
  flags.insert_if(is_tombstoned(model) || model.leaving.open, Flag::was_tombstoned);
  flags.insert_if(model.leaving.phase != Phase::none, Flag::compute_retired);
  flags.insert_if(model.leaving.phase == Phase::leaving || model.leaving.phase == Phase::ended,
                  Flag::agents_retired);
  const auto drain = model.machine.services.find("nova-compute-drain");
  const bool known = drain != model.machine.services.end() && drain->second.exists;
  flags.insert_if(model.run.open, Flag::drain_open);
  flags.insert_if(known && (!model.run.open || is_stopping(model)), Flag::drain_over);
  flags.insert_if(model.shards.has_value(), Flag::shards_known);
  flags.insert_if(model.paused, Flag::paused);
  const auto node = model.machine.services.find(node_service.name);
  const bool node_known = node != model.machine.services.end() && node->second.exists;
  flags.insert_if(model.node.open, Flag::node_open);
  flags.insert_if(node_known && (!model.node.open || is_stopping(model)), Flag::node_over);
  flags.insert_if(model.machine.node_exporter, Flag::metrics_read);
  return flags;
}

std::string_view name_of(Flag flag) {
  constexpr std::array<std::string_view, flag_count> names{
      "stopping",      "config_valid",     "databags_valid",     "two_owners",
      "ironic",        "ovn_built_in",     "network_ready",      "packages_installed",
      "account_ready", "southbound_ready", "certificates_ready", "migration_on",
      "keys_received", "nova_ready",       "cloud_seen",         "joined",
      "tombstoned",    "was_tombstoned",   "compute_retired",    "agents_retired",
      "drain_open",    "drain_over",       "shards_known",       "paused",
      "node_open",     "node_over",        "metrics_read"};
  return names.at(static_cast<std::size_t>(flag));
}

}  // namespace ncc::charm
