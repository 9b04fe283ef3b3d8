#pragma once
// Band 3: the OpenStack APIs as far as this charm uses them. One Session (token, catalog) is shared
// by thin clients; each call names its microversion. Any answer that is not what the call promises
// is an HttpError with method, path, code and the service's own message. Rules: a 401 from a
// service renews the token once; GET, PUT and DELETE are repeated on 429 and 503 (as Retry-After
// says, else after 1, 2, 4 s), at most 3 times within 60 s of Clock; POST is never repeated. Lists
// are read to their last page. A service that the catalog lacks is a ConfigError naming type,
// interface and region.

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "platform.hpp"
#include "words/names.hpp"
#include "words/secret.hpp"

namespace ncc::openstack {

/// How to log in (keystone v3, password, project scope by names).
struct Credentials {
  std::string auth_url = {};  // http://10.10.0.5:5000, with or without /v3
  std::string username = {};
  Secret password = {};
  std::string project = {};
  std::string user_domain = {};
  std::string project_domain = {};
  std::string region = {};
  std::string interface =
      {};  // preferred endpoint interface: public or internal; the other serves when it is missing
  std::string ca_file = {};  // PEM bundle; empty = the system's
  friend bool operator==(const Credentials&, const Credentials&) = default;
};

class Session {
 public:
  Session(const Platform& platform, Credentials credentials)
      : platform_(platform), credentials_(std::move(credentials)) {}

  struct Call {
    std::string service = {};  // catalog type: compute, placement, network, image
    std::string method = "GET";
    std::string path = {};  // begins with /, below the service's base (compute: below /v2.1,
                            // network: /v2.0, image: /v2)
    std::string body = {};  // JSON text or empty
    std::string microversion = {};  // "2.53"; empty = none sent
  };

  /// Sends, logs in when needed, and returns any answer below 400; other answers throw HttpError,
  /// but for `accept`.
  HttpResponse send(const Call& call, const std::vector<int>& accept = {});

 private:
  void log_in();
  [[nodiscard]] std::string base_url(const std::string& service) const;
  [[nodiscard]] HttpRequest request_for(const Call& call) const;
  /// One request, repeated as the rules above say.
  HttpResponse send_patiently(const Call& call);
  /// The error for an answer that is none of those wished for; token and password do not get into
  /// it.
  [[nodiscard]] HttpError refusal(const std::string& name, const HttpResponse& response) const;

  const Platform& platform_;
  Credentials credentials_;
  std::string token_ = {};
  std::map<std::string, std::string> endpoints_ = {};  // catalog type -> base URL
};

/// One row of os-services (microversion 2.53).
struct Service {
  std::string id = {};  // uuid
  std::string host = {};
  std::string binary = {};
  bool enabled = false;
  bool up = false;
  bool forced_down = false;
  std::string disabled_reason = {};
  friend bool operator==(const Service&, const Service&) = default;
};

struct Hypervisor {
  std::string id = {};    // uuid; also the uuid of the resource provider
  std::string name = {};  // hypervisor_hostname
  std::string host = {};  // service.host
  friend bool operator==(const Hypervisor&, const Hypervisor&) = default;
};

struct Server {
  std::string id = {};
  std::string name = {};
  std::string status = {};  // ACTIVE, BUILD, ERROR ...
  std::string host = {};    // OS-EXT-SRV-ATTR:host
  std::string fault = {};   // fault.message
  friend bool operator==(const Server&, const Server&) = default;
};

struct ServerRequest {
  std::string name = {};
  std::string image_id = {};
  std::string flavor_id = {};
  std::string network_id = {};  // empty = networks: none
  std::string host = {};        // microversion 2.74
};

class Nova {
 public:
  explicit Nova(Session& session) : session_(session) {}

  /// GET /os-services?binary=nova-compute[&host=...]
  [[nodiscard]] std::vector<Service> compute_services(const std::string& host = {});
  /// PUT /os-services/{id}; `reason` 1..255 characters, else std::logic_error.
  void disable(const std::string& service_id, const std::string& reason);
  void enable(const std::string& service_id);
  /// GET /os-hypervisors/detail, of which those are kept whose service.host is `host` (an unmapped
  /// host is not in the list). hypervisor_hostname_pattern is not used: it matches parts of names
  /// and cannot be paged.
  [[nodiscard]] std::vector<Hypervisor> hypervisors(const std::string& host);
  /// Ids and states of all servers of a host, whatever their state: GET
  /// /servers/detail?all_tenants=1&host=H. Without admin rights Nova drops the filter and the
  /// attribute OS-EXT-SRV-ATTR:host without a word; that is an HttpError here.
  [[nodiscard]] std::vector<Server> servers_on(const std::string& host);
  [[nodiscard]] std::string create_server(const ServerRequest& request);  // POST /servers; the id
  [[nodiscard]] std::optional<Server> server(const std::string& id);      // nullopt after 404
  [[nodiscard]] std::vector<Server> servers_named(
      const std::string& name);               // exact name, all tenants
  void delete_server(const std::string& id);  // 404 counts as done
  /// Of all flavors the one with the least memory, then vCPUs, then disk; nullopt when the cloud
  /// has none.
  [[nodiscard]] std::optional<std::string> smallest_flavor_id();
  [[nodiscard]] std::optional<std::string> flavor_id(const std::string& name_or_id);

 private:
  Session& session_;
};

struct Inventory {
  std::map<std::string, long long> total = {};  // resource class -> total - reserved
  bool disabled = false;                        // trait COMPUTE_STATUS_DISABLED
};

class Placement {
 public:
  explicit Placement(Session& session) : session_(session) {}

  /// Inventories and traits of a provider; nullopt when there is no such provider.
  /// Microversion 1.6, the first with traits.
  [[nodiscard]] std::optional<Inventory> inventory(const std::string& provider_uuid);

 private:
  Session& session_;
};

struct Agent {
  std::string id = {};
  std::string type =
      {};  // "OVN Controller agent", "OVN Controller Gateway agent", "OVN Metadata agent"
  std::string host = {};
  bool alive = false;
  friend bool operator==(const Agent&, const Agent&) = default;
};

class Neutron {
 public:
  explicit Neutron(Session& session) : session_(session) {}

  [[nodiscard]] std::vector<Agent> agents(const std::string& host);
  [[nodiscard]] std::optional<std::string> network_id(const std::string& name_or_id);

 private:
  Session& session_;
};

class Glance {
 public:
  explicit Glance(Session& session) : session_(session) {}

  /// The smallest active image that a server can boot from (no bare kernel or ramdisk); nullopt
  /// when there is none.
  [[nodiscard]] std::optional<std::string> smallest_image_id();
  /// An active image by exact name or id.
  [[nodiscard]] std::optional<std::string> image_id(const std::string& name_or_id);

 private:
  Session& session_;
};

}  // namespace ncc::openstack
