#include "flush.hpp"

#include "counterpart.hpp"
#include "machine.hpp"
#include "text.hpp"

namespace local_juju {
namespace {

std::size_t size_of(const Bag& bag) {
  std::size_t size = 0;
  for (const auto& [key, value] : bag)
    size += key.size() + value.size();
  return size;
}

/// Why the controller refuses all of it; empty: it does not.
std::string refusal(const Context& context, const std::string& fault) {
  const bool app_writes = !context.app_bags_written.empty() || context.app_secrets_touched;
  const bool lost = context.model.applications.at(context.unit.app).leader != context.unit.name;
  if (app_writes && lost)
    return "prerequisites failed: " + go_quoted(context.unit.name) + " is not leader of " +
           go_quoted(context.unit.app);
  if (fault == "leadership-lost")
    return "prerequisites failed: " + go_quoted(context.unit.name) + " is not leader of " +
           go_quoted(context.unit.app);
  if (fault == "quota")
    return "max allowed size (2097152) exceeded: quota limit exceeded";
  if (fault == "port-conflict")
    return "cannot open 80/tcp (unit " + go_quoted(context.unit.name) +
           "): port range conflicts with another unit";
  if (!fault.empty())
    return "connection is shut down";
  if (!context.model.is_40() && context.state && size_of(*context.state) > 2U * 1024 * 1024)
    return "max allowed size (2097152) exceeded: quota limit exceeded";
  for (const auto& bags : {&context.unit_bags, &context.app_bags})
    for (const auto& [id, bag] : *bags)
      if (context.model.is_40() && size_of(bag) > 16U * 1024 * 1024)
        return "max allowed size (16777216): quota limit exceeded";
  return "";
}

void store_secrets(Context& context, Json& changes) {
  for (const auto& [id, secret] : context.secrets) {
    changes["secrets"].push_back(id);
    if (secret)
      context.model.secrets[id] = *secret;
    else
      context.model.secrets.erase(id);
  }
}

void refresh_network(Context& context) {
  for (const auto& [id, local] : context.unit.relations) {
    if (!local.created || local.broken)
      continue;
    const std::string& endpoint = endpoint_of(context.model.relations.at(id), context.unit.app);
    const Json& network = network_of(context.model, context.unit, endpoint);
    Bag& bag = own_bag(context, id);
    for (const auto& [key, value] : prefilled_bag(context.model, network["address"]))
      if (!context.keys_written[id].contains(key))
        bag[key] = value;
  }
}

template <typename Stored>
void store_bag(const Bag& bag, Stored& stored, Json& changes, const std::string& name) {
  if (bag == stored.bag)
    return;
  changes["relations"][name] = bag;
  stored.bag = bag;
  ++stored.version;
}

void store_bags(Context& context, Json& changes) {
  for (const auto& [id, bag] : context.unit_bags) {
    Relation& relation = context.model.relations.at(id);
    store_bag(bag,
              relation.members[context.unit.name],
              changes,
              relation_tag(relation, context.unit.app) + " " + context.unit.name);
  }
  for (const int id : context.app_bags_written) {
    Relation& relation = context.model.relations.at(id);
    store_bag(context.app_bags.at(id),
              relation.apps[context.unit.app],
              changes,
              relation_tag(relation, context.unit.app) + " " + context.unit.app);
  }
}

void store_storage(Context& context, Json& changes) {
  for (const std::string& name : context.storage_add) {
    const StorageSpec& spec = context.application().charm.storage.at(name);
    Storage storage = new_storage(context.model, context.unit, name, spec);
    changes["storage"].push_back(storage.id);
    context.model.storage[storage.id] = storage;
  }
}

}  // namespace

Storage new_storage(Model& model,
                    const Unit& unit,
                    const std::string& name,
                    const StorageSpec& spec) {
  const std::string number = std::to_string(model.next_storage[name]++);
  const std::string id = name + "/" + number;
  const bool own_place = !spec.location.empty() && !spec.multiple;
  const std::string parent = spec.location.empty() ? "/var/lib/juju/storage" : spec.location;
  const std::string place = own_place ? spec.location : parent + "/" + id;
  return {.id = id,
          .unit = unit.name,
          .kind = spec.type,
          .location = spec.type == "block" ? "/dev/loop" + number : place};
}

Flushed flush(Context& context, const std::string& fault) {
  Flushed done;
  if (context.event.kind == "config-changed")
    refresh_network(context);
  const std::string error = refusal(context, fault);
  const bool secrets_first = !context.model.is_40() && fault != "leadership-lost";
  if (!error.empty()) {
    if (secrets_first && !context.secrets.empty() && !fault.empty())
      store_secrets(context, done.changes);
    done.error = error;
    return done;
  }
  store_secrets(context, done.changes);
  store_bags(context, done.changes);
  if (context.state && *context.state != context.unit.state)
    done.changes["state"] = context.unit.state = *context.state;
  const PortRanges ports = opened_ports(context);
  if (ports != context.unit.ports)
    done.changes["ports"] = context.unit.ports = ports;
  store_storage(context, done.changes);
  return done;
}

}  // namespace local_juju
