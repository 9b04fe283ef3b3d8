// Ending this unit: observes cloud and machine, decides by scalein::next_end_step, takes the step.

#include <algorithm>

#include "charm/leave.hpp"
#include "host.hpp"
#include "log.hpp"
#include "ovs.hpp"

namespace ncc::charm {

namespace {

using openstack::Verdict;
using scalein::State;

constexpr std::chrono::seconds end_time{180};
constexpr std::chrono::milliseconds look_pause{500};

bool runs(const Model& model, const std::string& service) {
  const auto found = model.machine.services.find(service);
  return found != model.machine.services.end() && found->second.active;
}

/// Rows of the SB database that still name our chassis. A subordinate's chassis is not ours to ask
/// about.
std::vector<std::string> chassis_rows(const Model& model, const Platform& platform) {
  const auto settings =
      ovn_built_in(model) ? ovs::read(platform.processes) : std::optional<ovs::Settings>();
  return settings ? ovs::chassis_rows(platform.processes, *settings, model.host.str())
                  : std::vector<std::string>();
}

class Leaver {
 public:
  explicit Leaver(Scene& scene)
      : scene_(scene),
        session_(scene.platform, credentials_of(scene.model)),
        deadline_(scene.platform.clock.steady() + end_time) {}

  Followed end() {
    while (true) {
      if (scene_.model.leaving.phase == Phase::ended) {
        return {};
      }
      const scalein::Ending ending = observe();
      const scalein::EndStep step = scalein::next_end_step(ending, options(), mark_of(ending));
      if (const auto result = take(step, ending)) {
        return *result;
      }
      if (scene_.platform.clock.steady() >= deadline_) {
        return {State::in_progress,
                "not done within " + std::to_string(end_time.count()) + " s: " + awaited_};
      }
    }
  }

 private:
  [[nodiscard]] scalein::EndOptions options() const {
    const Order& order = scene_.model.leaving.order;
    return {.purge_orphans = order.purge_orphans, .force_last_gateway = order.force_last_gateway};
  }

  static std::optional<scalein::Mark> mark_of(const scalein::Ending& ending) {
    return ending.service ? scalein::read_mark(ending.service->disabled_reason) : std::nullopt;
  }

  scalein::Ending observe() {
    Model& model = scene_.model;
    const auto facts = scene_.journal.get("end", "facts");
    scalein::Ending ending = scalein::observe_ending(
        session_, model.host, facts ? std::optional(scalein::read_facts(*facts)) : std::nullopt);
    observe_machine(model, scene_.platform);
    ending.phase = model.leaving.phase;
    ending.compute_runs = runs(model, "nova-compute");
    ending.agents_run = runs(model, "ovn-controller") || runs(model, "neutron-ovn-metadata-agent");
    if (const auto domains = host::domains(scene_.platform.processes)) {
      ending.domains = static_cast<int>(domains->size());
    }
    if (ending.phase == Phase::leaving) {
      ending.chassis = chassis_rows(model, scene_.platform);
    }
    return ending;
  }

  /// nullopt: go on.
  std::optional<Followed> take(const scalein::EndStep& step, const scalein::Ending& ending) {
    if (const auto* refuse = std::get_if<scalein::Refuse>(&step)) {
      return refused(refuse->reason, ending);
    }
    if (const auto* next = std::get_if<scalein::GoTo>(&step)) {
      return go_to(next->phase);
    }
    if (const auto* await = std::get_if<scalein::Await>(&step)) {
      awaited_ = "waiting for " + await->what;
      scene_.platform.clock.sleep(look_pause);
      return std::nullopt;
    }
    if (const auto* cloud = std::get_if<CloudStep>(&step)) {
      return in_cloud(*cloud, ending);
    }
    return Followed{};
  }

  std::optional<Followed> go_to(Phase phase) {
    if (phase == Phase::stopping) {
      if (!looked_before_) {  // empty twice, with time for what was under way to show
        looked_before_ = true;
        scene_.platform.clock.sleep(look_pause);
        return std::nullopt;
      }
      scene_.journal.put(
          "end", "facts", scalein::to_text(scalein::observe_facts(session_, scene_.model.host)));
    }
    set_phase(scene_, phase);
    settle(scene_);
    return phase == Phase::ended ? std::optional(ended()) : std::nullopt;
  }

  /// A chassis with our address would keep the next unit with it from being one.
  Followed ended() {
    const std::string foreign = observe_foreign_chassis(scene_.model, scene_.platform);
    if (!foreign.empty()) {
      log::warn("ended, but {}", foreign);
    }
    return {State::done, foreign};
  }

  std::optional<Followed> in_cloud(const CloudStep& step, const scalein::Ending& ending) {
    log::info("{}", describe(step));
    const openstack::Outcome outcome = perform(step, session_);
    if (outcome.verdict == Verdict::done || outcome.verdict == Verdict::missing) {
      return std::nullopt;
    }
    // Placement's concurrent updates, and what is not known: read again, within the time.
    const bool placement = std::holds_alternative<DeleteProvider>(step) ||
                           std::holds_alternative<DeleteAllocations>(step);
    if (outcome.verdict == Verdict::unknown ||
        (outcome.verdict == Verdict::conflict && placement)) {
      awaited_ = describe(step) + ": " + outcome.message;
      scene_.platform.clock.sleep(look_pause);
      return std::nullopt;
    }
    return refused(describe(step) + ": " + outcome.message, ending);
  }

  /// As long as the record is there, nova-compute must run again.
  Followed refused(const std::string& reason, const scalein::Ending& ending) {
    if (ending.service && scene_.model.leaving.phase == Phase::stopping) {
      set_phase(scene_, Phase::none);
      settle(scene_);
    }
    return {State::refused, reason};
  }

  Scene& scene_;
  openstack::Session session_;
  std::chrono::steady_clock::time_point deadline_;
  bool looked_before_ = false;
  std::string awaited_ = {};
};

}  // namespace

Followed end_unit(Scene& scene) {
  return Leaver(scene).end();
}

}  // namespace ncc::charm
