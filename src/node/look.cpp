#include "node/look.hpp"

#include <algorithm>

#include "words/error.hpp"

namespace ncc::node {

namespace {

std::string need(const std::optional<std::string>& id,
                 const char* parameter,
                 const std::string& name) {
  if (!id) {
    throw ConfigError(parameter,
                      std::string("the cloud has no ") + parameter + " \"" + name + "\"");
  }
  return *id;
}

std::string find_image(Clients& clients, const Request& request) {
  const std::vector<std::string> ids = clients.glance.images_named(request.image);
  if (ids.empty()) {
    throw ConfigError("image", "the cloud has no active image \"" + request.image + "\"");
  }
  if (ids.size() > 1 && request.strict) {
    throw ConfigError("image",
                      "the cloud has " + std::to_string(ids.size()) + " images \"" + request.image +
                          "\", and strict-image is true");
  }
  return ids.front();
}

}  // namespace

Ids find_ids(Clients& clients, const Request& request) {
  Ids ids{.image = find_image(clients, request),
          .flavor = need(clients.nova.flavor_id(request.flavor), "flavor", request.flavor)};
  if (!request.network.empty()) {
    ids.network = need(clients.neutron.network_id(request.network), "network", request.network);
  }
  return ids;
}

std::string find_zone(Clients& clients, const std::string& zone) {
  const auto id = clients.designate.zone_id(zone + ".");
  if (!id) {
    throw ConfigError("dns-zone", "Designate has no zone \"" + zone + ".\" for this account");
  }
  return *id;
}

std::int64_t Look::now() const {
  return clock_.now_seconds();
}

const std::string& Look::zone() {
  if (zone_.empty() && !request_.dns_zone.empty()) {
    zone_ = find_zone(clients_, request_.dns_zone);
  }
  return zone_;
}

View Look::view(const Facts& facts) {
  View view{.servers = clients_.nova.servers_whose_name_begins(request_.base + "_")};
  if (request_.volume.size_gib > 0) {
    view.volumes = clients_.cinder.volumes_marked(run_tag, facts.run);
    std::sort(view.volumes.begin(), view.volumes.end(), [](const auto& left, const auto& right) {
      return left.id < right.id;
    });
  }
  const auto own = std::find_if(view.servers.begin(), view.servers.end(), [&](const auto& server) {
    return tag_in(server.metadata, run_tag) == facts.run;
  });
  if (own != view.servers.end() && own->status == "ERROR" && own->fault.empty()) {
    // Nova's lists have no faults of servers that reached no cell (InstanceList.fill_faults).
    *own = clients_.nova.server(own->id).value_or(*own);
  }
  if (own != view.servers.end() && !request_.network.empty()) {
    view.ports = clients_.neutron.ports_of_server(own->id);
  }
  if (facts.number > 0 && !zone().empty()) {
    view.record = clients_.designate.record(zone(), names_of(request_, facts.number).record);
  }
  const bool may_be_up = own != view.servers.end() && own->status == "ACTIVE";
  view.registered = request_.awaits_compute && facts.failure.empty() && may_be_up &&
                    is_registered(names_of(request_, facts.number));
  view.now = now();
  return view;
}

/// Nova's name of the host is what its nova-compute calls itself: the FQDN, or the bare name.
bool Look::is_registered(const Names& names) {
  for (const std::string& host : {names.fqdn, names.host}) {
    for (const openstack::Service& service : clients_.nova.compute_services(host)) {
      if (service.up) {
        return true;
      }
    }
  }
  return false;
}

}  // namespace ncc::node
