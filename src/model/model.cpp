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

bool ovn_built_in(const Model& model) {
  return !model.related.contains("neutron-plugin");
}

bool is_stopping(const Model& model) {
  return model.event == Event::stop || model.event == Event::remove;
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
  return libvirtd == model.machine.services.end() || libvirtd->second.exists;
}

}  // namespace ncc
