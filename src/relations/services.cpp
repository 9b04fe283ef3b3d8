// The endpoints of the services that nova-compute talks to: amqp, image-service, cloud-credentials,
// ovsdb.

#include <algorithm>

#include "relations/decode.hpp"
#include "words/text.hpp"

namespace ncc {

Need<Messaging> read_amqp(const RemoteUnits& remote) {
  const Bags all("amqp", remote);
  Messaging messaging;
  bool clustered = false;
  for (const Bags& unit : all.each()) {
    const std::string password = unit.text("password");
    if (password.empty()) {
      continue;  // the leader's password has not reached this unit yet: it has no user of ours to
                 // log in
    }
    messaging.password = messaging.password.empty() ? Secret(password) : messaging.password;
    const std::string hostname = unit.host("hostname");
    messaging.hosts.push_back(hostname.empty() ? unit.host("private-address") : hostname);
    clustered = clustered || unit.boolean("clustered").value_or(false);
  }
  if (messaging.password.empty()) {
    return {std::nullopt, awaited("password")};
  }
  if (const std::string vip = all.host("vip"); clustered && !vip.empty()) {
    messaging.hosts = {vip};
  }
  messaging.hosts = sorted_once(messaging.hosts);
  if (messaging.hosts.empty()) {
    return {std::nullopt, awaited("hostname")};
  }
  if (const std::optional<int> port = all.port("ssl_port")) {
    messaging.tls = true;
    messaging.port = *port;
    messaging.ca = all.pem_of_base64("ssl_ca");
  }
  return {messaging, {}};
}

Need<Images> read_image_service(const RemoteUnits& remote) {
  Images images;
  for (const Bags& unit : Bags("image-service", remote).each()) {
    images.servers.push_back(unit.url("glance-api-server"));
  }
  images.servers = sorted_once(images.servers);
  if (images.servers.empty()) {
    return {std::nullopt, awaited("glance-api-server")};
  }
  return {images, {}};
}

Need<ServiceAccount> read_cloud_credentials(const RemoteUnits& remote) {
  const Bags bags("cloud-credentials", remote);
  const std::string host = bags.host("credentials_host");
  const std::optional<int> port = bags.port("credentials_port");
  const std::string protocol = bags.choice("credentials_protocol", {"http", "https"});
  ServiceAccount account;
  account.username = bags.text("credentials_username");
  account.password = Secret(bags.text("credentials_password"));
  account.project = bags.text("credentials_project");
  account.user_domain = bags.text_of({"credentials_user_domain_name", "domain"});
  account.project_domain = bags.text_of({"credentials_project_domain_name", "domain"});
  account.region = bags.text("region");
  account.ca = bags.pem_of_base64("ca_cert");
  account.source = bags.endpoint();
  const std::string missing =
      first_awaited({{"credentials_host", host},
                     {"credentials_port", port ? "there" : ""},
                     {"credentials_protocol", protocol},
                     {"credentials_username", account.username},
                     {"credentials_password", account.password.empty() ? "" : "there"},
                     {"credentials_project", account.project},
                     {"credentials_user_domain_name", account.user_domain},
                     {"credentials_project_domain_name", account.project_domain}});
  if (!missing.empty()) {
    return {std::nullopt, missing};
  }
  account.auth_url = base_url(protocol, host, *port);
  return {account, {}};
}

Need<bool> read_ironic_api(const RemoteUnits& remote) {
  if (Bags("ironic-api", remote).boolean("ironic-api-ready").value_or(false)) {
    return {true, {}};
  }
  return {std::nullopt, "not ready yet"};
}

Need<Southbound> read_ovsdb(const RemoteUnits& remote) {
  Southbound southbound;
  for (const Bags& unit : Bags("ovsdb", remote).each()) {
    const std::string address = unit.host("bound-address");
    if (!address.empty() && !is_ip_address(address)) {
      unit.wrong("bound-address", "is no address");
    }
    if (!address.empty() &&
        std::find(southbound.addresses.begin(), southbound.addresses.end(), address) ==
            southbound.addresses.end()) {
      southbound.addresses.push_back(address);
    }
  }
  if (southbound.addresses.empty()) {
    return {std::nullopt, awaited("bound-address")};
  }
  return {southbound, {}};
}

std::string connections(const Southbound& southbound) {
  std::vector<std::string> remotes;
  for (const std::string& address : southbound.addresses) {
    remotes.push_back("ssl:" + url_host(address) + ":6642");
  }
  return join(remotes, ",");
}

}  // namespace ncc
