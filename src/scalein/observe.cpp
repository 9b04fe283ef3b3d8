// What the cloud still has of a host, and the facts that an ending must not forget.

#include <algorithm>

#include <nlohmann/json.hpp>

#include "scalein.hpp"
#include "words/error.hpp"

namespace ncc::scalein {
namespace {

using nlohmann::json;

void add_providers(std::vector<openstack::Provider>& providers,
                   std::vector<openstack::Provider> more) {
  for (openstack::Provider& provider : more) {
    if (std::find(providers.begin(), providers.end(), provider) == providers.end()) {
      providers.push_back(std::move(provider));
    }
  }
}

/// By uuid, and by name: one of the same name would keep a new node from being registered.
std::vector<openstack::Provider> observe_providers(openstack::Session& session,
                                                   const HostName& host,
                                                   const std::vector<std::string>& known) {
  openstack::Placement placement(session);
  std::vector<openstack::Provider> providers;
  for (const std::string& uuid : known) {
    add_providers(providers, placement.tree(uuid));
  }
  for (const openstack::Provider& named : placement.named(host.str())) {
    add_providers(providers, placement.tree(named.uuid));
  }
  return providers;
}

std::map<std::string, bool> observe_consumers(openstack::Session& session,
                                              const std::vector<openstack::Provider>& providers) {
  openstack::Placement placement(session);
  openstack::Nova nova(session);
  std::map<std::string, bool> consumers;
  for (const openstack::Provider& provider : providers) {
    for (const auto& [consumer, resources] : placement.allocations(provider.uuid)) {
      consumers[consumer] = nova.server(consumer).has_value();
    }
  }
  return consumers;
}

std::vector<openstack::Migration> open_migrations(openstack::Nova& nova, const HostName& host) {
  std::vector<openstack::Migration> open = nova.migrations({.host = host.str()});
  std::erase_if(open, [](const openstack::Migration& migration) { return !is_open(migration); });
  return open;
}

}  // namespace

Ending observe_ending(openstack::Session& session,
                      const HostName& host,
                      const std::optional<Facts>& facts) {
  openstack::Nova nova(session);
  openstack::Neutron neutron(session);
  Ending ending;
  ending.facts = facts;
  for (openstack::Service& service : nova.compute_services(host.str())) {
    ending.service = std::move(service);
  }
  ending.servers = nova.servers_on(host.str());
  ending.migrations = open_migrations(nova, host);
  const Facts known = facts ? *facts : observe_facts(session, host);
  ending.providers = observe_providers(session, host, known.providers);
  ending.consumers = observe_consumers(session, ending.providers);
  for (const std::string& id : known.agents) {
    if (auto agent = neutron.agent(id)) {
      ending.agents.push_back(std::move(*agent));
    }
  }
  for (openstack::GatewayPort& port : neutron.gateway_ports()) {
    if (port.host == host.str()) {
      ending.gateways.push_back(std::move(port));
    }
  }
  return ending;
}

Facts observe_facts(openstack::Session& session, const HostName& host) {
  openstack::Nova nova(session);
  Facts facts;
  for (const openstack::Service& service : nova.compute_services(host.str())) {
    facts.service = service.id;
  }
  for (const openstack::Hypervisor& hypervisor : nova.hypervisors(host.str())) {
    facts.providers.push_back(hypervisor.id);
  }
  for (const openstack::Agent& agent : openstack::Neutron(session).agents(host.str())) {
    facts.agents.push_back(agent.id);
  }
  for (const openstack::Aggregate& aggregate : nova.aggregates()) {
    if (std::find(aggregate.hosts.begin(), aggregate.hosts.end(), host.str()) !=
        aggregate.hosts.end()) {
      facts.aggregates.push_back(aggregate.id);
    }
  }
  return facts;
}

std::string to_text(const Facts& facts) {
  return json{{"service", facts.service},
              {"providers", facts.providers},
              {"agents", facts.agents},
              {"aggregates", facts.aggregates}}
      .dump();
}

Facts read_facts(const std::string& text) {
  const json object = json::parse(text, nullptr, false);
  const bool whole = object.is_object() && object.contains("service") &&
                     object.contains("providers") && object.contains("agents") &&
                     object.contains("aggregates");
  if (!whole) {
    throw ConfigError("journal: facts", "have a wrong form");
  }
  return {.service = object["service"].get<std::string>(),
          .providers = object["providers"].get<std::vector<std::string>>(),
          .agents = object["agents"].get<std::vector<std::string>>(),
          .aggregates = object["aggregates"].get<std::vector<long long>>()};
}

}  // namespace ncc::scalein
