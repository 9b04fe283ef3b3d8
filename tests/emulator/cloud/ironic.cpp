// Ironic's front: version documents, microversions, errors, policy, paging; then the part that has
// the call. Behaviour and texts: ironic/api/controllers/root.py, v1/__init__.py, v1/utils.py,
// v1/collection.py, middleware/parsable_error.py, common/policy.py.
#include "cloud/ironic.hpp"

#include <algorithm>

namespace ncc::fake_cloud {

namespace {

constexpr auto oldest = "1.1";

Json version_view(const Call& call) {
  return {
      {"id", "v1"},
      {"links", Json::array({{{"href", call.cloud.base_url + "/baremetal/v1/"}, {"rel", "self"}}})},
      {"status", "CURRENT"},
      {"min_version", oldest},
      {"version", call.state().settings.ironic_max}};
}

Json root_document(const Call& call) {
  return {{"name", "OpenStack Ironic API"},
          {"description",
           "Ironic is an OpenStack project which enables the provision and management of baremetal "
           "machines."},
          {"default_version", version_view(call)},
          {"versions", Json::array({version_view(call)})}};
}

Json v1_document(const Call& call) {
  return {{"id", "v1"}, {"version", version_view(call)}};
}

// An error from before a call is reached: webob's JSON, as text in Ironic's.
Response early_error(int status, const std::string& text) {
  const std::string title = standard_title(status);
  const Json inner = {{"code", std::to_string(status) + " " + title},
                      {"title", title},
                      {"message", text + "<br /><br />\n\n\n"}};
  return json_response(status, {{"error_message", inner.dump()}});
}

// Sets call.version, or says why not.
std::optional<Response> negotiate(Call& call) {
  const std::string asked =
      version_header(call.request, "baremetal", "x-openstack-ironic-api-version");
  const std::string& newest = call.state().settings.ironic_max;
  const std::optional<Version> version = read_version(asked.empty()       ? oldest
                                                      : asked == "latest" ? newest
                                                                          : asked);
  if (!version) {
    return early_error(406, "Invalid value for X-OpenStack-Ironic-API-Version header");
  }
  if (*version < *read_version(oldest) || *version > *read_version(newest)) {
    const std::string why =
        version->major == 1 ? "was requested but the minor version is not " : "requested but not ";
    return early_error(406,
                       (version->major == 1 ? "" : "Mutually exclusive versions requested. ") +
                           ("Version " + asked + " " + why) +
                           "supported by this service. The supported version range is: [" + oldest +
                           ", " + newest + "].");
  }
  call.version = *version;
  return std::nullopt;
}

bool has_role(const Call& call, const std::string& role) {
  const auto& roles = call.token.roles;
  return std::find(roles.begin(), roles.end(), role) != roles.end();
}

// rule:service_role with rbac_service_role_elevated_access.
bool is_elevated_service(const Call& call) {
  const std::string& project = call.state().settings.ironic_service_project;
  return !project.empty() && call.token.project == project && has_role(call, "service");
}

Response answer(const Call& call) {
  for (const auto part : {ironic_nodes, ironic_changes, ironic_allocations}) {
    if (std::optional<Response> response = part(call)) {
      return *response;
    }
  }
  return not_emulated(call.request);
}

Response answer_below_v1(Call& call) {
  const std::optional<Token> token = valid_token(call.cloud, call.request);
  if (!token) {
    return unauthorized(call.cloud);
  }
  call.token = *token;
  return answer(call);
}

std::optional<Response> complaint_about_limit(const std::string& limit) {
  const std::size_t sign = limit.rfind('-', 0) == 0 ? 1 : 0;
  const std::string digits = limit.substr(sign);
  if (digits.empty() || digits.size() > 9 ||
      !std::all_of(
          digits.begin(), digits.end(), [](unsigned char c) { return std::isdigit(c) != 0; })) {
    return ironic_error(400, "Expected an integer for limit: " + limit);
  }
  if (sign != 0 || std::stol(digits) == 0) {
    return ironic_error(400, "Limit must be positive");
  }
  return std::nullopt;
}

}  // namespace

Response ironic_error(int status, const std::string& fault) {
  const Json inner = {{"faultcode", status >= 500 ? "Server" : "Client"},
                      {"faultstring", fault},
                      {"debuginfo", nullptr}};
  return json_response(status, {{"error_message", inner.dump()}});
}

Response not_acceptable() {
  return ironic_error(406, "Request not acceptable.");
}

Response no_such_node(const std::string& ident) {
  return ironic_error(404, "Node " + ident + " could not be found.");
}

Response ironic_forbidden(const std::string& policy) {
  return ironic_error(403, "Access was denied to the following resource: baremetal:" + policy);
}

bool is_since(const Call& call, int minor) {
  return call.version >= Version{1, minor};
}

bool is_system_admin(const Call& call) {
  return call.token.system && has_role(call, "admin");
}

bool is_system_member(const Call& call) {
  return is_system_admin(call) || is_elevated_service(call) ||
         (call.token.system && (has_role(call, "member") || has_role(call, "service")));
}

bool is_system_reader(const Call& call) {
  return is_system_member(call) || (call.token.system && has_role(call, "reader"));
}

bool may_see(const Call& call, const IronicNode& node) {
  const std::string project = project_id(call.token);
  return is_system_reader(call) ||
         (!project.empty() && (node.owner == project || node.lessee == project));
}

Json ironic_body(const Call& call) {
  Json body = Json::parse(call.request.body, nullptr, false);
  return body.is_discarded() ? Json() : body;
}

IronicPage read_ironic_page(const Call& call) {
  IronicPage page{static_cast<std::size_t>(call.state().settings.max_limit)};
  if (const auto limit = call.parameter("limit")) {
    page.refusal = complaint_about_limit(*limit);
    page.limit = page.refusal ? page.limit : std::min(page.limit, std::size_t{std::stoul(*limit)});
  }
  page.marker = call.parameter("marker").value_or("");
  if (!page.marker.empty() && !looks_like_uuid(page.marker)) {
    page.refusal = ironic_error(400, "Expected UUID for marker: " + page.marker);
  }
  page.fields = split(call.parameter("fields").value_or(""), ',');
  if (!page.fields.empty() && !is_since(call, 8)) {
    page.refusal = not_acceptable();
  }
  return page;
}

std::string next_link(const Call& call, const IronicPage& page, const std::string& last) {
  std::string url =
      call.cloud.base_url + "/baremetal/v1/" + call.path.front() + "?sort_key=id&sort_dir=asc&";
  for (const char* kept : {"associated", "maintenance", "retired"}) {
    if (read_bool(call.parameter(kept).value_or("")).value_or(false)) {
      url += std::string(kept) + "=True&";
    }
  }
  std::string fields;
  for (const std::string& field : page.fields) {
    fields += (fields.empty() ? "fields=" : ",") + field;
  }
  return url + fields + (fields.empty() ? "" : "&") + "limit=" + std::to_string(page.limit) +
         "&marker=" + last;
}

Response ironic(Call call) {
  if (!call.path.empty() && call.path.front() == "v1") {
    call.path.erase(call.path.begin());
  } else if (!call.path.empty()) {
    return not_emulated(call.request);
  } else {
    return json_response(200, root_document(call));
  }
  const std::optional<Response> refusal = negotiate(call);
  Response response = refusal              ? *refusal
                      : call.is("GET", "") ? json_response(200, v1_document(call))
                                           : answer_below_v1(call);
  response.headers.emplace_back("X-OpenStack-Ironic-API-Minimum-Version", oldest);
  response.headers.emplace_back("X-OpenStack-Ironic-API-Maximum-Version",
                                call.state().settings.ironic_max);
  if (!refusal) {
    response.headers.emplace_back(
        "X-OpenStack-Ironic-API-Version",
        std::to_string(call.version.major) + "." + std::to_string(call.version.minor));
  }
  return response;
}

}  // namespace ncc::fake_cloud
