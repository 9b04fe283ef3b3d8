// Nova's os-hypervisors, in the shapes of 2.53 and 2.88. Behaviour and texts:
// nova/api/openstack/compute/hypervisors.py.
#include <algorithm>
#include <set>

#include "cloud/internal.hpp"

namespace ncc::fake_cloud {

namespace {

struct Use {
  Number servers = 0, vcpus = 0, memory_mb = 0, local_gb = 0;
};

Use use_of(const State& state, const Hypervisor& node) {
  Use use;
  use.memory_mb = 512;  // reserved_host_memory_mb
  for (const Server& server : state.servers) {
    const auto flavor = std::find_if(state.flavors.begin(),
                                     state.flavors.end(),
                                     [&](const Flavor& f) { return f.id == server.flavor; });
    if (server.node == node.hypervisor_hostname && flavor != state.flavors.end()) {
      ++use.servers;
      use.vcpus += flavor->vcpus;
      use.memory_mb += flavor->ram;
      use.local_gb += flavor->disk;
    }
  }
  return use;
}

void add_capacity(const State& state, const Hypervisor& node, Json& view) {
  const Use use = use_of(state, node);
  view["vcpus"] = node.vcpus;
  view["memory_mb"] = node.memory_mb;
  view["local_gb"] = node.local_gb;
  view["vcpus_used"] = use.vcpus;
  view["memory_mb_used"] = use.memory_mb;
  view["local_gb_used"] = use.local_gb;
  view["free_ram_mb"] = node.memory_mb - use.memory_mb;
  view["free_disk_gb"] = node.local_gb - use.local_gb;
  view["current_workload"] = 0;
  view["running_vms"] = use.servers;
  view["disk_available_least"] = node.local_gb - use.local_gb;
  view["cpu_info"] = Json::object();
}

void add_details(const Call& call, const Hypervisor& node, Json& view) {
  const Service* service = find_compute(call.state(), node.host);
  view["hypervisor_type"] = service->ironic_shard ? "ironic" : "QEMU";
  view["hypervisor_version"] = service->ironic_shard ? 1 : 8002002;
  view["host_ip"] = node.host_ip;
  view["service"] = {{"id", service->id},
                     {"host", node.host},
                     {"disabled_reason",
                      service->disabled_reason ? Json(*service->disabled_reason) : Json(nullptr)}};
  if (call.version >= Version{2, 88}) {
    view["uptime"] =
        is_up(call.cloud, *service)
            ? Json(" 08:32:11 up 93 days, 18:25, 12 users,  load average: 0.20, 0.12, 0.14")
            : Json(nullptr);
  } else {
    add_capacity(call.state(), node, view);
  }
}

void add_servers(const Call& call, const Hypervisor& node, Json& view) {
  Json servers = Json::array();
  for (const Server& server : call.state().servers) {
    if (server.host == node.host) {
      servers.push_back({{"name", server.name}, {"uuid", server.id}});
    }
  }
  if (!servers.empty() || call.version >= Version{2, 75}) {
    view["servers"] = servers;
  }
}

Json hypervisor_view(const Call& call, const Hypervisor& node, bool detail) {
  const Service* service = find_compute(call.state(), node.host);
  Json view = {{"id", node.id},
               {"hypervisor_hostname", node.hypervisor_hostname},
               {"state", is_up(call.cloud, *service) ? "up" : "down"},
               {"status", service->enabled ? "enabled" : "disabled"}};
  if (detail) {
    add_details(call, node, view);
  }
  if (read_bool(call.parameter("with_servers").value_or("false")).value_or(false)) {
    add_servers(call, node, view);
  }
  return view;
}

std::optional<Response> complaint_about_query(const Call& call) {
  static const std::set<std::string> known = {
      "limit", "marker", "hypervisor_hostname_pattern", "with_servers"};
  for (const auto& [name, value] : call.query) {
    if (known.count(name) == 0) {
      return nova_error(400,
                        "Additional properties are not allowed ('" + name + "' was unexpected)");
    }
    if (name == "with_servers" && !read_bool(value)) {
      return nova_error(400,
                        "Invalid input for query parameters with_servers. Value: " + value + ". '" +
                            value + "' is not valid");
    }
  }
  if (call.parameter("hypervisor_hostname_pattern") &&
      (call.parameter("limit") || call.parameter("marker"))) {
    return nova_error(400,
                      "Paging over hypervisors with the hypervisor_hostname_pattern query "
                      "parameter is not supported.");
  }
  return std::nullopt;
}

bool is_listed(const State& state, const Hypervisor& node) {
  return std::any_of(state.services.begin(), state.services.end(), [&](const Service& s) {
    return s.binary == "nova-compute" && s.host == node.host && s.mapped &&
           !is_down_cell(state, s.host);
  });
}

// The nodes of one page; nullopt when the marker is unknown. `more` tells that there is a next
// page.
std::optional<std::vector<const Hypervisor*>> nodes_of_page(const State& state,
                                                            const Page& page,
                                                            bool& more) {
  std::vector<const Hypervisor*> nodes;
  bool begun = !page.marker;
  for (const Hypervisor& node : state.hypervisors) {
    if (begun && nodes.size() == page.limit) {
      more = true;
      break;
    }
    if (begun) {
      nodes.push_back(&node);
    }
    begun = begun || node.id == page.marker;
  }
  return begun ? std::optional(nodes) : std::nullopt;
}

Response list_by_pattern(const Call& call, const std::string& pattern, bool detail) {
  Json views = Json::array();
  bool found = false;
  for (const Hypervisor& node : call.state().hypervisors) {
    if (node.hypervisor_hostname.find(pattern) != std::string::npos) {
      found = true;
      if (is_listed(call.state(), node)) {
        views.push_back(hypervisor_view(call, node, detail));
      }
    }
  }
  return found ? json_response(200, {{"hypervisors", views}})
               : nova_error(404, "No hypervisor matching '" + pattern + "' could be found.");
}

Response list(const Call& call, bool detail) {
  if (!call.is_admin()) {
    return nova_forbidden(detail ? "os-hypervisors:list-detail" : "os-hypervisors:list");
  }
  if (call.version < Version{2, 53}) {
    return not_emulated(call.request);
  }
  if (const auto complaint = complaint_about_query(call)) {
    return *complaint;
  }
  if (const auto pattern = call.parameter("hypervisor_hostname_pattern")) {
    return list_by_pattern(call, *pattern, detail);
  }
  const Page page = read_page(call);
  if (page.refusal) {
    return *page.refusal;
  }
  bool more = false;
  const auto nodes = nodes_of_page(call.state(), page, more);
  if (!nodes) {
    return nova_error(400, "marker [" + page.marker.value_or("") + "] not found");
  }
  Json body = {{"hypervisors", Json::array()}};
  for (const Hypervisor* node : *nodes) {
    if (is_listed(call.state(), *node)) {
      body["hypervisors"].push_back(hypervisor_view(call, *node, detail));
    }
  }
  if (more && !nodes->empty()) {
    body["hypervisors_links"] =
        Json::array({{{"rel", "next"}, {"href", next_page(call, nodes->back()->id)}}});
  }
  return json_response(200, body);
}

Response show(const Call& call) {
  if (!call.is_admin()) {
    return nova_forbidden("os-hypervisors:show");
  }
  if (call.version < Version{2, 53}) {
    return not_emulated(call.request);
  }
  if (!looks_like_uuid(call.path[1])) {
    return nova_error(400, "Invalid uuid " + call.path[1]);
  }
  for (const Hypervisor& node : call.state().hypervisors) {
    if (node.id == call.path[1] && is_listed(call.state(), node)) {
      return json_response(200, {{"hypervisor", hypervisor_view(call, node, true)}});
    }
  }
  return nova_error(404, "Hypervisor with ID '" + call.path[1] + "' could not be found.");
}

}  // namespace

std::optional<Response> nova_hypervisors(const Call& call) {
  if (call.is("GET", "os-hypervisors")) {
    return list(call, false);
  }
  if (call.is("GET", "os-hypervisors/detail")) {
    return list(call, true);
  }
  if (call.is("GET", "os-hypervisors/*")) {
    return show(call);
  }
  return std::nullopt;
}

}  // namespace ncc::fake_cloud
