#pragma once
// Nova: services, servers, their moves. Facts: nova/api/openstack/compute of 2024.1 to 2026.1. Part
// of the door openstack.hpp; include that.

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "openstack.hpp"

namespace ncc::openstack {

/// One row of os-services (microversion 2.69).
struct Service {
  std::string id = {};  // uuid; empty when its cell does not answer
  std::string host = {};
  std::string binary = {};
  std::string zone = {};
  bool enabled = false;
  bool up = false;
  bool forced_down = false;
  bool unknown = false;  // its cell does not answer (status UNKNOWN): nothing else is known of it
  std::string disabled_reason = {};
  friend bool operator==(const Service&, const Service&) = default;
};

struct Hypervisor {
  std::string id = {};    // uuid; also the uuid of the resource provider
  std::string name = {};  // hypervisor_hostname
  std::string host = {};  // service.host
  std::string type = {};  // hypervisor_type: QEMU, ironic; empty: not said
  friend bool operator==(const Hypervisor&, const Hypervisor&) = default;
};

/// What Nova counts on a hypervisor: the hardware, and what is used of it with what the host keeps
/// for itself (nova/compute/resource_tracker.py begins its count with reserved_host_*). VCPU,
/// MEMORY_MB, DISK_GB; a node of Ironic has none.
struct Hardware {
  std::map<std::string, long long> total = {};
  std::map<std::string, long long> used = {};
  friend bool operator==(const Hardware&, const Hardware&) = default;
};

/// What a server asks of its host, from the flavor embedded in it (microversion 2.47).
struct Flavor {
  std::string name = {};  // original_name in servers
  long long vcpus = 0;
  long long ram_mib = 0;
  long long disk_gib = 0;  // root
  long long ephemeral_gib = 0;
  long long swap_mib = 0;
  std::map<std::string, std::string> extra_specs = {};
  friend auto operator<=>(const Flavor&, const Flavor&) = default;
};

/// A flavor that servers can be made of.
struct ListedFlavor {
  std::string id = {};
  Flavor flavor = {};
  friend bool operator==(const ListedFlavor&, const ListedFlavor&) = default;
};

/// A public key under a name, of the account that asks.
struct Keypair {
  std::string name = {};
  std::string fingerprint =
      {};  // MD5 of the key's bytes: 16 pairs of hexadecimal digits with colons
  friend bool operator==(const Keypair&, const Keypair&) = default;
};

struct Server {
  std::string id = {};
  std::string name = {};
  std::string status = {};      // ACTIVE, BUILD, ERROR, SHUTOFF, VERIFY_RESIZE, SOFT_DELETED ...
  std::string vm_state = {};    // OS-EXT-STS:vm_state: active, stopped, paused ...
  std::string task_state = {};  // empty: none
  int power_state = 0;          // 0 none, 1 running, 3 paused, 4 shut down, 6 crashed, 7 suspended
  std::string host = {};        // OS-EXT-SRV-ATTR:host
  std::string node = {};        // OS-EXT-SRV-ATTR:hypervisor_hostname
  bool locked = false;
  bool from_volume = false;  // no image: its root disk is a volume
  Flavor flavor = {};
  std::string fault = {};  // fault.message
  std::map<std::string, std::string> metadata = {};
  std::int64_t created_at = 0;  // seconds since the epoch, by the clock of the API that took it
  friend bool operator==(const Server&, const Server&) = default;
};

/// One row of os-migrations (microversion 2.59).
struct Migration {
  long long id = 0;
  std::string uuid = {};
  std::string server = {};       // instance_uuid
  std::string type = {};         // live-migration, migration, resize, evacuation
  std::string status = {};       // accepted, queued, preparing, running, finished, error ...
  std::string source = {};       // source_compute
  std::string destination = {};  // dest_compute; empty: not chosen yet
  std::int64_t created_at = 0;   // seconds since the epoch, by Nova's clock
  std::int64_t updated_at = 0;   // the same; created_at while never updated
  friend bool operator==(const Migration&, const Migration&) = default;
};

/// Nova still works on it, or holds it open (finished: the server awaits confirmation): what makes
/// DELETE of a service answer 409.
[[nodiscard]] bool is_open(const Migration& migration);
/// Open, and not just awaiting a person or us: counts as in flight.
[[nodiscard]] bool is_in_flight(const Migration& migration);

struct ServerGroup {
  std::string id = {};
  std::string name = {};
  std::string policy = {};  // affinity, anti-affinity, soft-affinity, soft-anti-affinity
  long long max_per_host = 1;
  std::vector<std::string> members = {};  // server ids
  friend bool operator==(const ServerGroup&, const ServerGroup&) = default;
};

struct Aggregate {
  long long id = 0;
  std::string name = {};
  std::string zone = {};  // availability_zone; empty: none
  std::vector<std::string> hosts = {};
  friend bool operator==(const Aggregate&, const Aggregate&) = default;
};

/// A volume of a server.
struct VolumeAttachment {
  std::string volume = {};
  std::string device = {};  // /dev/vdb; empty: Nova chooses, or has not yet
  friend bool operator==(const VolumeAttachment&, const VolumeAttachment&) = default;
};

struct ServerRequest {
  std::string name = {};
  std::string image_id = {};
  std::string flavor_id = {};
  std::string network_id = {};                    // empty = networks: none
  std::string host = {};                          // microversion 2.74
  std::string key = {};                           // name of a keypair of ours; empty: none
  std::string zone = {};                          // availability zone; empty: Nova chooses
  std::vector<std::string> security_groups = {};  // names; empty: the project's default
  std::map<std::string, std::string> metadata = {};
  std::string user_data = {};  // base64, at most 65535 characters; in no error message
};

class Nova {
 public:
  explicit Nova(Session& session) : session_(session) {}

  // Services and hosts

  /// GET /os-services?binary=nova-compute[&host=...]; only exact matches.
  [[nodiscard]] std::vector<Service> compute_services(const std::string& host = {});
  /// PUT /os-services/{id}; `reason` 1..255 characters, else std::logic_error. Nova saves the row
  /// first and then calls the host, which may take minutes: after Verdict::unknown read the row.
  [[nodiscard]] Outcome disable(const std::string& service_id, const std::string& reason);
  [[nodiscard]] Outcome enable(const std::string& service_id);
  [[nodiscard]] Outcome force_down(const std::string& service_id, bool down);
  /// DELETE /os-services/{id}: conflict while servers or open migrations are there.
  [[nodiscard]] Outcome delete_service(const std::string& service_id);
  /// GET /os-hypervisors/detail, of which those are kept whose service.host is `host` (an unmapped
  /// host is not in the list). hypervisor_hostname_pattern is not used: it matches parts of names
  /// and cannot be paged.
  [[nodiscard]] std::vector<Hypervisor> hypervisors(const std::string& host);
  /// All of the list, page by page; with Ironic each node is one.
  void for_each_hypervisor(const std::function<void(const Hypervisor&)>& read);
  /// The same with what Nova counts there; it does so below 2.88.
  void for_each_hypervisor(const std::function<void(const Hypervisor&, const Hardware&)>& read);
  [[nodiscard]] std::vector<Aggregate> aggregates();
  /// POST /os-aggregates/{id}/action add_host; conflict: it is in it already.
  [[nodiscard]] Outcome add_to_aggregate(long long aggregate, const std::string& host);

  // Servers

  /// All servers of a host, whatever their state: GET /servers/detail?all_tenants=1&host=H, and the
  /// same with soft_deleted=true, sorted by uuid. Without admin rights Nova drops the filter and
  /// the attribute OS-EXT-SRV-ATTR:host without a word; that is an HttpError here. A page whose
  /// marker was deleted meanwhile starts the list anew.
  [[nodiscard]] std::vector<Server> servers_on(const std::string& host);
  [[nodiscard]] std::string create_server(const ServerRequest& request);  // POST /servers; the id
  [[nodiscard]] std::optional<Server> server(const std::string& id);      // nullopt after 404
  [[nodiscard]] std::vector<Server> servers_named(
      const std::string& name);  // exact name, all tenants
  /// Names that begin so, all tenants; letters, digits, `-` and `_` only (Nova's filter is a
  /// regular expression).
  [[nodiscard]] std::vector<Server> servers_whose_name_begins(const std::string& prefix);
  void delete_server(const std::string& id);  // 404 counts as done
  /// GET /os-server-groups?all_projects=True (paged by limit and offset).
  [[nodiscard]] std::vector<ServerGroup> server_groups();

  // Moves. POST, never repeated; each is only accepted by its answer, os-migrations tells the rest.

  /// os-migrateLive, block_migration auto; `host` empty: the scheduler chooses. 2.68, or the newest
  /// from 2.34 on that the cloud has.
  [[nodiscard]] Outcome live_migrate(const std::string& server, const std::string& host = {});
  /// migrate (2.56).
  [[nodiscard]] Outcome cold_migrate(const std::string& server, const std::string& host = {});
  /// resize; the scheduler chooses the host, and the server awaits confirmation there.
  [[nodiscard]] Outcome resize(const std::string& server, const std::string& flavor_id);
  [[nodiscard]] Outcome confirm_resize(const std::string& server);
  [[nodiscard]] Outcome revert_resize(const std::string& server);
  [[nodiscard]] Outcome shelve_offload(const std::string& server);
  /// evacuate: 2.95 where the cloud has it (the guest is left stopped), else the cloud's newest
  /// from 2.14 on; never with force.
  [[nodiscard]] Outcome evacuate(const std::string& server, const std::string& host = {});
  /// DELETE /servers/{id}/migrations/{id} (2.65).
  [[nodiscard]] Outcome abort_migration(const std::string& server, long long migration);

  struct MigrationFilter {
    std::string host = {};  // source or destination
    std::string server = {};
    std::int64_t changed_since = 0;  // changes-since, seconds since the epoch; 0: no limit
  };

  /// GET /os-migrations (2.59), newest first, all pages.
  [[nodiscard]] std::vector<Migration> migrations(const MigrationFilter& filter);
  /// Why the action with this request id failed: the event that failed first with its details
  /// (2.84), else the action's message; empty when it has not failed or is not there (GET
  /// /servers/{id}/os-instance-actions/{req}).
  [[nodiscard]] std::string action_failure(const std::string& server,
                                           const std::string& request_id);

  // Volumes

  /// POST /servers/{id}/os-volume_attachments: accepted; Cinder's status of the volume tells when
  /// it is in-use. refused (400): the volume is not available.
  [[nodiscard]] Outcome attach_volume(const std::string& server,
                                      const VolumeAttachment& attachment);
  /// DELETE of one: accepted; the volume becomes available. missing: server, volume or attachment.
  [[nodiscard]] Outcome detach_volume(const std::string& server, const std::string& volume);
  /// nullopt after 404: no such server.
  [[nodiscard]] std::optional<std::vector<VolumeAttachment>> attached_volumes(
      const std::string& server);

  // Flavors

  [[nodiscard]] std::optional<std::string> flavor_id(const std::string& name_or_id);
  /// All flavors, private ones too, with extra specs (2.61).
  [[nodiscard]] std::vector<ListedFlavor> flavors();
  /// POST /flavors, private, then its extra specs; the id.
  [[nodiscard]] std::string create_flavor(const Flavor& flavor);
  [[nodiscard]] Outcome delete_flavor(const std::string& id);

  // Keypairs

  /// POST /os-keypairs. HttpError 409: the name is taken; 400: it is no public key.
  [[nodiscard]] Keypair import_keypair(const std::string& name, const std::string& public_key);
  [[nodiscard]] std::vector<Keypair> keypairs();
  [[nodiscard]] Outcome delete_keypair(const std::string& name);

  // Consoles

  /// os-getConsoleOutput; nullopt while the server is not ready (409).
  [[nodiscard]] std::optional<std::string> console_output(const std::string& server);
  /// POST /servers/{id}/remote-consoles, novnc (2.6). The URL holds a token: it is a secret.
  [[nodiscard]] Secret vnc_url(const std::string& server);

 private:
  /// `wanted`, or the cloud's newest microversion where that is lower; throws ConfigError when it
  /// is below `least`. For calls that lower ones serve as well; the others name theirs, and a cloud
  /// that lacks it answers 406. So the cloud is asked for its newest at most once in a session, and
  /// not at all by most calls. HttpError when that answer does not come; then nothing else was
  /// sent.
  [[nodiscard]] std::string version(const std::string& wanted, const std::string& least);
  [[nodiscard]] Outcome act(const std::string& server,
                            const std::string& body,
                            const std::string& microversion);

  Session& session_;
};

}  // namespace ncc::openstack
