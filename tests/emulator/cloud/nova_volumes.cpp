// Volumes of servers. Behaviour and texts: nova/api/openstack/compute/volume_attachments.py,
// nova/compute/api.py; what Cinder refuses comes back as Nova's 400 with Cinder's words.
#include <algorithm>

#include "cloud/nova_actions.hpp"

namespace ncc::fake_cloud {

namespace {

Response refused_by_cinder(const Call& call, const std::string& why) {
  return nova_error(400,
                    "Invalid input received: Invalid volume: " + why +
                        " (HTTP 400) (Request-ID: " + call.request_id + ")");
}

Json view(const Call& call, const Volume& volume) {
  Json all = {{"volumeId", volume.id}, {"serverId", volume.server.value_or("")}};
  if (volume.device) {
    all["device"] = *volume.device;
  }
  if (call.version >= Version{2, 70}) {
    all["tag"] = nullptr;
  }
  if (call.version >= Version{2, 79}) {
    all["delete_on_termination"] = false;
  }
  if (call.version >= Version{2, 89}) {
    all["attachment_id"] = id_of("attachment " + volume.id);
    all["bdm_uuid"] = id_of("bdm " + volume.id);
  } else {
    all["id"] = volume.id;
  }
  return all;
}

// The first of vdb, vdc, ... that no volume of the server has.
std::string free_device(const State& state, const Server& server) {
  std::string device = "/dev/vdb";
  const auto taken = [&](const Volume& v) { return v.server == server.id && v.device == device; };
  while (std::any_of(state.volumes.begin(), state.volumes.end(), taken)) {
    ++device.back();
  }
  return device;
}

Response attach(const Call& call, Server& server) {
  const Json document = Json::parse(call.request.body, nullptr, false);
  const Json asked = document.is_object() ? document.value("volumeAttachment", Json()) : Json();
  if (auto complaint = complaint_about_keys(
          "volumeAttachment", asked, {{"volumeId"}, {"device", "tag", "delete_on_termination"}})) {
    return nova_error(400, *complaint);
  }
  const std::string id = asked["volumeId"];
  Volume* volume = find_volume(call.state(), id);
  if (volume == nullptr) {
    return nova_error(404, "Volume " + id + " could not be found.");
  }
  if (auto refusal = refuse_state(
          server, "attach_volume", {"active", "paused", "stopped", "resized", "soft-delete"})) {
    return *refusal;
  }
  if (volume->status != "available") {
    return refused_by_cinder(call,
                             "Volume " + id +
                                 " status must be available or downloading to reserve, but the "
                                 "current status is " +
                                 volume->status + ".");
  }
  const Json device = asked.value("device", Json(nullptr));
  volume->device = device.is_null() ? free_device(call.state(), server) : device.get<std::string>();
  volume->server = server.id;
  record_action(call, server, "attach_volume");
  begin_step(call.cloud, *volume, "reserved");
  Json shown = view(call, *volume);
  shown["id"] = volume->id;
  return json_response(200, {{"volumeAttachment", shown}});
}

Response detach(const Call& call, Server& server) {
  Volume* volume = find_volume(call.state(), call.path[3]);
  if (volume == nullptr) {
    return nova_error(404, "Volume " + call.path[3] + " could not be found.");
  }
  if (volume->server != server.id) {
    return nova_error(404, "Instance " + server.id + " is not attached to volume " + call.path[3]);
  }
  if (auto refusal =
          refuse_state(server, "detach_volume", {"active", "paused", "suspended", "stopped"})) {
    return *refusal;
  }
  if (volume->status != "in-use") {
    return refused_by_cinder(call,
                             "Unable to detach volume. Volume status must be 'in-use' and "
                             "attach_status must be 'attached' to detach.");
  }
  record_action(call, server, "detach_volume");
  begin_step(call.cloud, *volume, "detaching");
  return empty_response(202);
}

Response list(const Call& call, const Server& server) {
  Json all = Json::array();
  for (const Volume& volume : call.state().volumes) {
    if (volume.server == server.id) {
      all.push_back(view(call, volume));
    }
  }
  return json_response(200, {{"volumeAttachments", all}});
}

}  // namespace

std::optional<Response> nova_volumes(const Call& call) {
  const bool all = call.is("GET", "servers/*/os-volume_attachments");
  const bool one_more = call.is("POST", "servers/*/os-volume_attachments");
  if (!all && !one_more && !call.is("DELETE", "servers/*/os-volume_attachments/*")) {
    return std::nullopt;
  }
  Server* server = server_of(call);
  if (server == nullptr) {
    return no_such_server(call);
  }
  if (all) {
    return list(call, *server);
  }
  return one_more ? attach(call, *server) : detach(call, *server);
}

}  // namespace ncc::fake_cloud
