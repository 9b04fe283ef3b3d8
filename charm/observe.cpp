// Reads everything a hook or action sees, once: hook tools and the machine. No decision is taken
// here.

#include <algorithm>

#include <sys/utsname.h>

#include "charm/charm.hpp"
#include "compute.hpp"
#include "host.hpp"
#include "ovn.hpp"
#include "ovs.hpp"
#include "words/text.hpp"

namespace ncc::charm {

namespace {

const std::string peer_endpoint =
    "compute-peer";  // only its relation is of interest, not its units
const std::vector<std::string> all_endpoints{"amqp",
                                             "certificates",
                                             "cloud-compute",
                                             "cloud-credentials",
                                             "compute-peer",
                                             "cos-agent",
                                             "image-service",
                                             "ironic-api",
                                             "neutron-plugin",
                                             "ovsdb"};

const std::set<std::string> services_of_interest{"libvirtd",
                                                 "neutron-ovn-metadata-agent",
                                                 "nova-api-metadata",
                                                 "nova-compute",
                                                 "nova-compute-drain",
                                                 "nova-compute-node",
                                                 "nova-compute-wake",
                                                 "openvswitch-switch",
                                                 "ovn-controller",
                                                 "ovn-host"};

Event event_of(const std::string& hook) {
  static const std::map<std::string, Event> events{{"install", Event::install},
                                                   {"upgrade-charm", Event::upgrade},
                                                   {"start", Event::start},
                                                   {"stop", Event::stop},
                                                   {"remove", Event::remove},
                                                   {"update-status", Event::update_status}};
  const auto found = events.find(hook);
  return found == events.end() ? Event::other : found->second;
}

bool ends_with(const std::string& text, const std::string& end) {
  return text.size() >= end.size() && text.compare(text.size() - end.size(), end.size(), end) == 0;
}

RemoteUnits remote_units(const juju::Endpoint& endpoint) {
  RemoteUnits remote;
  remote.related = !endpoint.relations.empty();
  for (const juju::Relation& relation : endpoint.relations) {
    remote.units.insert(relation.units.begin(), relation.units.end());
  }
  return remote;
}

/// Reads one endpoint into its field; a value of a wrong form becomes a databag problem, and the
/// field stays empty.
template <typename T, typename Read>
void read_into(Need<T>& field, Model& model, const Read& read) {
  try {
    field = read();
  } catch (const ConfigError& error) {
    model.databag_problems.emplace_back(error.what());
  }
}

void read_databags(Model& model, const std::map<std::string, juju::Endpoint>& endpoints) {
  std::map<std::string, RemoteUnits> remote;
  for (const auto& [name, endpoint] : endpoints) {
    remote[name] = remote_units(endpoint);
    if (remote[name].related) {
      model.related.insert(name);
    }
    for (const juju::Relation& relation : endpoint.relations) {
      model.relation_ids[name].push_back(relation.id);
    }
  }
  read_into(model.messaging, model, [&] { return read_amqp(remote["amqp"]); });
  read_into(model.images, model, [&] { return read_image_service(remote["image-service"]); });
  read_into(model.credentials, model, [&] {
    return read_cloud_credentials(remote["cloud-credentials"]);
  });
  read_into(model.controller, model, [&] { return read_cloud_compute(remote["cloud-compute"]); });
  read_into(model.southbound, model, [&] { return read_ovsdb(remote["ovsdb"]); });
  read_into(model.certificates, model, [&] {
    return read_certificates(remote["certificates"], model.unit, model.host);
  });
  read_into(model.ironic_api, model, [&] { return read_ironic_api(remote["ironic-api"]); });
  read_into(model.plugin, model, [&] { return read_neutron_plugin(remote["neutron-plugin"]); });
}

std::string first_in(const std::vector<std::string>& addresses, const std::string& cidr) {
  const auto fits = [&](const std::string& address) {
    return cidr.empty() || in_network(address, cidr);
  };
  const auto found = std::find_if(addresses.begin(), addresses.end(), fits);
  return found == addresses.end() ? std::string() : *found;
}

/// The bindings whose address is needed now: each costs a hook command.
std::vector<std::string> bindings_needed(const Model& model) {
  std::vector<std::string> bindings{"cloud-compute"};
  if (model.related.contains("ovsdb")) {
    bindings.emplace_back("data");
  }
  if (!is_ironic(model) && model.controller.value &&
      !model.controller.value->console.protocol.empty()) {
    bindings.emplace_back("internal");
  }
  if (!is_ironic(model) && (model.config.enable_live_migration || model.config.enable_resize)) {
    bindings.emplace_back("migration");
  }
  return bindings;
}

void read_addresses(Model& model, juju::Tools& tools) {
  std::map<std::string, juju::Network> networks = tools.networks(bindings_needed(model));
  const std::string& internal = model.config.os_internal_network;
  model.my_ip = first_in(networks["cloud-compute"].bind_addresses, internal);
  model.console_address = first_in(networks["internal"].bind_addresses, internal);
  model.migration_address =
      first_in(networks["migration"].bind_addresses, model.config.libvirt_migration_network);
  model.data_address = first_in(networks["data"].bind_addresses, "");
}

std::string first_line(FileSystem& files, const std::string& path) {
  return trim(files.read(path).value_or(""));
}

/// Memory of the machine in MiB, from /proc/meminfo (kB).
long long memory_mib(FileSystem& files) {
  for (const std::string& line : split(files.read("/proc/meminfo").value_or(""), "\n")) {
    const std::vector<std::string> words = split(line);
    if (words.size() >= 2 && words[0] == "MemTotal:") {
      return to_integer(words[1]).value_or(0) / 1024;
    }
  }
  return 0;
}

void read_hardware(Machine& machine, FileSystem& files) {
  utsname kernel{};
  if (::uname(&kernel) == 0) {
    machine.architecture = kernel.machine;
  }
  machine.kvm = files.exists("/dev/kvm");
  machine.node_exporter = files.exists("/var/lib/prometheus/node-exporter");
  machine.container = files.exists("/run/systemd/container");
  machine.memory_mib = memory_mib(files);
  machine.release_id = host::release(files).id;
  machine.interfaces_by_mac = host::interfaces_by_mac(files);
  for (const std::string& name : files.list("/sys/class/net")) {
    machine.interfaces.insert(name);
  }
}

HostName host_of(const Model& model, const Platform& platform) {
  return HostName(model.record.host.empty() ? host::fqdn(platform.processes, platform.files)
                                            : model.record.host);
}

/// Relations that need no relation-ids: those we published on, where an endpoint has just one. A
/// further one of that endpoint would first be seen in a hook of its own, for whose endpoint we
/// always ask.
std::map<std::string, std::string> known_relations(const Record& record,
                                                   const std::string& asked_endpoint) {
  std::map<std::string, std::string> known;
  for (const std::string& endpoint : all_endpoints) {
    const std::string id = only_published_id(record, endpoint);
    if (endpoint != asked_endpoint && !id.empty()) {
      known[endpoint] = id;
    }
  }
  return known;
}

/// While this unit leaves, the units that it parts from are not listed any more; draining needs
/// what they said.
void add_departing(std::map<std::string, juju::Endpoint>& endpoints,
                   const juju::Context& context,
                   juju::Tools& tools) {
  for (juju::Relation& relation : endpoints[context.relation].relations) {
    if (relation.id == context.relation_id && context.relation != peer_endpoint) {
      relation.units[context.remote_unit] = tools.unit_bag(relation.id, context.remote_unit);
    }
  }
}

/// Every service that a plan may name; a shard that was given up may still have its own.
std::set<std::string> services_to_ask(const Model& model, FileSystem& files) {
  std::set<std::string> names = services_of_interest;
  for (const Shards::Named& shard : shards_of(model)) {
    names.insert(compute::shard_service(shard.name));
  }
  for (const std::string& file : files.list("/etc/nova/shards")) {
    names.insert(compute::shard_service(file.substr(0, file.rfind(".conf"))));
  }
  return names;
}

std::string fresh_uuid(FileSystem& files) {
  return first_line(files, "/proc/sys/kernel/random/uuid");
}

}  // namespace

void observe_machine(Model& model, const Platform& platform) {
  Machine& machine = model.machine;
  read_hardware(machine, platform.files);
  std::set<std::string> packages = compute::packages_of_interest(model);
  packages.merge(ovn::plan_packages(model).packages);
  machine.packages = host::installed_versions(platform.processes, packages);
  machine.services.clear();
  if (platform.files.exists(systemd_runs)) {
    for (const auto& [name, service] :
         host::services(platform.processes, services_to_ask(model, platform.files))) {
      machine.services[name] = {service.exists, service.active, service.enabled, service.masked};
    }
  }
  if (const auto user = host::user(platform.processes, "nova")) {
    machine.nova_shell = user->shell;
  }
  machine.root_public_key = first_line(platform.files, "/root/.ssh/id_rsa.pub");
  machine.nova_public_key = first_line(platform.files, "/var/lib/nova/.ssh/id_rsa.pub");
  if (model.event == Event::stop || model.event == Event::remove) {
    if (const auto domains = host::domains(platform.processes)) {
      machine.guests = static_cast<int>(domains->size());
    }
  }
}

Model observe(const juju::Context& context, const Platform& platform, Journal& journal) {
  juju::Tools tools(platform.processes);
  Model model;
  model.charm_dir = context.charm_dir;
  model.event = event_of(context.hook);
  model.unit = UnitName(context.unit);
  model.application = application_of(model.unit);
  model.availability_zone = context.availability_zone;
  model.config = read_config(tools.config());
  model.record = read_record(tools.state());
  model.host = host_of(model, platform);
  model.fresh_uuids = {fresh_uuid(platform.files), fresh_uuid(platform.files)};

  const std::string broken = ends_with(context.hook, "-relation-broken") ? context.relation_id : "";
  std::map<std::string, juju::Endpoint> endpoints = tools.endpoints(
      all_endpoints, broken, {peer_endpoint}, known_relations(model.record, context.relation));
  if (model.config.drain_on_remove && context.departing_unit == context.unit) {
    add_departing(endpoints, context, tools);
  }
  read_databags(model, endpoints);
  read_addresses(model, tools);
  model.run = run_of(journal);
  model.node = node_run_of(journal);
  model.paused = journal.get("unit", "paused") == "true";
  try {
    const Databag application = observe_application(model, tools);
    model.capacity_told = capacity_keys(application);
    model.orders = read_orders(application);
    model.shards = observe_shards(model, application, platform);
    model.leaving = read_leaving(model.orders, journal, model.unit);
    model.record.joined = model.record.joined && !model.leaving.rejoin;
  } catch (const ConfigError& error) {
    model.databag_problems.emplace_back(error.what());
  }
  if (model.related.contains("cos-agent")) {
    const std::string folder = model.charm_dir + "/observability/";
    model.observability = {
        .alert_rules = platform.files.read(folder + "alerts.json").value_or(""),
        .dashboard = first_line(platform.files, folder + "dashboard.json.xz.base64"),
        .model = context.model_name,
        .model_uuid = context.model_uuid};
  }
  observe_machine(model, platform);
  return model;
}

}  // namespace ncc::charm
