#include "openstack/catalog.hpp"

#include <algorithm>
#include <cctype>
#include <map>
#include <string>
#include <vector>

#include "words/text.hpp"

namespace ncc::openstack {

namespace {

const char* version_of(const std::string& service) {
  static const std::map<std::string, const char*> versions{{"baremetal", "v1"},
                                                           {"block-storage", "v3"},
                                                           {"compute", "v2.1"},
                                                           {"dns", "v2"},
                                                           {"image", "v2"},
                                                           {"network", "v2.0"}};
  const auto found = versions.find(service);
  return found == versions.end() ? "" : found->second;
}

/// The type by which our clients know a service.
std::string known_type(const std::string& type) {
  return type == "volumev3" ? "block-storage" : type;
}

/// v2, v2.0, v2.1: a path segment that names an API version.
bool is_version(const std::string& segment) {
  return segment.size() >= 2 && segment[0] == 'v' &&
         std::all_of(segment.begin() + 1, segment.end(), [](unsigned char letter) {
           return std::isdigit(letter) != 0 || letter == '.';
         });
}

/// The first endpoint of that interface in our region; empty when there is none.
std::string endpoint_url(const Answer& answer,
                         const json& endpoints,
                         const std::string& interface,
                         const std::string& region) {
  for (const json& endpoint : endpoints) {
    const bool here = region.empty() || answer.optional_text(endpoint, "region") == region ||
                      answer.optional_text(endpoint, "region_id") == region;
    if (here && answer.text(endpoint, "interface") == interface) {
      return answer.text(endpoint, "url");
    }
  }
  return {};
}

}  // namespace

std::string preferred_interface(const Credentials& credentials) {
  return credentials.interface.empty() ? "public" : credentials.interface;
}

std::map<std::string, std::string> read_catalog(const Answer& answer,
                                                const Credentials& credentials) {
  const std::string preferred = preferred_interface(credentials);
  const std::string other = preferred == "internal" ? "public" : "internal";
  std::map<std::string, std::string> urls;
  const json& token = answer.object(answer.document(), "token");
  for (const std::string& interface : {preferred, other}) {
    for (const json& service : answer.list(token, "catalog")) {
      const std::string url =
          endpoint_url(answer, answer.list(service, "endpoints"), interface, credentials.region);
      if (!url.empty()) {
        urls.emplace(known_type(answer.text(service, "type")), url);
      }
    }
  }
  return urls;
}

std::string versioned(const std::string& service, const std::string& url) {
  const std::string version = version_of(service);
  const std::size_t scheme = url.find("://");
  if (scheme == std::string::npos) {
    throw ConfigError("service catalog", service + " has no URL but '" + url + "'");
  }
  std::vector<std::string> parts = split(url.substr(scheme + 3), "/");
  const auto found = std::find_if(parts.begin(), parts.end(), is_version);
  if (!version.empty() && found != parts.end()) {
    *found = version;
  } else if (!version.empty()) {
    parts.push_back(version);
  }
  return url.substr(0, scheme + 3) + join(parts, "/");
}

}  // namespace ncc::openstack
