// THE MAP: which facts make the charm do what. Rows are independent: their pieces are merged, so
// their order does not matter.

#include <algorithm>

#include "charm/charm.hpp"
#include "compute.hpp"
#include "ovn.hpp"

namespace ncc::charm {

const std::vector<Handler>& handlers() {
  using enum Flag;
  static const std::vector<Handler> table{
      // name                     all of these                                   none of these
      // contributes
      {"keep-record", {config_valid}, {stopping}, compute::plan_record},
      {"install-nova", {config_valid}, {stopping}, compute::plan_packages},
      {"install-ovn", {config_valid, ovn_built_in}, {stopping}, ovn::plan_packages},
      {"make-keys", {packages_installed, config_valid}, {stopping}, compute::plan_migration},
      {"configure-nova",
       {packages_installed, config_valid, nova_ready, network_ready},
       {stopping, two_owners},
       compute::plan_config},
      {"configure-chassis",
       {packages_installed, config_valid, ovn_built_in, southbound_ready, certificates_ready},
       {stopping, two_owners},
       ovn::plan_chassis},
      {"configure-metadata-agent",
       {packages_installed, config_valid, nova_ready, ovn_built_in, network_ready},
       {stopping, two_owners},
       ovn::plan_metadata_agent},
      {"run-services",
       {packages_installed, config_valid, nova_ready, network_ready},
       {stopping, two_owners},
       compute::plan_services},
      {"publish", {config_valid}, {stopping}, compute::plan_publish},
      {"join",
       {cloud_seen, nova_ready, network_ready},
       {stopping, joined, two_owners},
       compute::plan_join},
      {"retire-nova", {stopping}, {}, compute::plan_retire},
      {"retire-ovn", {stopping, ovn_built_in}, {}, ovn::plan_retire},
  };
  return table;
}

Plan decide(const Model& model) {
  const FlagSet flags = derive_flags(model);
  Plan plan;
  for (const Handler& handler : handlers()) {
    if (flags.has_all(handler.when) && !flags.has_any(handler.unless)) {
      merge(plan, handler.plan(model));
    }
  }
  return plan;
}

}  // namespace ncc::charm
