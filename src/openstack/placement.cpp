#include <optional>
#include <string>

#include "openstack.hpp"
#include "openstack/answer.hpp"
#include "words/text.hpp"

namespace ncc::openstack {

namespace {

/// GET /resource_providers/{uuid}/{part}; nullopt after 404.
std::optional<Answer> get_part(Session& session, const std::string& provider, const char* part) {
  const Session::Call call{.service = "placement",
                           .path = "/resource_providers/" + percent_encode(provider) + "/" + part,
                           .microversion = "1.6"};
  const HttpResponse response = session.send(call, {404});
  if (response.code == 404) {
    return std::nullopt;
  }
  return Answer(call, response);
}

}  // namespace

std::optional<Inventory> Placement::inventory(const std::string& provider_uuid) {
  const auto inventories = get_part(session_, provider_uuid, "inventories");
  const auto traits = inventories ? get_part(session_, provider_uuid, "traits") : std::nullopt;
  if (!traits) {
    return std::nullopt;
  }

  Inventory inventory;
  for (const auto& [name, row] :
       inventories->object(inventories->document(), "inventories").items()) {
    inventory.total[name] =
        inventories->number(row, "total") - inventories->number(row, "reserved");
  }
  for (const json& trait : traits->list(traits->document(), "traits")) {
    inventory.disabled = inventory.disabled || trait == "COMPUTE_STATUS_DISABLED";
  }
  return inventory;
}

}  // namespace ncc::openstack
