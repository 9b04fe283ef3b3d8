// Many changes at the same time, by the rules that hold for one.

#include <algorithm>
#include <cstddef>
#include <deque>
#include <map>
#include <optional>
#include <utility>

#include "log.hpp"
#include "openstack.hpp"
#include "openstack/answer.hpp"
#include "openstack/reply.hpp"

namespace ncc::openstack {

namespace {

using std::chrono::seconds;
using Time = std::chrono::steady_clock::time_point;

/// A call that has no outcome yet.
struct Open {
  std::size_t number = 0;
  Session::Call call = {};
  Time deadline = {};  // no repeat after it
  int repeats = 0;
};

/// The pause before a repeat; nullopt: no repeat.
std::optional<seconds> pause_before(const Open& open, const HttpReply& reply, Time now) {
  if (open.repeats >= most_repeats || !may_repeat(open.call.method, code_of(reply))) {
    return std::nullopt;
  }
  const seconds pause = delay_of(reply, open.repeats);
  return pause > open.deadline - now ? std::nullopt : std::optional(pause);
}

}  // namespace

/// Goes out in waves: a wave ends early when a new token or a pause is needed, and what met that
/// goes first in the next one.
class Session::Many {
 public:
  Many(Session& session, const NextCall& next, const TakeOutcome& take)
      : session_(session), next_(next), take_(take) {}

  void run(std::size_t parallel) {
    if (session_.token_.empty()) {
      session_.log_in();
    }
    do {
      wave(parallel);
    } while (settle());
  }

 private:
  void wave(std::size_t parallel) {
    launched_ = 0;
    session_.platform_.http.send_many(
        parallel,
        [this] { return launch(); },
        [this](std::size_t number, const HttpReply& reply) { land(number, reply); });
  }

  std::optional<HttpRequest> launch() {
    if (must_renew_ || pause_) {
      return std::nullopt;
    }
    std::optional<Open> open = next();
    if (!open) {
      return std::nullopt;
    }
    HttpRequest request = session_.request_for(open->call);
    on_way_.emplace(launched_++, std::move(*open));
    return request;
  }

  std::optional<Open> next() {
    if (!again_.empty()) {
      Open open = std::move(again_.front());
      again_.pop_front();
      return open;
    }
    std::optional<Call> call = next_();
    if (!call) {
      return std::nullopt;
    }
    return Open{given_++, std::move(*call), session_.platform_.clock.steady() + longest_patience};
  }

  void land(std::size_t launch, const HttpReply& reply) {
    Open open = std::move(on_way_.extract(launch).mapped());
    const int code = code_of(reply);
    log::debug("{} answered {}, request id {}",
               name_of(open.call),
               code,
               header(reply, "x-openstack-request-id"));
    const auto pause = pause_before(open, reply, session_.platform_.clock.steady());
    if (code == 401 && may_renew_) {
      must_renew_ = true;
      again_.push_back(std::move(open));
    } else if (pause) {
      pause_ = std::max(pause_, pause);
      ++open.repeats;
      again_.push_back(std::move(open));
    } else {
      may_renew_ = may_renew_ || code != 401;
      take_(open.number, session_.outcome_of(reply));
    }
  }

  /// True when there may be more to send.
  bool settle() {
    const std::optional<seconds> pause = std::exchange(pause_, std::nullopt);
    const bool renew = std::exchange(must_renew_, false);
    if (pause) {
      session_.platform_.clock.sleep(*pause);
    }
    if (renew) {
      session_.log_in();
      may_renew_ = false;
    }
    return pause || renew;
  }

  Session& session_;
  const NextCall& next_;
  const TakeOutcome& take_;
  std::size_t given_ = 0;
  std::size_t launched_ = 0;                 // in this wave
  std::map<std::size_t, Open> on_way_ = {};  // by launch
  std::deque<Open> again_ = {};
  std::optional<seconds> pause_ = {};
  bool must_renew_ = false;
  bool may_renew_ = true;  // the token was accepted once, or is an old one
};

void Session::change_many(std::size_t parallel, const NextCall& next, const TakeOutcome& take) {
  Many(*this, next, take).run(parallel);
}

}  // namespace ncc::openstack
