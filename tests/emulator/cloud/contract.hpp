#pragma once
// What the charm relies on in a cloud, asked of a cloud that is only an address and credentials:
// the emulated one, started here when nothing is set, or a real OpenStack:
//
//   NCC_CONTRACT_AUTH_URL        http://10.0.0.2:5000/v3     the rest is read only with this
//   NCC_CONTRACT_USER, _PASSWORD, _PROJECT, _USER_DOMAIN, _PROJECT_DOMAIN, _REGION
//   NCC_CONTRACT_HOST            a compute host that is up and enabled
//   NCC_CONTRACT_IMAGE, _FLAVOR, _NETWORK    names; the network may be "" for none
//
// The tests leave the cloud as they found it.

#include <map>
#include <string>

#include <nlohmann/json.hpp>

namespace ncc::contract {

using Json = nlohmann::json;

struct Target {
  std::string auth_url = {}, user = {}, password = {}, project = {}, user_domain = {},
              project_domain = {}, region = {};
  std::string host = {}, image = {}, flavor = {}, network = {};
};

const Target& target();

struct Answer {
  int status = 0;
  std::map<std::string, std::string> headers = {};  // names in lower case
  std::string body = {};

  /// Null when the body is not JSON.
  [[nodiscard]] Json json() const;
};

struct Ask {
  std::string method = "GET", url = {};
  std::map<std::string, std::string> headers = {};
  Json body = {};
};

/// Throws std::runtime_error when no answer came.
[[nodiscard]] Answer send(const Ask& ask);

/// POST {auth_url}/auth/tokens with this password.
[[nodiscard]] Answer authenticate(const std::string& password);

/// A token and its catalog, fetched once for all tests.
class Session {
 public:
  Session();

  [[nodiscard]] const Json& token() const { return token_; }

  [[nodiscard]] const std::string& token_id() const { return id_; }

  /// Internal endpoint of a service in the region, without a slash at the end. Throws
  /// std::runtime_error when absent.
  [[nodiscard]] std::string endpoint(const std::string& type) const;
  [[nodiscard]] bool offers(const std::string& type) const;

  /// "GET /os-services" of Nova at a microversion.
  [[nodiscard]] Answer nova(const std::string& what,
                            const std::string& version,
                            const Json& body = {}) const;
  [[nodiscard]] Answer placement(const std::string& what,
                                 const std::string& version,
                                 const Json& body = {}) const;
  [[nodiscard]] Answer neutron(const std::string& what,
                               const Json& body = {}) const;   // below /v2.0
  [[nodiscard]] Answer glance(const std::string& what) const;  // below /v2
  [[nodiscard]] Answer cinder(const std::string& what, const Json& body = {}) const;

 private:
  [[nodiscard]] Answer ask(const std::string& type,
                           const std::string& what,
                           const std::string& version,
                           const Json& body) const;

  std::string id_ = {};
  Json token_ = {};
};

const Session& session();

/// The keys of `wanted` (separated by blanks) that `object` lacks, separated by blanks.
[[nodiscard]] std::string missing(const Json& object, const std::string& wanted);

}  // namespace ncc::contract
