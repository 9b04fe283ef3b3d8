#pragma once
// `juju status`: the JSON and the table of cmd/juju/status.
#include "model.hpp"

namespace local_juju {

[[nodiscard]] Json status_document(const Model& model);
[[nodiscard]] std::string status_table(const Model& model);

/// What `juju status` shows as the unit's workload: error while a hook is failed.
[[nodiscard]] Status shown_workload(const Model& model, const Unit& unit);
/// The leader's own word if it ever gave one, else the worst of the units.
[[nodiscard]] Status shown_application(const Model& model, const Application& application);

/// Columns padded to their widest cell and two spaces, as Go's tabwriter does.
[[nodiscard]] std::string table(const std::vector<std::vector<std::string>>& rows);

}  // namespace local_juju
