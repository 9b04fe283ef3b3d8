#include <optional>
#include <string>

#include "openstack.hpp"
#include "openstack/answer.hpp"
#include "words/text.hpp"

namespace ncc::openstack {

namespace {

bool is_active(const Answer& answer, const json& image) {
  return answer.text(image, "status") == "active";
}

std::optional<std::string> active_by_id(Session& session, const std::string& id) {
  const Session::Call call{.service = "image", .path = "/images/" + percent_encode(id)};
  const HttpResponse response = session.send(call, {404});
  if (response.code == 404) {
    return std::nullopt;
  }
  const Answer answer(call, response);
  return is_active(answer, answer.document()) ? std::optional(id) : std::nullopt;
}

}  // namespace

std::optional<std::string> Glance::image_id(const std::string& name_or_id) {
  if (UuidKind::valid(name_or_id)) {
    if (auto id = active_by_id(session_, name_or_id)) {
      return id;
    }
  }
  std::optional<std::string> newest;  // Glance lists the newest first
  for_each(session_,
           {.service = "image", .path = "/images?status=active&name=" + percent_encode(name_or_id)},
           "images",
           [&](const Answer& answer, const json& image) {
             if (!newest && answer.text(image, "name") == name_or_id && is_active(answer, image)) {
               newest = answer.text(image, "id");
             }
           });
  return newest;
}

}  // namespace ncc::openstack
