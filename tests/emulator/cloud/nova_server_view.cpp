// How Nova shows a server. Fields and their microversions:
// nova/api/openstack/compute/views/servers.py.
#include <algorithm>

#include "cloud/moves.hpp"

namespace ncc::fake_cloud {

namespace {

constexpr auto time_format = "%Y-%m-%dT%H:%M:%SZ";

Json or_null(const MaybeText& text) {
  return text ? Json(*text) : Json(nullptr);
}

Json flavor_view(const Call& call, const Server& server) {
  const auto& flavors = call.state().flavors;
  const auto flavor = std::find_if(
      flavors.begin(), flavors.end(), [&](const Flavor& f) { return f.id == server.flavor; });
  if (flavor == flavors.end()) {
    return Json::object();
  }
  if (call.version < Version{2, 47}) {
    const std::string href = call.cloud.base_url + "/compute/flavors/" + flavor->id;
    return {{"id", flavor->id}, {"links", Json::array({{{"rel", "bookmark"}, {"href", href}}})}};
  }
  return {{"vcpus", flavor->vcpus},
          {"ram", flavor->ram},
          {"disk", flavor->disk},
          {"ephemeral", flavor->ephemeral},
          {"swap", flavor->swap},
          {"original_name", flavor->name},
          {"extra_specs", flavor->extra_specs}};
}

std::string host_status(const Call& call, const Server& server) {
  const Service* service = server.host ? find_compute(call.state(), *server.host) : nullptr;
  if (service == nullptr) {
    return "";
  }
  if (service->forced_down) {
    return "DOWN";
  }
  if (!is_up(call.cloud, *service)) {
    return "UNKNOWN";
  }
  return service->enabled ? "UP" : "MAINTENANCE";
}

void add_admin_fields(const Call& call, const Server& server, Json& view) {
  view["OS-EXT-SRV-ATTR:host"] = or_null(server.host);
  view["OS-EXT-SRV-ATTR:hypervisor_hostname"] = or_null(server.node);
  view["OS-EXT-SRV-ATTR:instance_name"] = "instance-" + server.id.substr(0, 8);
  if (call.version >= Version{2, 3}) {
    view["OS-EXT-SRV-ATTR:reservation_id"] = "r-" + server.id.substr(0, 8);
    view["OS-EXT-SRV-ATTR:launch_index"] = 0;
    view["OS-EXT-SRV-ATTR:hostname"] = server.name;
    view["OS-EXT-SRV-ATTR:kernel_id"] = "";
    view["OS-EXT-SRV-ATTR:ramdisk_id"] = "";
    view["OS-EXT-SRV-ATTR:root_device_name"] = server.host ? Json("/dev/vda") : Json(nullptr);
    view["OS-EXT-SRV-ATTR:user_data"] =
        server.user_data.empty() ? Json(nullptr) : Json(server.user_data);
  }
  if (call.version >= Version{2, 16}) {
    view["host_status"] = host_status(call, server);
  }
}

void add_versioned_fields(const Call& call, const Server& server, Json& view) {
  if (call.version >= Version{2, 9}) {
    view["locked"] = server.locked;
  }
  if (call.version >= Version{2, 19}) {
    view["description"] = nullptr;
  }
  if (call.version >= Version{2, 26}) {
    view["tags"] = Json::array();
  }
  if (call.version >= Version{2, 63}) {
    view["trusted_image_certificates"] = nullptr;
  }
  if (call.version >= Version{2, 73}) {
    view["locked_reason"] = or_null(server.locked_reason);
  }
  if (call.version >= Version{2, 96}) {
    view["pinned_availability_zone"] = nullptr;
  }
  if (call.version >= Version{2, 100}) {
    view["scheduler_hints"] = Json::object();
  }
}

void add_state(const Call& call, const Server& server, Json& view) {
  view["OS-EXT-STS:task_state"] = or_null(server.task_state);
  view["OS-EXT-STS:vm_state"] = vm_state(server);
  view["OS-EXT-STS:power_state"] = power_state(server);
  view["OS-EXT-AZ:availability_zone"] = server.host ? "nova" : "";
  const bool launched = server.status != "BUILD" && server.status != "ERROR";
  view["OS-SRV-USG:launched_at"] =
      launched ? Json(iso_time(server.updated_at, "%Y-%m-%dT%H:%M:%S.000000")) : Json(nullptr);
  view["OS-SRV-USG:terminated_at"] = nullptr;
  const std::string shown = shown_status(server);
  if (shown == "ACTIVE" || shown == "BUILD" || shown == "MIGRATING" || shown == "RESIZE") {
    view["progress"] = 0;
  }
  if (server.fault && shown == "ERROR") {
    view["fault"] = {{"code", 500},
                     {"created", iso_time(server.updated_at, time_format)},
                     {"message", *server.fault}};
    if (call.is_admin()) {
      view["fault"]["details"] = "Traceback (most recent call last):\n";
    }
  }
}

}  // namespace

ServerViews::ServerViews(const Call& call) : call_(call) {
  for (const Port& port : call.state().ports) {
    ports_.emplace(port.device_id, &port);
  }
}

Json ServerViews::addresses(const Server& server) const {
  Json all = Json::object();
  const auto [first, last] = ports_.equal_range(server.id);
  for (auto item = first; item != last && server.status != "BUILD"; ++item) {
    const Port& port = *item->second;
    const auto& networks = call_.state().networks;
    const auto network = std::find_if(networks.begin(), networks.end(), [&](const Network& n) {
      return n.id == port.network_id;
    });
    if (network != networks.end()) {
      all[network->name].push_back({{"version", 4},
                                    {"addr", port.address.empty() ? "10.99.0.10" : port.address},
                                    {"OS-EXT-IPS:type", "fixed"},
                                    {"OS-EXT-IPS-MAC:mac_addr",
                                     "fa:16:3e:" + port.id.substr(0, 2) + ":" +
                                         port.id.substr(2, 2) + ":" + port.id.substr(4, 2)}});
    }
  }
  return all;
}

Json ServerViews::volumes(const Server& server) const {
  Json all = Json::array();
  for (const Volume& volume : call_.state().volumes) {
    if (volume.server == server.id) {
      all.push_back({{"id", volume.id}});
      if (call_.version >= Version{2, 3}) {
        all.back()["delete_on_termination"] = false;
      }
    }
  }
  return all;
}

Json ServerViews::brief(const Server& server) const {
  const std::string self = nova_url(call_, "/servers/" + server.id);
  const std::string bookmark = call_.cloud.base_url + "/compute/servers/" + server.id;
  return {{"id", server.id},
          {"name", server.name},
          {"links",
           Json::array(
               {{{"rel", "self"}, {"href", self}}, {{"rel", "bookmark"}, {"href", bookmark}}})}};
}

Json ServerViews::full(const Server& server) const {
  const std::string image = call_.cloud.base_url + "/compute/images/" + server.image;
  Json view = {{"status", shown_status(server)},
               {"tenant_id", id_of("project " + server.project)},
               {"user_id", id_of("user " + server.user)},
               {"metadata", server.metadata},
               {"hostId", server.host ? id_of(server.project + *server.host) : ""},
               {"flavor", flavor_view(call_, server)},
               {"created", iso_time(server.created_at, time_format)},
               {"updated", iso_time(server.updated_at, time_format)},
               {"addresses", addresses(server)},
               {"accessIPv4", ""},
               {"accessIPv6", ""},
               {"OS-DCF:diskConfig", "MANUAL"},
               {"config_drive", ""},
               {"key_name", or_null(server.key_name)},
               {"security_groups", Json::array({{{"name", "default"}}})},
               {"os-extended-volumes:volumes_attached", volumes(server)}};
  view.update(brief(server));
  view["image"] = server.image.empty()
                      ? Json("")
                      : Json{{"id", server.image},
                             {"links", Json::array({{{"rel", "bookmark"}, {"href", image}}})}};
  add_state(call_, server, view);
  add_versioned_fields(call_, server, view);
  if (call_.is_admin()) {
    add_admin_fields(call_, server, view);
  }
  return view;
}

}  // namespace ncc::fake_cloud
