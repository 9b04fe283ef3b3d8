#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "openstack.hpp"
#include "openstack/answer.hpp"
#include "words/text.hpp"

namespace ncc::openstack {

namespace {

constexpr const char* traits_version = "1.6";
constexpr const char* tree_version = "1.14";        // parents, in_tree
constexpr const char* candidates_version = "1.22";  // traits that must not be there
constexpr const char* classes_version = "1.2";
constexpr const char* trees_version = "1.29";  // all classes of whole trees, since 1.27
constexpr const char* disabled_trait = "COMPUTE_STATUS_DISABLED";

std::string provider_path(const std::string& provider) {
  return "/resource_providers/" + percent_encode(provider);
}

/// GET /resource_providers/{uuid}/{part}; nullopt after 404.
std::optional<Answer> get_part(Session& session, const std::string& provider, const char* part) {
  return get_one(session,
                 {.service = "placement",
                  .path = provider_path(provider) + "/" + part,
                  .microversion = traits_version});
}

/// GET /resource_providers?filter; never paged.
std::vector<Provider> providers(Session& session, const std::string& filter) {
  const Session::Call call{.service = "placement",
                           .path = "/resource_providers?" + filter,
                           .microversion = tree_version};
  const Answer answer(call, session.send(call));
  std::vector<Provider> providers;
  for (const json& row : answer.list(answer.document(), "resource_providers")) {
    providers.push_back({.uuid = answer.text(row, "uuid"),
                         .name = answer.text(row, "name"),
                         .parent = answer.text(row, "parent_provider_uuid")});
  }
  return providers;
}

Outcome remove(Session& session, const std::string& path) {
  return session.change(
      {.service = "placement", .method = "DELETE", .path = path, .microversion = tree_version});
}

/// VCPU:2,MEMORY_MB:512; Placement refuses an amount of 0.
std::string text_of(const Resources& need) {
  std::vector<std::string> parts;
  for (const auto& [name, amount] : need) {
    if (amount > 0) {
      parts.push_back(percent_encode(name) + ":" + std::to_string(amount));
    }
  }
  return join(parts, ",");
}

std::map<std::string, Room> room_of(const Answer& answer, const json& summary) {
  std::map<std::string, Room> room;
  for (const auto& [name, row] : answer.object(summary, "resources").items()) {
    room[name] = {.capacity = answer.number(row, "capacity"), .used = answer.number(row, "used")};
  }
  return room;
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
    inventory.disabled = inventory.disabled || trait == disabled_trait;
  }
  return inventory;
}

std::vector<Provider> Placement::tree(const std::string& provider_uuid) {
  return providers(session_, "in_tree=" + percent_encode(provider_uuid));
}

std::vector<Provider> Placement::named(const std::string& name) {
  return providers(session_, "name=" + percent_encode(name));
}

std::set<std::string> Placement::present(const std::vector<std::string>& provider_uuids,
                                         std::size_t parallel) {
  std::set<std::string> there;
  std::optional<HttpError> error;
  std::size_t asked = 0;
  session_.change_many(
      parallel,
      [&]() -> std::optional<Session::Call> {
        if (error || asked == provider_uuids.size()) {
          return std::nullopt;
        }
        return Session::Call{.service = "placement",
                             .path = provider_path(provider_uuids[asked++]),
                             .microversion = tree_version};
      },
      [&](std::size_t number, const Outcome& outcome) {
        const std::string& uuid = provider_uuids[number];
        if (outcome.verdict == Verdict::done) {
          there.insert(uuid);
        } else if (outcome.verdict != Verdict::missing) {
          error = HttpError("placement: GET " + provider_path(uuid), outcome.code, outcome.message);
        }
      });
  if (error) {
    throw *error;
  }
  return there;
}

std::map<std::string, Resources> Placement::allocations(const std::string& provider_uuid) {
  std::map<std::string, Resources> consumers;
  if (const auto answer = get_part(session_, provider_uuid, "allocations")) {
    for (const auto& [consumer, row] : answer->object(answer->document(), "allocations").items()) {
      consumers[consumer] = answer->numbers(row, "resources");
    }
  }
  return consumers;
}

Rooms Placement::candidates(const Resources& need) {
  const Session::Call call{.service = "placement",
                           .path = "/allocation_candidates?resources=" + text_of(need) +
                                   "&required=%21" + disabled_trait,
                           .microversion = candidates_version};
  const Answer answer(call, session_.send(call));
  Rooms rooms;
  for (const auto& [provider, summary] :
       answer.object(answer.document(), "provider_summaries").items()) {
    rooms[provider] = room_of(answer, summary);
  }
  return rooms;
}

Candidates Placement::trees_with_room(const Resources& need) {
  const Session::Call call{.service = "placement",
                           .path = "/allocation_candidates?resources=" + text_of(need) +
                                   "&limit=" + std::to_string(most_candidates),
                           .microversion = trees_version};
  const Answer answer(call, session_.send(call));
  Candidates candidates;
  for (const auto& [provider, summary] :
       answer.object(answer.document(), "provider_summaries").items()) {
    candidates.providers[provider] = {.root = answer.text(summary, "root_provider_uuid"),
                                      .room = room_of(answer, summary)};
  }
  const json& requests = answer.list(answer.document(), "allocation_requests");
  for (const json& request : requests) {
    for (const auto& [provider, share] : answer.object(request, "allocations").items()) {
      candidates.able.insert(provider);
    }
  }
  candidates.truncated = requests.size() >= most_candidates;
  return candidates;
}

std::vector<std::string> Placement::custom_classes() {
  const Session::Call call{
      .service = "placement", .path = "/resource_classes", .microversion = classes_version};
  const Answer answer(call, session_.send(call));
  std::vector<std::string> names;
  for (const json& row : answer.list(answer.document(), "resource_classes")) {
    if (const std::string name = answer.text(row, "name"); name.starts_with("CUSTOM_")) {
      names.push_back(name);
    }
  }
  return names;
}

Outcome Placement::delete_provider(const std::string& provider_uuid) {
  return remove(session_, provider_path(provider_uuid));
}

Outcome Placement::delete_allocations(const std::string& consumer) {
  return remove(session_, "/allocations/" + percent_encode(consumer));
}

}  // namespace ncc::openstack
