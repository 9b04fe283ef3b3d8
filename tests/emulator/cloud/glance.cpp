// Glance: images, to read. Behaviour: glance/api/v2/images.py, glance/api/versions.py; errors are
// webob's, HTML unless the client asks for JSON.
#include <algorithm>

#include "cloud/internal.hpp"

namespace ncc::fake_cloud {

namespace {

Response glance_error(const Call& call, int status, const std::string& message) {
  const std::string title = std::to_string(status) + " " + standard_title(status);
  const auto accept = call.request.headers.find("accept");
  if (accept != call.request.headers.end() && accept->second.find("json") != std::string::npos) {
    return json_response(status,
                         {{"message", message + "<br /><br />\n\n\n"},
                          {"code", title},
                          {"title", standard_title(status)}});
  }
  const std::string page = "<html>\n <head>\n  <title>" + title +
                           "</title>\n </head>\n <body>\n  <h1>" + title + "</h1>\n  " + message +
                           "<br /><br />\n\n\n\n </body>\n</html>";
  return {status, {{"Content-Type", "text/html; charset=UTF-8"}}, page, {}};
}

Json image_view(const Image& image) {
  const std::string created = iso_time(image.created_at, "%Y-%m-%dT%H:%M:%SZ");
  const bool stored = image.status == "active";
  return {{"id", image.id},
          {"name", image.name},
          {"status", image.status},
          {"visibility", "public"},
          {"disk_format", "raw"},
          {"container_format", "bare"},
          {"size", stored ? Json(1024) : Json(nullptr)},
          {"virtual_size", nullptr},
          {"checksum", nullptr},
          {"os_hash_algo", nullptr},
          {"os_hash_value", nullptr},
          {"os_hidden", false},
          {"protected", false},
          {"min_ram", 0},
          {"min_disk", 0},
          {"owner", id_of("project services")},
          {"tags", Json::array()},
          {"created_at", created},
          {"updated_at", created},
          {"self", "/v2/images/" + image.id},
          {"file", "/v2/images/" + image.id + "/file"},
          {"schema", "/v2/schemas/image"}};
}

// `wanted` may be "in:a,b" with quotes around values that need them.
bool is_one_of(const std::string& value, const std::string& wanted) {
  if (wanted.rfind("in:", 0) != 0) {
    return value == wanted;
  }
  for (std::string item : split(wanted.substr(3), ',')) {
    item.erase(std::remove(item.begin(), item.end(), '"'), item.end());
    if (item == value) {
      return true;
    }
  }
  return false;
}

Response list(const Call& call) {
  std::vector<Image> images = call.state().images;
  std::sort(images.begin(), images.end(), [](const Image& left, const Image& right) {
    return std::pair(left.created_at, left.id) > std::pair(right.created_at, right.id);
  });
  Json views = Json::array();
  for (const Image& image : images) {
    const auto fits = [&](const char* name, const std::string& value) {
      const auto wanted = call.parameter(name);
      return !wanted || is_one_of(value, *wanted);
    };
    if (fits("name", image.name) && fits("status", image.status) && fits("id", image.id)) {
      views.push_back(image_view(image));
    }
  }
  const std::size_t question = call.request.target.find('?');
  const std::string query =
      question == std::string::npos ? "" : call.request.target.substr(question);
  return json_response(
      200, {{"images", views}, {"first", "/v2/images" + query}, {"schema", "/v2/schemas/images"}});
}

Response show(const Call& call) {
  for (const Image& image : call.state().images) {
    if (image.id == call.path[2]) {
      return json_response(200, image_view(image));
    }
  }
  return glance_error(call, 404, "No image found with ID " + call.path[2]);
}

Response versions(const Call& call) {
  const std::string href = call.cloud.base_url + "/image/v2/";
  Json list = Json::array();
  for (const char* id : {"v2.17", "v2.9", "v2.7", "v2.0"}) {
    list.push_back({{"id", id},
                    {"status", std::string(id) == "v2.17" ? "CURRENT" : "SUPPORTED"},
                    {"links", Json::array({{{"rel", "self"}, {"href", href}}})}});
  }
  return json_response(300, {{"versions", list}});
}

}  // namespace

Response glance(Call call) {
  if (call.is("GET", "")) {
    return versions(call);
  }
  const std::optional<Token> token = valid_token(call.cloud, call.request);
  if (!token) {
    return unauthorized(call.cloud);
  }
  call.token = *token;
  if (call.is("GET", "v2/images")) {
    return list(call);
  }
  if (call.is("GET", "v2/images/*")) {
    return show(call);
  }
  return not_emulated(call.request);
}

}  // namespace ncc::fake_cloud
