// A drain takes hours, and Juju runs nothing else on a unit while an action runs. So a run is kept
// in the journal and carried by a service of its own: this is both its beginning and its process.

#include <algorithm>

#include <nlohmann/json.hpp>

#include "charm/charm.hpp"
#include "charm/run_service.hpp"
#include "charm/run_text.hpp"
#include "log.hpp"
#include "words/entries.hpp"
#include "words/error.hpp"
#include "words/text.hpp"

namespace ncc::charm {

namespace {

constexpr const char* scope = "run";

/// Every host of `some` is one of `all`.
bool covers(const std::vector<drain::Source>& all, const std::vector<drain::Source>& some) {
  return std::all_of(some.begin(), some.end(), [&](const drain::Source& one) {
    return std::any_of(
        all.begin(), all.end(), [&](const auto& other) { return other.host == one.host; });
  });
}

/// An open run goes on as it is. That its units shall end afterwards can be added to it.
void join_run(RunRequest open, const RunRequest& request, Journal& journal) {
  const bool will_end = request.is_scale_in && !open.is_scale_in;
  if (open.id != request.id || !covers(open.sources, request.sources) ||
      (will_end && !covers(request.sources, open.sources))) {
    throw ConfigError("units", "run " + open.id + " still empties other hosts; abort=true ends it");
  }
  if (will_end) {
    open.is_scale_in = true;
    journal.put(scope, "request", run_text::to_text(open));
  }
}

}  // namespace

void ask_for_a_hook(const std::string& unit, const std::string& charm_dir, ProcessRunner& runner) {
  const Command command{
      .argv = {"/usr/bin/juju-exec",
               "-u",
               unit,
               "JUJU_DISPATCH_PATH=hooks/update-status " + charm_dir + "/dispatch"},
      .timeout = std::chrono::minutes(10)};
  const ProcessResult result = runner.run(command);
  if (result.exit_code != 0) {
    log::warn("juju-exec ended with {}: the next hook comes by itself", result.exit_code);
  }
}

std::optional<RunView> read_run(Journal& journal) {
  const std::map<std::string, std::string> facts = journal.list(scope);
  const auto text = [&](const char* key) { return entry_of(facts, key); };
  if (text("request").empty()) {
    return std::nullopt;
  }
  RunView view{.request = run_text::read_request(text("request")),
               .open = text("state") == "open",
               .line = text("line")};
  if (!text("result").empty()) {
    view.result = run_text::read_result(text("result"));
  }
  return view;
}

DrainRun run_of(Journal& journal) {
  const std::optional<RunView> run = read_run(journal);
  if (!run) {
    return {};
  }
  return {.id = run->request.id,
          .open = run->open,
          .finished = !run->request.is_scale_in || journal.get(scope, "finished") == "true"};
}

void start_run(Scene& scene, const RunRequest& request) {
  const std::optional<RunView> last = read_run(scene.journal);
  Journal& journal = scene.journal;
  forget_settled(scene.model.unit.str(), scene.platform);
  if (last && last->open) {
    join_run(last->request, request, journal);
  } else {
    // The process of the last run may still wait for its hook, which waits for this action.
    journal.forget(scope);
    scene.model.run = {};
    settle(scene);
    journal.put(scope, "request", run_text::to_text(request));
    journal.put(scope, "charm-dir", scene.model.charm_dir);
    journal.put(scope, "state", "open");  // last: from now on it counts
  }
  scene.model.run = run_of(scene.journal);
  settle(scene);
}

void ask_to_stop(Scene& scene) {
  scene.journal.put(scope, "stop", "true");
}

bool watch_run(Scene& scene, std::optional<std::chrono::seconds> wait) {
  const bool ended = watch_progress(scene, scope, wait);
  if (ended) {
    scene.model.run = run_of(scene.journal);
  }
  return ended;
}

int drain_main(const std::string& unit, const Platform& platform, Journal& journal) {
  return run_service_main(
      unit, platform, journal, drain_service, scope, [&](openstack::Session& session) {
        const RunRequest request =
            run_text::read_request(journal.get(scope, "request").value_or(""));
        const drain::Result result = drain::run(
            platform,
            session,
            journal,
            request.sources,
            request.options,
            [&](const std::string& line, const drain::Counts&) {
              tell_progress(journal, scope, line);
            },
            [&] { return journal.get(scope, "stop") == "true"; });
        journal.put(scope, "result", run_text::to_text(result));
        journal.put(scope, "state", "ended");
      });
}

Plan plan_drain(const Model& model) {
  return plan_run_service(model, drain_service);
}

Plan plan_drain_over(const Model& model) {
  return plan_run_service_over(model, drain_service);
}

}  // namespace ncc::charm
