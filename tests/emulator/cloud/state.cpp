// The world's JSON form: which fields each thing has, and the world a cloud starts with.
#include "cloud/state.hpp"

#include "cloud/fields.hpp"
#include "cloud/state_optional.hpp"

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
  visit("system_roles", user.system_roles);
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
  visit("ephemeral", flavor.ephemeral);
  visit("swap", flavor.swap);
  visit("extra_specs", flavor.extra_specs);
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
  visit("external", network.external);
  visit("physical_network", network.physical_network);
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
  visit("address", port.address);
}

template <class Visitor>
void describe(Visitor& visit, Router& router) {
  visit("id", router.id);
  visit("name", router.name);
  visit("network", router.network);
  visit("port", router.port);
  visit("chassis", router.chassis);
  visit("host", router.host);
}

template <class Visitor>
void describe(Visitor& visit, Agent& agent) {
  visit("id", agent.id);
  visit("host", agent.host);
  visit("kind", agent.kind);
  visit("alive", agent.alive);
  visit("bridge_mappings", agent.bridge_mappings);
  visit("availability_zone", agent.availability_zone);
  visit("chassis_gone", agent.chassis_gone);
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
  visit("ironic_shard", service.ironic_shard);
  visit("ironic_conductor_group", service.ironic_conductor_group);
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
void describe(Visitor& visit, Keypair& keypair) {
  visit("name", keypair.name);
  visit("public_key", keypair.public_key);
  visit("fingerprint", keypair.fingerprint);
  visit("user", keypair.user);
}

template <class Visitor>
void describe(Visitor& visit, SecurityRule& rule) {
  visit("id", rule.id);
  visit("direction", rule.direction);
  visit("ethertype", rule.ethertype);
  visit("protocol", rule.protocol);
}

template <class Visitor>
void describe(Visitor& visit, SecurityGroup& group) {
  visit("id", group.id);
  visit("name", group.name);
  visit("description", group.description);
  visit("project", group.project);
  visit("rules", group.rules);
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
  visit("vm_state", server.vm_state);
  visit("power_state", server.power_state);
  visit("old_status", server.old_status);
  visit("locked_reason", server.locked_reason);
  visit("features", server.features);
  visit("key_name", server.key_name);
  visit("security_groups", server.security_groups);
  visit("metadata", server.metadata);
  visit("user_data", server.user_data);
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
  visit("updated_at", migration.updated_at);
  visit("request_id", migration.request_id);
  visit("wanted_host", migration.wanted_host);
  visit("forced", migration.forced);
  visit("stops", migration.stops);
  visit("old_flavor", migration.old_flavor);
  visit("new_flavor", migration.new_flavor);
  visit("plan", migration.plan);
  visit("began_ms", migration.began_ms);
  visit("ended_ms", migration.ended_ms);
}

template <class Visitor>
void describe(Visitor& visit, ActionEvent& event) {
  visit("event", event.event);
  visit("host", event.host);
  visit("result", event.result);
  visit("details", event.details);
  visit("start", event.start);
  visit("finish", event.finish);
}

template <class Visitor>
void describe(Visitor& visit, Action& action) {
  visit("request_id", action.request_id);
  visit("instance_uuid", action.instance_uuid);
  visit("action", action.action);
  visit("project", action.project);
  visit("user", action.user);
  visit("message", action.message);
  visit("start", action.start);
  visit("updated_at", action.updated_at);
  visit("events", action.events);
}

template <class Visitor>
void describe(Visitor& visit, ServerGroup& group) {
  visit("id", group.id);
  visit("name", group.name);
  visit("policy", group.policy);
  visit("project", group.project);
  visit("user", group.user);
  visit("members", group.members);
  visit("max_server_per_host", group.max_server_per_host);
}

template <class Visitor>
void describe(Visitor& visit, MovePlan& plan) {
  visit("end", plan.end);
  visit("count", plan.count);
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
  visit("live_seconds", settings.live_seconds);
  visit("cold_seconds", settings.cold_seconds);
  visit("evacuate_seconds", settings.evacuate_seconds);
  visit("max_concurrent_live_migrations", settings.max_concurrent_live_migrations);
  visit("move_plans", settings.move_plans);
  visit("shelved_offload_time", settings.shelved_offload_time);
  visit("reclaim_instance_interval", settings.reclaim_instance_interval);
  visit("down_cells", settings.down_cells);
  visit("provider_deletes_fail", settings.provider_deletes_fail);
  visit("placement_conflicts", settings.placement_conflicts);
  visit("resize_to_same_host", settings.resize_to_same_host);
  visit("console", settings.console);
  visit("has_agents_api", settings.has_agents_api);
  visit("cinder_type", settings.cinder_type);
  visit("volume_types", settings.volume_types);
  visit("volume_seconds", settings.volume_seconds);
  visit("volume_quota", settings.volume_quota);
  visit("gigabytes_quota", settings.gigabytes_quota);
  visit("volume_fails", settings.volume_fails);
  visit("ironic", settings.ironic);
  visit("ironic_max", settings.ironic_max);
  visit("ironic_service_project", settings.ironic_service_project);
  visit("ironic_report_seconds", settings.ironic_report_seconds);
  visit("ironic_clean_seconds", settings.ironic_clean_seconds);
  visit("designate", settings.designate);
  visit("dns_seconds", settings.dns_seconds);
}

template <class Visitor>
void describe(Visitor& visit, State& state) {
  visit("region", state.region);
  visit("users", state.users);
  visit("flavors", state.flavors);
  visit("images", state.images);
  visit("networks", state.networks);
  visit("ports", state.ports);
  visit("routers", state.routers);
  visit("agents", state.agents);
  visit("services", state.services);
  visit("hypervisors", state.hypervisors);
  visit("providers", state.providers);
  visit("allocations", state.allocations);
  visit("keypairs", state.keypairs);
  visit("security_groups", state.security_groups);
  visit("servers", state.servers);
  visit("volumes", state.volumes);
  visit("migrations", state.migrations);
  visit("actions", state.actions);
  visit("server_groups", state.server_groups);
  visit("aggregates", state.aggregates);
  visit("zones", state.zones);
  visit("records", state.records);
  visit("ironic_nodes", state.ironic_nodes);
  visit("ironic_allocations", state.ironic_allocations);
  visit("former_nodes", state.former_nodes);
  visit("left_guests", state.left_guests);
  visit("settings", state.settings);
}

State default_state() {
  State state;
  state.users = {User{}};
  state.users.front().system_roles = {"admin"};
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
