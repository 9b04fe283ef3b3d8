// Nova's host aggregates. Behaviour and texts: nova/api/openstack/compute/aggregates.py.
#include <algorithm>

#include "cloud/nova_actions.hpp"

namespace ncc::fake_cloud {

namespace {

Json view_of(const Call& call, const Aggregate& aggregate) {
  Json view = {{"id", aggregate.id},
               {"name", aggregate.name},
               {"hosts", aggregate.hosts},
               {"metadata", aggregate.metadata},
               {"availability_zone",
                aggregate.availability_zone ? Json(*aggregate.availability_zone) : Json(nullptr)},
               {"created_at", "2026-01-01T00:00:00.000000"},
               {"updated_at", nullptr},
               {"deleted_at", nullptr},
               {"deleted", false}};
  if (call.version >= Version{2, 41}) {
    view["uuid"] = aggregate.uuid;
  }
  return view;
}

Response list(const Call& call) {
  Json views = Json::array();
  for (const Aggregate& aggregate : call.state().aggregates) {
    views.push_back(view_of(call, aggregate));
  }
  return json_response(200, {{"aggregates", views}});
}

Response create(const Call& call) {
  const Json document = Json::parse(call.request.body, nullptr, false);
  const Json asked = document.is_object() ? document.value("aggregate", Json()) : Json();
  if (auto complaint =
          complaint_about_keys("aggregate", asked, {{"name"}, {"availability_zone"}})) {
    return nova_error(400, *complaint);
  }
  Aggregate aggregate;
  aggregate.name = asked["name"].get<std::string>();
  for (const Aggregate& other : call.state().aggregates) {
    if (other.name == aggregate.name) {
      return nova_error(409, "Aggregate " + aggregate.name + " already exists.");
    }
    aggregate.id = std::max(aggregate.id, other.id);
  }
  ++aggregate.id;
  aggregate.uuid = make_uuid(call.cloud);
  const Json zone = asked.value("availability_zone", Json());
  if (zone.is_string()) {
    aggregate.availability_zone = zone.get<std::string>();
    aggregate.metadata["availability_zone"] = *aggregate.availability_zone;
  }
  call.state().aggregates.push_back(aggregate);
  Json view = view_of(call, aggregate);
  view.erase("hosts");
  view.erase("metadata");
  return json_response(200, {{"aggregate", view}});
}

Response no_such_aggregate(const Call& call) {
  return nova_error(404, "Aggregate " + call.path[1] + " could not be found.");
}

Response add_host(const Call& call, Aggregate& aggregate, const std::string& host) {
  const std::string name = std::to_string(aggregate.id);
  if (std::count(aggregate.hosts.begin(), aggregate.hosts.end(), host) != 0) {
    return nova_error(
        409, "Cannot add host " + host + " in aggregate " + name + ": host already exists");
  }
  aggregate.hosts.push_back(host);
  return json_response(200, {{"aggregate", view_of(call, aggregate)}});
}

Response remove_host(const Call& call, Aggregate& aggregate, const std::string& host) {
  const auto found = std::find(aggregate.hosts.begin(), aggregate.hosts.end(), host);
  if (found == aggregate.hosts.end()) {
    return nova_error(404,
                      "Cannot remove host " + host + " in aggregate " +
                          std::to_string(aggregate.id) + ": not found");
  }
  aggregate.hosts.erase(found);
  return json_response(200, {{"aggregate", view_of(call, aggregate)}});
}

Response change_hosts(const Call& call, Aggregate& aggregate, const std::string& action) {
  const Json body = Json::parse(call.request.body)[action];
  if (auto complaint = complaint_about_keys(action, body, {{"host"}, {}})) {
    return nova_error(400, *complaint);
  }
  const std::string host = body["host"].get<std::string>();
  const Service* service = find_compute(call.state(), host);
  if (service == nullptr || !service->mapped) {
    return nova_error(404, "Compute host " + host + " could not be found.");
  }
  return action == "add_host" ? add_host(call, aggregate, host)
                              : remove_host(call, aggregate, host);
}

Response act(const Call& call, Aggregate& aggregate) {
  const Json body = Json::parse(call.request.body, nullptr, false);
  for (const char* action : {"add_host", "remove_host"}) {
    if (body.is_object() && body.contains(action)) {
      return change_hosts(call, aggregate, action);
    }
  }
  return not_emulated(call.request);
}

std::optional<Response> on_one(const Call& call) {
  auto& all = call.state().aggregates;
  const auto found = std::find_if(all.begin(), all.end(), [&](const Aggregate& a) {
    return std::to_string(a.id) == call.path[1];
  });
  if (found == all.end()) {
    return no_such_aggregate(call);
  }
  if (call.is("GET", "os-aggregates/*")) {
    return json_response(200, {{"aggregate", view_of(call, *found)}});
  }
  if (call.is("POST", "os-aggregates/*/action")) {
    return act(call, *found);
  }
  if (!call.is("DELETE", "os-aggregates/*")) {
    return std::nullopt;
  }
  if (!found->hosts.empty()) {
    return nova_error(400, "Cannot remove aggregate with hosts: " + call.path[1]);
  }
  all.erase(found);
  return empty_response(200);
}

}  // namespace

std::optional<Response> nova_aggregates(const Call& call) {
  if (call.path.empty() || call.path.front() != "os-aggregates") {
    return std::nullopt;
  }
  if (!call.is_admin()) {
    return nova_forbidden("os-aggregates:index");
  }
  if (call.is("GET", "os-aggregates")) {
    return list(call);
  }
  if (call.is("POST", "os-aggregates")) {
    return create(call);
  }
  return call.path.size() > 1 ? on_one(call) : std::nullopt;
}

}  // namespace ncc::fake_cloud
