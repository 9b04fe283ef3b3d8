// The loop: observe, next, perform, until nothing is left to do and two looks at everything agree.

#include <algorithm>
#include <optional>
#include <utility>

#include "drain/fate.hpp"
#include "drain/look.hpp"
#include "drain/moves.hpp"
#include "drain/pace.hpp"
#include "drain/tries.hpp"

namespace ncc::drain {

namespace {

using std::chrono::seconds;

constexpr seconds listing_period{60};  // of the servers of the sources
constexpr seconds services_period{30};
constexpr seconds report_period{30};
constexpr seconds decision_period{10};  // what only time changes is noticed so late
constexpr seconds settling_time{60};    // for what is in flight once the time is up
constexpr int patience = 8;             // with answers that are no answers, in a row

struct Caller {
  const Options& options;
  const Progress& progress;
  const std::function<bool()>& stop_asked;
};

class Run {
 public:
  Run(const Platform& platform,
      openstack::Session& session,
      Journal& journal,
      const std::vector<Source>& sources,
      const Caller& caller)
      : clock_(platform.clock),
        caller_(caller),
        sources_(sources),
        tries_(journal, sources),
        look_(platform.clock, session, sources),
        moves_(platform.clock, session, tries_, look_),
        started_(clock_.steady()) {}

  Result run() {
    while (!over_) {
      try {
        turn();
        pace_.no_error();
      } catch (const HttpError& error) {
        wait_out(error);
      }
    }
    return result();
  }

 private:
  using Time = std::chrono::steady_clock::time_point;

  /// One look and what follows from it.
  void turn() {
    if (observe() || due_ || clock_.steady() - decided_ >= decision_period) {
      decide();
      report();
      conclude();
    }
    if (!over_) {
      const bool idle = decision_.moving == 0 && decision_.steps.empty() && agreed_ == 0;
      act();
      rest(idle ? Pace::longest : pace_.poll(unchanged()));
    }
  }

  [[nodiscard]] Pace::Rest unchanged() const {
    return std::chrono::duration_cast<Pace::Rest>(clock_.steady() - changed_);
  }

  /// True when next() may say something new.
  bool observe() {
    const Time now = clock_.steady();
    bool changed = true;
    thorough_ = false;
    if (agreed_ > 0 || !listed_) {
      look_.at_everything(tries_.all());
      listed_ = services_read_ = now;
      thorough_ = true;
    } else if (now - *listed_ >= listing_period) {
      look_.at_servers(tries_.all());
      listed_ = now;
    } else {
      changed = look_.at_changes(tries_.all());
    }
    if (now - services_read_ >= services_period) {
      look_.at_services();
      services_read_ = now;
    }
    for (const std::string& server : look_.take_gone()) {
      tries_.forget(server);
      pace_.gave_up(server);
    }
    changed_ = changed ? now : changed_;
    return changed || stopping() != stopping_;
  }

  /// Attempts that have ended are closed first, so that the places they took are free.
  void decide() {
    stopping_ = stopping();
    decided_ = clock_.steady();
    decision_ = decide_once();
    while (!decision_.failed.empty() || !decision_.moved.empty()) {
      settle();
      decision_ = decide_once();
    }
    if (!decision_.steps.empty()) {
      look_.at_services();  // still ours to empty?
      decision_ = decide_once();
    }
    due_ = false;
  }

  [[nodiscard]] Decision decide_once() const {
    return next(look_.view(), sources_, tries_.all(), caller_.options);
  }

  void settle() {
    for (const Failure& failure : decision_.failed) {
      moves_.close(failure);
      pace_.gave_up(failure.server);
    }
    for (const std::string& server : decision_.moved) {
      result_.moved.push_back(server);
      pace_.moved(server, clock_.steady());
      tries_.forget(server);
      look_.drop(server);
    }
  }

  void report() {
    Counts counts;
    for (const auto& [host, servers] : decision_.left) {
      for (const Left& one : servers) {
        ++counts.left;
        counts.final += one.final ? 1 : 0;
      }
    }
    counts.moving = decision_.moving;
    counts.moved = static_cast<int>(result_.moved.size());
    const bool due = !reported_ || clock_.steady() - *reported_ >= report_period;
    if (due || counts != counts_) {
      counts_ = counts;
      reported_ = clock_.steady();
      say(std::to_string(counts.moved) + " moved, " + std::to_string(counts.moving) + " moving, " +
          std::to_string(counts.left) + " left, " + std::to_string(counts.final) +
          " of them for an operator");
    }
  }

  void say(const std::string& line) const {
    if (caller_.progress) {
      caller_.progress(line, counts_);
    }
  }

  /// Ends the run when there is no more to it.
  void conclude() {
    if (!decision_.stop.empty()) {
      return stop(decision_.stop);
    }
    if (!stopping_.empty() && (decision_.moving == 0 || out_of_patience())) {
      return stop(stopping_);
    }
    if (!decision_.done()) {
      agreed_ = 0;
    } else if (!thorough_) {
      agreed_ = 1;
    } else if (agreed_ == 2 && decision_.left == agreed_left_) {
      over_ = true;
      proven_ = true;
    } else {
      agreed_ = 2;
      agreed_left_ = decision_.left;
    }
  }

  void stop(const std::string& why) {
    result_.stopped = why;
    over_ = true;
  }

  /// Why nothing new may be started; empty: all may.
  [[nodiscard]] std::string stopping() const {
    if (caller_.stop_asked && caller_.stop_asked()) {
      return "stopped on request";
    }
    if (clock_.steady() - started_ >= caller_.options.timeout) {
      return "out of time after " + std::to_string(caller_.options.timeout.count()) + " s";
    }
    return "";
  }

  [[nodiscard]] bool out_of_patience() const {
    return clock_.steady() - started_ >= caller_.options.timeout + settling_time;
  }

  void act() {
    for (const CloudStep& step : std::exchange(decision_.steps, {})) {
      const bool finishes = std::holds_alternative<ConfirmResize>(step);
      if (!finishes && !stopping().empty()) {
        continue;
      }
      say(describe(step));
      const std::string why = moves_.perform(step);
      if (!why.empty()) {
        return stop(why);
      }
      note_start(step);
    }
  }

  void note_start(const CloudStep& step) {
    std::visit(
        [&](const auto& one) {
          if constexpr (requires { one.target; }) {
            pace_.started(one.server, clock_.steady());
          }
        },
        step);
  }

  void wait_out(const HttpError& error) {
    const int code = error.code();
    const bool passes = code == 0 || code == 429 || code >= 500;
    if (code == 401 || code == 403 || (!passes && pace_.errors() + 1 >= patience)) {
      return stop(error.what());
    }
    if (!stopping().empty()) {
      return stop(stopping() + "; " + error.what());
    }
    const Pace::Rest pause = pace_.after_error();
    say(std::string(error.what()) + "; asking again in " +
        std::to_string((pause.count() + 999) / 1000) + " s");
    due_ = true;
    rest(pause);
  }

  /// In short pieces, so that a wish to stop is soon heard.
  void rest(Pace::Rest duration) {
    constexpr Pace::Rest piece{5'000};
    while (duration.count() > 0 && (duration <= piece || stopping().empty())) {
      clock_.sleep(std::min(duration, piece));
      duration -= std::min(duration, piece);
    }
  }

  Result result() {
    result_.left = std::move(decision_.left);
    for (const Source& source : sources_) {
      std::vector<Left>& left = result_.left[source.host.str()];
      if (left.empty() && !proven_) {
        left.push_back({"", "", "", "not proven empty: " + result_.stopped, false});
      }
    }
    if (result_.stopped.empty()) {
      tries_.start_over();
    } else {
      for (const auto& [server, attempt] : tries_.all()) {
        if (is_open(attempt)) {
          ++result_.in_flight[attempt.source];
        }
      }
    }
    return std::move(result_);
  }

  Clock& clock_;
  const Caller& caller_;
  const std::vector<Source>& sources_;
  Tries tries_;
  Look look_;
  Moves moves_;
  Pace pace_ = {};
  Decision decision_ = {};
  Result result_ = {};
  Counts counts_ = {};
  Time started_;
  std::optional<Time> listed_ = {};
  Time services_read_ = {};
  Time changed_ = {};
  Time decided_ = {};
  std::optional<Time> reported_ = {};
  std::string stopping_ = {};
  std::map<std::string, std::vector<Left>> agreed_left_ = {};
  int agreed_ = 0;         // 1: there seems to be nothing to do; 2: a look at everything agrees
  bool thorough_ = false;  // the last look was at everything
  bool due_ = true;        // an error came between look and decision
  bool proven_ = false;
  bool over_ = false;
};

}  // namespace

Result run(const Platform& platform,
           openstack::Session& session,
           Journal& journal,
           const std::vector<Source>& sources,
           const Options& options,
           const Progress& progress,
           const std::function<bool()>& stop_asked) {
  const Caller caller{options, progress, stop_asked};
  return Run(platform, session, journal, sources, caller).run();
}

Decision preview(const Platform& platform,
                 openstack::Session& session,
                 const std::vector<Source>& sources,
                 const Options& options) {
  Look look(platform.clock, session, sources);
  look.at_everything({});
  return next(look.view(), sources, {}, options);
}

}  // namespace ncc::drain
