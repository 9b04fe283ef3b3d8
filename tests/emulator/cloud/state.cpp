// The world's JSON form: which fields each thing has, and the world a cloud starts with.
#include "cloud/state.hpp"

#include "cloud/fields.hpp"

namespace ncc::fake_cloud {

// Not in an unnamed namespace: FieldReader and FieldWriter find these by argument-dependent lookup.

template <class Visitor>
void describe(Visitor& visit, User& user) {
  visit("name", user.name);
  visit("password", user.password);
  visit("domain", user.domain);
  visit("project", user.project);
  visit("project_domain", user.project_domain);
  visit("roles", user.roles);
}

template <class Visitor>
void describe(Visitor& visit, Flavor& flavor) {
  visit("id", flavor.id);
  visit("name", flavor.name);
  visit("vcpus", flavor.vcpus);
  visit("ram", flavor.ram);
  visit("disk", flavor.disk);
  visit("is_public", flavor.is_public);
  visit("deleted", flavor.deleted);
}

template <class Visitor>
void describe(Visitor& visit, Image& image) {
  visit("id", image.id);
  visit("name", image.name);
  visit("status", image.status);
  visit("created_at", image.created_at);
}

template <class Visitor>
void describe(Visitor& visit, Network& network) {
  visit("id", network.id);
  visit("name", network.name);
  visit("subnets", network.subnets);
}

template <class Visitor>
void describe(Visitor& visit, Port& port) {
  visit("id", port.id);
  visit("name", port.name);
  visit("network_id", port.network_id);
  visit("device_id", port.device_id);
  visit("device_owner", port.device_owner);
  visit("host", port.host);
  visit("status", port.status);
}

template <class Visitor>
void describe(Visitor& visit, Agent& agent) {
  visit("id", agent.id);
  visit("host", agent.host);
  visit("kind", agent.kind);
  visit("alive", agent.alive);
}

template <class Visitor>
void describe(Visitor& visit, Service& service) {
  visit("id", service.id);
  visit("binary", service.binary);
  visit("host", service.host);
  visit("zone", service.zone);
  visit("enabled", service.enabled);
  visit("forced_down", service.forced_down);
  visit("disabled_reason", service.disabled_reason);
  visit("running", service.running);
  visit("last_seen", service.last_seen);
  visit("mapped", service.mapped);
  visit("created_at", service.created_at);
  visit("found_by_node", service.found_by_node);
}

template <class Visitor>
void describe(Visitor& visit, Hypervisor& node) {
  visit("id", node.id);
  visit("hypervisor_hostname", node.hypervisor_hostname);
  visit("host", node.host);
  visit("host_ip", node.host_ip);
  visit("vcpus", node.vcpus);
  visit("memory_mb", node.memory_mb);
  visit("local_gb", node.local_gb);
}

template <class Visitor>
void describe(Visitor& visit, Inventory& inventory) {
  visit("total", inventory.total);
  visit("reserved", inventory.reserved);
  visit("min_unit", inventory.min_unit);
  visit("max_unit", inventory.max_unit);
  visit("step_size", inventory.step_size);
  visit("allocation_ratio", inventory.allocation_ratio);
}

template <class Visitor>
void describe(Visitor& visit, Provider& provider) {
  visit("uuid", provider.uuid);
  visit("name", provider.name);
  visit("parent", provider.parent);
  visit("generation", provider.generation);
  visit("inventories", provider.inventories);
  visit("traits", provider.traits);
}

template <class Visitor>
void describe(Visitor& visit, Allocation& allocation) {
  visit("consumer", allocation.consumer);
  visit("provider", allocation.provider);
  visit("resources", allocation.resources);
}

template <class Visitor>
void describe(Visitor& visit, Server& server) {
  visit("id", server.id);
  visit("name", server.name);
  visit("status", server.status);
  visit("flavor", server.flavor);
  visit("image", server.image);
  visit("project", server.project);
  visit("user", server.user);
  visit("host", server.host);
  visit("node", server.node);
  visit("task_state", server.task_state);
  visit("fault", server.fault);
  visit("created_at", server.created_at);
  visit("updated_at", server.updated_at);
  visit("locked", server.locked);
  visit("soft_deleted", server.soft_deleted);
  visit("reads_left", server.reads_left);
  visit("ready_at", server.ready_at);
  visit("outcome", server.outcome);
}

template <class Visitor>
void describe(Visitor& visit, Migration& migration) {
  visit("id", migration.id);
  visit("uuid", migration.uuid);
  visit("instance_uuid", migration.instance_uuid);
  visit("source_compute", migration.source_compute);
  visit("source_node", migration.source_node);
  visit("dest_compute", migration.dest_compute);
  visit("dest_node", migration.dest_node);
  visit("status", migration.status);
  visit("migration_type", migration.migration_type);
  visit("created_at", migration.created_at);
}

template <class Visitor>
void describe(Visitor& visit, Aggregate& aggregate) {
  visit("id", aggregate.id);
  visit("uuid", aggregate.uuid);
  visit("name", aggregate.name);
  visit("availability_zone", aggregate.availability_zone);
  visit("hosts", aggregate.hosts);
  visit("metadata", aggregate.metadata);
}

template <class Visitor>
void describe(Visitor& visit, Settings& settings) {
  visit("token_lifetime", settings.token_lifetime);
  visit("service_down_time", settings.service_down_time);
  visit("build_reads", settings.build_reads);
  visit("build_seconds", settings.build_seconds);
  visit("delete_reads", settings.delete_reads);
  visit("delete_seconds", settings.delete_seconds);
  visit("discover_seconds", settings.discover_seconds);
  visit("enable_new_services", settings.enable_new_services);
  visit("max_limit", settings.max_limit);
  visit("compute_max", settings.compute_max);
  visit("placement_max", settings.placement_max);
  visit("project_in_compute_url", settings.project_in_compute_url);
  visit("absent_services", settings.absent_services);
  visit("spawn_fails", settings.spawn_fails);
  visit("spawn_hangs", settings.spawn_hangs);
}

template <class Visitor>
void describe(Visitor& visit, State& state) {
  visit("region", state.region);
  visit("users", state.users);
  visit("flavors", state.flavors);
  visit("images", state.images);
  visit("networks", state.networks);
  visit("ports", state.ports);
  visit("agents", state.agents);
  visit("services", state.services);
  visit("hypervisors", state.hypervisors);
  visit("providers", state.providers);
  visit("allocations", state.allocations);
  visit("servers", state.servers);
  visit("migrations", state.migrations);
  visit("aggregates", state.aggregates);
  visit("former_nodes", state.former_nodes);
  visit("settings", state.settings);
}

State default_state() {
  State state;
  state.users = {User{}};
  state.flavors = {{"1", "m1.tiny", 1, 512, 1, true}};
  state.images = {{"70a599e0-31e7-49b7-b260-868f441e862b", "cirros", "active", 1600000000}};
  state.networks = {
      {"ae34051f-aa6c-4c75-abf5-50dc9ac99ef3", "net", {"b5b7af92-48a4-4bb9-8a1c-3d7f0f5c2f11"}}};
  state.services.resize(2);
  state.services[0].id = "5c1b6d0e-2f0b-4f5b-9a2d-4f1f6f6f0c01";
  state.services[0].binary = "nova-scheduler";
  state.services[1].id = "5c1b6d0e-2f0b-4f5b-9a2d-4f1f6f6f0c02";
  state.services[1].binary = "nova-conductor";
  for (Service& service : state.services) {
    service.host = "controller";
    service.zone = "internal";
    service.mapped = false;
  }
  return state;
}

State read_state(const nlohmann::json& document) {
  State state = default_state();
  FieldReader reader(document, "state");
  describe(reader, state);
  reader.finish();
  check_possible(state);
  return state;
}

nlohmann::json write_state(const State& state) {
  State copy = state;
  FieldWriter writer;
  describe(writer, copy);
  return writer.document;
}

}  // namespace ncc::fake_cloud
