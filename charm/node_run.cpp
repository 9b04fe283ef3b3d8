// create-node and delete-node: a node may take half an hour to register, and Juju runs nothing else
// on a unit while an action runs. So a run is kept in the journal and carried by a service of its
// own; this is its beginning, its process, and what an action says of it.

#include <nlohmann/json.hpp>

#include "charm/run_service.hpp"
#include "charm/scale_in.hpp"
#include "log.hpp"
#include "words/error.hpp"
#include "words/parameters.hpp"
#include "words/text.hpp"

namespace ncc::charm {

namespace {

using node::scope;

std::string list_of(const std::vector<std::string>& lines) {
  return nlohmann::json(lines).dump();
}

node::Request defaults_of(const Config& config) {
  return {.base = config.node_base_name,
          .max = config.node_max,
          .image = config.node_image,
          .flavor = config.node_flavor,
          .network = config.node_network,
          .key = config.node_key,
          .security_groups = split(config.node_security_groups, ","),
          .zone = config.node_availability_zone,
          .user_data = config.node_user_data,
          .volume = {.size_gib = config.node_volume_size,
                     .type = config.node_volume_type,
                     .device = config.node_volume_device},
          .domain = config.node_domain,
          .dns_zone = config.node_dns_zone,
          .awaits_compute = config.node_registered != "active",
          .keep_on_failure = config.node_keep_on_failure,
          .timeout = std::chrono::seconds(config.node_timeout)};
}

std::string failed_before(const NodeRun& last) {
  return "the last run, " + last.id + ", failed: " + last.failure +
         "; create-node resume=true goes on";
}

/// What a failed run has left is gone on with (where it was kept), or taken away before anything
/// new is made.
bool has_left(Journal& journal) {
  const std::string left = journal.get(scope, "left").value_or("");
  return !left.empty() && left != "[]";
}

node::Request kept_request(Journal& journal) {
  return node::read_request(journal.get(scope, "request").value_or(""));
}

/// Keeps the run and starts its service.
void begin(Scene& scene, const node::Request& request) {
  Journal& journal = scene.journal;
  forget_settled(scene.model.unit.str(), scene.platform);
  scene.model.node = {};
  settle(scene);  // the process of the last run may still wait for its hook
  const std::int64_t time = scene.platform.clock.now_seconds();
  if (!has_left(journal)) {
    node::begin_run(journal, scene.model.fresh_uuids.at(0).substr(0, 8), time);
    journal.put(scope, "request", node::to_text(request));
  } else if (kept_request(journal).keep_on_failure) {
    node::resume_run(journal, time);
  }
  journal.put(scope, "result", "{}");
  journal.put(scope, "charm-dir", scene.model.charm_dir);
  journal.put(scope, "state", "open");  // last: from now on it counts
  scene.model.node = node_run_of(journal);
  settle(scene);
}

/// Whoever begins a run is the leader; the unit that has one goes on with it.
void may_make_nodes(Scene& scene) {
  const bool has_one = scene.model.node.open || !scene.model.node.failure.empty();
  if (!has_one && !scene.tools.is_leader()) {
    throw ConfigError("create-node",
                      "only the leader can: run it on " + scene.model.application + "/leader");
  }
}

Outcome preview(Scene& scene, const node::Request& request) {
  openstack::Session session(scene.platform, credentials_of(scene.model));
  const node::Preview preview = node::preview(session, request);
  return {{{"result", "planned"},
           {"node", preview.names.server},
           {"hostname", preview.names.host},
           {"fqdn", preview.names.fqdn},
           {"steps", list_of(preview.steps)}},
          {}};
}

std::map<std::string, std::string> values_of(const node::Result& result) {
  std::map<std::string, std::string> values{{"node", result.names.server},
                                            {"hostname", result.names.host},
                                            {"fqdn", result.names.fqdn},
                                            {"server", result.server},
                                            {"volume", result.volume},
                                            {"address", result.address},
                                            {"left", list_of(result.left)}};
  std::erase_if(values, [](const auto& value) { return value.second.empty(); });
  return values;
}

void keep_result(Journal& journal, const node::Result& result) {
  journal.put(scope, "result", nlohmann::json(values_of(result)).dump());
  journal.put(scope, "left", list_of(result.left));
  journal.put(scope, "failure", result.failure);
  journal.put(scope, "state", result.failure.empty() ? "done" : "failed");
}

/// Of the run in the journal.
Outcome outcome_of(Scene& scene) {
  const NodeRun run = node_run_of(scene.journal);
  Outcome outcome;
  const std::string text = scene.journal.get(scope, "result").value_or("{}");
  outcome.results = nlohmann::json::parse(text).get<std::map<std::string, std::string>>();
  outcome.results["run"] = run.id;
  if (run.open) {
    outcome.results["result"] = "in-progress";
    outcome.failure = "run " + run.id +
                      " goes on: " + scene.journal.get(scope, "line").value_or("just begun") +
                      "; create-node again follows it";
  } else {
    outcome.results["result"] = run.failure.empty() ? "done" : "failed";
    outcome.failure = run.failure;
  }
  return outcome;
}

bool is_set(const juju::Values& parameters, const char* name) {
  const auto found = parameters.find(name);
  return found != parameters.end() && to_bool(found->second).value_or(false);
}

std::optional<std::chrono::seconds> wait_of(const juju::Values& parameters) {
  const auto found = parameters.find("wait");
  const auto seconds = found == parameters.end() ? std::nullopt : to_integer(found->second);
  return seconds ? std::optional(std::chrono::seconds(*seconds)) : std::nullopt;
}

/// The command that ends the unit on that host.
std::string how_to_end(Scene& scene, const std::string& host) {
  const std::string leader = "juju run " + scene.model.application + "/leader ";
  for (const Peer& peer : observe_peers(scene)) {
    if (peer.host && peer.host->str() == host) {
      return "`" + leader + "scale-in units=" + peer.unit.str() + "` and `juju remove-unit " +
             peer.unit.str() + "`";
    }
  }
  return "`" + leader + "scale-in units=<the unit on " + host +
         ">` on the application that runs it, and remove the unit";
}

/// Of node=base_3, or index=3.
long long number_of(const juju::Values& parameters, const std::string& base) {
  if (const auto index = to_integer(text_in(parameters, "index"))) {
    return *index;
  }
  const std::string name = text_in(parameters, "node");
  const auto number = node::number_of(base, name);
  if (!number) {
    throw ConfigError(
        "node", "\"" + name + "\" is no name such as " + base + "_3; or give its number as index");
  }
  return *number;
}

}  // namespace

NodeRun node_run_of(Journal& journal) {
  const std::string state = journal.get(scope, "state").value_or("");
  NodeRun run{.id = journal.get(scope, "run").value_or(""), .open = state == "open"};
  if (state == "failed") {
    run.failure = journal.get(scope, "failure").value_or("unknown");
  }
  return run;
}

std::string request_node(Scene& scene, const std::string& profile) {
  const NodeRun& last = scene.model.node;
  if (last.open) {
    return "run " + last.id + " makes a node already";
  }
  if (!last.failure.empty()) {
    return failed_before(last);
  }
  try {
    node::Request defaults = defaults_of(scene.model.config);
    defaults.profile = profile;
    const node::Request request = node::read_request(juju::Values{}, defaults);
    openstack::Session session(scene.platform, credentials_of(scene.model));
    node::check_names(session, request);
    begin(scene, request);
    log::info("run {} makes a node for profile {}", scene.model.node.id, profile);
    return "";
  } catch (const ConfigError& error) {
    return error.what();
  } catch (const HttpError& error) {
    return error.what();
  }
}

Outcome create_node(Scene& scene, const juju::Values& parameters) {
  may_make_nodes(scene);
  const auto request_now = [&] {
    return node::read_request(parameters, defaults_of(scene.model.config));
  };
  if (is_set(parameters, "plan")) {
    return preview(scene, request_now());
  }
  const NodeRun last = scene.model.node;
  if (!last.open) {  // parameters of a run that goes on do not count any more
    const node::Request request = request_now();
    if (!last.failure.empty() && !is_set(parameters, "resume")) {
      throw ConfigError("resume", failed_before(last));
    }
    openstack::Session session(scene.platform, credentials_of(scene.model));
    node::check_names(session, request);
    begin(scene, request);
  }
  scene.tools.action_log(
      (last.open || last.id == scene.model.node.id ? "going on with run " : "run ") +
      scene.model.node.id);
  watch_progress(scene, scope, wait_of(parameters));
  scene.model.node = node_run_of(scene.journal);
  scene.status_is_old = true;
  return outcome_of(scene);
}

Outcome delete_node(Scene& scene, const juju::Values& parameters) {
  may_make_nodes(scene);
  if (scene.model.node.open) {
    throw ConfigError("delete-node", "run " + scene.model.node.id + " of create-node goes on");
  }
  node::Request request = defaults_of(scene.model.config);
  for (const char* name : {"base-name", "domain"}) {
    if (const auto found = parameters.find(name); found != parameters.end()) {
      (name == std::string("domain") ? request.domain : request.base) = trim(found->second);
    }
  }
  openstack::Session session(scene.platform, credentials_of(scene.model));
  const node::Result result = node::remove(
      scene.platform,
      session,
      request,
      number_of(parameters, request.base),
      [&](const std::string& host) { return how_to_end(scene, host); },
      [&](const std::string& line) { scene.tools.action_log(line); });
  Outcome outcome{values_of(result), result.failure};
  outcome.results["result"] = result.failure.empty() ? "done" : "failed";
  return outcome;
}

int create_node_main(const std::string& unit, const Platform& platform, Journal& journal) {
  return run_service_main(
      unit, platform, journal, node_service, scope, [&](openstack::Session& session) {
        const node::Result result = node::run(
            platform, session, journal, kept_request(journal), [&](const std::string& line) {
              tell_progress(journal, scope, line);
            });
        keep_result(journal, result);
      });
}

Plan plan_node(const Model& model) {
  return plan_run_service(model, node_service);
}

Plan plan_node_over(const Model& model) {
  return plan_run_service_over(model, node_service);
}

}  // namespace ncc::charm
