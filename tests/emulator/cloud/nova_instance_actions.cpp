// os-instance-actions: what was asked of a server, newest first, and one of them with its events.
// Behaviour and texts: nova/api/openstack/compute/instance_actions.py.
#include <algorithm>

#include "cloud/moves.hpp"

namespace ncc::fake_cloud {

namespace {

std::string time_of(Number seconds) {
  return iso_time(seconds, "%Y-%m-%dT%H:%M:%S.000000");
}

Json or_null(const MaybeText& text) {
  return text ? Json(*text) : Json(nullptr);
}

Json brief_view(const Call& call, const Action& action) {
  Json view = {{"action", action.action},
               {"instance_uuid", action.instance_uuid},
               {"message", or_null(action.message)},
               {"project_id", id_of("project " + action.project)},
               {"request_id", action.request_id},
               {"start_time", time_of(action.start)},
               {"user_id", id_of("user " + action.user)}};
  if (call.version >= Version{2, 58}) {
    view["updated_at"] = time_of(action.updated_at);
  }
  return view;
}

Json event_view(const Call& call, const ActionEvent& event) {
  Json view = {{"event", event.event},
               {"start_time", time_of(event.start)},
               {"finish_time", event.result ? Json(time_of(event.finish)) : Json(nullptr)},
               {"result", or_null(event.result)}};
  if (call.is_admin()) {  // the frames alone, without the message
    view["traceback"] =
        event.details ? Json("  File \"nova/conductor/manager.py\", line 1, in _live_migrate\n")
                      : Json(nullptr);
  }
  if (call.version >= Version{2, 62}) {
    view["hostId"] = id_of(call.token.project + event.host);
    if (call.is_admin()) {
      view["host"] = event.host;
    }
  }
  if (call.version >= Version{2, 84}) {
    view["details"] = or_null(event.details);
  }
  return view;
}

bool may_see(const Call& call) {
  const auto& actions = call.state().actions;
  return server_of(call) != nullptr ||
         (call.version >= Version{2, 21} &&
          std::any_of(actions.begin(), actions.end(), [&](const Action& a) {
            return a.instance_uuid == call.path[1];  // of a server that is gone
          }));
}

Response list(const Call& call) {
  const Page page = read_page(call);
  if (page.refusal) {
    return *page.refusal;
  }
  const auto& actions = call.state().actions;
  Json views = Json::array();
  bool begun = !page.marker;
  for (auto action = actions.rbegin(); action != actions.rend(); ++action) {
    if (action->instance_uuid != call.path[1]) {
      continue;
    }
    if (begun && views.size() < page.limit) {
      views.push_back(brief_view(call, *action));
    }
    begun = begun || action->request_id == page.marker;
  }
  return begun ? json_response(200, {{"instanceActions", views}})
               : nova_error(400, "Marker " + page.marker.value_or("") + " could not be found.");
}

Response show(const Call& call) {
  for (const Action& action : call.state().actions) {
    if (action.instance_uuid != call.path[1] || action.request_id != call.path[3]) {
      continue;
    }
    Json view = brief_view(call, action);
    if (call.is_admin() || call.version >= Version{2, 51}) {
      view["events"] = Json::array();
      for (const ActionEvent& event : action.events) {
        view["events"].push_back(event_view(call, event));
      }
    }
    return json_response(200, {{"instanceAction", view}});
  }
  return nova_error(404, "Action " + call.path[3] + " not found");
}

}  // namespace

std::optional<Response> nova_instance_actions(const Call& call) {
  const bool all = call.is("GET", "servers/*/os-instance-actions");
  if (!all && !call.is("GET", "servers/*/os-instance-actions/*")) {
    return std::nullopt;
  }
  if (!may_see(call)) {
    return no_such_server(call);
  }
  return all ? list(call) : show(call);
}

}  // namespace ncc::fake_cloud
