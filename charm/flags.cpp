#include "charm/charm.hpp"
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

bool keys_received(const Model& model) {
  if (!model.controller.value) {
    return false;
  }
  const Controller& controller = *model.controller.value;
  const bool root =
      !controller.root_keys.known_hosts.empty() && !controller.root_keys.authorized_keys.empty();
  const bool nova =
      !controller.nova_keys.known_hosts.empty() && !controller.nova_keys.authorized_keys.empty();
  return (!model.config.enable_live_migration || root) && (!model.config.enable_resize || nova);
}

}  // namespace

FlagSet derive_flags(const Model& model) {
  const bool plugin = model.related.contains("neutron-plugin");
  const bool southbound = model.southbound.value.has_value();
  const bool certificates = model.certificates.value.has_value();
  const bool account = account_of(model).has_value();
  const bool nova = compute::is_configurable(model) && !model.my_ip.empty();

  FlagSet flags;
  flags.insert_if(model.event == Event::stop || model.event == Event::remove, Flag::stopping);
  flags.insert_if(model.config.problems.empty(), Flag::config_valid);
  flags.insert_if(model.databag_problems.empty(), Flag::databags_valid);
  flags.insert_if(plugin && model.related.contains("ovsdb"), Flag::two_owners);
  flags.insert_if(!plugin, Flag::ovn_built_in);
  flags.insert_if(plugin ? model.plugin.value.has_value() : southbound && certificates,
                  Flag::network_ready);
  flags.insert_if(packages_installed(model, !plugin), Flag::packages_installed);
  flags.insert_if(account, Flag::account_ready);
  flags.insert_if(southbound, Flag::southbound_ready);
  flags.insert_if(certificates, Flag::certificates_ready);
  flags.insert_if(model.config.enable_live_migration || model.config.enable_resize,
                  Flag::migration_on);
  flags.insert_if(keys_received(model), Flag::keys_received);
  flags.insert_if(nova, Flag::nova_ready);
  flags.insert_if(model.cloud.has_value(), Flag::cloud_seen);
  flags.insert_if(model.record.joined, Flag::joined);
  return flags;
}

std::string_view name_of(Flag flag) {
  constexpr std::array<std::string_view, flag_count> names{"stopping",
                                                           "config_valid",
                                                           "databags_valid",
                                                           "two_owners",
                                                           "ovn_built_in",
                                                           "network_ready",
                                                           "packages_installed",
                                                           "account_ready",
                                                           "southbound_ready",
                                                           "certificates_ready",
                                                           "migration_on",
                                                           "keys_received",
                                                           "nova_ready",
                                                           "cloud_seen",
                                                           "joined"};
  return names.at(static_cast<std::size_t>(flag));
}

}  // namespace ncc::charm
