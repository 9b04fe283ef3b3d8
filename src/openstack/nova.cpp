#include <array>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "openstack.hpp"
#include "openstack/answer.hpp"
#include "words/text.hpp"

namespace ncc::openstack {

namespace {

constexpr const char* base_version = "2.53";    // services and hypervisors by uuid
constexpr const char* create_version = "2.74";  // servers may be created on a given host
constexpr const char* host_attribute = "OS-EXT-SRV-ATTR:host";

Session::Call get(const std::string& path) {
  return {.service = "compute", .path = path, .microversion = base_version};
}

std::string fault_of(const Answer& answer, const json& server) {
  return server.contains("fault") ? answer.text(answer.object(server, "fault"), "message") : "";
}

Server read_server(const Answer& answer, const json& server) {
  return {.id = answer.text(server, "id"),
          .name = answer.text(server, "name"),
          .status = answer.text(server, "status"),
          .host = answer.optional_text(server, host_attribute),
          .fault = fault_of(answer, server)};
}

Service read_service(const Answer& answer, const json& service) {
  return {.id = answer.text(service, "id"),
          .host = answer.text(service, "host"),
          .binary = answer.text(service, "binary"),
          .enabled = answer.text(service, "status") == "enabled",
          .up = answer.text(service, "state") == "up",
          .forced_down = answer.flag(service, "forced_down"),
          .disabled_reason = answer.optional_text(service, "disabled_reason")};
}

json create_body(const ServerRequest& request) {
  json server{{"name", request.name},
              {"imageRef", request.image_id},
              {"flavorRef", request.flavor_id},
              {"networks", "none"}};
  if (!request.network_id.empty()) {
    server["networks"] = json::array({{{"uuid", request.network_id}}});
  }
  if (!request.host.empty()) {
    server["host"] = request.host;
  }
  return {{"server", server}};
}

std::string text_of(const json& document) {
  return document.dump(-1, ' ', false, json::error_handler_t::replace);
}

Session::Call put_service(const std::string& id, const json& body) {
  return {.service = "compute",
          .method = "PUT",
          .path = "/os-services/" + percent_encode(id),
          .body = text_of(body),
          .microversion = base_version};
}

}  // namespace

std::vector<Service> Nova::compute_services(const std::string& host) {
  const std::string filter = host.empty() ? "" : "&host=" + percent_encode(host);
  std::vector<Service> services;
  for_each(session_,
           get("/os-services?binary=nova-compute" + filter),
           "services",
           [&](const Answer& answer, const json& service) {
             services.push_back(read_service(answer, service));
           });
  return services;
}

void Nova::disable(const std::string& service_id, const std::string& reason) {
  if (reason.empty() || reason.size() > 255) {
    throw std::logic_error("a reason to disable a service has 1 to 255 characters");
  }
  session_.send(put_service(service_id, {{"status", "disabled"}, {"disabled_reason", reason}}));
}

void Nova::enable(const std::string& service_id) {
  session_.send(put_service(service_id, {{"status", "enabled"}}));
}

std::vector<Hypervisor> Nova::hypervisors(const std::string& host) {
  std::vector<Hypervisor> hypervisors;
  for_each(session_,
           get("/os-hypervisors/detail"),
           "hypervisors",
           [&](const Answer& answer, const json& row) {
             Hypervisor hypervisor{.id = answer.text(row, "id"),
                                   .name = answer.text(row, "hypervisor_hostname"),
                                   .host = answer.text(answer.object(row, "service"), "host")};
             if (hypervisor.host == host) {
               hypervisors.push_back(std::move(hypervisor));
             }
           });
  return hypervisors;
}

std::vector<Server> Nova::servers_on(const std::string& host) {
  std::vector<Server> servers;
  for_each(session_,
           get("/servers/detail?all_tenants=1&host=" + percent_encode(host)),
           "servers",
           [&](const Answer& answer, const json& row) {
             if (answer.text(row, host_attribute) == host) {
               servers.push_back(read_server(answer, row));
             }
           });
  return servers;
}

std::vector<Server> Nova::servers_named(const std::string& name) {
  std::vector<Server> servers;
  for_each(session_,
           get("/servers/detail?all_tenants=1&name=" + percent_encode(name)),
           "servers",
           [&](const Answer& answer, const json& row) {
             if (answer.text(row, "name") == name) {  // Nova's filter matches parts of names
               servers.push_back(read_server(answer, row));
             }
           });
  return servers;
}

std::string Nova::create_server(const ServerRequest& request) {
  const Session::Call call{.service = "compute",
                           .method = "POST",
                           .path = "/servers",
                           .body = text_of(create_body(request)),
                           .microversion = create_version};
  const Answer answer(call, session_.send(call));
  return answer.text(answer.object(answer.document(), "server"), "id");
}

std::optional<Server> Nova::server(const std::string& id) {
  const Session::Call call = get("/servers/" + percent_encode(id));
  const HttpResponse response = session_.send(call, {404});
  if (response.code == 404) {
    return std::nullopt;
  }
  const Answer answer(call, response);
  return read_server(answer, answer.object(answer.document(), "server"));
}

void Nova::delete_server(const std::string& id) {
  session_.send({.service = "compute",
                 .method = "DELETE",
                 .path = "/servers/" + percent_encode(id),
                 .microversion = base_version},
                {404});
}

std::optional<std::string> Nova::flavor_id(const std::string& name_or_id) {
  std::optional<std::string> by_id;
  std::optional<std::string> by_name;
  for_each(session_,
           get("/flavors?is_public=None"),
           "flavors",
           [&](const Answer& answer, const json& flavor) {
             const std::string id = answer.text(flavor, "id");
             if (id == name_or_id) {
               by_id = id;
             }
             if (!by_name && answer.text(flavor, "name") == name_or_id) {
               by_name = id;
             }
           });
  return by_id ? by_id : by_name;
}

std::optional<std::string> Nova::smallest_flavor_id() {
  using Size = std::array<long long, 3>;
  std::optional<std::pair<Size, std::string>> smallest;
  for_each(session_,
           get("/flavors/detail?is_public=None"),
           "flavors",
           [&](const Answer& answer, const json& flavor) {
             const Size size{answer.number(flavor, "ram"),
                             answer.number(flavor, "vcpus"),
                             answer.number(flavor, "disk")};
             const std::pair<Size, std::string> one{size, answer.text(flavor, "id")};
             if (!smallest || one < *smallest) {
               smallest = one;
             }
           });
  return smallest ? std::optional(smallest->second) : std::nullopt;
}

}  // namespace ncc::openstack
