// Who could take a consumer: GET /allocation_candidates, and the queries that it shares with
// GET /resource_providers. Behaviour and texts: placement/handlers/allocation_candidate.py,
// placement/util.py.
#include <algorithm>

#include "cloud/placement_parts.hpp"

namespace ncc::fake_cloud {

namespace {

bool contains(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

bool is_trait(const std::string& name) {
  for (const char* beginning : {"COMPUTE_", "CUSTOM_", "HW_", "MISC_", "STORAGE_", "OWNER_"}) {
    if (name.rfind(beginning, 0) == 0) {
      return true;
    }
  }
  return false;
}

const std::vector<std::string> standard_classes = {
    "VCPU", "PCPU", "MEMORY_MB", "DISK_GB", "VGPU", "PCI_DEVICE"};

bool is_class(const State& state, const std::string& name) {
  return contains(standard_classes, name) ||
         std::any_of(state.providers.begin(), state.providers.end(), [&](const Provider& p) {
           return p.inventories.count(name) == 1;
         });
}

// One of `required`'s words.
std::optional<Response> read_trait(const Call& call, const std::string& word, Traits& traits) {
  const bool forbidden = word.front() == '!';
  const std::string trait = forbidden ? word.substr(1) : word;
  if ((forbidden && call.version < Version{1, 22}) || trait.empty()) {
    return placement_error(call,
                           400,
                           "Invalid query string parameters: Expected 'required' parameter value "
                           "of the form: HW_CPU_X86_VMX,CUSTOM_MAGIC. Got: " +
                               word);
  }
  if (!is_trait(trait)) {
    return placement_error(call, 400, "No such trait(s): " + trait + ".");
  }
  (forbidden ? traits.forbidden : traits.wanted).push_back(trait);
  return std::nullopt;
}

Number amount_in(const Resources& resources, const std::string& name) {
  const auto found = resources.find(name);
  return found == resources.end() ? 0 : found->second;
}

Json summary_of(const Call& call,
                const Provider& provider,
                const Resources& used,
                const Resources& need) {
  Json resources = Json::object();
  for (const auto& [resource, inventory] : provider.inventories) {
    if (call.version >= Version{1, 27} || need.count(resource) == 1) {
      resources[resource] = {{"capacity", capacity(inventory)},
                             {"used", amount_in(used, resource)}};
    }
  }
  Json summary = {{"resources", resources}};
  if (call.version >= Version{1, 17}) {
    summary["traits"] = provider.traits;
  }
  if (call.version >= Version{1, 29}) {
    summary["parent_provider_uuid"] = provider.parent ? Json(*provider.parent) : Json(nullptr);
    summary["root_provider_uuid"] = root_of(call.state(), provider);
  }
  return summary;
}

Json request_for(const Call& call, const Provider& provider, const Resources& need) {
  Json request = Json::object();
  if (call.version < Version{1, 12}) {
    request["allocations"] =
        Json::array({{{"resource_provider", {{"uuid", provider.uuid}}}, {"resources", need}}});
  } else {
    request["allocations"][provider.uuid] = {{"resources", need}};
  }
  if (call.version >= Version{1, 34}) {
    request["mappings"] = {{"", Json::array({provider.uuid})}};
  }
  return request;
}

std::optional<Response> read_limit(const Call& call, std::size_t& limit) {
  const std::string text = call.parameter("limit").value_or("999999999");
  const bool number =
      !text.empty() && text.size() < 10 && text != "0" &&
      std::all_of(text.begin(), text.end(), [](unsigned char c) { return std::isdigit(c) != 0; });
  if (!number || (call.parameter("limit") && call.version < Version{1, 16})) {
    return placement_error(
        call, 400, "Invalid query string parameters: limit '" + text + "' does not match");
  }
  limit = std::stoul(text);
  return std::nullopt;
}

struct Wish {
  Resources need = {};
  Traits traits = {};
  std::size_t limit = 0;
};

std::optional<Response> read_wish(const Call& call, Wish& wish) {
  for (const auto& [name, value] : call.query) {
    if (name != "resources" && name != "required" && name != "limit") {
      return not_emulated(call.request);
    }
  }
  for (const auto& refusal : {read_resources(call, wish.need),
                              read_traits(call, wish.traits),
                              read_limit(call, wish.limit)}) {
    if (refusal) {
      return refusal;
    }
  }
  return wish.need.empty()
             ? std::optional(placement_error(
                   call,
                   400,
                   "Invalid query string parameters: 'resources' is a required property"))
             : std::nullopt;
}

}  // namespace

std::optional<Response> read_traits(const Call& call, Traits& traits) {
  for (const auto& [name, value] : call.query) {
    for (const std::string& word : split(name == "required" ? value : "", ',')) {
      if (auto refusal = read_trait(call, word, traits)) {
        return refusal;
      }
    }
  }
  return std::nullopt;
}

bool fits(const Provider& provider, const Traits& traits) {
  const auto has = [&](const std::string& trait) { return contains(provider.traits, trait); };
  return std::all_of(traits.wanted.begin(), traits.wanted.end(), has) &&
         std::none_of(traits.forbidden.begin(), traits.forbidden.end(), has);
}

std::optional<Response> read_resources(const Call& call, Resources& resources) {
  for (const std::string& item : split(call.parameter("resources").value_or(""), ',')) {
    const std::vector<std::string> parts = split(item, ':');
    const bool sound = parts.size() == 2 && parts[1].size() < 18 &&
                       std::all_of(parts[1].begin(), parts[1].end(), [](unsigned char c) {
                         return std::isdigit(c) != 0;
                       });
    if (!sound || std::stoll(parts[1]) == 0) {
      return placement_error(call,
                             400,
                             "Badly formed resources parameter. Expected resources query string "
                             "parameter in form: ?resources=VCPU:2,MEMORY_MB:1024. Got: " +
                                 item + ".");
    }
    if (!is_class(call.state(), parts[0])) {
      return placement_error(
          call,
          400,
          "Invalid resource class in resources parameter: No such resource class " + parts[0] +
              ".");
    }
    resources[parts[0]] = std::stoll(parts[1]);
  }
  return std::nullopt;
}

// The standard ones and those that some provider has.
Response resource_classes(const Call& call) {
  if (call.version < Version{1, 2}) {
    return placement_error(call, 404, "");
  }
  std::vector<std::string> names = standard_classes;
  for (const Provider& provider : call.state().providers) {
    for (const auto& [name, inventory] : provider.inventories) {
      if (!contains(names, name)) {
        names.push_back(name);
      }
    }
  }
  Json classes = Json::array();
  for (const std::string& name : names) {
    classes.push_back({{"name", name}});
  }
  return json_response(200, {{"resource_classes", classes}});
}

Response allocation_candidates(const Call& call) {
  if (call.version < Version{1, 10}) {
    return placement_error(call, 404, "");
  }
  Wish wish;
  if (auto refusal = read_wish(call, wish)) {
    return *refusal;
  }
  std::map<std::string, Resources> used = usage(call.state());
  Json requests = Json::array();
  Json summaries = Json::object();
  for (const Provider& provider : call.state().providers) {
    if (requests.size() < wish.limit && fits(provider, wish.traits) &&
        has_room(provider, used[provider.uuid], wish.need)) {
      requests.push_back(request_for(call, provider, wish.need));
      summaries[provider.uuid] = summary_of(call, provider, used[provider.uuid], wish.need);
    }
  }
  return json_response(200, {{"allocation_requests", requests}, {"provider_summaries", summaries}});
}

}  // namespace ncc::fake_cloud
