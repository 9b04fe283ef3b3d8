#pragma once
// The emulated machine's one state: a JSON file at run/emulator/world.json below the machine's
// root, and the values that pass between the face of a program (tool_main.cpp, driver.cpp) and the
// programs themselves. Read next: programs.hpp.
//
// Keys of the world (an operator of the emulator may merge-patch any of them; driver.cpp `world`):
//   machine, fqdn     "0", "node-0.emulated.test"
//   kvm               true: /dev/kvm is there
//   power             "off": nothing runs (power.hpp)
//   vm, container     what systemd-detect-virt says: "kvm", "none"
//   interfaces        name -> {mac, address "10.77.0.10/16"}
//   bindings          Juju binding -> interface; others are on eth0
//   cloud_control     URL of the cloud emulator, "" = no cloud (reports.hpp)
//   apt               {updated, versions: package -> version instead of the catalogue's, missing:
//                     [package]}
//   packages          name -> {version, status: installed | config-files}
//   units             "x.service" -> {file, masked, active, starts, config ...} (units.hpp)
//   ovs               table -> uuid -> column -> value (ovs_database.hpp)
//   domains           [{uuid, name, state}] of libvirt, beside the cloud's servers (domains.hpp)
//   southbound        table -> [row]: rows of the southbound database beside the cloud's
//                     (ovn_sbctl.cpp)
//   faults            (faults.hpp)
//   reported          what the cloud was told last (reports.hpp)
//   computes          each nova-compute that runs, as was noted last (compute_record.hpp)

#include <functional>
#include <map>
#include <stdexcept>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

namespace emulated {

using Json = nlohmann::json;
using Words = std::vector<std::string>;

class Lock;

struct World {
  Json data = Json::object();
  std::string root = {};       // in front of every path of the machine: empty inside it
  const Lock* lock = nullptr;  // held by the call; lets it wait for others (wait_for)
};

/// One call of a program. `program` is the bare name, `arguments` are those after it.
struct Call {
  std::string program = {};
  Words arguments = {};
};

struct Outcome {
  int exit = 0;
  std::string output = {};
  std::string error = {};
  int signal = 0;  // not 0: the program is killed by it after writing
};

/// A program refuses: its text for stderr (without the last newline) and its exit status.
class Refused : public std::runtime_error {
 public:
  Refused(int exit, const std::string& text) : std::runtime_error(text), exit_(exit) {}

  [[nodiscard]] int exit() const noexcept { return exit_; }

 private:
  int exit_;
};

/// Holds the machine's lock while it lives; calls of one machine are played one after the other.
class Lock {
 public:
  explicit Lock(const std::string& root);
  Lock(const Lock&) = delete;
  Lock& operator=(const Lock&) = delete;
  ~Lock();

  void release() const;
  void acquire() const;

 private:
  int descriptor_;
};

/// Throws std::runtime_error when there is no readable world below `root`.
[[nodiscard]] World load_world(const std::string& root);
void save_world(const World& world);
/// Saves the world, lets other calls go on, and comes back with what they made of it when `over`
/// says so.
void wait_for(World& world, const std::function<bool(const World&)>& over);
/// Milliseconds since the epoch.
[[nodiscard]] std::int64_t now_ms();
/// The world of a fresh Ubuntu 24.04 machine.
[[nodiscard]] Json fresh_world(int number);

/// Adds one line of JSON to run/emulator/journal. Every call and every report to the cloud is
/// there.
void journal(const World& world, const Json& entry);

/// Content of a file of the machine; empty when there is none.
[[nodiscard]] std::string read_text(const World& world, const std::string& path);
/// Writes a file of the machine, making its folders.
void write_text(const World& world, const std::string& path, const std::string& content);

[[nodiscard]] Words split(const std::string& text, char separator);
[[nodiscard]] std::string join(const Words& words, const std::string& separator);
[[nodiscard]] bool starts_with(const std::string& text, const std::string& prefix);

}  // namespace emulated
