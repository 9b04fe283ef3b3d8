// What we write, endpoint by endpoint. An empty value deletes the key: what was switched off must
// not stay.

#include <algorithm>

#include "relations.hpp"

namespace ncc {

Databag publish_cloud_compute(const OurSide& us) {
  const bool migrates = us.live_migration || us.resize;
  Databag bag{
      {"availability_zone", us.availability_zone},
      {"hostname", migrates ? us.host.str() : ""},
      // nova-cloud-controller looks at no key of ours without it, not even at the one for resize
      {"migration_auth_type", migrates ? "ssh" : ""},
      {"ssh_public_key", us.live_migration ? us.root_public_key : ""},
      {"nova_ssh_public_key", us.resize ? us.nova_public_key : ""}};
  if (migrates && !us.migration_address.empty()) {
    bag["private-address"] = us.migration_address;  // otherwise Juju's own value stays
  }
  return bag;
}

Databag publish_amqp(const OurSide& us) {
  return {{"username", us.rabbit_user}, {"vhost", us.rabbit_vhost}};
}

Databag publish_cloud_credentials(const OurSide& us) {
  std::string username = application_of(us.unit);
  std::replace(username.begin(), username.end(), '-', '_');
  return {{"username", username}};
}

Databag publish_certificates(const OurSide& us) {
  if (us.certificate_id.empty()) {
    return {};
  }
  return {{"unit_name", underscored(us.unit)},
          {"common_name", us.host.str()},
          {"sans", "[]"},
          {"certificate_name", us.certificate_id}};
}

Databag publish_compute_peer(const OurSide& us) {
  Databag bag{{"hostname", us.host.str()}, {"address", us.migration_address}};
  if (us.reached.number > 0) {
    bag["scale-in"] = to_text(us.reached);
  }
  if (us.claims) {
    bag["shards"] = to_text(*us.claims);
  }
  return bag;
}

Databag publish_neutron_plugin(const OurSide& us) {
  return {{"default_availability_zone", us.availability_zone}};
}

}  // namespace ncc
