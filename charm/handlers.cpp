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
      {"make-keys",
       {packages_installed, config_valid},
       {stopping, ironic},
       compute::plan_migration},
      {"configure-nova",
       {packages_installed, config_valid, nova_ready, network_ready},
       {stopping, two_owners},
       compute::plan_config},
      {"configure-chassis",
       {packages_installed, config_valid, ovn_built_in, southbound_ready, certificates_ready},
       {stopping, two_owners, agents_retired},
       ovn::plan_chassis},
      {"configure-metadata-agent",
       {packages_installed, config_valid, nova_ready, ovn_built_in, network_ready},
       {stopping, two_owners, agents_retired},
       ovn::plan_metadata_agent},
      {"run-services",
       {packages_installed, config_valid, nova_ready, network_ready},
       {stopping, two_owners, compute_retired, paused},
       compute::plan_services},
      {"hold-shards", {packages_installed, shards_known}, {}, compute::plan_shards},
      {"wake", {packages_installed, shards_known}, {stopping}, plan_wake},
      {"write-metrics", {metrics_read}, {stopping}, plan_metrics},
      {"publish", {config_valid}, {stopping}, compute::plan_publish},
      {"join",
       {cloud_seen, nova_ready, network_ready},
       {stopping, joined, two_owners, compute_retired},
       compute::plan_join},
      {"tombstone-chassis",
       {packages_installed, was_tombstoned},
       {stopping, ovn_built_in, agents_retired},
       ovn::plan_tombstone},
      {"leave-nova", {compute_retired}, {stopping}, compute::plan_leave},
      {"leave-ovn", {agents_retired}, {stopping}, ovn::plan_leave},
      {"pause", {paused, packages_installed}, {stopping, compute_retired}, plan_pause},
      {"run-drain", {drain_open, account_ready}, {stopping}, plan_drain},
      {"end-drain", {drain_over}, {}, plan_drain_over},
      {"run-create-node", {node_open, account_ready}, {stopping}, plan_node},
      {"end-create-node", {node_over}, {}, plan_node_over},
      {"forget", {stopping, agents_retired}, {}, plan_forget},
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
