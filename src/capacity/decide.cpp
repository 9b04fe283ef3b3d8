// Are more nodes wanted? Levels with hysteresis, decisions with a cool-down. What is low is told at
// once to whoever reads the report; what is decided waits until looks agree.

#include <algorithm>

#include "capacity.hpp"
#include "words/text.hpp"

namespace ncc::capacity {
namespace {

/// What one look says of one flavor or class, so that both are judged alike.
struct Subject {
  std::string key = {};
  Level level = Level::normal;  // by the thresholds, without hysteresis
  bool recovered = false;       // low ends here
  long long needed = 0;         // nodes that lift it out of low; 0: they are not needed
  long long spare = 0;          // nodes that may go
  std::string text = {};        // "m1.large 3 left"
};

long long ceil_div(long long amount, long long by) {
  return (amount + by - 1) / by;
}

Subject subject_of(const Profile& profile, const Thresholds& thresholds) {
  Subject subject{.key = "flavor " + profile.name,
                  .recovered = profile.left >= thresholds.down,
                  .text = profile.name + " " + std::to_string(profile.left) + " left"};
  if (profile.left < thresholds.up) {
    subject.level = Level::low;
    const long long missing = std::max(thresholds.size, thresholds.up - profile.left);
    subject.needed = ceil_div(missing, profile.per_node);
  } else if (profile.left > thresholds.down) {
    subject.level = Level::ample;
    subject.spare = (profile.left - thresholds.down) / profile.per_node;
  }
  return subject;
}

/// Nodes as large as the mean of those that serve, until less than `used_down` percent are used.
long long nodes_for(const ClassReport& report, long long serving, long long used_down) {
  const long long per_node = std::max(1LL, report.capacity / std::max(1LL, serving));
  const long long enough = report.used * 100 / used_down + 1;  // capacity
  return std::max(1LL, ceil_div(enough - report.capacity, per_node));
}

Subject subject_of(const std::string& name,
                   const ClassReport& report,
                   const Thresholds& thresholds,
                   long long serving) {
  const long long percent = used_percent(report);
  Subject subject{.key = "class " + name,
                  .recovered = percent < thresholds.used_down,
                  .text = name + " " + std::to_string(percent) + " % used (" +
                          std::to_string(report.used) + " of " + std::to_string(report.capacity) +
                          ")"};
  if (percent >= thresholds.used_up) {
    subject.level = Level::low;
    subject.needed = nodes_for(report, serving, thresholds.used_down);
  }
  return subject;
}

/// Bare metal is not counted in units: more units bring no nodes.
bool is_bare_metal(const std::string& name) {
  return name.starts_with("CUSTOM_");
}

std::vector<Subject> subjects_of(const Report& report, const Thresholds& thresholds) {
  std::vector<Subject> subjects;
  for (const Profile& profile : report.profiles) {
    if (thresholds.up > 0 && !profile.no_capacity()) {
      Subject subject = subject_of(profile, thresholds);
      if (profile.bare_metal) {
        subject.needed = 0;
        subject.spare = 0;
      }
      subjects.push_back(std::move(subject));
    }
  }
  for (const auto& [name, entry] : report.classes) {
    if (thresholds.used_up > 0 && entry.capacity > 0 && !is_bare_metal(name)) {
      subjects.push_back(subject_of(name, entry, thresholds, report.serving()));
    }
  }
  return subjects;
}

/// With hysteresis: what is low stays so until it has recovered.
Level level_of(const Subject& subject, Level standing) {
  const bool stays = standing == Level::low && !subject.recovered;
  return stays ? Level::low : subject.level;
}

class Decider {
 public:
  Decider(const Report& report,
          const Thresholds& thresholds,
          const State& before,
          const Moment& moment)
      : report_(report), thresholds_(thresholds), before_(before), moment_(moment) {}

  Decision run() {
    decision_.doubt = doubt_about(report_);
    if (!decision_.doubt.empty()) {
      decision_.state.standings = before_.standings;
    }
    for (const Subject& subject : subjects_of(report_, thresholds_)) {
      judge(subject);
    }
    decision_.spare = spare_.value_or(0);
    decision_.text = text();
    return std::move(decision_);
  }

 private:
  void judge(const Subject& subject) {
    const auto found = before_.standings.find(subject.key);
    Standing standing = found == before_.standings.end() ? Standing{} : found->second;
    if (decision_.doubt.empty()) {
      step(subject, standing);
      if (standing != Standing{}) {
        decision_.state.standings[subject.key] = standing;
      }
    }
    if (standing.level == Level::low) {
      low_.push_back(subject.text);
      decision_.wanted = std::max(decision_.wanted, wanted_by(standing));
    }
    const long long spare = standing.level == Level::ample ? subject.spare : 0;
    if (subject.key.starts_with("flavor ") || standing.level == Level::low) {
      spare_ = std::min(spare_.value_or(spare), spare);
    }
  }

  [[nodiscard]] long long wanted_by(const Standing& standing) const {
    return std::max(0LL,
                    std::min(standing.nodes - report_.serving(), standing.units - moment_.units));
  }

  void step(const Subject& subject, Standing& standing) {
    const Level level = level_of(subject, standing.level);
    if (level != standing.level && agreed(subject.key, level)) {
      standing.level = level;
    }
    if (standing.level != Level::low) {
      standing.nodes = 0;
      standing.units = 0;
      return;
    }
    const bool rested =
        standing.decided_at == 0 || moment_.now - standing.decided_at >= thresholds_.cooldown;
    if (rested && subject.needed > 0) {
      standing.nodes = report_.serving() + subject.needed;
      standing.units = moment_.units + subject.needed;
      standing.decided_at = moment_.now;
    }
  }

  /// So many looks in a row say `level`, this one included.
  bool agreed(const std::string& key, Level level) {
    const auto found = before_.streaks.find(key);
    const bool goes_on = found != before_.streaks.end() && found->second.level == level;
    const int looks = (goes_on ? found->second.looks : 0) + 1;
    if (looks >= thresholds_.looks) {
      return true;
    }
    decision_.state.streaks[key] = {.level = level, .looks = looks};
    return false;
  }

  [[nodiscard]] std::string text() const {
    std::vector<std::string> parts;
    if (!low_.empty()) {
      const long long wanted = decision_.wanted;
      parts.push_back("Capacity low: " + join(low_, ", ") +
                      (wanted == 0 ? ""
                                   : ", " + std::to_string(wanted) +
                                         (wanted == 1 ? " node wanted" : " nodes wanted")));
    }
    std::vector<std::string> none = report_.missing_flavors;
    for (const Profile& profile : report_.profiles) {
      if (profile.no_capacity()) {
        none.push_back(profile.name);
      }
    }
    if (!none.empty()) {
      parts.push_back("No capacity: " + join(none, ", "));
    }
    if (!decision_.doubt.empty()) {
      parts.push_back((parts.empty() ? "Capacity not judged: " : "not judged anew: ") +
                      decision_.doubt);
    }
    return join(parts, "; ");
  }

  const Report& report_;
  const Thresholds& thresholds_;
  const State& before_;
  const Moment& moment_;
  Decision decision_ = {};
  std::vector<std::string> low_ = {};
  std::optional<long long> spare_ = {};  // the least of all subjects that speak of it
};

}  // namespace

const char* to_string(Level level) {
  switch (level) {
    case Level::low:
      return "low";
    case Level::ample:
      return "ample";
    case Level::normal:
      break;
  }
  return "normal";
}

Decision decide(const Report& report,
                const Thresholds& thresholds,
                const State& before,
                const Moment& moment) {
  return Decider(report, thresholds, before, moment).run();
}

}  // namespace ncc::capacity
