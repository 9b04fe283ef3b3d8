// What Nova shows of a server's state: nova/api/openstack/common.py (_STATE_MAP),
// nova/compute/vm_states.py, power_state.py.
#include <algorithm>

#include "cloud/moves.hpp"

namespace ncc::fake_cloud {

namespace {

bool is_one_of(const std::string& word, const std::vector<std::string>& words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

}  // namespace

bool is_soft_deleted(const Server& server) {
  return server.soft_deleted || server.status == "SOFT_DELETED";
}

bool has_feature(const Server& server, const std::string& feature) {
  return is_one_of(feature, server.features);
}

std::string vm_state(const Server& server) {
  static const std::map<std::string, std::string> states = {
      {"BUILD", "building"},
      {"SHUTOFF", "stopped"},
      {"RESCUE", "rescued"},
      {"VERIFY_RESIZE", "resized"},
      {"REVERT_RESIZE", "resized"},
      {"SHELVED", "shelved"},
      {"MIGRATING", "active"},
      {"RESIZE", "active"},
      {"REBUILD", "active"},
      {"SOFT_DELETED", "soft-delete"},
      {"ACTIVE", "active"},
      {"ERROR", "error"},
      {"PAUSED", "paused"},
      {"SUSPENDED", "suspended"},
      {"DELETED", "deleted"},
      {"UNKNOWN", "unknown"},
      {"SHELVED_OFFLOADED", "shelved_offloaded"}};
  if (!server.vm_state.empty()) {
    return server.vm_state;
  }
  return server.soft_deleted ? "soft-delete" : states.at(server.status);
}

Number power_state(const Server& server) {
  if (server.power_state >= 0) {
    return server.power_state;
  }
  if (server.status == "PAUSED") {
    return 3;
  }
  if (is_one_of(server.status, {"SHUTOFF", "SUSPENDED", "SHELVED"}) ||
      (server.status == "VERIFY_RESIZE" && server.old_status == "SHUTOFF")) {
    return 4;
  }
  return server.host && server.status != "BUILD" && server.status != "ERROR" ? 1 : 0;
}

std::string shown_status(const Server& server) {
  const std::string vm = vm_state(server);
  const std::string task = server.task_state.value_or("");
  if (vm == "soft-delete") {
    return "SOFT_DELETED";
  }
  if (task == "migrating" && is_one_of(vm, {"active", "paused"})) {
    return "MIGRATING";
  }
  if (task.rfind("resize_", 0) == 0 && is_one_of(vm, {"active", "stopped"})) {
    return "RESIZE";
  }
  if (task == "resize_reverting" && vm == "resized") {
    return "REVERT_RESIZE";
  }
  if (task == "rebuilding" && is_one_of(vm, {"active", "stopped", "error"})) {
    return "REBUILD";
  }
  return server.status;
}

}  // namespace ncc::fake_cloud
