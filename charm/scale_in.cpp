// start, end, recover and status of scale-in: on the leader for a list of units, or on a unit for
// itself. What concerns the cloud is done here; what another machine must do reaches it as an order
// in the application databag of compute-peer.

#include "charm/scale_in.hpp"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "charm/charm.hpp"
#include "charm/ironic.hpp"
#include "log.hpp"
#include "words/text.hpp"

namespace ncc::charm {

namespace {

using scalein::Member;
using scalein::Request;
using scalein::State;
using scalein::UnitResult;

constexpr std::chrono::seconds gateway_time{60};
constexpr std::chrono::milliseconds look_pause{500};

std::optional<scalein::Mark> mark_of(const std::vector<openstack::Service>& services,
                                     const Member& member) {
  const openstack::Service* service = scalein::service_of(services, member.host);
  const auto mark =
      service && !service->enabled ? scalein::read_mark(service->disabled_reason) : std::nullopt;
  return mark && mark->unit == member.unit ? mark : std::nullopt;
}

bool is_tombstoned_in(const std::vector<openstack::Service>& services, const Member& member) {
  const auto mark = mark_of(services, member);
  return mark && !mark->claim;
}

/// The run that a member carries already, so that an interrupted start goes on as itself; else a
/// new one.
std::string run_of(const std::vector<openstack::Service>& services,
                   const std::vector<Member>& members,
                   const std::string& fresh_uuid) {
  for (const Member& member : members) {
    if (const auto mark = mark_of(services, member)) {
      return mark->run;
    }
  }
  return fresh_uuid.substr(0, 8);
}

class Start {
 public:
  Start(Scene& scene, const Request& request)
      : scene_(scene),
        request_(request),
        batch_(scene, request),
        session_(scene.platform, credentials_of(scene.model)) {}

  Outcome run() {
    survey();
    if (request_.plan) {
      return batch_.outcome({{"guards", guards_json()}});
    }
    if (!fresh_.empty()) {
      claim();
    }
    look_at_traits();
    order();
    settle_gateways();
    return batch_.outcome({{"guards", guards_json()}, {"run", run_}});
  }

 private:
  void survey() {
    openstack::Nova nova(session_);
    services_ = nova.compute_services();
    for (const Member& member : batch_.members()) {
      if (!is_tombstoned_in(services_, member)) {
        fresh_.push_back(member);
      }
    }
    run_ = run_of(services_, batch_.members(), scene_.model.fresh_uuids.at(0));
    if (fresh_.empty()) {
      return;
    }
    const scalein::Survey survey = scalein::observe_survey(session_, fresh_);
    if (!survey.neutron_error.empty()) {
      raised_.push_back({.guard = "gateways", .text = survey.neutron_error, .forcible = true});
    }
    refuse_single(survey);
    refuse_batch(survey);
  }

  [[nodiscard]] bool stands(const scalein::Refusal& refusal) const {
    return !refusal.forcible || !request_.force;
  }

  [[nodiscard]] scalein::Limits limits() const {
    return {.min_computes = scene_.model.config.min_computes,
            .min_gateways = scene_.model.config.min_gateways};
  }

  /// One unit that may not go does not hold up the others.
  void refuse_single(const scalein::Survey& survey) {
    for (const scalein::Refusal& refusal : scalein::guards(survey, fresh_, limits())) {
      if (refusal.unit.empty()) {
        continue;
      }
      raised_.push_back(refusal);
      if (stands(refusal)) {
        refuse(refusal.unit, refusal);
      }
    }
  }

  void refuse_batch(const scalein::Survey& survey) {
    const std::vector<Member> batch = fresh_;
    for (const scalein::Refusal& refusal : scalein::guards(survey, batch, limits())) {
      if (!refusal.unit.empty()) {
        continue;
      }
      raised_.push_back(refusal);
      if (stands(refusal)) {
        for (const Member& member : batch) {
          refuse(member.unit.str(), refusal);
        }
      }
    }
  }

  void refuse(const std::string& unit, const scalein::Refusal& refusal) {
    std::string& reason = refused_[unit];
    reason += (reason.empty() ? "" : "; ") + refusal.guard + ": " + refusal.text;
    batch_.set(unit, State::refused, reason);
    std::erase_if(fresh_, [&](const Member& member) { return member.unit.str() == unit; });
  }

  void claim() {
    const auto least =
        request_.force ? std::nullopt : std::optional(scene_.model.config.min_computes);
    const std::vector<Member> all = fresh_;
    const auto claimed = scalein::claim(scene_.platform, session_, all, run_, least);
    for (const Member& member : all) {
      if (claimed.refusal) {
        refuse(member.unit.str(), *claimed.refusal);
      }
    }
    for (const auto& [unit, why] : claimed.failed) {
      batch_.set(unit, State::failed, why);
    }
    std::erase_if(fresh_,
                  [&](const Member& member) { return claimed.failed.contains(member.unit.str()); });
  }

  /// Nova's scheduler keeps off a disabled host by itself; the trait in Placement only saves it
  /// work.
  void look_at_traits() {
    for (const Member& member : fresh_) {
      try {
        if (!has_trait(member)) {
          notes_[member.unit.str()] =
              "Placement does not show it disabled: nova-compute was not reached";
          log::warn("{}: {}", member.host.str(), notes_[member.unit.str()]);
        }
      } catch (const HttpError& error) {
        log::warn("{}: {}", member.host.str(), error.what());
      }
    }
  }

  bool has_trait(const Member& member) {
    openstack::Placement placement(session_);
    for (const openstack::Hypervisor& node :
         openstack::Nova(session_).hypervisors(member.host.str())) {
      const auto inventory = placement.inventory(node.id);
      if (inventory && !inventory->disabled) {
        return false;
      }
    }
    return true;
  }

  void order() {
    for (const Member& member : batch_.open_members()) {
      batch_.order(member, {.run = run_, .want = Want::tombstoned});
    }
    batch_.publish();
  }

  /// Waits for what this unit's own tokens keep here; another unit drops its tokens in its next
  /// hook.
  void settle_gateways() {
    const auto deadline = scene_.platform.clock.steady() + gateway_time;
    const std::vector<Member> members = batch_.open_members();
    while (true) {
      const bool waits = judge_gateways(members);
      if (!waits || scene_.platform.clock.steady() >= deadline) {
        return;
      }
      scene_.platform.clock.sleep(look_pause);
    }
  }

  /// True while waiting here may help.
  bool judge_gateways(const std::vector<Member>& members) {
    bool waits = false;
    try {
      const std::vector<openstack::GatewayPort> ports =
          openstack::Neutron(session_).gateway_ports();
      for (const Member& member : members) {
        const auto here = std::count_if(ports.begin(), ports.end(), [&](const auto& port) {
          return port.host == member.host.str();
        });
        waits = judge(member, here) || waits;
      }
    } catch (const HttpError& error) {
      for (const Member& member : members) {
        batch_.set(member.unit.str(),
                   State::in_progress,
                   std::string("gateway verification pending: ") + error.what());
      }
    }
    return waits;
  }

  bool judge(const Member& member, long gateways) {
    const std::string& unit = member.unit.str();
    const std::string text = std::to_string(gateways) + " routers have their gateway on it still";
    if (!batch_.reached(member)) {  // what it waits for is said already
      if (gateways > 0) {
        batch_.set(unit, State::in_progress, batch_.reason_of(unit) + "; " + text);
      }
      return false;
    }
    if (gateways == 0 || request_.force) {
      batch_.set(member.unit.str(), State::done, gateways == 0 ? notes_[member.unit.str()] : text);
      return false;
    }
    batch_.set(member.unit.str(), State::in_progress, text);
    return true;
  }

  [[nodiscard]] std::string guards_json() const {
    nlohmann::ordered_json list = nlohmann::ordered_json::array();
    for (const scalein::Refusal& refusal : raised_) {
      list.push_back({{"unit", refusal.unit},
                      {"guard", refusal.guard},
                      {"text", refusal.text},
                      {"forcible", refusal.forcible}});
    }
    return list.dump();
  }

  Scene& scene_;
  const Request& request_;
  Batch batch_;
  openstack::Session session_;
  std::vector<openstack::Service> services_ = {};
  std::vector<Member> fresh_ = {};  // not tombstoned yet and not refused
  std::vector<scalein::Refusal> raised_ = {};
  std::map<std::string, std::string> refused_ = {};  // unit -> why
  std::map<std::string, std::string> notes_ = {};    // unit -> what is to be known of its start
  std::string run_ = {};
};

}  // namespace

Outcome scale_in_start(Scene& scene, const juju::Values& parameters) {
  if (is_ironic(scene.model)) {
    return ironic_scale_in(scene, parameters, IronicVerb::start);
  }
  const Request request = scalein::read_request(parameters);
  return Start(scene, request).run();
}

namespace {

/// Before an order to end is given, the cloud must show the unit tombstoned and empty.
class End {
 public:
  End(Scene& scene, const Request& request)
      : request_(request),
        batch_(scene, request),
        session_(scene.platform, credentials_of(scene.model)) {}

  Outcome run() {
    services_ = openstack::Nova(session_).compute_services();
    batch_.for_each([&](const Member& member) { end(member); });
    if (!request_.plan) {
      batch_.publish();
    }
    return batch_.outcome({});
  }

 private:
  void end(const Member& member) {
    if (batch_.is_ended(member)) {
      return;
    }
    if (const std::string reason = why_not(member); !reason.empty()) {
      batch_.set(member.unit.str(), State::refused, reason);
    } else if (!request_.plan) {
      batch_.order(member,
                   {.run = run_of(services_, {member}, batch_.run_of(member)),
                    .want = Want::ended,
                    .purge_orphans = request_.purge_orphans,
                    .force_last_gateway = request_.force_last_gateway});
    }
  }

  /// Without a record it is being ended already, or it never served.
  std::string why_not(const Member& member) {
    if (!scalein::service_of(services_, member.host) && batch_.is_serving(member)) {
      return "it is not tombstoned: Nova has no service of " + member.host.str();
    }
    scalein::Ending ending = scalein::observe_ending(session_, member.host, std::nullopt);
    ending.domains = 0;  // its own machine tells, when it ends
    const scalein::EndOptions options{.purge_orphans = request_.purge_orphans,
                                      .force_last_gateway = request_.force_last_gateway};
    const auto step = scalein::next_end_step(ending, options, mark_of(services_, member));
    const auto* refuse = std::get_if<scalein::Refuse>(&step);
    return refuse ? refuse->reason : "";
  }

  const Request& request_;
  Batch batch_;
  openstack::Session session_;
  std::vector<openstack::Service> services_ = {};
};

}  // namespace

Outcome scale_in_end(Scene& scene, const juju::Values& parameters) {
  if (is_ironic(scene.model)) {
    return ironic_scale_in(scene, parameters, IronicVerb::end);
  }
  const Request request = scalein::read_request(parameters);
  return End(scene, request).run();
}

Outcome scale_in_recover(Scene& scene, const juju::Values& parameters) {
  if (is_ironic(scene.model)) {
    return ironic_scale_in(scene, parameters, IronicVerb::recover);
  }
  const Request request = scalein::read_request(parameters);
  Batch batch(scene, request);
  openstack::Session session(scene.platform, credentials_of(scene.model));
  openstack::Nova nova(session);
  const std::vector<openstack::Service> services = nova.compute_services();
  batch.for_each([&](const Member& member) {
    if (!mark_of(services, member) && batch.is_serving(member)) {
      batch.set(member.unit.str(), State::done, "not tombstoned");
      return;
    }
    std::vector<openstack::Migration> moves = nova.migrations({.host = member.host.str()});
    std::erase_if(moves, [](const auto& move) { return !openstack::is_in_flight(move); });
    if (!moves.empty()) {
      batch.set(member.unit.str(),
                State::refused,
                std::to_string(moves.size()) + " migrations are in flight: wait until they settle");
    } else if (!request.plan) {
      batch.order(member, {.run = run_of(services, {member}, batch.run_of(member))});
    }
  });
  if (!request.plan) {
    batch.publish();
  }
  return batch.outcome({});
}

}  // namespace ncc::charm
