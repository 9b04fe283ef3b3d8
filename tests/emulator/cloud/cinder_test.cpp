// Cinder's volumes, and Nova's attachments of them.
#include "cloud/world.hpp"
#include "support/catch.hpp"

using namespace ncc::fake_cloud::test;
using Catch::Matchers::Contains;

namespace {

Answer volumes(World& world, const std::string& what, const Json& body = Json()) {
  const std::size_t space = what.find(' ');
  return world.call(what.substr(0, space) + " /volume/v3/0123456789abcdef0123456789abcdef" +
                        what.substr(space + 1),
                    "",
                    body);
}

Answer make(World& world, const Json& extra = Json::object()) {
  Json wanted = {{"name", "data"}, {"size", 1}};
  wanted.update(extra);
  return volumes(world, "POST /volumes", {{"volume", wanted}});
}

std::string made(World& world, const Json& extra = Json::object()) {
  return make(world, extra).json()["volume"]["id"];
}

Json show(World& world, const std::string& id) {
  return volumes(world, "GET /volumes/" + id).json()["volume"];
}

Answer attach(World& world, const std::string& server, const std::string& volume) {
  return world.nova("POST /servers/" + server + "/os-volume_attachments",
                    {{"volumeAttachment", {{"volumeId", volume}}}});
}

std::string path(const std::string& server, const std::string& volume) {
  return "DELETE /servers/" + server + "/os-volume_attachments/" + volume;
}

}  // namespace

TEST_CASE("a volume is creating, then available, and gone after its deletion", "[cloud][cinder]") {
  World world;

  const Answer created = make(world, {{"metadata", {{"run", "r1"}}}});
  const std::string id = created.json()["volume"]["id"];

  CHECK(created.status() == 202);
  CHECK(created.json()["volume"]["status"] == "creating");
  CHECK(show(world, id)["status"] == "available");
  CHECK(show(world, id)["volume_type"] == "__DEFAULT__");
  CHECK(show(world, id)["metadata"] == Json({{"run", "r1"}}));
  CHECK(volumes(world, "DELETE /volumes/" + id).status() == 202);
  CHECK(volumes(world, "GET /volumes/" + id).status() == 404);
  CHECK(volumes(world, "DELETE /volumes/" + id).json()["itemNotFound"]["message"] ==
        "Volume " + id + " could not be found.");
}

TEST_CASE("a volume takes its time", "[cloud][cinder]") {
  World world;
  world.cloud.state.settings.volume_seconds = 5;
  const std::string id = made(world);
  CHECK(show(world, id)["status"] == "creating");
  CHECK(volumes(world, "DELETE /volumes/" + id).status() == 400);

  world.advance(5);

  CHECK(show(world, id)["status"] == "available");
}

TEST_CASE("volumes are listed by name and metadata, page by page", "[cloud][cinder]") {
  World world;
  const std::string one = made(world, {{"metadata", {{"run", "r1"}}}});
  const std::string two = made(world, {{"name", "other"}});

  CHECK(volumes(world, "GET /volumes?name=other").json()["volumes"][0]["id"] == two);
  CHECK(volumes(world, "GET /volumes/detail?metadata=%7B%22run%22%3A%20%22r1%22%7D")
            .json()["volumes"][0]["id"] == one);
  CHECK(volumes(world, "GET /volumes/detail?metadata=%7B%27run%27%3A%20%27r2%27%7D")
            .json()["volumes"]
            .empty());
  const Json page = volumes(world, "GET /volumes/detail?limit=1").json();
  CHECK(page["volumes"][0]["id"] == two);
  CHECK_THAT(page["volumes_links"][0]["href"].get<std::string>(), Contains("marker=" + two));
  CHECK(volumes(world, "GET /volumes?marker=" + two).json()["volumes"][0]["id"] == one);
}

TEST_CASE("a bad size, an unknown type and a used up quota are refused", "[cloud][cinder]") {
  World world;

  CHECK(make(world, {{"size", 0}}).json()["badRequest"]["message"] ==
        "Invalid input received: Volume size '0' must be an integer and greater than 0");
  const Answer type = make(world, {{"volume_type", "fast"}});
  CHECK(type.status() == 404);
  CHECK(type.json()["itemNotFound"]["message"] == "Volume type with name fast could not be found.");
  world.cloud.state.settings.gigabytes_quota = 3;
  made(world, {{"size", 2}});
  const Answer size = make(world, {{"size", 2}});
  CHECK(size.status() == 413);
  CHECK_THAT(size.json()["overLimit"]["message"].get<std::string>(),
             Contains("Requested 2G, quota is 3G and 2G has been consumed."));
  world.cloud.state.settings.volume_quota = 1;
  CHECK(make(world).status() == 413);
  CHECK(volumes(world, "GET /volumes").json()["volumes"].size() == 1);
}

TEST_CASE("a volume may fail to be made or deleted", "[cloud][cinder]") {
  World world;
  world.cloud.state.settings.volume_fails = {{"create", 1}, {"delete", 1}};

  const std::string failed = made(world);
  const std::string good = made(world);
  CHECK(show(world, failed)["status"] == "error");
  CHECK(show(world, good)["status"] == "available");
  volumes(world, "DELETE /volumes/" + failed);
  CHECK(show(world, failed)["status"] == "error_deleting");

  volumes(world, "DELETE /volumes/" + failed);

  CHECK(volumes(world, "GET /volumes/" + failed).status() == 404);
}

TEST_CASE("an attached volume is in-use and cannot be deleted until it is detached",
          "[cloud][cinder]") {
  World world;
  const std::string server = world.running("n1");
  const std::string id = made(world);

  const Answer attached = attach(world, server, id);

  CHECK(attached.status() == 200);
  CHECK(attached.json()["volumeAttachment"]["device"] == "/dev/vdb");
  CHECK(show(world, id)["status"] == "in-use");
  CHECK(show(world, id)["attachments"][0]["server_id"] == server);
  CHECK(world.server(server)["os-extended-volumes:volumes_attached"][0]["id"] == id);
  CHECK(world.nova("GET /servers/" + server + "/os-volume_attachments")
            .json()["volumeAttachments"][0]["volumeId"] == id);
  CHECK_THAT(
      volumes(world, "DELETE /volumes/" + id).json()["badRequest"]["message"].get<std::string>(),
      Contains("must not be migrating, attached"));
  CHECK(attach(world, server, id).status() == 400);

  CHECK(world.nova(path(server, id)).status() == 202);

  CHECK(show(world, id)["status"] == "available");
  CHECK(show(world, id)["attachments"].empty());
  CHECK(world.nova(path(server, id)).status() == 404);
}

TEST_CASE("a failed attachment gives the volume back, a failed detachment keeps it",
          "[cloud][cinder]") {
  World world;
  const std::string server = world.running("n1");
  const std::string id = made(world);
  world.cloud.state.settings.volume_fails = {{"attach", 1}, {"detach", 1}};

  attach(world, server, id);
  CHECK(show(world, id)["status"] == "available");
  attach(world, server, id);
  CHECK(show(world, id)["status"] == "in-use");
  world.nova(path(server, id));

  CHECK(show(world, id)["status"] == "in-use");
}

TEST_CASE("volumes of a deleted server are free, and attaching needs a server that runs",
          "[cloud][cinder]") {
  World world;
  const std::string building = world.boot({{"host", "n1"}}).json()["server"]["id"];
  const std::string id = made(world);
  CHECK(attach(world, building, id).status() == 409);
  const std::string server = world.running("n1");
  attach(world, server, id);

  world.nova("DELETE /servers/" + server);

  CHECK(show(world, id)["status"] == "available");
}

TEST_CASE("nothing is attached while the server's nova-compute does not run", "[cloud][cinder]") {
  World world;
  const std::string server = world.running("n1");
  const std::string id = made(world);
  world.control("POST /_emulator/compute", {{"host", "n1"}, {"action", "stop"}});

  attach(world, server, id);

  CHECK(show(world, id)["status"] == "reserved");
}

TEST_CASE("a cloud without Cinder has it neither in the catalog nor at its address",
          "[cloud][cinder]") {
  World world;
  CHECK(volumes(world, "GET /volumes").status() == 200);

  world.cloud.state.settings.cinder_type = "";

  CHECK(volumes(world, "GET /volumes").status() == 501);
}

TEST_CASE("a world with volumes can be read back, and impossible ones are refused",
          "[cloud][cinder]") {
  World world;
  const std::string server = world.running("n1");
  attach(world, server, made(world));
  Json state = world.control("GET /_emulator/state").json();
  CHECK(world.control("PUT /_emulator/state", state).status() == 200);

  state["volumes"][0]["server"] = "nobody";

  CHECK(world.control("PUT /_emulator/state", state).status() == 400);
}
