// [libvirt] of nova.conf. The hypervisor's kind and its CPU are in nova-compute.conf
// (nova_compute_conf.cpp).

#include "compute/nova_conf.hpp"

namespace ncc::compute {
namespace {

void set_number(Ini& ini,
                const std::string& option,
                const std::optional<long long>& value,
                const Source& source) {
  if (value) {
    ini.set(option, *value, source);  // 0 is a value: no limit
  }
}

/// scheme ssh: libvirtd, which is root, logs in as root at the other host's inbound address and
/// speaks to its unix socket. live_migration_uri is left to Nova, which makes it from scheme and
/// address.
void add_live_migration(Ini& ini, const Model& model) {
  const Config& config = model.config;
  ini.set("live_migration_scheme", "ssh", constant());
  set_text(ini,
           "live_migration_inbound_addr",
           model.migration_address,
           from("binding migration; config: libvirt-migration-network"));
  set_number(ini,
             "live_migration_completion_timeout",
             config.live_migration_completion_timeout,
             from("config: live-migration-completion-timeout"));
  set_number(ini,
             "live_migration_downtime",
             config.live_migration_downtime,
             from("config: live-migration-downtime"));
  set_number(ini,
             "live_migration_downtime_steps",
             config.live_migration_downtime_steps,
             from("config: live-migration-downtime-steps"));
  set_number(ini,
             "live_migration_downtime_delay",
             config.live_migration_downtime_delay,
             from("config: live-migration-downtime-delay"));
  const Source post_copy = from("config: live-migration-permit-post-copy");
  ini.set("live_migration_permit_post_copy", config.live_migration_permit_post_copy, post_copy);
  if (config.live_migration_permit_post_copy) {
    ini.set("live_migration_timeout_action", "force_complete", post_copy);
  }
  ini.set("live_migration_permit_auto_converge",
          config.live_migration_permit_auto_converge,
          from("config: live-migration-permit-auto-converge"));
}

}  // namespace

void add_libvirt(Ini& ini, const Model& model) {
  const Config& config = model.config;
  const Source inject = from("config: inject-password");
  ini.section("libvirt");
  ini.set("inject_password", config.inject_password, inject);
  ini.set("inject_partition",
          config.inject_password ? -1LL : -2LL,
          inject);  // -1: found by libguestfs, -2: none
  set_text(ini, "images_type", config.libvirt_image_backend, from("config: libvirt-image-backend"));
  set_text(ini, "disk_cachemodes", config.disk_cachemodes, from("config: disk-cachemodes"));
  ini.set("hw_disk_discard", "unmap", constant());
  ini.set("volume_use_multipath", config.use_multipath, from("config: use-multipath"));
  if (config.enable_live_migration) {
    add_live_migration(ini, model);
  }
}

}  // namespace ncc::compute
