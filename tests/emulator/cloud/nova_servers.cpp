// Nova's servers: list, show, create, delete. Behaviour and texts:
// nova/api/openstack/compute/servers.py, compute/api.py.
#include <algorithm>
#include <set>

#include "cloud/internal.hpp"

namespace ncc::fake_cloud {

namespace {

struct ServerFilter {
  bool all_tenants = false, soft_deleted = false;
  std::map<std::string, std::string> wanted = {};  // name, status, uuid; host and node for admins
};

bool matches(const Call& call, const ServerFilter& filter, const Server& server) {
  const auto is = [&](const std::string& field, const std::string& value) {
    const auto found = filter.wanted.find(field);
    return found == filter.wanted.end() || found->second == value;
  };
  const auto name = filter.wanted.find("name");
  return (filter.all_tenants || server.project == call.token.project) &&
         filter.soft_deleted == server.soft_deleted && is("host", server.host.value_or("")) &&
         is("node", server.node.value_or("")) && is("status", server.status) &&
         is("uuid", server.id) &&
         (name == filter.wanted.end() || server.name.find(name->second) != std::string::npos);
}

// Filters that are not for everyone are dropped in silence for those without the right, as Nova
// does.
std::optional<Response> read_filter(const Call& call, bool detail, ServerFilter& filter) {
  static const std::set<std::string> for_all = {"name", "status", "uuid"};
  static const std::set<std::string> for_admins = {"host", "node", "soft_deleted"};
  for (const auto& [name, value] : call.query) {
    if (name == "all_tenants") {
      const std::optional<bool> flag = value.empty() ? true : read_bool(value);
      if (!flag) {
        return nova_error(400, "Invalid value '" + value + "' for all_tenants");
      }
      filter.all_tenants = *flag;
    } else if (name == "soft_deleted") {
      filter.soft_deleted = call.is_admin() && read_bool(value).value_or(false);
    } else if (for_all.count(name) == 1 || (for_admins.count(name) == 1 && call.is_admin())) {
      filter.wanted[name] = value;
    }
  }
  if (filter.all_tenants && !call.is_admin()) {
    return nova_forbidden(std::string("servers:") + (detail ? "detail" : "index") +
                          ":get_all_tenants");
  }
  return std::nullopt;
}

// sort_key uuid or created_at (default, newest first); the id decides among equals.
std::vector<Server*> sorted_servers(const Call& call, const ServerFilter& filter) {
  std::vector<Server*> servers;
  for (Server& server : call.state().servers) {
    if (matches(call, filter, server)) {
      servers.push_back(&server);
    }
  }
  const bool by_id = call.parameter("sort_key") == "uuid";
  const bool ascending = call.parameter("sort_dir").value_or(by_id ? "asc" : "desc") == "asc";
  std::sort(servers.begin(), servers.end(), [&](const Server* left, const Server* right) {
    const auto key = [&](const Server* server) {
      return std::pair(by_id ? 0 : server->created_at, server->id);
    };
    return ascending ? key(left) < key(right) : key(right) < key(left);
  });
  return servers;
}

Json brief_view(const Call& call, const Server& server) {
  const Json view = server_view(call, server);
  return {{"id", view["id"]}, {"name", view["name"]}, {"links", view["links"]}};
}

Response list(const Call& call, bool detail) {
  ServerFilter filter;
  if (const auto refusal = read_filter(call, detail, filter)) {
    return *refusal;
  }
  const Page page = read_page(call);
  if (page.refusal) {
    return *page.refusal;
  }
  const std::vector<Server*> servers = sorted_servers(call, filter);
  auto from = servers.begin();
  if (page.marker) {
    from = std::find_if(
        servers.begin(), servers.end(), [&](const Server* s) { return s->id == page.marker; });
    if (from == servers.end()) {
      return nova_error(400, "marker [" + *page.marker + "] not found");
    }
    ++from;
  }
  Json body = {{"servers", Json::array()}};
  for (; from != servers.end() && body["servers"].size() < page.limit; ++from) {
    body["servers"].push_back(detail ? server_view(call, **from) : brief_view(call, **from));
    if (detail) {
      count_read(**from);
    }
  }
  // Nova links to a next page whenever this one is full.
  if (page.limit > 0 && body["servers"].size() == page.limit) {
    const std::string last = body["servers"].back()["id"];
    body["servers_links"] = Json::array({{{"rel", "next"}, {"href", next_page(call, last)}}});
  }
  return json_response(200, body);
}

Server* find_server(const Call& call) {
  for (Server& server : call.state().servers) {
    if (server.id == call.path[1] && (call.is_admin() || server.project == call.token.project)) {
      return &server;
    }
  }
  return nullptr;
}

Response no_such_server(const Call& call) {
  return nova_error(404, "Instance " + call.path[1] + " could not be found.");
}

Response show(const Call& call) {
  Server* server = find_server(call);
  if (server == nullptr) {
    return no_such_server(call);
  }
  Json view = server_view(call, *server);
  if (call.version >= Version{2, 71}) {
    view["server_groups"] = Json::array();
  }
  count_read(*server);
  return json_response(200, {{"server", view}});
}

Response remove(const Call& call) {
  Server* server = find_server(call);
  if (server == nullptr) {
    return no_such_server(call);
  }
  begin_delete(call.cloud, *server);
  return empty_response(204);
}

std::string schema_complaint(const Json& server, const std::string& why) {
  return "Invalid input for field/attribute server. Value: " + server.dump() + ". " + why;
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
      return schema_complaint(server, std::string("'") + required + "' is a required property");
    }
  }
  if (call.version >= Version{2, 37} && !server.contains("networks")) {
    return schema_complaint(server, "'networks' is a required property");
  }
  for (const auto& [key, value] : server.items()) {
    const bool placed =
        (key == "host" || key == "hypervisor_hostname") && call.version >= Version{2, 74};
    if (known.count(key) == 0 && !placed &&
        !(key == "hostname" && call.version >= Version{2, 90})) {
      return schema_complaint(
          server, "Additional properties are not allowed ('" + key + "' was unexpected)");
    }
  }
  return std::nullopt;
}

bool is_mapped(const State& state, const std::string& host) {
  return std::any_of(state.services.begin(), state.services.end(), [&](const Service& s) {
    return s.binary == "nova-compute" && s.host == host && s.mapped;
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
  const std::string host = server.value("host", "");
  if (!host.empty() && !is_mapped(call.state(), host)) {
    return nova_error(400, "Compute host " + host + " could not be found.");
  }
  return std::nullopt;
}

void make_ports(const Call& call, const Server& server, const std::vector<std::string>& networks) {
  for (const std::string& network : networks) {
    call.state().ports.push_back(
        {make_uuid(call.cloud), "", network, server.id, "compute:nova", "", "DOWN"});
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
  make_ports(call, server, networks);
  schedule(call.cloud,
           server,
           asked.contains("host") ? std::optional(asked["host"].get<std::string>()) : std::nullopt);
  call.state().servers.push_back(server);
  const Json view = server_view(call, server);
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

std::optional<Response> nova_servers(const Call& call) {
  if (call.is("GET", "servers")) {
    return list(call, false);
  }
  if (call.is("GET", "servers/detail")) {
    return list(call, true);
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
