// Keypairs, flavors of our own and consoles: what a proof of a compute host needs.

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "openstack.hpp"
#include "openstack/answer.hpp"
#include "openstack/nova_calls.hpp"
#include "words/text.hpp"

namespace ncc::openstack {

namespace {

constexpr const char* flavors_version = "2.61";  // with extra specs

Keypair read_keypair(const Answer& answer, const json& row) {
  return {.name = answer.text(row, "name"), .fingerprint = answer.text(row, "fingerprint")};
}

}  // namespace

Keypair Nova::import_keypair(const std::string& name, const std::string& public_key) {
  const Session::Call call =
      nova_post("/os-keypairs", {{"keypair", {{"name", name}, {"public_key", public_key}}}});
  const Answer answer(call, session_.send(call));
  return read_keypair(answer, answer.object(answer.document(), "keypair"));
}

std::vector<Keypair> Nova::keypairs() {
  std::vector<Keypair> keypairs;
  for_each(
      session_, nova_get("/os-keypairs"), "keypairs", [&](const Answer& answer, const json& row) {
        keypairs.push_back(read_keypair(answer, answer.object(row, "keypair")));
      });
  return keypairs;
}

Outcome Nova::delete_keypair(const std::string& name) {
  return session_.change(nova_delete("/os-keypairs/" + percent_encode(name)));
}

std::vector<ListedFlavor> Nova::flavors() {
  std::vector<ListedFlavor> flavors;
  for_each(session_,
           nova_get("/flavors/detail?is_public=None", flavors_version),
           "flavors",
           [&](const Answer& answer, const json& row) {
             flavors.push_back({answer.text(row, "id"), read_flavor(answer, row, "name")});
           });
  return flavors;
}

std::string Nova::create_flavor(const Flavor& flavor) {
  const Session::Call call = nova_post("/flavors",
                                       {{"flavor",
                                         {{"name", flavor.name},
                                          {"vcpus", flavor.vcpus},
                                          {"ram", flavor.ram_mib},
                                          {"disk", flavor.disk_gib},
                                          {"OS-FLV-EXT-DATA:ephemeral", flavor.ephemeral_gib},
                                          {"swap", flavor.swap_mib},
                                          {"os-flavor-access:is_public", false}}}});
  const Answer answer(call, session_.send(call));
  const std::string id = answer.text(answer.object(answer.document(), "flavor"), "id");
  if (!flavor.extra_specs.empty()) {
    session_.send(nova_post("/flavors/" + percent_encode(id) + "/os-extra_specs",
                            {{"extra_specs", flavor.extra_specs}}));
  }
  return id;
}

Outcome Nova::delete_flavor(const std::string& id) {
  return session_.change(nova_delete("/flavors/" + percent_encode(id)));
}

std::optional<std::string> Nova::console_output(const std::string& server) {
  const Session::Call call = nova_post("/servers/" + percent_encode(server) + "/action",
                                       {{"os-getConsoleOutput", json::object()}});
  const HttpResponse response = session_.send(call, {409});
  if (response.code == 409) {
    return std::nullopt;
  }
  const Answer answer(call, response);
  return answer.text(answer.document(), "output");
}

Secret Nova::vnc_url(const std::string& server) {
  const Session::Call call =
      nova_post("/servers/" + percent_encode(server) + "/remote-consoles",
                {{"remote_console", {{"protocol", "vnc"}, {"type", "novnc"}}}});
  const Answer answer(call, session_.send(call));
  return Secret(answer.text(answer.object(answer.document(), "remote_console"), "url"));
}

}  // namespace ncc::openstack
