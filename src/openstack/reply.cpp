#include "openstack/reply.hpp"

#include "words/entries.hpp"
#include "words/text.hpp"

namespace ncc::openstack {

using std::chrono::seconds;

std::string header(const HttpResponse& response, const std::string& name) {
  return entry_of(response.headers, name);
}

int code_of(const HttpReply& reply) {
  const auto* response = std::get_if<HttpResponse>(&reply);
  return response == nullptr ? 0 : response->code;
}

std::string header(const HttpReply& reply, const std::string& name) {
  const auto* response = std::get_if<HttpResponse>(&reply);
  return response == nullptr ? "" : header(*response, name);
}

bool may_repeat(const std::string& method, int code) {
  const bool busy = code == 429 || code == 503;
  return method == "GET" ? busy || code == 0 : busy && method != "POST";
}

seconds delay_of(const HttpReply& reply, int repeat) {
  const std::optional<long long> said = to_integer(header(reply, "retry-after"));
  return said && *said >= 0 ? seconds(*said) : seconds(1 << repeat);
}

Verdict verdict_of(int code) {
  switch (code) {
    case 401:
    case 403:
      return Verdict::forbidden;
    case 404:
      return Verdict::missing;
    case 409:
      return Verdict::conflict;
    case 429:
      return Verdict::unknown;
    default:
      break;
  }
  if (code >= 400 && code < 500) {
    return Verdict::refused;
  }
  return code >= 200 && code < 300 ? Verdict::done : Verdict::unknown;
}

std::string request_id_of(const HttpResponse& response) {
  const std::string id = header(response, "x-openstack-request-id");
  return id.empty() ? header(response, "x-compute-request-id") : id;
}

}  // namespace ncc::openstack
