// What is done next. Pure.

#include <algorithm>
#include <tuple>

#include "node/look.hpp"

namespace ncc::node {

namespace {

using Servers = std::vector<openstack::Server>;

constexpr std::int64_t doubt = 10;  // seconds in which what was asked for shows, if it was made
constexpr int most_tries = 3;

std::string run_of(const openstack::Server& server) {
  return tag_in(server.metadata, run_tag);
}

bool is_there(const openstack::Server& server) {
  return server.status != "DELETED" && server.status != "SOFT_DELETED";
}

/// Servers of this run, the one that counts first.
Servers own_servers(const View& view, const Facts& facts) {
  Servers own;
  for (const openstack::Server& server : view.servers) {
    if (run_of(server) == facts.run && is_there(server)) {
      own.push_back(server);
    }
  }
  std::sort(own.begin(), own.end(), comes_before);
  return own;
}

bool is_own(const openstack::Record& record, const Facts& facts) {
  return record.description == description_of(facts.run);
}

bool is_in_doubt(const View& view, const Facts& facts) {
  return !facts.asked.empty() && view.now < facts.asked_at + doubt;
}

bool is_deletable(const openstack::Volume& volume) {
  return volume.status == "available" || volume.status.starts_with("error");
}

/// An address of the family that A records hold.
std::string address_of(const View& view) {
  for (const openstack::ServerPort& port : view.ports) {
    for (const std::string& address : port.addresses) {
      if (address.find(':') == std::string::npos) {
        return address;
      }
    }
  }
  return {};
}

class Deciding {
 public:
  Deciding(const View& view, const Request& request, const Facts& facts)
      : view_(view),
        request_(request),
        facts_(facts),
        names_(names_of(request, facts.number)),
        own_(own_servers(view, facts)) {}

  Step decide() {
    if (!facts_.failure.empty()) {
      return request_.keep_on_failure ? Step(Done{}) : next_removal(view_, facts_);
    }
    decide_name();
    if (!step_ && request_.volume.size_gib > 0) {
      decide_volume();
    }
    if (!step_) {
      decide_server();
    }
    if (!step_ && request_.volume.size_gib > 0) {
      decide_attachment();
    }
    if (!step_ && !request_.dns_zone.empty()) {
      decide_record();
    }
    if (!step_ && request_.awaits_compute && !view_.registered) {
      wait("nova-compute on " + names_.fqdn + " to be up");
    }
    return in_time(step_.value_or(Done{}));
  }

 private:
  /// Nothing but the end is reached after the deadline.
  [[nodiscard]] Step in_time(const Step& step) const {
    if (std::holds_alternative<Done>(step) || std::holds_alternative<Fail>(step) ||
        view_.now < facts_.began + request_.timeout.count()) {
      return step;
    }
    const auto* waits = std::get_if<Wait>(&step);
    return Fail{"out of time after " + std::to_string(request_.timeout.count()) + " s" +
                (waits == nullptr ? "" : ", waiting for " + waits->what)};
  }

  void wait(const std::string& what) { step_ = Wait{what}; }

  void fail(const std::string& why) { step_ = Fail{why}; }

  /// Asks for a thing that is not to be seen: not before it is certain that it was not made, and
  /// not without end.
  void ask(const std::string& thing, const Step& step) {
    if (facts_.asked == thing && is_in_doubt(view_, facts_)) {
      wait("the " + thing + " that was asked for");
    } else if (facts_.tries >= most_tries) {
      fail("the cloud did not answer " + std::to_string(facts_.tries) + " requests for a " + thing);
    } else {
      step_ = step;
    }
  }

  [[nodiscard]] bool is_lost(const openstack::Server& mine) const {
    return std::any_of(view_.servers.begin(), view_.servers.end(), [&](const auto& other) {
      return other.name == mine.name && run_of(other) != facts_.run && is_there(other) &&
             comes_before(other, mine);
    });
  }

  [[nodiscard]] bool is_taken() const {
    return std::any_of(view_.servers.begin(), view_.servers.end(), [&](const auto& other) {
      return other.name == names_.server && run_of(other) != facts_.run;
    });
  }

  void decide_name() {
    if (facts_.number == 0) {
      return choose();
    }
    if (own_.size() > 1 || (!own_.empty() && own_.back().name != names_.server)) {
      step_ = drop(own_.back());
    } else if (own_.empty() ? is_taken() : is_lost(own_.front())) {
      yield();
    }
  }

  [[nodiscard]] static Step drop(const openstack::Server& server) {
    return server.task_state == "deleting" ? Step(Wait{"server " + server.id + " to be gone"})
                                           : Step(DeleteServer{server.id});
  }

  void yield() {
    if (view_.record && is_own(*view_.record, facts_)) {
      step_ = next_removal(view_, facts_);
    } else {
      step_ = TakeNumber{0};
    }
  }

  /// Another number only when nothing is left of the one before.
  void choose() {
    const Step removal = next_removal(view_, facts_);
    if (!std::holds_alternative<Done>(removal)) {
      step_ = removal;
    } else if (const auto number = free_number(request_, view_.servers)) {
      step_ = TakeNumber{*number};
    } else {
      fail("no number is free from " + request_.base + "_1 to " + request_.base + "_" +
           std::to_string(request_.max));
    }
  }

  void decide_volume() {
    if (view_.volumes.empty()) {
      return own_.empty() ? ask("volume", CreateVolume{}) : fail("its volume is gone");
    }
    const openstack::Volume& volume = view_.volumes.front();
    if (view_.volumes.size() > 1) {
      step_ = DeleteVolume{view_.volumes.back().id};
    } else if (volume.status.starts_with("error")) {
      fail("volume " + volume.id + " is in status " + volume.status);
    } else if (own_.empty() && volume.status != "available") {
      wait("volume " + volume.id + " (" + volume.status + ") to be available");
    }
  }

  void decide_server() {
    if (own_.empty()) {
      const std::string volume = view_.volumes.empty() ? "" : view_.volumes.front().id;
      return facts_.server.empty() ? ask("server", CreateServer{volume})
                                   : fail("server " + facts_.server + " is gone");
    }
    const openstack::Server& server = own_.front();
    if (server.status == "ERROR") {
      return fail("server " + server.id + " is in ERROR: " + server.fault);
    }
    if (server.status != "ACTIVE") {
      return wait("server " + server.id + " (" + server.status + ") to be active");
    }
    const bool bound = std::all_of(view_.ports.begin(), view_.ports.end(), [](const auto& port) {
      return port.status == "ACTIVE";
    });
    if (!request_.network.empty() && (view_.ports.empty() || !bound)) {
      wait("the port of server " + server.id + " to be active");
    }
  }

  void decide_attachment() {
    const std::string& server = own_.front().id;
    const openstack::Volume& volume = view_.volumes.front();
    const auto& servers = volume.servers;
    const bool ours = std::find(servers.begin(), servers.end(), server) != servers.end();
    if (volume.status == "in-use" && !ours) {
      fail("volume " + volume.id + " is attached to another server");
    } else if (volume.status == "available") {
      ask("attachment", AttachVolume{server, volume.id});
    } else if (volume.status != "in-use") {
      wait("volume " + volume.id + " (" + volume.status + ") to be attached");
    }
  }

  void decide_record() {
    const std::string address = address_of(view_);
    if (address.empty()) {
      return fail("server " + own_.front().id + " has no IPv4 address for the record");
    }
    if (!view_.record) {
      return ask("record", CreateRecord{address});
    }
    const openstack::Record& record = *view_.record;
    if (record.action == "DELETE") {
      return wait("the old record " + record.name + " to be gone");
    }
    if (record.addresses != std::vector<std::string>{address}) {
      std::string others;
      for (const std::string& other : record.addresses) {
        others += (others.empty() ? "" : ", ") + other;
      }
      return fail("the record " + record.name + " is there already, with " + others +
                  " instead of " + address);
    }
    if (record.status == "ERROR") {
      return fail("the record " + record.name + " is in status ERROR");
    }
    if (record.status != "ACTIVE") {
      wait("the record " + record.name + " to be active");
    }
  }

  const View& view_;
  const Request& request_;
  const Facts& facts_;
  Names names_;
  Servers own_;
  std::optional<Step> step_ = {};
};

}  // namespace

bool comes_before(const openstack::Server& left, const openstack::Server& right) {
  const auto rank = [](const openstack::Server& server) {
    return std::tuple(!run_of(server).empty(), server.created_at, server.id);
  };
  return rank(left) < rank(right);
}

Step next(const View& view, const Request& request, const Facts& facts) {
  return Deciding(view, request, facts).decide();
}

Step next_removal(const View& view, const Facts& facts) {
  if (view.record && is_own(*view.record, facts)) {
    return view.record->action == "DELETE"
               ? Step(Wait{"record " + view.record->name + " to be gone"})
               : Step(DeleteRecord{view.record->id});
  }
  for (const openstack::Server& server : own_servers(view, facts)) {
    return server.task_state == "deleting" ? Step(Wait{"server " + server.id + " to be gone"})
                                           : Step(DeleteServer{server.id});
  }
  for (const openstack::Volume& volume : view.volumes) {
    return is_deletable(volume)
               ? Step(DeleteVolume{volume.id})
               : Step(Wait{"volume " + volume.id + " (" + volume.status + ") to be gone"});
  }
  return is_in_doubt(view, facts) ? Step(Wait{"the " + facts.asked + " that was asked for"})
                                  : Step(Done{});
}

std::vector<std::string> left_of(const View& view, const Facts& facts) {
  std::vector<std::string> left;
  if (view.record && is_own(*view.record, facts)) {
    left.push_back("record " + view.record->name);
  }
  for (const openstack::Server& server : own_servers(view, facts)) {
    left.push_back("server " + server.id + " (" + server.status + ")");
  }
  for (const openstack::Volume& volume : view.volumes) {
    left.push_back("volume " + volume.id + " (" + volume.status + ")");
  }
  return left;
}

}  // namespace ncc::node
