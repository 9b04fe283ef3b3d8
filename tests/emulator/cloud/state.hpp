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
};

struct Flavor {
  Text id = {}, name = {};
  Number vcpus = 1, ram = 512, disk = 1;  // ram in MiB, disk in GiB
  bool is_public = true;
  bool deleted = false;  // kept for the servers made of it
};

struct Image {
  Text id = {}, name = {}, status = "active";
  Number created_at = 0;
};

struct Network {
  Text id = {}, name = {};
  std::vector<Text> subnets = {};
};

struct Port {
  Text id = {}, name = {}, network_id = {}, device_id = {}, device_owner = {}, host = {},
       status = "DOWN";
};

/// One OVN agent as Neutron lists it. `kind` is controller, gateway or metadata.
struct Agent {
  Text id = {}, host = {}, kind = "controller";
  bool alive = true;
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

/// A server. BUILD becomes ACTIVE or ERROR, and a deleted one goes away, once `reads_left` reads
/// have seen it and `ready_at` has passed; `outcome` is the fault it will end with, empty for
/// success.
struct Server {
  Text id = {}, name = {}, status = "ACTIVE", flavor = {}, image = {}, project = "services",
       user = "nova_compute";
  MaybeText host = {}, node = {}, task_state = {}, fault = {};
  Number created_at = 0, updated_at = 0;
  bool locked = false, soft_deleted = false;
  Number reads_left = 0, ready_at = 0;
  MaybeText outcome = {};
};

struct Migration {
  Number id = 0;
  Text uuid = {}, instance_uuid = {}, source_compute = {}, source_node = {}, dest_compute = {},
       dest_node = {};
  Text status = "accepted", migration_type = "live-migration";
  Number created_at = 0;
};

struct Aggregate {
  Number id = 0;
  Text uuid = {}, name = {};
  MaybeText availability_zone = {};
  std::vector<Text> hosts = {};
  std::map<Text, Text> metadata = {};
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
};

struct State {
  Text region = "RegionOne";
  std::vector<User> users = {};
  std::vector<Flavor> flavors = {};
  std::vector<Image> images = {};
  std::vector<Network> networks = {};
  std::vector<Port> ports = {};
  std::vector<Agent> agents = {};
  std::vector<Service> services = {};
  std::vector<Hypervisor> hypervisors = {};
  std::vector<Provider> providers = {};
  std::vector<Allocation> allocations = {};
  std::vector<Server> servers = {};
  std::vector<Migration> migrations = {};
  std::vector<Aggregate> aggregates = {};
  std::map<Text, Text> former_nodes = {};  // host -> compute node id of a deleted service
  Settings settings = {};
};

/// One admin user, flavor m1.tiny, image cirros, network net, and the control plane's own services;
/// no compute host.
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
