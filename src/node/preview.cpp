// What can be said before a run.

#include "node/look.hpp"
#include "words/error.hpp"

namespace ncc::node {

void check_names(openstack::Session& session, const Request& request) {
  Clients clients(session);
  (void)find_ids(clients, request);
  if (!request.dns_zone.empty()) {
    (void)find_zone(clients, request.dns_zone);
  }
  if (request.volume.size_gib > 0 && !clients.cinder.offered()) {
    throw ConfigError("volume-size",
                      "the cloud has no block storage (no endpoint of type block-storage or "
                      "volumev3): set it to 0");
  }
}

Preview preview(openstack::Session& session, const Request& request) {
  check_names(session, request);
  const auto servers = openstack::Nova(session).servers_whose_name_begins(request.base + "_");
  const auto number = free_number(request, servers);
  if (!number) {
    throw ConfigError("max", "no number is free up to " + std::to_string(request.max));
  }
  Preview preview{.names = names_of(request, *number)};
  const Names& names = preview.names;
  if (request.volume.size_gib > 0) {
    preview.steps.push_back("create volume " + names.server + " of " +
                            std::to_string(request.volume.size_gib) + " GiB");
  }
  preview.steps.push_back("create server " + names.server + " from image " + request.image +
                          ", flavor " + request.flavor);
  if (request.volume.size_gib > 0) {
    preview.steps.push_back("attach volume " + names.server);
  }
  if (!request.dns_zone.empty()) {
    preview.steps.push_back("create record " + names.record);
  }
  if (request.awaits_compute) {
    preview.steps.push_back("wait for nova-compute on " + names.fqdn);
  }
  return preview;
}

}  // namespace ncc::node
