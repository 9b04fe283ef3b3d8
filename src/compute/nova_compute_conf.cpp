// nova-compute.conf: the driver and the kind of hypervisor. The packages nova-compute-kvm and -qemu
// each bring their own; ours replaces it, so that virt-type is what decides.

#include "compute.hpp"
#include "compute/nova_conf.hpp"
#include "words/text.hpp"

namespace ncc::compute {
namespace {

/// cpu-models wins over cpu-model.
std::vector<std::string> models_of(const Config& config) {
  if (!config.cpu_models.empty()) {
    return config.cpu_models;
  }
  return config.cpu_model.empty() ? std::vector<std::string>() : std::vector{config.cpu_model};
}

void add_cpu(Ini& ini, const Model& model) {
  const Config& config = model.config;
  const std::string models_option = config.cpu_models.empty() ? "cpu-model" : "cpu-models";
  if (!config.cpu_mode.empty()) {
    ini.set("cpu_mode", config.cpu_mode, from("config: cpu-mode"));
  } else if (!models_of(config).empty()) {
    ini.set("cpu_mode",
            "custom",
            from("config: " + models_option));  // Nova takes models in this mode only
  } else if (virt_type_of(model) == "qemu") {
    // Nova's default, host-model, describes the machine's CPU: without KVM that is not the one that
    // guests get.
    ini.set("cpu_mode", "none", from("config: virt-type"));
  } else if (model.machine.architecture == "aarch64" || model.machine.architecture == "ppc64le") {
    ini.set("cpu_mode", "host-passthrough", from("the machine's architecture"));
  }
  set_text(ini, "cpu_models", join(models_of(config), ","), from("config: " + models_option));
  set_text(ini,
           "cpu_model_extra_flags",
           config.cpu_model_extra_flags,
           from("config: cpu-model-extra-flags"));
}

}  // namespace

Ini nova_compute_conf(const Model& model) {
  Ini ini;
  ini.comment("Managed by the nova-compute charm: changes made here are lost.");
  if (is_ironic(model)) {
    ini.section("DEFAULT").set("compute_driver", "ironic.IronicDriver", from("config: virt-type"));
    return ini;
  }
  ini.section("DEFAULT").set("compute_driver", "libvirt.LibvirtDriver", constant());
  ini.section("libvirt");
  ini.set("virt_type", virt_type_of(model), from("config: virt-type; /dev/kvm"));
  add_cpu(ini, model);
  return ini;
}

}  // namespace ncc::compute
