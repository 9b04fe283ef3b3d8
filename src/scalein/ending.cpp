// The steps of an ending, in their order: proven empty, nova-compute stopped, record and provider
// gone, agents stopped, their rows gone. Pure.

#include <algorithm>

#include "scalein.hpp"
#include "words/text.hpp"

namespace ncc::scalein {
namespace {

using Step = std::optional<EndStep>;

template <typename List, typename Name>
std::string names(const List& list, Name name) {
  std::vector<std::string> parts;
  for (const auto& entry : list) {
    parts.push_back(name(entry));
  }
  return join(parts, ", ");
}

std::string count(std::size_t number, const char* what) {
  return std::to_string(number) + " " + what + (number == 1 ? "" : "s");
}

/// What forbids an ending as long as the record is there.
Step not_empty(const Ending& ending) {
  if (!ending.servers.empty()) {
    return Refuse{count(ending.servers.size(), "server") +
                  " on it: " + names(ending.servers, [](const openstack::Server& server) {
                    return server.id + " (" + server.status + ")";
                  })};
  }
  if (!ending.migrations.empty()) {
    return Refuse{count(ending.migrations.size(), "migration") +
                  " open: " + names(ending.migrations, [](const openstack::Migration& migration) {
                    return migration.uuid + " (" + migration.status + ", server " +
                           migration.server + ")";
                  })};
  }
  return std::nullopt;
}

Step orphans(const Ending& ending, const EndOptions& options) {
  if (ending.consumers.empty()) {
    return std::nullopt;
  }
  for (const auto& [consumer, known] : ending.consumers) {
    if (!known && options.purge_orphans) {
      return CloudStep(DeleteAllocations{consumer});
    }
  }
  const auto text = [](const auto& entry) {
    return entry.first + (entry.second ? " (a server elsewhere)" : " (unknown to Nova)");
  };
  return Refuse{"Placement still has allocations of " + names(ending.consumers, text) +
                "; purge-orphans=true removes those unknown to Nova"};
}

Step machine_not_free(const Ending& ending, const EndOptions& options) {
  if (!ending.gateways.empty() && !options.force_last_gateway) {
    return Refuse{"gateways are active on it: routers " +
                  names(ending.gateways, [](const auto& port) { return port.router; }) +
                  "; force-last-gateway=true gives them up"};
  }
  if (!ending.domains) {
    return Refuse{"libvirt does not answer: whether guests are on the machine is not known"};
  }
  if (*ending.domains > 0) {
    return Refuse{"libvirt has " + count(static_cast<std::size_t>(*ending.domains), "domain") +
                  " that Nova does not know: nova-compute would not start beside them again"};
  }
  return std::nullopt;
}

EndStep from_none(const Ending& ending,
                  const EndOptions& options,
                  const std::optional<Mark>& mark) {
  if (ending.service && (!mark || mark->claim || ending.service->enabled)) {
    return Refuse{"it is not tombstoned: run scalein-start first"};
  }
  for (const Step& step :
       {not_empty(ending), orphans(ending, options), machine_not_free(ending, options)}) {
    if (step) {
      return *step;
    }
  }
  return GoTo{Phase::stopping};
}

/// A provider without children among those that are left.
Step provider_step(const Ending& ending, const EndOptions& options) {
  if (ending.providers.empty()) {
    return std::nullopt;
  }
  if (const Step step = orphans(ending, options)) {
    return step;
  }
  const auto is_leaf = [&](const openstack::Provider& provider) {
    return std::none_of(ending.providers.begin(), ending.providers.end(), [&](const auto& other) {
      return other.parent == provider.uuid;
    });
  };
  const auto leaf = std::find_if(ending.providers.begin(), ending.providers.end(), is_leaf);
  return CloudStep(DeleteProvider{leaf->uuid});
}

EndStep from_stopping(const Ending& ending, const EndOptions& options) {
  if (ending.service) {
    if (const Step step = not_empty(ending)) {
      return *step;
    }
    return ending.compute_runs ? EndStep(Await{"nova-compute to stop"})
                               : EndStep(CloudStep(DeleteService{ending.service->id}));
  }
  const Step step = provider_step(ending, options);
  return step ? *step : GoTo{Phase::leaving};
}

EndStep from_leaving(const Ending& ending) {
  if (ending.agents_run) {
    return Await{"ovn-controller and the metadata agent to stop"};
  }
  if (!ending.agents.empty()) {
    return CloudStep(DeleteAgent{ending.agents.front().id});
  }
  if (!ending.chassis.empty()) {
    return Await{"the SB database to lose " + join(ending.chassis, ", ")};
  }
  return GoTo{Phase::ended};
}

}  // namespace

EndStep next_end_step(const Ending& ending,
                      const EndOptions& options,
                      const std::optional<Mark>& mark) {
  switch (ending.phase) {
    case Phase::none:
      return from_none(ending, options, mark);
    case Phase::stopping:
      return from_stopping(ending, options);
    case Phase::leaving:
      return from_leaving(ending);
    case Phase::ended:
      break;
  }
  return Ended{};
}

}  // namespace ncc::scalein
