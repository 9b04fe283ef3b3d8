// cos-agent: what grafana-agent shall read, alert on and show.

#include <nlohmann/json.hpp>

#include "relations.hpp"

namespace ncc {

Databag publish_cos_agent(const Observability& files) {
  using nlohmann::json;
  const json rules = json::parse(files.alert_rules, nullptr, false);
  if (!rules.is_object()) {
    return {};
  }
  // Of all that node_exporter knows, the agent has the host's part itself.
  const json job{{"metrics_path", "/metrics"},
                 {"params", {{"collect[]", {"textfile"}}}},
                 {"static_configs", {{{"targets", {"localhost:9100"}}}}}};
  const json config{{"metrics_alert_rules", rules},
                    {"log_alert_rules", json::object()},
                    {"dashboards", json::array({files.dashboard})},
                    {"metrics_scrape_jobs", json::array({job})},
                    {"log_slots", json::array()}};
  return {{"config", config.dump()}};
}

}  // namespace ncc
