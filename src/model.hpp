#pragma once
// Band 5: Model = all that a hook sees, read once; Plan = all that a hook may do. Decides nothing.
// A reader of these two types knows the whole reach of every hook. Read next: charm/charm.hpp (who
// decides), compute.hpp and ovn.hpp (what is planned).

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "config.hpp"
#include "ini.hpp"
#include "relations.hpp"
#include "words/names.hpp"

namespace ncc {

/// What kind of moment this is, from the hook's name.
enum class Event { install, upgrade, start, stop, remove, update_status, other };

/// Facts kept over hooks by state-set, because they cannot be read back: written by apply only.
struct Record {
  std::string host = {};            // the host name chosen at install, used everywhere
  std::string certificate_id = {};  // uuid of our certificate request
  std::string metadata_secret =
      {};  // shared between nova-api-metadata and the OVN metadata agent of this unit
  bool joined =
      false;  // the charm has enabled the service in Nova once; from then on it is the operator's
  std::map<std::string, std::string> published =
      {};                    // relation id -> fingerprint of what we published there
  std::string version = {};  // workload version last announced
  friend bool operator==(const Record&, const Record&) = default;
};

/// What the machine is like.
struct Machine {
  std::map<std::string, std::string> packages =
      {};  // installed ones of those we ask for -> version

  struct Service {
    bool exists = false;
    bool active = false;
    bool enabled = false;
    bool masked = false;
    friend bool operator==(const Service&, const Service&) = default;
  };

  std::map<std::string, Service> services = {};
  bool kvm = false;               // /dev/kvm is there
  bool container = false;         // systemd says so in /run/systemd/container
  std::string architecture = {};  // x86_64
  std::string release_id = {};    // ubuntu, debian
  std::string nova_shell = {};    // login shell of nova; empty = no such user
  std::string root_public_key = {};
  std::string nova_public_key = {};
  std::map<std::string, std::string> interfaces_by_mac = {};
  std::set<std::string> interfaces = {};
  long long memory_mib = 0;  // MemTotal; hugepages in percent are a share of it
  std::optional<int> guests =
      {};  // libvirt domains, running or not; nullopt = libvirt does not answer: taken as present
  friend bool operator==(const Machine&, const Machine&) = default;
};

/// How Nova and Neutron see our host; read only until the unit has joined.
struct CloudView {
  std::string service_id = {};  // empty: no record yet
  bool up = false;
  bool enabled = false;
  std::string disabled_reason = {};
  bool mapped = false;         // the hypervisor is listed: its host is mapped to a cell
  bool chassis_alive = false;  // Neutron lists an OVN controller agent of this host as alive
  std::string error = {};      // the cloud did not answer: why; empty otherwise
  friend bool operator==(const CloudView&, const CloudView&) = default;
};

struct Model {
  Event event = Event::other;
  UnitName unit{"nova-compute/0"};
  std::string application = {};
  std::string availability_zone = {};  // JUJU_AVAILABILITY_ZONE
  Config config = {};
  Record record = {};
  Machine machine = {};
  HostName host{
      "localhost"};  // the stored name (Record.host), or the machine's fqdn before it is stored

  // Endpoints: is it related, what it says, or what it has not said yet.
  std::set<std::string> related = {};
  Need<Controller> controller = {};
  Need<Messaging> messaging = {};
  Need<Images> images = {};
  Need<ServiceAccount> credentials = {};
  Need<Southbound> southbound = {};
  Need<Certificates> certificates = {};
  Need<Plugin> plugin = {};
  std::vector<std::string> databag_problems = {};  // "endpoint: key: what is wrong"

  // Addresses of this unit by binding; empty when Juju has none.
  std::string my_ip = {};              // cloud-compute, or os-internal-network
  std::string console_address = {};    // internal, or os-internal-network
  std::string migration_address = {};  // migration, or libvirt-migration-network
  std::string data_address = {};       // data: tunnel endpoint

  std::optional<CloudView> cloud =
      {};  // set while the unit has not joined and its nova-compute runs
  std::map<std::string, std::vector<std::string>> relation_ids =
      {};  // endpoint -> ids, of those we publish on
  std::vector<std::string> fresh_uuids =
      {};  // two random uuids for a record that lacks them (plans are pure)
};

/// The account used for nova.conf and for API calls: that of cloud-credentials where it is related,
/// otherwise the one in cloud-compute.
[[nodiscard]] std::optional<ServiceAccount> account_of(const Model& model);
/// kvm or qemu: option virt-type, `auto` decided by /dev/kvm.
[[nodiscard]] std::string virt_type_of(const Model& model);
/// OVN is ours to configure: no subordinate is related on neutron-plugin.
[[nodiscard]] bool ovn_built_in(const Model& model);
/// stop or remove: nothing is started, published or configured any more.
[[nodiscard]] bool is_stopping(const Model& model);
/// The record with host, certificate_id and metadata_secret filled in: from fresh_uuids where it
/// lacks them.
[[nodiscard]] Record completed_record(const Model& model);
/// Shared with the metadata agent: the subordinate's, or ours when OVN is built in. Empty: no
/// metadata is served here.
[[nodiscard]] Secret metadata_secret_of(const Model& model);
/// Domains are (or may be) on this machine: what keeps them reachable must stay.
[[nodiscard]] bool has_guests(const Model& model);

/// One file the charm owns.
struct File {
  std::string content = {};
  std::string shown = {};  // the same with secrets masked, for people; empty = content may be shown
  unsigned mode = 0644;
  std::string owner = "root:root";
  std::set<std::string> restarts = {};  // services restarted when this file changes
  bool early = false;  // written before packages are installed: archives, drop-ins that the first
                       // start of a service needs
  bool block = false;  // only the part between our two marks is ours (with_block); empty content
                       // takes the part away
  friend bool operator==(const File&, const File&) = default;
};

struct Directory {
  unsigned mode = 0755;
  std::string owner = "root:root";
  friend bool operator==(const Directory&, const Directory&) = default;
};

enum class ServiceState { running, stopped };

/// What Open vSwitch should have; see ovs::Settings, which apply fills from it.
struct OvsPlan {
  std::map<std::string, std::optional<std::string>> external_ids = {};  // nullopt = must be absent

  struct Bridge {
    std::map<std::string, std::string> external_ids = {};
    std::map<std::string, std::string> other_config = {};
    std::vector<std::string> protocols = {};
    std::string datapath_type = {};
    std::string fail_mode = {};
    std::map<std::string, std::map<std::string, std::string>> ports = {};
    friend bool operator==(const Bridge&, const Bridge&) = default;
  };

  std::map<std::string, Bridge> bridges = {};
  bool owns_bridges = false;  // marked bridges and ports that are not in `bridges` are removed

  struct Ssl {
    std::string private_key = {};
    std::string certificate = {};
    std::string ca_cert = {};
    friend bool operator==(const Ssl&, const Ssl&) = default;
  };

  std::optional<Ssl> ssl = {};
  std::set<std::string> managers = {};
  friend bool operator==(const OvsPlan&, const OvsPlan&) = default;
};

/// What is done to our own record in Nova.
enum class NovaStep { none, disable, enable };

/// Everything a hook may do. If it is not here, no hook does it.
struct Plan {
  std::set<std::string> packages = {};
  std::map<std::string, Directory> directories = {};
  std::map<std::string, File> files = {};  // key: absolute path
  std::set<std::string> absent_files = {};
  std::set<std::string> trust = {};  // files whose change needs update-ca-certificates
  std::map<std::string, std::string> ssh_keys = {};  // user -> private key path, made when missing
  std::map<std::string, std::string> shells = {};    // user -> login shell
  std::optional<OvsPlan> ovs = {};
  std::map<std::string, ServiceState> services = {};
  std::map<std::string, Databag> publish = {};  // relation id -> our databag
  std::optional<Record> record = {};
  NovaStep nova = NovaStep::none;
  std::string nova_reason = {};
  std::set<std::string> notes = {};  // for people: what was left out and why; has no effect
  friend bool operator==(const Plan&, const Plan&) = default;
};

/// Adds `piece` to `plan`. Two pieces that plan one thing differently are a std::logic_error; sets
/// are united.
void merge(Plan& plan, const Plan& piece);
/// The plan for people, one line per thing; files are followed by their lines, indented. Nothing
/// secret is in it.
[[nodiscard]] std::vector<std::string> describe(const Plan& plan);
/// `text` with our marked part replaced by `content` (added at the end when there is none; taken
/// away when it is empty).
[[nodiscard]] std::string with_block(const std::string& text, const std::string& content);

}  // namespace ncc
