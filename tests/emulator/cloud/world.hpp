#pragma once
// A cloud for tests: time stands still unless advanced, two hosts (n1, n2) run nova-compute and OVN
// agents, and call() is a request by the admin user.

#include <string>

#include <nlohmann/json.hpp>

#include "cloud/cloud.hpp"

namespace ncc::fake_cloud::test {

using Json = nlohmann::json;

struct Answer {
  Response response = {};

  [[nodiscard]] int status() const { return response.status; }

  [[nodiscard]] Json json() const { return Json::parse(response.body, nullptr, false); }

  [[nodiscard]] std::string header(const std::string& name) const {
    for (const auto& [key, value] : response.headers) {
      if (key == name) {
        return value;
      }
    }
    return "";
  }
};

inline Json password_auth(const std::string& user, const std::string& password) {
  const Json domain = {{"name", "service_domain"}};
  return {
      {"auth",
       {{"identity",
         {{"methods", {"password"}},
          {"password", {{"user", {{"name", user}, {"domain", domain}, {"password", password}}}}}}},
        {"scope", {{"project", {{"name", "services"}, {"domain", domain}}}}}}}};
}

class World {
 public:
  World() {
    cloud.real_seconds = [] { return std::int64_t{1'700'000'000}; };
    cloud.state.users.push_back(
        {"guest", "guest-secret", "service_domain", "services", "service_domain", {"member"}});
    for (const std::string host : {"n1", "n2"}) {
      control("POST /_emulator/compute", {{"host", host}, {"action", "start"}});
      control("POST /_emulator/agents", {{"host", host}, {"kind", "controller"}});
      control("POST /_emulator/agents", {{"host", host}, {"kind", "metadata"}});
    }
    log_in("nova_compute", "cloud-secret");
  }

  void log_in(const std::string& user, const std::string& password) {
    token = Answer{handle(cloud,
                          make_request(
                              "POST /v3/auth/tokens", {}, password_auth(user, password).dump()))}
                .header("X-Subject-Token");
  }

  Answer call(const std::string& what,
              const std::string& microversion = "",
              const Json& body = Json()) {
    return {handle(cloud,
                   make_request(what, {token, microversion}, body.is_null() ? "" : body.dump()))};
  }

  Answer nova(const std::string& what, const Json& body = Json()) {
    const std::size_t space = what.find(' ');
    return call(
        what.substr(0, space) + " /compute/v2.1" + what.substr(space + 1), "compute 2.90", body);
  }

  Answer control(const std::string& what, const Json& body = Json()) {
    return {handle(cloud, make_request(what, {}, body.is_null() ? "" : body.dump()))};
  }

  void advance(std::int64_t seconds) { control("POST /_emulator/clock", {{"advance", seconds}}); }

  /// The compute service of a host, as os-services lists it.
  Json service(const std::string& host) {
    return nova("GET /os-services?binary=nova-compute&host=" + host).json()["services"].at(0);
  }

  std::string service_id(const std::string& host) { return service(host)["id"]; }

  /// Asks for a server of the one flavor and image; `extra` is merged into it.
  Answer boot(const Json& extra) {
    Json server = {{"name", "probe"},
                   {"flavorRef", "1"},
                   {"imageRef", cloud.state.images[0].id},
                   {"networks", "none"}};
    server.update(extra);
    return nova("POST /servers", {{"server", server}});
  }

  /// A server that is ACTIVE on a host; its id.
  std::string running(const std::string& host, const Json& extra = Json::object()) {
    Json wanted = {{"host", host}};
    wanted.update(extra);
    const std::string id = boot(wanted).json()["server"]["id"];
    server(id);  // Nova's default here: it is ACTIVE after one look
    server(id);
    return id;
  }

  Answer act(const std::string& id, const Json& action, const std::string& version = "2.68") {
    return call("POST /compute/v2.1/servers/" + id + "/action", "compute " + version, action);
  }

  Answer live(const std::string& id) {
    return act(id, {{"os-migrateLive", {{"host", nullptr}, {"block_migration", "auto"}}}});
  }

  Answer cold(const std::string& id) { return act(id, {{"migrate", nullptr}}); }

  Json server(const std::string& id) { return nova("GET /servers/" + id).json()["server"]; }

  /// Its migrations, newest first.
  Json moves(const std::string& id) {
    return nova("GET /os-migrations?instance_uuid=" + id).json()["migrations"];
  }

  void plan(const std::string& id, const std::string& end) {
    cloud.state.settings.move_plans[id] = {end, 0};
  }

  /// Resources a provider of that name has given away, as Placement sums them.
  Json used(const std::string& name) {
    const Json found =
        call("GET /placement/resource_providers?name=" + name).json()["resource_providers"];
    return call("GET /placement/resource_providers/" + found.at(0)["uuid"].get<std::string>() +
                "/usages")
        .json()["usages"];
  }

  Cloud cloud = {};
  std::string token = {};
};

}  // namespace ncc::fake_cloud::test
