// cos-agent: what grafana-agent shall read, alert on and show.

#include <nlohmann/json.hpp>

#include "relations.hpp"

namespace ncc {
namespace {

using nlohmann::json;

constexpr std::string_view place = "%%juju_topology%%";

/// `"` and `\` as PromQL wants them in a string.
std::string quoted(const std::string& text) {
  return json(text).dump();
}

void localize(json& rule, const json& topology) {
  // Metrics come from every application that the agents watch; the scrape labels tell them apart.
  std::string matchers;
  for (const char* label : {"juju_model", "juju_model_uuid", "juju_application"}) {
    matchers += matchers.empty() ? "" : ",";
    matchers += label + ("=" + quoted(topology.at(label)));
  }
  auto expression = rule.at("expr").get<std::string>();
  for (std::size_t at = 0; (at = expression.find(place, at)) != std::string::npos;) {
    expression.replace(at, place.size(), matchers);
    at += matchers.size();
  }
  rule["expr"] = expression;
  rule["labels"].update(topology);
}

}  // namespace

Databag publish_cos_agent(const Observability& ours, const std::string& application) {
  json rules = json::parse(ours.alert_rules, nullptr, false);
  if (!rules.is_object()) {
    return {};
  }
  const json topology{{"juju_model", ours.model},
                      {"juju_model_uuid", ours.model_uuid},
                      {"juju_application", application},
                      {"juju_charm", "nova-compute"}};
  for (json& group : rules["groups"]) {
    // Rules of all applications meet in one Prometheus, where groups have names of their own.
    group["name"] = ours.model + "_" + ours.model_uuid.substr(0, 8) + "_" + application + "_" +
                    group.at("name").get<std::string>() + "_rules";
    for (json& rule : group.at("rules")) {
      localize(rule, topology);
    }
  }
  // Of all that node_exporter knows, the agent has the host's part itself.
  const json job{{"job_name", application + "_0_textfile"},
                 {"metrics_path", "/metrics"},
                 {"params", {{"collect[]", {"textfile"}}}},
                 {"static_configs", {{{"targets", {"localhost:9100"}}}}}};
  const json config{{"metrics_alert_rules", rules},
                    {"log_alert_rules", json::object()},
                    {"dashboards", json::array({ours.dashboard})},
                    {"metrics_scrape_jobs", json::array({job})},
                    {"log_slots", json::array()}};
  return {{"config", config.dump()}};
}

}  // namespace ncc
