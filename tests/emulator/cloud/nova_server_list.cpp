// Nova's list of servers: filters, order, pages. Behaviour: nova/api/openstack/compute/servers.py,
// nova/db/main/api.py.
#include <algorithm>
#include <tuple>

#include "cloud/moves.hpp"

namespace ncc::fake_cloud {

namespace {

struct ServerFilter {
  // deleted: only those; servers that are gone for good are not kept here, so of them the
  // soft-deleted ones.
  bool all_tenants = false, soft_deleted = false, deleted = false;
  std::map<std::string, std::string> wanted = {};  // name, status, uuid; host and node for admins
};

bool is_wanted(const Server& server, const std::string& field, const std::string& value) {
  if (field == "host") {
    return server.host == value;
  }
  if (field == "node") {
    return server.node == value;
  }
  if (field == "status") {
    return shown_status(server) == value;
  }
  return field == "name" ? server.name.find(value) != std::string::npos : server.id == value;
}

// Servers whose cell does not answer are left out, as Nova does whenever a list is filtered or
// paged.
bool matches(const Call& call, const ServerFilter& filter, const Server& server) {
  const bool soft_deleted = is_soft_deleted(server);
  return (filter.all_tenants || server.project == call.token.project) &&
         (filter.soft_deleted || !soft_deleted) && (!filter.deleted || soft_deleted) &&
         std::all_of(
             filter.wanted.begin(),
             filter.wanted.end(),
             [&](const auto& item) { return is_wanted(server, item.first, item.second); }) &&
         !(server.host && is_down_cell(call.state(), *server.host));
}

// Filters that are not for everyone are dropped in silence for those without the right, as Nova
// does.
std::optional<Response> read_flag(const Call& call, const std::string& name, bool& flag) {
  const auto given = call.parameter(name);
  if (!given) {
    return std::nullopt;
  }
  const std::optional<bool> value = given->empty() ? true : read_bool(*given);
  if (!value) {
    return nova_error(400, "Invalid value '" + *given + "' for " + name);
  }
  flag = *value;
  return std::nullopt;
}

bool may_filter(const Call& call, const std::string& name) {
  const bool for_all = name == "name" || name == "status" || name == "uuid";
  return for_all || ((name == "host" || name == "node") && call.is_admin());
}

std::optional<Response> read_filter(const Call& call, bool detail, ServerFilter& filter) {
  if (auto refusal = read_flag(call, "all_tenants", filter.all_tenants)) {
    return refusal;
  }
  if (filter.all_tenants && !call.is_admin()) {
    return nova_forbidden(std::string("servers:") + (detail ? "detail" : "index") +
                          ":get_all_tenants");
  }
  for (const auto& [name, value] : call.query) {
    if (may_filter(call, name)) {
      filter.wanted[name] = value;
    }
  }
  const auto is_set = [&](const char* name) {
    return call.is_admin() && read_bool(call.parameter(name).value_or("")).value_or(false);
  };
  filter.deleted = is_set("deleted");
  filter.soft_deleted = filter.deleted || is_set("soft_deleted");
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
      return std::tuple<Number, const std::string&>(by_id ? 0 : server->created_at, server->id);
    };
    return ascending ? key(left) < key(right) : key(right) < key(left);
  });
  return servers;
}

// nullopt when the marker is not among them.
std::optional<std::vector<Server*>> servers_of_page(const Page& page,
                                                    const std::vector<Server*>& servers) {
  auto from = servers.begin();
  if (page.marker) {
    from = std::find_if(
        servers.begin(), servers.end(), [&](const Server* s) { return s->id == page.marker; });
    if (from == servers.end()) {
      return std::nullopt;
    }
    ++from;
  }
  const auto count = std::min(page.limit, static_cast<std::size_t>(servers.end() - from));
  return std::vector<Server*>(from, from + static_cast<std::ptrdiff_t>(count));
}

}  // namespace

Response list_servers(const Call& call, bool detail) {
  ServerFilter filter;
  if (const auto refusal = read_filter(call, detail, filter)) {
    return *refusal;
  }
  const Page page = read_page(call);
  if (page.refusal) {
    return *page.refusal;
  }
  const auto servers = servers_of_page(page, sorted_servers(call, filter));
  if (!servers) {
    return nova_error(400, "marker [" + page.marker.value_or("") + "] not found");
  }
  const ServerViews views(call);
  Json body = {{"servers", Json::array()}};
  for (Server* server : *servers) {
    body["servers"].push_back(detail ? views.full(*server) : views.brief(*server));
    if (detail) {
      if (!server->host) {  // it is in cell0, whose faults InstanceList.fill_faults does not read
        body["servers"].back().erase("fault");
      }
      count_read(*server);
    }
  }
  // Nova links to a next page whenever this one is full.
  if (page.limit > 0 && servers->size() == page.limit) {
    body["servers_links"] =
        Json::array({{{"rel", "next"}, {"href", next_page(call, servers->back()->id)}}});
  }
  return json_response(200, body);
}

}  // namespace ncc::fake_cloud
