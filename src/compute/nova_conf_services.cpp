// The sections of nova.conf that say how Nova reaches the other services, with which account.

#include "compute.hpp"
#include "compute/nova_conf.hpp"
#include "words/text.hpp"

namespace ncc::compute {
namespace {

/// The account as seen by one section after another.
class Accounts {
 public:
  Accounts(Ini& ini, const Model& model) : ini_(ini), model_(model), account_(*account_of(model)) {}

  /// Who we are; auth_url always names the version, so that no discovery below it can pick another.
  void identify() {
    ini_.set("auth_type", "password", constant());
    ini_.set("auth_url", account_.auth_url + "/v3", source("auth_url"));
    ini_.set("project_domain_name", account_.project_domain, source("domain"));
    ini_.set("user_domain_name", account_.user_domain, source("domain"));
    ini_.set("project_name", account_.project, source("project"));
    ini_.set("username", account_.username, source("username"));
    ini_.set("password", account_.password, source("password"));
    trust();
  }

  /// Our CA is in the system's bundle; requests of these sections do not look there by themselves.
  void trust() {
    if (!account_.ca.empty() || !model_.controller.value->ca.empty()) {
      ini_.set("cafile", ca_bundle_path, from("cloud-compute: ca_cert"));
    }
  }

  void locate() {
    const std::string& region = region_name();
    set_text(ini_, "region_name", region, source("region"));
    if (model_.config.use_internal_endpoints) {
      ini_.set("valid_interfaces", "internal", from("config: use-internal-endpoints"));
    }
  }

  [[nodiscard]] const std::string& region_name() const {
    return account_.region.empty() ? model_.controller.value->region : account_.region;
  }

  [[nodiscard]] Source source(const std::string& what) const {
    return from(account_.source + ": " + what);
  }

 private:
  Ini& ini_;
  const Model& model_;
  ServiceAccount account_;
};

void add_keystone(Ini& ini, const Model& model, Accounts& accounts) {
  ini.section("keystone_authtoken");
  accounts.identify();
  set_text(ini, "region_name", accounts.region_name(), accounts.source("region"));
  if (model.config.use_internal_endpoints) {
    ini.set("interface", "internal", from("config: use-internal-endpoints"));
  }
  ini.set("service_token_roles_required", true, constant());
  ini.section("service_user");
  ini.set("send_service_user_token", true, constant());
  accounts.identify();
}

void add_neutron(Ini& ini, const Model& model, Accounts& accounts) {
  ini.section("neutron");
  accounts.identify();
  accounts.locate();
  const Secret secret = metadata_secret_of(model);
  if (!secret.empty()) {
    const Source source = from(ovn_built_in(model) ? "made by this unit at install"
                                                   : "neutron-plugin: metadata-shared-secret");
    ini.set("service_metadata_proxy", true, source);
    ini.set("metadata_proxy_shared_secret", secret, source);
  }
}

/// The shard of a unit without ironic-shards is called as its host; with them it stands in the file
/// of each shard.
void add_ironic(Ini& ini, const Model& model, Accounts& accounts) {
  ini.section("ironic");
  accounts.identify();
  accounts.locate();
  if (!has_shards(model)) {
    ini.set("shard", completed_record(model).host, from("the host name stored at install"));
  }
}

void add_cinder(Ini& ini, const Model& model, Accounts& accounts) {
  const Controller& controller = *model.controller.value;
  if (controller.volume_service != "cinder") {
    return;
  }
  ini.section("cinder");
  ini.set("catalog_info",
          model.config.use_internal_endpoints ? "volumev3::internalURL" : "volumev3::publicURL",
          from("config: use-internal-endpoints"));
  set_text(ini, "os_region_name", accounts.region_name(), accounts.source("region"));
  ini.set("cross_az_attach", controller.cross_az_attach, from("cloud-compute: cross_az_attach"));
  accounts.identify();
}

}  // namespace

void add_services(Ini& ini, const Model& model) {
  Accounts accounts(ini, model);
  add_keystone(ini, model, accounts);
  ini.section("placement");
  accounts.identify();
  accounts.locate();
  add_neutron(ini, model, accounts);
  ini.section("glance");
  ini.set("api_servers",
          join(model.images.value->servers, ","),
          from("image-service: glance-api-server"));
  accounts.locate();
  accounts.trust();
  add_cinder(ini, model, accounts);
  if (is_ironic(model)) {
    add_ironic(ini, model, accounts);
  }
}

}  // namespace ncc::compute
