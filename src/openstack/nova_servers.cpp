// Nova's servers and server groups.

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "openstack.hpp"
#include "openstack/answer.hpp"
#include "openstack/nova_calls.hpp"
#include "words/text.hpp"

namespace ncc::openstack {

namespace {

constexpr const char* create_version = "2.74";  // servers may be created on a given host
constexpr const char* groups_version = "2.64";  // one policy with its rules
constexpr const char* host_attribute = "OS-EXT-SRV-ATTR:host";
constexpr int most_listings = 5;

std::string fault_of(const Answer& answer, const json& server) {
  return server.contains("fault") ? answer.text(answer.object(server, "fault"), "message") : "";
}

/// `image` is an object, or "" for a server that was booted from a volume.
bool is_from_volume(const Answer& answer, const json& server) {
  const bool text = server.contains("image") && server["image"].is_string();
  return text || answer.object(server, "image").empty();
}

/// 0 while Nova has never known it.
int power_state_of(const Answer& answer, const json& server) {
  constexpr const char* key = "OS-EXT-STS:power_state";
  const bool unknown = server.contains(key) && server[key].is_null();
  return unknown ? 0 : static_cast<int>(answer.number(server, key));
}

std::map<std::string, std::string> metadata_of(const Answer& answer, const json& server) {
  std::map<std::string, std::string> metadata;
  if (server.contains("metadata")) {
    const json& found = answer.object(server, "metadata");
    for (const auto& [key, value] : found.items()) {
      metadata[key] = answer.text(found, key.c_str());
    }
  }
  return metadata;
}

Server read_server(const Answer& answer, const json& server) {
  return {.id = answer.text(server, "id"),
          .name = answer.text(server, "name"),
          .status = answer.text(server, "status"),
          .vm_state = answer.text(server, "OS-EXT-STS:vm_state"),
          .task_state = answer.text(server, "OS-EXT-STS:task_state"),
          .power_state = power_state_of(answer, server),
          .host = answer.optional_text(server, host_attribute),
          .node = answer.optional_text(server, "OS-EXT-SRV-ATTR:hypervisor_hostname"),
          .locked = answer.flag(server, "locked"),
          .from_volume = is_from_volume(answer, server),
          .flavor = read_flavor(answer, answer.object(server, "flavor"), "original_name"),
          .fault = fault_of(answer, server),
          .metadata = metadata_of(answer, server),
          .created_at = server.contains("created") ? answer.time(server, "created") : 0};
}

using Servers = std::map<std::string, Server>;  // by id

/// Adds the servers of `host` in one listing to `all`, and starts anew when a page after the first
/// is refused: its parameters are those of the first, so its marker was deleted meanwhile. Servers
/// that are gone since an earlier start do not stay.
void add_listing(Session& session, const std::string& path, const std::string& host, Servers& all) {
  for (int listing = 1;; ++listing) {
    Servers found;
    bool first_page = true;
    try {
      for_each(session, nova_get(path), "servers", [&](const Answer& answer, const json& row) {
        first_page = false;
        if (answer.text(row, host_attribute) == host) {
          Server server = read_server(answer, row);
          found.insert_or_assign(server.id, std::move(server));
        }
      });
      all.merge(found);
      return;
    } catch (const HttpError& error) {
      if (error.code() != 400 || first_page || listing == most_listings) {
        throw;
      }
    }
  }
}

/// Servers of all projects that `name`, Nova's filter for parts of names, finds and `fits` keeps.
template <typename Fits>
std::vector<Server> list_by_name(Session& session, const std::string& name, Fits fits) {
  std::vector<Server> servers;
  for_each(session,
           nova_get("/servers/detail?all_tenants=1&name=" + percent_encode(name)),
           "servers",
           [&](const Answer& answer, const json& row) {
             if (fits(answer.text(row, "name"))) {
               servers.push_back(read_server(answer, row));
             }
           });
  return servers;
}

void add_choices(const ServerRequest& request, json& server) {
  const auto add = [&](const char* key, const std::string& value) {
    if (!value.empty()) {
      server[key] = value;
    }
  };
  add("host", request.host);
  add("key_name", request.key);
  add("availability_zone", request.zone);
  add("user_data", request.user_data);
  for (const std::string& group : request.security_groups) {
    server["security_groups"].push_back({{"name", group}});
  }
  if (!request.metadata.empty()) {
    server["metadata"] = request.metadata;
  }
}

json create_body(const ServerRequest& request) {
  json server{{"name", request.name},
              {"imageRef", request.image_id},
              {"flavorRef", request.flavor_id},
              {"networks", "none"}};
  if (!request.network_id.empty()) {
    server["networks"] = json::array({{{"uuid", request.network_id}}});
  }
  add_choices(request, server);
  return {{"server", server}};
}

/// policy and rules from 2.64 on; before, a list `policies` of at most one.
ServerGroup read_group(const Answer& answer, const json& row) {
  ServerGroup group{.id = answer.text(row, "id"),
                    .name = answer.text(row, "name"),
                    .members = answer.texts(row, "members")};
  if (!row.contains("policy")) {
    group.policy = join(answer.texts(row, "policies"), ",");
    return group;
  }
  group.policy = answer.text(row, "policy");
  const json& rules = answer.object(row, "rules");
  if (rules.contains("max_server_per_host")) {
    group.max_per_host = answer.number(rules, "max_server_per_host");
  }
  return group;
}

/// Nova repeats a value that it does not like.
HttpError without_user_data(const Session::Call& call,
                            const HttpError& error,
                            const std::string& user_data) {
  const bool shows = !user_data.empty() &&
                     std::string(error.what()).find(user_data.substr(0, 12)) != std::string::npos;
  return shows ? HttpError(name_of(call), error.code(), "the user data is refused") : error;
}

std::string server_path(const std::string& id) {
  return "/servers/" + percent_encode(id);
}

}  // namespace

std::vector<Server> Nova::servers_on(const std::string& host) {
  const std::string path = "/servers/detail?all_tenants=1&host=" + percent_encode(host) +
                           "&limit=1000&sort_key=uuid&sort_dir=asc";
  Servers all;
  add_listing(session_, path, host, all);
  add_listing(session_, path + "&soft_deleted=true", host, all);
  std::vector<Server> servers;
  servers.reserve(all.size());
  for (auto& [id, server] : all) {
    servers.push_back(std::move(server));
  }
  return servers;
}

std::vector<Server> Nova::servers_named(const std::string& name) {
  return list_by_name(session_, name, [&](const std::string& found) { return found == name; });
}

std::vector<Server> Nova::servers_whose_name_begins(const std::string& prefix) {
  return list_by_name(
      session_, prefix, [&](const std::string& found) { return found.starts_with(prefix); });
}

std::string Nova::create_server(const ServerRequest& request) {
  const Session::Call call = nova_post("/servers", create_body(request), create_version);
  try {
    const Answer answer(call, session_.send(call));
    return answer.text(answer.object(answer.document(), "server"), "id");
  } catch (const HttpError& error) {
    throw without_user_data(call, error, request.user_data);
  }
}

std::optional<Server> Nova::server(const std::string& id) {
  const auto answer = get_one(session_, nova_get(server_path(id)));
  return answer ? std::optional(read_server(*answer, answer->object(answer->document(), "server")))
                : std::nullopt;
}

void Nova::delete_server(const std::string& id) {
  session_.send(nova_delete(server_path(id)), {404});
}

std::vector<ServerGroup> Nova::server_groups() {
  const std::string microversion = version(groups_version, base_version);
  std::vector<ServerGroup> groups;
  while (true) {
    // No links here, and a short page need not be the last: the cloud may cap pages lower.
    const Session::Call call = nova_get(
        "/os-server-groups?all_projects=True&limit=1000&offset=" + std::to_string(groups.size()),
        microversion);
    const Answer answer(call, session_.send(call));
    const json& page = answer.list(answer.document(), "server_groups");
    if (page.empty()) {
      return groups;
    }
    const std::string first = answer.text(page.front(), "id");
    if (!groups.empty() && groups.front().id == first) {
      throw answer.unpromised("the same page again");
    }
    for (const json& row : page) {
      groups.push_back(read_group(answer, row));
    }
  }
}

}  // namespace ncc::openstack
