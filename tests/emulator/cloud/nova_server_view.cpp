// How Nova shows a server. Fields and their microversions:
// nova/api/openstack/compute/views/servers.py.
#include <algorithm>

#include "cloud/internal.hpp"

namespace ncc::fake_cloud {

namespace {

constexpr auto time_format = "%Y-%m-%dT%H:%M:%SZ";

Json or_null(const MaybeText& text) {
  return text ? Json(*text) : Json(nullptr);
}

std::string vm_state(const Server& server) {
  static const std::map<std::string, std::string> states = {
      {"BUILD", "building"},
      {"SHUTOFF", "stopped"},
      {"RESCUE", "rescued"},
      {"VERIFY_RESIZE", "resized"},
      {"SHELVED", "shelved"},
      {"MIGRATING", "active"},
      {"RESIZE", "active"},
      {"SOFT_DELETED", "soft-delete"},
      {"ACTIVE", "active"},
      {"ERROR", "error"},
      {"PAUSED", "paused"},
      {"SUSPENDED", "suspended"},
      {"DELETED", "deleted"},
      {"UNKNOWN", "unknown"},
      {"SHELVED_OFFLOADED", "shelved_offloaded"}};
  return states.at(server.status);
}

int power_state(const Server& server) {
  if (server.status == "PAUSED") {
    return 3;
  }
  if (server.status == "SHUTOFF" || server.status == "SUSPENDED") {
    return 4;
  }
  return server.host && server.status != "BUILD" && server.status != "ERROR" ? 1 : 0;
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
          {"ephemeral", 0},
          {"swap", 0},
          {"original_name", flavor->name},
          {"extra_specs", Json::object()}};
}

Json addresses(const Call& call, const Server& server) {
  Json all = Json::object();
  if (server.status == "BUILD") {
    return all;
  }
  for (const Port& port : call.state().ports) {
    const auto& networks = call.state().networks;
    const auto network = std::find_if(networks.begin(), networks.end(), [&](const Network& n) {
      return n.id == port.network_id;
    });
    if (port.device_id == server.id && network != networks.end()) {
      all[network->name].push_back({{"version", 4},
                                    {"addr", "10.99.0.10"},
                                    {"OS-EXT-IPS:type", "fixed"},
                                    {"OS-EXT-IPS-MAC:mac_addr",
                                     "fa:16:3e:" + port.id.substr(0, 2) + ":" +
                                         port.id.substr(2, 2) + ":" + port.id.substr(4, 2)}});
    }
  }
  return all;
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
    view["OS-EXT-SRV-ATTR:user_data"] = nullptr;
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
    view["locked_reason"] = nullptr;
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
  if (server.status == "ACTIVE" || server.status == "BUILD") {
    view["progress"] = 0;
  }
  if (server.fault && server.status == "ERROR") {
    view["fault"] = {{"code", 500},
                     {"created", iso_time(server.updated_at, time_format)},
                     {"message", *server.fault}};
    if (call.is_admin()) {
      view["fault"]["details"] = "Traceback (most recent call last):\n";
    }
  }
}

}  // namespace

Json server_view(const Call& call, const Server& server) {
  const std::string self = nova_url(call, "/servers/" + server.id);
  const std::string bookmark = call.cloud.base_url + "/compute/servers/" + server.id;
  const std::string image = call.cloud.base_url + "/compute/images/" + server.image;
  Json view = {{"id", server.id},
               {"name", server.name},
               {"status", server.status},
               {"tenant_id", id_of("project " + server.project)},
               {"user_id", id_of("user " + server.user)},
               {"metadata", Json::object()},
               {"hostId", server.host ? id_of(server.project + *server.host) : ""},
               {"flavor", flavor_view(call, server)},
               {"created", iso_time(server.created_at, time_format)},
               {"updated", iso_time(server.updated_at, time_format)},
               {"addresses", addresses(call, server)},
               {"accessIPv4", ""},
               {"accessIPv6", ""},
               {"OS-DCF:diskConfig", "MANUAL"},
               {"config_drive", ""},
               {"key_name", nullptr},
               {"security_groups", Json::array({{{"name", "default"}}})},
               {"os-extended-volumes:volumes_attached", Json::array()}};
  view["links"] =
      Json::array({{{"rel", "self"}, {"href", self}}, {{"rel", "bookmark"}, {"href", bookmark}}});
  view["image"] = server.image.empty()
                      ? Json("")
                      : Json{{"id", server.image},
                             {"links", Json::array({{{"rel", "bookmark"}, {"href", image}}})}};
  add_state(call, server, view);
  add_versioned_fields(call, server, view);
  if (call.is_admin()) {
    add_admin_fields(call, server, view);
  }
  return view;
}

}  // namespace ncc::fake_cloud
