#pragma once
// Inside compute: nova.conf is written in three files, each of which reads in the order of the real
// file.

#include "ini.hpp"
#include "model.hpp"

namespace ncc::compute {

inline constexpr const char* nova_conf_path = "/etc/nova/nova.conf";
inline constexpr const char* nova_compute_conf_path = "/etc/nova/nova-compute.conf";
inline constexpr const char* metadata_unit_path = "/etc/systemd/system/nova-api-metadata.service";
inline constexpr const char* shard_unit_path = "/etc/systemd/system/nova-compute-shard@.service";
inline constexpr const char* shard_directory = "/etc/nova/shards";
inline constexpr const char* ca_directory = "/usr/local/share/ca-certificates/";
inline constexpr const char* controller_ca = "keystone_juju_ca_cert.crt";
inline constexpr const char* credentials_ca = "nova_compute_credentials_ca.crt";
inline constexpr const char* vendor_data_path = "/etc/nova/vendor_data.json";
inline constexpr const char* rabbit_ca_path = "/etc/nova/rabbit-client-ca.pem";
inline constexpr const char* ca_bundle_path = "/etc/ssl/certs/ca-certificates.crt";

/// The source of a value that is the same everywhere.
inline Source constant() {
  return from("constant");
}

/// Writes an option whose empty value means "not set"; an empty option is left to Nova's default.
void set_text(Ini& ini, const std::string& option, const std::string& value, const Source& source);

/// [vnc], [spice], [serial_console] (nova_conf_console.cpp).
void add_console(Ini& ini, const Model& model);
/// [libvirt] (nova_conf_libvirt.cpp).
void add_libvirt(Ini& ini, const Model& model);
/// [keystone_authtoken], [service_user], [ironic], [placement], [neutron], [glance], [cinder]
/// (nova_conf_services.cpp).
void add_services(Ini& ini, const Model& model);

}  // namespace ncc::compute
