// Nova's flavors. Behaviour and texts: nova/api/openstack/compute/flavors.py.
#include <algorithm>
#include <iterator>

#include "cloud/internal.hpp"

namespace ncc::fake_cloud {

namespace {

Json brief_view(const Call& call, const Flavor& flavor) {
  const std::string self = nova_url(call, "/flavors/" + flavor.id);
  const std::string bookmark = call.cloud.base_url + "/compute/flavors/" + flavor.id;
  Json view = {{"id", flavor.id}, {"name", flavor.name}};
  view["links"] =
      Json::array({{{"rel", "self"}, {"href", self}}, {{"rel", "bookmark"}, {"href", bookmark}}});
  if (call.version >= Version{2, 55}) {
    view["description"] = nullptr;
  }
  return view;
}

Json full_view(const Call& call, const Flavor& flavor) {
  Json view = brief_view(call, flavor);
  view["ram"] = flavor.ram;
  view["disk"] = flavor.disk;
  view["vcpus"] = flavor.vcpus;
  view["swap"] = flavor.swap == 0 && call.version < Version{2, 75} ? Json("") : Json(flavor.swap);
  view["OS-FLV-EXT-DATA:ephemeral"] = flavor.ephemeral;
  view["OS-FLV-DISABLED:disabled"] = false;
  view["os-flavor-access:is_public"] = flavor.is_public;
  view["rxtx_factor"] = 1.0;
  if (call.version >= Version{2, 61}) {
    view["extra_specs"] = flavor.extra_specs;
  }
  return view;
}

Response list(const Call& call, bool detail) {
  const Page page = read_page(call);
  if (page.refusal) {
    return *page.refusal;
  }
  std::vector<Flavor> flavors;
  std::copy_if(call.state().flavors.begin(),
               call.state().flavors.end(),
               std::back_inserter(flavors),
               [](const Flavor& f) { return !f.deleted; });
  std::sort(flavors.begin(), flavors.end(), [](const Flavor& left, const Flavor& right) {
    return left.id < right.id;
  });
  auto from = flavors.begin();
  if (page.marker) {
    from = std::find_if(
        flavors.begin(), flavors.end(), [&](const Flavor& f) { return f.id == page.marker; });
    if (from == flavors.end()) {
      return nova_error(400, "marker [" + *page.marker + "] not found");
    }
    ++from;
  }
  Json body = {{"flavors", Json::array()}};
  for (; from != flavors.end() && body["flavors"].size() < page.limit; ++from) {
    body["flavors"].push_back(detail ? full_view(call, *from) : brief_view(call, *from));
  }
  if (page.limit > 0 && body["flavors"].size() == page.limit) {
    const std::string last = body["flavors"].back()["id"];
    body["flavors_links"] = Json::array({{{"rel", "next"}, {"href", next_page(call, last)}}});
  }
  return json_response(200, body);
}

Flavor* find_flavor(const Call& call) {
  for (Flavor& flavor : call.state().flavors) {
    if (flavor.id == call.path[1] && !flavor.deleted) {
      return &flavor;
    }
  }
  return nullptr;
}

Response no_such_flavor(const Call& call) {
  return nova_error(404, "Flavor " + call.path[1] + " could not be found.");
}

std::optional<std::string> complaint_about(const Json& asked) {
  for (const char* required : {"name", "ram", "vcpus", "disk"}) {
    if (!asked.contains(required)) {
      return "Invalid input for field/attribute flavor. Value: " + asked.dump() + ". '" + required +
             "' is a required property";
    }
  }
  for (const char* number : {"ram", "vcpus", "disk"}) {
    if (!asked[number].is_number_integer()) {
      return std::string("Invalid input for field/attribute ") + number +
             ". Value: " + asked[number].dump() + ". not an integer";
    }
  }
  return std::nullopt;
}

Response create(const Call& call) {
  if (!call.is_admin()) {
    return nova_forbidden("os-flavor-manage:create");
  }
  const Json document = Json::parse(call.request.body, nullptr, false);
  if (!document.is_object() || !document.contains("flavor") || !document["flavor"].is_object()) {
    return nova_error(400, "Invalid input for field/attribute flavor.");
  }
  const Json& asked = document["flavor"];
  if (const auto complaint = complaint_about(asked)) {
    return nova_error(400, *complaint);
  }
  const Json id = asked.value("id", Json("auto"));
  Flavor flavor{id.is_string() && id != "auto" ? id.get<std::string>() : make_uuid(call.cloud),
                asked["name"].get<std::string>(),
                asked["vcpus"].get<Number>(),
                asked["ram"].get<Number>(),
                asked["disk"].get<Number>(),
                asked.value("os-flavor-access:is_public", true)};
  flavor.ephemeral = asked.value("OS-FLV-EXT-DATA:ephemeral", Number{0});
  flavor.swap = asked.value("swap", Number{0});
  for (const Flavor& other : call.state().flavors) {
    if (other.deleted) {
      continue;
    }
    if (other.name == flavor.name) {
      return nova_error(409, "Flavor with name " + flavor.name + " already exists.");
    }
    if (other.id == flavor.id) {
      return nova_error(409, "Flavor with ID " + flavor.id + " already exists.");
    }
  }
  call.state().flavors.push_back(flavor);
  return json_response(200, {{"flavor", full_view(call, flavor)}});
}

Response add_extra_specs(const Call& call) {
  const Json document = Json::parse(call.request.body, nullptr, false);
  Flavor* flavor = find_flavor(call);
  if (flavor == nullptr) {
    return no_such_flavor(call);
  }
  if (!document.is_object() || !document.contains("extra_specs")) {
    return nova_error(400, "Invalid input for field/attribute extra_specs.");
  }
  for (const auto& [key, value] : document["extra_specs"].items()) {
    flavor->extra_specs[key] = value.get<std::string>();
  }
  return json_response(200, {{"extra_specs", document["extra_specs"]}});
}

Response remove(const Call& call) {
  if (!call.is_admin()) {
    return nova_forbidden("os-flavor-manage:delete");
  }
  Flavor* flavor = find_flavor(call);
  if (flavor == nullptr) {
    return no_such_flavor(call);
  }
  flavor->deleted = true;
  return empty_response(202);
}

}  // namespace

std::optional<Response> nova_flavors(const Call& call) {
  if (call.is("GET", "flavors") || call.is("GET", "flavors/detail")) {
    return list(call, call.path.size() == 2);
  }
  if (call.is("POST", "flavors")) {
    return create(call);
  }
  if (call.is("POST", "flavors/*/os-extra_specs")) {
    return call.is_admin() ? add_extra_specs(call) : nova_forbidden("os-flavor-extra-specs:create");
  }
  if (call.is("GET", "flavors/*")) {
    const Flavor* flavor = find_flavor(call);
    return flavor == nullptr ? no_such_flavor(call)
                             : json_response(200, {{"flavor", full_view(call, *flavor)}});
  }
  if (call.is("DELETE", "flavors/*")) {
    return remove(call);
  }
  return std::nullopt;
}

}  // namespace ncc::fake_cloud
