#pragma once
// Band 3: this machine: packages (dpkg, apt), services (systemd), users, and facts. Knows no Juju
// and no OpenStack. Programs: /usr/bin/dpkg-query, /usr/bin/apt-get, /usr/bin/systemctl,
// /usr/bin/getent, /usr/sbin/usermod, /usr/bin/ssh-keygen, /usr/sbin/update-ca-certificates,
// /usr/bin/virsh, /usr/bin/hostname. Every function throws ProcessError when its program fails,
// unless its comment says otherwise; nothing is run for an empty set of names.

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "platform.hpp"

namespace ncc::host {

/// Versions of the installed ones among `packages`: `dpkg-query --show
/// --showformat=${Package}\t${db:Status-Status}\t${Version}\n -- names`.
[[nodiscard]] std::map<std::string, std::string> installed_versions(
    ProcessRunner& runner, const std::set<std::string>& packages);
/// `apt-get update` then `apt-get install` without recommends, non-interactive, waiting up to 300 s
/// for dpkg's lock, keeping configuration files that were changed. A failed update is a warning:
/// the packages may be known already.
void install(ProcessRunner& runner, const std::set<std::string>& packages);

struct Service {
  bool exists = false;   // LoadState is not not-found
  bool active = false;   // ActiveState is active (or activating, reloading)
  bool enabled = false;  // UnitFileState is enabled, static, generated, alias or indirect
  bool masked = false;
  friend bool operator==(const Service&, const Service&) = default;
};

/// One `systemctl show --property=Id,LoadState,ActiveState,UnitFileState -- NAME.service...` for
/// all; keys without `.service`.
[[nodiscard]] std::map<std::string, Service> services(ProcessRunner& runner,
                                                      const std::set<std::string>& names);
/// systemctl VERB -- NAME... for the verbs restart, reload, start, stop, enable, disable, mask,
/// unmask; daemon-reload takes no name.
void systemctl(ProcessRunner& runner,
               const std::string& verb,
               const std::vector<std::string>& names);

/// `getent passwd NAME`: home directory and login shell; nullopt when there is no such user.
struct User {
  std::string home = {};
  std::string shell = {};
  friend bool operator==(const User&, const User&) = default;
};

[[nodiscard]] std::optional<User> user(ProcessRunner& runner, const std::string& name);
void set_shell(ProcessRunner& runner, const std::string& name, const std::string& shell);
/// Makes an RSA 3072 key pair without a passphrase at `path` (0600) and `path`.pub (0644), owned by
/// `owner` (user:group). The private half is put in place last: where it is, the pair is whole. A
/// pair that is there is replaced. The directory of `path` must be there.
void make_ssh_key(const Platform& platform, const std::string& path, const std::string& owner);
void update_ca_certificates(ProcessRunner& runner);
/// uuids of all libvirt domains, running or not: `virsh list --all --uuid`. nullopt when libvirt
/// does not answer.
[[nodiscard]] std::optional<std::vector<std::string>> domains(ProcessRunner& runner);
/// The same for the running (or paused) ones: `virsh list --uuid`.
[[nodiscard]] std::optional<std::vector<std::string>> running_domains(ProcessRunner& runner);

/// Fully qualified name of the machine, from `hostname --fqdn`; the short name of /etc/hostname
/// when the resolver fails or knows no better than localhost. Throws ConfigError when /etc/hostname
/// says no better either.
[[nodiscard]] std::string fqdn(ProcessRunner& runner, FileSystem& files);
/// MAC address (lower case) -> interface name, from /sys/class/net/*/address; lo is left out. Of
/// several with one address (a bond and its members, a bridge and its port) the bond is named, else
/// the one with a device behind it.
[[nodiscard]] std::map<std::string, std::string> interfaces_by_mac(FileSystem& files);

/// ID and VERSION_ID of /etc/os-release: {"ubuntu", "24.04"}.
struct Release {
  std::string id = {};
  std::string version = {};
  std::string codename = {};
  friend bool operator==(const Release&, const Release&) = default;
};

[[nodiscard]] Release release(FileSystem& files);

}  // namespace ncc::host
