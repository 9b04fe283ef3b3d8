#pragma once
// What the tests of moves share beside the World: names of fields, and what Nova says of a failure.

#include <string>

#include "cloud/world.hpp"

namespace ncc::fake_cloud::test {

inline const std::string host_field = "OS-EXT-SRV-ATTR:host";
inline const std::string task_field = "OS-EXT-STS:task_state";
inline const Json nothing = {{"VCPU", 0}, {"MEMORY_MB", 0}, {"DISK_GB", 0}};
inline const Json one_tiny = {{"VCPU", 1}, {"MEMORY_MB", 512}, {"DISK_GB", 1}};

/// The message of a refusal.
inline std::string complaint(const Answer& answer) {
  const Json body = answer.json();
  return body.begin().value()["message"];
}

/// "event: details" of what failed in the action that `posted` began; empty: nothing did.
inline std::string failure_of(World& world, const std::string& id, const Answer& posted) {
  const std::string request = posted.header("X-Openstack-Request-Id");
  const Json action =
      world
          .call("GET /compute/v2.1/servers/" + id + "/os-instance-actions/" + request,
                "compute 2.84")
          .json()["instanceAction"];
  for (const Json& event : action["events"]) {
    if (event["result"] == "Error") {
      return event["event"].get<std::string>() + ": " + event["details"].get<std::string>();
    }
  }
  return "";
}

}  // namespace ncc::fake_cloud::test
