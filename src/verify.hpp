#pragma once
// Band 6: proves that this compute node works: what the cloud says about it, then the whole life of
// a VM on it: keypair, flavor, image, security group, boot, console, screen, volume, resize and its
// way back, deletion. check_host(), next_move() and removals() are pure; run() observes, asks them
// and performs, until nothing of this unit's proofs is left in the cloud. Read next:
// verify/moves.cpp, verify/run.cpp.

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "openstack.hpp"
#include "platform.hpp"
#include "words/names.hpp"

namespace ncc::verify {

/// The action's parameters. Empty image or flavor: the smallest active image, the smallest flavor;
/// empty network: no network; no checks: all of them.
struct Request {
  std::string image = {};
  std::string flavor = {};
  std::string network = {};
  std::string volume_type = {};  // empty: Cinder's default
  long long volume_size_gib = 1;
  std::set<std::string> checks = {};  // with all they need
  std::chrono::seconds timeout{300};  // for all steps together
};

/// From action-get; throws ConfigError naming the parameter.
[[nodiscard]] Request read_request(const std::map<std::string, std::string>& parameters);

/// All steps in their order.
[[nodiscard]] const std::vector<std::string>& step_names();

/// Whether a step looks at what the cloud says about the host; the others are of the VM.
[[nodiscard]] bool is_of_host(const std::string& step);

/// The node to be proved.
struct Node {
  UnitName unit;
  HostName host;
  bool shows_vnc = true;           // the cloud's console protocol is VNC
  bool ovn_built_in = true;        // else OVN is a subordinate's
  bool resize_enabled = true;      // option enable-resize
  bool resizes_to_itself = false;  // allow_resize_to_same_host
};

/// What Nova, Placement and Neutron say about one host.
struct HostView {
  std::optional<openstack::Service> service = {};
  std::optional<openstack::Hypervisor> hypervisor = {};
  std::optional<openstack::Inventory> inventory = {};
  std::vector<openstack::Agent> agents = {};
  std::vector<std::string> others = {};            // other hosts that are up and enabled
  std::map<std::string, std::string> errors = {};  // service, hypervisor, inventory, agents: why
                                                   // nothing is known
  std::string no_agents = {};  // why Neutron cannot tell about agents; empty: it can
};

enum class Result { passed, failed, skipped };

struct Step {
  std::string name = {};  // one of step_names()
  Result result = Result::failed;
  std::string detail = {};
  std::chrono::milliseconds took{0};
  friend bool operator==(const Step&, const Step&) = default;
};

/// Service up and enabled, hypervisor there, inventory of VCPU, MEMORY_MB and DISK_GB, agents alive
/// (OVN built in: both the controller and the metadata agent of this host; otherwise any agent of
/// the host). All are told, failed or not.
[[nodiscard]] std::vector<Step> check_host(const HostView& view, const Node& node);

/// What is known of one step that takes its time: boot, console, volume, resize-revert, resize.
struct Course {
  std::string step = {};
  int asked = 0;             // changes of it that were asked for so far
  std::string refusal = {};  // why the last of them was refused; empty: it was not, or may be not
  std::string host = {};     // where the server was when the step began
  std::optional<openstack::Server> server = {};  // nullopt: not there
  std::optional<openstack::Volume> volume = {};
  std::string console = {};  // what it has shown so far
  std::string failure = {};  // why Nova could not do what it had accepted, in its words
  std::chrono::seconds took{0};
  bool out_of_time = false;
};

enum class Go { ask, wait, settle };

/// Ask for the next change of the step, wait, or settle it.
struct Move {
  Go go = Go::wait;
  Result result = Result::failed;
  std::string detail = {};
  friend bool operator==(const Move&, const Move&) = default;
};

/// How many changes a step asks for: boot 1; volume 4 (create, attach, detach, delete); a resize 2
/// (resize, then confirm or revert); console none.
[[nodiscard]] Move next_move(const Course& course);

/// Why a step is not done after those that are settled; nullopt: it is. A step that needs another
/// one which did not pass is skipped.
[[nodiscard]] std::optional<std::string> reason_to_skip(const std::string& step,
                                                        const std::vector<Step>& settled);

/// What of this unit's proofs is in the cloud.
struct Traces {
  std::vector<openstack::Server> servers = {};
  std::vector<openstack::Volume> volumes = {};
  std::vector<openstack::SecurityGroup> groups = {};
  std::vector<openstack::ListedFlavor> flavors = {};
  std::vector<openstack::Keypair> keypairs = {};
  std::vector<std::string> unknown = {};  // kinds that could not be listed, and why

  /// Nothing is known to be there.
  [[nodiscard]] bool empty() const;
  /// "server verify-..., volume ...": for a person who has to remove them.
  [[nodiscard]] std::string text() const;
};

/// Those that can go now: a volume not before its server, nor while it is on its way; a security
/// group not before the servers.
[[nodiscard]] Traces removals(const Traces& traces);

/// A public key of ssh-ed25519 whose private half nobody has, of 42 random digits of base64 or
/// more. For a VM that lives for a minute and that nobody logs in to.
[[nodiscard]] std::string public_key(const std::string& digits);
/// MD5 of the key's bytes, as Nova shows it: 16 pairs of hexadecimal digits with colons between
/// (nova/crypto.py, generate_fingerprint).
[[nodiscard]] std::string key_fingerprint(const std::string& key);

struct Report {
  std::vector<Step> steps = {};

  /// Empty when no step failed; else "name: detail" of the failed ones, joined by "; ".
  [[nodiscard]] std::string failure() const;
  /// The steps as one JSON list of {"check","passed","detail","result","seconds"}; passed is true
  /// of those alone that were done.
  [[nodiscard]] std::string json() const;
  /// The same as lines of text: step, result, seconds, detail.
  [[nodiscard]] std::string table() const;
};

using Progress = std::function<void(const std::string& line)>;

/// Does all chosen steps. What an earlier, killed run of this unit left is removed first: all of it
/// is named `verify-<unit>-<host>...`, so that other units, other models and other runs at the same
/// time are not touched. Whatever happens, what this run made is removed; what could not be is told
/// in the step delete. Throws ConfigError for a network that is not there, and HttpError when the
/// cloud refuses the account.
[[nodiscard]] Report run(const Platform& platform,
                         const openstack::Credentials& credentials,
                         const Node& node,
                         const Request& request,
                         const Progress& progress);

}  // namespace ncc::verify
