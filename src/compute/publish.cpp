// What we say to our counterparts, and the record of what was said.

#include "compute.hpp"
#include "compute/join.hpp"
#include "words/text.hpp"

namespace ncc::compute {
namespace {

/// Nothing is said before the unit could run a shard: the leader gives none to a silent one.
std::optional<shards::Claims> claims_of(const Model& model) {
  const bool speaks = model.shards && (is_configurable(model) || !model.shards->mine.boot.empty());
  return speaks ? std::optional(shard_step(model).publish) : std::nullopt;
}

OurSide our_side(const Model& model) {
  const Config& config = model.config;
  const Record record = completed_record(model);
  const bool use_juju_zone = config.customize_failure_domain && !model.availability_zone.empty();
  return {.unit = model.unit,
          .host = HostName(record.host),
          .availability_zone =
              use_juju_zone ? model.availability_zone : config.default_availability_zone,
          .migration_address = model.migration_address,
          .live_migration = config.enable_live_migration,
          .resize = config.enable_resize,
          .root_public_key = model.machine.root_public_key,
          .nova_public_key = model.machine.nova_public_key,
          .rabbit_user = config.rabbit_user,
          .rabbit_vhost = config.rabbit_vhost,
          .certificate_id = record.certificate_id,
          .reached = reached_of(model),
          .claims = claims_of(model)};
}

std::map<std::string, Databag> bags_by_endpoint(const Model& model) {
  const OurSide us = our_side(model);
  std::map<std::string, Databag> bags = {
      {"cloud-compute", publish_cloud_compute(us)},
      {"amqp", publish_amqp(us)},
      {"cloud-credentials", publish_cloud_credentials(us)},
      {"compute-peer", publish_compute_peer(us)},
      {"neutron-plugin", publish_neutron_plugin(us)},
      {"cos-agent", publish_cos_agent(model.observability, model.application)}};
  if (!us.certificate_id.empty()) {  // the request is told apart from others by it
    bags["certificates"] = publish_certificates(us);
  }
  return bags;
}

/// Relation id -> our databag there, of all relations that we have something to say on.
std::map<std::string, Databag> bags_by_relation(const Model& model) {
  std::map<std::string, Databag> result;
  for (const auto& [endpoint, bag] : bags_by_endpoint(model)) {
    const auto ids = model.relation_ids.find(endpoint);
    if (ids == model.relation_ids.end() || bag.empty()) {
      continue;
    }
    for (const std::string& id : ids->second) {
      result[id] = bag;
    }
  }
  return result;
}

/// Lengths keep two different bags from running together to one text.
std::string print_of(const Databag& bag) {
  std::string text;
  for (const auto& [key, value] : bag) {
    text += std::to_string(key.size()) + ':' + key + std::to_string(value.size()) + ':' + value;
  }
  return fingerprint(text);
}

}  // namespace

Plan plan_publish(const Model& model) {
  Plan plan;
  if (is_stopping(model)) {
    return plan;
  }
  for (const auto& [id, bag] : bags_by_relation(model)) {
    const auto known = model.record.published.find(id);
    if (known == model.record.published.end() || known->second != print_of(bag)) {
      plan.publish[id] = bag;
    }
  }
  return plan;
}

Plan plan_record(const Model& model) {
  Plan plan;
  if (is_stopping(model)) {
    return plan;
  }
  Record record = completed_record(model);
  record.published.clear();  // relations that are gone are forgotten
  for (const auto& [id, bag] : bags_by_relation(model)) {
    record.published[id] = print_of(bag);
  }
  record.joined = record.joined || join_of(model).joined;
  if (const std::string version = workload_version(model); !version.empty()) {
    record.version = version;
  }
  if (!(record == model.record)) {
    plan.record = record;
  }
  return plan;
}

}  // namespace ncc::compute
