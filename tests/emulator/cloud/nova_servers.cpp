// Nova's servers: show, create, delete. Behaviour and texts:
// nova/api/openstack/compute/servers.py, compute/api.py.
#include <algorithm>
#include <set>

#include "cloud/moves.hpp"

namespace ncc::fake_cloud {

namespace {

// What is left of a server whose cell does not answer (2.69).
Response show_unknown(const Call& call, const Server& server) {
  Json view = ServerViews(call).brief(server);
  view["status"] = "UNKNOWN";
  view["tenant_id"] = id_of("project " + server.project);
  view["created"] = iso_time(server.created_at, "%Y-%m-%dT%H:%M:%SZ");
  return json_response(200, {{"server", view}});
}

Response show(const Call& call) {
  Server* server = server_of(call);
  if (server == nullptr) {
    return no_such_server(call);
  }
  if (server->host && is_down_cell(call.state(), *server->host)) {
    return call.version >= Version{2, 69} ? show_unknown(call, *server) : no_such_server(call);
  }
  Json view = ServerViews(call).full(*server);
  if (call.version >= Version{2, 71}) {
    view["server_groups"] = Json::array();
    for (const ServerGroup& group : call.state().server_groups) {
      if (std::count(group.members.begin(), group.members.end(), server->id) != 0) {
        view["server_groups"].push_back(group.id);
      }
    }
  }
  count_read(*server);
  return json_response(200, {{"server", view}});
}

Response remove(const Call& call) {
  Server* server = server_of(call);
  if (server == nullptr) {
    return no_such_server(call);
  }
  begin_delete(call.cloud, *server);
  return empty_response(204);
}

// The schema of the body, as far as the charm could break it.
std::optional<std::string> complaint_about_body(const Call& call, const Json& server) {
  static const std::set<std::string> known = {"name",
                                              "imageRef",
                                              "flavorRef",
                                              "networks",
                                              "key_name",
                                              "user_data",
                                              "metadata",
                                              "availability_zone",
                                              "config_drive",
                                              "security_groups",
                                              "min_count",
                                              "max_count",
                                              "adminPass",
                                              "description",
                                              "tags",
                                              "OS-DCF:diskConfig"};
  for (const char* required : {"name", "flavorRef"}) {
    if (!server.contains(required)) {
      return invalid_field(
          "server", server, std::string("'") + required + "' is a required property");
    }
  }
  if (call.version >= Version{2, 37} && !server.contains("networks")) {
    return invalid_field("server", server, "'networks' is a required property");
  }
  const Json metadata = server.value("metadata", Json::object());
  for (const auto& [key, value] : metadata.items()) {
    if (!value.is_string() || value.get<std::string>().size() > 255) {
      return invalid_field(key, value, value.dump() + " is not of type 'string'");
    }
  }
  const std::string user_data = server.value("user_data", "");
  if (user_data.size() > 65535) {
    return invalid_field("user_data", user_data, "'" + user_data + "' is too long");
  }
  for (const auto& [key, value] : server.items()) {
    const bool placed =
        (key == "host" || key == "hypervisor_hostname") && call.version >= Version{2, 74};
    if (known.count(key) == 0 && !placed &&
        !(key == "hostname" && call.version >= Version{2, 90})) {
      return invalid_field(
          "server", server, "Additional properties are not allowed ('" + key + "' was unexpected)");
    }
  }
  return std::nullopt;
}

bool is_mapped(const State& state, const std::string& host) {
  return std::any_of(state.services.begin(), state.services.end(), [&](const Service& s) {
    return s.binary == "nova-compute" && s.host == host && s.mapped;
  });
}

bool has_zone(const State& state, const std::string& zone) {
  return std::any_of(state.services.begin(), state.services.end(), [&](const Service& s) {
    return s.binary == "nova-compute" && s.zone == zone;
  });
}

std::string last_segment(const Json& reference) {
  const std::string text = reference.is_string() ? reference.get<std::string>() : reference.dump();
  return text.substr(text.rfind('/') + 1);
}

std::optional<std::string> complaint_about_image(const Call& call, const Json& server) {
  if (!server.contains("imageRef")) {
    return "Invalid imageRef provided.";
  }
  for (const Image& image : call.state().images) {
    if (image.id == last_segment(server["imageRef"])) {
      return image.status == "active" ? std::nullopt
                                      : std::optional("Image " + image.id + " is not active.");
    }
  }
  return "Can not find requested image";
}

// networks: "none", "auto" or a list of {"uuid": network} and {"port": port}. Fills the ids of
// networks to make ports on.
std::optional<std::string> complaint_about_networks(const Call& call,
                                                    const Json& asked,
                                                    std::vector<std::string>& networks) {
  const State& state = call.state();
  if (asked == "none" || (asked == "auto" && !state.networks.empty())) {
    if (asked == "auto") {
      networks.push_back(state.networks.front().id);
    }
    return std::nullopt;
  }
  if (!asked.is_array()) {
    return "Unable to automatically allocate a network for project " +
           id_of("project " + call.token.project);
  }
  for (const Json& item : asked) {
    const std::string id = item.value("uuid", "");
    const auto found = std::find_if(
        state.networks.begin(), state.networks.end(), [&](const Network& n) { return n.id == id; });
    if (found == state.networks.end()) {
      return "Network " + id + " could not be found.";
    }
    if (found->subnets.empty()) {
      return "Network " + id + " requires a subnet in order to boot instances on.";
    }
    networks.push_back(id);
  }
  return std::nullopt;
}

bool has_keypair(const Call& call, const std::string& name) {
  const auto& all = call.state().keypairs;
  return std::any_of(all.begin(), all.end(), [&](const Keypair& k) {
    return k.name == name && k.user == call.token.user;
  });
}

// Fills the ids of the groups, which are asked for by name or id.
std::optional<std::string> complaint_about_groups(const Call& call,
                                                  const Json& asked,
                                                  std::vector<std::string>& ids) {
  for (const Json& item : asked) {
    const std::string name = item.value("name", "");
    const auto& all = call.state().security_groups;
    const auto found = std::find_if(all.begin(), all.end(), [&](const SecurityGroup& group) {
      return (group.name == name || group.id == name) && group.project == call.token.project;
    });
    if (found != all.end()) {
      ids.push_back(found->id);
    } else if (name != "default") {
      return "Security group " + name + " not found for project " +
             id_of("project " + call.token.project) + ".";
    }
  }
  return std::nullopt;
}

std::optional<Response> complaint_about_request(const Call& call,
                                                const Json& server,
                                                std::vector<std::string>& networks) {
  if (const auto complaint = complaint_about_body(call, server)) {
    return nova_error(400, *complaint);
  }
  const bool placed = server.contains("host") || server.contains("hypervisor_hostname");
  if (placed && !call.is_admin()) {
    return nova_forbidden("compute:servers:create:requested_destination");
  }
  if (const auto complaint =
          complaint_about_networks(call, server.value("networks", Json("none")), networks)) {
    return nova_error(400, *complaint);
  }
  const std::string flavor_id = last_segment(server["flavorRef"]);
  const auto& flavors = call.state().flavors;
  if (std::none_of(flavors.begin(), flavors.end(), [&](const Flavor& f) {
        return f.id == flavor_id && !f.deleted;
      })) {
    return nova_error(400, "Flavor " + flavor_id + " could not be found.");
  }
  if (const auto complaint = complaint_about_image(call, server)) {
    return nova_error(400, *complaint);
  }
  const std::string zone = server.value("availability_zone", "");
  if (!zone.empty() && !has_zone(call.state(), zone)) {
    return nova_error(400, "The requested availability zone is not available");
  }
  const std::string host = server.value("host", "");
  if (!host.empty() && !is_mapped(call.state(), host)) {
    return nova_error(400, "Compute host " + host + " could not be found.");
  }
  return std::nullopt;
}

// The lowest that no other port of the network has.
std::string free_address(const State& state, const std::string& network) {
  std::set<std::string> taken;
  for (const Port& port : state.ports) {
    if (port.network_id == network) {
      taken.insert(port.address);
    }
  }
  int last = 10;
  while (taken.count("10.99.0." + std::to_string(last)) != 0) {
    ++last;
  }
  return "10.99.0." + std::to_string(last);
}

void make_ports(const Call& call, const Server& server, const std::vector<std::string>& networks) {
  State& state = call.state();
  for (const std::string& network : networks) {
    state.ports.push_back({make_uuid(call.cloud),
                           "",
                           network,
                           server.id,
                           "compute:nova",
                           "",
                           "DOWN",
                           free_address(state, network)});
  }
}

// "os:scheduler_hints": {"group": id}
void join_group(const Call& call, const Server& server, const Json& document) {
  const Json hints = document.value("os:scheduler_hints", Json::object());
  for (ServerGroup& group : call.state().server_groups) {
    if (hints.value("group", "") == group.id) {
      group.members.push_back(server.id);
    }
  }
}

Response create(const Call& call) {
  const Json document = Json::parse(call.request.body, nullptr, false);
  if (!document.is_object() || !document.contains("server") || !document["server"].is_object()) {
    return nova_error(400, "Invalid input for field/attribute server.");
  }
  const Json& asked = document["server"];
  if (asked.contains("hypervisor_hostname") ||
      (asked.contains("networks") &&
       asked["networks"].dump().find("\"port\"") != std::string::npos)) {
    return not_emulated(call.request);
  }
  std::vector<std::string> networks;
  std::vector<std::string> groups;
  const std::string key = asked.value("key_name", "");
  if (!key.empty() && !has_keypair(call, key)) {
    return nova_error(400, "Invalid key_name provided.");
  }
  if (const auto complaint =
          complaint_about_groups(call, asked.value("security_groups", Json::array()), groups)) {
    return nova_error(400, *complaint);
  }
  if (const auto refusal = complaint_about_request(call, asked, networks)) {
    return *refusal;
  }
  Server server;
  server.id = make_uuid(call.cloud);
  server.name = asked["name"].get<std::string>();
  server.status = "BUILD";
  server.flavor = last_segment(asked["flavorRef"]);
  server.image = last_segment(asked["imageRef"]);
  server.project = call.token.project;
  server.user = call.token.user;
  server.created_at = server.updated_at = now(call.cloud);
  server.metadata = asked.value("metadata", std::map<std::string, std::string>());
  server.user_data = asked.value("user_data", "");
  server.security_groups = groups;
  if (!key.empty()) {
    server.key_name = key;
  }
  make_ports(call, server, networks);
  record_action(call, server, "create");
  join_group(call, server, document);
  schedule(call.cloud,
           server,
           asked.contains("host") ? std::optional(asked["host"].get<std::string>()) : std::nullopt);
  call.state().servers.push_back(server);
  const Json view = ServerViews(call).brief(server);
  Response response = json_response(202,
                                    {{"server",
                                      {{"id", server.id},
                                       {"links", view["links"]},
                                       {"OS-DCF:diskConfig", "MANUAL"},
                                       {"security_groups", Json::array({{{"name", "default"}}})},
                                       {"adminPass", id_of(server.id).substr(0, 12)}}}});
  response.headers.emplace_back("Location", nova_url(call, "/servers/" + server.id));
  return response;
}

}  // namespace

Server* server_of(const Call& call) {
  Server* server = find_server(call.state(), call.path[1]);
  const bool visible =
      server != nullptr && (call.is_admin() || server->project == call.token.project);
  return visible ? server : nullptr;
}

Response no_such_server(const Call& call) {
  return nova_error(404, "Instance " + call.path[1] + " could not be found.");
}

std::optional<Response> nova_servers(const Call& call) {
  if (call.is("GET", "servers")) {
    return list_servers(call, false);
  }
  if (call.is("GET", "servers/detail")) {
    return list_servers(call, true);
  }
  if (call.is("POST", "servers")) {
    return create(call);
  }
  if (call.is("GET", "servers/*")) {
    return show(call);
  }
  if (call.is("DELETE", "servers/*")) {
    return remove(call);
  }
  return std::nullopt;
}

}  // namespace ncc::fake_cloud
