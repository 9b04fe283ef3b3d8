#pragma once
// A World with an Ironic, asked with tokens of system scope and of a project.

#include <string>
#include <vector>

#include "cloud/world.hpp"

namespace ncc::fake_cloud::test {

class IronicWorld : public World {
 public:
  IronicWorld() {
    control("POST /_emulator/ironic/nodes", {{"count", 0}});
    const Json domain = {{"name", "service_domain"}};
    Json auth = password_auth("nova_compute", "cloud-secret");
    auth["auth"]["scope"] = {{"system", {{"all", true}}}};
    system = Answer{handle(cloud, make_request("POST /v3/auth/tokens", {}, auth.dump()))}.header(
        "X-Subject-Token");
  }

  /// "GET /nodes" below /v1, by the admin of the system.
  Answer ironic(const std::string& what,
                const Json& body = Json(),
                const std::string& version = "1.82") {
    const std::size_t space = what.find(' ');
    return {handle(cloud,
                   make_request(what.substr(0, space) + " /baremetal/v1" + what.substr(space + 1),
                                {system, "baremetal " + version},
                                body.is_null() ? "" : body.dump()))};
  }

  /// The same by the admin of a project.
  Answer ironic_by_project(const std::string& what, const Json& body = Json()) {
    const std::size_t space = what.find(' ');
    return call(
        what.substr(0, space) + " /baremetal/v1" + what.substr(space + 1), "baremetal 1.82", body);
  }

  /// A node of that shard with more `keys` of state.hpp; its uuid.
  std::string add_node(const std::string& shard, Json keys = Json::object()) {
    keys["count"] = 1;
    keys["prefix"] = "node" + std::to_string(cloud.state.ironic_nodes.size());
    keys["resource_class"] = "bm";
    if (!shard.empty()) {
      keys["shard"] = shard;
    }
    return control("POST /_emulator/ironic/nodes", keys).json()["first"];
  }

  Json node(const std::string& uuid) { return ironic("GET /nodes/" + uuid).json(); }

  Answer set_shard(const std::string& uuid, const std::string& shard) {
    return ironic("PATCH /nodes/" + uuid, change("replace", "/shard", shard));
  }

  static Json change(const std::string& op, const std::string& path, const Json& value = Json()) {
    Json operation = {{"op", op}, {"path", path}};
    if (op != "remove") {
      operation["value"] = value;
    }
    return Json::array({operation});
  }

  static std::string fault(const Answer& answer) {
    return Json::parse(answer.json()["error_message"].get<std::string>())["faultstring"];
  }

  std::string system = {};
};

}  // namespace ncc::fake_cloud::test
