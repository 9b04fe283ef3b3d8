#pragma once
// A whole small deployment as a value: the emulated cloud, what Juju keeps, and the machines of the
// units with their journals. A copy is a branch of history. Whatever happens to it is done through
// world.hpp. Read next: world.hpp.

#include <chrono>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "cloud/cloud.hpp"
#include "platform.hpp"
#include "support/memory_journal.hpp"

namespace ncc::scenario {

using Bag = std::map<std::string, std::string>;
using Json = nlohmann::json;

struct StoredFile {
  std::string content = {};
  FileFacts facts = {};
};

/// As systemd has it. A unit exists with its package, or with its file in /etc/systemd/system.
struct Daemon {
  bool active = true;
  bool enabled = true;
  bool masked = false;
  friend bool operator==(const Daemon&, const Daemon&) = default;
};

/// One machine with every package installed.
struct Machine {
  std::string fqdn = {};
  std::string address = {};
  std::map<std::string, StoredFile> files = {};
  std::map<std::string, FileFacts> directories = {};
  std::map<std::string, Daemon> daemons = {};
  Json ovs = Json::object();        // table -> uuid -> column -> value
  std::string ovs_listing = {};     // of these tables, until they change
  Json told = Json::object();       // what the cloud was told last, by reporter
  std::chrono::milliseconds due{};  // when systemd starts the drain service (again)
};

struct Event {
  std::string hook = {};  // compute-peer-relation-changed, update-status
  std::string remote_unit = {};
  std::string departing_unit = {};
  friend bool operator==(const Event&, const Event&) = default;
};

/// A unit as Juju keeps it.
struct Unit {
  Machine machine = {};
  testing::MemoryJournal journal = {};
  Bag state = {};
  std::map<std::string, Bag> bags = {};  // relation id -> its databag
  std::string status = {};               // "active Unit is ready"
  std::deque<Event> events = {};         // to come, in order
  bool leaving = false;                  // departed from its peers
  bool off = false;                      // its machine is: no hook runs
};

struct Stage {
  fake_cloud::Cloud cloud = {};
  std::chrono::milliseconds passed{0};
  std::uint64_t uuids = 0;  // read from /proc/sys/kernel/random/uuid
  std::map<std::string, Unit> units = {};
  std::string leader = {};
  Bag orders = {};  // our application's databag of compute-peer
  std::string application_status = {};
  Bag config = {};
};

/// What an action left behind for its user.
struct ActionResult {
  Bag results = {};
  std::string failure = {};
  friend bool operator==(const ActionResult&, const ActionResult&) = default;
};

}  // namespace ncc::scenario
