#pragma once
// What the agent keeps for one run of a hook, action or juju exec: the views that are fixed while
// it runs, and the writes that wait for exit 0 (uniter/runner/context/context.go). tools.hpp reads
// and fills it, flush.hpp commits it.
#include "journal.hpp"
#include "model.hpp"

namespace local_juju {

using PortRanges = std::map<std::string, std::set<std::string>>;  // endpoint ("": all) -> "80/tcp"

struct Context {
  Model& model;
  Unit& unit;
  const Journal& journal;
  Event event = {};
  std::string id = {};    // JUJU_CONTEXT_ID
  std::string hook = {};  // hook or action name, "" for juju exec

  // Fixed from their first reading.
  std::optional<Json> config = {};
  std::optional<Status> status = {};
  std::map<int, std::map<std::string, Bag>> remote_apps = {};
  bool not_leader = false;  // once false stays false

  // Waiting for the flush.
  std::map<int, Bag> unit_bags = {};  // read or written
  std::map<int, Bag> app_bags = {};
  std::set<int> app_bags_written = {};
  std::map<int, std::set<std::string>> keys_written = {};
  std::optional<Bag> state = {};
  PortRanges open = {};
  PortRanges close = {};
  std::vector<std::string> storage_add = {};
  std::map<std::string, std::optional<Secret>> secrets = {};  // touched ones; nullopt: removed
  bool app_secrets_touched = false;

  // Kept to the end of an action, sent even if it fails.
  Json results = Json::object();
  bool action_failed = false;
  std::string action_message = {};

  bool reboot = false;
  bool reboot_now = false;

  [[nodiscard]] bool in_action() const { return event.kind == "action"; }

  [[nodiscard]] Application& application() const { return model.applications.at(unit.app); }
};

/// Asks again while true; false stays false until the run ends.
[[nodiscard]] bool is_leader(Context& context);
/// The own unit bag with pending writes; reading it makes it part of the flush.
[[nodiscard]] Bag& own_bag(Context& context, int relation);
[[nodiscard]] Bag& own_app_bag(Context& context, int relation);
/// The charm state with pending writes.
[[nodiscard]] Bag& charm_state(Context& context);
/// The unit's open ranges merged with pending changes.
[[nodiscard]] PortRanges opened_ports(const Context& context);
/// The secret as this run sees it; nullptr: none of that id (or removed).
[[nodiscard]] const Secret* find_secret(const Context& context, const std::string& id);
/// A copy of the secret that the flush will store.
[[nodiscard]] Secret& changed_secret(Context& context, const std::string& id);

}  // namespace local_juju
