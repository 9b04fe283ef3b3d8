#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "openstack.hpp"
#include "openstack/answer.hpp"
#include "openstack/nova_calls.hpp"
#include "words/text.hpp"

namespace ncc::openstack {

namespace {

/// 95 of "2.95"; 0 of anything else ("" is what an API without microversions says).
long long minor_of(const std::string& version) {
  const bool known = version.rfind("2.", 0) == 0;
  return known ? to_integer(version.substr(2)).value_or(0) : 0;
}

std::map<std::string, std::string> extra_specs_of(const Answer& answer, const json& flavor) {
  std::map<std::string, std::string> specs;
  if (flavor.contains("extra_specs")) {
    const json& found = answer.object(flavor, "extra_specs");
    for (const auto& [name, value] : found.items()) {
      specs[name] = answer.text(found, name.c_str());
    }
  }
  return specs;
}

/// "" in listings below 2.75 when there is none.
long long swap_of(const Answer& answer, const json& flavor) {
  return flavor.contains("swap") && flavor["swap"].is_string() ? 0 : answer.number(flavor, "swap");
}

/// In a listing its key has the prefix of the extension that brought it.
long long ephemeral_of(const Answer& answer, const json& flavor) {
  return answer.number(flavor,
                       flavor.contains("ephemeral") ? "ephemeral" : "OS-FLV-EXT-DATA:ephemeral");
}

}  // namespace

Flavor read_flavor(const Answer& answer, const json& flavor, const char* name_key) {
  return {.name = answer.text(flavor, name_key),
          .vcpus = answer.number(flavor, "vcpus"),
          .ram_mib = answer.number(flavor, "ram"),
          .disk_gib = answer.number(flavor, "disk"),
          .ephemeral_gib = ephemeral_of(answer, flavor),
          .swap_mib = swap_of(answer, flavor),
          .extra_specs = extra_specs_of(answer, flavor)};
}

std::string Nova::version(const std::string& wanted, const std::string& least) {
  const std::string& newest = session_.newest_version("compute");
  if (minor_of(newest) >= minor_of(wanted)) {
    return wanted;
  }
  if (minor_of(newest) < minor_of(least)) {
    throw ConfigError("Nova", "its newest microversion is '" + newest + "', not " + least);
  }
  return newest;
}

std::optional<std::string> Nova::flavor_id(const std::string& name_or_id) {
  std::optional<std::string> by_id;
  std::optional<std::string> by_name;
  for_each(session_,
           nova_get("/flavors?is_public=None"),
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

}  // namespace ncc::openstack
