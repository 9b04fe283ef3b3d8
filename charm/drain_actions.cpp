// migrate and scale-in: what begins, follows and ends a run of draining.

#include <algorithm>

#include <nlohmann/json.hpp>

#include "charm/charm.hpp"
#include "charm/ironic.hpp"
#include "charm/scale_in.hpp"
#include "log.hpp"
#include "words/error.hpp"

namespace ncc::charm {

namespace {

using scalein::Member;
using scalein::Request;
using scalein::State;

/// Servers of a host that are left when its drain is over, as one reason.
std::string reason_of(const std::vector<drain::Left>& left, const std::string& stopped) {
  std::string reason = std::to_string(left.size()) + (left.size() == 1 ? " server" : " servers");
  reason += " left";
  for (std::size_t i = 0; i < left.size() && i < 3; ++i) {
    reason += (i == 0 ? ": " : "; ") + left[i].server + ": " + left[i].reason;
  }
  return stopped.empty() ? reason : reason + " (" + stopped + ")";
}

/// Tombstoned members as sources; another one is refused, for a server could come as one goes.
std::vector<drain::Source> sources_of(Batch& batch, openstack::Session& session) {
  const auto services = openstack::Nova(session).compute_services();
  std::vector<drain::Source> sources;
  for (const Member& member : batch.members()) {
    const openstack::Service* service = scalein::service_of(services, member.host);
    const auto mark =
        service && !service->enabled ? scalein::read_mark(service->disabled_reason) : std::nullopt;
    if (!mark || mark->claim || mark->unit != member.unit) {
      batch.set(member.unit.str(), State::refused, "it is not tombstoned: run scalein-start first");
    } else {
      sources.push_back(
          {.unit = member.unit, .host = member.host, .mark = service->disabled_reason});
    }
  }
  return sources;
}

RunRequest request_for(const std::vector<drain::Source>& sources, const Request& request) {
  const auto mark = scalein::read_mark(sources.front().mark);
  return {.id = mark.value().run, .sources = sources, .options = request.drain};
}

void judge(Batch& batch, const std::vector<drain::Source>& sources, const RunView& run) {
  for (const drain::Source& source : sources) {
    const std::string& unit = source.unit.str();
    const auto left = run.result.left.find(source.host.str());
    if (run.open || left == run.result.left.end()) {
      batch.set(unit,
                State::in_progress,
                run.open ? "run " + run.request.id + " goes on: " + run.line : run.result.stopped);
    } else if (left->second.empty()) {
      batch.set(unit, State::done, "");
    } else {
      batch.set(unit, State::failed, reason_of(left->second, run.result.stopped));
      batch.set_left(unit, left->second);
    }
  }
}

Outcome preview(Scene& scene,
                Batch& batch,
                const std::vector<drain::Source>& sources,
                const Request& request) {
  openstack::Session session(scene.platform, credentials_of(scene.model));
  const drain::Decision decision = drain::preview(scene.platform, session, sources, request.drain);
  nlohmann::ordered_json steps = nlohmann::ordered_json::array();
  for (const CloudStep& step : decision.steps) {
    steps.push_back(describe(step));
  }
  for (const drain::Source& source : sources) {
    const auto left = decision.left.find(source.host.str());
    if (left != decision.left.end()) {
      batch.set_left(source.unit.str(), left->second);
    }
  }
  return batch.outcome({{"steps", steps.dump()}});
}

Outcome abort_run(Scene& scene, Batch& batch) {
  const std::optional<RunView> run = read_run(scene.journal);
  if (!run || !run->open) {
    return {{{"result", "done"}}, {}};
  }
  ask_to_stop(scene);
  watch_run(scene, std::nullopt);
  return batch.outcome({{"run", run->request.id}});
}

/// Starts or joins the run and follows it as long as was asked for.
std::optional<RunView> carry(Scene& scene, const RunRequest& run, const Request& request) {
  start_run(scene, run);
  watch_run(scene, request.wait);
  return read_run(scene.journal);
}

/// What was ordered since the run's own tombstone is somebody's decision, and stands. That
/// tombstone itself was never ordered where the action that published it was killed: Nova has it
/// alone.
void follow_up(Batch& batch, const Member& member, const Order& order) {
  const Order newest = batch.order_of(member);
  const bool ours = newest.run == order.run;
  if (ours ? newest.want == Want::tombstoned : batch.is_serving(member)) {
    batch.order(member, order);
  } else if (ours && newest.want == order.want) {
    if (!batch.reached(member)) {
      batch.order(member, newest);
    }
  } else {
    batch.set(member.unit.str(),
              State::refused,
              std::string("it was ordered to be ") + to_string(newest.want) + " meanwhile");
  }
}

/// Why a host may neither end nor serve again yet; empty: nothing of it is in flight. A run that
/// was stopped early leaves moves behind, and a cold one waits for its confirmation.
std::string unsettled(const drain::Result& result, const HostName& host) {
  const auto found = result.in_flight.find(host.str());
  if (found == result.in_flight.end()) {
    return "";
  }
  return "moves in flight: " + std::to_string(found->second) + " (" + result.stopped +
         "): it stays tombstoned, run scale-in again";
}

/// A unit that was emptied is done when it has ended; one that was not is put back, and failed.
Outcome scale_in_result(Scene& scene, const Request& request, const RunView& run) {
  std::map<std::string, scalein::UnitResult> ended;
  for (const scalein::UnitResult& result : finish_run(scene)) {
    ended[result.unit] = result;
  }
  Batch batch(scene, request);
  for (const Member& member : batch.members()) {
    const std::string& unit = member.unit.str();
    const auto left = run.result.left.find(member.host.str());
    const std::string waits = unsettled(run.result, member.host);
    if (!waits.empty()) {
      batch.set(unit, State::failed, waits);
      batch.set_left(unit, left->second);
    } else if (left != run.result.left.end() && !left->second.empty()) {
      batch.set(unit, State::failed, "recovered: " + reason_of(left->second, run.result.stopped));
      batch.set_left(unit, left->second);
    } else if (left == run.result.left.end()) {
      batch.set(unit, State::refused, "it was not drained");
    } else {
      batch.set(unit, ended[unit].state, ended[unit].reason);
    }
  }
  return batch.outcome({{"run", run.request.id}});
}

}  // namespace

Outcome migrate(Scene& scene, const juju::Values& parameters) {
  if (is_ironic(scene.model)) {
    return ironic_scale_in(scene, parameters, IronicVerb::migrate);
  }
  const Request request = scalein::read_request(parameters);
  Batch batch(scene, request);
  if (request.abort) {
    return abort_run(scene, batch);
  }
  openstack::Session session(scene.platform, credentials_of(scene.model));
  const std::vector<drain::Source> sources = sources_of(batch, session);
  if (sources.empty() || request.plan) {
    return sources.empty() ? batch.outcome({}) : preview(scene, batch, sources, request);
  }
  const RunRequest run = request_for(sources, request);
  if (const auto view = carry(scene, run, request)) {
    judge(batch, sources, *view);
  }
  return batch.outcome({{"run", run.id}});
}

Outcome scale_in(Scene& scene, const juju::Values& parameters) {
  if (is_ironic(scene.model)) {
    return ironic_scale_in(scene, parameters, IronicVerb::scale_in);
  }
  const Request request = scalein::read_request(parameters);
  if (request.abort) {
    Batch batch(scene, request);
    return abort_run(scene, batch);
  }
  const Outcome started = scale_in_start(scene, parameters);
  if (request.plan) {
    return started;
  }
  Batch batch(scene, request);
  openstack::Session session(scene.platform, credentials_of(scene.model));
  const std::vector<drain::Source> sources = sources_of(batch, session);
  if (sources.empty()) {
    return started;
  }
  RunRequest run = request_for(sources, request);
  run.is_scale_in = true;
  const auto view = carry(scene, run, request);
  if (view && !view->open) {
    return scale_in_result(scene, request, *view);
  }
  judge(batch, sources, *view);
  return batch.outcome({{"run", run.id}});
}

void drain_before_leaving(Scene& scene) {
  const auto must_be_done = [](const Outcome& outcome) {
    if (!outcome.failure.empty()) {
      throw ConfigError("drain-on-remove", outcome.failure);
    }
  };
  must_be_done(scale_in_start(scene, {}));
  Batch batch(scene, {});
  openstack::Session session(scene.platform, credentials_of(scene.model));
  const std::vector<drain::Source> sources = sources_of(batch, session);
  drain::Options options;
  options.timeout = std::chrono::seconds(scene.model.config.drain_timeout);
  const drain::Result result = drain::run(
      scene.platform,
      session,
      scene.journal,
      sources,
      options,
      [&](const std::string& line, const drain::Counts& counts) {
        log::info("{}", line);
        scene.tools.status_set(juju::Status::maintenance,
                               "Draining: " + std::to_string(counts.left) + " left, " +
                                   std::to_string(counts.moving) + " migrating");
      },
      [] { return false; });
  for (const auto& [host, left] : result.left) {
    if (!left.empty()) {
      throw ConfigError("drain-on-remove", reason_of(left, result.stopped));
    }
  }
  must_be_done(scale_in_end(scene, {}));
}

std::vector<scalein::UnitResult> finish_run(Scene& scene) {
  const std::optional<RunView> run = read_run(scene.journal);
  if (!run || run->open) {
    return {};
  }
  Request request;
  for (const drain::Source& source : run->request.sources) {
    request.units.push_back(source.unit.str());
  }
  const bool others = request.units != std::vector<std::string>{scene.model.unit.str()};
  if (others && !scene.tools.is_leader()) {
    log::warn(
        "run {} has ended, but this unit is not the leader any more: scalein-end and "
        "scalein-recover are left to do",
        run->request.id);
    return {};
  }
  Batch batch(scene, request);
  for (const Member& member : batch.members()) {
    if (const std::string waits = unsettled(run->result, member.host); !waits.empty()) {
      log::warn("{}: {}", member.unit.str(), waits);
      continue;
    }
    const auto left = run->result.left.find(member.host.str());
    const bool empty = left != run->result.left.end() && left->second.empty();
    follow_up(batch, member, {.run = run->request.id, .want = empty ? Want::ended : Want::serving});
  }
  // Juju keeps what was published only when a hook or action ends well: the next one makes sure.
  if (!batch.publish()) {
    scene.journal.put("run", "finished", "true");
  }
  scene.model.run = run_of(scene.journal);
  return batch.results();
}

}  // namespace ncc::charm
