// Disabling a batch so that of several starts at once no two can go below the least number of hosts
// together. Nova's rows are read and written one by one, so a claim that was written before a look
// is seen by that look: of two that see each other the one with the greater run gives way.

#include <algorithm>

#include "log.hpp"
#include "scalein.hpp"

namespace ncc::scalein {
namespace {

constexpr std::chrono::seconds patience{30};  // for later claims to give way or to be confirmed
constexpr std::chrono::milliseconds pause{300};

using Services = std::vector<openstack::Service>;

bool is_ours(const openstack::Service& service, const std::string& reason) {
  return !service.enabled && service.disabled_reason == reason;
}

class Claim {
 public:
  Claim(const Platform& platform,
        openstack::Session& session,
        const std::vector<Member>& batch,
        std::string run)
      : platform_(platform), nova_(session), batch_(batch), run_(std::move(run)) {}

  Claimed take(std::optional<long long> min_computes) {
    Services services = nova_.compute_services();
    mark(services, true);
    const auto deadline = platform_.clock.steady() + patience;
    while (true) {
      services = nova_.compute_services();
      const long long serving = serving_outside(services, batch_);
      if (!min_computes || serving >= *min_computes) {
        mark(services, false);
        return {.failed = failed_};
      }
      const bool hopeless = serving + claimed(services, true) < *min_computes;
      if (hopeless || claimed(services, false) > 0 || platform_.clock.steady() >= deadline) {
        give_way(services);
        return {.refusal = too_few(serving, *min_computes), .failed = failed_};
      }
      platform_.clock.sleep(pause);
    }
  }

 private:
  [[nodiscard]] static Refusal too_few(long long serving, long long min_computes) {
    return {.guard = "min-computes",
            .text = "with other scale-ins that began meanwhile " + std::to_string(serving) +
                    " compute services would be left up and enabled, min-computes is " +
                    std::to_string(min_computes),
            .forcible = true};
  }

  [[nodiscard]] std::string reason(const Member& member, bool claim) const {
    return to_text(Mark{.run = run_, .unit = member.unit, .claim = claim});
  }

  void mark(const Services& services, bool claim) {
    for (const Member& member : batch_) {
      const openstack::Service* service = service_of(services, member.host);
      const bool may = service && !failed_.contains(member.unit.str()) &&
                       (service->enabled || is_ours(*service, reason(member, true)));
      if (may && !is_ours(*service, reason(member, claim))) {
        disable(member, service->id, reason(member, claim));
      }
    }
  }

  /// Nova saves the row and then calls the host, which may outlast our patience: the row tells.
  void disable(const Member& member, const std::string& id, const std::string& text) {
    const openstack::Outcome outcome = nova_.disable(id, text);
    if (outcome.verdict == openstack::Verdict::done) {
      return;
    }
    const Services now = nova_.compute_services(member.host.str());
    if (outcome.verdict != openstack::Verdict::unknown || now.empty() ||
        !is_ours(now.front(), text)) {
      failed_[member.unit.str()] =
          HttpError("disabling " + member.host.str() + " in Nova", outcome.code, outcome.message)
              .what();
    }
  }

  /// Claims of other runs that come after ours, or before it.
  [[nodiscard]] long long claimed(const Services& services, bool later) const {
    return std::count_if(services.begin(), services.end(), [&](const auto& service) {
      const std::optional<Mark> mark = read_mark(service.disabled_reason);
      return !service.enabled && service.up && mark && mark->claim && mark->run != run_ &&
             (mark->run > run_) == later;
    });
  }

  void give_way(const Services& services) {
    for (const Member& member : batch_) {
      const openstack::Service* service = service_of(services, member.host);
      if (service && is_ours(*service, reason(member, true))) {
        const openstack::Outcome outcome = nova_.enable(service->id);
        if (outcome.verdict != openstack::Verdict::done) {
          log::warn("{} could not be enabled again: {}", member.host.str(), outcome.message);
        }
      }
    }
  }

  const Platform& platform_;
  openstack::Nova nova_;
  const std::vector<Member>& batch_;
  std::string run_;
  std::map<std::string, std::string> failed_ = {};  // unit -> why
};

}  // namespace

Claimed claim(const Platform& platform,
              openstack::Session& session,
              const std::vector<Member>& batch,
              const std::string& run,
              std::optional<long long> min_computes) {
  return Claim(platform, session, batch, run).take(min_computes);
}

}  // namespace ncc::scalein
