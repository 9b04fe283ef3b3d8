#pragma once
// Band 3: what Juju says and what we say to it. Context = the JUJU_* variables, Tools = the hook
// commands 1:1, with
// --format=json everywhere and free text after `--`. Knows nothing of OpenStack. Read next:
// relations.hpp.

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "platform.hpp"

namespace ncc::juju {

/// One hook or action, from the environment. Fields that Juju leaves out are empty.
struct Context {
  std::string charm_dir = {};          // /var/lib/juju/agents/unit-nova-compute-3/charm
  std::string unit = {};               // nova-compute/3
  std::string dispatch_path = {};      // hooks/amqp-relation-changed, actions/verify
  std::string hook = {};               // amqp-relation-changed; empty in an action
  std::string action = {};             // verify; empty in a hook
  std::string relation = {};           // amqp
  std::string relation_id = {};        // amqp:7
  std::string remote_unit = {};        // rabbitmq-server/0
  std::string departing_unit = {};     // rabbitmq-server/0
  std::string model_name = {};         // default
  std::string model_uuid = {};
  std::string availability_zone = {};  // az1 or empty
  std::string version = {};            // 3.6.28
};

/// From JUJU_* variables; when JUJU_DISPATCH_PATH is not set, from the program's own name (argv[0]
/// below hooks/ or actions/).
[[nodiscard]] Context read_context(const std::map<std::string, std::string>& environment,
                                   const std::string& argv0);

using Bag = std::map<std::string, std::string>;

/// One relation of an endpoint, as read: unit databags by remote unit name.
struct Relation {
  std::string id = {};  // amqp:7
  std::map<std::string, Bag> units = {};
  friend bool operator==(const Relation&, const Relation&) = default;
};

/// An endpoint with its relations, sorted by id; empty = not related.
struct Endpoint {
  std::string name = {};
  std::vector<Relation> relations = {};
  friend bool operator==(const Endpoint&, const Endpoint&) = default;
};

/// `network-get <binding>`: addresses in Juju's order, IPv6 without brackets.
struct Network {
  std::vector<std::string> bind_addresses = {};
  std::vector<std::string> ingress_addresses = {};
  friend bool operator==(const Network&, const Network&) = default;
};

enum class Status { maintenance, blocked, waiting, active };

/// A config option's value or an action parameter as text; booleans are "true"/"false", numbers in
/// decimal.
using Values = std::map<std::string, std::string>;

/// The hook commands. Each call is one process; a non-zero exit is a ProcessError naming the
/// command.
class Tools {
 public:
  explicit Tools(ProcessRunner& runner) : runner_(runner) {}

  [[nodiscard]] Values config();             // config-get; options without value are left out
  [[nodiscard]] Values action_parameters();  // action-get; nested maps are flattened with dots
  [[nodiscard]] std::map<std::string, std::string> state();  // state-get
  [[nodiscard]] bool is_leader();
  /// goal-state: units of our application that there are or will be -> their status ("active",
  /// "dying" ...); asked anew at every call.
  [[nodiscard]] std::map<std::string, std::string> goal_units();

  /// All databags of the remote units of `endpoints`, in three rounds of concurrent calls
  /// (relation-ids, relation-list, relation-get). `broken_id` is left out (a relation in its broken
  /// hook). Endpoints in `without_units` are listed with their relation ids only: their units are
  /// not asked for. `known` names the one relation of an endpoint (endpoint -> id), so that
  /// relation-ids is not asked for it; one that is gone by now counts as not related.
  [[nodiscard]] std::map<std::string, Endpoint> endpoints(
      const std::vector<std::string>& endpoints,
      const std::string& broken_id,
      const std::vector<std::string>& without_units,
      const std::map<std::string, std::string>& known = {});
  /// network-get of each binding, concurrently. A binding that Juju does not know is left out.
  [[nodiscard]] std::map<std::string, Network> networks(const std::vector<std::string>& bindings);

  void relation_set(const std::string& relation_id,
                    const Bag& values);  // by --file -; an empty value deletes
  /// The application databag of our own application on a peer relation; empty when the relation is
  /// gone.
  [[nodiscard]] Bag application_bag(const std::string& relation_id, const std::string& application);
  /// The databag of one unit, also of one that is departing in this very hook; empty when it or the
  /// relation is gone.
  [[nodiscard]] Bag unit_bag(const std::string& relation_id, const std::string& unit);
  void relation_set_application(const std::string& relation_id, const Bag& values);  // leader only
  void state_set(const std::map<std::string, std::string>& values);                  // by --file -
  void status_set(Status status, const std::string& message);
  void application_status_set(Status status, const std::string& message);  // leader only
  void application_version_set(const std::string& version);
  void log(const std::string& level, const std::string& line);        // DEBUG INFO WARNING ERROR
  void action_set(const std::map<std::string, std::string>& values);  // keys may be dotted
  void action_fail(const std::string& message);
  void action_log(const std::string& line);

 private:
  ProcessRunner& runner_;
};

[[nodiscard]] const char* to_string(Status status);

}  // namespace ncc::juju
