// Nova's services, hypervisors and host aggregates.

#include <stdexcept>
#include <string>
#include <vector>

#include "openstack.hpp"
#include "openstack/answer.hpp"
#include "openstack/nova_calls.hpp"
#include "words/text.hpp"

namespace ncc::openstack {

namespace {

/// Rows of a cell that does not answer appear from here on, with status UNKNOWN; below they are
/// left out without a word.
constexpr const char* services_version = "2.69";

Service read_service(const Answer& answer, const json& row) {
  Service service{.host = answer.text(row, "host"),
                  .binary = answer.text(row, "binary"),
                  .unknown = answer.text(row, "status") == "UNKNOWN"};
  if (!service.unknown) {
    service.id = answer.text(row, "id");
    service.zone = answer.text(row, "zone");
    service.enabled = answer.text(row, "status") == "enabled";
    service.up = answer.text(row, "state") == "up";
    service.forced_down = answer.flag(row, "forced_down");
    service.disabled_reason = answer.optional_text(row, "disabled_reason");
  }
  return service;
}

Hardware hardware_of(const Answer& answer, const json& row) {
  Hardware hardware;
  for (const auto& [name, key] : {std::pair("VCPU", "vcpus"),
                                  std::pair("MEMORY_MB", "memory_mb"),
                                  std::pair("DISK_GB", "local_gb")}) {
    const std::string used = std::string(key) + "_used";
    if (row.contains(key) && row.contains(used)) {
      hardware.total[name] = answer.number(row, key);
      hardware.used[name] = answer.number(row, used.c_str());
    }
  }
  return hardware;
}

std::string service_path(const std::string& id) {
  return "/os-services/" + percent_encode(id);
}

Session::Call put_service(const std::string& id, const json& body) {
  return {.service = "compute",
          .method = "PUT",
          .path = service_path(id),
          .body = text_of(body),
          .microversion = base_version};
}

}  // namespace

std::vector<Service> Nova::compute_services(const std::string& host) {
  const std::string filter = host.empty() ? "" : "&host=" + percent_encode(host);
  std::vector<Service> services;
  for_each(session_,
           nova_get("/os-services?binary=nova-compute" + filter,
                    version(services_version, base_version)),
           "services",
           [&](const Answer& answer, const json& row) {
             Service service = read_service(answer, row);
             if (service.binary == "nova-compute" && (host.empty() || service.host == host)) {
               services.push_back(std::move(service));
             }
           });
  return services;
}

Outcome Nova::disable(const std::string& service_id, const std::string& reason) {
  if (reason.empty() || reason.size() > 255) {
    throw std::logic_error("a reason to disable a service has 1 to 255 characters");
  }
  return session_.change(
      put_service(service_id, {{"status", "disabled"}, {"disabled_reason", reason}}));
}

Outcome Nova::enable(const std::string& service_id) {
  return session_.change(put_service(service_id, {{"status", "enabled"}}));
}

Outcome Nova::force_down(const std::string& service_id, bool down) {
  return session_.change(put_service(service_id, {{"forced_down", down}}));
}

Outcome Nova::delete_service(const std::string& service_id) {
  return session_.change(nova_delete(service_path(service_id)));
}

std::vector<Hypervisor> Nova::hypervisors(const std::string& host) {
  std::vector<Hypervisor> hypervisors;
  for_each_hypervisor([&](const Hypervisor& hypervisor) {
    if (hypervisor.host == host) {
      hypervisors.push_back(hypervisor);
    }
  });
  return hypervisors;
}

void Nova::for_each_hypervisor(const std::function<void(const Hypervisor&)>& read) {
  for_each_hypervisor([&](const Hypervisor& hypervisor, const Hardware&) { read(hypervisor); });
}

void Nova::for_each_hypervisor(
    const std::function<void(const Hypervisor&, const Hardware&)>& read) {
  for_each(session_,
           nova_get("/os-hypervisors/detail"),
           "hypervisors",
           [&](const Answer& answer, const json& row) {
             read({.id = answer.text(row, "id"),
                   .name = answer.text(row, "hypervisor_hostname"),
                   .host = answer.text(answer.object(row, "service"), "host"),
                   .type = answer.optional_text(row, "hypervisor_type")},
                  hardware_of(answer, row));
           });
}

std::vector<Aggregate> Nova::aggregates() {
  std::vector<Aggregate> aggregates;
  for_each(session_,
           nova_get("/os-aggregates"),
           "aggregates",
           [&](const Answer& answer, const json& row) {
             aggregates.push_back({.id = answer.number(row, "id"),
                                   .name = answer.text(row, "name"),
                                   .zone = answer.text(row, "availability_zone"),
                                   .hosts = answer.texts(row, "hosts")});
           });
  return aggregates;
}

Outcome Nova::add_to_aggregate(long long aggregate, const std::string& host) {
  return session_.change(nova_post("/os-aggregates/" + std::to_string(aggregate) + "/action",
                                   {{"add_host", {{"host", host}}}}));
}

}  // namespace ncc::openstack
