#pragma once
// Inside charm: long runs that a service of their own carries (drain_run.cpp, node_run.cpp). Each
// has a scope in the journal, where the service tells its progress (keys line, progress), and
// whether it has work (key state, "open").

#include <functional>

#include "charm/charm.hpp"

namespace ncc::charm {

struct RunService {
  const char* name;         // of the unit of systemd, without .service
  const char* program;      // in bin/: dispatch knows itself by that name
  const char* description;  // what it does, for the unit's name behind it
  const char* credentials;  // file beside the journal that has its log-in while it has work
};

inline constexpr RunService drain_service{
    "nova-compute-drain", "drain", "Empties compute hosts for", "credentials.json"};
inline constexpr RunService node_service{
    "nova-compute-node", "create-node", "Makes a compute node for", "node-credentials.json"};

[[nodiscard]] std::string credentials_path(const std::string& unit, const RunService& service);
/// The service, its unit file and its log-in. Pure.
[[nodiscard]] Plan plan_run_service(const Model& model, const RunService& service);
/// The same gone. Pure.
[[nodiscard]] Plan plan_run_service_over(const Model& model, const RunService& service);

/// The process of a service: does `work` with its log-in while the journal has a run open, lets go
/// of the log-in, and asks for a hook. Returns its exit code.
int run_service_main(const std::string& unit,
                     const Platform& platform,
                     Journal& journal,
                     const RunService& service,
                     const std::string& scope,
                     const std::function<void(openstack::Session& session)>& work);

/// One line of progress, in the log and in the journal.
void tell_progress(Journal& journal, const std::string& scope, const std::string& line);
/// Shows progress as it comes; true when the run has ended, false after `wait`.
bool watch_progress(Scene& scene,
                    const std::string& scope,
                    std::optional<std::chrono::seconds> wait);

}  // namespace ncc::charm
