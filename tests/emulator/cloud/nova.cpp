// Nova's front: version documents, microversions, errors, paging; then the part of Nova that has
// the call. Behaviour and texts: nova/api/openstack/wsgi.py, compute/versions.py, common.py.
#include <algorithm>

#include "cloud/internal.hpp"

namespace ncc::fake_cloud {

namespace {

Json describedby() {
  return {{"rel", "describedby"}, {"type", "text/html"}, {"href", "http://docs.openstack.org/"}};
}

Json version_list(const Call& call) {
  const std::string root = call.cloud.base_url + "/compute";
  const auto entry =
      [&](const std::string& id, const std::string& status, const std::string& path) {
        const bool current = id == "v2.1";
        return Json{{"id", id},
                    {"status", status},
                    {"version", current ? call.state().settings.compute_max : ""},
                    {"min_version", current ? "2.1" : ""},
                    {"updated", current ? "2013-07-23T11:33:21Z" : "2011-01-21T11:33:21Z"},
                    {"links", Json::array({{{"rel", "self"}, {"href", root + path}}})}};
      };
  return {{"versions", {entry("v2.0", "SUPPORTED", "/v2/"), entry("v2.1", "CURRENT", "/v2.1/")}}};
}

Json version_document(const Call& call) {
  const Json self = {{"rel", "self"}, {"href", call.cloud.base_url + "/compute/v2.1/"}};
  const Json media = {{"base", "application/json"},
                      {"type", "application/vnd.openstack.compute+json;version=2.1"}};
  return {{"version",
           {{"id", "v2.1"},
            {"status", "CURRENT"},
            {"version", call.state().settings.compute_max},
            {"min_version", "2.1"},
            {"updated", "2013-07-23T11:33:21Z"},
            {"links", {self, describedby()}},
            {"media-types", {media}}}}};
}

// Sets call.version, or says why not: 400 for what is no version, 406 for one out of range.
std::optional<Response> negotiate(Call& call) {
  const std::string asked = version_header(call.request, "compute", "x-openstack-nova-api-version");
  const std::string& newest = call.state().settings.compute_max;
  const std::optional<Version> version = read_version(asked.empty()       ? "2.1"
                                                      : asked == "latest" ? newest
                                                                          : asked);
  if (!version) {
    return nova_error(400,
                      "API Version String " + asked +
                          " is of invalid format. Must be of format MajorNum.MinorNum.");
  }
  if (*version < Version{2, 1} || *version > *read_version(newest)) {
    return nova_error(406,
                      "Version " + asked +
                          " is not supported by the API. Minimum is 2.1 and maximum is " + newest +
                          ".");
  }
  call.version = *version;
  return std::nullopt;
}

void add_version_headers(const Call& call, Response& response) {
  const std::string version =
      std::to_string(call.version.major) + "." + std::to_string(call.version.minor);
  response.headers.emplace_back("OpenStack-API-Version", "compute " + version);
  response.headers.emplace_back("X-OpenStack-Nova-API-Version", version);
  response.headers.emplace_back("Vary", "OpenStack-API-Version, X-OpenStack-Nova-API-Version");
}

Response answer(const Call& call) {
  for (const auto part : {nova_services,
                          nova_hypervisors,
                          nova_servers,
                          nova_server_actions,
                          nova_instance_actions,
                          nova_groups,
                          nova_flavors,
                          nova_aggregates,
                          nova_volumes,
                          nova_keypairs,
                          nova_consoles,
                          nova_migrations}) {
    if (std::optional<Response> response = part(call)) {
      return *response;
    }
  }
  return not_emulated(call.request);
}

}  // namespace

Response nova(Call call) {
  if (call.is("GET", "")) {
    return json_response(200, version_list(call));
  }
  if (call.is("GET", "v2.1")) {
    return json_response(200, version_document(call));
  }
  if (call.path.empty() || call.path.front() != "v2.1") {
    return not_emulated(call.request);
  }
  const std::optional<Token> token = valid_token(call.cloud, call.request);
  if (!token) {
    return unauthorized(call.cloud);
  }
  call.token = *token;
  call.path.erase(call.path.begin());
  if (!call.path.empty() && call.path.front().size() == 32 && looks_like_uuid(call.path.front())) {
    call.path.erase(call.path.begin());  // the old form, /v2.1/{project_id}/...
  }
  if (const auto refusal = negotiate(call)) {
    return *refusal;
  }
  Response response = answer(call);
  add_version_headers(call, response);
  response.headers.emplace_back("X-Compute-Request-Id", call.request_id);
  return response;
}

Response nova_error(int status, const std::string& message) {
  static const std::map<int, std::string> names = {{400, "badRequest"},
                                                   {401, "unauthorized"},
                                                   {403, "forbidden"},
                                                   {404, "itemNotFound"},
                                                   {405, "badMethod"},
                                                   {409, "conflictingRequest"},
                                                   {413, "overLimit"},
                                                   {415, "badMediaType"},
                                                   {429, "overLimit"},
                                                   {501, "notImplemented"},
                                                   {503, "serviceUnavailable"}};
  const auto name = names.find(status);
  return json_response(status,
                       {{name == names.end() ? "computeFault" : name->second,
                         {{"code", status}, {"message", message}}}});
}

Response nova_forbidden(const std::string& policy) {
  return nova_error(403, "Policy doesn't allow os_compute_api:" + policy + " to be performed.");
}

std::string invalid_field(const std::string& field, const Json& value, const std::string& why) {
  const std::string shown = value.is_string() ? value.get<std::string>() : value.dump();
  return "Invalid input for field/attribute " + field + ". Value: " + shown + ". " + why;
}

std::string unexpected_key(const std::string& key) {
  return "Additional properties are not allowed ('" + key + "' was unexpected)";
}

std::string nova_url(const Call& call, const std::string& tail) {
  return call.cloud.base_url + "/compute/v2.1" + tail;
}

Page read_page(const Call& call) {
  Page page{static_cast<std::size_t>(call.state().settings.max_limit), call.parameter("marker")};
  if (const auto limit = call.parameter("limit")) {
    if (limit->empty() ||
        !std::all_of(
            limit->begin(), limit->end(), [](unsigned char c) { return std::isdigit(c) != 0; }) ||
        limit->size() > 9) {
      page.refusal = nova_error(400,
                                "Invalid input for query parameters limit. Value: " + *limit +
                                    ". '" + *limit + "' does not match '^[0-9]*$'");
    } else {
      page.limit = std::min(page.limit, std::size_t{std::stoul(*limit)});
    }
  }
  return page;
}

std::string next_page(const Call& call, const std::string& marker) {
  std::string url =
      call.cloud.base_url + call.request.target.substr(0, call.request.target.find('?'));
  char separator = '?';
  for (const auto& [name, value] : call.query) {
    if (name != "marker") {
      url += separator + encode(name) + "=" + encode(value);
      separator = '&';
    }
  }
  return url + separator + "marker=" + encode(marker);
}

}  // namespace ncc::fake_cloud
