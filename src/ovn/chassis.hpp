#pragma once

// Inside ovn: the paths that chassis, metadata agent and retirement share.

namespace ncc::ovn {

inline constexpr const char* key_path = "/etc/ovn/key_host";
inline constexpr const char* certificate_path = "/etc/ovn/cert_host";
inline constexpr const char* ca_path = "/etc/ovn/ovn-chassis.crt";
inline constexpr const char* system_id_path = "/etc/openvswitch/system-id.conf";

inline constexpr const char* agent_path = "/etc/neutron/neutron_ovn_metadata_agent.ini";
inline constexpr const char* agent_key_path = "/etc/neutron/ovn-key.pem";
inline constexpr const char* agent_certificate_path = "/etc/neutron/ovn-cert.pem";
inline constexpr const char* agent_ca_path = "/etc/neutron/ovn-ca.pem";

}  // namespace ncc::ovn
