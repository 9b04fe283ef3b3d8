#pragma once
// Ironic (catalog type baremetal): nodes, the shard each belongs to, and allocations. Facts:
// ironic/api/controllers/v1 of 29.0. Part of the door openstack.hpp.
//
// Shards are changed by role admin with a token of system scope only (Credentials::system_scope);
// to read all nodes and shards, reader or service in system scope will do, or service in the
// project that ironic.conf has as rbac_service_project_name when it elevates that role. Any other
// account sees the nodes of its own project only. (ironic/common/policy.py)

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "openstack.hpp"

namespace ncc::openstack {

/// A bare metal node, in microversion 1.82. Empty text: Ironic has none (null).
struct Node {
  std::string uuid = {};  // also hypervisor_hostname, compute node and resource provider in Nova
  std::string name = {};
  std::string shard = {};
  std::string instance_uuid = {};           // a Nova server, or an allocation's uuid
  std::string provision_state = {};         // available, deploying, active, cleaning ...
  std::string target_provision_state = {};  // not empty: in transition; most changes are 409
  bool maintenance = false;
  std::string conductor_group = {};
  std::string resource_class = {};  // as Ironic has it: bm; Placement calls it CUSTOM_BM
  std::string owner = {};           // project
  std::string lessee = {};          // project
  std::string reservation = {};     // host of the conductor that holds the node's lock
  friend bool operator==(const Node&, const Node&) = default;
};

/// A node that could be reserved, with what its properties say of its size.
struct SizedNode {
  std::string uuid = {};
  std::string name = {};
  std::string resource_class = {};
  std::string owner = {};  // project; empty: nobody's
  long long memory_mb = 0;
  long long vcpus = 0;
  long long local_gb = 0;
  std::map<std::string, std::string> capabilities = {};  // properties/capabilities, a:b,c:d
  std::vector<std::string> traits = {};
  friend bool operator==(const SizedNode&, const SizedNode&) = default;
};

/// Which nodes; a field without value asks for nothing.
struct NodeFilter {
  std::optional<std::string> shard = {};  // empty text: nodes without shard (sharded=false)
  std::optional<std::string> conductor_group = {};  // empty text: the default group
  std::optional<std::string> provision_state = {};
  std::optional<std::string> resource_class = {};
  std::optional<std::string> owner = {};
  std::optional<bool> associated = {};  // with an instance_uuid
  std::optional<bool> maintenance = {};
};

/// Name of a shard, empty for "none"; a type of its own, so that it is not taken for a uuid.
struct Shard {
  std::string name = {};
  friend auto operator<=>(const Shard&, const Shard&) = default;
};

struct NodeMove {
  std::string node = {};  // uuid or name
  Shard to = {};
};

struct AllocationRequest {
  std::string name = {};
  std::string uuid = {};  // becomes the node's instance_uuid; empty: Ironic makes one
  std::string resource_class = {};
  std::vector<std::string> traits = {};
  std::vector<std::string> candidate_nodes = {};  // uuids or names; empty: any
  std::string owner = {};
  std::string node = {};  // backfill: this node, which is active already
  std::map<std::string, std::string> extra = {};
};

/// A reservation of one node by anything but Nova (microversion 1.60).
struct NodeAllocation {
  std::string uuid = {};
  std::string name = {};
  std::string state = {};  // allocating, active, error
  std::string node = {};   // node_uuid; empty: none yet
  std::string resource_class = {};
  std::string owner = {};
  std::string last_error = {};
  std::map<std::string, std::string> extra = {};
  friend bool operator==(const NodeAllocation&, const NodeAllocation&) = default;
};

class Ironic {
 public:
  explicit Ironic(Session& session) : session_(session) {}

  /// GET /v1: the newest microversion ("1.96"). Asked once in a session.
  [[nodiscard]] const std::string& newest_version();
  /// 1.82 or newer.
  [[nodiscard]] bool has_shards();

  /// GET /v1/nodes?fields=..&limit=1000, page by page in the order in which the nodes were made;
  /// only one page is held. The next page is asked for with the same filters and the last uuid:
  /// Ironic's own `next` link forgets shard, conductor_group, provision_state, resource_class and
  /// owner. Nodes that are deleted meanwhile do not end the listing. `after`: a listing that was
  /// broken off goes on behind this uuid. Throws HttpError; 404 when that uuid, or a whole page and
  /// the node before it, are gone: begin anew.
  void for_each_node(const NodeFilter& filter,
                     const std::function<void(const Node&)>& read,
                     const std::string& after = {});
  /// Nodes that are available, have no instance and are not in maintenance, paged likewise.
  void for_each_free_node(const std::function<void(const SizedNode&)>& read);
  /// By uuid or name; nullopt when there is none.
  [[nodiscard]] std::optional<Node> node(const std::string& uuid_or_name);
  /// GET /v1/shards: nodes of each shard. The key is empty for nodes without shard, which Ironic
  /// lists as a shard called None; so a shard of that name cannot be told from them.
  [[nodiscard]] std::map<std::string, long long> shards();

  /// PATCH of /shard; Shard{} takes the node out of its shard. conflict: a state transition is in
  /// progress or a conductor holds the node's lock; try again later. refused 406: Ironic is older
  /// than 1.82.
  [[nodiscard]] Outcome set_shard(const std::string& node, const Shard& shard);
  /// The same for many nodes, by the rules of Session::change_many. The body of an outcome that is
  /// done is the node, in all its fields.
  void set_shards(std::size_t parallel,
                  const std::function<std::optional<NodeMove>()>& next,
                  const Session::TakeOutcome& take);
  /// The same, but each node is read just before its change, and left alone, without an outcome,
  /// when it is not as it should be (`still`). What forbids to read it is its outcome.
  void set_shards_if(std::size_t parallel,
                     const std::function<std::optional<NodeMove>()>& next,
                     const std::function<bool(std::size_t number, const Node& node)>& still,
                     const Session::TakeOutcome& take);
  /// The node in the body of an outcome of set_shard(s) that is done. Throws HttpError.
  [[nodiscard]] static Node node_in(const Outcome& outcome);
  /// PATCH that removes /instance_uuid; in maintenance mode it is allowed even in transition. An
  /// allocation that the node had is deleted with it.
  [[nodiscard]] Outcome clear_instance(const std::string& node);
  /// PUT or DELETE of /v1/nodes/{node}/maintenance; Nova then reports the node as reserved.
  [[nodiscard]] Outcome set_maintenance(const std::string& node, const std::string& reason);
  [[nodiscard]] Outcome clear_maintenance(const std::string& node);

  /// All allocations; paged as nodes are. (Ironic 29.0 ignores the filter `node` in system scope.)
  [[nodiscard]] std::vector<NodeAllocation> allocations();
  /// Of all allocations: where one is a node's instance_uuid and no server of Nova's, it is
  /// reserved.
  [[nodiscard]] std::set<std::string> allocation_uuids();
  /// GET /v1/nodes/{node}/allocation; nullopt when it has none or there is no such node.
  [[nodiscard]] std::optional<NodeAllocation> node_allocation(const std::string& node);
  /// By uuid or name; nullopt when there is none.
  [[nodiscard]] std::optional<NodeAllocation> allocation(const std::string& uuid_or_name);
  /// POST /v1/allocations: begins in state allocating; ask for it by the uuid or name that the
  /// request has, until it is active or error. conflict: they are taken. A backfill is done at
  /// once.
  [[nodiscard]] Outcome allocate(const AllocationRequest& request);
  /// conflict: its node is active or in transition, and not in maintenance.
  [[nodiscard]] Outcome delete_allocation(const std::string& uuid_or_name);

 private:
  Session& session_;
};

}  // namespace ncc::openstack
