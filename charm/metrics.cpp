// What the unit and the cloud are like, for Prometheus: one file in its text format, read by
// node_exporter.

#include <algorithm>

#include <nlohmann/json.hpp>

#include "charm/charm.hpp"
#include "compute.hpp"

namespace ncc::charm {

namespace {

using nlohmann::json;
using Labels = std::vector<std::pair<std::string, std::string>>;

std::string escaped(const std::string& value) {
  std::string text;
  for (const char c : value) {
    text += c == '\\' || c == '"' ? std::string{'\\', c} : c == '\n' ? "\\n" : std::string{c};
  }
  return text;
}

/// Samples of gauges, grouped by metric as the format wants it.
class Gauges {
 public:
  void add(const std::string& name, const Labels& labels, long long value) {
    std::string line = "nova_compute_" + name;
    for (std::size_t i = 0; i < labels.size(); ++i) {
      line += (i == 0 ? "{" : ",") + labels[i].first + "=\"" + escaped(labels[i].second) + "\"";
    }
    lines_[name].push_back(line + (labels.empty() ? " " : "} ") + std::to_string(value) + "\n");
  }

  [[nodiscard]] std::string text() const {
    static const std::map<std::string, std::string> help{
        {"tombstoned", "1 while the unit is on its way out"},
        {"drain_servers", "Servers that are still on a tombstoned unit"},
        {"drain_migrating", "Migrations in flight from a tombstoned unit"},
        {"shards", "Shards of Ironic nodes that the unit runs"},
        {"shards_pending", "Shards of the unit that do not serve yet, or are being let go"},
        {"resource_hardware", "Hardware of the cloud by resource class"},
        {"resource_reserved", "What hosts keep for themselves by resource class"},
        {"resource_capacity", "What servers may use by resource class"},
        {"resource_used", "What servers use by resource class"},
        {"resource_free", "What is free on hosts that serve by resource class"},
        {"resource_stranded", "What is free on hosts that do not serve by resource class"},
        {"capacity_servers_left", "How many more servers of a flavor fit"},
        {"capacity_hosts", "Compute hosts by state"},
        {"capacity_wanted_nodes", "Nodes that should be added"},
        {"capacity_spare_nodes", "Nodes that may go"},
        {"capacity_looked_at_seconds", "When the leader looked, in seconds since the epoch"}};
    std::string text;
    for (const auto& [name, lines] : lines_) {
      text += "# HELP nova_compute_" + name + " " + help.at(name) + "\n# TYPE nova_compute_" +
              name + " gauge\n";
      for (const std::string& line : lines) {
        text += line;
      }
    }
    return text;
  }

 private:
  std::map<std::string, std::vector<std::string>> lines_ = {};
};

void add_unit(Gauges& gauges, const Model& model) {
  const Labels labels{{"unit", model.unit.str()}, {"host", model.host.str()}};
  gauges.add("tombstoned", labels, is_tombstoned(model) ? 1 : 0);
  if (model.leaving.drain && model.leaving.drain->error.empty()) {
    gauges.add("drain_servers", labels, model.leaving.drain->servers);
    gauges.add("drain_migrating", labels, model.leaving.drain->moving);
  }
  if (model.shards) {
    gauges.add("shards", labels, static_cast<long long>(compute::running_shards(model).size()));
    gauges.add("shards_pending", labels, static_cast<long long>(model.shards->pending.size()));
  }
}

/// The report is our own text: the one that the action shows.
void add_report(Gauges& gauges, const std::string& application, const json& report) {
  for (const auto& [name, entry] : report.at("classes").items()) {
    const Labels labels{{"application", application}, {"resource_class", name}};
    gauges.add("resource_hardware", labels, entry.at("total").get<long long>());
    for (const char* key : {"reserved", "capacity", "used", "free", "stranded"}) {
      gauges.add(std::string("resource_") + key, labels, entry.at(key).get<long long>());
    }
  }
  for (const auto& [name, profile] : report.at("profiles").items()) {
    gauges.add("capacity_servers_left",
               {{"application", application}, {"flavor", name}},
               profile.at("left").get<long long>());
  }
  for (const auto& [state, hosts] : report.at("hosts").items()) {
    gauges.add("capacity_hosts",
               {{"application", application}, {"state", state}},
               static_cast<long long>(hosts.size()));
  }
}

void add_capacity(Gauges& gauges, const Model& model) {
  const CapacityView& view = *model.capacity;
  const json report = json::parse(view.report, nullptr, false);
  if (!report.is_object()) {  // no look yet
    return;
  }
  add_report(gauges, model.application, report);
  const Labels labels{{"application", model.application}};
  gauges.add("capacity_wanted_nodes", labels, view.wanted);
  gauges.add("capacity_spare_nodes", labels, view.spare);
  gauges.add("capacity_looked_at_seconds", labels, view.looked_at);
}

}  // namespace

Plan plan_metrics(const Model& model) {
  Gauges gauges;
  add_unit(gauges, model);
  if (model.capacity) {
    add_capacity(gauges, model);
  }
  std::string name = model.unit.str();
  std::replace(name.begin(), name.end(), '/', '-');
  Plan plan;
  plan.files["/var/lib/prometheus/node-exporter/" + name + ".prom"] = {.content = gauges.text()};
  return plan;
}

}  // namespace ncc::charm
