// The loop: look, next, perform. What is asked for is in the journal before, and what is known of
// it after.

#include <algorithm>

#include "node/look.hpp"
#include "words/error.hpp"
#include "words/text.hpp"

namespace ncc::node {

namespace {

using openstack::Outcome;
using openstack::Verdict;
using std::chrono::milliseconds;

constexpr milliseconds rest{1'000};
constexpr milliseconds longest_rest{10'000};
constexpr std::int64_t removal_time = 300;  // seconds

class Run {
 public:
  Run(Clock& clock,
      openstack::Session& session,
      Journal& journal,
      const Request& request,
      const Progress& progress)
      : clock_(clock),
        clients_(session),
        journal_(journal),
        request_(request),
        progress_(progress),
        look_(clock, clients_, request),
        facts_(read_facts(journal)) {}

  Result run() {
    while (!over_) {
      try {
        turn();
        errors_ = 0;
      } catch (const HttpError& error) {
        take_error(error);
      } catch (const ConfigError& error) {
        end_or_fail(error.what());
      }
    }
    return result();
  }

 private:
  void turn() {
    view_ = look_.view(facts_);
    note_server();
    const Step step = next(view_, request_, facts_);
    std::visit([this](const auto& one) { perform(one); }, step);
  }

  /// Once seen, a server that is not to be seen is gone.
  void note_server() {
    for (const openstack::Server& server : view_.servers) {
      const bool ours = tag_in(server.metadata, run_tag) == facts_.run;
      if (ours && server.name == names().server && facts_.server.empty()) {
        know_server(server.id);
      }
    }
  }

  void know_server(const std::string& id) {
    journal_.put(scope, "server", id);
    facts_.server = id;
  }

  void perform(const TakeNumber& step) {
    if (step.number > 0 && ids_.image.empty()) {
      ids_ = find_ids(clients_, request_);
      (void)look_.zone();
    }
    know_server("");
    put_number(journal_, "number", step.number);
    if (step.number == 0) {
      say("another run has " + names().server + ": taking the next number");
    }
    facts_.number = step.number;
    if (step.number > 0) {
      say("node " + names().server + ", host name " + names().fqdn);
    }
  }

  void perform(const CreateVolume&) {
    say("create volume " + names().server + " of " + std::to_string(request_.volume.size_gib) +
        " GiB");
    ask("volume", [&] {
      result_.volume = clients_.cinder
                           .create({.name = names().server,
                                    .size_gib = request_.volume.size_gib,
                                    .type = request_.volume.type,
                                    .metadata = metadata()})
                           .id;
    });
  }

  void perform(const CreateServer& step) {
    if (ids_.image.empty()) {  // this process goes on with what another began
      ids_ = find_ids(clients_, request_);
    }
    say("create server " + names().server + " from image " + request_.image + ", flavor " +
        request_.flavor);
    const std::string text = render(request_, facts_.number, facts_.run, step.volume);
    ask("server", [&] {
      know_server(clients_.nova.create_server({.name = names().server,
                                               .image_id = ids_.image,
                                               .flavor_id = ids_.flavor,
                                               .network_id = ids_.network,
                                               .key = request_.key,
                                               .zone = request_.zone,
                                               .security_groups = request_.security_groups,
                                               .metadata = metadata(),
                                               .user_data = to_base64(text)}));
    });
  }

  void perform(const AttachVolume& step) {
    say("attach volume " + step.volume + " to server " + step.server);
    ask("attachment", [&] {
      must(clients_.nova.attach_volume(step.server,
                                       {.volume = step.volume, .device = request_.volume.device}));
    });
  }

  void perform(const CreateRecord& step) {
    say("create record " + names().record + " with " + step.address);
    ask("record", [&] {
      const Outcome outcome =
          clients_.designate.create(look_.zone(),
                                    {.name = names().record,
                                     .address = step.address,
                                     .description = description_of(facts_.run)});
      if (outcome.verdict != Verdict::conflict) {  // the next look tells whose it is
        must(outcome);
      }
    });
  }

  void perform(const DeleteRecord& step) {
    say("delete record " + names().record);
    removed(clients_.designate.remove(look_.zone(), step.id));
  }

  void perform(const DeleteServer& step) {
    say("delete server " + step.id);
    clients_.nova.delete_server(step.id);
    pause();
  }

  void perform(const DeleteVolume& step) {
    say("delete volume " + step.id);
    removed(clients_.cinder.remove(step.id));
  }

  void perform(const Wait& step) {
    if (step.what != awaited_) {
      awaited_ = step.what;
      say("waiting for " + awaited_);
    }
    give_up_when_due();
    pause();
  }

  void perform(const Fail& step) { fail(step.why); }

  void perform(const Done&) { over_ = true; }

  /// A POST. Its answer is known, or the next looks must show whether it happened.
  template <typename Post>
  void ask(const std::string& thing, Post post) {
    journal_.put(scope, "asked", thing);
    facts_.asked = thing;
    note_time();
    try {
      post();
      journal_.put(scope, "asked", "");
      facts_.asked.clear();
    } catch (const HttpError& error) {
      take_refusal(thing, error);
    }
  }

  void note_time() {
    facts_.asked_at = look_.now();
    put_number(journal_, "asked-at", facts_.asked_at);
  }

  void take_refusal(const std::string& thing, const HttpError& error) {
    const int code = error.code();
    const bool is_unknown = code == 0 || code == 429 || code >= 500;
    const bool is_busy = thing == "attachment" && code == 409;
    if (!is_unknown && !is_busy) {
      journal_.put(scope, "asked", "");
      facts_.asked.clear();
      return fail(error.what());
    }
    note_time();
    put_number(journal_, "tries", ++facts_.tries);
    say(std::string(error.what()) + "; looking whether it happened");
    pause();
  }

  /// An outcome as an exception, for ask().
  static void must(const Outcome& outcome) {
    if (outcome.verdict != Verdict::done) {
      throw HttpError("the request", outcome.code, outcome.message);
    }
  }

  void removed(const Outcome& outcome) {
    if (outcome.verdict != Verdict::done && outcome.verdict != Verdict::missing) {
      say("not deleted: " + outcome.message + "; looking again");
      give_up_when_due();
    }
    pause();
  }

  /// From now on what was made is taken away.
  void fail(const std::string& why) {
    say("failed: " + why);
    facts_.failed_at = look_.now();
    put_number(journal_, "failed-at", facts_.failed_at);
    journal_.put(scope, "failure", why);
    facts_.failure = why;
  }

  void give_up_when_due() {
    const bool is_due = !facts_.failure.empty() && look_.now() >= removal_began() + removal_time;
    over_ = over_ || is_due;
  }

  /// A process that goes on with a removal has all of its time.
  [[nodiscard]] std::int64_t removal_began() const { return std::max(facts_.failed_at, began_); }

  void end_or_fail(const std::string& why) {
    if (facts_.failure.empty()) {
      fail(why);
    } else {
      say(why);
      over_ = true;
    }
  }

  /// A log-in that is refused ends it at once: more of them could lock the account.
  void take_error(const HttpError& error) {
    if (error.code() == 401) {
      if (facts_.failure.empty()) {
        fail(error.what());
      }
      over_ = true;
      return;
    }
    const bool is_final = error.code() == 400 || error.code() == 403;
    const bool is_late = look_.now() >= facts_.began + request_.timeout.count();
    if (facts_.failure.empty() && (is_final || is_late)) {
      return fail(error.what());
    }
    say(std::string(error.what()) + "; asking again");
    give_up_when_due();
    ++errors_;
    pause();
  }

  void pause() { clock_.sleep(std::min(rest * (1 << std::min(errors_, 6)), longest_rest)); }

  void say(const std::string& line) const {
    if (progress_) {
      progress_(line);
    }
  }

  [[nodiscard]] Names names() const { return names_of(request_, facts_.number); }

  [[nodiscard]] std::map<std::string, std::string> metadata() const {
    std::map<std::string, std::string> tags{{run_tag, facts_.run},
                                            {number_tag, std::to_string(facts_.number)}};
    if (!request_.dns_zone.empty()) {
      tags[record_tag] = names().record;
      tags[zone_tag] = request_.dns_zone + ".";
    }
    return tags;
  }

  [[nodiscard]] Result result() {
    result_.failure = facts_.failure;
    result_.server = facts_.server;
    if (facts_.number > 0) {
      result_.names = names();
    }
    for (const openstack::Volume& volume : view_.volumes) {
      result_.volume = volume.id;
    }
    for (const openstack::ServerPort& port : view_.ports) {
      result_.address = port.addresses.empty() ? "" : port.addresses.front();
    }
    if (!facts_.failure.empty()) {
      result_.left = left_of(view_, facts_);
    }
    return result_;
  }

  Clock& clock_;
  Clients clients_;
  Journal& journal_;
  const Request& request_;
  const Progress& progress_;
  Look look_;
  Facts facts_;
  std::int64_t began_ = look_.now();
  Ids ids_ = {};
  View view_ = {};
  Result result_ = {};
  std::string awaited_ = {};
  int errors_ = 0;
  bool over_ = false;
};

}  // namespace

Result run(const Platform& platform,
           openstack::Session& session,
           Journal& journal,
           const Request& request,
           const Progress& progress) {
  return Run(platform.clock, session, journal, request, progress).run();
}

}  // namespace ncc::node
