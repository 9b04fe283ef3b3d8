// Taking a node away: everything that carries the run ids of its server or volume, and nothing
// else.

#include <algorithm>
#include <set>

#include "node/look.hpp"
#include "words/error.hpp"

namespace ncc::node {

namespace {

using openstack::Outcome;
using openstack::Verdict;

constexpr std::chrono::milliseconds rest{1'000};

class Removal {
 public:
  Removal(Clock& clock, openstack::Session& session, const Request& request, long long number)
      : clock_(clock),
        clients_(session),
        has_volumes_(clients_.cinder.offered()),
        has_records_(session.offers("dns")),
        names_(names_of(request, number)) {}

  /// Run ids of the node, and where its record is.
  void find() {
    for (const openstack::Server& server : clients_.nova.servers_named(names_.server)) {
      learn(server.metadata);
    }
    if (has_volumes_) {
      for (const openstack::Volume& volume : clients_.cinder.volumes_named(names_.server)) {
        learn(volume.metadata);
      }
    }
    if (runs_.empty()) {
      throw ConfigError("node",
                        "create-node has made no " + names_.server +
                            ": neither a server nor a volume of that name has the metadata " +
                            run_tag);
    }
  }

  void must_be_ended(const std::function<std::string(const std::string&)>& how) {
    for (const std::string& host : {names_.fqdn, names_.host}) {
      if (!clients_.nova.compute_services(host).empty()) {
        throw ConfigError("node",
                          "nova-compute on " + host + " is not ended. Run " + how(host) +
                              ", then delete-node again");
      }
    }
  }

  Result run(std::chrono::seconds timeout, const Progress& progress) {
    const auto deadline = clock_.steady() + timeout;
    Result result{.names = names_};
    for (const std::string& run : runs_) {
      const Facts facts{.run = run};
      View view = look(facts);
      for (Step step = next_removal(view, facts); !std::holds_alternative<Done>(step);
           step = next_removal(view, facts)) {
        perform(step, progress);
        if (clock_.steady() >= deadline) {
          result.left = left_of(view, facts);
          result.failure = "out of time after " + std::to_string(timeout.count()) + " s";
          return result;
        }
        clock_.sleep(rest);
        view = look(facts);
      }
    }
    return result;
  }

 private:
  void learn(const std::map<std::string, std::string>& metadata) {
    if (const std::string run = tag_in(metadata, run_tag); !run.empty()) {
      runs_.insert(run);
    }
    if (const std::string name = tag_in(metadata, record_tag); !name.empty() && zone_.empty()) {
      record_ = name;
      zone_ = tag_in(metadata, zone_tag);
    }
  }

  View look(const Facts& facts) {
    View view{.servers = clients_.nova.servers_named(names_.server)};
    if (has_volumes_) {
      view.volumes = clients_.cinder.volumes_marked(run_tag, facts.run);
    }
    if (has_records_ && !zone_.empty()) {
      if (const auto zone = clients_.designate.zone_id(zone_)) {
        zone_id_ = *zone;
        view.record = clients_.designate.record(*zone, record_);
      }
    }
    return view;
  }

  void perform(const Step& step, const Progress& progress) {
    if (const auto* record = std::get_if<DeleteRecord>(&step)) {
      progress("delete record " + record_);
      told(clients_.designate.remove(zone_id_, record->id), progress);
    } else if (const auto* server = std::get_if<DeleteServer>(&step)) {
      progress("delete server " + server->id);
      clients_.nova.delete_server(server->id);
    } else if (const auto* volume = std::get_if<DeleteVolume>(&step)) {
      progress("delete volume " + volume->id);
      told(clients_.cinder.remove(volume->id), progress);
    }
  }

  static void told(const Outcome& outcome, const Progress& progress) {
    if (outcome.verdict == Verdict::forbidden) {
      throw HttpError("delete", outcome.code, outcome.message);
    }
    if (outcome.verdict != Verdict::done && outcome.verdict != Verdict::missing) {
      progress("not deleted: " + outcome.message + "; looking again");
    }
  }

  Clock& clock_;
  Clients clients_;
  bool has_volumes_;
  bool has_records_;
  Names names_;
  std::set<std::string> runs_ = {};
  std::string record_ = {};
  std::string zone_ = {};
  std::string zone_id_ = {};
};

}  // namespace

Result remove(const Platform& platform,
              openstack::Session& session,
              const Request& request,
              long long number,
              const std::function<std::string(const std::string&)>& how,
              const Progress& progress) {
  Removal removal(platform.clock, session, request, number);
  removal.find();
  removal.must_be_ended(how);
  return removal.run(request.timeout, progress);
}

}  // namespace ncc::node
