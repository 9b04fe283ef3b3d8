#pragma once
// Band 7: the reactive charm. observe() reads the world into a Model, decide() turns it into a Plan
// by the handler table (handlers.cpp, "the map"), apply() carries it out, assess() says how the
// unit is. Rounds and exit codes are in run.cpp. Start with handlers.cpp.

#include <array>
#include <cstdint>
#include <initializer_list>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "journal.hpp"
#include "juju.hpp"
#include "model.hpp"
#include "node.hpp"
#include "openstack.hpp"
#include "platform.hpp"
#include "reshard.hpp"
#include "scalein.hpp"

namespace ncc::charm {

/// Facts derived from the Model at every hook; never stored. The order is that of flags.cpp.
enum class Flag : std::uint8_t {
  stopping,        // stop or remove runs
  config_valid,    // every option has a legal value
  databags_valid,  // no databag value has a wrong form
  two_owners,      // neutron-plugin has units while ovsdb is related: both would own Open vSwitch
  ironic,          // virt-type ironic: no guests, no libvirt, no OVN here
  ovn_built_in,    // not ironic, and no neutron-plugin relation
  network_ready,   // built-in: certificates and southbound ready; subordinate: it has answered;
                   // ironic: always
  packages_installed,  // everything plan_packages asks for is there
  account_ready,       // cloud-credentials or cloud-compute has a complete account
  southbound_ready,
  certificates_ready,
  migration_on,   // enable-live-migration or enable-resize, where there are guests
  keys_received,  // nova-cloud-controller sent the SSH keys of the features that are on
  nova_ready,  // amqp, image-service, cloud-compute, an account and our address: all that nova.conf
               // needs
  cloud_seen,  // Nova was asked about this host
  joined,      // the charm has enabled the service once
  tombstoned,  // ordered to leave: no gateways and no new servers
  was_tombstoned,   // a tombstone was set and may have to be taken back
  compute_retired,  // being ended: nova-compute stays stopped
  agents_retired,   // its record is gone: the OVN agents stay stopped
  drain_open,       // the drain service has work
  drain_over,       // it is there and has none, or the unit goes
  shards_known,     // ironic, and the peer relation is there: who runs which shard can be read
  paused,           // by the action pause
  node_open,        // the service of create-node has work
  node_over,        // it is there and has none, or the unit goes
  metrics_read,     // a node exporter is there that reads text files
};

inline constexpr std::size_t flag_count = static_cast<std::size_t>(Flag::metrics_read) + 1;

class FlagSet {
 public:
  constexpr FlagSet() = default;

  constexpr FlagSet(std::initializer_list<Flag> flags) {
    for (const Flag flag : flags) {
      insert(flag);
    }
  }

  constexpr void insert(Flag flag) { bits_ |= bit(flag); }

  constexpr void insert_if(bool condition, Flag flag) {
    if (condition) {
      insert(flag);
    }
  }

  [[nodiscard]] constexpr bool has(Flag flag) const { return (bits_ & bit(flag)) != 0; }

  [[nodiscard]] constexpr bool has_all(FlagSet other) const {
    return (bits_ & other.bits_) == other.bits_;
  }

  [[nodiscard]] constexpr bool has_any(FlagSet other) const { return (bits_ & other.bits_) != 0; }

  friend constexpr bool operator==(const FlagSet&, const FlagSet&) = default;

 private:
  static constexpr std::uint32_t bit(Flag flag) { return 1U << static_cast<unsigned>(flag); }

  std::uint32_t bits_ = 0;
};

[[nodiscard]] std::string_view name_of(Flag flag);
[[nodiscard]] FlagSet derive_flags(const Model& model);

/// One row of the map: when all of `when` hold and none of `unless`, `plan` contributes to the
/// Plan.
struct Handler {
  std::string_view name;
  FlagSet when;
  FlagSet unless;
  Plan (*plan)(const Model&);
};

[[nodiscard]] const std::vector<Handler>& handlers();
/// The merged plan of every handler whose flags match. Pure.
[[nodiscard]] Plan decide(const Model& model);

struct UnitStatus {
  juju::Status status = juju::Status::maintenance;
  std::string message = {};
  friend bool operator==(const UnitStatus&, const UnitStatus&) = default;
};

/// How the unit is, most urgent first. The only place where a status is chosen. Pure.
[[nodiscard]] UnitStatus assess(const Model& model);
/// active, Unit is ready: what assess() says of a unit that lacks nothing.
[[nodiscard]] UnitStatus ready_status();
/// What to show while `plan` is carried out, if that takes long (packages). Pure.
[[nodiscard]] std::optional<UnitStatus> progress(const Plan& plan, const Model& model);

/// Reads everything a hook or action sees, without the cloud. Errors of hook commands are
/// ProcessErrors.
[[nodiscard]] Model observe(const juju::Context& context,
                            const Platform& platform,
                            Journal& journal);
/// Reads the machine again, after apply() changed it; what Juju says is fixed during a hook and
/// stays.
void observe_machine(Model& model, const Platform& platform);
/// Chassis of other names with our tunnel address: "chassis old-3 has the tunnel address 10.0.0.4";
/// empty when there is none, OVN is not ours, or the southbound database does not answer.
[[nodiscard]] std::string observe_foreign_chassis(const Model& model, const Platform& platform);
/// How Nova and Neutron see model.host; an API error is put into CloudView::error.
[[nodiscard]] CloudView observe_cloud(const Model& model, openstack::Session& session);
/// The log-in of `account_of(model)`. Throws ConfigError when no endpoint has sent one yet.
[[nodiscard]] openstack::Credentials credentials_of(const Model& model);

/// The Record as state-set keeps it, and back. Unknown keys are left alone, so that a rollback
/// finds them.
[[nodiscard]] Record read_record(const std::map<std::string, std::string>& state);
[[nodiscard]] std::map<std::string, std::string> record_values(const Record& record);
/// Id of the relation of `endpoint` on which the Record says that we have published; empty unless
/// there is exactly one.
[[nodiscard]] std::string only_published_id(const Record& record, const std::string& endpoint);

/// There while systemd runs (sd_booted); not in a root file system that an image is built in.
inline constexpr const char* systemd_runs = "/run/systemd/system";

/// What apply did, one line each, in order; the services that must be restarted for it, once, at
/// the hook's end; and those it has just started, which need no restart.
struct Report {
  std::vector<std::string> lines = {};
  std::set<std::string> restarts = {};
  std::set<std::string> started = {};

  [[nodiscard]] bool changed() const { return !lines.empty(); }
};

/// Carries out the plan in the fixed order packages, directories, keys, files, Open vSwitch,
/// services, relation data, record, Nova. Each step compares first, so that a second run reports
/// nothing. The only place where a hook changes anything.
[[nodiscard]] Report apply(const Plan& plan, const Model& model, const Platform& platform);
void restart_services(const std::set<std::string>& names, const Platform& platform);

/// A unit that ended a hook ready leaves a note with the services it needs in /run, gone after a
/// reboot and before every full run.
void remember_settled(const std::string& unit, const Model& model, const Platform& platform);
void forget_settled(const std::string& unit, const Platform& platform);
/// The note is there and all of its services run.
[[nodiscard]] bool is_settled(const std::string& unit, const Platform& platform);

/// What a hook or action works with; the model is renewed as the world changes.
struct Scene {
  const juju::Context& context;
  const Platform& platform;
  Journal& journal;
  juju::Tools& tools;
  Model model = {};
  bool status_is_old = false;  // an action has changed what juju status should say
};

/// Rounds of observe, decide and apply until nothing changes; then services restart, once.
void settle(Scene& scene);
/// A new host is disabled as soon as Nova knows it, and enabled when all it needs is there.
void join_cloud(Scene& scene);

// Shards of Ironic nodes (shards.cpp): the unit's part and the leader's.

/// What Juju says of shards when the hook begins; nullopt unless virt-type is ironic.
[[nodiscard]] std::optional<ShardView> observe_shards(const Model& model,
                                                      const Databag& application,
                                                      const Platform& platform);
/// Asks Nova about shards whose last owner is gone, where that is needed to start them.
void ask_about_shards(Scene& scene);
/// The leader gives the shards to the units that are there.
void share_out_shards(Scene& scene);
/// Enables the shards' services in Nova, has another hook come when one is needed soon, and says on
/// the leader which units seem dead.
void follow_shards(Scene& scene);
/// bin/wake: hooks of the unit until none is needed soon. Returns its exit code.
int wake_main(const std::string& unit, const Platform& platform, Journal& journal);
/// The service that runs bin/wake. Pure.
[[nodiscard]] Plan plan_wake(const Model& model);

// Leaving (leave.cpp): the order of this unit and what has become of it. Facts are in the journal,
// scopes "order" and "end".

/// The newer of the leader's order and our own; and how far it has come.
[[nodiscard]] Leaving read_leaving(const Orders& orders, Journal& journal, const UnitName& unit);
/// From now on the unit follows `order`: kept before anything is done about it.
void accept_order(Scene& scene, const Order& order);

/// How an order stands after what could be done about it now.
struct Followed {
  scalein::State state = scalein::State::done;
  std::string reason = {};
};

/// Does what the order asks of this unit beyond what settle() does: the cloud's part of ending and
/// of coming back. Needs a settled model. API errors are in the reason.
Followed follow_order(Scene& scene);
/// Servers and moves of this host, for the status of a tombstoned unit.
[[nodiscard]] DrainView observe_drain(const Model& model, openstack::Session& session);
/// Id of the peer relation; empty when there is none.
[[nodiscard]] std::string peer_relation(const Model& model);
/// Our application's databag on the peer relation; empty when there is none.
[[nodiscard]] Databag observe_application(const Model& model, juju::Tools& tools);

// Draining (drain_run.cpp): a run goes on in a service of its own, whatever becomes of the action
// that began it. It is described in the journal, scope "run", and tells its progress there.

struct RunRequest {
  std::string id = {};
  bool is_scale_in = false;
  std::vector<drain::Source> sources = {};
  drain::Options options = {};
};

struct RunView {
  RunRequest request = {};
  bool open = false;
  std::string line = {};
  drain::Result result = {};
};

/// What the journal knows of the last run; nullopt: there was none.
[[nodiscard]] std::optional<RunView> read_run(Journal& journal);
[[nodiscard]] DrainRun run_of(Journal& journal);
/// Keeps the run and starts its service. Throws ConfigError while another run is open.
void start_run(Scene& scene, const RunRequest& request);
void ask_to_stop(Scene& scene);
/// Shows progress as it comes; true when the run has ended, false after `wait`.
bool watch_run(Scene& scene, std::optional<std::chrono::seconds> wait);
/// Orders what follows from a scale-in's drain: empty units end, the others recover. Needs the
/// leader if other units are in it. Returns what became of each order.
std::vector<scalein::UnitResult> finish_run(Scene& scene);
/// Option drain-on-remove: tombstones, empties and ends this unit within drain-timeout. Throws
/// ConfigError with what is in the way, so that Juju keeps the unit and tries again.
void drain_before_leaving(Scene& scene);
/// The service itself. Returns its exit code.
int drain_main(const std::string& unit, const Platform& platform, Journal& journal);
/// Has Juju run update-status now, from outside a hook. Where there is no juju-exec, or it fails,
/// update-status comes by itself.
void ask_for_a_hook(const std::string& unit, const std::string& charm_dir, ProcessRunner& runner);
/// The service, its unit file and its log-in. Pure.
[[nodiscard]] Plan plan_drain(const Model& model);
[[nodiscard]] Plan plan_drain_over(const Model& model);

// Nodes (node_run.cpp): a run of create-node, kept and carried likewise; scope node::scope.

/// What the journal knows of the last run.
[[nodiscard]] NodeRun node_run_of(Journal& journal);
/// The openstack-nova handler: begins a run with the options and this profile, in the background.
/// Returns why not: a run is under way, the last one failed and nobody has resumed, or the options
/// lack something; empty when it has begun. On the leader, and only when a node is wanted now.
[[nodiscard]] std::string request_node(Scene& scene, const std::string& profile);
/// The service itself. Returns its exit code.
int create_node_main(const std::string& unit, const Platform& platform, Journal& journal);
/// Pure.
[[nodiscard]] Plan plan_node(const Model& model);
[[nodiscard]] Plan plan_node_over(const Model& model);

/// An ended unit that is removed takes its journal with it. Pure.
[[nodiscard]] Plan plan_forget(const Model& model);
/// nova-compute stays stopped until resume; guests and their network are left alone.
[[nodiscard]] Plan plan_pause(const Model& model);

/// The leader looks how much more fits into the cloud, at update-status, and says whether more
/// nodes are wanted (capacity.cpp). Sets Model::capacity.
void watch_capacity(Scene& scene);
/// Of our application's databag on compute-peer: what leaders told about capacity.
[[nodiscard]] Databag capacity_keys(const Databag& application);

/// What the application's status should be, by the leader. Pure; `leaving` says how far each unit
/// is that is on its way out.
[[nodiscard]] UnitStatus assess_application(const UnitStatus& own,
                                            const std::vector<std::string>& leaving,
                                            const std::optional<CapacityView>& capacity);
/// The text file of metrics that node_exporter reads: what the unit and, on the leader, the cloud
/// are like (metrics.cpp). Pure.
[[nodiscard]] Plan plan_metrics(const Model& model);

/// While units leave, or capacity is low, the leader says so in the application's status;
/// afterwards its own status stands there, and is kept in step from then on, since Juju derives it
/// from the units no more. Forgets orders of units that are gone or back (application.cpp).
void tell_application(Scene& scene, const UnitStatus& own);

/// The journal of a unit on its machine.
[[nodiscard]] std::string journal_path(const std::string& unit);

struct Outcome {
  std::map<std::string, std::string> results = {};
  std::string failure = {};  // empty: the action succeeded
};

/// One action. It may throw: ConfigError and the errors of the clients become action-fail with
/// their message.
struct Action {
  std::string_view name;
  std::string_view help;  // the first line of its description in actions.yaml
  Outcome (*run)(Scene& scene, const juju::Values& parameters);
};

[[nodiscard]] const std::vector<Action>& actions();

// scale_in.cpp, parity.cpp, ironic_*.cpp, reservations.cpp: rows of the table above.
Outcome scale_in_start(Scene& scene, const juju::Values& parameters);
Outcome scale_in_end(Scene& scene, const juju::Values& parameters);
Outcome scale_in_recover(Scene& scene, const juju::Values& parameters);
Outcome scale_in_status(Scene& scene, const juju::Values& parameters);
Outcome migrate(Scene& scene, const juju::Values& parameters);
Outcome scale_in(Scene& scene, const juju::Values& parameters);
Outcome disable(Scene& scene, const juju::Values& parameters);
Outcome enable(Scene& scene, const juju::Values& parameters);
Outcome remove_from_cloud(Scene& scene, const juju::Values& parameters);
Outcome register_to_cloud(Scene& scene, const juju::Values& parameters);
Outcome handover(Scene& scene, const juju::Values& parameters);
Outcome reshard_nodes(Scene& scene, const juju::Values& parameters);
Outcome ironic_status(Scene& scene, const juju::Values& parameters);
Outcome reserve(Scene& scene, const juju::Values& parameters);
Outcome release(Scene& scene, const juju::Values& parameters);
Outcome show_capacity(Scene& scene, const juju::Values& parameters);
Outcome pause(Scene& scene, const juju::Values& parameters);
Outcome resume(Scene& scene, const juju::Values& parameters);
Outcome create_node(Scene& scene, const juju::Values& parameters);
Outcome delete_node(Scene& scene, const juju::Values& parameters);

/// Runs the hook or action that Juju asked for. Returns the exit code: 0, or 1 when "try again
/// soon" may help.
int run_hook(const juju::Context& context, const Platform& platform, Journal& journal);
int run_action(const juju::Context& context, const Platform& platform, Journal& journal);

/// charm-explain: events | relations | files | flags | plan. Returns the text, or throws
/// ConfigError for an unknown topic.
[[nodiscard]] std::string explain(const std::string& topic,
                                  const juju::Context& context,
                                  const Platform& platform,
                                  Journal& journal);

}  // namespace ncc::charm
