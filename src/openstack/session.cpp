#include <algorithm>
#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "log.hpp"
#include "openstack.hpp"
#include "openstack/answer.hpp"
#include "openstack/catalog.hpp"
#include "words/text.hpp"

namespace ncc::openstack {

namespace {

using std::chrono::seconds;

constexpr int most_repeats = 3;
constexpr seconds longest_patience{60};

/// JSON text; bytes that are no UTF-8 are replaced.
std::string text_of(const json& document) {
  return document.dump(-1, ' ', false, json::error_handler_t::replace);
}

/// POST /v3/auth/tokens, password method, scope by project name.
std::string login_body(const Credentials& credentials) {
  const json user{{"name", credentials.username},
                  {"domain", {{"name", credentials.user_domain}}},
                  {"password", credentials.password.reveal()}};
  const json project{{"name", credentials.project},
                     {"domain", {{"name", credentials.project_domain}}}};
  return text_of({{"auth",
                   {{"identity", {{"methods", {"password"}}, {"password", {{"user", user}}}}},
                    {"scope", {{"project", project}}}}}});
}

std::string token_url(std::string auth_url) {
  while (!auth_url.empty() && auth_url.back() == '/') {
    auth_url.pop_back();
  }
  const std::size_t slash = auth_url.rfind('/');
  const bool has_version = slash != std::string::npos && auth_url.substr(slash) == "/v3";
  return auth_url + (has_version ? "/auth/tokens" : "/v3/auth/tokens");
}

std::string masked(std::string text, const std::string& secret) {
  for (std::size_t at = text.find(secret); !secret.empty() && at != std::string::npos;
       at = text.find(secret, at + 3)) {
    text.replace(at, secret.size(), "***");
  }
  return text;
}

std::string header(const HttpResponse& response, const std::string& name) {
  const auto found = response.headers.find(name);
  return found == response.headers.end() ? "" : found->second;
}

bool may_repeat(const Session::Call& call, const HttpResponse& response) {
  return call.method != "POST" && (response.code == 429 || response.code == 503);
}

/// How long the service wants us to wait before repeat number `repeat` (from 0); 1, 2, 4 s when it
/// says nothing.
seconds delay_of(const HttpResponse& response, int repeat) {
  const std::optional<long long> said = to_integer(header(response, "retry-after"));
  return said && *said >= 0 ? seconds(*said) : seconds(1 << repeat);
}

}  // namespace

void Session::log_in() {
  const Call call{.service = "identity", .method = "POST", .path = "/v3/auth/tokens"};
  const HttpResponse response = platform_.http.send(
      {.method = "POST",
       .url = token_url(credentials_.auth_url),
       .headers = {{"Accept", "application/json"}, {"Content-Type", "application/json"}},
       .body = login_body(credentials_),
       .ca_file = credentials_.ca_file});
  if (response.code != 201 && response.code != 200) {
    throw refusal(name_of(call), response);
  }
  const Answer answer(call, response);
  const std::string token = header(response, "x-subject-token");
  if (token.empty()) {
    throw answer.unpromised("header X-Subject-Token");
  }
  endpoints_ = read_catalog(answer, credentials_);
  token_ = token;
}

std::string Session::base_url(const std::string& service) const {
  const auto found = endpoints_.find(service);
  if (found == endpoints_.end()) {
    throw ConfigError("service catalog",
                      "no endpoint of type " + service + ", interface " +
                          preferred_interface(credentials_) + ", region " + credentials_.region);
  }
  return versioned(service, found->second);
}

HttpRequest Session::request_for(const Call& call) const {
  HttpRequest request{.method = call.method,
                      .url = base_url(call.service) + call.path,
                      .headers = {{"Accept", "application/json"}, {"X-Auth-Token", token_}},
                      .body = call.body,
                      .ca_file = credentials_.ca_file};
  if (!call.body.empty()) {
    request.headers["Content-Type"] = "application/json";
  }
  if (!call.microversion.empty()) {
    request.headers["OpenStack-API-Version"] = call.service + " " + call.microversion;
    if (call.service == "compute") {
      request.headers["X-OpenStack-Nova-API-Version"] = call.microversion;
    }
  }
  return request;
}

HttpResponse Session::send_patiently(const Call& call) {
  const HttpRequest request = request_for(call);
  const auto deadline = platform_.clock.steady() + longest_patience;
  HttpResponse response = platform_.http.send(request);
  for (int repeat = 0; repeat < most_repeats && may_repeat(call, response); ++repeat) {
    const seconds delay = delay_of(response, repeat);
    if (delay > deadline - platform_.clock.steady()) {
      break;
    }
    log::debug("{} answered {}, repeated in {} s", name_of(call), response.code, delay.count());
    platform_.clock.sleep(delay);
    response = platform_.http.send(request);
  }
  log::debug("{} answered {}, request id {}",
             name_of(call),
             response.code,
             header(response, "x-openstack-request-id"));
  return response;
}

HttpResponse Session::send(const Call& call, const std::vector<int>& accept) {
  if (token_.empty()) {
    log_in();
  }
  HttpResponse response = send_patiently(call);
  if (response.code ==
      401) {  // expired or revoked: one new token, never a loop (it could lock the account)
    log_in();
    response = send_patiently(call);
  }
  const bool accepted = std::find(accept.begin(), accept.end(), response.code) != accept.end();
  if (response.code >= 400 && !accepted) {
    throw refusal(name_of(call), response);
  }
  return response;
}

HttpError Session::refusal(const std::string& name, const HttpResponse& response) const {
  const std::string& password = credentials_.password.reveal();
  const std::string quoted = text_of(password);  // as a body that is sent back would have it
  std::string body = masked(response.body, token_);
  body = masked(body, quoted.substr(1, quoted.size() - 2));
  const std::string text = error_text(masked(body, password));
  return {name, response.code, masked(masked(text, token_), password)};
}

}  // namespace ncc::openstack
