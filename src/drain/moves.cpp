#include "drain/moves.hpp"

#include <algorithm>
#include <chrono>
#include <variant>

#include "drain/bounds.hpp"

namespace ncc::drain {

namespace {

using openstack::Outcome;
using openstack::Verdict;

std::string refusal_of(const Outcome& outcome) {
  return "Nova answered " + std::to_string(outcome.code) + ": " + outcome.message;
}

std::string no_answer(const Outcome& outcome) {
  return outcome.code == 0 ? "no answer: " + outcome.message : refusal_of(outcome);
}

std::string no_rights(const Outcome& outcome) {
  return "no rights: " + refusal_of(outcome);
}

}  // namespace

std::int64_t pause_after(int number) {
  constexpr int doublings = 10;
  return first_pause << std::clamp(number - 1, 0, doublings);
}

std::string Moves::perform(const CloudStep& step) {
  const Asked what = asked(step);
  if (!what.way.empty()) {
    return move(what, step);
  }
  if (const auto* confirmation = std::get_if<ConfirmResize>(&step)) {
    return confirm(confirmation->server, step);
  }
  const Outcome outcome = ncc::perform(step, session_);
  return outcome.verdict == Verdict::forbidden ? no_rights(outcome) : "";
}

Moves::Asked Moves::asked(const CloudStep& step) {
  if (const auto* live = std::get_if<LiveMigrate>(&step)) {
    return {live->server, "live"};
  }
  if (const auto* cold = std::get_if<ColdMigrate>(&step)) {
    return {cold->server, "cold"};
  }
  if (const auto* shelve = std::get_if<ShelveOffload>(&step)) {
    return {shelve->server, "shelve"};
  }
  if (const auto* evacuation = std::get_if<Evacuate>(&step)) {
    return {evacuation->server, "evacuate"};
  }
  return {};
}

std::string Moves::move(const Asked& asked, const CloudStep& step) {
  const Attempt before = tries_.of(asked.server);
  Attempt attempt;
  attempt.source = source_of(asked.server);
  attempt.number = before.source == attempt.source ? before.number + 1 : 1;
  attempt.way = asked.way;
  attempt.asked_at = now();
  attempt.newest = look_.newest(asked.server);
  tries_.save(asked.server, attempt);
  try {
    const Outcome outcome = ncc::perform(step, session_);
    if (outcome.verdict == Verdict::forbidden) {
      put_back(asked.server, before);
      return no_rights(outcome);
    }
    note(asked.server, outcome);
  } catch (const HttpError&) {
    put_back(asked.server, before);  // it was never sent
    throw;
  }
  return "";
}

/// Nova sets the migration to `confirming` before it answers, so a lost answer shows in it.
std::string Moves::confirm(const std::string& server, const CloudStep& step) {
  const Attempt before = tries_.of(server);
  Attempt attempt = before;
  ++attempt.confirms;
  attempt.not_before = now() + pause_after(attempt.confirms);
  tries_.save(server, attempt);
  try {
    const Outcome outcome = ncc::perform(step, session_);
    if (outcome.verdict == Verdict::forbidden) {
      put_back(server, before);
      return no_rights(outcome);
    }
    attempt.turned_down = outcome.verdict == Verdict::done ? "" : no_answer(outcome);
    tries_.save(server, attempt);
  } catch (const HttpError&) {
    put_back(server, before);
    throw;
  }
  return "";
}

void Moves::note(const std::string& server, const Outcome& outcome) {
  Attempt attempt = tries_.of(server);
  attempt.request_id = outcome.request_id;
  unclear_.erase(server);
  switch (outcome.verdict) {
    case Verdict::done:
      break;
    case Verdict::unknown:
      attempt.not_before = now() + trace_time;
      unclear_[server] = no_answer(outcome);
      break;
    case Verdict::missing:
    case Verdict::conflict:
    case Verdict::refused:
    case Verdict::forbidden:
      look_.touch(server);  // it is not what we took it for
      attempt.way = "";
      attempt.failure = refusal_of(outcome);
      attempt.refused = outcome.verdict == Verdict::refused;
      attempt.not_before = now() + pause_after(attempt.number);
      break;
  }
  tries_.save(server, attempt);
}

void Moves::close(const Failure& failure) {
  Attempt attempt = tries_.of(failure.server);
  attempt.failure = failure.reason;
  if (const auto unclear = unclear_.find(failure.server); unclear != unclear_.end()) {
    attempt.failure += " (" + unclear->second + ")";
  }
  if (!attempt.request_id.empty()) {
    const std::string why =
        openstack::Nova(session_).action_failure(failure.server, attempt.request_id);
    attempt.failure += why.empty() ? "" : ": " + why;
  }
  attempt.refused = !failure.retry;
  attempt.not_before = now() + pause_after(attempt.number);
  tries_.save(failure.server, attempt);
}

std::string Moves::source_of(const std::string& server) const {
  for (const auto& [host, servers] : look_.view().servers) {
    for (const openstack::Server& one : servers) {
      if (one.id == server) {
        return host;
      }
    }
  }
  return "";
}

void Moves::put_back(const std::string& server, const Attempt& before) {
  if (before.number == 0) {
    tries_.forget(server);
  } else {
    tries_.save(server, before);
  }
}

std::int64_t Moves::now() const {
  return clock_.now_seconds();
}

}  // namespace ncc::drain
