#pragma once
// Inside state.cpp: the fields of what not every cloud has, the things of Ironic, Cinder and
// Designate.

#include "cloud/state.hpp"

namespace ncc::fake_cloud {

template <class Visitor>
void describe(Visitor& visit, Zone& zone) {
  visit("id", zone.id);
  visit("name", zone.name);
}

template <class Visitor>
void describe(Visitor& visit, Record& record) {
  visit("id", record.id);
  visit("zone", record.zone);
  visit("name", record.name);
  visit("type", record.type);
  visit("records", record.records);
  visit("status", record.status);
  visit("action", record.action);
  visit("description", record.description);
  visit("created_at", record.created_at);
  visit("ready_at", record.ready_at);
}

template <class Visitor>
void describe(Visitor& visit, Volume& volume) {
  visit("id", volume.id);
  visit("name", volume.name);
  visit("status", volume.status);
  visit("type", volume.type);
  visit("project", volume.project);
  visit("user", volume.user);
  visit("size", volume.size);
  visit("created_at", volume.created_at);
  visit("ready_at", volume.ready_at);
  visit("server", volume.server);
  visit("device", volume.device);
  visit("metadata", volume.metadata);
  visit("bootable", volume.bootable);
  visit("fails", volume.fails);
}

template <class Visitor>
void describe(Visitor& visit, IronicNode& node) {
  visit("uuid", node.uuid);
  visit("name", node.name);
  visit("shard", node.shard);
  visit("instance_uuid", node.instance_uuid);
  visit("owner", node.owner);
  visit("lessee", node.lessee);
  visit("provision_state", node.provision_state);
  visit("target_provision_state", node.target_provision_state);
  visit("ready_at", node.ready_at);
  visit("power_state", node.power_state);
  visit("maintenance", node.maintenance);
  visit("maintenance_reason", node.maintenance_reason);
  visit("conductor_group", node.conductor_group);
  visit("resource_class", node.resource_class);
  visit("driver", node.driver);
  visit("reservation", node.reservation);
  visit("locked_changes", node.locked_changes);
  visit("allocation_uuid", node.allocation_uuid);
  visit("traits", node.traits);
  visit("properties", node.properties);
  visit("extra", node.extra);
  visit("created_at", node.created_at);
  visit("updated_at", node.updated_at);
}

template <class Visitor>
void describe(Visitor& visit, IronicAllocation& allocation) {
  visit("uuid", allocation.uuid);
  visit("name", allocation.name);
  visit("owner", allocation.owner);
  visit("resource_class", allocation.resource_class);
  visit("node_uuid", allocation.node_uuid);
  visit("last_error", allocation.last_error);
  visit("state", allocation.state);
  visit("traits", allocation.traits);
  visit("candidate_nodes", allocation.candidate_nodes);
  visit("extra", allocation.extra);
  visit("created_at", allocation.created_at);
  visit("updated_at", allocation.updated_at);
}

}  // namespace ncc::fake_cloud
