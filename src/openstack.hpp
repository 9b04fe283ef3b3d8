#pragma once
// Band 3: the OpenStack APIs as far as this charm uses them. One Session (token, catalog) is shared
// by thin clients; each call names its microversion. Any answer that is not what the call promises
// is an HttpError with method, path, code and the service's own message. Rules: a 401 from a
// service renews the token once, a refused log-in is not tried again; GET, PUT, PATCH and DELETE
// are repeated on 429 and 503 (as Retry-After says, else after 1, 2, 4 s), GET also when no answer
// came, at most 3 times within 60 s of Clock; POST is never repeated. Lists are read to their last
// page. A service that the catalog lacks is a ConfigError naming type, interface and region. Read
// next: openstack/nova.hpp, placement.hpp, neutron.hpp, glance.hpp, cinder.hpp, designate.hpp,
// ironic.hpp.

#include <chrono>
#include <cstddef>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "platform.hpp"
#include "words/names.hpp"
#include "words/secret.hpp"

namespace ncc::openstack {

/// How to log in (keystone v3, password; scope by names).
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
  std::string ca_file = {};   // PEM bundle; empty = the system's
  bool system_scope = false;  // the token is for the whole system, not for the project: Ironic
                              // lets nobody else change shards, Nova lets such a token do nothing
  friend bool operator==(const Credentials&, const Credentials&) = default;
};

/// What became of a call that changes something.
enum class Verdict {
  done,       // 2xx: done, or accepted
  missing,    // 404: there is no such thing (any more)
  conflict,   // 409: its state does not allow it now
  refused,    // 400, 406, 413, any other 4xx: not possible for this one, now or later
  forbidden,  // 401 twice, 403: the account may not, or a quota is used up
  unknown     // 5xx, 429, no answer: it may have happened; read the state before anything else
};

struct Outcome {
  Verdict verdict = Verdict::done;
  int code = 0;                 // the status, 0 when no answer came
  std::string message = {};     // the service's own words; empty when done
  std::string request_id = {};  // X-Openstack-Request-Id: the key of Nova's instance actions
  std::string body = {};        // of a 2xx answer
};

class Session {
 public:
  Session(const Platform& platform, Credentials credentials)
      : platform_(platform), credentials_(std::move(credentials)) {}

  struct Call {
    std::string service = {};  // catalog type: compute, placement, network, image, baremetal,
                               // block-storage
    std::string method = "GET";
    std::string path = {};  // begins with /, below the service's base (compute: below /v2.1,
                            // network: /v2.0, image: /v2, baremetal: /v1, block-storage:
                            // /v3 and the project where the catalog has it)
    std::string body = {};  // JSON text or empty
    std::string microversion = {};  // "2.53"; empty = none sent
    bool repeatable = false;  // twice is as good as once: a PATCH of a value that is written out
  };

  /// The next call, if there is one now.
  using NextCall = std::function<std::optional<Call>()>;
  /// What became of a call, and its place among those that were given, from 0.
  using TakeOutcome = std::function<void(std::size_t number, const Outcome& outcome)>;

  /// Sends, logs in when needed, and returns any answer below 400; other answers throw HttpError,
  /// but for `accept`.
  HttpResponse send(const Call& call, const std::vector<int>& accept = {});
  /// The same for a call that changes something and whose refusal is an outcome: never throws
  /// HttpError but for a failed log-in.
  [[nodiscard]] Outcome change(const Call& call);
  /// The same for what `next` gives, up to `parallel` calls at the same time; the rules of
  /// HttpTransport::send_many. A 401 or a busy service holds back what has not gone out yet: one
  /// new token, or one pause, is for all. A token that was never accepted is not renewed.
  void change_many(std::size_t parallel, const NextCall& next, const TakeOutcome& take);
  /// Whether the catalog has an endpoint of this type.
  [[nodiscard]] bool offers(const std::string& service);
  /// The newest microversion of a service that describes itself as Nova does (GET of its endpoint
  /// itself, key version.version). Asked once in a session.
  [[nodiscard]] const std::string& newest_version(const std::string& service);

 private:
  class Many;

  void log_in();
  [[nodiscard]] std::string base_url(const std::string& service) const;
  [[nodiscard]] HttpRequest request_for(const Call& call) const;
  /// Logged in, one new token after 401: never a loop, it could lock the account.
  HttpReply exchange(const Call& call);
  /// One request, repeated as the rules above say.
  HttpReply send_patiently(const Call& call);
  HttpReply send_once(const HttpRequest& request);
  [[nodiscard]] Outcome outcome_of(const HttpReply& reply) const;
  /// What a service says in a body, without our token and password.
  [[nodiscard]] std::string words_of(const std::string& body) const;
  /// The error for an answer that is none of those wished for.
  [[nodiscard]] HttpError refusal(const std::string& name, const HttpResponse& response) const;

  const Platform& platform_;
  Credentials credentials_;
  std::string token_ = {};
  std::optional<HttpError> refused_ =
      {};  // by Keystone, 401: a next attempt could lock the account
  std::map<std::string, std::string> endpoints_ = {};  // catalog type -> base URL
  std::map<std::string, std::string> newest_ = {};     // catalog type -> newest microversion
};

}  // namespace ncc::openstack

#include "openstack/cinder.hpp"
#include "openstack/designate.hpp"
#include "openstack/glance.hpp"
#include "openstack/ironic.hpp"
#include "openstack/neutron.hpp"
#include "openstack/nova.hpp"
#include "openstack/placement.hpp"
