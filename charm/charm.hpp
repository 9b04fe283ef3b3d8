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

#include "juju.hpp"
#include "model.hpp"
#include "openstack.hpp"
#include "platform.hpp"

namespace ncc::charm {

/// Facts derived from the Model at every hook; never stored. The order is that of flags.cpp.
enum class Flag : std::uint8_t {
  stopping,        // stop or remove runs
  config_valid,    // every option has a legal value
  databags_valid,  // no databag value has a wrong form
  two_owners,      // neutron-plugin has units while ovsdb is related: both would own Open vSwitch
  ovn_built_in,    // no neutron-plugin relation
  network_ready,   // built-in: certificates and southbound ready; subordinate: it has answered
  packages_installed,  // everything plan_packages asks for is there
  account_ready,       // cloud-credentials or cloud-compute has a complete account
  southbound_ready,
  certificates_ready,
  migration_on,   // enable-live-migration or enable-resize
  keys_received,  // nova-cloud-controller sent the SSH keys of the features that are on
  nova_ready,  // amqp, image-service, cloud-compute, an account and our address: all that nova.conf
               // needs
  cloud_seen,  // Nova was asked about this host
  joined,      // the charm has enabled the service once
};

inline constexpr std::size_t flag_count = static_cast<std::size_t>(Flag::joined) + 1;

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
[[nodiscard]] Model observe(const juju::Context& context, const Platform& platform);
/// Reads the machine again, after apply() changed it; what Juju says is fixed during a hook and
/// stays.
void observe_machine(Model& model, const Platform& platform);
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

struct Outcome {
  std::map<std::string, std::string> results = {};
  std::string failure = {};  // empty: the action succeeded
};

/// One action. It may throw: ConfigError and the errors of the clients become action-fail with
/// their message.
struct Action {
  std::string_view name;
  std::string_view help;  // the first line of its description in actions.yaml
  Outcome (*run)(const Model&, const juju::Values& parameters, const Platform&, juju::Tools&);
};

[[nodiscard]] const std::vector<Action>& actions();

/// Runs the hook or action that Juju asked for. Returns the exit code: 0, or 1 when "try again
/// soon" may help.
int run_hook(const juju::Context& context, const Platform& platform);
int run_action(const juju::Context& context, const Platform& platform);

/// charm-explain: events | relations | files | flags | plan. Returns the text, or throws
/// ConfigError for an unknown topic.
[[nodiscard]] std::string explain(const std::string& topic,
                                  const juju::Context& context,
                                  const Platform& platform);

}  // namespace ncc::charm
