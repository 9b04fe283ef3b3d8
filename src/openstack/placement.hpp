#pragma once
// Placement, as far as leaving hosts and their servers need it. Part of the door openstack.hpp.

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "openstack.hpp"

namespace ncc::openstack {

struct Inventory {
  std::map<std::string, long long> total = {};  // resource class -> total - reserved
  bool disabled = false;                        // trait COMPUTE_STATUS_DISABLED
};

struct Provider {
  std::string uuid = {};
  std::string name = {};
  std::string parent = {};  // uuid; empty: a root
  friend bool operator==(const Provider&, const Provider&) = default;
};

/// A class of one provider in the answer about candidates: capacity = (total - reserved) * ratio,
/// rounded down.
struct Room {
  long long capacity = 0;
  long long used = 0;
  friend bool operator==(const Room&, const Room&) = default;
};

/// provider uuid -> resource class -> room
using Rooms = std::map<std::string, std::map<std::string, Room>>;

using Resources = std::map<std::string, long long>;  // resource class -> amount

/// Who could take one consumer of a need now.
struct Candidates {
  struct Summary {
    std::string root = {};                  // uuid of the tree's root; a host's is its hypervisor's
    std::map<std::string, Room> room = {};  // of every class that the provider has
    friend bool operator==(const Summary&, const Summary&) = default;
  };

  std::map<std::string, Summary> providers = {};  // uuid -> all of the trees in question
  std::set<std::string> able = {};                // uuids of those that would give something
  bool truncated = false;                         // there may be more than were told
};

class Placement {
 public:
  explicit Placement(Session& session) : session_(session) {}

  /// Inventories and traits of a provider; nullopt when there is no such provider.
  /// Microversion 1.6, the first with traits.
  [[nodiscard]] std::optional<Inventory> inventory(const std::string& provider_uuid);
  /// GET /resource_providers?in_tree=UUID (1.14): the provider and its descendants; empty when it
  /// is not there.
  [[nodiscard]] std::vector<Provider> tree(const std::string& provider_uuid);
  [[nodiscard]] std::vector<Provider> named(const std::string& name);
  /// Which of these providers are there: GET /resource_providers/UUID of each, so many at the same
  /// time. Throws HttpError when one of them gets no answer.
  [[nodiscard]] std::set<std::string> present(const std::vector<std::string>& provider_uuids,
                                              std::size_t parallel);
  /// GET /resource_providers/UUID/allocations: consumer uuid -> resources. A consumer is a server
  /// or a migration.
  [[nodiscard]] std::map<std::string, Resources> allocations(const std::string& provider_uuid);
  /// GET /allocation_candidates?resources=..&required=!COMPUTE_STATUS_DISABLED (1.22): the summary
  /// of each provider that has room for one such consumer now.
  [[nodiscard]] Rooms candidates(const Resources& need);
  /// The same at 1.29, disabled hosts included: whole trees, each provider with every class that it
  /// has. A provider that is full does not appear unless another one of its tree has room. At most
  /// `most_candidates` are asked for; Placement picks which.
  [[nodiscard]] Candidates trees_with_room(const Resources& need);
  static constexpr std::size_t most_candidates = 20000;
  /// GET /resource_classes (1.2): names of those that begin with CUSTOM_.
  [[nodiscard]] std::vector<std::string> custom_classes();
  /// conflict: allocations or children are there.
  [[nodiscard]] Outcome delete_provider(const std::string& provider_uuid);
  [[nodiscard]] Outcome delete_allocations(const std::string& consumer);

 private:
  Session& session_;
};

}  // namespace ncc::openstack
