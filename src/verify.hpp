#pragma once
// Band 6: proves that this compute node works: what the cloud says about it, then a VM booted on it
// and deleted again. check_host() and next_step() are pure; run() observes, asks next_step() and
// performs, until nothing is left in the cloud.

#include <chrono>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "openstack.hpp"
#include "platform.hpp"
#include "words/names.hpp"

namespace ncc::verify {

/// The action's parameters. Empty image or flavor: the smallest active image, the smallest flavor;
/// empty network: no network.
struct Request {
  std::string image = {};
  std::string flavor = {};
  std::string network = {};
  std::chrono::seconds timeout{300};
};

/// From action-get; throws ConfigError naming the parameter.
[[nodiscard]] Request read_request(const std::map<std::string, std::string>& parameters);

/// What Nova, Placement and Neutron say about one host.
struct HostView {
  std::optional<openstack::Service> service = {};
  std::optional<openstack::Hypervisor> hypervisor = {};
  std::optional<openstack::Inventory> inventory = {};
  std::vector<openstack::Agent> agents = {};
};

struct Check {
  std::string name = {};  // service, hypervisor, inventory, chassis, metadata, boot, host, delete
  bool passed = false;
  std::string detail = {};
  friend bool operator==(const Check&, const Check&) = default;
};

/// Service up and enabled, hypervisor there, inventory of VCPU, MEMORY_MB and DISK_GB, agents alive
/// (`ovn_built_in`: both the controller and the metadata agent of this host; otherwise any agent of
/// the host). All checks are made, failed or not.
[[nodiscard]] std::vector<Check> check_host(const HostView& view,
                                            const HostName& host,
                                            bool ovn_built_in);

/// How far the VM of this run is.
struct VmView {
  std::optional<openstack::Server> server = {};  // nullopt: not there
  bool booted = false;                           // POST was answered
  bool deleting = false;                         // DELETE was answered
  bool out_of_time = false;
};

enum class VmStep { boot, wait, remove, done };

/// What to do next with the VM; a VM in ERROR or out of time is removed as well.
[[nodiscard]] VmStep next_step(const VmView& view);

struct Report {
  std::vector<Check> checks = {};

  /// Empty when every check passed; else "name: detail" of the failed ones, joined by "; ".
  [[nodiscard]] std::string failure() const;
  /// The checks as one JSON list of {"check","passed","detail"}.
  [[nodiscard]] std::string json() const;
};

using Progress = std::function<void(const std::string& line)>;

/// Runs all checks. Servers of an earlier, killed run of this unit are removed first (they are
/// named `verify-<unit>-...`). Whatever happens, the server this run made is removed. Throws
/// ConfigError for an image, flavor or network that is not there.
[[nodiscard]] Report run(const Platform& platform,
                         const openstack::Credentials& credentials,
                         const UnitName& unit,
                         const HostName& host,
                         bool ovn_built_in,
                         const Request& request,
                         const Progress& progress);

}  // namespace ncc::verify
