#pragma once
// Databags as the counterpart charms write them (dummy values), and small helpers to change one
// key.

#include <functional>
#include <string>

#include "relations.hpp"
#include "words/error.hpp"

namespace ncc::bags {

inline RemoteUnits one(const std::string& unit, const Databag& bag) {
  return {true, {{unit, bag}}};
}

/// `bag` with one key changed; an empty value takes the key away.
inline Databag with(Databag bag, const std::string& key, const std::string& value) {
  bag[key] = value;
  return bag;
}

inline Databag without(Databag bag, const std::string& key) {
  bag.erase(key);
  return bag;
}

/// The field of the ConfigError that `read` throws; "no error" otherwise.
inline std::string wrong_key(const std::function<void()>& read) {
  try {
    read();
  } catch (const ConfigError& error) {
    return error.field();
  }
  return "no error";
}

// base64 of "-----BEGIN CERTIFICATE-----\nQQ==\n-----END CERTIFICATE-----\n"
inline const std::string ca_base64 =
    "LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0tClFRPT0KLS0tLS1FTkQgQ0VSVElGSUNBVEUtLS0tLQo=";
inline const std::string ca_pem = "-----BEGIN CERTIFICATE-----\nQQ==\n-----END CERTIFICATE-----\n";
inline const std::string key_pem =
    "-----BEGIN PRIVATE KEY-----\nZHVtbXk=\n-----END PRIVATE KEY-----\n";

inline const Databag controller{
    {"network_manager", "neutron"},
    {"volume_service", "cinder"},
    {"region", "RegionOne"},
    {"cross_az_attach", "True"},
    {"ec2_host", "10.10.0.7"},
    {"auth_host", "10.10.0.5"},
    {"auth_port", "35357"},
    {"auth_protocol", "http"},
    {"keystone_host", "10.10.0.5"},
    {"service_protocol", "http"},
    {"service_port", "5000"},
    {"service_username", "nova"},
    {"service_password", "s3cr3t"},
    {"service_tenant", "services"},
    {"service_tenant_name", "services"},
    {"admin_domain_name", "service_domain"},
    {"api_version", "3.0"},
    {"quantum_plugin", "ovn"},
    {"quantum_url", "http://10.10.0.9:9696"},
    {"quantum_security_groups", "yes"},
    {"quantum_host", "10.10.0.9"},
    {"quantum_port", "9696"},
    {"dns_domain", "example.test."},
    {"console_access_protocol", "novnc"},
    {"console_keymap", "en-us"},
    {"console_proxy_novnc_address", "http://10.10.0.7:6080/vnc_auto.html"},
    {"console_proxy_novnc_host", "10.10.0.7"},
    {"console_proxy_novnc_port", "6080"},
    {"spice_agent_enabled", "True"},
    {"enable_serial_console", "false"},
    {"serial_console_base_url", "ws://10.10.0.7:6083/"},
    {"vendor_data", R"({"vendor_data": false})"},
    {"vendor_json", "{}"},
    {"cpu_allocation_ratio", "2.0"},
    {"ram_allocation_ratio", "0.98"},
    {"disk_allocation_ratio", "1.0"},
    {"allow_resize_to_same_host", "False"},
    {"known_hosts_0", "|1|hash=|hash= ssh-rsa AAAA"},
    {"known_hosts_max_index", "1"},
    {"authorized_keys_0", "ssh-rsa AAAAB3 root@node4"},
    {"authorized_keys_max_index", "1"},
    {"nova_known_hosts_0", "|1|hash=|hash= ssh-rsa AAAA"},
    {"nova_known_hosts_max_index", "1"},
    {"nova_authorized_keys_0", "ssh-rsa AAAAB3 nova@node4"},
    {"nova_authorized_keys_max_index", "1"},
};

inline const Databag rabbit{{"hostname", "10.10.0.21"},
                            {"private-address", "10.10.0.21"},
                            {"password", "pAssw0rd"},
                            {"ssl_port", "5671"},
                            {"ssl_ca", ca_base64}};
inline const Databag rabbit_without_password{{"hostname", "10.10.0.22"},
                                             {"private-address", "10.10.0.22"}};

inline const Databag keystone{
    {"auth_host", "10.10.0.5"},
    {"auth_port", "35357"},
    {"auth_protocol", "http"},
    {"credentials_host", "10.10.0.5"},
    {"credentials_port", "5000"},
    {"credentials_protocol", "http"},
    {"credentials_username", "nova_compute"},
    {"credentials_password", "pw"},
    {"credentials_project", "services"},
    {"credentials_project_id", "3f"},
    {"credentials_user_domain_name", "service_domain"},
    {"credentials_project_domain_name", "service_domain"},
    {"domain", "service_domain"},
    {"region", "RegionOne"},
    {"api_version", "3"},
};

/// Self-signed certificates: subject O=Test, CN=node4.maas; CN=node5.maas; O=Test alone.
inline const std::string node4_pem = R"(-----BEGIN CERTIFICATE-----
MIIBnzCCAUWgAwIBAgIUXIIg9IVuunGWNJ+Ymwgte1IdeDEwCgYIKoZIzj0EAwIw
JDENMAsGA1UECgwEVGVzdDETMBEGA1UEAwwKbm9kZTQubWFhczAgFw0yNjExMjAx
NDQ2MTVaGA8yMTI2MTAyNzE0NDYxNVowJDENMAsGA1UECgwEVGVzdDETMBEGA1UE
AwwKbm9kZTQubWFhczBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABJ18IZ/hU/bQ
BBD0I0mnKV9DaWBl2ro3SvXJ6+eOr1IGAIxLBb4o8/+Cy+aX04Yx/LgiAQL6DrF2
/zN0+BcDL76jUzBRMB0GA1UdDgQWBBTfrVf/s+dDc5u0LCzUqSp9JMSD0jAfBgNV
HSMEGDAWgBTfrVf/s+dDc5u0LCzUqSp9JMSD0jAPBgNVHRMBAf8EBTADAQH/MAoG
CCqGSM49BAMCA0gAMEUCIQC+QZK3axdzm47oH55uCxMrdL8Hm6TEZ8NNJBuRq4VU
kwIgb+YFpMHB8DpRw61kVS7RwEbUrE5DJ5A6wFultacwFpk=
-----END CERTIFICATE-----
)";
inline const std::string node5_pem = R"(-----BEGIN CERTIFICATE-----
MIIBgjCCASegAwIBAgIUC/1XUTjJyXMBe9CYHduWFFIhhi0wCgYIKoZIzj0EAwIw
FTETMBEGA1UEAwwKbm9kZTUubWFhczAgFw0yNjExMjAxNDQ2MTVaGA8yMTI2MTAy
NzE0NDYxNVowFTETMBEGA1UEAwwKbm9kZTUubWFhczBZMBMGByqGSM49AgEGCCqG
SM49AwEHA0IABH7QlMR6CD4xnIMGu5lnNKwjzFlxZAJmmr+r83l1gaDan0gXOCD7
qmEGbccFCgp3Ku9/f+KKBgFStNMRMJAyNd6jUzBRMB0GA1UdDgQWBBTrjSIp8Ial
5wnF0tRiFrPcjXv6BzAfBgNVHSMEGDAWgBTrjSIp8Ial5wnF0tRiFrPcjXv6BzAP
BgNVHRMBAf8EBTADAQH/MAoGCCqGSM49BAMCA0kAMEYCIQDYj4NriKAHC5NMrrhi
3t6XG6L2NUsNnl6zSMsHgEOFjgIhAOEsXtkwAw5uTpPNuY1LbnlON3f0Es7Ydw+f
Fk6M87k3
-----END CERTIFICATE-----
)";
inline const std::string nameless_pem = R"(-----BEGIN CERTIFICATE-----
MIIBdDCCARugAwIBAgIUFRKH7YK862zy8cQi+6Jsk2l4/nYwCgYIKoZIzj0EAwIw
DzENMAsGA1UECgwEVGVzdDAgFw0yNjExMjAxNDQ2MTVaGA8yMTI2MTAyNzE0NDYx
NVowDzENMAsGA1UECgwEVGVzdDBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABIyG
/BFaagb0/HTWpv9IPwqqUcEzuoFylsVDd7i4gL5Up+l8PfyXzpeXVQ+CHlVhMA6c
5qhX4b67VljEo+pZRBWjUzBRMB0GA1UdDgQWBBRP2ya0HHVbsm1uhOtnK5Y92pp/
8jAfBgNVHSMEGDAWgBRP2ya0HHVbsm1uhOtnK5Y92pp/8jAPBgNVHRMBAf8EBTAD
AQH/MAoGCCqGSM49BAMCA0cAMEQCIApk+SwWGazM+JphAylPsaRsk73afHSHgH65
z+1yn38mAiB16BK3iMHcKcQXZVPu/gX3wM3SVxcqkXS2+P4pvANRLg==
-----END CERTIFICATE-----
)";

/// vault/0 for the unit nova-compute/3 on node4.maas.
inline const Databag vault{{"ca", ca_pem},
                           {"chain", node5_pem},
                           {"client.cert", "unused"},
                           {"nova-compute_3.server.cert", node4_pem},
                           {"nova-compute_3.server.key", key_pem}};

}  // namespace ncc::bags
