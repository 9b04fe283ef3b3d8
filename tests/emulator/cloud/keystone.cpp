// Keystone v3: version document and password tokens with their catalog. Behaviour and texts:
// keystone's api/discovery.py, common/render_token.py, server/flask/application.py.
#include <algorithm>

#include "cloud/internal.hpp"

namespace ncc::fake_cloud {

namespace {

constexpr auto time_format = "%Y-%m-%dT%H:%M:%S.000000Z";

Response keystone_error(int status, const std::string& message) {
  return json_response(
      status,
      {{"error", {{"code", status}, {"title", standard_title(status)}, {"message", message}}}});
}

Json version_document(const Cloud& cloud) {
  return {{"id", "v3.14"},
          {"status", "stable"},
          {"updated", "2020-04-07T00:00:00Z"},
          {"links", Json::array({{{"rel", "self"}, {"href", cloud.base_url + "/v3/"}}})},
          {"media-types",
           Json::array({{{"base", "application/json"},
                         {"type", "application/vnd.openstack.identity-v3+json"}}})}};
}

Json domain_view(const std::string& name) {
  return {{"id", name == "Default" ? "default" : id_of("domain " + name)}, {"name", name}};
}

std::string project_id(const std::string& domain, const std::string& project) {
  return id_of("project " + domain + "/" + project);
}

std::string user_id(const std::string& domain, const std::string& user) {
  return id_of("user " + domain + "/" + user);
}

struct CatalogService {
  std::string type;
  const char* name;
  const char* path;
};

Json catalog(const Cloud& cloud, const Token& token) {
  const Settings& settings = cloud.state.settings;
  const std::vector<CatalogService> services = {{"identity", "keystone", "/v3"},
                                                {"compute", "nova", "/compute/v2.1"},
                                                {"placement", "placement", "/placement"},
                                                {"network", "neutron", "/network"},
                                                {"image", "glance", "/image"},
                                                {settings.cinder_type, "cinder", "/volume/v3"},
                                                {"baremetal", "ironic", "/baremetal"},
                                                {"dns", "designate", "/dns"}};
  Json list = Json::array();
  for (const CatalogService& service : services) {
    const auto& absent = settings.absent_services;
    const bool has = (settings.ironic || service.type != "baremetal") &&
                     (settings.designate || service.type != "dns");
    if (!has || service.type.empty() ||
        std::find(absent.begin(), absent.end(), service.type) != absent.end()) {
      continue;
    }
    std::string url = cloud.base_url + service.path;
    const bool with_project = service.type == settings.cinder_type ||
                              (settings.project_in_compute_url && service.type == "compute");
    if (with_project) {
      url += "/" + project_id(token.project_domain, token.project);
    }
    Json endpoints = Json::array();
    for (const char* interface : {"public", "internal", "admin"}) {
      endpoints.push_back({{"id", id_of(service.type + interface)},
                           {"interface", interface},
                           {"region", cloud.state.region},
                           {"region_id", cloud.state.region},
                           {"url", url}});
    }
    list.push_back({{"type", service.type},
                    {"name", service.name},
                    {"id", id_of(service.type)},
                    {"endpoints", endpoints}});
  }
  return list;
}

Json token_view(const Cloud& cloud, const Token& token, bool with_catalog) {
  Json view = {
      {"methods", {"password"}},
      {"user",
       {{"domain", domain_view(token.user_domain)},
        {"id", user_id(token.user_domain, token.user)},
        {"name", token.user},
        {"password_expires_at", nullptr}}},
      {"audit_ids", {id_of(token.user + iso_time(token.issued_at, time_format)).substr(0, 22)}},
      {"expires_at", iso_time(token.expires_at, time_format)},
      {"issued_at", iso_time(token.issued_at, time_format)}};
  if (token.system) {
    view["system"] = {{"all", true}};
  } else if (!token.project.empty()) {
    view["project"] = {{"domain", domain_view(token.project_domain)},
                       {"id", project_id(token.project_domain, token.project)},
                       {"name", token.project}};
    view["is_domain"] = false;
  } else {
    return view;
  }
  view["roles"] = Json::array();
  for (const std::string& role : token.roles) {
    view["roles"].push_back({{"id", id_of("role " + role)}, {"name", role}});
  }
  if (with_catalog) {
    view["catalog"] = catalog(cloud, token);
  }
  return view;
}

// {"name": ...} or {"id": ...} of a domain names `domain`.
bool names_domain(const Json& reference, const std::string& domain) {
  return reference.is_object() && (reference.value("name", "") == domain ||
                                   reference.value("id", "") == domain_view(domain)["id"]);
}

bool is_user(const Json& who, const User& user) {
  return who.value("id", "") == user_id(user.domain, user.name) ||
         (who.value("name", "") == user.name &&
          names_domain(who.value("domain", Json()), user.domain));
}

bool is_project(const Json& which, const User& user) {
  return which.value("id", "") == project_id(user.project_domain, user.project) ||
         (which.value("name", "") == user.project &&
          names_domain(which.value("domain", Json()), user.project_domain));
}

// An unscoped token is granted to everybody.
bool grants(const User& user, const Json& scope) {
  if (scope.is_object() && scope.contains("system")) {
    return !user.system_roles.empty();
  }
  return !scope.is_object() || !scope.contains("project") || is_project(scope["project"], user);
}

// The first of several grants of one person (same name and domain) that fits the scope.
const User* authenticate(const State& state, const Json& auth) {
  const Json who = auth["identity"]["password"]["user"];
  const Json scope = auth.value("scope", Json::object());
  for (const User& user : state.users) {
    if (is_user(who, user) && who.value("password", "") == user.password && grants(user, scope)) {
      return &user;
    }
  }
  return nullptr;
}

std::optional<std::string> complaint_about(const Json& document) {
  const auto malformed = [](const std::string& attribute, const std::string& target) {
    return "Expecting to find " + attribute + " in " + target +
           ". The server could not comply with the request since it is either malformed or "
           "otherwise incorrect. The client is "
           "assumed to be in error.";
  };
  if (!document.is_object() || !document.contains("auth") || !document["auth"].is_object()) {
    return malformed("auth", "request body");
  }
  const Json& auth = document["auth"];
  if (!auth.contains("identity") || !auth["identity"].is_object()) {
    return malformed("identity", "auth");
  }
  const Json password = auth["identity"].value("password", Json::object());
  if (!password.is_object() || !password.contains("user") || !password["user"].is_object()) {
    return malformed("user", "password");
  }
  return std::nullopt;
}

Response issue_token(const Call& call) {
  const Json document = Json::parse(call.request.body, nullptr, false);
  if (const auto complaint = complaint_about(document)) {
    return keystone_error(400, *complaint);
  }
  const Json& auth = document["auth"];
  const Json scope = auth.value("scope", Json());
  if (scope.is_object() && !scope.contains("project") && !scope.contains("system")) {
    return not_emulated(call.request);
  }
  const User* user = authenticate(call.state(), auth);
  if (user == nullptr) {
    return unauthorized(call.cloud);
  }
  Token token{user->name, user->domain};
  token.system = scope.is_object() && scope.contains("system");
  if (token.system) {
    token.roles = user->system_roles;
  } else if (scope.is_object()) {
    token.project = user->project;
    token.project_domain = user->project_domain;
    token.roles = user->roles;
  }
  token.issued_at = now(call.cloud);
  token.expires_at = token.issued_at + call.state().settings.token_lifetime;
  const std::string id = "gAAAAAB" + make_uuid(call.cloud) + make_uuid(call.cloud);
  call.cloud.tokens[id] = token;
  Response response =
      json_response(201, {{"token", token_view(call.cloud, token, !call.parameter("nocatalog"))}});
  response.headers.emplace_back("X-Subject-Token", id);
  response.headers.emplace_back("Vary", "X-Auth-Token");
  return response;
}

// GET (200 with the token), DELETE (204): of the token in X-Subject-Token, by the one in
// X-Auth-Token.
Response look_at_token(const Call& call) {
  const auto subject = call.request.headers.find("x-subject-token");
  if (!valid_token(call.cloud, call.request)) {
    return unauthorized(call.cloud);
  }
  const auto found = subject == call.request.headers.end()
                         ? call.cloud.tokens.end()
                         : call.cloud.tokens.find(subject->second);
  if (found == call.cloud.tokens.end() || found->second.expires_at <= now(call.cloud)) {
    return keystone_error(404, "Failed to validate token");
  }
  if (call.method == "DELETE") {
    call.cloud.tokens.erase(found);
    return empty_response(204);
  }
  Response response = json_response(200, {{"token", token_view(call.cloud, found->second, true)}});
  response.headers.emplace_back("X-Subject-Token", subject->second);
  return response;
}

}  // namespace

std::string project_id(const Token& token) {
  return token.project.empty() ? "" : project_id(token.project_domain, token.project);
}

Response keystone(Call call) {
  if (call.is("GET", "")) {
    Response response = json_response(
        300, {{"versions", {{"values", Json::array({version_document(call.cloud)})}}}});
    response.headers.emplace_back("Location", call.cloud.base_url + "/v3/");
    return response;
  }
  if (call.is("GET", "v3")) {
    return json_response(200, {{"version", version_document(call.cloud)}});
  }
  if (call.is("POST", "v3/auth/tokens")) {
    return issue_token(call);
  }
  if (call.is("GET", "v3/auth/tokens") || call.is("DELETE", "v3/auth/tokens")) {
    return look_at_token(call);
  }
  return not_emulated(call.request);
}

}  // namespace ncc::fake_cloud
