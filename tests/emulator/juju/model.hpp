#pragma once
// The model as plain values: applications, units, relations, secrets, storage, tasks, and what each
// unit agent remembers. Nothing here decides anything: resolver.hpp says what comes next,
// context.hpp what a hook sees and writes, world.hpp how an operator changes the model. store.hpp
// loads and saves these values as one JSON file.
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

namespace local_juju {

using Json = nlohmann::json;
using Bag = std::map<std::string, std::string>;

struct Endpoint {
  std::string interface = {};
  std::string role = {};  // provides | requires | peers
  std::string scope = "global";
  int limit = 0;  // 0: none
  bool optional = false;
};

struct Option {
  std::string type = "string";  // string | int | float | boolean | secret
  Json value = {};              // the default; null: unset
};

struct StorageSpec {
  std::string type = {};  // filesystem | block
  std::string location = {};
  int minimum = 1;
  bool multiple = false;  // more than one instance is possible
};

/// One revision of a charm, as its archive says it.
struct Charm {
  std::string name = {};
  int revision = 0;
  std::string archive = {};  // the copy kept in the model's folder
  bool subordinate = false;
  std::map<std::string, Endpoint> endpoints = {};
  std::set<std::string> extra_bindings = {};
  std::map<std::string, StorageSpec> storage = {};
  std::map<std::string, std::string> resources = {};  // name -> file name
  std::map<std::string, Option> options = {};
  Json actions = Json::object();  // name -> {description, params, required, ...} as in actions.yaml
  std::vector<std::string> bases = {};  // ubuntu@24.04
};

struct Status {
  std::string value = {};
  std::string message = {};
  std::string since = {};
};

struct Resource {
  std::string path = {};  // empty: never uploaded
  int revision = 0;
};

struct Application {
  std::string name = {};
  Charm charm = {};
  std::string spec =
      {};  // counterpart file of an application whose units are played; empty: real units
  std::string base = {};
  std::map<std::string, Json> config = {};  // only what an operator set
  int next_unit = 0;
  std::string leader = {};
  std::string version = {};
  Status status = {};  // set by a leader with status-set --application; value empty: never
  Bag leader_settings = {};
  int leader_settings_version = 0;
  std::map<std::string, Resource> resources = {};
  std::string machine_command = {};
  bool dying = false;
  bool exposed = false;
  bool trusted = false;
};

/// What the agent runs: a hook, an action or the commands of juju exec. `kind` is the hook's kind
/// without the endpoint or storage name in front ("relation-changed"), "action", or "juju-exec".
struct Event {
  std::string kind = {};
  int relation = -1;
  std::string remote_app = {};
  std::string remote_unit = {};
  std::string departing = {};
  std::string storage = {};
  std::string secret = {};
  int revision = 0;
  int task = 0;
};

/// One relation as one unit agent remembers it.
struct LocalRelation {
  bool created = false;
  std::map<std::string, int> members = {};  // joined units -> bag version last delivered
  std::string changed_pending = {};         // joined ran, its changed did not
  int app_version = 0;
  bool broken = false;
  std::map<std::string, Bag> cache = {};  // remote bags as last read
};

enum class Step { idle, queued, pending };  // Juju's Continue, RunHook/Queued, RunHook/Pending

struct Unit {
  std::string name = {};
  std::string app = {};
  std::string machine = {};
  bool played = false;  // no agent: only its bags exist
  bool dying = false;
  bool dead = false;
  bool installed = false;
  bool started = false;
  bool stopped = false;
  bool removed = false;
  bool seen_started = false;  // `start` ran in this life of the machine
  bool rebooted = false;      // the machine came up again
  bool leader_hook_ran = false;
  int leader_settings_seen = 0;
  int charm_revision = 0;  // of the files on disk
  int resources_seen = 0;
  std::string config_seen = {};  // fingerprint
  bool update_status_due = false;
  Step step = Step::idle;
  Event event = {};  // queued or pending
  bool error = false;
  bool retry = false;  // resolved, or the retry timer fired
  bool skip = false;   // resolved --no-retry
  Status workload = {};
  Status agent = {};
  Bag state = {};
  std::map<std::string, std::set<std::string>> ports = {};  // endpoint ("": all) -> ranges
  std::map<int, LocalRelation> relations = {};
  std::vector<std::string> created_files = {};  // manifest of the charm revision on disk
};

struct Machine {
  std::string name = {};
  std::string root = {};                     // as the host sees it
  std::vector<std::string> enter = {};       // argv prefix; empty: the host itself
  std::string tools_host = {};               // a folder of the host ...
  std::string tools_inside = {};             // ... and where the machine sees it
  std::map<std::string, Json> network = {};  // binding -> {interface, mac, address, cidr}
  int network_version = 0;
  std::string command = {};  // driver; empty: none
  bool down = false;         // powered off: no agent of it runs
};

struct Member {
  Bag bag = {};
  int version = 1;
  bool in_scope = false;
  std::string pair = {};  // container scope: the principal (or subordinate) on the same machine
  std::map<std::string, std::optional<std::string>> said =
      {};  // played: `world databag`; nullopt deletes
};

struct AppBag {
  Bag bag = {};
  int version = 0;  // 0: never written
  std::map<std::string, std::optional<std::string>> said = {};
};

struct Side {
  std::string app = {};
  std::string endpoint = {};
};

struct Relation {
  int id = 0;
  std::vector<Side> sides = {};  // one: peers
  std::string interface = {};
  bool container = false;
  bool dying = false;
  bool suspended = false;
  std::map<std::string, Member> members = {};
  std::map<std::string, AppBag> apps = {};
  std::string asked = {};  // last input of the counterpart's answer program
  Json answered = Json::object();
};

struct SecretUse {
  std::string label = {};
  int tracked = 0;
  int told = 0;  // latest revision that secret-changed announced
};

struct Grant {
  int relation = -1;
  std::string target = {};  // unit or application
  std::string role = "view";
};

struct Secret {
  std::string id = {};
  std::string owner = {};  // application or unit name; empty: the model's user
  std::string label = {};
  std::string description = {};
  std::string rotate = {};
  std::string expire = {};
  int latest = 0;
  std::map<int, Bag> revisions = {};  // values are base64
  std::map<std::string, SecretUse> uses = {};
  std::vector<Grant> grants = {};
  bool rotate_due = false;
  std::set<int> expired = {};
  std::set<int> unused_told = {};
};

struct Storage {
  std::string id = {};
  std::string unit = {};
  std::string kind = {};
  std::string location = {};
  bool attached = false;  // storage-attached ran
  bool dying = false;
};

struct Task {
  int id = 0;
  int operation = 0;
  std::string unit = {};
  std::string action = {};  // "juju-exec": `command` is run by bash
  std::string command = {};
  Json params = Json::object();
  std::string status = "pending";
  std::string message = {};
  Json results = Json::object();
  std::vector<std::string> log = {};
  std::string enqueued = {};
  std::string started = {};
  std::string completed = {};
};

struct Fault {
  std::string unit = {};
  std::string event = {};  // only in this hook; empty: any
  std::string tool = {};
  int nth = 1;
  int exit = 0;
  double slow = 0;
  int kill_at_tool = 0;
  std::string signal = "KILL";
  std::string flush = {};        // refused | leadership-lost | quota | port-conflict
  bool lose_leadership = false;  // at the nth tool call
  bool always = false;
};

struct Model {
  std::string juju = "3.6";  // or 4.0
  std::string uuid = {};
  std::string name = "default";
  std::string agent_path = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:/snap/bin";
  std::string counterparts = {};
  int next_machine = 0;
  int next_relation = 0;
  int next_task = 1;
  int next_secret = 1;
  std::map<std::string, int> next_storage = {};
  std::optional<std::uint32_t> shuffle = {};  // seed for orders that Juju leaves undefined
  std::map<std::string, Application> applications = {};
  std::map<std::string, Unit> units = {};
  std::map<std::string, Machine> machines = {};
  std::map<int, Relation> relations = {};
  std::map<std::string, Secret> secrets = {};
  std::map<std::string, Storage> storage = {};
  std::map<int, Task> tasks = {};
  std::vector<Fault> faults = {};

  [[nodiscard]] bool is_40() const { return juju == "4.0"; }
};

/// A world that Juju would refuse, or a wrong command: the message goes to the operator after
/// "ERROR ".
struct Refused : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// The machine of the unit is powered off.
[[nodiscard]] bool is_down(const Model& model, const Unit& unit);
/// "ubuntu-ish/3" -> "ubuntu-ish".
[[nodiscard]] std::string application_of(const std::string& unit);
/// RFC 3339 in UTC, as Juju prints it in JSON.
[[nodiscard]] std::string timestamp();

/// The endpoint name that `app` has in this relation. Throws std::out_of_range for a stranger.
[[nodiscard]] const std::string& endpoint_of(const Relation& relation, const std::string& app);
/// The application on the other side; for peers the own one.
[[nodiscard]] const std::string& remote_app_of(const Relation& relation, const std::string& app);

[[nodiscard]] inline bool is_peer(const Relation& relation) {
  return relation.sides.size() == 1;
}

[[nodiscard]] bool takes_part(const Relation& relation, const std::string& app);
/// Units whose bags `unit` may see: the other side's, in scope; for peers all others of the
/// application.
[[nodiscard]] std::vector<std::string> visible_members(const Relation& relation, const Unit& unit);
/// "db:7" as `app` sees it.
[[nodiscard]] std::string relation_tag(const Relation& relation, const std::string& app);
/// install, db-relation-changed, data-storage-attached, backup; "juju-exec" has none ("").
[[nodiscard]] std::string hook_name(const Model& model, const Unit& unit, const Event& event);
/// Options with a value: set ones over defaults.
[[nodiscard]] Json effective_config(const Application& application);

}  // namespace local_juju
