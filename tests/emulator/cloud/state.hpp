#pragma once
// The world of the emulated cloud as plain values, and its one JSON form (GET and PUT
// /_emulator/state, --state FILE). Times are seconds since the epoch. read_state() refuses a world
// that no real cloud could be in. Read next: state.cpp, state_check.cpp.

#include <cstdint>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

namespace ncc::fake_cloud {

using Text = std::string;
using MaybeText = std::optional<std::string>;
using Number = std::int64_t;

struct User {
  Text name = "nova_compute", password = "cloud-secret", domain = "service_domain";
  Text project = "services", project_domain = "service_domain";
  std::vector<Text> roles = {"admin"};
  std::vector<Text> system_roles = {};  // in a token of system scope; empty: gets none
};

struct Flavor {
  Text id = {}, name = {};
  Number vcpus = 1, ram = 512, disk = 1;  // ram in MiB, disk in GiB
  bool is_public = true;
  bool deleted = false;            // kept for the servers made of it
  Number ephemeral = 0, swap = 0;  // GiB, MiB
  std::map<Text, Text> extra_specs = {};
};

struct Image {
  Text id = {}, name = {}, status = "active";
  Number created_at = 0;
};

/// `physical_network` empty: tunnelled (geneve).
struct Network {
  Text id = {}, name = {};
  std::vector<Text> subnets = {};
  bool external = false;
  Text physical_network = {};
};

/// A router with a gateway in an external network. `chassis` are its gateway chassis, highest
/// priority first; empty ones are elected when the world is set (gateways.cpp). `host` is where its
/// gateway port was bound last; the port itself is made from this.
struct Router {
  Text id = {}, name = {}, network = {}, port = {};
  std::vector<Text> chassis = {};
  Text host = {};
};

struct Port {
  Text id = {}, name = {}, network_id = {}, device_id = {}, device_owner = {}, host = {},
       status = "DOWN";
  Text address = {};  // fixed IPv4; empty: none
};

/// One OVN agent as Neutron lists it. `kind` is controller, gateway or metadata.
struct Agent {
  Text id = {}, host = {}, kind = "controller";
  bool alive = true;
  Text bridge_mappings = {};    // as in OVS: physnet1:br-ex,physnet2:br-data
  Text availability_zone = {};  // as Neutron joins them: "az1, az2"
  bool chassis_gone = false;    // Neutron still has the agent, the southbound data base no chassis
};

struct Service {
  Text id = {}, binary = "nova-compute", host = {}, zone = "nova";
  bool enabled = true, forced_down = false;
  MaybeText disabled_reason = {};
  bool running = true;   // the process lives and reports
  Number last_seen = 0;  // its last report once it does not run
  bool mapped = true;    // has a host mapping, so it can be scheduled to
  Number created_at = 0;
  bool found_by_node = true;  // plain host discovery finds it; false for a node that came back
  // Of a nova-compute with the Ironic driver: [ironic] shard and conductor_group of its nova.conf.
  // An empty shard: none, it shares all nodes with the others of that kind. No value: other driver.
  MaybeText ironic_shard = {}, ironic_conductor_group = {};
};

struct Hypervisor {
  Text id = {}, hypervisor_hostname = {}, host = {}, host_ip = "127.0.0.1";
  Number vcpus = 8, memory_mb = 16384, local_gb = 100;
};

struct Inventory {
  Number total = 0, reserved = 0, min_unit = 1, max_unit = 0, step_size = 1;
  double allocation_ratio = 1.0;
};

struct Provider {
  Text uuid = {}, name = {};
  MaybeText parent = {};
  Number generation = 1;
  std::map<Text, Inventory> inventories = {};
  std::vector<Text> traits = {};
};

struct Allocation {
  Text consumer = {}, provider = {};
  std::map<Text, Number> resources = {};
};

/// A keypair of a user; only its public half, which the user brought.
struct Keypair {
  Text name = {}, public_key = {}, fingerprint = {}, user = "nova_compute";
};

struct SecurityRule {
  Text id = {}, direction = "ingress", ethertype = "IPv4", protocol = {};  // empty: any
};

struct SecurityGroup {
  Text id = {}, name = {}, description = {}, project = "services";
  std::vector<SecurityRule> rules = {};
};

/// A server. BUILD becomes ACTIVE or ERROR, and a deleted one goes away, once `reads_left` reads
/// have seen it and `ready_at` has passed; `outcome` is the fault it will end with, empty for
/// success. While it moves, `status` stays what it was and task_state tells what Nova does to it;
/// what is shown follows from both. An empty image: its root disk is a volume.
///   feature                                a move of such a server
///   vtpm_user, sev, vdpa, accelerator      os-migrateLive answers 400 (vtpm_user: evacuate too)
///   share                                  os-migrateLive answers 409
///   pci                                    the live migration ends in error (pre-check)
struct Server {
  Text id = {}, name = {}, status = "ACTIVE", flavor = {}, image = {}, project = "services",
       user = "nova_compute";
  MaybeText host = {}, node = {}, task_state = {}, fault = {};
  Number created_at = 0, updated_at = 0;
  bool locked = false, soft_deleted = false;
  Number reads_left = 0, ready_at = 0;
  MaybeText outcome = {};
  Text vm_state = {};          // empty: as the status says
  Number power_state = -1;     // -1: as the status says
  Text old_status = "ACTIVE";  // VERIFY_RESIZE: what it is once confirmed, ACTIVE or SHUTOFF
  MaybeText locked_reason = {};
  std::vector<Text> features = {};
  std::map<Text, Text> metadata = {};
  Text user_data = {};  // base64, as it came
  MaybeText key_name = {};
  std::vector<Text> security_groups = {};  // ids; none: the project's default
};

/// A volume of Cinder. `ready_at`: when a status that ends in -ing, or reserved, goes on; `fails`:
/// it will end in error. `server` is set while it is attached or on its way.
struct Volume {
  Text id = {}, name = {}, status = "available", type = "__DEFAULT__", project = "services",
       user = "nova_compute";
  Number size = 1, created_at = 0, ready_at = 0;  // GiB
  MaybeText server = {}, device = {};
  std::map<Text, Text> metadata = {};
  bool bootable = false, fails = false;
};

/// A move. `began_ms`, milliseconds since the epoch, carries it on (moves.hpp); where it is 0
/// nobody does and the record stays as it is.
struct Migration {
  Number id = 0;
  Text uuid = {}, instance_uuid = {}, source_compute = {}, source_node = {}, dest_compute = {},
       dest_node = {};  // the destination is empty until the scheduler has chosen
  Text status = "accepted", migration_type = "live-migration";
  Number created_at = 0;
  Number updated_at = 0;                  // 0: never
  Text request_id = {};                   // of the action that asked for it
  MaybeText wanted_host = {};             // by that action
  bool forced = false;                    // there without asking the scheduler
  bool stops = false;                     // evacuation: the server is left stopped
  Text old_flavor = {}, new_flavor = {};  // of a resize
  Text plan = {};                         // how it ends, a MovePlan's `end`; empty: well
  Number began_ms = 0, ended_ms = 0;
};

/// One part of an action, as os-instance-actions shows it.
struct ActionEvent {
  Text event = {}, host = {};
  MaybeText result = {}, details = {};  // Success or Error; no result: not finished
  Number start = 0, finish = 0;
};

struct Action {
  Text request_id = {}, instance_uuid = {}, action = {}, project = {}, user = {};
  MaybeText message = {};  // "Error" once an event failed
  Number start = 0, updated_at = 0;
  std::vector<ActionEvent> events = {};
};

/// policy: affinity, anti-affinity, soft-affinity, soft-anti-affinity
struct ServerGroup {
  Text id = {}, name = {}, policy = {}, project = "services", user = "nova_compute";
  std::vector<Text> members = {};  // server ids
  Number max_server_per_host = 1;  // anti-affinity
};

/// A node of Ironic, in the order in which they were made. Its uuid is that of the compute node and
/// resource provider, and its hypervisor_hostname, too.
struct IronicNode {
  Text uuid = {};
  MaybeText name = {}, shard = {}, instance_uuid = {}, owner = {}, lessee = {};  // null: none
  Text provision_state = "available";
  MaybeText target_provision_state = {};  // a value: in transition
  Number ready_at = 0;                    // when it goes on; 0: never by itself
  MaybeText power_state = "power off";    // null: not known, so nobody may have it
  bool maintenance = false;
  MaybeText maintenance_reason = {};
  Text conductor_group = {}, resource_class = "baremetal", driver = "fake-hardware";
  MaybeText reservation = {};  // the conductor that holds its lock: changes are refused
  Number locked_changes = 0;   // so many changes more are refused as if another held the lock
  MaybeText allocation_uuid = {};
  std::vector<Text> traits = {};
  std::map<Text, Text> properties = {}, extra = {};
  Number created_at = 0, updated_at = 0;
};

/// A reservation made through Ironic's allocations; `allocating` until the next request.
struct IronicAllocation {
  Text uuid = {};
  MaybeText name = {}, owner = {}, resource_class = {}, node_uuid = {}, last_error = {};
  Text state = "allocating";
  std::vector<Text> traits = {}, candidate_nodes = {};
  std::map<Text, Text> extra = {};
  Number created_at = 0, updated_at = 0;
};

/// A zone of Designate; `name` with its trailing dot.
struct Zone {
  Text id = {}, name = {};
};

/// A record set. PENDING until `ready_at`; then it is ACTIVE, or, with action DELETE, gone.
struct Record {
  Text id = {}, zone = {}, name = {}, type = "A";
  std::vector<Text> records = {};
  Text status = "ACTIVE", action = "NONE", description = {};
  Number created_at = 0, ready_at = 0;
};

struct Aggregate {
  Number id = 0;
  Text uuid = {}, name = {};
  MaybeText availability_zone = {};
  std::vector<Text> hosts = {};
  std::map<Text, Text> metadata = {};
};

/// How the next moves of one server go.
///   end         what becomes of the move
///   error       the scheduler finds no valid host; the migration's status is error
///   failed      rolled back at its end: failed (live, evacuation) or error (cold)
///   cancelled   as if somebody aborted it at its end
///   hang        never ends: running (live), migrating (cold), pre-migrating (evacuation)
///   lost        accepted, but nobody hears of it: task_state stays, there is no migration
///   unconfirmed the confirmation is accepted, but nobody hears of it: the status stays confirming
struct MovePlan {
  Text end = {};
  Number count = 0;  // so many moves, 0 = all
};

/// How the cloud behaves. The defaults are a quick and healthy one.
struct Settings {
  Number token_lifetime = 3600;                 // seconds
  Number service_down_time = 60;                // seconds without a report until a service is down
  Number build_reads = 1, build_seconds = 0;    // how long a server is in BUILD
  Number delete_reads = 0, delete_seconds = 0;  // how long a deleted server is still found
  Number discover_seconds = 0;  // until a new host is mapped; -1: only by POST /_emulator/discover
  bool enable_new_services = true;  // Nova's option of that name, read where the data base is
  Number max_limit = 1000;          // longest page of a list
  Text compute_max = "2.100", placement_max = "1.39";
  bool project_in_compute_url = false;     // catalog: /compute/v2.1/{project_id}
  std::vector<Text> absent_services = {};  // types left out of the catalog
  std::map<Text, Text> spawn_fails =
      {};                              // host -> fault message; "" is Nova's own when hosts run out
  std::vector<Text> spawn_hangs = {};  // hosts where a server stays in BUILD
  // Seconds a move takes, parts of a second too; 0: done at the next request.
  double live_seconds = 0, cold_seconds = 0, evacuate_seconds = 0;
  Number max_concurrent_live_migrations = 1;     // per source host
  std::map<Text, MovePlan> move_plans = {};      // server id, "" for all others
  Number shelved_offload_time = 0;               // 0: a shelved server leaves at once; -1: never
  Number reclaim_instance_interval = 0;          // seconds a deleted server is SOFT_DELETED
  std::vector<Text> down_cells = {};             // hosts whose cell does not answer
  std::vector<Text> provider_deletes_fail = {};  // hosts whose provider outlives their service
  Number placement_conflicts = 0;                // next writes that end with concurrent_update
  bool resize_to_same_host = false;              // Nova's allow_resize_to_same_host
  Text console = "Booting\nlogin: ";             // what every console shows
  bool has_agents_api = true;                    // Neutron has the extension agent
  Text cinder_type = "volumev3";                 // Cinder's type in the catalog; empty: no Cinder
  std::vector<Text> volume_types = {"__DEFAULT__"};  // the first is the default
  double volume_seconds = 0;  // how long each step of a volume takes; 0: until the next request
  Number volume_quota = -1, gigabytes_quota = -1;  // of a project; -1: none
  // What will fail, and how often (0: always): create, attach, detach or delete.
  std::map<Text, Number> volume_fails = {};
  bool ironic = false;  // an Ironic is there, and in the catalog
  Text ironic_max = "1.96";
  Text ironic_service_project = {};  // project where the role service is elevated; empty: none
  Number ironic_report_seconds = 0;  // between two looks of the nova-computes at their nodes
  Number ironic_clean_seconds = 0;   // how long a node is cleaned after its server
  bool designate = false;            // a Designate is there, and in the catalog
  Number dns_seconds = 0;            // how long a change of a record is pending
};

struct State {
  Text region = "RegionOne";
  std::vector<User> users = {};
  std::vector<Flavor> flavors = {};
  std::vector<Image> images = {};
  std::vector<Network> networks = {};
  std::vector<Port> ports = {};
  std::vector<Router> routers = {};
  std::vector<Agent> agents = {};
  std::vector<Service> services = {};
  std::vector<Hypervisor> hypervisors = {};
  std::vector<Provider> providers = {};
  std::vector<Allocation> allocations = {};
  std::vector<Keypair> keypairs = {};
  std::vector<SecurityGroup> security_groups = {};
  std::vector<Server> servers = {};
  std::vector<Volume> volumes = {};
  std::vector<Migration> migrations = {};
  std::vector<Action> actions = {};
  std::vector<ServerGroup> server_groups = {};
  std::vector<Aggregate> aggregates = {};
  std::vector<Zone> zones = {};
  std::vector<Record> records = {};
  std::vector<IronicNode> ironic_nodes = {};
  std::vector<IronicAllocation> ironic_allocations = {};
  std::map<Text, Text> former_nodes = {};  // host -> compute node id of a deleted service
  // host -> servers whose guests are still on it: evacuated ones, until its nova-compute restarts
  std::map<Text, std::vector<Text>> left_guests = {};
  Settings settings = {};
};

/// One admin user of the system and a project, flavor m1.tiny, image cirros, network net, and the
/// control plane's own services; no compute host.
[[nodiscard]] State default_state();

/// What is wrong with a world or a control request, for the person who wrote it.
struct StateError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// Missing keys keep their defaults. Throws StateError for unknown keys, wrong types and impossible
/// worlds.
[[nodiscard]] State read_state(const nlohmann::json& document);
[[nodiscard]] nlohmann::json write_state(const State& state);

/// Throws StateError naming the first contradiction (a server on an unknown host, two services of
/// one host and binary, ...).
void check_possible(const State& state);

}  // namespace ncc::fake_cloud
