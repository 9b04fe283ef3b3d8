#include "scenario/counterparts.hpp"

#include <algorithm>
#include <stdexcept>

namespace ncc::scenario {

namespace {

const Bag cloud_compute{{"network_manager", "neutron"},
                        {"volume_service", "cinder"},
                        {"region", "RegionOne"},
                        {"auth_host", "127.0.0.1"},
                        {"auth_port", "5000"},
                        {"auth_protocol", "http"},
                        {"service_protocol", "http"},
                        {"service_port", "5000"},
                        {"service_username", "nova_compute"},
                        {"service_password", "cloud-secret"},
                        {"service_tenant_name", "services"},
                        {"admin_domain_name", "service_domain"},
                        {"api_version", "3.0"},
                        {"quantum_plugin", "ovn"},
                        {"quantum_url", "http://127.0.0.1:9696"}};

/// A DER element: tag, length (short form), content.
std::string der(unsigned char tag, const std::string& content) {
  return std::string{static_cast<char>(tag), static_cast<char>(content.size())} + content;
}

std::string base64(const std::string& bytes) {
  constexpr const char* digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  for (std::size_t at = 0; at < bytes.size(); at += 3) {
    unsigned long group = 0;
    for (std::size_t i = 0; i < 3; ++i) {
      group =
          group << 8U | (at + i < bytes.size() ? static_cast<unsigned char>(bytes[at + i]) : 0U);
    }
    for (std::size_t i = 0; i < 4; ++i) {
      text += at + i <= bytes.size() ? digits[group >> (18U - 6U * i) & 63U] : '=';
    }
  }
  return text;
}

/// The least that is a certificate to those who look for its subject (RFC 5280 4.1).
std::string certificate_for(const std::string& name) {
  const std::string common_name = der(0x06, "\x55\x04\x03") + der(0x0c, name);
  const std::string subject = der(0x30, der(0x31, der(0x30, common_name)));
  const std::string empty = der(0x30, "");
  const std::string body = der(0x30, der(0x02, "\x01") + empty + empty + empty + subject);
  return "-----BEGIN CERTIFICATE-----\n" + base64(der(0x30, body)) +
         "\n-----END CERTIFICATE-----\n";
}

std::string underscored(std::string unit) {
  std::replace(unit.begin(), unit.end(), '/', '_');
  return unit;
}

Bag certificates(const std::string& unit, const std::string& fqdn) {
  return {{"ca", certificate_for("test-authority")},
          {underscored(unit) + ".server.cert", certificate_for(fqdn)},
          {underscored(unit) + ".server.key",
           "-----BEGIN PRIVATE KEY-----\nZHVtbXk=\n-----END PRIVATE KEY-----\n"}};
}

}  // namespace

const std::map<std::string, std::string>& relation_ids(const Bag& config) {
  static const std::map<std::string, std::string> metal{{"amqp", "amqp:1"},
                                                        {"image-service", "image-service:2"},
                                                        {"cloud-compute", "cloud-compute:3"},
                                                        {"ironic-api", "ironic-api:7"},
                                                        {"compute-peer", peer_relation}};
  static const std::map<std::string, std::string> ids{{"amqp", "amqp:1"},
                                                      {"image-service", "image-service:2"},
                                                      {"cloud-compute", "cloud-compute:3"},
                                                      {"ovsdb", "ovsdb:4"},
                                                      {"certificates", "certificates:5"},
                                                      {"compute-peer", peer_relation}};
  return config.at("virt-type") == "ironic" ? metal : ids;
}

std::string counterpart_of(const std::string& relation_id) {
  static const Bag units{{"amqp:1", "rabbitmq-server/0"},
                         {"image-service:2", "glance/0"},
                         {"cloud-compute:3", "nova-cloud-controller/0"},
                         {"ovsdb:4", "ovn-central/0"},
                         {"certificates:5", "vault/0"},
                         {"ironic-api:7", "ironic-api/0"}};
  return units.at(relation_id);
}

Bag counterpart_bag(const std::string& relation_id,
                    const std::string& unit,
                    const std::string& fqdn) {
  if (relation_id == "amqp:1") {
    return {{"hostname", "10.10.0.21"}, {"password", "cloud-secret"}};
  }
  if (relation_id == "image-service:2") {
    return {{"glance-api-server", "http://127.0.0.1:9292"}};
  }
  if (relation_id == "cloud-compute:3") {
    return cloud_compute;
  }
  if (relation_id == "ovsdb:4") {
    return {{"bound-address", "\"10.10.0.41\""}};
  }
  if (relation_id == "certificates:5") {
    return certificates(unit, fqdn);
  }
  if (relation_id == "ironic-api:7") {
    return {{"ironic-api-ready", "True"}};
  }
  throw std::logic_error("nobody publishes on " + relation_id);
}

Bag deployed_config() {
  return {{"openstack-origin", "distro"},
          {"rabbit-user", "nova"},
          {"rabbit-vhost", "openstack"},
          {"virt-type", "auto"},
          {"force-raw-images", "true"},
          {"block-device-allocate-retries", "300"},
          {"reserved-host-memory", "512"},
          {"authorized-keys-path", "{homedir}/.ssh/authorized_keys"},
          {"default-availability-zone", "nova"},
          {"openstack-metadata-workers", "2"},
          {"use-internal-endpoints", "true"},
          {"min-computes", "1"},
          {"min-gateways", "1"},
          {"drain-timeout", "1800"},
          {"prefer-chassis-as-gw", "true"},
          {"ovn-bridge-mappings", "physnet1:br-ex"},
          {"bridge-interface-mappings", "br-ex:eth1"}};
}

}  // namespace ncc::scenario
