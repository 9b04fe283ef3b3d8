#pragma once
// Band 4: every databag we read or write: the contract page. `read_*` functions are pure: databags
// in, typed values out. They merge all remote units: scalars come from the first unit, by unit
// number, that has the key; lists are the sorted union. Values are accepted as Python text ("True",
// "None") or as JSON, whichever the counterpart writes; an empty value counts as absent.
//
// A reader answers with Need<T>: either the value, or the first key that is missing, so that the
// status can name it. A key with a wrong form throws ConfigError("endpoint: key", problem).

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "shards.hpp"
#include "words/names.hpp"
#include "words/secret.hpp"

namespace ncc {

using Databag = std::map<std::string, std::string>;

/// One endpoint as the readers want it: is it related, and the databags of its remote units by unit
/// name (all relations of the endpoint together).
struct RemoteUnits {
  bool related = false;
  std::map<std::string, Databag> units = {};
  friend bool operator==(const RemoteUnits&, const RemoteUnits&) = default;
};

/// Either `value`, or in `missing` what is awaited, to be shown after "waiting: <endpoint>: " ("no
/// password yet").
template <typename T>
struct Need {
  std::optional<T> value = {};
  std::string missing = {};
  friend bool operator==(const Need&, const Need&) = default;
};

/// amqp (rabbitmq). One unit with a password is enough; units without password are skipped (not
/// mirrored yet).
///   password           password
///   hostname           hosts (falls back to private-address; vip alone when clustered is true)
///   ssl_port, ssl_ca   port, ca (base64 PEM)
struct Messaging {
  Secret password = {};
  std::vector<std::string> hosts = {};  // sorted by text, addresses without brackets
  int port = 5672;
  bool tls = false;
  std::string ca = {};  // PEM
  friend bool operator==(const Messaging&, const Messaging&) = default;
};

[[nodiscard]] Need<Messaging> read_amqp(const RemoteUnits& remote);

/// image-service (glance): glance-api-server of all units, de-duplicated, sorted.
struct Images {
  std::vector<std::string> servers = {};  // URLs
  friend bool operator==(const Images&, const Images&) = default;
};

[[nodiscard]] Need<Images> read_image_service(const RemoteUnits& remote);

/// A service account, from cloud-compute (auth_*, service_*) or cloud-credentials (credentials_*).
struct ServiceAccount {
  std::string auth_url = {};  // scheme://host:port of the public/internal port (service_*,
                              // credentials_*), without path
  std::string username = {};
  Secret password = {};
  std::string project = {};
  std::string user_domain = {};
  std::string project_domain = {};
  std::string region = {};
  std::string ca = {};      // PEM, empty if none
  std::string source = {};  // "cloud-credentials" or "cloud-compute", for Source texts
  friend bool operator==(const ServiceAccount&, const ServiceAccount&) = default;
};

/// cloud-credentials (keystone-credentials): all of credentials_host, _port, _protocol, _username,
/// _password, _project and the two domain names (or `domain`); `__null__` counts as absent.
[[nodiscard]] Need<ServiceAccount> read_cloud_credentials(const RemoteUnits& remote);

struct Console {
  std::string protocol = {};  // novnc, xvpvnc, vnc, spice; empty = none
  std::string keymap = {};
  std::string novnc_url = {};  // console_proxy_novnc_address
  std::string spice_url = {};
  bool spice_agent = true;
  bool serial = false;
  std::string serial_url = {};
  friend bool operator==(const Console&, const Console&) = default;
};

/// Keys of one user, from known_hosts_N and authorized_keys_N (N < *_max_index), or the same with
/// prefix nova_.
struct SshKeys {
  std::vector<std::string> known_hosts = {};      // sorted, no duplicates
  std::vector<std::string> authorized_keys = {};  // sorted, no duplicates
  friend bool operator==(const SshKeys&, const SshKeys&) = default;
};

/// cloud-compute (nova-compute), from nova-cloud-controller. See charm/docs relations table for the
/// keys.
struct Controller {
  std::string network_manager = {};  // neutron; awaited
  std::string region = {};           // awaited
  std::string volume_service = {};   // cinder or empty
  bool cross_az_attach = true;
  std::string restart_trigger = {};  // fingerprint of all units' values; empty if none
  std::optional<ServiceAccount> account =
      {};  // complete auth_* and service_* keys; absent until nova-cloud-controller has keystone
  std::string account_missing = {};  // which of those keys is missing first
  std::string neutron_url = {};      // neutron_url or quantum_url
  std::string neutron_plugin = {};   // neutron_plugin or quantum_plugin: ovn, ovs
  std::string dns_domain = {};
  Console console = {};
  std::string cpu_allocation_ratio =
      {};  // decimal text, used as initial_* when our option is unset
  std::string ram_allocation_ratio = {};
  std::string disk_allocation_ratio = {};
  std::optional<bool> allow_resize_to_same_host = {};
  std::string vendor_data_url = {};
  std::string vendordata_providers = {};
  bool vendor_data = false;  // vendor_data.vendor_data: a JSON file is served
  std::string vendor_json = {};
  std::string ca = {};  // PEM from ca_cert
  SshKeys root_keys = {};
  SshKeys nova_keys = {};
  friend bool operator==(const Controller&, const Controller&) = default;
};

[[nodiscard]] Need<Controller> read_cloud_compute(const RemoteUnits& remote);

/// ovsdb (ovn-central): bound-address of each unit that has said it; connections() is
/// ssl:<addr>:6642 joined by commas, sorted by unit number.
struct Southbound {
  std::vector<std::string> addresses = {};
  friend bool operator==(const Southbound&, const Southbound&) = default;
};

[[nodiscard]] Need<Southbound> read_ovsdb(const RemoteUnits& remote);
[[nodiscard]] std::string connections(const Southbound& southbound);

/// certificates (tls-certificates): `<unit_name>.server.cert/.key` or the entry of our common name
/// in
/// `<unit_name>.processed_requests`, and ca (+ chain). A certificate for another common name is not
/// taken: missing says so.
struct Certificates {
  std::string certificate = {};  // PEM
  Secret key = {};               // PEM
  std::string ca = {};           // PEM of ca, then chain
  friend bool operator==(const Certificates&, const Certificates&) = default;
};

[[nodiscard]] Need<Certificates> read_certificates(const RemoteUnits& remote,
                                                   const UnitName& unit,
                                                   const HostName& common_name);
/// Common name of a PEM certificate's subject; nullopt when it is no certificate. (X.509 DER is
/// walked; nothing is verified.)
[[nodiscard]] std::optional<std::string> common_name_of(const std::string& pem);

/// ironic-api (baremetal): true once a unit has said so with ironic-api-ready.
[[nodiscard]] Need<bool> read_ironic_api(const RemoteUnits& remote);

/// neutron-plugin (container): a subordinate that brings OVN. metadata-shared-secret makes us serve
/// metadata locally; subordinate_configuration adds settings to nova.conf: section -> (option,
/// value) in order. Awaited until it has said one of these two or neutron-plugin.
struct Plugin {
  Secret metadata_secret = {};
  std::map<std::string, std::vector<std::pair<std::string, std::string>>> nova_conf = {};
  friend bool operator==(const Plugin&, const Plugin&) = default;
};

[[nodiscard]] Need<Plugin> read_neutron_plugin(const RemoteUnits& remote);

// compute-peer. The leader's orders stand in the application databag, key `scale-in`; what a unit
// has reached stands in its own databag under the same key. Both are JSON.

/// What is to become of a unit.
enum class Want { serving, tombstoned, ended };

[[nodiscard]] const char* to_string(Want want);

/// The order with the highest number counts. `run` names the scale-in it belongs to, 8 hex digits.
struct Order {
  long long number = 0;  // 0: there was none yet
  std::string run = {};
  Want want = Want::serving;
  bool purge_orphans = false;       // ending removes allocations of servers that are gone
  bool force_last_gateway = false;  // ending goes on although gateways name the chassis
  friend bool operator==(const Order&, const Order&) = default;
};

using Orders = std::map<std::string, Order>;  // unit name -> order

/// From the application databag; empty when the key is missing.
[[nodiscard]] Orders read_orders(const Databag& bag);
[[nodiscard]] std::string to_text(const Orders& orders);

/// How far a unit has come with an order.
struct Reached {
  long long number = 0;
  std::string run = {};
  Want want = Want::serving;
  bool done = false;
  std::string pending = {};  // what is missing; empty when done
  friend bool operator==(const Reached&, const Reached&) = default;
};

/// What another unit of this application says of itself.
struct Peer {
  UnitName unit;
  std::optional<HostName> host = {};  // not before its install hook has ended
  Reached reached = {};
};

/// Sorted by unit number.
[[nodiscard]] std::vector<Peer> read_peers(const RemoteUnits& remote);
[[nodiscard]] std::string to_text(const Reached& reached);

// The same endpoint, with ironic-shards: the leader's assignment in the application databag (key
// `shards`, and one key for each grant and fence), a unit's claims in its own (key `shards`).

[[nodiscard]] shards::Assignment read_assignment(const Databag& bag);
/// The keys to write; an empty value takes one away. Empty when nothing changed.
[[nodiscard]] Databag changes(const shards::Assignment& from, const shards::Assignment& to);
/// Empty claims when the unit has said nothing yet.
[[nodiscard]] shards::Claims read_claims(const Databag& bag);
[[nodiscard]] std::string to_text(const shards::Claims& claims);

/// What we publish; an empty result means there is nothing to say on that endpoint yet. A key with
/// an empty value is to be deleted (relation-set does so); a key that is not there is left as it
/// is.
struct OurSide {
  UnitName unit;
  HostName host;
  std::string availability_zone = {};  // cloud-compute
  std::string migration_address = {};  // cloud-compute private-address
  bool live_migration = false;
  bool resize = false;
  std::string root_public_key = {};  // one line
  std::string nova_public_key = {};  // one line
  std::string rabbit_user = {};
  std::string rabbit_vhost = {};
  std::string certificate_id = {};            // certificate_name: a stable uuid of ours
  Reached reached = {};                       // compute-peer; number 0: nothing was ordered yet
  std::optional<shards::Claims> claims = {};  // compute-peer; with virt-type ironic
};

[[nodiscard]] Databag publish_cloud_compute(const OurSide& us);
[[nodiscard]] Databag publish_amqp(const OurSide& us);
[[nodiscard]] Databag publish_cloud_credentials(const OurSide& us);
[[nodiscard]] Databag publish_certificates(const OurSide& us);
[[nodiscard]] Databag publish_compute_peer(const OurSide& us);
[[nodiscard]] Databag publish_neutron_plugin(const OurSide& us);

/// What the charm brings for those who watch it: files of its folder observability/, and where in
/// Juju it runs.
struct Observability {
  std::string alert_rules = {};  // JSON: {"groups": [...]}, as Prometheus has them
  std::string dashboard = {};    // of Grafana: JSON, xz, base64
  std::string model = {};        // name
  std::string model_uuid = {};
  friend bool operator==(const Observability&, const Observability&) = default;
};

/// cos-agent: key config, a JSON object of metrics_alert_rules, log_alert_rules, dashboards,
/// metrics_scrape_jobs, log_slots (charm library grafana_agent.v0.cos_agent). Each rule gets Juju's
/// topology as labels, and as matchers in place of `%%juju_topology%%` (library cosl). Empty
/// without files.
[[nodiscard]] Databag publish_cos_agent(const Observability& ours, const std::string& application);

/// A row of docs/relations.md: what is read from or written to which endpoint.
struct RelationKey {
  const char* endpoint;
  const char* direction;  // "reads" or "writes"
  const char* key;
  const char* meaning;
};

[[nodiscard]] const std::vector<RelationKey>& relation_keys();

}  // namespace ncc
