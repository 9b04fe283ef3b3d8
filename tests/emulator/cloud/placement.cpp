// Placement: providers, inventories, usages, traits, allocations, to read; the rest is in
// placement_candidates.cpp and placement_deletes.cpp. Behaviour and texts:
// placement/handlers/, placement/util.py (errors), microversion_parse's middleware (406 and 400).
#include <algorithm>

#include "cloud/placement_parts.hpp"

namespace ncc::fake_cloud {

namespace {

// What webob writes before the detail of an error.
std::string explanation(int status) {
  static const std::map<int, std::string> texts = {
      {400,
       "The server could not comply with the request since it is either malformed or otherwise "
       "incorrect."},
      {403, "Access was denied to this resource."},
      {404, "The resource could not be found."},
      {409, "There was a conflict when trying to complete your request."},
      {405, "The method specified is not allowed for this resource."},
      {406,
       "The resource could not be generated that was acceptable to your browser (content of type "
       "application/json)."}};
  const auto found = texts.find(status);
  return found == texts.end() ? "" : found->second;
}

Json error_entry(const Call& call, int status, const std::string& detail) {
  return {{"status", status},
          {"title", standard_title(status)},
          {"detail", explanation(status) + "\n\n " + detail + "  "},
          {"request_id", "req-" + make_uuid(call.cloud)}};
}

std::optional<Response> negotiate(Call& call) {
  const std::string asked = version_header(call.request, "placement", "");
  const std::string& newest = call.state().settings.placement_max;
  const std::optional<Version> version = read_version(asked.empty()       ? "1.0"
                                                      : asked == "latest" ? newest
                                                                          : asked);
  if (!version) {
    Json entry = error_entry(call, 400, "Invalid microversion: invalid version string: " + asked);
    return json_response(400, {{"errors", Json::array({entry})}});
  }
  if (*version < Version{1, 0} || *version > *read_version(newest)) {
    Json entry = error_entry(call, 406, "Unacceptable version header: " + asked);
    entry["min_version"] = "1.0";
    entry["max_version"] = newest;
    return json_response(406, {{"errors", Json::array({entry})}});
  }
  call.version = *version;
  return std::nullopt;
}

Json root_document(const Call& call) {
  return {{"versions",
           Json::array({{{"id", "v1.0"},
                         {"max_version", call.state().settings.placement_max},
                         {"min_version", "1.0"},
                         {"status", "CURRENT"},
                         {"links", Json::array({{{"rel", "self"}, {"href", ""}}})}}})}};
}

Json provider_view(const Call& call, const Provider& provider) {
  const std::string self = "/placement/resource_providers/" + provider.uuid;
  Json links = Json::array({{{"rel", "self"}, {"href", self}}});
  const std::vector<std::pair<const char*, Version>> kinds = {{"inventories", {1, 0}},
                                                              {"usages", {1, 0}},
                                                              {"aggregates", {1, 1}},
                                                              {"traits", {1, 6}},
                                                              {"allocations", {1, 11}}};
  for (const auto& [kind, since] : kinds) {
    if (call.version >= since) {
      links.push_back({{"rel", kind}, {"href", self + "/" + kind}});
    }
  }
  Json view = {{"uuid", provider.uuid},
               {"name", provider.name},
               {"generation", provider.generation},
               {"links", links}};
  if (call.version >= Version{1, 14}) {
    view["parent_provider_uuid"] = provider.parent ? Json(*provider.parent) : Json(nullptr);
    view["root_provider_uuid"] = root_of(call.state(), provider);
  }
  return view;
}

bool is_known(const Call& call, const std::string& parameter) {
  static const std::map<std::string, Version> since = {{"name", {1, 0}},
                                                       {"uuid", {1, 0}},
                                                       {"resources", {1, 4}},
                                                       {"in_tree", {1, 14}},
                                                       {"required", {1, 18}}};
  const auto found = since.find(parameter);
  return found != since.end() && call.version >= found->second;
}

std::optional<Response> complaint_about_query(const Call& call) {
  for (const auto& [name, value] : call.query) {
    if (!is_known(call, name)) {
      return placement_error(
          call,
          400,
          "Invalid query string parameters: Additional properties are not allowed ('" + name +
              "' was unexpected)");
    }
    if ((name == "uuid" || name == "in_tree") && !looks_like_uuid(value)) {
      return placement_error(
          call, 400, "Invalid query string parameters: '" + value + "' is not a 'uuid'");
    }
  }
  return std::nullopt;
}

bool is_in_tree(const Call& call, const Provider& provider) {
  const auto tree = call.parameter("in_tree");
  const Provider* member = tree ? find_provider(call.state(), *tree) : nullptr;
  return !tree ||
         (member != nullptr && root_of(call.state(), *member) == root_of(call.state(), provider));
}

Response list(const Call& call) {
  if (call.parameter("member_of")) {
    return not_emulated(call.request);
  }
  Traits traits;
  Resources need;
  for (const auto& refusal :
       {complaint_about_query(call), read_traits(call, traits), read_resources(call, need)}) {
    if (refusal) {
      return *refusal;
    }
  }
  const auto is = [&](const char* name, const std::string& value) {
    return call.parameter(name).value_or(value) == value;
  };
  std::map<std::string, Resources> used;
  if (!need.empty()) {
    used = usage(call.state());
  }
  Json providers = Json::array();
  for (const Provider& provider : call.state().providers) {
    if (is("name", provider.name) && is("uuid", provider.uuid) && is_in_tree(call, provider) &&
        fits(provider, traits) && has_room(provider, used[provider.uuid], need)) {
      providers.push_back(provider_view(call, provider));
    }
  }
  return json_response(200, {{"resource_providers", providers}});
}

Response inventories(const Provider& provider) {
  Json all = Json::object();
  for (const auto& [resource, inventory] : provider.inventories) {
    all[resource] = {{"total", inventory.total},
                     {"reserved", inventory.reserved},
                     {"min_unit", inventory.min_unit},
                     {"max_unit", inventory.max_unit},
                     {"step_size", inventory.step_size},
                     {"allocation_ratio", inventory.allocation_ratio}};
  }
  return json_response(
      200, {{"inventories", all}, {"resource_provider_generation", provider.generation}});
}

Response usages(const State& state, const Provider& provider) {
  Json sums = Json::object();
  for (const auto& [resource, inventory] : provider.inventories) {
    sums[resource] = 0;
  }
  for (const Allocation& allocation : state.allocations) {
    if (allocation.provider == provider.uuid) {
      for (const auto& [resource, amount] : allocation.resources) {
        sums[resource] = sums.value(resource, Number{0}) + amount;
      }
    }
  }
  return json_response(200,
                       {{"usages", sums}, {"resource_provider_generation", provider.generation}});
}

Response provider_allocations(const State& state, const Provider& provider) {
  Json all = Json::object();
  for (const Allocation& allocation : state.allocations) {
    if (allocation.provider == provider.uuid) {
      all[allocation.consumer]["resources"] = allocation.resources;
    }
  }
  return json_response(
      200, {{"allocations", all}, {"resource_provider_generation", provider.generation}});
}

std::string consumer_type(const Call& call) {
  const auto& migrations = call.state().migrations;
  const bool moves = std::any_of(migrations.begin(), migrations.end(), [&](const Migration& m) {
    return m.uuid == call.path[1];
  });
  return moves ? "MIGRATION" : "INSTANCE";
}

Response consumer_allocations(const Call& call) {
  Json all = Json::object();
  for (const Allocation& allocation : call.state().allocations) {
    if (allocation.consumer == call.path[1]) {
      const Provider* provider = find_provider(call.state(), allocation.provider);
      all[allocation.provider] = {{"generation", provider->generation},
                                  {"resources", allocation.resources}};
    }
  }
  Json body = {{"allocations", all}};
  if (!all.empty() && call.version >= Version{1, 12}) {
    body["project_id"] = id_of("project " + call.token.project);
    body["user_id"] = id_of("user " + call.token.user);
  }
  if (!all.empty() && call.version >= Version{1, 28}) {
    body["consumer_generation"] = 1;
  }
  if (!all.empty() && call.version >= Version{1, 38}) {
    body["consumer_type"] = consumer_type(call);
  }
  return json_response(200, body);
}

Response of_provider(const Call& call) {
  const Provider* provider = find_provider(call.state(), call.path[1]);
  const std::string part = call.path.size() > 2 ? call.path[2] : "";
  if (part != "" && part != "inventories" && part != "usages" && part != "traits" &&
      part != "allocations") {
    return not_emulated(call.request);
  }
  if (provider == nullptr) {
    return placement_error(call, 404, "No resource provider with uuid " + call.path[1] + " found ");
  }
  if (part == "inventories") {
    return inventories(*provider);
  }
  if (part == "usages") {
    return usages(call.state(), *provider);
  }
  if (part == "traits" && call.version >= Version{1, 6}) {
    return json_response(
        200,
        {{"traits", provider->traits}, {"resource_provider_generation", provider->generation}});
  }
  if (part == "allocations") {
    return provider_allocations(call.state(), *provider);
  }
  return part.empty() ? json_response(200, provider_view(call, *provider))
                      : placement_error(call, 404, "");
}

Response answer(const Call& call) {
  if (!call.is_admin()) {
    return placement_error(
        call,
        403,
        "Policy does not allow placement:" + call.path.front() + ":list to be performed.");
  }
  if (call.is("GET", "resource_providers")) {
    return list(call);
  }
  if (call.is("GET", "resource_providers/*") || call.is("GET", "resource_providers/*/*")) {
    return of_provider(call);
  }
  if (call.is("GET", "allocations/*")) {
    return consumer_allocations(call);
  }
  if (call.is("GET", "allocation_candidates")) {
    return allocation_candidates(call);
  }
  if (call.is("GET", "resource_classes")) {
    return resource_classes(call);
  }
  if (call.is("POST", "resource_providers")) {
    return create_provider(call);
  }
  if (call.is("PUT", "resource_providers/*/inventories")) {
    return put_inventories(call);
  }
  if (call.is("POST", "allocations")) {
    return post_allocations(call);
  }
  if (call.is("DELETE", "resource_providers/*")) {
    return delete_provider(call);
  }
  if (call.is("DELETE", "allocations/*")) {
    return delete_allocations(call);
  }
  return not_emulated(call.request);
}

}  // namespace

Response placement_error(const Call& call,
                         int status,
                         const std::string& detail,
                         const std::string& code) {
  Json entry = error_entry(call, status, detail);
  if (call.version >= Version{1, 23}) {
    entry["code"] = code;
  }
  return json_response(status, {{"errors", Json::array({entry})}});
}

Json root_of(const State& state, const Provider& provider) {
  for (const Provider& other : state.providers) {
    if (provider.parent == other.uuid) {
      return root_of(state, other);
    }
  }
  return provider.uuid;
}

Response placement(Call call) {
  if (const auto refusal = negotiate(call)) {
    return *refusal;
  }
  Response response;
  if (call.is("GET", "")) {
    response = json_response(200, root_document(call));
  } else if (const std::optional<Token> token = valid_token(call.cloud, call.request)) {
    call.token = *token;
    response = answer(call);
  } else {
    return unauthorized(call.cloud);
  }
  const std::string version =
      std::to_string(call.version.major) + "." + std::to_string(call.version.minor);
  response.headers.emplace_back("OpenStack-API-Version", "placement " + version);
  response.headers.emplace_back("Vary", "openstack-api-version");
  return response;
}

}  // namespace ncc::fake_cloud
