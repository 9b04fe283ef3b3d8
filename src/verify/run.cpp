// Observe, next, perform; what was made goes on every path.

#include <algorithm>

#include "log.hpp"
#include "verify.hpp"
#include "verify/host.hpp"
#include "verify/maker.hpp"
#include "verify/traces.hpp"
#include "words/error.hpp"
#include "words/text.hpp"

namespace ncc::verify {

namespace {

using openstack::Outcome;
using openstack::Verdict;
using std::chrono::milliseconds;
using std::chrono::seconds;

/// Time that removing may take, before the steps and after them, beside Request::timeout.
constexpr seconds removal_time{120};

const std::set<Kind> all_kinds{
    Kind::server, Kind::volume, Kind::group, Kind::flavor, Kind::keypair};

/// 64 hexadecimal digits.
std::string random_digits(FileSystem& files) {
  std::string digits;
  for (int i = 0; i < 2; ++i) {
    digits += trim(files.read("/proc/sys/kernel/random/uuid").value_or(""));
  }
  std::erase(digits, '-');
  return digits;
}

/// The part of a URL that is no secret: http://10.0.0.5:6080
std::string origin_of(const std::string& url) {
  const std::size_t scheme = url.find("://");
  return scheme == std::string::npos ? "" : url.substr(0, url.find('/', scheme + 3));
}

class Run {
 public:
  Run(const Platform& platform,
      openstack::Session& session,
      const Node& node,
      const Request& request,
      const Progress& progress)
      : platform_(platform),
        session_(session),
        nova_(session),
        node_(node),
        request_(request),
        progress_(progress),
        maker_(session, node, request, random_digits(platform.files)) {}

  Report run() {
    remove_leftovers();
    maker_.find_network();
    deadline_ = platform_.clock.steady() + request_.timeout;
    check_the_host();
    for (const std::string& name : step_names()) {
      if (!is_of_host(name) && name != "delete" && is_chosen(name)) {
        settle(name);
      }
    }
    remove_all();
    return std::move(report_);
  }

 private:
  [[nodiscard]] bool is_chosen(const std::string& name) const {
    return request_.checks.empty() || request_.checks.contains(name);
  }

  [[nodiscard]] bool out_of_time() const { return platform_.clock.steady() >= deadline_; }

  void remove_leftovers() {
    const Traces found = look(session_, maker_.names().of_unit, all_kinds);
    if (!found.empty()) {
      progress_("of an earlier run, to be removed: " + found.text());
      static_cast<void>(
          clear(platform_, session_, maker_.names().of_unit, all_kinds, removal_time));
    }
  }

  void add(Step step, std::chrono::steady_clock::time_point begun) {
    step.took = std::chrono::duration_cast<milliseconds>(platform_.clock.steady() - begun);
    static const std::map<Result, std::string> words{
        {Result::passed, " ok: "}, {Result::failed, " FAILED: "}, {Result::skipped, " skipped: "}};
    progress_(step.name + words.at(step.result) + step.detail);
    report_.steps.push_back(std::move(step));
  }

  void check_the_host() {
    const auto begun = platform_.clock.steady();
    view_ = observe_host(session_, node_.host);
    for (Step& step : check_host(view_, node_)) {
      if (is_chosen(step.name)) {
        add(std::move(step), begun);
      }
    }
  }

  void settle(const std::string& name) {
    const auto begun = platform_.clock.steady();
    add(outcome_of(name), begun);
  }

  [[nodiscard]] Step outcome_of(const std::string& name) {
    if (const auto reason = reason_to_skip(name, report_.steps)) {
      return {name, Result::skipped, *reason};
    }
    if (const std::string reason = lacking_for(name); !reason.empty()) {
      return {name, Result::skipped, reason};
    }
    if (out_of_time()) {
      return {
          name, report_.failure().empty() ? Result::failed : Result::skipped, "no time is left"};
    }
    try {
      return perform(name);
    } catch (const HttpError& error) {
      return {name, Result::failed, error.what()};
    } catch (const ConfigError& error) {
      return {name, Result::failed, error.what()};
    }
  }

  /// What this cloud or this node does not have.
  [[nodiscard]] std::string lacking_for(const std::string& name) {
    if (name == "volume" && !session_.offers("block-storage")) {
      return "the cloud has no Cinder";
    }
    if (name == "security-group" && !session_.offers("network")) {
      return "the cloud has no Neutron";
    }
    if (name == "vnc" && !node_.shows_vnc) {
      return "the console protocol of the cloud is not VNC";
    }
    if (name != "resize" && name != "resize-revert") {
      return {};
    }
    if (!node_.resize_enabled) {
      return "option enable-resize is off";
    }
    if (maker_.own_flavor().empty()) {
      return "needs flavor";
    }
    return view_.others.empty() && !node_.resizes_to_itself
               ? "no other host is up and enabled, and allow_resize_to_same_host is off"
               : "";
  }

  [[nodiscard]] Step perform(const std::string& name) {
    if (name == "keypair") {
      return maker_.make_keypair();
    }
    if (name == "flavor") {
      return maker_.make_flavor();
    }
    if (name == "image") {
      return maker_.find_image();
    }
    if (name == "security-group") {
      return maker_.make_group();
    }
    if (name == "host") {
      return check_place();
    }
    return name == "vnc" ? open_screen() : follow(name);
  }

  Step check_place() {
    const std::string& host = server_.value().host;
    return {"host", host == node_.host.str() ? Result::passed : Result::failed, "on " + host};
  }

  Step open_screen() {
    const std::string origin = origin_of(nova_.vnc_url(server_.value().id).reveal());
    return origin.empty() ? Step{"vnc", Result::failed, "Nova gave no URL"}
                          : Step{"vnc", Result::passed, "noVNC at " + origin};
  }

  // Steps that take their time

  Step follow(const std::string& name) {
    Course course{.step = name, .host = server_ ? server_->host : ""};
    request_id_.clear();
    const auto begun = platform_.clock.steady();
    Pause pause(platform_.clock);
    while (true) {
      observe(course);
      course.took = std::chrono::duration_cast<seconds>(platform_.clock.steady() - begun);
      course.out_of_time = out_of_time();
      Move move = next_move(course);
      if (move.go == Go::settle) {
        return {name, move.result, explained(course, move)};
      }
      if (move.go == Go::ask) {
        change(course);
        ++course.asked;
        pause.reset();
      } else {
        pause.sleep();
      }
    }
  }

  /// Why Nova could not do what it had accepted is with its instance actions.
  std::string explained(Course& course, const Move& move) {
    const bool unexplained = course.failure.empty() && course.refusal.empty();
    if (move.result != Result::failed || request_id_.empty() || !unexplained) {
      return move.detail;
    }
    try {
      course.failure = nova_.action_failure(maker_.server(), request_id_);
    } catch (const HttpError& error) {
      log::debug("{}", error.what());
    }
    return course.failure.empty() ? move.detail : next_move(course).detail;
  }

  void observe(Course& course) {
    if (course.step == "volume") {
      course.volume = maker_.volume().empty() ? std::nullopt
                                              : openstack::Cinder(session_).volume(maker_.volume());
      return;
    }
    if (maker_.server().empty()) {
      return;
    }
    course.server = nova_.server(maker_.server());
    server_ = course.server ? course.server : server_;
    if (course.step == "console" && course.server) {
      course.console = trim(nova_.console_output(maker_.server()).value_or(""));
    }
    if (course.server && course.server->status != shown_) {
      shown_ = course.server->status;
      progress_("server " + maker_.names().of_run + " is " + shown_);
    }
  }

  void change(Course& course) {
    if (course.step == "boot") {
      maker_.boot();
    } else if (course.step == "volume" && course.asked == 0) {
      maker_.make_volume();
    } else {
      take(course, ask_for(course));
    }
  }

  [[nodiscard]] Outcome ask_for(const Course& course) {
    const std::string& server = maker_.server();
    if (course.step == "volume") {
      switch (course.asked) {
        case 1:
          return nova_.attach_volume(server, {.volume = maker_.volume()});
        case 2:
          return nova_.detach_volume(server, maker_.volume());
        default:
          return openstack::Cinder(session_).remove(maker_.volume());
      }
    }
    if (course.asked == 0) {
      return nova_.resize(server, maker_.own_flavor());
    }
    return course.step == "resize" ? nova_.confirm_resize(server) : nova_.revert_resize(server);
  }

  /// An answer that did not come says nothing: the next look tells.
  void take(Course& course, const Outcome& outcome) {
    const bool of_nova = course.step != "volume" || course.asked < 3;
    request_id_ = of_nova ? outcome.request_id : "";
    course.failure = outcome.verdict == Verdict::unknown ? outcome.message : "";
    if (outcome.verdict != Verdict::done && outcome.verdict != Verdict::unknown) {
      course.refusal =
          outcome.message.empty() ? "answered " + std::to_string(outcome.code) : outcome.message;
    }
  }

  void remove_all() {
    if (maker_.made().empty()) {
      return;
    }
    const auto begun = platform_.clock.steady();
    std::string left;
    try {
      left = clear(platform_, session_, maker_.names().of_unit, maker_.made(), removal_time).text();
    } catch (const HttpError& error) {
      left = error.what();
    }
    if (!left.empty()) {
      add({"delete", Result::failed, "may still be there, remove it by hand: " + left}, begun);
    } else if (is_chosen("delete")) {
      add({"delete", Result::passed, "nothing is left"}, begun);
    }
  }

  const Platform& platform_;
  openstack::Session& session_;
  openstack::Nova nova_;
  const Node& node_;
  const Request& request_;
  const Progress& progress_;
  Maker maker_;
  Report report_ = {};
  HostView view_ = {};
  std::optional<openstack::Server> server_ = {};  // as it was seen last
  std::string shown_ = {};
  std::string request_id_ = {};  // of the last change that Nova took
  std::chrono::steady_clock::time_point deadline_ = {};
};

}  // namespace

Report run(const Platform& platform,
           const openstack::Credentials& credentials,
           const Node& node,
           const Request& request,
           const Progress& progress) {
  openstack::Session session(platform, credentials);
  return Run(platform, session, node, request, progress).run();
}

}  // namespace ncc::verify
