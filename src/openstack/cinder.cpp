#include <map>
#include <optional>
#include <string>
#include <vector>

#include "openstack.hpp"
#include "openstack/answer.hpp"
#include "words/text.hpp"

namespace ncc::openstack {

namespace {

constexpr const char* service = "block-storage";

std::string path_of(const std::string& id) {
  return "/volumes/" + percent_encode(id);
}

std::map<std::string, std::string> read_metadata(const Answer& answer, const json& row) {
  std::map<std::string, std::string> metadata;
  const json& found = answer.object(row, "metadata");
  for (const auto& [key, value] : found.items()) {
    metadata[key] = answer.text(found, key.c_str());
  }
  return metadata;
}

std::vector<std::string> read_servers(const Answer& answer, const json& row) {
  std::vector<std::string> servers;
  for (const json& attachment : answer.list(row, "attachments")) {
    servers.push_back(answer.text(attachment, "server_id"));
  }
  return servers;
}

Volume read_volume(const Answer& answer, const json& row) {
  return {.id = answer.text(row, "id"),
          .name = answer.text(row, "name"),
          .status = answer.text(row, "status"),
          .type = answer.text(row, "volume_type"),
          .size_gib = answer.number(row, "size"),
          .metadata = read_metadata(answer, row),
          .servers = read_servers(answer, row)};
}

json create_body(const VolumeRequest& request) {
  json volume{{"name", request.name}, {"size", request.size_gib}, {"metadata", request.metadata}};
  if (!request.type.empty()) {
    volume["volume_type"] = request.type;
  }
  return {{"volume", volume}};
}

}  // namespace

bool Cinder::offered() {
  return session_.offers(service);
}

Volume Cinder::create(const VolumeRequest& request) {
  const Session::Call call{.service = service,
                           .method = "POST",
                           .path = "/volumes",
                           .body = text_of(create_body(request))};
  const Answer answer(call, session_.send(call));
  return read_volume(answer, answer.object(answer.document(), "volume"));
}

std::optional<Volume> Cinder::volume(const std::string& id) {
  const auto answer = get_one(session_, {.service = service, .path = path_of(id)});
  return answer ? std::optional(read_volume(*answer, answer->object(answer->document(), "volume")))
                : std::nullopt;
}

std::vector<Volume> Cinder::list(const std::string& filter) {
  std::vector<Volume> volumes;
  for_each(
      session_,
      {.service = service, .path = "/volumes/detail?" + filter},
      "volumes",
      [&](const Answer& answer, const json& row) { volumes.push_back(read_volume(answer, row)); });
  return volumes;
}

std::vector<Volume> Cinder::volumes_named(const std::string& name) {
  std::vector<Volume> volumes = list("name=" + percent_encode(name));
  std::erase_if(volumes, [&](const Volume& volume) { return volume.name != name; });
  return volumes;
}

std::vector<Volume> Cinder::volumes_marked(const std::string& key, const std::string& value) {
  std::vector<Volume> volumes = list("metadata=" + percent_encode(text_of({{key, value}})));
  std::erase_if(volumes, [&](const Volume& volume) {
    const auto found = volume.metadata.find(key);
    return found == volume.metadata.end() || found->second != value;
  });
  return volumes;
}

Outcome Cinder::remove(const std::string& id) {
  return session_.change({.service = service, .method = "DELETE", .path = path_of(id)});
}

}  // namespace ncc::openstack
