// The contract's way to a cloud: who to ask, and how.
#include "cloud/contract.hpp"

#include <algorithm>
#include <cstdlib>
#include <sstream>
#include <stdexcept>

#include <httplib.h>

#include "cloud/server.hpp"

namespace ncc::contract {

namespace {

std::string variable(const char* name, const char* otherwise) {
  const char* value = std::getenv(name);
  return value == nullptr ? otherwise : value;
}

fake_cloud::Response control(fake_cloud::Cloud& cloud, const std::string& what, const Json& body) {
  return fake_cloud::handle(cloud, fake_cloud::make_request(what, {}, body.dump()));
}

// One host that is up, with its agents; an Ironic without nodes.
fake_cloud::Cloud small_cloud() {
  fake_cloud::Cloud cloud;
  (void)control(cloud, "POST /_emulator/compute", {{"host", "n1"}, {"action", "start"}});
  (void)control(cloud, "POST /_emulator/agents", {{"host", "n1"}, {"kind", "controller"}});
  (void)control(cloud, "POST /_emulator/agents", {{"host", "n1"}, {"kind", "metadata"}});
  (void)control(cloud, "POST /_emulator/ironic/nodes", {{"count", 0}});
  return cloud;
}

Target emulated() {
  static const fake_cloud::CloudServer server(small_cloud(), {});
  return {server.url() + "/v3",
          "nova_compute",
          "cloud-secret",
          "services",
          "service_domain",
          "service_domain",
          "RegionOne",
          "n1",
          "cirros",
          "m1.tiny",
          "net"};
}

Target real() {
  return {variable("NCC_CONTRACT_AUTH_URL", ""),
          variable("NCC_CONTRACT_USER", "nova_compute"),
          variable("NCC_CONTRACT_PASSWORD", ""),
          variable("NCC_CONTRACT_PROJECT", "services"),
          variable("NCC_CONTRACT_USER_DOMAIN", "service_domain"),
          variable("NCC_CONTRACT_PROJECT_DOMAIN", "service_domain"),
          variable("NCC_CONTRACT_REGION", "RegionOne"),
          variable("NCC_CONTRACT_HOST", ""),
          variable("NCC_CONTRACT_IMAGE", "cirros"),
          variable("NCC_CONTRACT_FLAVOR", "m1.tiny"),
          variable("NCC_CONTRACT_NETWORK", "")};
}

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) {
    return static_cast<char>(std::tolower(c));
  });
  return text;
}

std::string without_slash(std::string url) {
  while (!url.empty() && url.back() == '/') {
    url.pop_back();
  }
  return url;
}

}  // namespace

const Target& target() {
  static const Target chosen = variable("NCC_CONTRACT_AUTH_URL", "").empty() ? emulated() : real();
  return chosen;
}

Json Answer::json() const {
  const Json parsed = Json::parse(body, nullptr, false);
  return parsed.is_discarded() ? Json() : parsed;
}

Answer send(const Ask& ask) {
  const std::size_t slash = ask.url.find('/', ask.url.find("://") + 3);
  httplib::Client client(ask.url.substr(0, slash));
  client.set_read_timeout(std::chrono::seconds(90));  // Nova may wait for a compute host's answer
  httplib::Request request;
  request.method = ask.method;
  request.path = slash == std::string::npos ? "/" : ask.url.substr(slash);
  request.headers = {ask.headers.begin(), ask.headers.end()};
  if (!ask.body.is_null()) {
    request.body = ask.body.dump();
    request.set_header("Content-Type", "application/json");
  }
  const httplib::Result result = client.send(request);
  if (!result) {
    throw std::runtime_error("no answer to " + ask.method + " " + ask.url + ": " +
                             httplib::to_string(result.error()));
  }
  Answer answer{result->status, {}, result->body};
  for (const auto& [name, value] : result->headers) {
    answer.headers[lower(name)] = value;
  }
  return answer;
}

Answer authenticate(const std::string& password) {
  const Target& to = target();
  const Json user = {
      {"name", to.user}, {"domain", {{"name", to.user_domain}}}, {"password", password}};
  const Json project = {{"name", to.project}, {"domain", {{"name", to.project_domain}}}};
  const Json identity = {{"methods", {"password"}}, {"password", {{"user", user}}}};
  return send({"POST",
               without_slash(to.auth_url) + "/auth/tokens",
               {},
               {{"auth", {{"identity", identity}, {"scope", {{"project", project}}}}}}});
}

Session::Session() {
  const Answer answer = authenticate(target().password);
  if (answer.status != 201) {
    throw std::runtime_error("no token: " + std::to_string(answer.status) + " " + answer.body);
  }
  id_ = answer.headers.at("x-subject-token");
  token_ = answer.json()["token"];
}

std::string Session::endpoint(const std::string& type) const {
  for (const Json& service : token_["catalog"]) {
    for (const Json& endpoint : service["endpoints"]) {
      if (service["type"] == type && endpoint["interface"] == "internal" &&
          endpoint["region"] == target().region) {
        return without_slash(endpoint["url"]);
      }
    }
  }
  throw std::runtime_error("the catalog has no internal endpoint of " + type + " in " +
                           target().region);
}

bool Session::offers(const std::string& type) const {
  const Json& catalog = token_["catalog"];
  return std::any_of(
      catalog.begin(), catalog.end(), [&](const Json& service) { return service["type"] == type; });
}

Answer Session::ask(const std::string& type,
                    const std::string& what,
                    const std::string& version,
                    const Json& body) const {
  const std::size_t space = what.find(' ');
  std::map<std::string, std::string> headers = {{"X-Auth-Token", id_},
                                                {"Accept", "application/json"}};
  if (!version.empty()) {
    headers["OpenStack-API-Version"] = type + " " + version;
  }
  return send({what.substr(0, space), endpoint(type) + what.substr(space + 1), headers, body});
}

Answer Session::nova(const std::string& what, const std::string& version, const Json& body) const {
  return ask("compute", what, version, body);
}

Answer Session::placement(const std::string& what,
                          const std::string& version,
                          const Json& body) const {
  return ask("placement", what, version, body);
}

Answer Session::neutron(const std::string& what, const Json& body) const {
  const std::size_t space = what.find(' ');
  return ask("network", what.substr(0, space) + " /v2.0" + what.substr(space + 1), "", body);
}

Answer Session::glance(const std::string& what) const {
  const std::size_t space = what.find(' ');
  return ask("image", what.substr(0, space) + " /v2" + what.substr(space + 1), "", {});
}

Answer Session::cinder(const std::string& what, const Json& body) const {
  return ask(offers("volumev3") ? "volumev3" : "block-storage", what, "", body);
}

const Session& session() {
  static const Session one;
  return one;
}

std::string missing(const Json& object, const std::string& wanted) {
  std::istringstream words(wanted);
  std::string lacking;
  for (std::string word; words >> word;) {
    if (!object.is_object() || !object.contains(word)) {
      lacking += (lacking.empty() ? "" : " ") + word;
    }
  }
  return lacking;
}

}  // namespace ncc::contract
