// Instance actions: what was asked of a server and how each part of it went. Their key is the id of
// the request that asked.
#include <algorithm>

#include "cloud/moves.hpp"

namespace ncc::fake_cloud {

void record_action(const Call& call, const Server& server, const std::string& action) {
  Action record;
  record.request_id = call.request_id;
  record.instance_uuid = server.id;
  record.action = action;
  record.project = call.token.project;
  record.user = call.token.user;
  record.start = record.updated_at = now(call.cloud);
  call.state().actions.push_back(record);
}

void record_event(Cloud& cloud,
                  const Migration& migration,
                  const std::string& event,
                  const MaybeText& failure) {
  auto& actions = cloud.state.actions;
  const auto action = std::find_if(actions.rbegin(), actions.rend(), [&](const Action& a) {
    return a.request_id == migration.request_id && a.instance_uuid == migration.instance_uuid;
  });
  if (action == actions.rend()) {
    return;  // a migration of a world that was set, whose action nobody knows
  }
  const bool conductor = event.rfind("compute_", 0) != 0;
  ActionEvent record;
  record.event = event;
  record.host = conductor ? "controller" : migration.source_compute;
  record.result = failure ? "Error" : "Success";
  record.details = failure;
  record.start = action->updated_at;
  record.finish = now(cloud);
  action->events.push_back(record);
  action->updated_at = record.finish;
  if (failure) {
    action->message = "Error";
  }
}

}  // namespace ncc::fake_cloud
