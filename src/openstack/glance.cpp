#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "openstack.hpp"
#include "openstack/answer.hpp"
#include "words/text.hpp"

namespace ncc::openstack {

namespace {

bool is_active(const Answer& answer, const json& image) {
  return answer.text(image, "status") == "active";
}

std::optional<std::string> active_by_id(Session& session, const std::string& id) {
  const auto answer =
      get_one(session, {.service = "image", .path = "/images/" + percent_encode(id)});
  return answer && is_active(*answer, answer->document()) ? std::optional(id) : std::nullopt;
}

}  // namespace

std::optional<std::string> Glance::image_id(const std::string& name_or_id) {
  if (UuidKind::valid(name_or_id)) {
    if (auto id = active_by_id(session_, name_or_id)) {
      return id;
    }
  }
  const std::vector<std::string> named = images_named(name_or_id);
  return named.empty() ? std::nullopt : std::optional(named.front());
}

std::vector<std::string> Glance::images_named(const std::string& name) {
  std::vector<std::string> ids;  // Glance lists the newest first
  for_each(session_,
           {.service = "image", .path = "/images?status=active&name=" + percent_encode(name)},
           "images",
           [&](const Answer& answer, const json& image) {
             if (answer.text(image, "name") == name && is_active(answer, image)) {
               ids.push_back(answer.text(image, "id"));
             }
           });
  return ids;
}

std::optional<std::string> Glance::smallest_image_id() {
  std::optional<std::pair<long long, std::string>> smallest;
  for_each(session_,
           {.service = "image", .path = "/images?status=active"},
           "images",
           [&](const Answer& answer, const json& image) {
             const std::string format = answer.text(image, "disk_format");
             if (format == "aki" || format == "ari" || !is_active(answer, image)) {
               return;
             }
             const std::pair<long long, std::string> one{answer.number(image, "size"),
                                                         answer.text(image, "id")};
             if (!smallest || one < *smallest) {
               smallest = one;
             }
           });
  return smallest ? std::optional(smallest->second) : std::nullopt;
}

}  // namespace ncc::openstack
