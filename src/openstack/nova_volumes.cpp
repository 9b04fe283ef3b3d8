// Volumes of servers: os-volume_attachments.

#include <optional>
#include <string>
#include <vector>

#include "openstack.hpp"
#include "openstack/answer.hpp"
#include "openstack/nova_calls.hpp"
#include "words/text.hpp"

namespace ncc::openstack {

namespace {

std::string path_of(const std::string& server) {
  return "/servers/" + percent_encode(server) + "/os-volume_attachments";
}

}  // namespace

Outcome Nova::attach_volume(const std::string& server, const VolumeAttachment& attachment) {
  json body{{"volumeId", attachment.volume}};
  if (!attachment.device.empty()) {
    body["device"] = attachment.device;
  }
  return session_.change(nova_post(path_of(server), {{"volumeAttachment", body}}));
}

Outcome Nova::detach_volume(const std::string& server, const std::string& volume) {
  return session_.change(nova_delete(path_of(server) + "/" + percent_encode(volume)));
}

std::optional<std::vector<VolumeAttachment>> Nova::attached_volumes(const std::string& server) {
  const auto answer = get_one(session_, nova_get(path_of(server)));
  if (!answer) {
    return std::nullopt;
  }
  std::vector<VolumeAttachment> attachments;
  for (const json& row : answer->list(answer->document(), "volumeAttachments")) {
    attachments.push_back(
        {.volume = answer->text(row, "volumeId"), .device = answer->optional_text(row, "device")});
  }
  return attachments;
}

}  // namespace ncc::openstack
