#include "model.hpp"

namespace ncc {
namespace {

/// Number `index` of the uuids made for this hook; empty when the caller made none.
std::string fresh(const Model& model, std::size_t index) {
  return index < model.fresh_uuids.size() ? model.fresh_uuids[index] : std::string();
}

}  // namespace

/// Where cloud-credentials is related, its account is awaited: taking the other one for the
/// meantime would write every file twice.
std::optional<ServiceAccount> account_of(const Model& model) {
  if (model.credentials.value || model.related.contains("cloud-credentials")) {
    return model.credentials.value;
  }
  return model.controller.value ? model.controller.value->account : std::nullopt;
}

std::string virt_type_of(const Model& model) {
  if (!model.config.virt_type.empty() && model.config.virt_type != "auto") {
    return model.config.virt_type;
  }
  return model.machine.kvm ? "kvm" : "qemu";
}

bool is_ironic(const Model& model) {
  return model.config.virt_type == "ironic";
}

bool has_shards(const Model& model) {
  const Shards& shards = model.config.ironic_shards;
  return is_ironic(model) && (shards.number > 0 || !shards.named.empty());
}

std::vector<Shards::Named> shards_of(const Model& model) {
  if (!has_shards(model)) {
    return {};
  }
  std::vector<Shards::Named> shards = model.config.ironic_shards.named;
  for (long long i = 0; i < model.config.ironic_shards.number; ++i) {
    shards.push_back({.name = model.application + '-' + std::to_string(i)});
  }
  return shards;
}

bool ovn_built_in(const Model& model) {
  return !is_ironic(model) && !model.related.contains("neutron-plugin");
}

bool is_stopping(const Model& model) {
  return model.event == Event::stop || model.event == Event::remove;
}

bool is_tombstoned(const Model& model) {
  return model.leaving.order.want != Want::serving;
}

Reached reached_of(const Model& model) {
  const Leaving& leaving = model.leaving;
  Reached reached{
      .number = leaving.order.number, .run = leaving.order.run, .want = leaving.order.want};
  switch (leaving.order.want) {
    case Want::serving:
      reached.done = !leaving.open && leaving.phase == Phase::none;
      reached.pending = reached.done ? "" : "putting back what the scale-in took";
      break;
    case Want::tombstoned:
      reached.done = leaving.open && leaving.pending.empty();
      reached.pending = reached.done ? "" : "tombstone of the chassis";
      break;
    case Want::ended:
      reached.done = leaving.phase == Phase::ended;
      reached.pending = reached.done ? "" : "ending";
      break;
  }
  if (!reached.done && !leaving.pending.empty()) {
    reached.pending = leaving.pending;
  }
  return reached;
}

Record completed_record(const Model& model) {
  Record record = model.record;
  if (record.host.empty()) {
    record.host = model.host.str();
  }
  if (record.certificate_id.empty()) {
    record.certificate_id = fresh(model, 0);
  }
  if (record.metadata_secret.empty()) {
    record.metadata_secret = fresh(model, 1);
  }
  return record;
}

Secret metadata_secret_of(const Model& model) {
  if (ovn_built_in(model)) {
    return Secret(completed_record(model).metadata_secret);
  }
  return model.plugin.value ? model.plugin.value->metadata_secret : Secret();
}

bool has_guests(const Model& model) {
  if (model.machine.guests) {
    return *model.machine.guests > 0;
  }
  const auto libvirtd = model.machine.services.find("libvirtd");
  return !is_ironic(model) && (libvirtd == model.machine.services.end() || libvirtd->second.exists);
}

}  // namespace ncc
