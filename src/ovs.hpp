#pragma once
// Band 3: Open vSwitch's own database through ovs-vsctl: read what is there, compare, change in one
// transaction. Only what this charm owns is touched: the external_ids keys it names, bridges and
// ports that carry its mark.

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "platform.hpp"

namespace ncc::ovs {

/// A bridge we want or see. `external_ids` and `other_config` hold, in a wish, only the keys we
/// set.
struct Bridge {
  std::map<std::string, std::string> external_ids = {};
  std::map<std::string, std::string> other_config = {};
  std::vector<std::string> protocols =
      {};                          // sorted; empty = Open vSwitch's default, in a wish: leave alone
  std::string datapath_type = {};  // in a wish: empty = leave alone
  std::string fail_mode = {};      // in a wish: empty = leave alone
  // port name -> its external_ids; the port that Open vSwitch makes with the bridge, of the same
  // name, is left out
  std::map<std::string, std::map<std::string, std::string>> ports = {};
  friend bool operator==(const Bridge&, const Bridge&) = default;
};

struct Ssl {
  std::string private_key = {};  // paths
  std::string certificate = {};
  std::string ca_cert = {};
  friend bool operator==(const Ssl&, const Ssl&) = default;
};

/// What the switch has (observe) or should have (plan).
/// In a wish: an external_ids value nullopt means "must be absent"; keys that are not named are
/// left alone; bridges are added or completed; with `owns_bridges`, marked bridges and ports that
/// are not wished for any more are removed.
struct Settings {
  std::map<std::string, std::optional<std::string>> external_ids = {};
  std::map<std::string, Bridge> bridges = {};
  bool owns_bridges = false;    // in a wish: `bridges` is complete; never set by read()
  std::optional<Ssl> ssl = {};  // nullopt in a wish: leave alone
  std::set<std::string> managers =
      {};                    // targets such as ptcp:6640:127.0.0.1; in a wish: added if missing
  std::string version = {};  // ovs_version; not used in a wish
  /// In a wish only. true: br-int is marked tombstoned=true, and the tokens that let OVN place
  /// gateways here are dropped from the effective ovn-cms-options (the key of this chassis before
  /// the general one), whose old value is kept beside it in the same transaction; wishes for these
  /// keys wait. false: mark and kept value are taken back. nullopt: left alone.
  std::optional<bool> tombstoned = {};
  friend bool operator==(const Settings&, const Settings&) = default;
};

/// The mark on bridges and ports of this charm: external_ids key (value "managed" on bridges, the
/// bridge's name on ports). Named as in charm-ovn-chassis, so that a refreshed unit recognises its
/// own.
inline constexpr const char* mark = "charm-ovn-chassis";
/// In front of an external_ids key: its value before the tombstone, byte for byte.
inline constexpr const char* saved_prefix = "charm-nova-compute-saved-";

/// `options` (comma-separated, as ovn-cms-options) without enable-chassis-as-gw and
/// enable-chassis-as-extport-host, the others as they are.
[[nodiscard]] std::string without_gateway_tokens(const std::string& options);

/// Everything of interest, by one ovs-vsctl call. nullopt when the database does not answer (Open
/// vSwitch not installed or not running yet). Throws ProcessError when the answer is not the tables
/// asked for.
[[nodiscard]] std::optional<Settings> read(ProcessRunner& runner);
/// The ovs-vsctl arguments after the options that turn `current` into `wanted`, joined by `--`;
/// empty when nothing differs. Pure. A wished port that sits, unmarked, on another bridge is not
/// taken from there: apply() fails and says so.
[[nodiscard]] std::vector<std::string> changes(const Settings& current, const Settings& wanted);
/// One atomic `ovs-vsctl --no-wait --timeout=30 -- ...` call; none when there is nothing to change.
/// Throws ProcessError.
void apply(ProcessRunner& runner, const std::vector<std::string>& changes);

/// Rows of the southbound database that name `chassis`, asked for with the remote and the TLS files
/// that the switch itself has: "Chassis m1", "Chassis_Private m1", "Encap 10.78.0.11". Throws
/// ProcessError when the database does not answer.
[[nodiscard]] std::vector<std::string> chassis_rows(ProcessRunner& runner,
                                                    const Settings& current,
                                                    const std::string& chassis);
/// Chassis other than `chassis` that have its tunnel address in the southbound database: a chassis
/// of another name cannot be made there beside them (Encap is unique by type and ip). Throws
/// ProcessError when the database does not answer.
[[nodiscard]] std::vector<std::string> chassis_with_our_address(ProcessRunner& runner,
                                                                const Settings& current,
                                                                const std::string& chassis);

}  // namespace ncc::ovs
