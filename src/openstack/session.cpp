#include <algorithm>
#include <chrono>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include <nlohmann/json.hpp>

#include "log.hpp"
#include "openstack.hpp"
#include "openstack/answer.hpp"
#include "openstack/catalog.hpp"
#include "openstack/reply.hpp"
#include "words/text.hpp"

namespace ncc::openstack {

namespace {

using std::chrono::seconds;

/// POST /v3/auth/tokens, password method, scope by project name or the whole system.
std::string login_body(const Credentials& credentials) {
  const json user{{"name", credentials.username},
                  {"domain", {{"name", credentials.user_domain}}},
                  {"password", credentials.password.reveal()}};
  const json project{{"name", credentials.project},
                     {"domain", {{"name", credentials.project_domain}}}};
  const json system{{"all", true}};
  const json scope =
      credentials.system_scope ? json{{"system", system}} : json{{"project", project}};
  return text_of({{"auth",
                   {{"identity", {{"methods", {"password"}}, {"password", {{"user", user}}}}},
                    {"scope", scope}}}});
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

}  // namespace

void Session::log_in() {
  if (refused_) {
    throw *refused_;
  }
  const Call call{.service = "identity", .method = "POST", .path = "/v3/auth/tokens"};
  const HttpResponse response = platform_.http.send(
      {.method = "POST",
       .url = token_url(credentials_.auth_url),
       .headers = {{"Accept", "application/json"}, {"Content-Type", "application/json"}},
       .body = login_body(credentials_),
       .ca_file = credentials_.ca_file});
  if (response.code != 201 && response.code != 200) {
    const HttpError error = refusal(name_of(call), response);
    refused_ = response.code == 401 ? std::optional(error) : std::nullopt;
    throw error;
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
                      .ca_file = credentials_.ca_file,
                      .repeatable = call.repeatable};
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

HttpReply Session::send_once(const HttpRequest& request) {
  try {
    return platform_.http.send(request);
  } catch (const HttpError& error) {
    return error;
  }
}

HttpReply Session::send_patiently(const Call& call) {
  const HttpRequest request = request_for(call);
  const auto deadline = platform_.clock.steady() + longest_patience;
  HttpReply reply = send_once(request);
  for (int repeat = 0; repeat < most_repeats && may_repeat(call.method, code_of(reply)); ++repeat) {
    const seconds delay = delay_of(reply, repeat);
    if (delay > deadline - platform_.clock.steady()) {
      break;
    }
    log::debug("{} answered {}, repeated in {} s", name_of(call), code_of(reply), delay.count());
    platform_.clock.sleep(delay);
    reply = send_once(request);
  }
  log::debug("{} answered {}, request id {}",
             name_of(call),
             code_of(reply),
             header(reply, "x-openstack-request-id"));
  return reply;
}

HttpReply Session::exchange(const Call& call) {
  if (token_.empty()) {
    log_in();
  }
  HttpReply reply = send_patiently(call);
  if (code_of(reply) == 401) {
    log_in();
    reply = send_patiently(call);
  }
  return reply;
}

HttpResponse Session::send(const Call& call, const std::vector<int>& accept) {
  HttpReply reply = exchange(call);
  if (const auto* error = std::get_if<HttpError>(&reply)) {
    throw *error;
  }
  HttpResponse& response = std::get<HttpResponse>(reply);
  const bool accepted = std::find(accept.begin(), accept.end(), response.code) != accept.end();
  if (response.code >= 400 && !accepted) {
    throw refusal(name_of(call), response);
  }
  return std::move(response);
}

Outcome Session::change(const Call& call) {
  return outcome_of(exchange(call));
}

Outcome Session::outcome_of(const HttpReply& reply) const {
  Outcome outcome{.verdict = verdict_of(code_of(reply)), .code = code_of(reply)};
  if (const auto* error = std::get_if<HttpError>(&reply)) {
    outcome.message = masked(masked(error->what(), token_), credentials_.password.reveal());
    return outcome;
  }
  const HttpResponse& response = std::get<HttpResponse>(reply);
  outcome.request_id = request_id_of(response);
  if (outcome.verdict == Verdict::done) {
    outcome.body = response.body;
  } else {
    outcome.message = words_of(response.body);
  }
  return outcome;
}

bool Session::offers(const std::string& service) {
  if (token_.empty()) {
    log_in();
  }
  return endpoints_.contains(service);
}

const std::string& Session::newest_version(const std::string& service) {
  auto found = newest_.find(service);
  if (found == newest_.end()) {
    const Call call{.service = service, .path = "/"};
    const Answer answer(call, send(call));
    const json& version = answer.object(answer.document(), "version");
    found = newest_.emplace(service, answer.text(version, "version")).first;
  }
  return found->second;
}

std::string Session::words_of(const std::string& body) const {
  const std::string& password = credentials_.password.reveal();
  const std::string quoted = text_of(password);  // as a body that is sent back would have it
  std::string text = masked(body, token_);
  text = masked(text, quoted.substr(1, quoted.size() - 2));
  text = error_text(masked(text, password));
  return masked(masked(text, token_), password);
}

HttpError Session::refusal(const std::string& name, const HttpResponse& response) const {
  return {name, response.code, words_of(response.body)};
}

}  // namespace ncc::openstack
