#pragma once
// Band 5: Model = all that a hook sees, read once; Plan = all that a hook may do. Decides nothing.
// A reader of these two types knows the whole reach of every hook. Read next: charm/charm.hpp (who
// decides), compute.hpp and ovn.hpp (what is planned).

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "config.hpp"
#include "ini.hpp"
#include "relations.hpp"
#include "words/names.hpp"

namespace ncc {

/// What kind of moment this is, from the hook's name.
enum class Event { install, upgrade, start, stop, remove, update_status, other };

/// Facts kept over hooks by state-set, because they cannot be read back: written by apply only.
struct Record {
  std::string host = {};            // the host name chosen at install, used everywhere
  std::string certificate_id = {};  // uuid of our certificate request
  std::string metadata_secret =
      {};  // shared between nova-api-metadata and the OVN metadata agent of this unit
  bool joined =
      false;  // the charm has enabled the service in Nova once; from then on it is the operator's
  std::map<std::string, std::string> published =
      {};                    // relation id -> fingerprint of what we published there
  std::string version = {};  // workload version last announced
  friend bool operator==(const Record&, const Record&) = default;
};

/// What the machine is like.
struct Machine {
  std::map<std::string, std::string> packages =
      {};  // installed ones of those we ask for -> version

  struct Service {
    bool exists = false;
    bool active = false;
    bool enabled = false;
    bool masked = false;
    friend bool operator==(const Service&, const Service&) = default;
  };

  std::map<std::string, Service> services = {};
  bool kvm = false;               // /dev/kvm is there
  bool container = false;         // systemd says so in /run/systemd/container
  std::string architecture = {};  // x86_64
  std::string release_id = {};    // ubuntu, debian
  std::string nova_shell = {};    // login shell of nova; empty = no such user
  std::string root_public_key = {};
  std::string nova_public_key = {};
  std::map<std::string, std::string> interfaces_by_mac = {};
  std::set<std::string> interfaces = {};
  bool node_exporter = false;  // the directory of its text files is there
  long long memory_mib = 0;    // MemTotal; hugepages in percent are a share of it
  std::optional<int> guests =
      {};  // libvirt domains, running or not; nullopt = libvirt does not answer: taken as present
  friend bool operator==(const Machine&, const Machine&) = default;
};

/// How Nova and Neutron see our host; read only until the unit has joined.
struct CloudView {
  std::string service_id = {};  // empty: no record yet
  bool up = false;
  bool enabled = false;
  std::string disabled_reason = {};
  bool mapped = false;               // the hypervisor is listed: its host is mapped to a cell
  bool chassis_alive = false;        // Neutron lists an OVN controller agent of this host as alive
  std::string foreign_chassis = {};  // those that have our tunnel address, for people; empty: none
  std::string error = {};            // the cloud did not answer: why; empty otherwise
  friend bool operator==(const CloudView&, const CloudView&) = default;
};

/// How far the ending of this unit has come; kept in the journal, because it decides what may run
/// after a kill or a reboot.
enum class Phase {
  none,      // everything runs
  stopping,  // nova-compute stays stopped: its record is being deleted
  leaving,   // the record and the provider are gone; the OVN agents stay stopped
  ended      // nothing of it is left in the cloud
};

/// How Nova sees the servers of a host that is to be emptied; read while it is tombstoned.
struct DrainView {
  int servers = 0;
  int moving = 0;          // migrations in flight from here
  bool enabled = false;    // somebody has enabled the service again
  std::string error = {};  // the cloud did not answer: why
  friend bool operator==(const DrainView&, const DrainView&) = default;
};

/// Scale-in of this unit: the newest order, from the leader or given to the unit itself.
struct Leaving {
  Order order = {};
  Phase phase = Phase::none;
  bool open = false;         // a tombstone of that run was set here and is not closed yet
  bool rejoin = false;       // its record in Nova was deleted: it joins as a new host does
  std::string pending = {};  // why the order is not fulfilled yet
  std::optional<DrainView> drain = {};
  friend bool operator==(const Leaving&, const Leaving&) = default;
};

/// A drain of hosts that this unit carries, in a service of its own.
struct DrainRun {
  std::string id = {};   // the run of the scale-in
  bool open = false;     // the service works on it, or has to be started again
  bool finished = true;  // what follows from its result was ordered
  friend bool operator==(const DrainRun&, const DrainRun&) = default;
};

/// The last run of create-node on this unit.
struct NodeRun {
  std::string id = {};
  bool open = false;         // the service works on it, or has to be started again
  std::string failure = {};  // not empty: nothing is tried again until an operator resumes
  friend bool operator==(const NodeRun&, const NodeRun&) = default;
};

/// Shards of this application, as this unit finds them when a hook begins (virt-type ironic).
struct ShardView {
  std::string boot = {};               // of this machine: another one after each start
  std::int64_t now = 0;                // seconds since the epoch
  std::set<UnitName> leaving = {};     // being removed, or ordered to leave (others than us)
  shards::Assignment assignment = {};  // the leader's
  shards::Claims mine = {};            // our own, as committed before this hook
  shards::Peers peers = {};            // those of all other units that are there
  std::map<std::string, shards::NovaSays> nova = {};  // of the shards that Nova was asked about
  std::set<UnitName> fence = {};          // a person says in this action: their machines are off
  bool leads = false;                     // this unit is the leader
  bool again = false;                     // a further hook is needed soon
  std::vector<std::string> pending = {};  // why shards of ours do not serve yet
  std::vector<std::string> silent = {};   // on the leader: units whose shards are all down
  friend bool operator==(const ShardView&, const ShardView&) = default;
};

/// How much more fits into the cloud, by the leader's last look.
struct CapacityView {
  std::string text = {};       // for the application's status; empty: nothing to say
  long long wanted = 0;        // nodes to add
  long long spare = 0;         // nodes that may go
  std::int64_t looked_at = 0;  // seconds since the epoch
  std::string report = {};     // JSON, as the action `capacity` shows it
  friend bool operator==(const CapacityView&, const CapacityView&) = default;
};

struct Model {
  std::string charm_dir = {};  // where the packed charm lies on the machine
  Event event = Event::other;
  UnitName unit{"nova-compute/0"};
  std::string application = {};
  std::string availability_zone = {};  // JUJU_AVAILABILITY_ZONE
  Config config = {};
  Record record = {};
  Machine machine = {};
  HostName host{
      "localhost"};  // the stored name (Record.host), or the machine's fqdn before it is stored

  // Endpoints: is it related, what it says, or what it has not said yet.
  std::set<std::string> related = {};
  Need<Controller> controller = {};
  Need<Messaging> messaging = {};
  Need<Images> images = {};
  Need<ServiceAccount> credentials = {};
  Need<Southbound> southbound = {};
  Need<Certificates> certificates = {};
  Need<Plugin> plugin = {};
  Need<bool> ironic_api = {};
  std::vector<std::string> databag_problems = {};  // "endpoint: key: what is wrong"

  // Addresses of this unit by binding; empty when Juju has none.
  std::string my_ip = {};              // cloud-compute, or os-internal-network
  std::string console_address = {};    // internal, or os-internal-network
  std::string migration_address = {};  // migration, or libvirt-migration-network
  std::string data_address = {};       // data: tunnel endpoint

  Orders orders = {};  // of all units, as the leader published them
  Leaving leaving = {};
  std::optional<ShardView> shards = {};
  DrainRun run = {};
  NodeRun node = {};
  Observability observability = {};           // read where cos-agent is related
  std::optional<CapacityView> capacity = {};  // set on the leader while it watches the capacity
  Databag capacity_told = {};                 // by leaders, to all units: our keys of compute-peer
  bool paused = false;                        // by the action, until resume
  std::optional<CloudView> cloud =
      {};  // set while the unit has not joined and its nova-compute runs
  std::map<std::string, std::vector<std::string>> relation_ids =
      {};  // endpoint -> ids, of those we publish on
  std::vector<std::string> fresh_uuids =
      {};  // two random uuids for a record that lacks them (plans are pure)
};

/// The account used for nova.conf and for API calls: that of cloud-credentials where it is related,
/// otherwise the one in cloud-compute.
[[nodiscard]] std::optional<ServiceAccount> account_of(const Model& model);
/// kvm, qemu or ironic: option virt-type, `auto` decided by /dev/kvm.
[[nodiscard]] std::string virt_type_of(const Model& model);
/// The unit runs compute services of bare-metal nodes: no libvirt, no OVN, no guests here.
[[nodiscard]] bool is_ironic(const Model& model);
/// The unit's nova-compute processes are those of shards (ironic-shards), not one of its own.
[[nodiscard]] bool has_shards(const Model& model);
/// Shards of the application, in the order of the option. Empty without them.
[[nodiscard]] std::vector<Shards::Named> shards_of(const Model& model);
/// OVN is ours to configure: a machine with guests, and no subordinate on neutron-plugin.
[[nodiscard]] bool ovn_built_in(const Model& model);
/// stop or remove: nothing is started, published or configured any more.
[[nodiscard]] bool is_stopping(const Model& model);
/// The record with host, certificate_id and metadata_secret filled in: from fresh_uuids where it
/// lacks them.
[[nodiscard]] Record completed_record(const Model& model);
/// Shared with the metadata agent: the subordinate's, or ours when OVN is built in. Empty: no
/// metadata is served here.
[[nodiscard]] Secret metadata_secret_of(const Model& model);
/// Ordered to be tombstoned or ended: no gateway and no new server may come here.
[[nodiscard]] bool is_tombstoned(const Model& model);
/// What we tell the other units about it.
[[nodiscard]] Reached reached_of(const Model& model);
/// Domains are (or may be) on this machine: what keeps them reachable must stay.
[[nodiscard]] bool has_guests(const Model& model);

/// One file the charm owns.
struct File {
  std::string content = {};
  std::string shown = {};  // the same with secrets masked, for people; empty = content may be shown
  unsigned mode = 0644;
  std::string owner = "root:root";
  std::set<std::string> restarts = {};  // services restarted when this file changes
  bool early = false;  // written before packages are installed: archives, drop-ins that the first
                       // start of a service needs
  bool block = false;  // only the part between our two marks is ours (with_block); empty content
                       // takes the part away
  friend bool operator==(const File&, const File&) = default;
};

struct Directory {
  unsigned mode = 0755;
  std::string owner = "root:root";
  friend bool operator==(const Directory&, const Directory&) = default;
};

/// running: enabled, too, so that it comes back with the machine. started: runs until it is stopped
/// or the machine is. masked: stopped, and nothing can start it.
enum class ServiceState { running, started, stopped, masked };

/// What Open vSwitch should have; see ovs::Settings, which apply fills from it.
struct OvsPlan {
  std::map<std::string, std::optional<std::string>> external_ids = {};  // nullopt = must be absent

  struct Bridge {
    std::map<std::string, std::string> external_ids = {};
    std::map<std::string, std::string> other_config = {};
    std::vector<std::string> protocols = {};
    std::string datapath_type = {};
    std::string fail_mode = {};
    std::map<std::string, std::map<std::string, std::string>> ports = {};
    friend bool operator==(const Bridge&, const Bridge&) = default;
  };

  std::map<std::string, Bridge> bridges = {};
  bool owns_bridges = false;  // marked bridges and ports that are not in `bridges` are removed

  struct Ssl {
    std::string private_key = {};
    std::string certificate = {};
    std::string ca_cert = {};
    friend bool operator==(const Ssl&, const Ssl&) = default;
  };

  std::optional<Ssl> ssl = {};
  std::set<std::string> managers = {};
  std::optional<bool> tombstoned = {};  // ovs::Settings::tombstoned
  friend bool operator==(const OvsPlan&, const OvsPlan&) = default;
};

/// What is done to our own record in Nova.
enum class NovaStep { none, disable, enable };

/// Everything a hook may do. If it is not here, no hook does it.
struct Plan {
  std::set<std::string> packages = {};
  std::map<std::string, Directory> directories = {};
  std::map<std::string, File> files = {};  // key: absolute path
  std::set<std::string> absent_files = {};
  std::set<std::string> trust = {};  // files whose change needs update-ca-certificates
  std::map<std::string, std::string> ssh_keys = {};  // user -> private key path, made when missing
  std::map<std::string, std::string> shells = {};    // user -> login shell
  std::optional<OvsPlan> ovs = {};
  std::map<std::string, ServiceState> services = {};
  std::map<std::string, Databag> publish = {};  // relation id -> our databag
  std::optional<Record> record = {};
  NovaStep nova = NovaStep::none;
  std::string nova_reason = {};
  std::set<std::string> notes = {};  // for people: what was left out and why; has no effect
  friend bool operator==(const Plan&, const Plan&) = default;
};

/// Adds `piece` to `plan`. Two pieces that plan one thing differently are a std::logic_error; sets
/// are united.
void merge(Plan& plan, const Plan& piece);
/// The plan for people, one line per thing; files are followed by their lines, indented. Nothing
/// secret is in it.
[[nodiscard]] std::vector<std::string> describe(const Plan& plan);
/// `text` with our marked part replaced by `content` (added at the end when there is none; taken
/// away when it is empty).
[[nodiscard]] std::string with_block(const std::string& text, const std::string& content);

}  // namespace ncc
