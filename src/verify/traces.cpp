#include "verify/traces.hpp"

#include <algorithm>

#include "log.hpp"
#include "words/text.hpp"

namespace ncc::verify {

namespace {

constexpr int most_blind_looks = 5;

using openstack::Cinder;
using openstack::Neutron;
using openstack::Nova;
using openstack::Session;

template <class Items, class Name>
void keep_named(Items& items, const std::string& beginning, Name name) {
  std::erase_if(items, [&](const auto& item) { return !name(item).starts_with(beginning); });
}

/// Lists one kind into `traces`.
void list(Session& session, const std::string& beginning, Kind kind, Traces& traces) {
  Nova nova(session);
  switch (kind) {
    case Kind::server:
      traces.servers = nova.servers_whose_name_begins(beginning);
      break;
    case Kind::volume:
      traces.volumes = Cinder(session).volumes_marked(volume_mark, beginning);
      break;
    case Kind::group:
      traces.groups = Neutron(session).security_groups(beginning);
      break;
    case Kind::flavor:
      traces.flavors = nova.flavors();
      keep_named(traces.flavors, beginning, [](const auto& one) { return one.flavor.name; });
      break;
    case Kind::keypair:
      traces.keypairs = nova.keypairs();
      keep_named(traces.keypairs, beginning, [](const auto& one) { return one.name; });
      break;
  }
}

bool is_offered(Session& session, Kind kind) {
  if (kind == Kind::volume) {
    return session.offers("block-storage");
  }
  return session.offers(kind == Kind::group ? "network" : "compute");
}

void note(const openstack::Outcome& outcome, const std::string& what) {
  if (outcome.verdict != openstack::Verdict::done) {
    log::debug("{} not removed yet: {}", what, outcome.message);
  }
}

void remove_server(Nova& nova, const openstack::Server& server) {
  try {
    nova.delete_server(server.id);
  } catch (const HttpError& error) {
    log::debug("server {} not removed yet: {}", server.id, error.what());
  }
}

void remove(Session& session, const Traces& traces) {
  Nova nova(session);
  for (const openstack::Server& server : traces.servers) {
    if (server.task_state != "deleting") {
      remove_server(nova, server);
    }
  }
  for (const openstack::Volume& volume : traces.volumes) {
    note(Cinder(session).remove(volume.id), "volume " + volume.id);
  }
  for (const openstack::SecurityGroup& group : traces.groups) {
    note(Neutron(session).delete_security_group(group.id), "security group " + group.id);
  }
  for (const openstack::ListedFlavor& flavor : traces.flavors) {
    note(nova.delete_flavor(flavor.id), "flavor " + flavor.flavor.name);
  }
  for (const openstack::Keypair& keypair : traces.keypairs) {
    note(nova.delete_keypair(keypair.name), "keypair " + keypair.name);
  }
}

}  // namespace

void Pause::sleep() {
  constexpr std::chrono::milliseconds longest{1000};
  clock_.sleep(next_);
  next_ = std::min(longest, next_ * 2);
}

Names names_for(const Node& node, const std::string& random) {
  std::string unit = node.unit.str();
  std::replace(unit.begin(), unit.end(), '/', '-');
  Names names{.of_unit = "verify-" + unit + "-" + fingerprint(node.host.str()).substr(0, 4)};
  names.of_run = names.of_unit + random.substr(0, 8);
  return names;
}

Traces look(Session& session, const std::string& beginning, const std::set<Kind>& kinds) {
  Traces traces;
  for (const Kind kind : kinds) {
    try {
      if (is_offered(session, kind)) {
        list(session, beginning, kind, traces);
      }
    } catch (const HttpError& error) {
      if (error.code() == 401) {
        throw;
      }
      traces.unknown.emplace_back(error.what());
    }
  }
  return traces;
}

Traces clear(const Platform& platform,
             Session& session,
             const std::string& beginning,
             const std::set<Kind>& kinds,
             std::chrono::seconds time) {
  const auto deadline = platform.clock.steady() + time;
  Pause pause(platform.clock);
  Traces traces = look(session, beginning, kinds);
  int blind = 0;  // looks that found nothing, but were refused
  while (platform.clock.steady() < deadline &&
         (!traces.empty() || (!traces.unknown.empty() && ++blind <= most_blind_looks))) {
    remove(session, removals(traces));
    pause.sleep();
    traces = look(session, beginning, kinds);
  }
  return traces;
}

}  // namespace ncc::verify
