#include "compute_identity.hpp"

#include <algorithm>

#include "domains.hpp"
#include "ovs_database.hpp"
#include "packages.hpp"
#include "reports.hpp"

namespace emulated {

namespace {

constexpr const char* id_path = "/var/lib/nova/compute_id";

bool has_service(const Json& cloud, const std::string& host) {
  const Json services = cloud.value("services", Json::array());
  return std::any_of(services.begin(), services.end(), [&](const Json& service) {
    return service.value("binary", "nova-compute") == "nova-compute" &&
           service.value("host", "") == host;
  });
}

}  // namespace

ComputeIdentity identify_compute(const World& world, const std::string& host) {
  const Json cloud = cloud_state(world);
  if (cloud.is_null())
    return {.unknown = true};
  ComputeIdentity identity;
  identity.id = read_text(world, id_path).substr(0, 36);
  const bool known = has_service(cloud, host);
  if (known && identity.id.empty())
    identity.refusal = "no compute_id file, but the service exists already";
  else if (!known && !all_domains(world).empty())
    identity.refusal = "existing instances found, but the service is new";
  else if (identity.id.empty()) {
    identity.id = new_uuid();
    write_text(world, id_path, identity.id + "\n");
    set_owner(world, id_path, {.mode = 0644, .owner = "nova", .group = "nova"});
  }
  return identity;
}

}  // namespace emulated
