// What a server's console shows, and the way to its screen. Behaviour and texts:
// nova/api/openstack/compute/console_output.py, remote_consoles.py, nova/compute/api.py.
#include "cloud/nova_actions.hpp"

namespace ncc::fake_cloud {

Response console_output(const Call& call, Server& server, const Json& body) {
  if (auto complaint = complaint_about_keys("os-getConsoleOutput", body, {{}, {"length"}})) {
    return nova_error(400, *complaint);
  }
  if (!server.host || vm_state(server) == "building") {
    return nova_error(409, "Instance " + server.id + " is not ready");
  }
  return json_response(200, {{"output", call.state().settings.console}});
}

std::optional<Response> nova_consoles(const Call& call) {
  if (!call.is("POST", "servers/*/remote-consoles")) {
    return std::nullopt;
  }
  const Server* server = server_of(call);
  if (server == nullptr) {
    return no_such_server(call);
  }
  if (call.version < Version{2, 6}) {
    return nova_error(404, "The resource could not be found.");
  }
  const Json document = Json::parse(call.request.body, nullptr, false);
  const Json asked = document.is_object() ? document.value("remote_console", Json()) : Json();
  if (auto complaint = complaint_about_keys("remote_console", asked, {{"protocol", "type"}, {}})) {
    return nova_error(400, *complaint);
  }
  if (asked["protocol"] != "vnc" || asked["type"] != "novnc") {
    return nova_error(400, "Unavailable console type " + asked["type"].get<std::string>() + ".");
  }
  if (!server->host || vm_state(*server) == "building") {
    return nova_error(409, "Instance not yet ready");
  }
  const std::string url =
      "http://127.0.0.1:6080/vnc_lite.html?path=%3Ftoken%3D" + make_uuid(call.cloud);
  return json_response(
      200, {{"remote_console", {{"protocol", "vnc"}, {"type", "novnc"}, {"url", url}}}});
}

}  // namespace ncc::fake_cloud
