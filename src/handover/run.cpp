// The loop: look, next, perform, until the service of the source is gone or nothing goes on by
// itself.

#include <algorithm>

#include "handover/look.hpp"

namespace ncc::handover {

namespace {

using openstack::Verdict;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr milliseconds shortest_rest{1'000};
constexpr milliseconds longest_rest{10'000};
constexpr milliseconds first_pause{500};  // after an error, doubling
constexpr milliseconds longest_pause{30'000};
constexpr int doublings = 6;
constexpr seconds report_period{30};
constexpr std::int64_t first_deferral = 2;  // seconds, of a node that is locked; doubling
constexpr std::int64_t longest_deferral = 60;
constexpr int patience = 8;  // with answers that are no answers, in a row

std::string scope_of(const HostName& host) {
  return "handover " + host.str();
}

Plan kept_plan(Journal& journal, const Source& source) {
  const auto text = journal.get(scope_of(source.host), "plan");
  return text ? read_plan(*text) : Plan{};
}

std::string line_of(const Counts& counts) {
  return std::to_string(counts.done) + " of " + std::to_string(counts.nodes) +
         " nodes handed over, " + std::to_string(counts.to_give) + " to give, " +
         std::to_string(counts.adopting) + " being adopted, " + std::to_string(counts.to_move) +
         " for nova-manage";
}

bool deletes(const Step& step) {
  const auto* cloud = std::get_if<CloudStep>(&step);
  return cloud != nullptr && std::holds_alternative<DeleteService>(*cloud);
}

const SetShard* gift_of(const Step& step) {
  const auto* cloud = std::get_if<CloudStep>(&step);
  return cloud == nullptr ? nullptr : std::get_if<SetShard>(cloud);
}

class Run {
 public:
  Run(const Platform& platform,
      const Clients& clients,
      Journal& journal,
      const Job& job,
      const Machine& machine,
      const Progress& progress)
      : clock_(platform.clock),
        clients_(clients),
        journal_(journal),
        source_(job.source),
        machine_(machine),
        options_(job.options),
        progress_(progress),
        look_(platform.clock, clients, job, machine),
        plan_(kept_plan(journal, job.source)),
        started_(clock_.steady()) {}

  Result run() {
    while (!over_) {
      try {
        turn();
        errors_ = 0;
      } catch (const HttpError& error) {
        wait_out(error);
      }
    }
    result_.last = std::move(decision_);
    result_.plan = plan_;
    return result_;
  }

 private:
  using Time = std::chrono::steady_clock::time_point;

  void turn() {
    const Time begin = clock_.steady();
    view_ = look_.view(plan_);
    decide();
    report();
    conclude();
    if (!over_) {
      act();
    }
    if (!over_) {
      const auto took = std::chrono::duration_cast<milliseconds>(clock_.steady() - begin);
      clock_.sleep(std::clamp(took, shortest_rest, longest_rest));
    }
  }

  /// A plan is on the disk before anything is done by it.
  void decide() {
    decision_ = next(view_, source_, plan_, tries_, options_);
    while (decision_.plan) {
      plan_ = *decision_.plan;
      journal_.put(scope_of(source_.host), "plan", to_text(plan_));
      say("plan " + plan_.id + ", revision " + std::to_string(plan_.revision) + ": " +
          std::to_string(plan_.targets.size()) + " nodes");
      decision_ = next(view_, source_, plan_, tries_, options_);
    }
    const bool is_empty = std::any_of(decision_.steps.begin(),
                                      decision_.steps.end(),
                                      [](const Step& step) { return deletes(step); });
    empty_looks_ = is_empty ? empty_looks_ + 1 : 0;
  }

  void conclude() {
    if (decision_.done) {
      journal_.forget(scope_of(source_.host));
      over_ = true;
    } else if (!decision_.refuse.empty()) {
      over_ = true;
    } else if (is_out_of_time()) {
      stop(out_of_time(trouble_.empty() ? decision_.await : trouble_));
    } else {
      over_ = decision_.needs_person() && agrees();
    }
  }

  /// The look before saw the same: what was just under way has shown.
  bool agrees() {
    const bool same = last_seen_ == decision_.pending;
    last_seen_ = decision_.pending;
    return same && !last_seen_.empty();
  }

  void act() {
    give();
    for (const Step& step : decision_.steps) {
      if (is_out_of_time() || over_) {
        return;
      }
      if (std::holds_alternative<StopCompute>(step)) {
        say("stop nova-compute");
        machine_.stop();
      } else if (gift_of(step) == nullptr) {
        take(std::get<CloudStep>(step));
      }
    }
  }

  void take(const CloudStep& step) {
    if (deletes(step) && empty_looks_ < 2) {
      return;
    }
    say(describe(step));
    const openstack::Outcome outcome = perform(step, clients_.nova);
    const bool final = outcome.verdict == Verdict::forbidden || outcome.verdict == Verdict::refused;
    trouble_.clear();
    if (final) {
      stop(describe(step) + ": " + outcome.message);
    } else if (outcome.verdict != Verdict::done && outcome.verdict != Verdict::missing) {
      trouble_ = describe(step) + ": " + outcome.message;
      say(trouble_ + "; looking again");
    }
  }

  /// A node is read again: it may have got an instance, or been given away, since the look.
  void give() {
    std::vector<SetShard> gifts;
    for (const Step& step : decision_.steps) {
      if (const SetShard* gift = gift_of(step)) {
        gifts.push_back(*gift);
      }
    }
    if (gifts.empty()) {
      return;
    }
    in_doubt_ = false;
    std::size_t sent = 0;
    openstack::Ironic(clients_.ironic)
        .set_shards_if(
            options_.parallel,
            [&]() -> std::optional<openstack::NodeMove> {
              if (sent == gifts.size() || is_out_of_time() || over_ || in_doubt_) {
                return std::nullopt;
              }
              const SetShard& gift = gifts[sent++];
              return openstack::NodeMove{gift.node, {gift.shard}};
            },
            [&](std::size_t number, const openstack::Node& node) {
              const NodeState& seen = view_.nodes.at(gifts[number].node);
              return node.shard == seen.shard && node.instance_uuid == seen.instance;
            },
            [&](std::size_t number, const openstack::Outcome& outcome) {
              note(gifts[number], outcome);
              report_when_due();
            });
  }

  void note(const SetShard& step, const openstack::Outcome& outcome) {
    if (outcome.verdict == Verdict::forbidden) {
      return stop(describe(step) + ": " + outcome.message);
    }
    if (outcome.verdict == Verdict::done || outcome.verdict == Verdict::missing) {
      tries_.erase(step.node);
      --decision_.counts.to_give;
      return;
    }
    in_doubt_ = outcome.verdict == Verdict::unknown;
    Try& last = tries_[step.node];
    const std::int64_t pause =
        std::min(first_deferral << std::min(last.conflicts, doublings), longest_deferral);
    ++last.conflicts;
    last.not_before = now() + pause;
    last.said = outcome.message;
    last.refused = outcome.verdict == Verdict::refused;
  }

  [[nodiscard]] std::int64_t now() const {
    return std::chrono::duration_cast<seconds>(clock_.steady().time_since_epoch()).count();
  }

  void report() {
    if (!(decision_.counts == counts_) || decision_.await != awaited_) {
      reported_.reset();
    }
    report_when_due();
  }

  void report_when_due() {
    if (reported_ && clock_.steady() - *reported_ < report_period) {
      return;
    }
    counts_ = decision_.counts;
    awaited_ = decision_.await;
    reported_ = clock_.steady();
    say(line_of(counts_) + (awaited_.empty() ? "" : "; waiting: " + awaited_));
  }

  void say(const std::string& line) const {
    if (progress_) {
      progress_(line, counts_);
    }
  }

  void stop(const std::string& why) {
    result_.stopped = why;
    over_ = true;
  }

  [[nodiscard]] std::string out_of_time(const std::string& last) const {
    return "out of time after " + std::to_string(options_.timeout.count()) + " s" +
           (last.empty() ? "" : "; " + last);
  }

  [[nodiscard]] bool is_out_of_time() const {
    return clock_.steady() - started_ >= options_.timeout;
  }

  void wait_out(const HttpError& error) {
    const int code = error.code();
    const bool passes = code == 0 || code == 404 || code == 429 || code >= 500;
    if (code == 401 || code == 403 || (!passes && errors_ + 1 >= patience)) {
      return stop(error.what());
    }
    if (is_out_of_time()) {
      return stop(out_of_time(error.what()));
    }
    const milliseconds pause =
        std::min(first_pause * (1 << std::min(errors_, doublings)), longest_pause);
    ++errors_;
    empty_looks_ = 0;  // what was seen before counts no more
    say(std::string(error.what()) + "; asking again in " +
        std::to_string((pause.count() + 999) / 1000) + " s");
    clock_.sleep(pause);
  }

  Clock& clock_;
  Clients clients_;
  Journal& journal_;
  const Source& source_;
  const Machine& machine_;
  const Options& options_;
  const Progress& progress_;
  Look look_;
  Plan plan_;
  Time started_;
  View view_ = {};
  Tries tries_ = {};
  Decision decision_ = {};
  Result result_ = {};
  Counts counts_ = {};
  std::string awaited_ = {};
  std::string trouble_ = {};  // of the last step that is no change of a shard
  std::optional<Time> reported_ = {};
  std::vector<Pending> last_seen_ = {};
  int empty_looks_ = 0;
  int errors_ = 0;
  bool in_doubt_ = false;  // an answer was none: look before anything else
  bool over_ = false;
};

}  // namespace

Result run(const Platform& platform,
           const Clients& clients,
           Journal& journal,
           const Job& job,
           const Machine& machine,
           const Progress& progress) {
  return Run(platform, clients, journal, job, machine, progress).run();
}

Result preview(const Platform& platform,
               const Clients& clients,
               Journal& journal,
               const Job& job,
               const Machine& machine) {
  Result result{.plan = kept_plan(journal, job.source)};
  const View view = Look(platform.clock, clients, job, machine).view(result.plan);
  result.last = next(view, job.source, result.plan, {}, job.options);
  if (result.last.plan) {
    result.plan = *result.last.plan;
    result.last = next(view, job.source, result.plan, {}, job.options);
  }
  return result;
}

void forget_plan(Journal& journal, const HostName& host) {
  journal.forget(scope_of(host));
}

}  // namespace ncc::handover
